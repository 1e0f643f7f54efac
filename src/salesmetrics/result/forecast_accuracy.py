"""How wrong forecasts were: every pair of a forecast and what came, and what is read from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import ceil, fsum, sqrt
from typing import Any, ClassVar, TypeAlias

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from salesmetrics._numeric.intervals import check_level
from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.model.currencies import NO_CURRENCY
from salesmetrics.model.money import Money, shared_currency
from salesmetrics.result._display import percent
from salesmetrics.result.answer import MERGED_CURRENCY, Answer, in_unit, in_unit_rounded
from salesmetrics.result.forecast import Forecast
from salesmetrics.result.totals import MoneyTotal, Unit, amount_shown, major_units

__all__ = ["ForecastAccuracy", "forecast_accuracy"]

Amount: TypeAlias = Money | int | Forecast | MoneyTotal | None
"""Money, a whole number where values are plain numbers, or an answer that has a value; `None` for undefined."""

Pair = tuple[int, int]
"""A forecast and what came, in minor units."""


class _Pairs(tuple[Pair, ...]):
    """Pairs in their order; two of these together are the pairs of both in order."""

    __slots__ = ()

    def __add__(self, other: Any) -> _Pairs:
        return _in_order([*self, *other])


def _in_order(pairs: Iterable[Any]) -> _Pairs:
    """The pairs, sorted, so that the order in which they came does not matter."""
    given = pairs if isinstance(pairs, Iterable) else [pairs]
    listed = [tuple(pair) if isinstance(pair, (list, tuple)) else pair for pair in given]
    strange = [pair for pair in listed if not _is_pair(pair)]
    if strange:
        raise InvalidValueError(
            f"ForecastAccuracy.pairs must be pairs of whole numbers, got {shown(strange[0])}; ask forecast_accuracy"
        )
    return _Pairs(sorted(listed))


def _is_pair(pair: Any) -> bool:
    return isinstance(pair, tuple) and len(pair) == 2 and all(type(one) is int and abs(one) < 10**38 for one in pair)


@frozen
class ForecastAccuracy(Answer):
    r"""How wrong forecasts were. It keeps every pair, so that any figure can be read, and adds by joining them.

    $$ \text{WAPE} = \frac{\sum |F - A|}{\sum |A|}, \qquad \text{bias} = \frac{\sum (F - A)}{\sum A} $$

    An error is forecast less actual: positive is too much. A mean of percentages (MAPE) is undefined where nothing came
    and huge where little did: such pairs are left out of it and counted, and WAPE is the figure to go by.

    Args:
        pairs: Forecasts and what came, in minor units, sorted.
        currency: Of both; `None` for plain numbers.
        n_undefined: How many forecasts were undefined and are in no figure [forecasts].

    Laws:
        definition: Each figure equals adding up the errors one by one.
        order_of_pairs: Reordering the pairs changes nothing.
        swap: With forecasts and actuals exchanged, every error has the other sign.
        interval: As many past errors lie within an interval as its level asks of them and the next one.

    Examples:
        >>> made = ForecastAccuracy([(9_000, 10_000), (11_000, 10_000)], "USD", 0)
        >>> made.accuracy, made.bias, made.mae
        (0.9, 0.0, Money(minor=1000, currency='USD'))
        >>> print(made)
        accuracy 90.0 % (2 forecasts; bias 0.0 %, MAE 10.00 USD)
    """

    readings: ClassVar[tuple[str, ...]] = ("accuracy", "bias", "wape", "mape", "tracking_signal")

    pairs: _Pairs = field(converter=_in_order)
    currency: Unit = field(metadata=MERGED_CURRENCY)
    n_undefined: int

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        if self.currency == NO_CURRENCY and any(forecast or actual for forecast, actual in self.pairs):
            raise InvalidValueError(
                "ForecastAccuracy without a currency must be of zeros, got others; name the currency of the amounts"
            )

    @property
    def n(self) -> int:
        """How many pairs there are [forecasts]."""
        return len(self.pairs)

    @property
    def errors(self) -> tuple[int, ...]:
        """Forecast less actual of each pair, in minor units; positive is too much."""
        return tuple(forecast - actual for forecast, actual in self.pairs)

    @property
    def n_zero(self) -> int:
        """In how many pairs nothing came; they are not in `mape` [forecasts]."""
        return sum(actual == 0 for _, actual in self.pairs)

    @property
    def mean_error(self) -> Money | int | None:
        """The mean error, rounded once; `None` of nothing."""
        return self._mean(sum(self.errors))

    @property
    def exact_mean_error(self) -> Fraction | None:
        """The mean error in major units, not rounded; `None` of nothing."""
        return self._exact_mean(sum(self.errors))

    @property
    def mae(self) -> Money | int | None:
        """The mean size of an error, rounded once; `None` of nothing."""
        return self._mean(sum(map(abs, self.errors)))

    @property
    def exact_mae(self) -> Fraction | None:
        """The mean size of an error in major units, not rounded; `None` of nothing."""
        return self._exact_mean(sum(map(abs, self.errors)))

    @property
    def rmse(self) -> float | None:
        """The root of the mean square of the errors [minor units]; large errors weigh more. `None` of nothing."""
        return sqrt(Fraction(sum(error * error for error in self.errors), self.n)) if self.n else None

    @property
    def bias(self) -> float | None:
        """All errors over all that came, a fraction; positive is too much. `None` where that is zero."""
        actual = sum(actual for _, actual in self.pairs)
        return sum(self.errors) / actual if actual else None

    @property
    def wape(self) -> float | None:
        """The sizes of all errors over that of all that came, a fraction; `None` where nothing came."""
        actual = sum(abs(actual) for _, actual in self.pairs)
        return sum(map(abs, self.errors)) / actual if actual else None

    @property
    def mape(self) -> float | None:
        """The mean of the errors' shares in what came, a fraction, of pairs where something came; `None` of none."""
        shares = [abs(forecast - actual) / abs(actual) for forecast, actual in self.pairs if actual]
        return fsum(shares) / len(shares) if shares else None

    @property
    def accuracy(self) -> float | None:
        """One less `wape`; below zero where errors are larger than what came, `None` where nothing came."""
        wape = self.wape
        return None if wape is None else 1 - wape

    @property
    def tracking_signal(self) -> float | None:
        """The sum of the errors over their mean size: far from zero, they lean to a side. `None` without errors."""
        sizes = sum(map(abs, self.errors))
        return sum(self.errors) * self.n / sizes if sizes else None

    def mase(self, scale: Money | int | Fraction) -> float | None:
        """The mean size of an error over that of a naive forecast of the past; below one is better than that.

        Args:
            scale: The mean size of the naive forecast's errors over the past from which nothing here was forecast.

        Raises:
            InvalidValueError: The scale is not above zero.
            CurrencyMismatchError: It is in another currency.
        """
        minor = scale.minor if isinstance(scale, Money) else scale
        if isinstance(scale, Money) and self.currency is not None:
            shared_currency(scale.currency, self.currency)
        if isinstance(minor, bool) or not isinstance(minor, (int, Fraction)) or minor <= 0:
            raise InvalidValueError(
                f"scale must be money or a whole number above zero, got {shown(scale)}; give the mean size of the "
                "errors of a naive forecast"
            )
        return float(Fraction(sum(map(abs, self.errors)), self.n) / minor) if self.n else None

    def interval(self, forecast: Forecast | Money | int, level: float = 0.8) -> tuple[Any, Any] | None:
        """Between what amounts lies what will come, if the next error is as large as the ones before have been.

        As many of the past errors are within it as the level asks, and one more, so it holds with that probability
        however errors are distributed, as long as the next one is of their kind (split conformal). It needs errors:
        nine for 80 %, and `None` of fewer.

        Args:
            forecast: The next forecast of the same method and lead.
            level: With what probability it holds, a fraction between 0 and 1.

        Returns:
            The least and the most, as money or whole numbers; `None` where there are too few errors, or the forecast is
            undefined.

        Raises:
            InvalidValueError: The level is not between 0 and 1, or the forecast is no such amount.
            CurrencyMismatchError: It is in another currency.

        Examples:
            >>> made = ForecastAccuracy([(100, 100 + error) for error in (0, 1, -2, 3, 4, -5, 6, 7, 8)], None, 0)
            >>> made.interval(1000), made.interval(1000, level=0.5), made.interval(1000, level=0.95)
            ((993, 1007), (996, 1004), None)
        """
        check_level(level)
        amount, _ = _both((forecast, None))
        if amount is None:
            return None
        if isinstance(amount, Money) != (self.currency is not None):
            raise InvalidValueError(
                f"forecast must be of the kind of the pairs, got {shown(amount)}; give money for money"
            )
        unit = shared_currency(amount.currency, self.currency or NO_CURRENCY) if isinstance(amount, Money) else None
        place = ceil(Fraction(str(level)) * (self.n + 1))
        if place > self.n:
            return None
        size, minor = sorted(map(abs, self.errors))[place - 1], _minor(amount)
        return in_unit(minor - size, unit), in_unit(minor + size, unit)

    def _mean(self, total: int) -> Money | int | None:
        return in_unit_rounded(total, self.n, self.currency) if self.n else None

    def _exact_mean(self, total: int) -> Fraction | None:
        return Fraction(total, self.n * int(major_units(self.currency))) if self.n else None

    @classmethod
    def columns_of(cls, sums: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
        """Readings and counts of many accuracies; `mean_error`, `mae` and `rmse` in major units."""
        every = [cls(*one) for one in zip(sums["pairs"], sums["currency"], sums["n_undefined"].tolist(), strict=True)]
        scale = major_units(sums["currency"])
        columns = {name: _column([getattr(one, name) for one in every]) for name in cls.readings}
        for name in ("mean_error", "mae", "rmse"):
            read = [getattr(one, name) for one in every]
            columns[name] = _column([one.minor if isinstance(one, Money) else one for one in read]) / scale
        counts = {name: np.array([getattr(one, name) for one in every], np.int64) for name in ("n", "n_zero")}
        return {**columns, **counts, "n_undefined": sums["n_undefined"]}

    def __str__(self) -> str:
        undefined = f", {self.n_undefined:,} more undefined" if self.n_undefined else ""
        forecasts = "forecast" if self.n == 1 else "forecasts"
        return (
            f"accuracy {percent(self.accuracy)} ({self.n:,} {forecasts}{undefined}; bias {percent(self.bias)}, "
            f"MAE {amount_shown(self.mae)})"
        )


def forecast_accuracy(pairs: Iterable[tuple[Amount, Amount]]) -> ForecastAccuracy:
    r"""How wrong forecasts were, from pairs of a forecast and what came of it.

    $$ \text{error} = \text{forecast} - \text{actual}, \qquad
       \text{accuracy} = 1 - \frac{\sum |\text{error}|}{\sum |\text{actual}|} $$

    One number hides two: errors of both signs cancel in a bias, and none do in a WAPE. Read both.

    It is of amounts. How right probabilities were, by Brier score, log score and calibration table, is another
    question: `forecast_quality` asks it of forecasts deal by deal, and `score_quality` of any probabilities.

    Args:
        pairs: Forecasts and actuals: `Forecast`, `MoneyTotal`, money, or whole numbers.

    Returns:
        A `ForecastAccuracy`, which has every usual figure as a reading; of no pairs each is undefined. A pair of which
        one is undefined is counted in `n_undefined`.

    Raises:
        InvalidValueError: What came are no pairs, or money and plain numbers meet.
        CurrencyMismatchError: They are in two currencies.

    Examples:
        >>> made = forecast_accuracy([(90, 100), (110, 100)])
        >>> made.accuracy, made.bias, made.mae
        (0.9, 0.0, 10)
        >>> print(forecast_accuracy([(10, 0)]))
        accuracy undefined (1 forecast; bias undefined, MAE 10)

    References:
        R. J. Hyndman and A. B. Koehler, International Journal of Forecasting 22 (2006) 679-688: MASE, and why MAPE is
        no figure to go by. utilsforecast gives the same MAE, RMSE and MAPE.
    """
    if not isinstance(pairs, Iterable):
        raise InvalidValueError(f"pairs must be pairs of amounts, got {shown(pairs)}; write [(90, 100)]")
    read: list[tuple[int, int]] = []
    unit: Unit = NO_CURRENCY
    n_undefined, has_numbers = 0, False
    for pair in pairs:
        forecast, actual = _both(pair)
        for one in (forecast, actual):
            has_numbers |= isinstance(one, int)
            if isinstance(one, Money):
                unit = shared_currency(unit or NO_CURRENCY, one.currency)
        if forecast is None or actual is None:
            n_undefined += 1
        else:
            read.append((_minor(forecast), _minor(actual)))
    if has_numbers and unit != NO_CURRENCY:
        raise InvalidValueError(f"pairs must be of money or of plain numbers, got both, in {unit}; give one kind")
    return ForecastAccuracy(read, None if has_numbers else unit, n_undefined)


def _both(pair: Any) -> tuple[Money | int | None, Money | int | None]:
    """The two amounts of a pair."""
    both = [one.value if isinstance(one, (Forecast, MoneyTotal)) else one for one in pair] if _has_two(pair) else [pair]
    if len(both) != 2 or any(type(one) is not int and not isinstance(one, (Money, type(None))) for one in both):
        raise InvalidValueError(
            f"a pair must be a forecast and what came, as money or whole numbers, got {shown(pair)}; write (90, 100)"
        )
    return both[0], both[1]


def _has_two(pair: Any) -> bool:
    return isinstance(pair, (tuple, list)) and len(pair) == 2


def _minor(amount: Money | int) -> int:
    return amount.minor if isinstance(amount, Money) else amount


def _column(readings: list[Any]) -> NDArray[np.float64]:
    return np.array([np.nan if one is None else float(one) for one in readings], np.float64)
