"""What a waterfall is asked, and what it makes of sightings that are laid out by hand."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import numpy as np
import pytest
from attrs import fields

from salesmetrics import InvalidValueError
from salesmetrics._numeric.columns import Coded, Masked
from salesmetrics.measure._sightings import Sightings, check_span, checked_owners, waterfall_lines

OWNERS = Coded(np.array([0, 1, -1]), ("Ada", "Bo"))
EARLIER = Coded(np.array([0]), ("Cleo",))
OPENING, CLOSING = 10, 20


@pytest.mark.parametrize("wrong", ["Ada", "", [], 5, [5], ["Ada", 5]])
def test_owners_are_a_collection_of_names(wrong: Any) -> None:
    with pytest.raises(InvalidValueError) as refused:
        checked_owners(wrong, OWNERS)
    assert str(refused.value) == (
        f"owners must be a collection of names, got {wrong!r}; write {{'Ada', 'Bo'}}, or None for everyone"
    )


def test_owners_are_those_who_have_deals_or_had_some() -> None:
    assert checked_owners(None, OWNERS) == ()
    assert checked_owners(["Bo", "Ada", "Bo", None], OWNERS) == checked_owners({"Ada", None, "Bo"}, OWNERS)
    assert checked_owners([None], OWNERS) == (None,)
    assert checked_owners(["Cleo", "Ada"], OWNERS, EARLIER) == ("Ada", "Cleo")
    for columns, known in (((OWNERS,), "'Ada', 'Bo'"), ((OWNERS, EARLIER), "'Ada', 'Bo', 'Cleo'")):
        message = f"owners must be people who have deals or had some, got 'Zoe'; known are {known}"
        with pytest.raises(InvalidValueError, match=f"^{re.escape(message)}$"):
            checked_owners(["Ada", "Zoe"], *columns)
    with pytest.raises(InvalidValueError, match="got 'Adda'; did you mean 'Ada'"):
        checked_owners(["Adda"], OWNERS)
    nobody = Coded(np.zeros(0, np.int64), ())
    assert checked_owners(["Zoe"], nobody) == ("Zoe",)
    with pytest.raises(InvalidValueError, match="got 'Zoe'; known are 'Cleo'"):
        checked_owners(["Zoe"], nobody, EARLIER)


@pytest.mark.parametrize(
    ("start", "end", "message"),
    [
        ("today", date(2026, 1, 2), "start must be a date"),
        (date(2026, 1, 2), None, "end must be a date"),
        (date(2026, 1, 2), date(2026, 1, 2), "end must be after start 2026-01-02, got 2026-01-02; give two days in"),
        (date(2026, 1, 2), date(2026, 1, 1), "end must be after start 2026-01-02, got 2026-01-01; give two days in"),
    ],
)
def test_a_span_goes_from_a_day_to_a_later_one(start: Any, end: Any, message: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        check_span(start, end)
    assert str(refused.value).startswith(message)


def seen(*amounts: int | None, sides: tuple[int, ...] = (0, 0), is_open: bool = True, is_won: bool = False) -> Any:
    """One deal that is seen at the opening and on the next day; whether it is open or won says the second sighting."""
    flags = np.ones(2, np.bool_)
    return Sightings(
        number=np.zeros(2, np.int64),
        day=np.array([OPENING - 1, OPENING]),
        is_there=flags,
        is_open=np.array([True, is_open]),
        is_won=np.array([False, is_won]),
        side=np.array(sides, np.int8),
        is_dated=flags,
        is_owned=flags,
        amount=Masked(np.array([one or 0 for one in amounts]), np.array([one is not None for one in amounts])),
    )


def lines(sightings: Sightings) -> dict[str, int | None]:
    found: Any = waterfall_lines(sightings, np.array(["D-1"], object), OPENING, CLOSING).to_columns()
    assert {*found["deal"]} <= {"D-1"}
    return dict(zip(found["bucket"], found["minor"], strict=True))


@pytest.mark.parametrize(
    ("sightings", "found"),
    [
        (seen(100, 101), {"opening": 100, "increased": 1, "closing": 101}),
        (seen(100, 99), {"opening": 100, "decreased": -1, "closing": 99}),
        (seen(100, 100), {"opening": 100, "closing": 100}),
        (seen(100, 250, sides=(0, 1)), {"opening": 100, "increased": 150, "pushed_out": -250}),
        (seen(100, 100, sides=(0, -1)), {"opening": 100, "pulled_out": -100}),
        (seen(100, 40, sides=(0, -1)), {"opening": 100, "decreased": -60, "pulled_out": -40}),
        (seen(100, 100, sides=(1, 0)), {"pulled_in": 100, "closing": 100}),
        (seen(100, 120, sides=(-1, 0)), {"pushed_in": 100, "increased": 20, "closing": 120}),
        (seen(100, 120, is_open=False, is_won=True), {"opening": 100, "increased": 20, "won": -120}),
        (seen(100, 120, is_open=False), {"opening": 100, "lost": -100}),
        (seen(None, 120), {"opening": None, "amount_given": 120, "closing": 120}),
        (seen(120, None), {"opening": 120, "amount_cleared": -120, "closing": None}),
        (seen(0, 0), {"opening": 0, "closing": 0}),
    ],
)
def test_what_happened_to_one_deal(sightings: Sightings, found: dict[str, int | None]) -> None:
    assert lines(sightings) == found


@pytest.mark.parametrize(
    ("before", "after"), [(2**62, -(2**62)), (-(2**62), 2**62), (2**63 - 1, -2), (2**61, -(2**61))]
)
def test_differences_are_exact_beyond_64_bits(before: int, after: int) -> None:
    bucket = "increased" if after > before else "decreased"
    assert lines(seen(before, after)) == {"opening": before, bucket: after - before, "closing": after}


def test_deals_that_were_not_there_come_and_go() -> None:
    nothing, before = Sightings.of_nothing(np.zeros(1, np.int64), np.array([OPENING - 1])), seen(100, 100)
    assert not nothing.is_there.any()
    flat = {one.name: getattr(before, one.name)[1:] for one in fields(Sightings) if one.name != "amount"}
    first = Sightings(**flat, amount=before.amount.take(np.array([1])))
    assert lines(Sightings.together([first, nothing])) == {"created": 100, "closing": 100}
