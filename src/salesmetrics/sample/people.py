"""The people of the embedded book: who sells, for whom they work, and what they are to sell."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from salesmetrics._numeric.columns import readonly
from salesmetrics._numeric.days import day_number
from salesmetrics.model.assignment import Assignment
from salesmetrics.model.fiscal_calendar import FiscalCalendar
from salesmetrics.model.money import Money
from salesmetrics.model.period import Period
from salesmetrics.model.quota import Quota
from salesmetrics.model.rep import Rep
from salesmetrics.table.quotas import Quotas

__all__ = ["HIRED", "OWNERS", "REPS", "STAFF", "owners_on", "quotas_of"]

REPS = (
    Rep("ada", "Ada Quill", date(2022, 3, 1), role="account executive", labels={"office": "North"}),
    Rep("bo", "Bo Tansy", date(2023, 9, 1), role="account executive", labels={"office": "North"}),
    Rep("cyd", "Cyd Marrow", date(2024, 1, 8), role="account executive", labels={"office": "South"}),
    Rep("dov", "Dov Linnet", date(2021, 5, 3), role="senior account executive", labels={"office": "South"}),
    Rep("eli", "Eli Sorrel", date(2025, 2, 3), role="account executive", labels={"office": "North"}),
    Rep("fay", "Fay Umber", date(2020, 11, 2), role="senior account executive", labels={"office": "South"}),
    Rep("gus", "Gus Teasel", date(2025, 10, 6), role="account executive", labels={"office": "North"}),
    Rep("hal", "Hal Bracken", date(2026, 4, 1), role="account executive", labels={"office": "South"}),
)

_MOVE = date(2026, 2, 2)  # on which Cyd changed the team

STAFF = (
    Assignment("ada", "nia", "North", date(2022, 3, 1)),
    Assignment("bo", "nia", "North", date(2023, 9, 1)),
    Assignment("cyd", "nia", "North", date(2024, 1, 8), _MOVE),
    Assignment("cyd", "sol", "South", _MOVE),
    Assignment("dov", "sol", "South", date(2021, 5, 3)),
    Assignment("eli", "nia", "North", date(2025, 2, 3)),
    Assignment("fay", "sol", "South", date(2020, 11, 2)),
    Assignment("gus", "nia", "North", date(2025, 10, 6)),
    Assignment("hal", "sol", "South", date(2026, 4, 1)),
    Assignment("nia", "vee", None, date(2020, 6, 1)),
    Assignment("sol", "vee", None, date(2020, 6, 1)),
)

OWNERS = (*(rep.id for rep in REPS), "nia", "sol")
"""Who ever owned a deal."""

HIRED = readonly(np.array([day_number(rep.hired) for rep in REPS]))
"""The first day of each rep, in days since 1970."""


def owners_on(reps: NDArray[np.int64], days: NDArray[Any]) -> NDArray[np.int64]:
    """Who had the deals of these reps on a day, as places in `OWNERS`: until the rep came, the first manager."""
    managers = [OWNERS.index(str(next(one.manager for one in STAFF if one.rep == rep.id))) for rep in REPS]
    return np.where(days < HIRED.take(reps), np.array(managers).take(reps), reps)


def quotas_of(n_deals: int) -> Quotas:
    """Full quotas of every quarter from the day on which a rep came; a larger book has larger ones."""
    calendar = FiscalCalendar()
    return Quotas.of(
        Quota(rep.id, quarter, _quarterly(rep, year, n_deals)).prorated(Period(rep.hired, quarter.end))
        for rep in REPS
        for year in _THOUSANDS
        for quarter in calendar.quarters_in(calendar.year(year))
        if rep.hired < quarter.end
    )


_THOUSANDS = {
    2025: (200, 320),
    2026: (220, 350),
}  # of dollars a quarter in a book of 2,000 deals, the second of seniors


def _quarterly(rep: Rep, year: int, n_deals: int) -> Money:
    is_senior = str(rep.role).startswith("senior")
    thousands = max(1, _THOUSANDS[year][is_senior] * n_deals // 2_000)
    return Money.of(1_000 * thousands, "USD")
