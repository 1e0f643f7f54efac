"""Laws of conversion, each against the deals one by one, in fractions; and what cannot be converted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

from salesmetrics import (
    Conversion,
    Deal,
    DealFormat,
    Deals,
    InvalidTableError,
    InvalidValueError,
    Money,
    Outcome,
    Rates,
)
from salesmetrics.model.currencies import exponent
from salesmetrics.model.money import rounded
from salesmetrics.table.conversion import RateDay
from strategies import DOUBTS, STANDARD, books

NEW_YEAR, FEBRUARY, AS_OF = date(2026, 1, 1), date(2026, 2, 1), date(2026, 1, 15)
AUD = Rates("USD", "AUD", [NEW_YEAR, FEBRUARY], ["1.39", "1.42"])
CODES = ["USD", "JPY", "BHD", "CLF"]
DATINGS: list[tuple[RateDay, ...]] = [
    ("closed", "as_of"),
    ("closed", "expected_close", "as_of"),
    ("created", "as_of"),
    ("as_of",),
]


@st.composite
def rates_into(draw: st.DrawFn, currency: str) -> Rates:
    """Rates of every other currency in force on any day, stated in either direction, some of them changing."""
    rows: list[tuple[str, str, date, Fraction]] = []
    for code in CODES:
        if code != currency:
            base, quote = (code, currency) if draw(st.booleans()) else (currency, code)
            days = {date.min} | draw(st.sets(st.sampled_from([NEW_YEAR, date(2026, 1, 2), FEBRUARY])))
            rows += [
                (base, quote, day, draw(st.fractions(Fraction(1, 300), 2, max_denominator=400))) for day in sorted(days)
            ]
    return Rates(*zip(*rows, strict=True))


@st.composite
def mixed_books(draw: st.DrawFn) -> list[Deal]:
    """Deals in several currencies, small enough to be converted within 64 bits."""
    parts = [draw(books(accept=DOUBTS, max_size=5)) for _ in range(draw(st.integers(1, 3)))]
    deals = [deal for part in parts for deal in part]
    small = [
        evolve(deal, id=place, amount=smaller(deal.amount), values=reduced(deal)) for place, deal in enumerate(deals)
    ]
    return draw(st.permutations(small))


def smaller(money: Any) -> Any:
    """The amount, with so many digits that a rate cannot carry it past 64 bits."""
    if not isinstance(money, Money):
        return money
    return Money(money.minor % 10**9 * (1 if money.minor >= 0 else -1), money.currency)


def reduced(deal: Deal) -> dict[str, Any]:
    return {name: smaller(value) for name, value in deal.values.items()}


def day_of(deal: Deal, dated: tuple[RateDay, ...]) -> date:
    found = [AS_OF if word == "as_of" else getattr(deal, word) for word in dated]
    return next(day for day in found if day is not None)


def by_hand(deals: list[Deal], pick: Callable[[Deal], Any], conversion: Conversion) -> list[Any]:
    """What one column of money is converted to, deal by deal."""
    done: list[Any] = [pick(deal) for deal in deals]
    groups: dict[tuple[str, date], list[int]] = {}
    for place, (deal, money) in enumerate(zip(deals, done, strict=True)):
        if isinstance(money, Money) and money.minor and money.currency != conversion.currency:
            groups.setdefault((money.currency, day_of(deal, conversion.dated)), []).append(place)
        elif isinstance(money, Money):
            done[place] = Money(money.minor, conversion.currency)
    for (currency, day), places in groups.items():
        rate = conversion.rates.on(currency, conversion.currency, day)
        assert rate is not None
        ratio = rate * Fraction(10) ** (exponent(conversion.currency) - exponent(currency))
        minor = [done[place].minor for place in places]
        sign = 1 if (sum(minor) or minor[0]) > 0 else -1
        exact = [sign * one * ratio for one in minor]
        total = sum(exact, Fraction(0))
        down = [floor(one) for one in exact]
        left = rounded(total.numerator, total.denominator) - sum(down)
        tall = sorted(range(len(exact)), key=lambda row: (down[row] - exact[row], row))[:left]
        for row, place in enumerate(places):
            done[place] = Money(sign * (down[row] + (row in tall)), conversion.currency)
    return done


def totals_by_day(table: Deals, deals: list[Deal], dated: tuple[RateDay, ...]) -> dict[Any, int]:
    """What the deals of one currency and day come to in the table."""
    totals: dict[Any, int] = {}
    for deal in deals:
        if deal.amount is not None and deal.amount.minor:
            key = (deal.amount.currency, day_of(deal, dated))
            found = next(one for one in table if one.id == deal.id).amount
            assert found is not None
            totals[key] = totals.get(key, 0) + found.minor
    return totals


class TestInCurrency:
    @given(mixed_books(), st.sampled_from(DATINGS), st.sampled_from(CODES), st.data())
    def test_definition(
        self, deals: list[Deal], dated: tuple[RateDay, ...], currency: str, data: st.DataObject
    ) -> None:
        rates = data.draw(rates_into(currency))
        conversion = Conversion(currency, rates, dated=dated, as_of=AS_OF)
        table = Deals.of(deals, accept=DOUBTS, convert=conversion)
        amounts = by_hand(deals, lambda deal: deal.amount, conversion)
        arr = by_hand(deals, lambda deal: deal.values.get("arr"), conversion)
        expected = [
            evolve(deal, amount=amount, values={**deal.values, "arr": value})
            for deal, amount, value in zip(deals, amounts, arr, strict=True)
        ]
        assert list(table) == expected
        assert table.currency == currency

    @given(mixed_books(), st.sampled_from(DATINGS), st.data())
    def test_a_table_of_one_currency_is_converted_as_the_door_does_it(
        self, deals: list[Deal], dated: tuple[RateDay, ...], data: st.DataObject
    ) -> None:
        own = [evolve(deal, amount=money_in("USD", deal.amount), values={}) for deal in deals]
        rates = data.draw(rates_into("JPY"))
        conversion = Conversion("JPY", rates, dated=dated, as_of=AS_OF)
        table = Deals.of(own, accept=DOUBTS)
        as_of = AS_OF if "as_of" in dated else None
        converted = table.in_currency("JPY", rates, dated=dated, as_of=as_of)
        assert converted == Deals.of(own, accept=DOUBTS, convert=conversion) == Deals.of(table, convert=conversion)

    @given(mixed_books(), st.sampled_from(DATINGS), st.data())
    def test_lines_add_up(self, deals: list[Deal], dated: tuple[RateDay, ...], data: st.DataObject) -> None:
        rates = data.draw(rates_into("USD"))
        table = Deals.of(deals, accept=DOUBTS, convert=Conversion("USD", rates, dated=dated, as_of=AS_OF))
        for (code, day), total in totals_by_day(table, deals, dated).items():
            minor = sum(
                deal.amount.minor
                for deal in deals
                if deal.amount and deal.amount.currency == code and day_of(deal, dated) == day
            )
            rate = rates.on(code, "USD", day)
            assert rate is not None
            exact = minor * rate * Fraction(10) ** (2 - exponent(code))
            assert total == rounded(exact.numerator, exact.denominator)

    @given(books(accept=DOUBTS))
    def test_same_currency(self, deals: list[Deal]) -> None:
        table = Deals.of(deals, accept=DOUBTS)
        assume(table.currency != "XXX")
        none = Rates([], [], [], [])
        assert table.in_currency(table.currency, none, dated="closed") == table
        assert Deals.of(deals, accept=DOUBTS, convert=Conversion(table.currency, none, dated="plan")) == table

    @given(mixed_books(), st.sampled_from(DATINGS), st.data())
    def test_order(self, deals: list[Deal], dated: tuple[RateDay, ...], data: st.DataObject) -> None:
        conversion = Conversion("BHD", data.draw(rates_into("BHD")), dated=dated, as_of=AS_OF)
        shuffled = data.draw(st.permutations(deals))
        one, two = (Deals.of(some, accept=DOUBTS, convert=conversion) for some in (deals, shuffled))
        assert totals_by_day(one, deals, dated) == totals_by_day(two, deals, dated)

    @given(st.sampled_from([*CODES, "XXX"]), st.sampled_from(["closed", "plan", "created"]))
    def test_zero(self, currency: str, dated: RateDay) -> None:
        deal = Deal("D-1", Money(0, currency), "Qualified", None, None, values={"arr": Money(0, currency)})
        table = Deals.of([deal], accept=DOUBTS)
        converted = table.in_currency("EUR", Rates([], [], [], []), dated=dated)
        assert (converted[0].amount, converted[0].values["arr"]) == (Money(0, "EUR"), Money(0, "EUR"))
        assert converted.currency == "EUR"

    @given(mixed_books(), st.sampled_from(DATINGS), st.data())
    def test_sign(self, deals: list[Deal], dated: tuple[RateDay, ...], data: st.DataObject) -> None:
        conversion = Conversion("JPY", data.draw(rates_into("JPY")), dated=dated, as_of=AS_OF)
        opposite = [evolve(deal, amount=deal.amount and -deal.amount, values={}) for deal in deals]
        one, two = (Deals.of(some, accept=DOUBTS, convert=conversion) for some in (deals, opposite))
        assert two.amount.values.tolist() == (-one.amount.values).tolist()


def money_in(currency: str, money: Money | None) -> Money | None:
    return None if money is None else Money(money.minor, currency)


def won(amount: Money | None, closed: date | None, name: str = "D-1") -> Deal:
    return Deal(name, amount, "Won", None, NEW_YEAR, closed=closed)


class TestTheRateOfTheDay:
    @pytest.mark.parametrize(
        ("closed", "minor"),
        [(NEW_YEAR, 102_16), (date(2026, 1, 31), 102_16), (FEBRUARY, 100_00)],  # 142 / 1.39 is 102.158...
    )
    def test_a_rate_is_in_force_from_its_day_on(self, closed: date, minor: int) -> None:
        table = Deals.of([won(Money.of(142, "AUD"), closed)])
        assert table.in_currency("USD", AUD, dated="closed").amount[0] == minor

    def test_a_fallback_is_taken_where_the_first_day_is_not_known(self) -> None:
        deals = [
            won(Money.of(139, "AUD"), NEW_YEAR, "closed"),
            Deal("due", Money.of(142, "AUD"), "Qualified", None, NEW_YEAR, expected_close=FEBRUARY),
            Deal("undated", Money.of(139, "AUD"), "Qualified", None, NEW_YEAR),
        ]
        dated: tuple[RateDay, ...] = ("closed", "expected_close", "as_of")
        converted = Deals.of(deals).in_currency("USD", AUD, dated=dated, as_of=AS_OF)
        assert converted.amount.values.tolist() == [100_00, 100_00, 100_00]

    def test_a_plan_has_one_rate_whatever_the_day(self) -> None:
        plan = Rates("AUD", "USD", date(2030, 1, 1), "0.5")
        deals = [won(Money.of(10, "AUD"), NEW_YEAR), Deal("open", Money.of(10, "AUD"), "Qualified", None, NEW_YEAR)]
        assert Deals.of(deals).in_currency("USD", plan, dated="plan").amount.values.tolist() == [5_00, 5_00]

    def test_minor_units_of_each_currency_are_its_own(self) -> None:
        rates = Rates(["USD", "BHD"], ["JPY", "USD"], NEW_YEAR, ["150", "2.65"])
        yen = Deals.of([won(Money(1500, "JPY"), NEW_YEAR)]).in_currency("USD", rates, dated="closed")
        dinar = Deals.of([won(Money(1000, "BHD"), NEW_YEAR)]).in_currency("USD", rates, dated="closed")
        assert (yen.amount[0], dinar.amount[0]) == (10_00, 2_65)

    def test_more_than_64_bits_on_the_way_are_exact(self) -> None:
        deals = [won(Money(2**62, "AUD"), NEW_YEAR, "one"), won(Money(1, "AUD"), NEW_YEAR, "two")]
        rates = Rates("AUD", "USD", NEW_YEAR, "1.000000000000000001")
        assert Deals.of(deals).in_currency("USD", rates, dated="closed").amount.values.tolist() == [2**62 + 5, 1]


def refusal(act: Callable[[], object]) -> list[str]:
    with pytest.raises(InvalidTableError) as refused:
        act()
    return [str(problem) for problem in refused.value.problems]


class TestRefusals:
    def test_a_missing_rate_names_pair_and_day(self) -> None:
        days = [date(2025, 12, day) for day in (27, 28, 29, 30, 31)]
        table = Deals.of(
            [won(Money(1, "AUD"), day, f"D-{day}") for day in [*days, NEW_YEAR]], accept={"closed_before_created"}
        )
        assert refusal(lambda: table[4:].in_currency("USD", AUD, dated="closed")) == [
            "amount: no rate of AUD/USD is in force on 2025-12-31 (row 0); state one that is effective by then"
        ]
        assert refusal(lambda: table.in_currency("USD", AUD, dated="closed")) == [
            (
                "amount: no rate of AUD/USD is in force on 2025-12-27, 2025-12-28, 2025-12-29 and 2 other days "
                "(rows 0, 1, 2, 3, 4); state one that is effective by then"
            )
        ]
        assert refusal(lambda: table[4:].in_currency("EUR", AUD, dated="closed")) == [
            (
                "amount: no rate of AUD/EUR is in force on 2025-12-31, 2026-01-01 (rows 0, 1); "
                "state one that is effective by then"
            )
        ]

    def test_a_plan_of_two_rates_or_none(self) -> None:
        table = Deals.of([won(Money(1, "AUD"), NEW_YEAR)])
        assert refusal(lambda: table.in_currency("USD", AUD, dated="plan")) == [
            "amount: a plan must have one rate of AUD/USD, got 2 (row 0); keep the rate of the plan"
        ]
        assert refusal(lambda: table.in_currency("EUR", AUD, dated="plan")) == [
            "amount: a plan must have one rate of AUD/EUR, got 0 (row 0); keep the rate of the plan"
        ]

    def test_an_amount_without_a_day(self) -> None:
        deals = [Deal(name, Money(1, "AUD"), "Qualified", None, NEW_YEAR) for name in ("one", "two")]
        assert refusal(lambda: Deals.of(deals).in_currency("USD", AUD, dated=("closed", "expected_close"))) == [
            (
                "amount: 2 amounts have no day (closed or expected_close) to take a rate of (rows 0, 1); "
                "give the day, or another to fall back on, as in dated=('closed', 'as_of')"
            )
        ]

    def test_an_amount_too_large_for_a_column(self) -> None:
        table = Deals.of([won(Money(2**62, "AUD"), NEW_YEAR), won(Money(1, "AUD"), NEW_YEAR, "small")])
        assert refusal(lambda: table.in_currency("USD", Rates("AUD", "USD", NEW_YEAR, 3), dated="closed")) == [
            "amount: 1 amount is beyond 64 bits in USD (row 0); check the unit and the rate"
        ]

    def test_rows_without_a_rate_are_set_aside_each_with_its_reason(self) -> None:
        late = date(2025, 12, 31)
        deals = [
            won(Money(1, "AUD"), NEW_YEAR, "good"),
            won(Money(1, "AUD"), late, "early"),
            won(Money(5, "USD"), None, "own"),
        ]
        accept = {"closed_before_created", "missing_close"}
        conversion = Conversion("USD", AUD, dated="closed")
        table = Deals.of(deals, accept=accept, bad_rows="set_aside", convert=conversion)
        assert [deal.id for deal in table] == ["good", "own"]
        assert [(one.row, one.cells["id"], str(one.problems[0])) for one in table.set_aside] == [
            (
                1,
                "early",
                "amount: no rate of AUD/USD is in force on its day (row 1); state one that is effective by then",
            )
        ]
        assert table.in_currency("AUD", AUD, dated="as_of", as_of=NEW_YEAR).set_aside == ()

    def test_rows_that_are_set_aside_have_no_part_in_the_totals(self) -> None:
        half = Rates("AUD", "USD", NEW_YEAR, "0.5")
        deals = [won(Money(1, "AUD"), NEW_YEAR, name) for name in ("twice", "twice", "one", "two")]
        conversion = Conversion("USD", half, dated="closed")
        table = Deals.of(deals, bad_rows="set_aside", convert=conversion)
        assert [(deal.id, deal.amount) for deal in table] == [("one", Money(1, "USD")), ("two", Money(0, "USD"))]
        data = {"id": ["x", "x", "one", "two"], "stage": ["Won"] * 4, "close": [NEW_YEAR] * 4, "amount": ["0.01"] * 4}
        form = DealFormat(id="id", stage="stage", amount="amount", close="close", currency="AUD")
        read = Deals.from_columns(data, form, bad_rows="set_aside", accept={"missing_created"}, convert=conversion)
        assert list(read.amount) == list(table.amount)

    def test_a_share_that_is_too_large_without_the_rows_that_are_set_aside(self) -> None:
        rates = Rates("AUD", "USD", NEW_YEAR, Fraction(2**64 - 1, 2**63))  # 2**62 of it are 2**63 - 1 and a half
        deals = [won(Money(2**62, "AUD"), NEW_YEAR, "large"), *[won(Money(1, "AUD"), NEW_YEAR, "twice")] * 2]
        conversion = Conversion("USD", rates, dated="closed")
        assert refusal(lambda: Deals.of(deals, bad_rows="set_aside", convert=conversion)) == [
            "amount: 1 amount is beyond 64 bits in USD (row 0); check the unit and the rate"
        ]
        assert Deals.of(deals[:2], convert=conversion).amount.values.tolist() == [2**63 - 1, 2]

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ({"currency": "XXX"}, "currency must be one of money, got 'XXX'"),
            ({"currency": "US"}, "currency must be an ISO 4217 code, got 'US'"),
            ({"rates": {"AUD": 1.39}}, "rates must be Rates, got {'AUD': 1.39}"),
            ({"dated": "close"}, "dated must be one of .*, got 'close'; did you mean 'closed'?"),
            ({"dated": ()}, "dated must be one of .*, got None"),
            ({"dated": ("closed", "closed")}, r"dated must name each day once, got \('closed', 'closed'\)"),
            ({"dated": ("closed", "plan")}, "'plan' must stand alone in dated"),
            ({"dated": ("as_of", "closed"), "as_of": AS_OF}, "'as_of' must come last in dated"),
            ({"dated": "as_of"}, "as_of must be given with dated='as_of' and only then, got None"),
            ({"as_of": AS_OF}, "as_of must be given with dated='as_of' and only then, got"),
            ({"dated": "as_of", "as_of": "2026-01-01"}, "as_of must be a date without a time"),
        ],
    )
    def test_arguments_that_are_none(self, arguments: dict[str, Any], message: str) -> None:
        usual: dict[str, Any] = {"currency": "USD", "rates": AUD, "dated": "closed"}
        with pytest.raises(InvalidValueError, match=message):
            Conversion(**usual | arguments)

    @pytest.mark.parametrize("deals", [[], Deals.of([])])
    def test_convert_is_a_conversion(self, deals: Any) -> None:
        message = "convert must be a Conversion or None, got 'USD'; write Conversion"
        with pytest.raises(InvalidValueError, match=message):
            Deals.of(deals, convert="USD")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        with pytest.raises(InvalidValueError, match=message):
            Deals.from_columns({}, DealFormat(id="id", stage="stage"), convert="USD")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


FORM = DealFormat(
    id="id", stage="stage", amount="amount", close="close", values={"arr": "arr"}, currency_column="currency"
)
MIXED: dict[str, list[Any]] = {
    "id": ["one", "two", "three", "four"],
    "stage": ["Won", "Won", "Qualified", "Qualified"],
    "amount": ["139.00", "15.00", "142", ""],
    "arr": ["13.90", "", "1.42", "0"],
    "close": ["2026-01-31", "2026-01-31", "2026-02-01", ""],
    "currency": ["AUD", "USD", "AUD", ""],
}
ACCEPT = {"missing_amount", "missing_created"}
BY_CLOSE = Conversion("USD", AUD, dated=("closed", "expected_close"))


class TestColumns:
    def test_a_mixed_export_is_converted_as_it_is_read(self) -> None:
        table = Deals.from_columns(MIXED, FORM, accept=ACCEPT, convert=BY_CLOSE)
        assert list(table.amount) == [100_00, 15_00, 100_00, None]
        assert list(table.values["arr"]) == [10_00, None, 1_00, 0]
        assert (table.currency, table.amount.unit, table.values["arr"].unit) == ("USD", "USD", "USD")

    def test_a_file_is_as_its_columns(self, tmp_path: Path) -> None:
        path = tmp_path / "deals.csv"
        lines = [",".join(MIXED), *(",".join(row) for row in zip(*MIXED.values(), strict=True))]
        path.write_text("\n".join(lines))
        table = Deals.from_csv(path, FORM, accept=ACCEPT, convert=BY_CLOSE)
        assert table == Deals.from_columns(MIXED, FORM, accept=ACCEPT, convert=BY_CLOSE)

    def test_arrays_and_money_in_cells(self) -> None:
        form = evolve(FORM, currency="AUD", currency_column=None, values={})
        numbers = MIXED | {"amount": np.array([139.0, 15.0, 142.0, np.nan])}
        table = Deals.from_columns(numbers, form, accept=ACCEPT, convert=BY_CLOSE)
        assert list(table.amount) == [100_00, 10_79, 100_00, None]  # 15 AUD at 1.39 are 10.7914
        form = evolve(form, currency=None)
        money = MIXED | {"amount": [Money.of(139, "AUD"), Money.of(15, "USD"), Money(0, "XXX"), None]}
        table = Deals.from_columns(money, form, accept=ACCEPT, convert=BY_CLOSE)
        assert list(table.amount) == [100_00, 15_00, 0, None]

    def test_bare_numbers_need_a_currency_all_the_same(self) -> None:
        form = evolve(FORM, currency_column=None)
        assert refusal(lambda: Deals.from_columns(MIXED, form, accept=ACCEPT, convert=BY_CLOSE)) == [
            (
                "amount: amounts must be in a currency, and the format names none; "
                "write currency='USD' in the format, or currency_column=..."
            )
        ]
        named = MIXED | {"currency": ["AUD", "", "AUD", ""]}
        assert refusal(lambda: Deals.from_columns(named, FORM, accept=ACCEPT, convert=BY_CLOSE)) == [
            "currency: 1 amount has no currency (row 1); give each one its code"
        ]

    def test_faults_are_named_as_the_data_name_their_columns(self) -> None:
        wrong = MIXED | {"amount": ["1.999", "1", "1", "1"], "close": ["2025-12-31", "tomorrow", "", ""]}
        form = evolve(FORM, amount="Amount", close="Close", values={"arr": "ARR"})
        renamed = wrong | {"Amount": wrong["amount"], "Close": wrong["close"], "ARR": wrong["arr"]}
        renamed["currency"] = ["AUD", "AUD", "AUD", "USD"]
        found = refusal(lambda: Deals.from_columns(renamed, form, accept=ACCEPT, convert=BY_CLOSE))
        assert [one.partition(";")[0] for one in found] == [
            "Amount: 1 cell cannot be read: Amount must have at most 2 decimals, got '1.999' (row 0)",
            "Close: 1 cell cannot be read: Close must be a day such as 2026-01-31, got 'tomorrow' (row 1)",
            "Amount: 1 amount has no day (closed or expected_close) to take a rate of (row 2)",
            "ARR: 1 amount has no day (closed or expected_close) to take a rate of (row 2)",
            "ARR: no rate of AUD/USD is in force on 2025-12-31 (row 0)",
        ]

    def test_the_process_says_who_is_closed(self) -> None:
        table = Deals.from_columns(MIXED, FORM, accept=ACCEPT, convert=BY_CLOSE)
        assert [STANDARD.outcome_of(deal.stage) is Outcome.WON for deal in table] == [True, True, False, False]
