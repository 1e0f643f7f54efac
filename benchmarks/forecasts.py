"""A forecast of a million open deals, and a trial of twelve past periods over a million deals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from time import perf_counter
from typing import Any

import numpy as np
from attrs import evolve

import salesmetrics as sm

N = 1_000_000
MONTHS = [sm.FiscalCalendar().month(2025, number) for number in range(1, 13)]
BEFORE = [sm.FiscalCalendar().month(2024, 12), *MONTHS]
GOALS = {
    "forecast": 1.0,
    "forecast by owner": 1.0,
    "calibration by 12 months": 10.0,
    "trial of 12 months": 20.0,
    "trial of 12 months, calibrated each time": 60.0,
}
"""Seconds."""


def calibrated(deals: sm.Deals, *, period: sm.Period, as_of: date, value: str) -> sm.Forecast:
    """Open deals by what became of those that were open at the start of the month before."""
    before = [one for one in BEFORE if one.end == as_of]
    process = sm.calibrate_stages(deals, as_of=as_of, periods=before, undated="include").process()
    return sm.stage_forecast(deals, period=period, as_of=as_of, undated="include", process=process, value=value)


def main() -> None:
    sample = sm.sample_book(n_deals=N)
    deals = sample.deals
    rows = np.resize(np.flatnonzero(deals.is_open), N)
    million = evolve(deals.take(rows), id=np.arange(N))
    history = sm.DealHistory.from_dates(deals, {"Discovery call": "created"})
    book = deals.with_history(history, accept={"stage_disagrees"})
    asked: dict[str, Any] = {"period": sample.period, "as_of": sample.as_of, "undated": "include", "overdue": "include"}
    methods: Any = {"stage": partial(sm.stage_forecast, undated="include")}
    every: Any = {"as_of": MONTHS[-1].end, "periods": MONTHS, "undated": "include"}
    cases: dict[str, Callable[[], object]] = {
        "forecast": lambda: sm.stage_forecast(million, **asked).value,
        "forecast by owner": lambda: sm.breakdown(sm.stage_forecast, million, "owner", **asked).to_columns(),
        "calibration by 12 months": lambda: sm.calibrate_stages(book, **every),
        "trial of 12 months": lambda: sm.backtest(methods, book, periods=MONTHS, constant={"amount"}),
        "trial of 12 months, calibrated each time": lambda: sm.backtest(
            {"calibrated": calibrated}, book, periods=MONTHS, constant={"amount"}
        ),
    }
    for name, ask in cases.items():
        began = perf_counter()
        ask()
        took = perf_counter() - began
        verdict = "ok" if took <= GOALS[name] else "MISSED"
        print(f"{name} of {N:,} deals: {took:.2f} s, goal at most {GOALS[name]:g}: {verdict}")
