"""What a plan pays one payee, of what it credits everybody with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from salesmetrics.model.period import Period
from salesmetrics.model.plan.plan import CompPlan
from salesmetrics.model.quota import Quota
from salesmetrics.pay._credits import Book
from salesmetrics.pay._earnings import quota_of
from salesmetrics.pay._plan_credits import PlanCredits
from salesmetrics.pay._steps import Work
from salesmetrics.result.balances import Balances

__all__ = ["worked_out"]


def worked_out(
    plan: CompPlan,
    payee: str,
    period: Period,
    book: Book,
    quotas: Mapping[str, Sequence[Quota]],
    opening: Balances,
    credited: PlanCredits,
    *,
    is_told: bool,
) -> Work:
    """What a plan pays one payee, of what it credits everybody with.

    Args:
        plan: The plan.
        payee: Who is paid.
        period: The days that are paid for.
        book: The won deals and what happened to them.
        quotas: The quotas of each rep.
        opening: The balances before.
        credited: What the plan credits everybody with.
        is_told: Whether the opening tells every deal that was paid before.

    Raises:
        InvalidValueError: A quota is missing or cut by a window, or what a cancelled deal takes back is not known.
    """
    quota = quota_of(quotas, plan.currency)
    work = Work(plan, payee, period, book, quota, opening, credited.own(payee), credited.bonuses, is_told=is_told)
    work.run()
    return work
