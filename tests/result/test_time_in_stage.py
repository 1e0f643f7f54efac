from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from attrs import evolve

from salesmetrics import InvalidValueError, Multiset, TimeInStage

NONE = Multiset(np.array([], np.int64), np.array([], np.int64))
FIVE = Multiset(np.array([5]), np.array([1]))
EMPTY = TimeInStage("Qualified", date(2026, 2, 1), NONE, NONE, 0, 0)


def test_of_no_stays_nothing_is_defined() -> None:
    assert (EMPTY.median, EMPTY.finished_median, EMPTY.share, EMPTY.survival) == (None, None, None, ())
    assert str(evolve(EMPTY, n_missing=2)) == (
        "median undefined in Qualified as of 2026-02-01, undefined of all days "
        "(0 finished with median undefined, 0 running; 2 without a known stage)"
    )


def test_of_running_stays_alone_no_median_is_known() -> None:
    stays = evolve(EMPTY, running=FIVE, all_days=20)
    assert (stays.median, stays.finished_median, stays.share) == (None, None, 0.25)


@pytest.mark.parametrize("field", ["finished", "running"])
@pytest.mark.parametrize(("day", "all_days"), [(-1, 5), (6, 5)])
def test_days_that_no_stays_can_have_are_refused(field: str, day: int, all_days: int) -> None:
    changes: Any = {field: Multiset(np.array([day]), np.array([1])), "all_days": all_days}
    with pytest.raises(InvalidValueError, match="TimeInStage must have stays of 0 days or more and no more days than"):
        evolve(EMPTY, **changes)
    fitting: Any = {field: FIVE, "all_days": 5}
    assert evolve(EMPTY, **fitting).share == 1.0
