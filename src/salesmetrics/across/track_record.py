"""How right forecasts were: their probabilities deal by deal, and a method on periods that it knows the end of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, get_args

import numpy as np

from salesmetrics._numeric.days import day_number
from salesmetrics._numeric.order import places_of
from salesmetrics.errors import InvalidValueError, check_word, shown
from salesmetrics.measure._forecasts import checked_look_back
from salesmetrics.measure._parts import money_total
from salesmetrics.measure.historical_forecast import Base, a_year_before, historical_forecast
from salesmetrics.model.period import Period, check_day
from salesmetrics.model.probability import MILLION
from salesmetrics.result.forecast import Forecast
from salesmetrics.result.forecast_accuracy import ForecastAccuracy, forecast_accuracy
from salesmetrics.result.score_quality import ScoreQuality, score_quality
from salesmetrics.table.deals import Deals, IntoDeals

__all__ = ["forecast_quality", "historical_errors"]


def forecast_quality(forecasts: Forecast | Iterable[Forecast], deals: IntoDeals, *, as_of: date) -> ScoreQuality:
    """How well the probabilities of forecasts went with what came: Brier score, log-loss, and a calibration table.

    A forecast may be right in sum with every deal wrong, so this looks at its deals one by one: each line says with
    what probability the deal is won in the period, and it was or it was not. Look at the calibration by itself: of the
    deals that were given 60 %, were sixty of a hundred won?

    Args:
        forecasts: One `Forecast`, or several of the same method, of periods that have ended.
        deals: The book as it is known now: `Deals`, or any iterable of `Deal`.
        as_of: The day of view: nothing that closed on it or later is known.

    Returns:
        The probabilities of deals that were won in their periods and of those that were not, as a `ScoreQuality`, which
        adds. Lines without a probability, and of deals that the book does not have, are counted in `n_missing`.

    Raises:
        InvalidTableError: The deals contradict themselves; `.problems` lists every fault.
        InvalidValueError: `as_of` is not a plain day, or what came are no forecasts of periods that have ended by then.

    Laws:
        definition: Equal to looking at the lines of each forecast one by one.
        order: Reordering the deals changes nothing.
        merge: The quality of several forecasts is the sum of that of each.
        door: A list and a table of the same deals give the same answer.

    Examples:
        >>> from salesmetrics import Deal, Money, stage_forecast
        >>> q1, due = Period.parse("2026-01-01..2026-04-01"), date(2026, 3, 1)
        >>> def deal(name, stage, closed=None):
        ...     return Deal(name, Money.of(500, "USD"), stage, "Ada", date(2025, 12, 5), closed, due)
        >>> before = [deal("D-1", "Final call"), deal("D-2", "Product trial"), deal("D-3", "Qualified")]
        >>> forecast = stage_forecast(before, period=q1, as_of=q1.start)
        >>> now = [deal("D-1", "Won", due), deal("D-2", "Lost", due), deal("D-3", "Qualified")]
        >>> quality = forecast_quality(forecast, now, as_of=q1.end)
        >>> quality.exact_brier, [(row.mean, row.share) for row in quality.calibration(2)]
        (Fraction(11, 75), [(0.2, 0.0), (0.7, 0.5)])

    References:
        G. W. Brier, Monthly Weather Review 78 (1950) 1-3. scikit-learn gives the same Brier score and calibration.
    """
    check_day(as_of, "as_of")
    book = Deals.of(deals)
    book.check_view(as_of)
    made = [forecasts] if isinstance(forecasts, Forecast) else forecasts
    listed: list[Any] = [*made] if isinstance(made, Iterable) else [made]
    strange = [one for one in listed if not isinstance(one, Forecast) or one.period.end > as_of]
    if strange:
        raise InvalidValueError(
            f"forecasts must be of periods that have ended at {as_of}, got {shown(strange[0])}; wait for the rest"
        )
    chances: list[float | None] = []
    outcomes: list[bool | None] = []
    known = book.is_won & book.closed.known & (book.closed.values < day_number(as_of))
    for forecast in listed:
        lines = forecast.lines
        place = places_of(lines.deal, book.id)
        won = known & book.is_in_period(forecast.period)
        came = np.append(won, np.False_).take(place)
        chances += [None if chance is None else chance / MILLION for chance in lines.probability]
        outcomes += [None if row < 0 else one for row, one in zip(place.tolist(), came.tolist(), strict=True)]
    return score_quality(chances, outcomes)


def historical_errors(
    deals: IntoDeals, *, look_back: Sequence[Period], as_of: date, base: Base = "mean", value: str = "amount"
) -> ForecastAccuracy:
    """How wrong a historical forecast would have been: each period forecast from those before it, beside what came.

    These are the errors that its interval is made of: `historical_errors(...).interval(forecast)`. What was won in a
    period that has ended is known, so no history is needed. A period that the base cannot be made for, such as the
    first, is left out.

    Args:
        deals: `Deals`, or any iterable of `Deal`.
        look_back: Earlier periods in order of time, each ended at `as_of`, about equally long.
        as_of: The day of view.
        base: As in `historical_forecast`.
        value: "amount", or the name of one of the deals' `values`.

    Returns:
        A pair of forecast and actual for each period that could be forecast, as a `ForecastAccuracy`.

    Raises:
        InvalidTableError: The deals contradict themselves; `.problems` lists every fault.
        InvalidValueError: `as_of` is not a plain day, the periods are none, overlap, have not ended or are of other
            lengths, or a word is misspelt.

    Laws:
        definition: Equal to asking for a forecast of each period from those before it.
        order: Reordering the deals changes nothing.
        poisoned_future: What closed on the day of view or later changes nothing.

    Examples:
        >>> from salesmetrics import Deal, FiscalCalendar, Money
        >>> quarters = [FiscalCalendar().quarter(2025, number) for number in (1, 2, 3, 4)]
        >>> deals = [
        ...     Deal(number, Money.of(100 * number, "USD"), "Won", "Ada", date(2025, 1, 1), one.start)
        ...     for number, one in enumerate(quarters)
        ... ]
        >>> print(historical_errors(deals, look_back=quarters, as_of=date(2026, 1, 1), base="last"))
        accuracy 50.0 % (3 forecasts; bias -50.0 %, MAE 100.00 USD)
    """
    check_day(as_of, "as_of")
    book = Deals.of(deals)
    book.check_view(as_of)
    check_word(base, get_args(Base), "base")
    periods = checked_look_back(look_back, None, as_of)
    pairs: list[tuple[Any, Any]] = []
    for place, period in enumerate(periods):
        before = periods[:place]
        enough = a_year_before(before, period) if base == "seasonal" else place >= (2 if base == "drift" else 1)
        if enough:
            forecast = historical_forecast(
                book, period=period, as_of=period.start, look_back=before, base=base, value=value
            )
            came = money_total(book.value(value), book.is_won & book.is_in_period(period)).whole()
            pairs.append((forecast, came))
    return forecast_accuracy(pairs)
