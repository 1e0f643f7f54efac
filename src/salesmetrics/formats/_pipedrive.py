"""A ready format for exports of Pipedrive: its deals."""

from __future__ import annotations

from typing import Any

from salesmetrics.format.deal_format import DealFormat, OutcomeColumn
from salesmetrics.formats._usual import format_of
from salesmetrics.model.stage import SalesProcess

__all__ = ["pipedrive"]


def pipedrive(*, process: SalesProcess, currency: str | None = None, **said: Any) -> DealFormat:
    """Deals of Pipedrive, by the names of its interface. Made from its documents; not yet seen on a real export.

    `status` says who won and lost, and a deal that it calls so is put into the process's won or lost stage: Pipedrive
    leaves it where it ended. Stages are ids. Times are written in UTC without saying so, and days are taken as written.

    Args:
        process: Your stages by their ids as text, with one won and one lost stage, which Pipedrive does not have.
        currency: Of every amount; `None` reads the column `currency`.
        **said: Arguments of `DealFormat` that your export needs otherwise.

    Raises:
        InvalidValueError: The arguments contradict each other, or one is not known.

    Examples:
        >>> from salesmetrics import Outcome, SalesProcess, Stage
        >>> stages = [Stage("1", 0.3), Stage("Won", 1, Outcome.WON), Stage("Lost", 0, Outcome.LOST)]
        >>> pipedrive(process=SalesProcess(stages)).currency_column
        'currency'

    References:
        Pipedrive API reference, deals: fields of a deal.
    """
    usual = {
        "id": "id",
        "stage": "stage_id",
        "amount": "value",
        "owner": "user_id",
        "created": "add_time",
        "closed": "close_time",
        "expected_close": "expected_close_date",
        "probability": "probability",
        "account": "org_id",
        "outcome": OutcomeColumn("status", won="won", lost="lost", open="open"),
        "probability_scale": "percent",
        "currency": currency,
        "currency_column": "currency" if currency is None else None,
        "process": process,
    }
    return format_of(DealFormat, usual, said)
