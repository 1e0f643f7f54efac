"""A ready format for exports of Odoo: its opportunities."""

from __future__ import annotations

from typing import Any

from salesmetrics.format.deal_format import DealFormat, OutcomeColumn
from salesmetrics.formats._usual import format_of
from salesmetrics.model.stage import SalesProcess

__all__ = ["odoo"]


def odoo(*, process: SalesProcess, currency: str | None = None, **said: Any) -> DealFormat:
    """Opportunities of Odoo, by technical names. Made from its source; not yet seen on a real export.

    `won_status` says who won and lost. Versions without it archive lost deals, and exports leave archived rows out
    unless the filter shows them. `expected_revenue` is the amount, and not weighted. Times are written in UTC without
    saying so, and days are taken as written.

    Args:
        process: Your stages, with one won and one lost stage, which Odoo does not have.
        currency: Of every amount: that of the company.
        **said: Arguments of `DealFormat` that your export needs otherwise.

    Raises:
        InvalidValueError: The arguments contradict each other, or one is not known.

    Examples:
        >>> from salesmetrics import Outcome, SalesProcess, Stage
        >>> stages = [Stage("New", 0.1), Stage("Won", 1, Outcome.WON), Stage("Lost", 0, Outcome.LOST)]
        >>> odoo(process=SalesProcess(stages), currency="EUR", outcome=None).outcome is None
        True

    References:
        Odoo, addons crm and crm_enterprise: model crm.lead.
    """
    usual = {
        "id": "id",
        "stage": "stage_id",
        "amount": "expected_revenue",
        "owner": "user_id",
        "created": "create_date",
        "closed": "date_closed",
        "expected_close": "date_deadline",
        "probability": "probability",
        "account": "partner_id",
        "outcome": OutcomeColumn("won_status", won="won", lost="lost", open="pending"),
        "probability_scale": "percent",
        "currency": currency,
        "process": process,
    }
    return format_of(DealFormat, usual, said)
