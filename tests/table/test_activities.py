"""A table of activities: its laws against the activities one by one, and what its door refuses."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from salesmetrics import (
    Activities,
    Activity,
    ActivityFormat,
    Deal,
    DealFormat,
    InvalidTableError,
    InvalidValueError,
    Leads,
    MissingColumnError,
    Period,
)
from salesmetrics._numeric.instants import FIRST_INSTANT, LAST_INSTANT, instant_number, instant_of_number
from salesmetrics.strategies import activity_logs, lead_tables

ZONES = ["UTC", "Europe/London", "America/Sao_Paulo", "Pacific/Apia"]
NEAR = [datetime(2026, 1, 1, tzinfo=UTC), datetime(2018, 11, 4, 3, tzinfo=UTC), datetime(2026, 6, 30, 23, tzinfo=UTC)]
INSTANTS = st.sampled_from(NEAR).flatmap(
    lambda near: st.sampled_from([-1, 0, 1, 3_600_000_000]).map(lambda ticks: near + timedelta(microseconds=ticks))
) | st.integers(FIRST_INSTANT, LAST_INSTANT).map(instant_of_number)
IDS = st.none() | st.sampled_from(["L-1", " ", "7"]) | st.integers(0, 9)
FIELDS = st.fixed_dictionaries({}, optional={"page": st.sampled_from(["/", "/price"]), "score": st.integers(0, 3)})
ACTIVITIES = st.builds(
    Activity,
    INSTANTS,
    st.sampled_from(["call", "demo", "page visit"]),
    st.sampled_from([None, "Ada", "Bo", ""]),
    IDS,
    IDS,
    st.none() | st.integers(0, 90) | st.just(2**31 - 1),
    FIELDS,
)
LOGS = st.lists(ACTIVITIES, max_size=8)
DAYS = st.sampled_from([date(2026, 1, 1), date(2025, 12, 31), date(2018, 11, 4), date(2026, 7, 1), date(2026, 7, 2)])


def midnight(day: date, zone: str) -> datetime:
    """When a day begins: at its first midnight, or when clocks that skip midnight are put forward."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)


class TestOf:
    @given(LOGS)
    def test_round_trip(self, log: list[Activity]) -> None:
        table = Activities.of(log)
        assert list(table) == log
        assert [table[row] for row in range(len(log))] == log
        assert Activities.of(table) is table
        assert table.set_aside == ()

    @given(LOGS, st.data())
    def test_equality_and_pickles(self, log: list[Activity], data: st.DataObject) -> None:
        table = Activities.of(log)
        rows = data.draw(st.slices(len(log)))
        assert table[rows] == Activities.of(log[rows])
        for twin in (pickle.loads(pickle.dumps(table)), copy.deepcopy(table)):  # noqa: S301
            assert twin == table
            assert not twin.at.values.flags.writeable
            assert not twin.kind.codes.flags.writeable
        if log:
            assert table != Activities.of(log[1:])
            assert table != Activities.of([evolve(log[0], kind="another"), *log[1:]])
        assert table != log

    @pytest.mark.parametrize(
        ("given", "came"),
        [
            ("log", "str"),
            ({"at": []}, "dict"),
            (5, "int"),
            ([Deal("D-1", None, "Qualified", None, None)], "Deal at row 0"),
        ],
    )
    def test_what_is_no_activity_is_refused(self, given: Any, came: str) -> None:
        message = f"activities must be Activity objects, got {came}; for columns of foreign data use Activities.from_c"
        with pytest.raises(InvalidValueError, match=message):
            Activities.of(given)

    def test_a_field_called_like_a_column_is_refused(self) -> None:
        with pytest.raises(InvalidTableError, match="fields: a field must not be called like a column, got 'at'; rena"):
            Activities.of([Activity(NEAR[0], "call", fields={"at": "noon"})])


class TestInPeriod:
    @given(LOGS, st.sampled_from(ZONES), DAYS, st.integers(1, 400))
    def test_definition(self, log: list[Activity], zone: str, start: date, days: int) -> None:
        end = start + timedelta(days)
        expected = [midnight(start, zone) <= one.at < midnight(end, zone) for one in log]
        table = Activities.of(log)
        assert table.is_in_period(Period(start, end), zone=zone).tolist() == expected
        kept = [one for one, is_in in zip(log, expected, strict=True) if is_in]
        assert list(table.in_period(Period(start, end), zone=zone)) == kept

    @given(LOGS, st.sampled_from(ZONES), st.sets(DAYS, min_size=2))
    def test_tiles(self, log: list[Activity], zone: str, bounds: set[date]) -> None:
        ordered = sorted(bounds)
        table = Activities.of(log)
        tiles = [table.in_period(Period(*pair), zone=zone) for pair in pairwise(ordered)]
        whole = table.in_period(Period(ordered[0], ordered[-1]), zone=zone)
        assert sum(map(len, tiles)) == len(whole)

    def test_a_day_begins_when_a_skipped_midnight_would_have_been(self) -> None:
        change = datetime(2018, 11, 4, 3, tzinfo=UTC)  # São Paulo's clocks go from 23:59 to 1:00
        log = Activities.of([Activity(change - timedelta(microseconds=1), "before"), Activity(change, "on")])
        day = Period(date(2018, 11, 4), date(2018, 11, 5))
        assert [one.kind for one in log.in_period(day, zone="America/Sao_Paulo")] == ["on"]

    def test_zone_and_period_are_checked(self) -> None:
        log = Activities.of([])
        with pytest.raises(InvalidValueError, match="zone must be the name of a time zone, got 'Mars'"):
            log.in_period(Period(date(2026, 1, 1), date(2026, 1, 2)), zone="Mars")
        with pytest.raises(InvalidValueError, match="period must be a Period, got '2026'"):
            log.in_period("2026", zone="UTC")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


class TestIsRepeated:
    @given(activity_logs(), st.data())
    def test_definition(self, log: Activities, data: st.DataObject) -> None:
        rows = data.draw(st.lists(st.integers(0, max(0, len(log) - 1)), max_size=2 * len(log)))
        several = log.take(np.array(rows, np.intp)) if len(log) else log
        listed = list(several)
        assert several.is_repeated.tolist() == [one in listed[:row] for row, one in enumerate(listed)]


class TestIsOf:
    @given(activity_logs(), lead_tables())
    def test_definition(self, log: Activities, leads: Leads) -> None:
        ids = {(type(lead.id), lead.id) for lead in leads}
        assert log.is_of(leads).tolist() == [(type(one.lead), one.lead) in ids for one in log]


class TestWithKinds:
    @given(activity_logs())
    def test_it_is_the_same_log(self, log: Activities) -> None:
        told = log.with_kinds("call", "zzz", "zzz")
        assert told == log
        assert [*told.kind.names] == sorted({*log.kind.names, "call", "zzz"})

    def test_a_kind_is_text(self) -> None:
        kind: Any = 5
        with pytest.raises(InvalidValueError, match="a kind must be text, got 5; name what may be done"):
            Activities.of([]).with_kinds("call", kind)


class TestFilter:
    @given(LOGS, st.data())
    def test_definition(self, log: list[Activity], data: st.DataObject) -> None:
        mask = data.draw(st.lists(st.booleans(), min_size=len(log), max_size=len(log)))
        table = Activities.of(log)
        assert list(table.filter(mask)) == [one for one, keep in zip(log, mask, strict=True) if keep]

    def test_a_mask_has_one_truth_value_for_each(self) -> None:
        with pytest.raises(InvalidValueError, match=r"for each of 1 activities, got int64 .* activities.kind.is_in"):
            Activities.of([Activity(NEAR[0], "call")]).filter([1])

    @given(LOGS)
    def test_keys(self, log: list[Activity]) -> None:
        table = Activities.of(log)
        for name in ("kind", "rep", "lead", "deal"):
            assert list(table.key(name)) == [getattr(one, name) for one in log]
        for name in {name for one in log for name in one.fields}:
            assert list(table.key(name)) == [one.fields.get(name) for one in log]
        assert list(Activities.of([]).key("page")) == []

    def test_an_unknown_key_and_row(self) -> None:
        table = Activities.of([Activity(NEAR[0], "call")])
        with pytest.raises(
            InvalidValueError, match="a key must be a column or a field, got 'kin'; did you mean 'kind'"
        ):
            table.key("kin")
        with pytest.raises(IndexError, match="a row must be one of 1, got 1"):
            table[1]

    def test_it_shows_its_kinds(self) -> None:
        log = Activities.of([Activity(NEAR[0], kind) for kind in "hgfedcbaa"])
        assert repr(log) == "Activities(9 activities: 2 a, 1 b, 1 c, 1 d, 1 e, 1 f and 2 more kinds)"
        assert repr(log[:1]) == "Activities(1 activity: 1 h)"
        assert repr(log[:0]) == "Activities(0 activities: none)"


FORM = ActivityFormat(
    at="When", kind="Type", rep="Owner", lead="Lead", deal="Deal", minutes="Min", fields={"page": "Page", "score": "S"}
)


def columns_of(log: list[Activity], write: Callable[[datetime], Any], gap: Any) -> dict[str, list[Any]]:
    def cells(values: list[Any]) -> list[Any]:
        return [gap if value is None else value for value in values]

    return {
        "When": [write(one.at) for one in log],
        "Type": [one.kind for one in log],
        "Owner": cells([one.rep for one in log]),
        "Lead": cells([one.lead for one in log]),
        "Deal": cells([one.deal for one in log]),
        "Min": cells([one.minutes for one in log]),
        "Page": cells([one.fields.get("page") for one in log]),
        "S": cells([one.fields.get("score") for one in log]),
    }


def elsewhere(at: datetime) -> datetime:
    return at.astimezone(ZoneInfo("Asia/Tokyo")) if at.year < 9999 else at


WRITERS: list[Callable[[datetime], Any]] = [
    lambda at: at,
    elsewhere,
    lambda at: at.isoformat(),
    lambda at: f"{at.replace(tzinfo=None).isoformat()}Z",
]


class TestFromColumns:
    @given(LOGS, st.sampled_from(WRITERS), st.sampled_from([None, r"\N"]))
    def test_same_door(self, log: list[Activity], write: Callable[[datetime], Any], gap: Any) -> None:
        table = Activities.from_columns(columns_of(log, write, gap), evolve(FORM, missing=r"\N"))
        assert list(table) == log

    @given(LOGS, st.sampled_from(["us", "ns"]))
    def test_arrays_of_times_are_those_of_the_zone(self, log: list[Activity], unit: str) -> None:
        log = [one for one in log if 1700 < one.at.year < 2200]
        data: dict[str, Any] = columns_of(log, lambda at: at, None)
        data["When"] = np.array([one.at.replace(tzinfo=None) for one in log], f"M8[{unit}]")
        assert list(Activities.from_columns(data, evolve(FORM, zone="UTC", missing=r"\N"))) == log

    def test_a_local_time_is_an_instant_of_the_zone(self) -> None:
        form = ActivityFormat(at="When", kind="Type", zone="Europe/London", date_format="%d/%m/%Y %H:%M")
        table = Activities.from_columns({"When": ["01/07/2026 00:30"], "Type": ["call"]}, form)
        assert table[0].at == datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
        assert table.at[0] == instant_number(datetime(2026, 6, 30, 23, 30, tzinfo=UTC))

    def test_hours_in_which_clocks_change(self) -> None:
        form = ActivityFormat(at="When", kind="Type", zone="Europe/London")
        when = ["2026-03-29 01:30", "2026-10-25 01:30", "2026-10-25 01:30+00:00", "2026-10-25 00:30"]
        for cells, rows in ((when, (1,)), (np.array([text[:16] for text in when], "M8[m]"), (1, 2))):
            data = {"When": cells, "Type": ["call"] * 4}
            with pytest.raises(InvalidTableError) as refused:
                Activities.from_columns(data, form)
            skipped, twice = refused.value.problems
            assert str(skipped) == (
                "When: 1 cell cannot be read: When must be a time that clocks in Europe/London show, got one that they "
                "skip (row 0); correct it"
            )
            assert (twice.column, twice.rule, twice.rows) == ("When", "ambiguous_time", rows)
            assert twice.detail.endswith("twice in Europe/London")
            assert twice.hint == "write its offset, or accept={'ambiguous_time'} for the first of the two"
            table = Activities.from_columns(data, form, bad_rows="set_aside", accept={"ambiguous_time"})
            assert [one.row for one in table.set_aside] == [0]
            assert table[0].at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # summer time, the first of the two

    @pytest.mark.parametrize(
        ("cell", "form", "message"),
        [
            (
                "2026-01-05 09:30",
                {},
                (
                    "When must carry an offset, or the format must name the zone of its times, got "
                    "'2026-01-05T09:30:00' (row 0); add zone='Europe/London' or another to the format"
                ),
            ),
            (
                np.datetime64("2026-01-05T09:30"),
                {},
                (
                    "When must carry an offset, or the format must name the zone of its times, got '2026-01-05T09:30' "
                    "(row 0); add zone='Europe/London' or another to the format"
                ),
            ),
            (
                "2026-01-05",
                {"zone": "UTC"},
                (
                    "When must be a time such as 2026-01-31 12:00, got '2026-01-05' (row 0); "
                    "write it with the time, or name date_format in the format"
                ),
            ),
            (
                date(2026, 1, 5),
                {"zone": "UTC"},
                "When must be a time, got datetime.date(2026, 1, 5) (row 0); write 2026-01-31 12:00+00:00",
            ),
            (
                np.datetime64("2026-01-05"),
                {"zone": "UTC"},
                "When must be a time, got datetime.date(2026, 1, 5) (row 0); write 2026-01-31 12:00+00:00",
            ),
            (
                np.datetime64("12026-01-05T09:30"),
                {"zone": "UTC"},
                (
                    "When must be a time in the years 1 to 9999, got np.datetime64('12026-01-05T09:30') (row 0); "
                    "correct it"
                ),
            ),
            (
                "0001-01-01T00:00:00+01:00",
                {},
                "When must be a time in the years 1 to 9999, got '0001-01-01T00:00:00+01:00' (row 0); correct it",
            ),
        ],
    )
    def test_a_time_that_is_no_instant(self, cell: Any, form: dict[str, Any], message: str) -> None:
        cells = np.array([cell]) if isinstance(cell, np.datetime64) else [cell]
        with pytest.raises(InvalidTableError) as refused:
            Activities.from_columns({"When": cells, "Type": ["call"]}, ActivityFormat(at="When", kind="Type", **form))
        assert [str(one) for one in refused.value.problems] == [f"When: 1 cell cannot be read: {message}"]

    def test_every_fault_is_named_at_once(self) -> None:
        data: dict[str, Any] = {
            "When": ["2026-01-05T09:30Z", "", "2026-01-05T09:30Z"],
            "Type": ["call", "demo", ""],
            "Owner": ["Ada", 1.5, None],
            "Lead": [1.5, "", ""],
            "Deal": ["", "", ""],
            "Min": ["-1", "1.5", 2**31],
            "Page": ["", "", ""],
            "S": ["", "", ""],
        }
        with pytest.raises(InvalidTableError) as refused:
            Activities.from_columns(data, FORM)
        assert [str(one) for one in refused.value.problems] == [
            (
                "Min: 1 cell cannot be read: Min must have at most 0 decimals, got '1.5' (row 1); "
                "round it first, or name rounding='half_away' in the format"
            ),
            "Owner: 1 cell cannot be read: a name must be text, got 1.5 (row 1); convert it first",
            "Lead: 1 cell cannot be read: an id must be text or a whole number, got 1.5 (row 0); convert it first",
            "When: 1 activity has no time (row 1); give the instant of each one",
            "Type: 1 activity has no kind (row 2); say what was done",
            "Min: 2 activities have minutes that are not from 0 to 2147483647 (rows 0, 2); correct them",
        ]
        data["Min"] = ["-1", "1", 2**31]
        table = Activities.from_columns(data, FORM, bad_rows="set_aside")
        assert repr(table) == "Activities(0 activities: none; 3 set aside)"
        assert [(one.row, [problem.rule for problem in one.problems]) for one in table.set_aside] == [
            (0, ["unreadable", "strange_minutes"]),
            (1, ["unreadable", "missing_at"]),
            (2, ["missing_kind", "strange_minutes"]),
        ]
        assert table.set_aside[2].problems[1].detail == "the activity has minutes that are not from 0 to 2147483647"

    def test_arguments_are_checked(self) -> None:
        with pytest.raises(InvalidValueError, match=r"format must be an ActivityFormat, got DealFormat"):
            Activities.from_columns({}, DealFormat(id="id", stage="stage"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        with pytest.raises(InvalidValueError, match="data must map column names to columns, got list; write"):
            Activities.from_columns([], FORM)
        with pytest.raises(
            InvalidValueError, match="accept must name doubts, got 'missing_amount'; known are 'ambiguous"
        ):
            Activities.from_columns({}, FORM, accept={"missing_amount"})
        with pytest.raises(MissingColumnError) as refused:
            Activities.from_columns({"When": [], "type": []}, ActivityFormat(at="When", kind="Type", fields={"p": "P"}))
        assert [str(one) for one in refused.value.problems] == [
            "Type: the data have no such column; did you mean 'type'?",
            "P: the data have no such column; known are 'When', 'type'",
        ]

    def test_a_file_is_as_its_columns(self, tmp_path: Path) -> None:
        path = tmp_path / "log.csv"
        path.write_text("When,Type,Owner\n2026-01-05T09:30:00Z,call,Ada\n2026-01-05T09:30:00Z,call,\n")
        table = Activities.from_csv(path, ActivityFormat(at="When", kind="Type", rep="Owner"))
        at = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
        assert list(table) == [Activity(at, "call", rep="Ada"), Activity(at, "call")]


class TestActivityFormat:
    def test_from_toml(self, tmp_path: Path) -> None:
        path = tmp_path / "log.toml"
        path.write_text('at = "When"\nkind = "Type"\nzone = "UTC"\n[fields]\npage = "Page"\n')
        assert ActivityFormat.from_toml(path) == ActivityFormat(
            at="When", kind="Type", zone="UTC", fields={"page": "Page"}
        )

    @pytest.mark.parametrize(
        ("given", "message"),
        [
            ({"at": None}, "at must be text, got None; name one column"),
            ({"rep": 5, "zone": "Mars"}, "rep must be text, got 5; name one column; and zone must be the name of"),
            ({"fields": {"rep": "R"}}, "a field must not be called like a column, got 'rep'; rename it"),
            ({"date_format": "%d.%m.%Y"}, "date_format must write hours and minutes, got '%d.%m.%Y'; write"),
            ({"date_format": "%H:%M"}, "date_format must write year, month and day, got '%H:%M'; write"),
            ({"rounding": "even"}, "rounding must be 'half_away' or None, got 'even'; write one"),
        ],
    )
    def test_what_contradicts_itself_is_refused(self, given: dict[str, Any], message: str) -> None:
        usual: dict[str, Any] = {"at": "When", "kind": "Type"}
        with pytest.raises(InvalidValueError, match=f"ActivityFormat: {message}"):
            ActivityFormat(**usual | given)
