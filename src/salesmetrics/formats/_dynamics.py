"""A ready format for exports of Dynamics 365 Sales: its opportunities."""

from __future__ import annotations

from typing import Any

from salesmetrics.format.deal_format import DealFormat, OutcomeColumn
from salesmetrics.formats._usual import format_of
from salesmetrics.model.stage import SalesProcess

__all__ = ["dynamics"]


def dynamics(*, process: SalesProcess, currency: str | None = None, **said: Any) -> DealFormat:
    """Opportunities of Dynamics 365 Sales, by logical names. Made from its documents; not yet seen on a real export.

    `statecode` says who won and lost, by label or by number as text; the stage is the step of the business process. The
    amount is the estimate, also of won deals; what they brought is the value "actual_revenue".

    Args:
        process: Your steps, with one won and one lost stage.
        currency: Of every amount.
        **said: Arguments of `DealFormat` that your export needs otherwise.

    Raises:
        InvalidValueError: The arguments contradict each other, or one is not known.

    Examples:
        >>> from salesmetrics import Outcome, SalesProcess, Stage
        >>> stages = [Stage("1-Qualify", 0.2), Stage("Won", 1, Outcome.WON), Stage("Lost", 0, Outcome.LOST)]
        >>> dynamics(process=SalesProcess(stages), currency="USD").expected_close
        'estimatedclosedate'

    References:
        Microsoft Dataverse, table reference: opportunity.
    """
    usual = {
        "id": "opportunityid",
        "stage": "stepname",
        "amount": "estimatedvalue",
        "owner": "ownerid",
        "created": "createdon",
        "closed": "actualclosedate",
        "expected_close": "estimatedclosedate",
        "probability": "closeprobability",
        "category": "msdyn_forecastcategory",
        "category_words": {"Committed": "commit", "Won": "closed", "Lost": "omitted"},
        "account": "parentaccountid",
        "values": {"actual_revenue": "actualvalue"},
        "outcome": OutcomeColumn("statecode", won=("Won", "1"), lost=("Lost", "2"), open=("Open", "0")),
        "probability_scale": "percent",
        "currency": currency,
        "process": process,
    }
    return format_of(DealFormat, usual, said)
