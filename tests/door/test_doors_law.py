"""The door law: the same deals as objects, in lists, in arrays of any kind and in a CSV file make equal tables."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from salesmetrics import Category, Deal, DealFormat, Deals, Money
from strategies import DOUBTS, laid_down

GAP = r"\N"
"""How these data write a missing cell, so that empty text stays empty text."""

Writer = Callable[[list[Any]], Any]
"""Makes a foreign column of plain values, `None` where there is none."""


def a_list(write: Callable[[Any], Any], gap: Any = None) -> Writer:
    return lambda cells: [gap if cell is None else write(cell) for cell in cells]


def objects(write: Callable[[Any], Any], gap: Any = None) -> Writer:
    def array(cells: list[Any]) -> Any:
        column = np.empty(len(cells), object)
        column[:] = a_list(write, gap)(cells)
        return column

    return array


def array_of(dtype: str, write: Callable[[Any], Any], gap: Any = None) -> Writer:
    return lambda cells: np.array(a_list(write, gap)(cells), dtype)


def same(cell: Any) -> Any:
    return cell


NAMES = [a_list(same), a_list(same, GAP), a_list(np.str_), objects(same, np.nan), array_of("U", same, GAP)]
LABELS = [a_list(same), a_list(same, np.nan), objects(same)]
KINDS = [a_list(same), a_list(lambda word: f" {word.upper()}\n"), array_of("U", same, GAP)]
CATEGORIES = [
    a_list(same),
    a_list(lambda one: one.value, GAP),
    a_list(lambda one: one.value.replace("_", "  ").title()),
    objects(lambda one: one.value.replace("_", "-"), np.nan),
]
TEXT_IDS = [a_list(same), a_list(np.str_), objects(same), array_of("U", same)]
NUMBER_IDS = [a_list(same), objects(same), *(array_of(kind, same) for kind in ("i1", "u2", "i4", "i8", "u8"))]
NOON, LAST = time(12), time(23, 59, 59, 999_999)


def at(moment: time) -> Callable[[date], datetime]:
    return lambda day: datetime.combine(day, moment)


DAYS = [
    a_list(same),
    a_list(same, np.nan),
    a_list(date.isoformat, GAP),
    a_list(at(NOON), np.datetime64("NaT")),
    a_list(lambda day: at(LAST)(day).isoformat(), GAP),
    a_list(lambda day: f"{day.isoformat()} 00:00"),
    objects(same, np.nan),
    objects(at(LAST)),
    *(array_of(f"M8[{unit}]", same, "NaT") for unit in ("D", "h", "m", "s", "ms", "us")),
    *(array_of(f"M8[{unit}]", at(LAST), "NaT") for unit in ("h", "s", "us")),
]
NEAR_DAYS = [array_of("M8[ns]", same, "NaT"), array_of("M8[ns]", at(NOON), "NaT")]
"""Nanoseconds reach from 1678 to 2261."""


def major(money: Money | int) -> Decimal:
    return money.amount if isinstance(money, Money) else Decimal(money)


def plain_text(money: Money | int) -> str:
    return f"{major(money):f}"


def writers_of_amounts(cells: Iterable[Money | int | None]) -> list[Writer]:
    """Every way that can say these amounts exactly."""
    given = [cell for cell in cells if cell is not None]
    writers = [
        a_list(plain_text, GAP),
        a_list(lambda money: f"{major(money):+f}"),
        a_list(lambda money: f"{major(money):.4f}", np.nan),
        a_list(major, Decimal("NaN")),
        objects(plain_text, np.nan),
    ]
    if all(abs(one.minor if isinstance(one, Money) else one) < 10**15 for one in given):  # at most 15 digits
        writers += [
            a_list(lambda money: float(major(money))),
            a_list(lambda money: np.float64(major(money)), np.nan),
            objects(lambda money: float(major(money)), np.nan),
            array_of("f8", lambda money: float(major(money)), np.nan),
        ]
    if all(isinstance(one, Money) for one in given):
        writers += [a_list(same), objects(same, GAP)]
    if all(major(one) == int(major(one)) for one in given):
        writers += [a_list(lambda money: int(major(money))), a_list(lambda money: np.int64(major(money)))]
        if len(given) == len(list(cells)):
            writers.append(array_of("i8", lambda money: int(major(money))))
            if all(0 <= major(one) < 2**16 for one in given):
                writers += [array_of(kind, lambda money: int(major(money))) for kind in ("u2", "i4", "u8", "f4")]
    return writers


def writers_of_chances(*, percent: bool) -> list[Writer]:
    def exact(chance: float) -> Decimal:
        return Decimal(str(chance)) * (100 if percent else 1)

    return [
        a_list(exact),
        a_list(lambda chance: f"{exact(chance):f}", GAP),
        a_list(lambda chance: float(exact(chance)), np.nan),
        objects(lambda chance: float(exact(chance))),
        array_of("f8", lambda chance: float(exact(chance)), np.nan),
    ]


def in_one_currency(deals: list[Deal]) -> tuple[list[Deal], str]:
    """The deals with zeros of no currency in that of the others, because columns say the currency once."""
    money = [one for deal in deals for one in (deal.amount, *deal.values.values()) if isinstance(one, Money)]
    currency = min({one.currency for one in money} - {"XXX"}, default="EUR")

    def exchanged(money: Money | int | None) -> Any:
        return Money(0, currency) if money == Money(0, "XXX") else money

    def of(deal: Deal) -> Deal:
        values = {name: exchanged(value) for name, value in deal.values.items()}
        return evolve(deal, amount=exchanged(deal.amount), values=values)

    return [of(deal) for deal in deals], currency


FORM = DealFormat(
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
    labels={"region": "Region", "tier": "Tier"},
    missing=(GAP,),
)


@st.composite
def foreign_books(draw: DrawFn) -> tuple[dict[str, Any], DealFormat, Deals]:
    """Columns of any valid book, each written in any way, their format, and the table of the same deals."""
    book = draw(laid_down())
    deals, currency = in_one_currency(book.deals)
    percent, by_column = draw(st.booleans()), draw(st.booleans())
    text_ids = any(isinstance(deal.id, str) for deal in deals)
    fields: dict[str, tuple[list[Any], list[Writer]]] = {
        "Id": ([deal.id for deal in deals], NUMBER_IDS),
        "Stage": ([deal.stage for deal in deals], NAMES),
        "Owner": ([deal.owner for deal in deals], NAMES),
        "P": ([deal.probability for deal in deals], writers_of_chances(percent=percent)),
        "Category": ([deal.category for deal in deals], CATEGORIES),
        "Kind": ([deal.kind for deal in deals], KINDS),
        "Account": ([deal.account for deal in deals], NAMES),
        "Region": ([deal.labels.get("region") for deal in deals], NAMES),
        "Tier": ([deal.labels.get("tier") for deal in deals], LABELS),
        "Currency": ([currency for _ in deals], NAMES),
    }
    if text_ids:
        all_text = all(isinstance(deal.id, str) for deal in deals)
        fields["Id"] = (fields["Id"][0], TEXT_IDS if all_text else [a_list(same), objects(same)])
    for name, cells in (
        ("Amount", [deal.amount for deal in deals]),
        ("ARR", [deal.values.get("arr") for deal in deals]),
        ("Units", [deal.values.get("units") for deal in deals]),
    ):
        fields[name] = (cells, writers_of_amounts(cells))
    for name, days in (
        ("Created", [deal.created for deal in deals]),
        ("Closed", [deal.closed for deal in deals]),
        ("Due", [deal.expected_close for deal in deals]),
    ):
        near = all(day is None or 1678 <= day.year <= 2261 for day in days)
        fields[name] = (days, [*DAYS, *NEAR_DAYS] if near else DAYS)
    data = {name: draw(st.sampled_from(writers))(cells) for name, (cells, writers) in fields.items()}
    form = evolve(
        FORM,
        process=book.process,
        currency=None if by_column else currency,
        currency_column="Currency" if by_column else None,
        probability_scale="percent" if percent else "fraction",
    )
    return data, form, Deals.of(deals, book.process, accept=book.doubts)


@given(foreign_books())
def test_columns_and_objects_make_the_same_table(drawn: tuple[dict[str, Any], DealFormat, Deals]) -> None:
    data, form, expected = drawn
    table = Deals.from_columns(data, form, accept=DOUBTS)
    assert list(table) == list(expected)
    assert table == expected
    assert table.process == expected.process
    assert {str(type(one)) for one in table.id.tolist()} == {str(type(one)) for one in expected.id.tolist()}
    assert table.id.dtype == expected.id.dtype or not len(table)
    for name in ("created", "closed", "expected_close", "probability", "amount"):
        assert getattr(table, name).values.dtype == getattr(expected, name).values.dtype


@given(laid_down(), st.data())
def test_a_csv_file_and_objects_make_the_same_table(book: Any, data: st.DataObject) -> None:
    deals, currency = in_one_currency(book.deals)
    deals = [evolve(deal, id=f"{deal.id}", labels={"region": deal.labels.get("region")}) for deal in deals]
    form = evolve(FORM, currency=currency, process=book.process, labels={"region": "Region"})
    newline = data.draw(st.sampled_from(["\n", "\r\n", "\r"]))
    always = newline == "\r" or data.draw(st.booleans())
    columns = {
        "Id": [deal.id for deal in deals],
        "Stage": a_list(same, GAP)([deal.stage for deal in deals]),
        "Amount": a_list(plain_text, GAP)([deal.amount for deal in deals]),
        "Owner": a_list(same, GAP)([deal.owner for deal in deals]),
        "Created": a_list(date.isoformat, GAP)([deal.created for deal in deals]),
        "Closed": a_list(date.isoformat, GAP)([deal.closed for deal in deals]),
        "Due": a_list(date.isoformat, GAP)([deal.expected_close for deal in deals]),
        "P": a_list(lambda chance: f"{chance:.6f}", GAP)([deal.probability for deal in deals]),
        "Category": a_list(lambda one: one.value, GAP)([deal.category for deal in deals]),
        "Kind": a_list(same, GAP)([deal.kind for deal in deals]),
        "Account": a_list(same, GAP)([deal.account for deal in deals]),
        "ARR": a_list(plain_text, GAP)([deal.values.get("arr") for deal in deals]),
        "Units": a_list(str, GAP)([deal.values.get("units") for deal in deals]),
        "Region": a_list(same, GAP)([deal.labels.get("region") for deal in deals]),
        "Not read": ["x" for _ in deals],
    }
    with TemporaryDirectory() as folder:
        path = Path(folder, "deals.csv")
        encoding = data.draw(st.sampled_from(["utf-8", "utf-8-sig"]))  # with a byte-order mark, as Excel writes
        with path.open("w", encoding=encoding, newline="") as file:
            writer = csv.writer(file, lineterminator=newline, quoting=csv.QUOTE_ALL if always else csv.QUOTE_MINIMAL)
            writer.writerow(columns)
            for row in zip(*columns.values(), strict=True):
                file.write(data.draw(st.sampled_from(["", newline])))  # a blank line is no row
                writer.writerow(row)
        table = Deals.from_csv(path, form, accept=book.doubts)
    assert table == Deals.of(deals, book.process, accept=book.doubts)
    assert table.set_aside == ()


def test_categories_are_all_written() -> None:
    """The writers above say every category by its own word."""
    for write in CATEGORIES:
        data = {"Id": [*range(len(Category))], "Stage": ["Qualified"] * len(Category), "Category": write([*Category])}
        form = DealFormat(id="Id", stage="Stage", category="Category")
        table = Deals.from_columns(data, form, accept={"missing_amount", "missing_created"})
        assert list(table.category) == [*Category]
