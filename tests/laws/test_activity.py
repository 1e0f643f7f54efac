from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from typing import Any, ClassVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, SearchStrategy

from measure_laws import Options
from salesmetrics import (
    Activities,
    ActivitiesPerRep,
    Activity,
    InvalidValueError,
    MeetingRate,
    Rep,
    TimeShare,
    activities_per_rep,
    breakdown,
    meeting_rate,
    selling_time_share,
)
from salesmetrics.result._counts import CountsByName
from salesmetrics.strategies import activity_logs
from salesmetrics.testing import assert_round_trip

KINDS = st.sets(st.sampled_from(["call", "demo", "page visit", "nothing of it"]))
STAFF = [Rep(name, name, date(2025, 1, 1)) for name in ("Ada", "Cleo")]


class ActivityLaws:
    """The laws of every question of a log; a test class names its measure and what it can be asked."""

    measure: ClassVar[Any]
    options: ClassVar[SearchStrategy[Options]]

    def plain(self, log: list[Activity], options: Options) -> Any:
        raise NotImplementedError

    @given(activity_logs(), st.data())
    def test_definition(self, log: Activities, data: DataObject) -> None:
        options = data.draw(self.options)
        assert self.measure(log, **options) == self.plain([*log], options)

    @given(activity_logs(), st.data())
    def test_order(self, log: Activities, data: DataObject) -> None:
        options, order = data.draw(self.options), data.draw(st.permutations(range(len(log))))
        assert self.measure(log.take(np.array(order, np.intp)), **options) == self.measure(log, **options)

    @given(activity_logs(), activity_logs(), st.data())
    def test_merge(self, one: Activities, other: Activities, data: DataObject) -> None:
        options = data.draw(self.options)
        parts = [self.measure(log, **options) for log in (one, other)]
        assert sum(parts) == self.measure([*one, *other], **options)

    @given(activity_logs(), st.data())
    def test_identity(self, log: Activities, data: DataObject) -> None:
        options = data.draw(self.options)
        answer, nothing = (self.measure(some, **options) for some in (log, log[:0]))
        assert answer + nothing == answer == nothing + answer

    @given(activity_logs(), st.data())
    def test_door(self, log: Activities, data: DataObject) -> None:
        options = data.draw(self.options)
        answer = self.measure(log, **options)
        assert self.measure([*log], **options) == self.measure(iter([*log]), **options) == answer

    @given(activity_logs(), st.data())
    def test_breakdown(self, log: Activities, data: DataObject) -> None:
        options = data.draw(self.options)
        by: Any = data.draw(st.sampled_from(["kind", "rep", ("rep", "kind"), *log.fields]))
        answers = breakdown(self.measure, log, by, **options)
        columns = [[*log.key(name)] for name in (by if isinstance(by, tuple) else (by,))]
        keys = [*zip(*columns, strict=True)] if isinstance(by, tuple) else columns[0]
        assert set(answers) == set(keys)
        for key in answers:
            alone = log.filter(np.array([own == key for own in keys], np.bool_))
            assert answers[key] == self.measure(alone, **options)

    @given(activity_logs(), st.data())
    def test_round_trip(self, log: Activities, data: DataObject) -> None:
        assert_round_trip(self.measure(log, **data.draw(self.options)))


def test_a_kind_that_looks_misspelt_is_refused() -> None:
    log = Activities.of([Activity(datetime(2026, 1, 5, tzinfo=UTC), kind) for kind in ("demo", "meeting set")])
    message = "meetings must be of kinds that there are, got 'meetings set'; did you mean 'meeting set'"
    with pytest.raises(InvalidValueError, match=message):
        meeting_rate(log, meetings={"meetings set"}, prospecting={"demo"})
    with pytest.raises(InvalidValueError, match="working must be of kinds that there are, got 'Demo'; did you mean"):
        selling_time_share(log, selling={"call"}, working={"Demo"})
    later = log.with_kinds("meetings set")
    assert meeting_rate(later, meetings={"meetings set"}, prospecting={"demo"}) == MeetingRate(0, 1)
    assert meeting_rate(log.filter(log.kind.is_in("demo")), meetings={"meeting set"}, prospecting=set()).n_meetings == 0


class TestSellingTimeShare(ActivityLaws):
    measure = staticmethod(selling_time_share)
    options = KINDS.flatmap(
        lambda selling: st.fixed_dictionaries(
            {"selling": st.just(selling)},
            optional={
                "working": st.none() | KINDS.map(lambda more: more | selling) | KINDS.map(lambda more: more - selling)
            },
        )
    )

    def plain(self, log: list[Activity], options: Options) -> TimeShare:
        selling = working = n = n_missing = 0
        for one in log:
            sells = one.kind in options["selling"]
            works = options.get("working") is None or one.kind in options["working"]
            if not sells and not works:
                continue
            if one.minutes is None:
                n_missing += 1
                continue
            n += 1
            selling += one.minutes if sells else 0
            working += one.minutes if works else 0
        return TimeShare(selling, working, n, n_missing)

    @given(activity_logs())
    def test_all_selling(self, log: Activities) -> None:
        share = selling_time_share(log, selling={one.kind for one in log})
        assert share.selling == share.working == sum(one.minutes or 0 for one in log)


class TestMeetingRate(ActivityLaws):
    measure = staticmethod(meeting_rate)
    options = st.fixed_dictionaries({"meetings": KINDS, "prospecting": KINDS})

    def plain(self, log: list[Activity], options: Options) -> MeetingRate:
        found = {name: sum(one.kind in kinds for one in log) for name, kinds in options.items()}
        return MeetingRate(n_meetings=found["meetings"], n_prospecting=found["prospecting"])

    @given(activity_logs(), activity_logs(), st.data())
    def test_other_kinds(self, log: Activities, more: Activities, data: DataObject) -> None:
        options = data.draw(self.options)
        others = [one for one in more if one.kind not in options["meetings"] | options["prospecting"]]
        assert meeting_rate([*log, *others], **options) == meeting_rate(log, **options)


class TestActivitiesPerRep(ActivityLaws):
    measure = staticmethod(activities_per_rep)
    options = st.fixed_dictionaries({}, optional={"reps": st.sampled_from([[], STAFF])})

    def plain(self, log: list[Activity], options: Options) -> ActivitiesPerRep:
        done = Counter(one.rep for one in log)
        names = {*done, *(rep.id for rep in options.get("reps", []))} - {None}
        by_rep = {str(name): done[name] for name in names}
        return ActivitiesPerRep(CountsByName(by_rep), n_unowned=done[None])

    @given(activity_logs())
    def test_idle(self, log: Activities) -> None:
        named, unnamed = activities_per_rep(log, reps=STAFF), activities_per_rep(log)
        assert named.n_activities == unnamed.n_activities
        assert {*named.by_rep} == {*unnamed.by_rep, "Ada", "Cleo"}


def done(kind: str, rep: str | None = "Ada", minutes: int | None = None) -> Activity:
    return Activity(datetime(2026, 1, 5, 9, tzinfo=UTC), kind, rep=rep, minutes=minutes)


def test_a_logged_day_is_the_working_time() -> None:
    log = [done("call", minutes=90), done("demo", minutes=None), done("working day", minutes=480)]
    share = selling_time_share(log, selling={"call", "demo"}, working={"working day"})
    assert share == TimeShare(90, 480, n=2, n_missing=1)
    assert str(share) == "18.8 % (90 of 480 minutes; 2 activities, 1 without minutes left out)"
    assert selling_time_share(log, selling={"call"}).working == 570


def test_working_time_has_all_kinds_of_selling_or_none() -> None:
    with pytest.raises(InvalidValueError) as refused:
        selling_time_share([], selling={"call", "demo", "visit"}, working=["call", "paperwork"])
    assert str(refused.value) == (
        "working must hold all kinds of selling, or none where whole days are logged, got some without "
        "['demo', 'visit']; add them"
    )
    with pytest.raises(InvalidValueError, match=r"got some without \['demo'\]; add them"):
        selling_time_share([], selling={"call", "demo"}, working={"call", "paperwork"})


def test_more_selling_than_work_is_no_share() -> None:
    log = [done("call", minutes=90), done("paperwork", minutes=30), done("call", "Bo", 30), done("paperwork", "Bo", 30)]
    by_rep = breakdown(selling_time_share, log, by="rep", selling={"call"}, working={"paperwork"})
    assert (by_rep["Ada"].value, by_rep["Ada"].exact_value) == (None, None)
    assert str(by_rep["Ada"]) == "undefined (90 of 30 minutes; more selling than work; 2 activities)"
    assert by_rep["Bo"].value == by_rep["Bo"].exact_value == 1
    shares: Any = by_rep.to_columns()["value"]
    assert np.array_equal(shares, [np.nan, 1.0], equal_nan=True)


def test_of_nothing_nothing_is_defined() -> None:
    share, rate, work = (
        selling_time_share([], selling={"call"}),
        meeting_rate([], meetings={"meeting set"}, prospecting={"call"}),
        activities_per_rep([]),
    )
    for one in (share, rate, work):
        assert one.value is None
        assert one.exact_value is None
    assert work.median is None
    assert str(share) == "undefined (0 of 0 minutes; 0 activities)"
    assert str(rate) == "undefined (0 meetings set by 0 prospecting activities)"
    assert str(work) == "undefined (0 by 0 reps)"


def test_one_is_told_as_one() -> None:
    assert str(meeting_rate([done("a"), done("b")], meetings={"a"}, prospecting={"b"})) == (
        "100.0 % (1 meeting set by 1 prospecting activity)"
    )
    assert str(selling_time_share([done("a", minutes=1)], selling={"a"})) == "100.0 % (1 of 1 minutes; 1 activity)"
    assert str(activities_per_rep([done("a"), done("a", rep=None)])) == (
        "1.0 a rep (1 by 1 rep); 1 by nobody who is named"
    )


def test_a_share_is_exact() -> None:
    log = [done("call", minutes=1), done("paperwork", minutes=2)]
    assert str(selling_time_share(log, selling={"call"}).exact_value) == "1/3"
    assert str(meeting_rate(log, meetings={"call"}, prospecting={"call", "paperwork"}).exact_value) == "1/2"
    assert str(activities_per_rep([*log, done("call", rep="Bo")]).exact_value) == "3/2"


def test_whoever_is_idle_is_counted_where_the_reps_are_named() -> None:
    work = activities_per_rep([done("call")] * 4, reps=STAFF)
    assert dict(work.by_rep) == {"Ada": 4, "Cleo": 0}
    assert (work.value, work.median, work.n_without, work.n_activities) == (2.0, 2.0, 1, 4)
    assert str(work) == "2.0 a rep (4 by 2 reps), 1 of them without any"


def test_columns_of_many_groups() -> None:
    log = [
        done("call", minutes=30),
        done("call", rep="Bo", minutes=10),
        done("paperwork", minutes=90),
        done("visit", rep=None),
    ]
    by_rep: Any = breakdown(selling_time_share, log, by="rep", selling={"call"}).to_columns()
    assert by_rep["rep"] == ["Ada", "Bo", None]
    assert by_rep["value"][:2].tolist() == [0.25, 1.0]
    assert np.isnan(by_rep["value"][2])
    assert by_rep["n_missing"].tolist() == [0, 0, 1]
    rates: Any = breakdown(meeting_rate, log, by="rep", meetings={"paperwork"}, prospecting={"call"}).to_columns()
    assert rates["value"][:2].tolist() == [1.0, 0.0]
    by_kind: Any = breakdown(activities_per_rep, log, by="kind").to_columns()
    assert by_kind["n"].tolist() == [2, 1, 0]
    assert by_kind["n_activities"].tolist() == [2, 1, 0]
    assert by_kind["value"][:2].tolist() == [1.0, 1.0]
    assert np.isnan(by_kind["median"][2])
    assert by_kind["n_unowned"].tolist() == [0, 0, 1]


@pytest.mark.parametrize("kinds", ["call", 7, [1]])
def test_kinds_are_a_collection_of_texts(kinds: Any) -> None:
    with pytest.raises(InvalidValueError) as refused:
        selling_time_share([], selling=kinds)
    assert str(refused.value) == f"selling must be a collection of kinds, got {kinds!r}; write selling={{'call'}}"
    with pytest.raises(InvalidValueError, match=r"^prospecting must be a collection of kinds, got"):
        meeting_rate([], meetings=set(), prospecting=kinds)


def test_reps_are_reps() -> None:
    with pytest.raises(InvalidValueError, match="reps must be Rep objects, got 'Ada'"):
        activities_per_rep([], reps=["Ada"])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]


class TestCountsByName:
    @given(*[st.dictionaries(st.sampled_from("abc"), st.integers(0, 3))] * 2)
    def test_they_add_name_by_name(self, one: dict[str, int], other: dict[str, int]) -> None:
        both = CountsByName(one) + CountsByName(other)
        assert dict(both) == {name: one.get(name, 0) + other.get(name, 0) for name in {*one, *other}}
        assert [*both] == sorted(both)
        assert hash(both) == hash(CountsByName(other) + CountsByName(one))
        assert repr(both) == f"CountsByName({dict(both)})"

    @pytest.mark.parametrize("counts", [{1: 2}, {"a": 1.5}, {"a": True}])
    def test_a_count_is_whole_and_has_a_name(self, counts: Any) -> None:
        with pytest.raises(InvalidValueError, match="counts must be whole numbers by name"):
            CountsByName(counts)

    def test_none_is_below_zero(self) -> None:
        with pytest.raises(InvalidValueError, match="a count must be a count from 0"):
            CountsByName({"a": -1})

    def test_what_is_no_mapping_is_not_read(self) -> None:
        with pytest.raises(InvalidValueError, match="counts must be a mapping, got 3"):
            CountsByName.from_dict(3)

    def test_other_things_do_not_add(self) -> None:
        assert CountsByName({}).__add__(3) is NotImplemented  # type: ignore[operator]  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("name", ["selling", "working"])
def test_minutes_are_not_below_zero(name: str) -> None:
    with pytest.raises(InvalidValueError, match=f"TimeShare.{name} must be a count"):
        TimeShare(**{"selling": 0, "working": 0, "n": 0, "n_missing": 0, name: -1})
