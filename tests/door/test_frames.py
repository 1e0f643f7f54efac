"""Frames at the door: one fixture, every backend, one golden answer; and each trap on every backend."""

from __future__ import annotations

import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from attrs import evolve

from backends import BACKENDS, EXACT, pa, pd, pl, table_of
from salesmetrics import (
    Activities,
    ActivityFormat,
    Category,
    Deal,
    DealFormat,
    Deals,
    InvalidTableError,
    InvalidValueError,
    MissingExtraError,
    Money,
    Outcome,
    SalesProcess,
    Stage,
)

LONDON = ZoneInfo("Europe/London")
PROCESS = SalesProcess([Stage("Talk", 0.25), Stage("Won", 1.0, Outcome.WON), Stage("Lost", 0.0, Outcome.LOST)])
GOLDEN_FORM = DealFormat(
    id="Id",
    stage="Stage",
    amount="Amount",
    owner="Owner",
    created="Created",
    closed="Closed",
    expected_close="Due",
    probability="P",
    category="Category",
    kind="Kind",
    account="Account",
    values={"arr": "ARR", "units": "Units"},
    plain_values=("units",),
    labels={"region": "Region", "note": "Note", "flag": "Flag", "score": "Score", "since": "Since", "tier": "Tier"},
    process=PROCESS,
    currency="USD",
    zone="Europe/London",
    missing=(),
)


def golden_table() -> Any:
    """Four deals, every kind of column, and a gap in each of them that may have one."""
    names = pa.dictionary(pa.int8(), pa.string())
    return table_of(
        Id=[2**53 + 1, 2, 3, 4],
        Stage=(["Talk", "Won", "Lost", "Talk"], names),
        Amount=([Decimal("1.50"), None, Decimal("12345678.90"), Decimal("0.00")], pa.decimal128(12, 2)),
        Owner=["Ada", None, "", "Bo"],
        Created=(
            [
                datetime(2026, 7, 1, 0, 30, tzinfo=LONDON),  # still 30 June in UTC
                datetime(2026, 1, 5, 23, 59, 59, tzinfo=LONDON),
                datetime(2026, 3, 29, 0, 59, tzinfo=LONDON),  # the clocks go forward a minute later
                datetime(1969, 12, 31, 12, 0, tzinfo=LONDON),
            ],
            pa.timestamp("us", "Europe/London"),
        ),
        Closed=([None, date(2026, 2, 1), date(9999, 12, 31), None], pa.date32()),
        Due=(
            [datetime(2026, 8, 1, 23, 59, 59, 999_999), None, None, datetime(1969, 12, 31, 23, 59)],  # noqa: DTZ001
            pa.timestamp("ms"),
        ),
        P=[0.3, None, float("nan"), 1.0],
        Category=(["Best Case", None, None, "commit"], names),
        Kind=["renewal", None, "New", None],
        Account=([None, "Acme", "Acme", None], names),
        ARR=[1234.56, None, float("nan"), 0.07],
        Units=[5, None, 0, 7],
        Region=([None, "EMEA", "APAC", None], names),
        Note=["=1+1", "Ünal 雪", None, ""],
        Flag=[True, None, False, None],
        Score=[1.5, float("nan"), None, -2.0],
        Since=([None, date(2020, 2, 29), None, date(1, 1, 1)], pa.date32()),
        Tier=([1, 2, 3, 1], pa.int8()),
        Unread=["x"] * 4,
    )


GOLDEN = [
    Deal(
        id=9007199254740993,
        amount=Money(150, "USD"),
        stage="Talk",
        owner="Ada",
        created=date(2026, 7, 1),
        expected_close=date(2026, 8, 1),
        probability=0.3,
        category=Category.BEST_CASE,
        kind="renewal",
        values={"arr": Money(123456, "USD"), "units": 5},
        labels={"note": "=1+1", "flag": True, "score": 1.5, "tier": 1},
    ),
    Deal(
        id=2,
        amount=None,
        stage="Won",
        owner=None,
        created=date(2026, 1, 5),
        closed=date(2026, 2, 1),
        kind=None,
        account="Acme",
        labels={"region": "EMEA", "note": "Ünal 雪", "since": date(2020, 2, 29), "tier": 2},
    ),
    Deal(
        id=3,
        amount=Money(1234567890, "USD"),
        stage="Lost",
        owner="",
        created=date(2026, 3, 29),
        closed=date(9999, 12, 31),
        account="Acme",
        values={"units": 0},
        labels={"region": "APAC", "flag": False, "tier": 3},
    ),
    Deal(
        id=4,
        amount=Money(0, "USD"),
        stage="Talk",
        owner="Bo",
        created=date(1969, 12, 31),
        expected_close=date(1969, 12, 31),
        probability=1.0,
        category=Category.COMMIT,
        kind=None,
        values={"arr": Money(7, "USD"), "units": 7},
        labels={"note": "", "score": -2.0, "since": date(1, 1, 1), "tier": 1},
    ),
]

FORM = DealFormat(id="Id", stage="Stage", process=PROCESS, currency="USD", missing=())
DOUBTS = {"missing_amount", "missing_created", "missing_close"}


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def rows_of(n: int, **columns: Any) -> Any:
    """A table of so many open deals, and columns of the test's own."""
    return table_of(**{"Id": [*range(n)], "Stage": ["Talk"] * n, **columns})


def read(backend: str, table: Any, **form: Any) -> Deals:
    return Deals.from_columns(BACKENDS[backend](table), evolve(FORM, **form), accept=DOUBTS)


def faults(backend: str, table: Any, **form: Any) -> list[str]:
    with pytest.raises(InvalidTableError) as caught:
        read(backend, table, **form)
    return [str(problem) for problem in caught.value.problems]


def typed(deal: Deal) -> list[Any]:
    return [(name, type(label), label) for name, label in sorted(deal.labels.items())]


class TestGoldenAnswer:
    def test_every_backend_gives_it(self, backend: str) -> None:
        table = Deals.from_columns(BACKENDS[backend](golden_table()), GOLDEN_FORM, accept={"missing_amount"})
        assert list(table) == GOLDEN
        assert [typed(deal) for deal in table] == [typed(deal) for deal in GOLDEN]
        assert table.set_aside == ()

    def test_rows_at_fault_are_set_aside_whole(self, backend: str) -> None:
        bad = golden_table().set_column(1, "Stage", pa.array(["Talk", None, "Wno", "Talk"]).dictionary_encode())
        table = Deals.from_columns(BACKENDS[backend](bad), GOLDEN_FORM, bad_rows="set_aside")
        assert list(table) == [GOLDEN[0], GOLDEN[3]]
        assert [aside.row for aside in table.set_aside] == [1, 2]
        for aside in table.set_aside:
            assert list(aside.cells) == golden_table().column_names
            assert (aside.cells["Id"], aside.cells["Unread"]) == (aside.row + 1, "x")
        assert [problem.rule for problem in table.set_aside[0].problems] == ["missing_stage", "missing_amount"]
        (unknown,) = table.set_aside[1].problems
        assert str(unknown) == "Stage: a stage must be one of the process, got 'Wno' (row 2); did you mean 'Won'?"

    def test_no_rows_are_the_empty_book(self, backend: str) -> None:
        assert list(Deals.from_columns(BACKENDS[backend](golden_table()[:0]), GOLDEN_FORM)) == []

    def test_missing_columns_are_named(self, backend: str) -> None:
        table = golden_table()
        message = "Amont: the data have no such column; did you mean 'Amount'?"
        assert message in faults(backend, table, amount="Amont", owner="Owner")
        assert len(faults(backend, table, id="X", stage="Y")) == 2


class TestTraps:
    def test_a_gap_among_categories_never_becomes_the_last_one(self, backend: str) -> None:
        names = pa.dictionary(pa.int8(), pa.string())
        table = rows_of(3, Owner=([None, "Ada", "Bo"], names), Region=(["EMEA", None, "APAC"], names))
        book = read(backend, table, owner="Owner", labels={"region": "Region"})
        assert list(book.owner) == [None, "Ada", "Bo"]
        assert list(book.labels["region"]) == ["EMEA", None, "APAC"]
        table = table_of(Id=[1, 2, 3], Stage=(["Talk", None, "Lost"], names))
        assert faults(backend, table) == [
            "Stage: 1 deal has no stage (row 1); give each one its stage, or accept={'missing_stage'}",
        ]

    def test_a_gap_may_stand_among_the_categories_themselves(self) -> None:
        codes = pa.DictionaryArray.from_arrays(pa.array([0, 1, 2, None]), pa.array(["Ada", None, "Bo"]))
        book = read("pyarrow", pa.table({"Id": [1, 2, 3, 4], "Stage": ["Talk"] * 4, "Owner": codes}), owner="Owner")
        assert list(book.owner) == ["Ada", None, "Bo", None]

    @pytest.mark.parametrize("backend", EXACT)
    def test_whole_numbers_with_gaps_keep_every_digit(self, backend: str) -> None:
        numbers = [2**53 + 1, None, 2**62 + 1, -(2**53) - 1, 0]
        book = read(
            backend, rows_of(5, Units=(numbers, pa.int64())), values={"units": "Units"}, plain_values=("units",)
        )
        assert list(book.values["units"]) == numbers
        money = read(backend, rows_of(3, Amount=([2**53 + 1, None, 7], pa.int64())), amount="Amount", currency="JPY")
        assert list(money.amount) == [2**53 + 1, None, 7]
        labels = read(backend, rows_of(2, Tier=([2**53 + 1, None], pa.int64())), labels={"tier": "Tier"})
        assert list(labels.labels["tier"]) == [2**53 + 1, None]

    @pytest.mark.parametrize("backend", EXACT)
    def test_unsigned_numbers_may_be_beyond_64_bits(self, backend: str) -> None:
        table = rows_of(3, Units=([2**64 - 1, None, 5], pa.uint64()))
        (problem,) = faults(backend, table, values={"units": "Units"}, plain_values=("units",))
        assert problem.startswith(
            "Units: 1 cell cannot be read: Units must fit 64 bits in minor units, got 18446744073709551615 (row 0)"
        )
        ids = read(backend, table_of(Id=([2**63 - 1, 1], pa.uint64()), Stage=["Talk"] * 2)).id
        assert (ids.dtype, ids.tolist()) == (np.dtype(np.int64), [2**63 - 1, 1])
        ids = read(backend, table_of(Id=([2**64 - 1, 1], pa.uint64()), Stage=["Talk"] * 2)).id
        assert ids.tolist() == [2**64 - 1, 1]

    def test_an_id_may_not_be_missing(self, backend: str) -> None:
        message = "Id: 1 row has no id (row 1); give each deal an id"
        assert faults(backend, table_of(Id=["a", None, "c"], Stage=["Talk"] * 3)) == [message]
        found = faults(backend, table_of(Id=[1, None, 3], Stage=["Talk"] * 3))
        assert found[0] == message
        # numpy makes floats of whole numbers with gaps, and a float is no id
        assert [problem.partition(" (")[0] for problem in found[1:]] == (
            ["Id: 2 cells cannot be read: an id must be text or a whole number, got 1.0"] if backend == "pandas" else []
        )

    def test_nan_and_null_are_both_gaps(self, backend: str) -> None:
        for kind in (pa.float64(), pa.float32()):
            table = rows_of(3, X=([0.5, float("nan"), None], kind))
            book = read(backend, table, amount="X", probability="X", labels={"x": "X"})
            assert list(book.amount) == [50, None, None]
            assert list(book.probability) == [500_000, None, None]
            assert list(book.labels["x"]) == [0.5, None, None]

    def test_a_short_float_says_its_own_shortest_text(self, backend: str) -> None:
        table = rows_of(3, X=([0.1, None, 0.3], pa.float32()))
        assert list(read(backend, table, amount="X").amount) == [10, None, 30]

    def test_the_day_of_a_time_in_a_zone_is_that_of_the_formats_zone(self, backend: str) -> None:
        for stored in ("Europe/London", "UTC", "America/New_York"):
            times = [datetime(2026, 7, 1, 0, 30, tzinfo=LONDON), None, datetime(2026, 1, 1, 0, 30, tzinfo=LONDON)]
            table = rows_of(3, T=(times, pa.timestamp("us", stored)))
            london = read(backend, table, created="T", zone="Europe/London")
            assert [deal.created for deal in london] == [date(2026, 7, 1), None, date(2026, 1, 1)]
            utc = read(backend, table, created="T", zone="UTC")
            assert [deal.created for deal in utc] == [date(2026, 6, 30), None, date(2026, 1, 1)]
            tokyo = read(backend, table, created="T", zone="Asia/Tokyo")
            assert [deal.created for deal in tokyo] == [date(2026, 7, 1), None, date(2026, 1, 1)]

    def test_a_time_in_a_zone_needs_one_in_the_format(self, backend: str) -> None:
        times = [None, datetime(2026, 7, 1, 0, 30, tzinfo=LONDON), datetime(2026, 1, 1, tzinfo=LONDON)]
        (problem,) = faults(backend, rows_of(3, T=(times, pa.timestamp("us", "Europe/London"))), created="T")
        assert problem.startswith(
            "T: 2 cells cannot be read: T must be a day, or the format must name the zone of its times, got '2026-0"
        )
        assert problem.endswith("' (rows 1, 2); add zone='Europe/London' or another to the format")

    @pytest.mark.parametrize("seconds", [253_402_300_799, 10**12])  # the end of 9999 in UTC, and a year far beyond
    def test_a_time_in_a_zone_may_be_in_no_year_that_python_knows(self, backend: str, seconds: int) -> None:
        table = rows_of(1, T=([seconds * 10**6], pa.timestamp("us", "Asia/Tokyo")))
        (problem,) = faults(backend, table, created="T", zone="Asia/Tokyo")
        assert problem.startswith("T: 1 cell cannot be read: T must be a day in the years 1 to 9999, got ")
        (problem,) = faults(backend, table, created="T")
        assert problem.startswith("T: 1 cell cannot be read: T must be a day, or the format must name the zone")
        (problem,) = faults(backend, table, labels={"t": "T"})
        assert problem.startswith("T: 1 cell cannot be read: a label must be text, a number, a flag or a day, got ")

    @pytest.mark.parametrize("zone", [None, "UTC", "Europe/London"])
    def test_an_instant_is_the_same_in_every_zone(self, backend: str, zone: str | None) -> None:
        times = [
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC),  # both are half past one in London
            datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
            datetime(2026, 7, 1, 0, 0, 0, 1, tzinfo=UTC),
            datetime(1969, 12, 31, 23, 59, tzinfo=UTC),
        ]
        form = ActivityFormat(at="T", kind="Type", zone=zone)
        for stored in ("Europe/London", "UTC", "America/New_York"):
            table = table_of(T=(times, pa.timestamp("us", stored)), Type=["call"] * 4)
            assert [one.at for one in Activities.from_columns(BACKENDS[backend](table), form)] == times

    def test_an_instant_that_is_missing_is_one_at_fault(self, backend: str) -> None:
        times = [datetime(2026, 1, 5, tzinfo=UTC), None]
        frame = BACKENDS[backend](table_of(T=(times, pa.timestamp("us", "Asia/Tokyo")), Type=["call"] * 2))
        kept = Activities.from_columns(frame, ActivityFormat(at="T", kind="Type"), bad_rows="set_aside")
        assert [one.at for one in kept] == times[:1]
        ((problem,),) = [one.problems for one in kept.set_aside]
        assert str(problem) == "T: the activity has no time (row 1); give the instant of each one"

    def test_a_day_is_no_instant(self, backend: str) -> None:
        if backend in ("pandas", "pandas nullable"):
            pytest.skip("numpy's columns in pandas have no days, only times at midnight")
        frame = BACKENDS[backend](table_of(T=([date(2026, 1, 5), None], pa.date32()), Type=["call"] * 2))
        form = ActivityFormat(at="T", kind="Type", zone="Europe/London")
        log = Activities.from_columns(frame, form, bad_rows="set_aside")
        assert (len(log), [str(problem) for row in log.set_aside for problem in row.problems]) == (
            0,
            [
                "T: the cell cannot be read: T must be a time (row 0); write 2026-01-31 12:00+00:00",
                "T: the activity has no time (row 1); give the instant of each one",
            ],
        )

    def test_an_instant_in_no_year_that_python_knows_is_at_fault(self) -> None:
        far = np.datetime64("10000-01-01", "us").astype(int)
        frame = pl.DataFrame({"T": [far], "Type": ["call"]}).with_columns(pl.col("T").cast(pl.Datetime("us", "UTC")))
        with pytest.raises(InvalidTableError) as refused:
            Activities.from_columns(frame, ActivityFormat(at="T", kind="Type"))
        (problem,) = refused.value.problems
        assert str(problem) == (
            "T: 1 cell cannot be read: T must be a time in the years 1 to 9999, got "
            "np.datetime64('10000-01-01T00:00:00.000000') (row 0); correct it"
        )

    @pytest.mark.parametrize("unit", ["s", "ms", "us"])
    def test_times_without_a_zone_have_their_own_day(self, backend: str, unit: str) -> None:
        times = [datetime(2026, 7, 1, 0, 30), None, datetime(1969, 12, 31, 23, 59, 59), datetime(1, 1, 1)]  # noqa: DTZ001
        table = rows_of(4, T=(times, pa.timestamp(unit)))
        for zone in (None, "Asia/Tokyo"):
            book = read(backend, table, created="T", zone=zone)
            assert [deal.created for deal in book] == [date(2026, 7, 1), None, date(1969, 12, 31), date(1, 1, 1)]

    def test_days_with_gaps_are_days(self, backend: str) -> None:
        days = [date(1, 1, 1), None, date(9999, 12, 31), date(1969, 12, 31)]
        for kind in (pa.date32(), pa.date64()):
            book = read(backend, rows_of(4, D=(days, kind)), created="D", labels={"d": "D"})
            assert [deal.created for deal in book] == days
            assert list(book.labels["d"]) == days
        assert list(read(backend, rows_of(2, D=([None, None], pa.date32())), created="D").created) == [None, None]

    def test_decimals_are_exact(self, backend: str) -> None:
        cells = [Decimal("0.01"), None, Decimal("92233720368547758.07"), Decimal("-9007199254740993.01")]
        table = rows_of(4, X=(cells, pa.decimal128(38, 2)))
        with pytest.raises(InvalidTableError, match="below zero"):
            read(backend, table, amount="X")
        book = read(backend, table, values={"arr": "X"})
        assert list(book.values["arr"]) == [1, None, 2**63 - 1, -900719925474099301]

    def test_decimals_that_are_no_cents_are_a_problem_with_its_remedy(self, backend: str) -> None:
        for cells in (
            ([Decimal("1.005"), None, Decimal("2.500")], pa.decimal128(10, 3)),
            ([1.005, None, 2.5], pa.float64()),
        ):
            (problem,) = faults(backend, rows_of(3, X=cells), amount="X")
            assert problem.startswith("X: 1 cell cannot be read: X must have at most 2 decimals, got ")
            assert problem.endswith(" (row 0); round it first, or name rounding='half_away' in the format")
            rounded = read(backend, rows_of(3, X=cells), amount="X", rounding="half_away")
            assert list(rounded.amount) == [101, None, 250]

    def test_large_decimals_are_refused_at_once(self, backend: str) -> None:
        table = rows_of(2, X=([Decimal("9" * 36 + ".99"), None], pa.decimal128(38, 2)))
        (problem,) = faults(backend, table, amount="X")
        assert problem.startswith("X: 1 cell cannot be read: X must fit 64 bits in minor units, got Decimal('9999")
        assert " (row 0); " in problem

    def test_decimals_of_256_bits(self) -> None:
        table = rows_of(3, X=([Decimal("1.50"), None, Decimal("9" * 70 + ".00")], pa.decimal256(74, 2)))
        (problem,) = faults("pyarrow", table, amount="X")
        assert problem.startswith("X: 1 cell cannot be read: X must be below 10**36, got Decimal('9999")
        assert list(read("pyarrow", table[:2], amount="X").amount) == [150, None]

    def test_one_long_text_costs_no_more_than_itself(self, backend: str) -> None:
        n, long = 2000, "x" * 10**6
        frame = BACKENDS[backend](
            table_of(
                Id=[long, *(f"D-{row}" for row in range(1, n))],
                Stage=["Talk"] * n,
                Owner=["Ada", long, *["Bo"] * (n - 2)],
                Note=[None, long, *["n"] * (n - 2)],
            )
        )
        tracemalloc.start()
        try:
            form = evolve(FORM, owner="Owner", labels={"note": "Note"})
            book = Deals.from_columns(frame, form, accept=DOUBTS)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert peak < 60_000_000  # as an array of texts of one width, each column would take 8 GB
        assert (book[0].id, book[1].owner, book[1].labels["note"]) == (long, long, long)

    def test_the_table_is_a_copy_and_cannot_be_written_to(self, backend: str) -> None:
        frame = BACKENDS[backend](golden_table())
        table = Deals.from_columns(frame, GOLDEN_FORM, accept={"missing_amount"})
        arrays = [table.id, table.values["units"].values, table.created.values, table.probability.values]
        arrays += [table.amount.values, table.amount.known, table.owner.codes, table.labels["region"].codes]
        assert not any(array.flags.writeable for array in arrays)
        for theirs in memory_of(frame):
            assert not any(np.shares_memory(ours, theirs) for ours in arrays)

    def test_a_frame_that_changes_later_changes_nothing(self) -> None:
        for name in ("pandas", "pandas nullable"):
            frame = BACKENDS[name](rows_of(3, X=[1.5, 2.5, 3.5], N=([1, 2, 3], pa.int64())))
            form = evolve(FORM, amount="X", values={"n": "N"}, plain_values=("n",))
            table = Deals.from_columns(frame, form, accept=DOUBTS)
            frame.loc[:, ["Id", "N"]] = 9
            frame.loc[:, "X"] = 9.0
            assert (table.id.tolist(), list(table.amount)) == ([0, 1, 2], [150, 250, 350])
            assert list(table.values["n"]) == [1, 2, 3]


def memory_of(frame: Any) -> Iterator[Any]:
    """The arrays that lie in a frame's own memory, as far as the backend shows them."""
    if isinstance(frame, pd.DataFrame):
        for name in ("Id", "Units", "P"):
            array = frame[name].array
            yield from (one for one in (getattr(array, "_data", None), frame[name].to_numpy()) if one is not None)
    elif isinstance(frame, pl.DataFrame):
        yield from (frame["Id"].to_numpy(), frame["Tier"].to_numpy())
    elif isinstance(frame, pa.Table):
        yield from (chunk.to_numpy() for name in ("Id", "Tier") for chunk in frame[name].chunks)


class TestKindsThatSayNothing:
    CELLS = (
        ("duration", timedelta(1), pa.duration("us")),
        ("time", time(12), pa.time64("us")),
        ("bytes", b"x" * 10**6, pa.binary()),
        ("list", ["x" * 10**6], pa.list_(pa.string())),
        ("struct", {"a": "x" * 10**6}, pa.struct([("a", pa.string())])),
    )

    @pytest.mark.parametrize(("cell", "kind"), [(cell, kind) for _, cell, kind in CELLS], ids=[one[0] for one in CELLS])
    @pytest.mark.parametrize("field", ["id", "amount", "created", "owner", "kind", "labels", "currency_column"])
    def test_they_are_refused_with_their_rows(self, backend: str, cell: Any, kind: Any, field: str) -> None:
        table = rows_of(4, X=([cell, None, cell, None], kind))
        form: dict[str, Any] = {"labels": {"x": "X"}} if field == "labels" else {field: "X"}
        if field == "currency_column":
            form["currency"] = None
        found = faults(backend, table, **form)
        (problem,) = [one for one in found if "cannot be read" in one]
        assert problem.startswith("X: 2 cells cannot be read: ")
        assert " (rows 0, 2); " in problem
        assert len(problem) < 600

    def test_a_column_without_a_kind_is_all_gaps(self, backend: str) -> None:
        table = rows_of(2, X=pa.nulls(2))
        book = read(backend, table, amount="X", owner="X", created="X", labels={"x": "X"})
        assert (list(book.amount), list(book.owner), list(book.created)) == ([None] * 2,) * 3
        assert list(book.labels["x"]) == [None, None]

    def test_flags_are_labels_and_nothing_else(self, backend: str) -> None:
        table = rows_of(3, X=[True, None, False])
        assert list(read(backend, table, labels={"x": "X"}).labels["x"]) == [True, None, False]
        for field in ("amount", "created", "owner", "probability"):
            (problem,) = faults(backend, table, **{field: "X"})
            assert "2 cells cannot be read: " in problem
            assert " (rows 0, 2); " in problem


class TestColumnsOfObjects:
    def test_kinds_are_told_apart_in_every_row(self) -> None:
        cells = ["Ada"] * 150 + [5, 1.5, True, np.nan, None, pd.NA, pd.NaT]
        frame = pd.DataFrame({"Id": range(157), "Stage": "Talk", "Owner": pd.Series(cells, dtype=object)})
        with pytest.raises(InvalidTableError) as caught:
            Deals.from_columns(frame, evolve(FORM, owner="Owner"), accept=DOUBTS)
        (problem,) = caught.value.problems
        assert problem.rows == (151, 152)
        table = Deals.from_columns(frame, evolve(FORM, labels={"x": "Owner"}), accept=DOUBTS)
        assert [type(one) for one in table.labels["x"]][148:] == [str, str, int, float, bool, *[type(None)] * 4]

    def test_one_and_true_are_not_read_alike(self) -> None:
        frame = pd.DataFrame({"Id": [1, 2, 3], "Stage": "Talk", "X": pd.Series([1, True, 1.0], dtype=object)})
        with pytest.raises(InvalidTableError) as caught:
            Deals.from_columns(frame, evolve(FORM, amount="X"), accept=DOUBTS)
        assert [problem.rows for problem in caught.value.problems] == [(1,)]

    def test_dates_decimals_and_times_of_numpy(self) -> None:
        days = pd.Series([date(2026, 1, 5), np.datetime64("2026-01-06T23:00"), None, pd.NaT], dtype=object)
        money = pd.Series([Decimal("1.50"), 2, 2.5, "3.25"], dtype=object)
        frame = pd.DataFrame({"Id": range(4), "Stage": "Talk", "D": days, "X": money})
        table = Deals.from_columns(frame, evolve(FORM, amount="X", created="D"), accept=DOUBTS)
        assert [deal.created for deal in table] == [date(2026, 1, 5), date(2026, 1, 6), None, None]
        assert list(table.amount) == [150, 200, 250, 325]

    def test_offsets_of_many_zones_are_read_one_by_one(self) -> None:
        tokyo = ZoneInfo("Asia/Tokyo")
        times = pd.Series([datetime(2026, 7, 1, 8, tzinfo=tokyo), datetime(2026, 7, 1, tzinfo=LONDON)], dtype=object)
        frame = pd.DataFrame({"Id": range(2), "Stage": "Talk", "T": times})
        table = Deals.from_columns(frame, evolve(FORM, created="T", zone="Europe/London"), accept=DOUBTS)
        assert [deal.created for deal in table] == [date(2026, 7, 1), date(2026, 7, 1)]

    def test_objects_of_polars(self) -> None:
        frame = pl.DataFrame(
            {"Id": [1, 2], "Stage": ["Talk"] * 2, "X": pl.Series([Money(5, "USD"), None], dtype=pl.Object)}
        )
        assert list(Deals.from_columns(frame, evolve(FORM, amount="X"), accept=DOUBTS).amount) == [5, None]


class TestTexts:
    def test_texts_that_arrow_cannot_hold(self) -> None:
        kind = pd.StringDtype("python")
        ids, owners = pd.Series(["\ud800", "b"], dtype=kind), pd.Series(["\ud800", None], dtype=kind)
        frame = pd.DataFrame({"Id": ids, "Stage": "Talk", "Owner": owners})
        (one, two) = Deals.from_columns(frame, evolve(FORM, owner="Owner"), accept=DOUBTS)
        assert (one.id, one.owner, two.id, two.owner) == ("\ud800", "\ud800", "b", None)

    def test_frames_that_were_joined(self) -> None:
        table = rows_of(3, Owner=["Ada", None, "Bo"], Region=pa.array(["x", None, "y"]).dictionary_encode())
        for name in ("pandas", "pandas nullable", "pandas arrow"):
            frame = BACKENDS[name](table)
            joined = pd.concat([frame, frame, frame[:0]])
            joined["Id"] = range(6)
            book = Deals.from_columns(joined, evolve(FORM, owner="Owner", labels={"x": "Region"}), accept=DOUBTS)
            assert list(book.owner) == ["Ada", None, "Bo"] * 2
            assert list(book.labels["x"]) == ["x", None, "y"] * 2

    def test_categories_of_numbers_and_of_days(self) -> None:
        frame = pd.DataFrame({"Id": [1, 2, 3], "Stage": "Talk"})
        frame["Tier"] = pd.Categorical([2, None, 1], [1, 2, 3])
        frame["Day"] = pd.Categorical(pd.to_datetime(["2026-01-05", None, "2026-01-06"]))
        form = evolve(FORM, labels={"tier": "Tier"}, created="Day", owner="Tier")
        table = Deals.from_columns(frame, form, accept=DOUBTS)
        assert list(table.labels["tier"]) == [2, None, 1]
        assert list(table.owner) == ["2", None, "1"]
        assert [deal.created for deal in table] == [date(2026, 1, 5), None, date(2026, 1, 6)]

    def test_categories_of_numbers_beyond_64_bits(self) -> None:
        frame = pd.DataFrame({"Id": [1, 2, 3], "Stage": "Talk"})
        frame["Tier"] = pd.Categorical([10**20, None, 1])
        table = Deals.from_columns(frame, evolve(FORM, labels={"tier": "Tier"}), accept=DOUBTS)
        assert list(table.labels["tier"]) == [10**20, None, 1]

    def test_days_and_money_written_as_texts(self, backend: str) -> None:
        table = rows_of(3, D=["2026-01-05", "2026-07-01T00:30+01:00", None], X=["1.50", None, "2"])
        book = read(backend, table, created="D", amount="X", zone="Europe/London")
        assert [deal.created for deal in book] == [date(2026, 1, 5), date(2026, 7, 1), None]
        assert list(book.amount) == [150, None, 200]

    def test_words_for_gaps_are_those_of_the_format(self, backend: str) -> None:
        table = rows_of(3, Owner=["-", "", "Ada"], X=["-", "", "1"])
        book = read(backend, table, owner="Owner", amount="X", missing=("", "-"))
        assert (list(book.owner), list(book.amount)) == ([None, None, "Ada"], [None, None, 100])

    def test_enums_of_polars(self) -> None:
        column = pl.Series(["Bo", None, "Ada"], dtype=pl.Enum(["Ada", "Bo", "Cy"]))
        frame = pl.DataFrame({"Id": [1, 2, 3], "Stage": ["Talk"] * 3, "Owner": column})
        for one in (frame, frame.lazy()):
            assert list(Deals.from_columns(one, evolve(FORM, owner="Owner"), accept=DOUBTS).owner) == [
                "Bo",
                None,
                "Ada",
            ]


class TestLazyFrames:
    def frame(self, seen: list[str]) -> Any:
        def watched(name: str) -> Any:
            def look(column: Any) -> Any:
                seen.append(name)
                return column

            return pl.col(name).map_batches(look, return_dtype=pl.String)

        data = {"Id": [1, 2], "Stage": ["Talk", "?"], "Unread": ["x", "y"]}
        return pl.LazyFrame(data).with_columns(watched("Stage"), watched("Unread"))

    def test_only_the_columns_of_the_format_are_collected_once(self) -> None:
        seen: list[str] = []
        with pytest.raises(InvalidTableError, match=r"got '\?' \(row 1\)"):
            Deals.from_columns(self.frame(seen), FORM, accept=DOUBTS)
        assert seen == ["Stage"]

    def test_all_of_them_are_where_rows_may_be_set_aside(self) -> None:
        seen: list[str] = []
        table = Deals.from_columns(self.frame(seen), FORM, bad_rows="set_aside", accept=DOUBTS)
        assert sorted(seen) == ["Stage", "Unread"]
        assert table.set_aside[0].cells == {"Id": 2, "Stage": "?", "Unread": "y"}

    def test_a_relation_without_any_of_the_columns(self) -> None:
        (problem, _) = faults("duckdb", table_of(A=[1], B=[2]))
        assert problem == "Id: the data have no such column; known are 'A', 'B'"


class TestWhatIsNoFrame:
    @pytest.mark.parametrize(
        "data", [pl.Series([1]), pd.Series([1]), pa.RecordBatch.from_pydict({"Id": [1]}), pa.array([1]), 5]
    )
    def test_it_is_refused(self, data: Any) -> None:
        with pytest.raises(InvalidValueError) as caught:
            Deals.from_columns(data, FORM)
        assert str(caught.value) == (
            f"data must map column names to columns, got {type(data).__name__}; "
            "write {'id': [...], 'stage': [...]}, or give a frame"
        )


def test_texts_are_read_without_arrow_too() -> None:
    code = """
import sys
sys.modules["pyarrow"] = None
import pandas as pd
import polars as pl
import salesmetrics as sm
form = sm.DealFormat(id="Id", stage="Stage", owner="Owner")
columns = {"Id": ["a", "b", "c"], "Stage": ["Qualified"] * 3, "Owner": ["Ada", None, "Ada"]}
for build in (pl.DataFrame, pl.LazyFrame, pd.DataFrame):
    table = sm.Deals.from_columns(build(columns), form, accept={"missing_amount", "missing_created"})
    print([(deal.id, deal.owner) for deal in table])
"""
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert run.stdout.splitlines() == ["[('a', 'Ada'), ('b', None), ('c', 'Ada')]"] * 3


@pytest.mark.thread_unsafe(reason="the threads would share the modules that are hidden")
def test_a_relation_needs_arrow(monkeypatch: pytest.MonkeyPatch) -> None:
    relation = BACKENDS["duckdb"](rows_of(1))
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError) as caught:
        Deals.from_columns(relation, FORM)
    assert str(caught.value) == "a relation of duckdb needs pyarrow to be read, got one without it; pip install pyarrow"


class TestWithoutNarwhals:
    MESSAGE = "a frame needs narwhals to be read, got DataFrame without it; pip install 'salesmetrics[frames]'"

    def test_a_frame_names_the_extra(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "narwhals.stable.v2", None)
        with pytest.raises(MissingExtraError) as caught:
            Deals.from_columns(pd.DataFrame({"Id": [1]}), FORM)
        assert str(caught.value) == self.MESSAGE
        assert isinstance(caught.value, ImportError)

    def test_everything_else_works(self) -> None:
        code = """
import sys
sys.modules["narwhals"] = None
import salesmetrics as sm
class DataFrame:
    columns = ("Id",)
form = sm.DealFormat(id="Id", stage="Stage")
doubts = {"missing_amount", "missing_created"}
assert len(sm.Deals.from_columns({"Id": [1], "Stage": ["Qualified"]}, form, accept=doubts)) == 1
for data, error in ((DataFrame(), sm.MissingExtraError), ([1], sm.InvalidValueError), (5, sm.InvalidValueError)):
    try:
        sm.Deals.from_columns(data, form)
    except error as fault:
        print(fault)
"""
        run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
        first, *others = run.stdout.splitlines()
        assert first == self.MESSAGE
        assert len(others) == 2
        assert all(line.startswith("data must map column names to columns, got ") for line in others)
