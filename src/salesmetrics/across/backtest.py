"""How forecasts would have done in the past."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Collection, Generator, Iterable, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from typing import Any, Protocol, TypeAlias

from salesmetrics.errors import InvalidValueError, MissingExtraError, shown
from salesmetrics.measure._history import history_of
from salesmetrics.measure._parts import money_total
from salesmetrics.model.currencies import NO_CURRENCY
from salesmetrics.model.money import Money
from salesmetrics.model.period import Period, check_period
from salesmetrics.result.backtest import Backtest
from salesmetrics.result.forecast import Forecast
from salesmetrics.table.deals import Deals, IntoDeals
from salesmetrics.table.past import check_constant

__all__ = ["backtest"]


class ForecastMethod(Protocol):
    """What can be tried on the past: a forecast of a period from a book, on a day."""

    def __call__(self, deals: Any, /, *, period: Period, as_of: date, value: str) -> Forecast:
        """The forecast."""
        ...


def backtest(
    methods: Mapping[str, ForecastMethod],
    deals: IntoDeals,
    *,
    periods: Iterable[Period],
    lead_days: Iterable[int] = (0,),
    constant: Collection[str] = (),
    value: str = "amount",
    map: Callable[..., Iterable[Any]] = builtins.map,  # noqa: A002  # the word that users look for
    progress: Callable[[int, int], object] | bool = False,
) -> Backtest:
    """How each method would have forecast past periods from what was known then, beside what came.

    A method sees `deals.as_of(day)` and nothing else: what it learns from, it learns from what had happened by that
    day. It is easy to be right when the book is asked as it is today, where lost deals are already gone.

    Args:
        methods: A name for each method; one of our forecasts, with its options bound by `functools.partial`, or any
            function of a book, a period, a day and the name of the value.
        deals: `Deals` with a history; without one nobody knows what was open, and when it was due.
        periods: Past periods, each once; in a book that is as of a day, those that had ended by it.
        lead_days: How many days before the start of a period it is forecast, each once; -30 is 30 days into it.
        constant: What never changed, as in `deals.as_of`.
        value: "amount", or the name of one of the deals' `values`: what is forecast and what came.
        map: What asks the method for each period and lead: the builtin, or that of a pool.
        progress: Called after each period and lead with how many are done, and of how many; `True` shows a bar of tqdm.

    Returns:
        A `Backtest` with a row for each period, lead and method, which reads how right each method was at each lead.
        What came is all that was won in the period, which later days may have told.

    Raises:
        InvalidTableError: The deals contradict themselves; `.problems` lists every fault.
        MissingExtraError: A bar is asked for, and the extra `progress` is not installed.
        InvalidValueError: There is no history, method, period or lead, one is not of its kind or there twice, a period
            ends after the day that the book is as of, a lead is beyond the end of a period, `progress` is neither a
            flag nor a function, or a method gave no `Forecast` of the period and day that were asked. What a method
            itself raises has a note of the method's name.

    Laws:
        definition: Each forecast equals asking the book as it was known on that day.
        poisoned_future: Whatever is changed on or after the day changes no forecast of it.
        order: Reordering the deals changes nothing.
        door: A list of deals has no history, and is refused as a table without one is; none at all have no past.
        map: However the trials are shared out, the rows are the same.

    Examples:
        >>> from functools import partial
        >>> from salesmetrics import Deal, DealChange, Money, stage_forecast
        >>> dollars, end = (lambda amount: Money.of(amount, "USD")), date(2026, 3, 31)
        >>> book = Deals.of([
        ...     Deal("D-1", dollars(500), "Won", "Ada", date(2025, 12, 5), closed=date(2026, 2, 20)),
        ...     Deal("D-2", dollars(300), "Lost", "Bo", date(2025, 12, 9), closed=date(2026, 3, 2)),
        ... ]).with_history([
        ...     DealChange("D-1", date(2025, 12, 5), "Product trial", dollars(500), end),
        ...     DealChange("D-1", date(2026, 2, 20), "Won"),
        ...     DealChange("D-2", date(2025, 12, 9), "Product trial", dollars(300), end),
        ...     DealChange("D-2", date(2026, 3, 2), "Lost"),
        ... ])
        >>> methods = {"stage": stage_forecast, "with undated": partial(stage_forecast, undated="include")}
        >>> trial = backtest(methods, book, periods=[Period.parse("2026-01-01..2026-04-01")])
        >>> print(trial)
        period                  as of       method          forecast      actual   error
        2026-01-01..2026-04-01  2026-01-01  stage         480.00 USD  500.00 USD  -4.0 %
        2026-01-01..2026-04-01  2026-01-01  with undated  480.00 USD  500.00 USD  -4.0 %
        >>> print(trial.accuracy["stage"])
        accuracy 96.0 % (1 forecast; bias -4.0 %, MAE 20.00 USD)

    References:
        L. J. Tashman, International Journal of Forecasting 16 (2000) 437-450: tests with a rolling origin.
    """
    book = Deals.of(deals)
    trials = _trials(methods, _listed(periods, "periods"), _listed(lead_days, "lead_days"))
    history_of(book, "backtest")
    check_constant(book, constant)
    if not isinstance(progress, bool) and not callable(progress):
        raise InvalidValueError(
            f"progress must be True, False or a function, got {shown(progress)}; write progress=True for a bar"
        )
    if not callable(map):
        raise InvalidValueError(f"map must be a function, got {shown(map)}; leave it out, or give that of a pool")
    late = [period for period, _ in trials if book.day is not None and period.end > book.day]
    if late:
        raise InvalidValueError(
            f"periods must have ended at {book.day}, of which the book is, got {late[0]}; ask the book as it was given"
        )
    asked = partial(_tried, dict(methods), book, tuple(constant), value)
    rows: list[_Row] = []
    with _told(progress, len(trials)) as tell:
        for done, found in enumerate(map(asked, trials), start=1):
            rows += found
            tell(done, len(trials))
    units = {row[-1] for row in rows} - {NO_CURRENCY} or {NO_CURRENCY}
    if len(units) > 1:
        raise InvalidValueError(
            f"forecasts that are compared must be in one currency, got {sorted(str(one) for one in units)}; convert"
        )
    names = ("method", "period", "as_of", "forecast", "actual")
    columns: dict[str, Any] = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    return Backtest(currency=units.pop(), **columns)


_Row: TypeAlias = tuple[str, Period, date, int | None, int | None, str | None]
"""The method, the period, the day, what was forecast, what came, and the unit of both."""


@contextmanager
def _told(progress: Callable[[int, int], object] | bool, n: int) -> Generator[Callable[[int, int], object]]:  # noqa: FBT001
    """What is told how far the trial is."""
    if progress is not True:
        yield progress if callable(progress) else lambda _, __: None
        return
    try:
        from tqdm.auto import tqdm  # pyright: ignore[reportMissingModuleSource]
    except ModuleNotFoundError:
        raise MissingExtraError(
            "progress=True must have tqdm, which is not installed; run pip install 'salesmetrics[progress]', or give a "
            "function"
        ) from None
    with tqdm(total=n, unit="trial") as bar:
        yield lambda _, __: bar.update()


def _listed(given: Iterable[Any], what: str) -> tuple[Any, ...]:
    if isinstance(given, Period) or not isinstance(given, Iterable):  # a Period would give its days
        raise InvalidValueError(f"{what} must be one or more, got {shown(given)}; write them in a list")
    return tuple(given)


def _trials(
    methods: Mapping[str, ForecastMethod], periods: tuple[Period, ...], lead_days: tuple[int, ...]
) -> list[tuple[Period, date]]:
    """Each period with each day of view.

    Raises:
        InvalidValueError: There is no method, period or lead, or one cannot be tried.
    """
    if not isinstance(methods, Mapping) or not methods or not all(map(_is_method, methods.items())):
        raise InvalidValueError(
            f"methods must be functions by name, got {shown(methods)}; write {{'stage': stage_forecast}}"
        )
    for period in periods:
        check_period(period)
    strange = [days for days in lead_days if type(days) is not int]
    if strange:
        raise InvalidValueError(f"lead_days must be whole days, got {shown(strange[0])}; write (0, 30)")
    for name, given in (("periods", periods), ("lead_days", lead_days)):
        if not given or len(set(given)) < len(given):
            raise InvalidValueError(
                f"{name} must be one or more, each once, got {[str(one) for one in given]}; a trial counts once"
            )
    shortest = min(period.days for period in periods)
    if -min(lead_days) >= shortest:
        raise InvalidValueError(
            f"lead_days must lead to days before the end of each period, got {min(lead_days)} and {shortest} days; "
            "what is over is no forecast"
        )
    try:
        return [(period, period.start - timedelta(days)) for period in periods for days in lead_days]
    except OverflowError:
        raise InvalidValueError(
            f"lead_days must lead to days that there are, got {shown(list(lead_days))}; lead less far"
        ) from None


def _is_method(named: tuple[object, object]) -> bool:
    name, method = named
    return isinstance(name, str) and callable(method)


def _tried(
    methods: Mapping[str, ForecastMethod],
    book: Deals,
    constant: tuple[str, ...],
    value: str,
    trial: tuple[Period, date],
) -> list[_Row]:
    """What each method says of a period on a day, and what came."""
    period, day = trial
    known = book.as_of(day, constant)
    came = money_total(book.value(value), book.is_won & book.is_in_period(period)).whole()
    rows: list[_Row] = []
    for name, method in methods.items():
        try:
            forecast = method(known, period=period, as_of=day, value=value)
        except Exception as fault:
            fault.add_note(f"in the method {shown(name)}, asked of {period} as of {day}")
            raise
        if not isinstance(forecast, Forecast) or (forecast.period, forecast.as_of) != trial:
            raise InvalidValueError(
                f"method {shown(name)} must give a Forecast of {period} as of {day}, got {shown(forecast)}; pass both"
            )
        unit = came.currency if forecast.currency == NO_CURRENCY else forecast.currency
        rows.append((name, period, day, _minor(forecast.value), _minor(came.value), unit))
    return rows


def _minor(amount: Money | int | None) -> int | None:
    return amount.minor if isinstance(amount, Money) else amount
