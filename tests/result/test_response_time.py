from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from attrs import evolve

from salesmetrics import Breakdown, FollowUps, InvalidValueError, Multiset, ResponseTime

NONE = Multiset(np.array([], np.int64), np.array([], np.int64))
NOBODY = ResponseTime(date(2026, 2, 1), 300, NONE, NONE, NONE, 0, 0)


def waits(*seconds: int) -> Multiset:
    return Multiset(*np.unique(np.array(seconds, np.int64), return_counts=True))


class TestResponseTime:
    def test_of_no_leads_nothing_is_defined(self) -> None:
        assert (NOBODY.n, NOBODY.median, NOBODY.p90, NOBODY.share_in_time, NOBODY.exact_share_in_time) == (
            *(0, None, None, None, None),
        )
        assert str(evolve(NOBODY, n_missing=2)) == (
            "undefined within 0:05:00 (0 leads answered, 0 waiting; median undefined, 90th percentile undefined; "
            "of 2 nobody knows since when)"
        )

    def test_whoever_waits_is_in_the_whole(self) -> None:
        some = evolve(NOBODY, answered=waits(60, 300, 301), waiting=waits(10, 9000), closed=waits(300))
        assert (some.n_in_time, some.n_undecided, some.exact_share_in_time) == (2, 1, Fraction(1, 3))
        assert some.quantile(Fraction(1, 10)) == 60.0
        assert some.quantile(Fraction(1, 5)) == 180.0
        assert [some.share_answered(timedelta(seconds=one)) for one in (59, 60, 299, 300, 9999)] == [
            *(0.0, 0.2, 0.2, 0.4, 0.7),
        ]
        assert str(evolve(NOBODY, answered=waits(60))) == (
            "100.0 % within 0:05:00 (1 lead answered, 0 waiting; median 0:01:00, 90th percentile 0:01:00)"
        )

    @pytest.mark.parametrize("share", [Fraction(0), Fraction(1), 0.5, None])
    def test_a_quantile_is_between_the_ends(self, share: Any) -> None:
        with pytest.raises(InvalidValueError, match="share must be a Fraction between 0 and 1, got"):
            NOBODY.quantile(share)

    @pytest.mark.parametrize("within", [timedelta(seconds=-1), 300])
    def test_a_time_is_none_or_more(self, within: Any) -> None:
        with pytest.raises(InvalidValueError, match="within must be a timedelta, got"):
            NOBODY.share_answered(within)

    @pytest.mark.parametrize("wrong", [{"answered": waits(-1)}, {"waiting": waits(-1)}, {"target": 0}])
    def test_what_no_wait_can_be_is_refused(self, wrong: Any) -> None:
        with pytest.raises(InvalidValueError, match="must have waits of 0 seconds or more and a target above 0, got"):
            evolve(NOBODY, **wrong)


class TestFollowUps:
    def test_of_no_deals_nothing_is_defined(self) -> None:
        nobody = FollowUps(NONE, 3)
        assert (nobody.n, nobody.mean, nobody.exact_mean, nobody.median, nobody.share_with(5)) == (0, *[None] * 4)
        assert str(nobody) == "undefined (3 deals, all without a day of creation or of closing)"

    def test_read(self) -> None:
        one = FollowUps(waits(4), 2)
        assert (one.exact_mean, one.share_with(4), one.share_with(5)) == (Fraction(4), 1.0, 0.0)
        assert str(one) == (
            "mean 4.0, median 4.0 a deal (1 deal, 0 never touched, 0.0 % five times or more, 2 without a day left out)"
        )
        columns = Breakdown("owner", ("Ada",), (one,), (None,)).to_columns()
        assert [columns[name][0] for name in ("n", "n_missing", "mean", "median")] == [1, 2, 4.0, 4.0]

    def test_counts_are_not_negative(self) -> None:
        with pytest.raises(InvalidValueError, match=r"FollowUps\.touches must be counts, got -1; ask a measure for it"):
            FollowUps(waits(-1), 0)
