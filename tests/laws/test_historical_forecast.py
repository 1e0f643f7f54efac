from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from forecast_laws import SUMS
from measure_laws import QUESTIONS, MeasureLaws, minor_of, unit_of
from salesmetrics import (
    CurrencyMismatchError,
    Deal,
    Deals,
    FiscalCalendar,
    Forecast,
    ForecastLines,
    ForecastParts,
    InvalidValueError,
    Money,
    MoneyTotal,
    NewHires,
    Outcome,
    Period,
    WeightedTotal,
    historical_forecast,
)
from salesmetrics.measure.historical_forecast import a_year_before
from strategies import Book, laid_down


def base_of(won: list[int], base: str, ahead: int) -> Fraction:
    """What is expected of what earlier periods brought."""
    if base == "mean":
        return Fraction(sum(won), len(won))
    if base == "last":
        return Fraction(won[-1])
    return won[-1] + Fraction(won[-1] - won[0], len(won) - 1) * ahead


class TestHistoricalForecast(MeasureLaws):
    measure = staticmethod(historical_forecast)

    @given(laid_down(), st.data())
    def test_definition(self, book: Book, data: DataObject) -> None:
        options = data.draw(QUESTIONS[historical_forecast](book.table))
        period, as_of, look_back = options["period"], options["as_of"], options["look_back"]
        value, growth = options.get("value", "amount"), Fraction(str(options.get("growth", 0)))
        sums = {name: [0, 0, 0] for name in SUMS}
        won = [[0, 0, 0] for _ in look_back]
        for deal in book.deals:
            outcome, minor = book.process.outcome_of(deal.stage), minor_of(deal, value)
            if outcome is Outcome.OPEN:
                continue
            places = []
            if deal.closed is None:
                places.append(sums["closed_undated"])
            else:
                if deal.closed >= as_of:
                    places.append(sums["closed_later"])
                elif outcome is Outcome.WON and period.start <= deal.closed < period.end:
                    places.append(sums["booked"])
                if outcome is Outcome.WON:
                    places += [won[n] for n, one in enumerate(look_back) if one.start <= deal.closed < one.end]
            for place in places:
                place[0] += minor or 0
                place[1 if minor is not None else 2] += 1
        n, base, ahead = len(look_back), options["base"], 1
        if base == "drift":
            spacing = Fraction((look_back[-1].start - look_back[0].start).days, n - 1)
            ahead = max(round((period.start - look_back[-1].start).days / spacing), 1)
        counted = {"mean": won, "last": won[-1:], "drift": [won[0], won[-1]]}[base]
        amounts = {"base": base_of([total for total, *_ in won], base, ahead)}
        if growth:
            amounts["growth"] = amounts["base"] * growth
        if as_of > period.start:
            amounts["booked already"] = Fraction(-sums["booked"][0])
        unit = unit_of(book.deals, value)
        left_out: dict[str, Any] = {name: MoneyTotal(made[0], unit, *made[1:]) for name, made in sums.items()}
        nothing = WeightedTotal(0, unit, 0, 0)
        forecast = historical_forecast(book.table, **options)
        assert forecast == Forecast(
            period,
            as_of,
            forecast.method,
            lines=ForecastLines.of([], [], [], [], []),
            undated_expected=nothing,
            overdue_expected=nothing,
            besides=ForecastParts(amounts, sum(one[1] for one in counted), sum(one[2] for one in counted)),
            **left_out,
        )

    @given(laid_down(), st.data())
    def test_open_deals(self, book: Book, data: DataObject) -> None:
        options = data.draw(QUESTIONS[historical_forecast](book.table))
        closed = book.table.filter(book.table.is_closed)
        assert historical_forecast(book.table, **options) == historical_forecast(closed, **options)


def won(name: str, minor: int, closed: date) -> Deal:
    return Deal(name, Money(minor, "USD"), "Won", None, date(2025, 1, 1), closed=closed)


YEAR = FiscalCalendar()
QUARTERS = [YEAR.quarter(2025, number) for number in (1, 2, 3, 4)]
DEALS = [won(f"D-{n}", 1000 * n * n, one.start) for n, one in enumerate(QUARTERS, 1)]
NEXT: Any = {"period": YEAR.quarter(2026, 1), "as_of": date(2026, 1, 1)}


@pytest.mark.parametrize(("base", "minor"), [("mean", 7500), ("last", 16000), ("seasonal", 1000), ("drift", 21000)])
def test_bases(base: Any, minor: int) -> None:
    forecast = historical_forecast(DEALS, look_back=QUARTERS, base=base, **NEXT)
    assert forecast.value == Money(minor, "USD")


def test_a_drift_goes_on_for_as_many_periods_as_there_are_between() -> None:
    later: Any = {"period": YEAR.quarter(2026, 3), "as_of": date(2026, 1, 1)}
    assert historical_forecast(DEALS, look_back=QUARTERS, base="drift", **later).value == Money(16000 + 3 * 5000, "USD")


def test_what_is_booked_is_a_part_of_the_forecast() -> None:
    deals = [*DEALS, won("D-5", 9000, date(2026, 1, 15))]
    forecast = historical_forecast(deals, look_back=QUARTERS, period=NEXT["period"], as_of=date(2026, 2, 1))
    assert (forecast.booked.minor, forecast.value) == (9000, Money(7500, "USD"))
    assert str(forecast).endswith(
        "90.00 USD booked (1 deal), 0.00 USD expected (0 deals), -15.00 USD expected besides; doubtful: below what is "
        "booked already"
    )
    assert (forecast.is_below_booked, forecast.is_below_zero) == (True, False)
    assert forecast.explain().endswith("\ndoubtful: below what is booked already")
    before = historical_forecast(deals, look_back=QUARTERS, **NEXT)
    assert (before.is_below_booked, before.is_below_zero) == (False, False)


def test_a_drift_that_falls_below_zero_says_so() -> None:
    falling = [
        won(f"D-{n}", minor, one.start) for n, (minor, one) in enumerate(zip([9000, 100], QUARTERS, strict=False))
    ]
    forecast = historical_forecast(
        falling, look_back=QUARTERS[:2], base="drift", period=QUARTERS[2], as_of=QUARTERS[2].start
    )
    assert forecast.value == Money(-8800, "USD")
    assert (forecast.is_below_zero, forecast.is_below_booked) == (True, False)
    assert str(forecast).endswith("expected besides; doubtful: below zero")
    assert (
        "doubtful"
        not in historical_forecast(
            falling, look_back=QUARTERS[:2], period=QUARTERS[2], as_of=QUARTERS[2].start
        ).explain()
    )


def test_it_is_undefined_where_no_deal_had_an_amount() -> None:
    deal = Deal("D-1", None, "Won", None, date(2025, 1, 1), closed=date(2025, 12, 1))
    forecast = historical_forecast(Deals.of([deal], accept={"missing_amount"}), look_back=QUARTERS, **NEXT)
    assert forecast.value is None


def test_what_closes_on_the_day_of_view_is_not_booked_yet() -> None:
    deals = [won("D-5", 100, date(2026, 1, 31)), won("D-6", 20, date(2026, 2, 1)), won("D-7", 3, date(2026, 2, 2))]
    found = historical_forecast(deals, look_back=QUARTERS, period=NEXT["period"], as_of=date(2026, 2, 1))
    assert (found.booked, found.closed_later) == (MoneyTotal(100, "USD", 1, 0), MoneyTotal(23, "USD", 2, 0))


def test_it_says_how_it_was_asked() -> None:
    usual = historical_forecast([], look_back=QUARTERS, **NEXT)
    assert usual.method == "historical_forecast(look_back='2025-01-01..2026-01-01 in 4')"
    units = historical_forecast([], look_back=QUARTERS, value="units", **NEXT)
    assert units.method == "historical_forecast(look_back='2025-01-01..2026-01-01 in 4', value='units')"
    hires = NewHires(2, 0.5, Money(300, "USD"))
    forecast = historical_forecast([], look_back=QUARTERS, base="last", growth="0.05", new_hires=hires, **NEXT)
    assert forecast.method == (
        "historical_forecast(look_back='2025-01-01..2026-01-01 in 4', base='last', growth=0.05, new_hires=2)"
    )
    assert forecast.value == Money(300, "USD")
    assert forecast.currency == "USD"
    assert forecast.besides.amounts == {"base": 0, "growth": 0, "new hires": 300}


def test_new_hires_sell_in_the_currency_of_the_deals() -> None:
    with pytest.raises(CurrencyMismatchError):
        historical_forecast(DEALS, look_back=QUARTERS, new_hires=NewHires(1, 1, Money(1, "EUR")), **NEXT)
    with pytest.raises(InvalidValueError, match="deal_size must be of the kind of the deals' value, got 5; give money"):
        historical_forecast(DEALS, look_back=QUARTERS, new_hires=NewHires(1, 1, 5), **NEXT)
    with pytest.raises(InvalidValueError, match="deal_size must be of the kind of the deals' value, got Money"):
        NewHires(1, 1, Money(1, "EUR")).unit_beside(None)
    assert NewHires(1, 1, 5).unit_beside(None) is None


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: NewHires(-1, 1, 5), "NewHires.n must be a count, got -1; write how many people begin"),
        (lambda: NewHires(True, 1, 5), "NewHires.n must be a count, got True"),
        (lambda: NewHires(1, -1, 5), "NewHires.deals_each must not be negative, got -1"),
        (lambda: NewHires(1, 1, 5.0), "NewHires.deal_size must be Money or a whole number, got 5.0"),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    ],
)
def test_what_are_no_new_hires_is_refused(make: Any, message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        make()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"look_back": []}, "look_back must be periods, got .*; give those that came before"),
        ({"look_back": "2025"}, "look_back must be periods, got '2025'"),
        ({"look_back": QUARTERS[::-1]}, "look_back must be periods in order that do not overlap and have ended at"),
        ({"look_back": [YEAR.quarter(2026, 1)]}, "and have ended at 2026-01-01, got .*; leave out what is not over"),
        (
            {"look_back": QUARTERS[:1], "base": "drift"},
            "^look_back must be two periods or more for a drift, got one; give more",
        ),
        (
            {"look_back": QUARTERS[::2], "base": "drift"},
            r"without gaps for a drift, got \['FY25 Q1', 'FY25 Q3'\]; the line has a step for each$",
        ),
        (
            {"look_back": QUARTERS[2:], "base": "seasonal"},
            r"before FY26 Q1, got \['FY25 Q3', 'FY25 Q4'\]; look back further, or take another base$",
        ),
        ({"look_back": QUARTERS, "base": "median"}, "base must be one of"),
        (
            {"look_back": QUARTERS, "period": Period(date(2025, 12, 1), date(2026, 3, 1))},
            "must be periods before the one forecast, got FY25 Q4 for 2025-12-01..2026-03-01; leave out what is not be",
        ),
        (
            {"look_back": [YEAR.month(2025, 12)]},
            "about as long as the one forecast, got 31 days in FY25 M12 and 90 in FY26 Q1; look back at quarters",
        ),
        ({"look_back": [YEAR.year(2025)]}, "got 90 days in FY26 Q1 and 365 in FY25; look back at quarters"),
        (
            {"look_back": QUARTERS, "as_of": date(2026, 4, 1)},
            "as_of must be before the end of the period, got 2026-04-01 for FY26 Q1; what is over is no forecast",
        ),
        ({"look_back": QUARTERS, "new_hires": 5}, "new_hires must be NewHires, got 5; write NewHires"),
        ({"look_back": QUARTERS, "growth": "much"}, "^growth must be "),
        ({"look_back": QUARTERS, "growth": "-1.000001"}, "growth must be at least -1, got '-1.000001'; write -0.05"),
    ],
)
def test_what_cannot_be_looked_back_at_is_refused(options: Any, message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        historical_forecast([], **{**NEXT, **options})


def test_a_year_of_weeks_has_its_season_a_few_days_off() -> None:
    earlier = Period(date(2025, 1, 6), date(2025, 4, 7))
    deals = [won("D-1", 500, date(2025, 2, 1))]
    options: Any = {"period": Period(date(2026, 1, 5), date(2026, 4, 6)), "as_of": date(2026, 1, 5)}
    assert historical_forecast(deals, look_back=[earlier], base="seasonal", **options).value == Money(500, "USD")


@pytest.mark.parametrize(("days", "is_found"), [(349, False), (350, True), (380, True), (381, False)])
def test_a_season_is_a_fortnight_off_at_most(days: int, is_found: bool) -> None:  # noqa: FBT001
    season = Period.parse("2025-02-01..2025-05-01")
    start = date.fromordinal(season.start.toordinal() + days)
    found = a_year_before([season], Period(start, date.fromordinal(start.toordinal() + 90)))
    assert found == (season if is_found else None)
