"""An embedded book of deals to try things on: the same for everyone, with the dirt that real books have."""

from __future__ import annotations

from datetime import date

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Coded, Masked
from salesmetrics._numeric.days import day_number
from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.model.deal_fields import KINDS
from salesmetrics.model.period import Period
from salesmetrics.model.rep import Rep
from salesmetrics.model.stage import Category, SalesProcess
from salesmetrics.table.deals import Deals

__all__ = ["SampleBook", "sample_book"]


@frozen
class SampleBook:
    """A book of deals as it stands at the start of a day, and the reps who own them.

    Args:
        deals: Two years of deals: won, lost, open, overdue, and without an expected close.
        reps: Their owners; `Deal.owner` is `Rep.id`.
        as_of: The day on which the book was taken.
        period: The quarter in course on that day.

    Examples:
        >>> sample_book(n_deals=100).deals
        Deals(100 deals in USD: 17 open, 38 won, 45 lost)
    """

    deals: Deals
    reps: tuple[Rep, ...]
    as_of: date
    period: Period


def sample_book(n_deals: int = 2_000, seed: int = 0) -> SampleBook:
    """An embedded book of deals; the same arguments give the same book everywhere.

    Args:
        n_deals: How many deals.
        seed: Which of many books.

    Returns:
        Deals of eight invented reps over two years in the standard process, as of 1 September 2026.

    Raises:
        InvalidValueError: A number is not whole, or below zero.

    Examples:
        >>> book = sample_book()
        >>> len(book.deals), len(book.reps), str(book.as_of)
        (2000, 8, '2026-09-01')
    """
    for what, number in (("n_deals", n_deals), ("seed", seed)):
        if type(number) is not int or not 0 <= number < 2**63:
            raise InvalidValueError(f"{what} must be a whole number from 0 up, got {shown(number)}; write {what}=1000")
    draw = _Draws(seed, n_deals)
    now, process = day_number(_AS_OF), SalesProcess.standard()
    created = now - 730 + draw.whole(730)
    owner = draw.weighted(_REP_WEIGHTS)
    account = draw.whole(max(1, n_deals // 5))
    region, source, kind = draw.weighted((4, 3, 3)), draw.weighted((5, 3, 2)), draw.weighted((7, 2, 1))
    # From a thousand to a hundred thousand dollars in steps of 8 %, most of them low, to the nearest fifty.
    step = np.take(_LADDER, (draw.share() ** 1.6 * len(_LADDER)).astype(np.int64))
    amount = 50 * 100 * (step + (0.08 * draw.share() * step).astype(np.int64))
    # Days until a deal is decided; whoever sells well also sells faster.
    cycle = 7 + (draw.share() ** 2 * (150 + 20 * owner)).astype(np.int64)
    closed = created + cycle
    is_closed = closed < now
    won = draw.share() < np.take(_WIN_SHARES, owner) - 0.05 * (region == 2)
    stage = np.where(is_closed, np.where(won, 5, 6), draw.weighted((30, 25, 20, 15, 10)))
    due = now - 40 + draw.whole(200)
    has_due = draw.share() < 0.85
    commit = (stage == 4) & (draw.share() < 0.5)
    everywhere = np.ones(n_deals, np.bool_)
    gross = amount // 100 * (20 + draw.whole(50))
    deals = Deals(
        process=process,
        currency="USD",
        id=np.array([f"D-{number:06}" for number in range(1, n_deals + 1)], object),
        amount=Masked(amount, everywhere, "USD"),
        stage=Coded(stage, process.names),
        owner=Coded(owner, [rep.id for rep in _REPS]),
        created=Masked(created.astype(np.int32), everywhere),
        closed=Masked(np.where(is_closed, closed, 0).astype(np.int32), is_closed),
        expected_close=Masked(np.where(~is_closed & has_due, due, 0).astype(np.int32), ~is_closed & has_due),
        probability=Masked(np.zeros(n_deals, np.int32), ~everywhere),
        category=Coded(np.where(commit, [*Category].index(Category.COMMIT), -1), [*Category]),
        kind=Coded(kind, KINDS),
        account=Coded(account, [f"Customer {number:05}" for number in range(1, max(1, n_deals // 5) + 1)]),
        values={"margin": Masked(gross, everywhere, "USD")},
        labels={
            "region": Coded(region, ["Coast", "Hills", "Plains"]),
            "source": Coded(source, ["inbound", "outbound", "partner"]),
        },
    )
    return SampleBook(deals, _REPS, _AS_OF, _QUARTER)


class _Draws:
    """Numbers from a raw bit generator, whose stream numpy promises to keep; its distributions it does not."""

    def __init__(self, seed: int, n: int) -> None:
        self._bits = np.random.PCG64(seed)
        self._n = n

    def share(self) -> NDArray[np.float64]:
        """Fractions in [0, 1)."""
        raw = np.asarray(self._bits.random_raw(self._n), np.uint64)
        return (raw >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def whole(self, end: int) -> NDArray[np.int64]:
        """Whole numbers from 0 up to and without the end."""
        return (self.share() * end).astype(np.int64)

    def weighted(self, weights: tuple[int, ...]) -> NDArray[np.int64]:
        """Places, each as often as its weight says."""
        return np.searchsorted(np.cumsum(weights), self.whole(sum(weights)), side="right").astype(np.int64)


_AS_OF = date(2026, 9, 1)
_QUARTER = Period(date(2026, 7, 1), date(2026, 10, 1), "2026 Q3")
_REPS = (
    Rep("ada", "Ada Quill", date(2022, 3, 1), role="account executive", labels={"office": "North"}),
    Rep("bo", "Bo Tansy", date(2023, 9, 1), role="account executive", labels={"office": "North"}),
    Rep("cyd", "Cyd Marrow", date(2024, 1, 8), role="account executive", labels={"office": "South"}),
    Rep("dov", "Dov Linnet", date(2021, 5, 3), role="senior account executive", labels={"office": "South"}),
    Rep("eli", "Eli Sorrel", date(2025, 2, 3), role="account executive", labels={"office": "North"}),
    Rep("fay", "Fay Umber", date(2020, 11, 2), role="senior account executive", labels={"office": "South"}),
    Rep("gus", "Gus Teasel", date(2025, 10, 6), role="account executive", labels={"office": "North"}),
    Rep("hal", "Hal Bracken", date(2026, 4, 1), role="account executive", labels={"office": "South"}),
)
_REP_WEIGHTS = (16, 14, 13, 17, 12, 16, 8, 4)
_WIN_SHARES = np.array([0.58, 0.44, 0.40, 0.62, 0.36, 0.66, 0.33, 0.28])
_LADDER = np.array([round(20 * 1.08**step) for step in range(60)])
