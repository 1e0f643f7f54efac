"""Fair timing: two ways in turn, many times over, compared pair by pair."""

from __future__ import annotations

import gc
from collections.abc import Callable
from statistics import median
from time import perf_counter


def seconds(ask: Callable[[], object]) -> float:
    """How long one call takes."""
    start = perf_counter()
    ask()
    return perf_counter() - start


def in_turn(ours: Callable[[], object], theirs: Callable[[], object], rounds: int) -> tuple[list[float], list[float]]:
    """Times of two ways that take turns, so that a machine that drifts is equally unfair to both."""
    ours()
    theirs()  # both once without counting
    gc.collect()
    times = [(seconds(ours), seconds(theirs)) for _ in range(rounds)]
    return [one for one, _ in times], [other for _, other in times]


def report(what: str, ours: list[float], theirs: list[float], per: int, goal: float, *, unit: str = "ns") -> None:
    """Print the medians and the ratio of each pair, beside the goal that it must not pass."""
    scale = {"ns": 1e9, "ms": 1e3}[unit] / per
    ratios = sorted(one / other for one, other in zip(ours, theirs, strict=True))
    ratio = median(ratios)
    verdict = "ok" if ratio <= goal else "MISSED"
    print(
        f"{what}: {median(ours) * scale:,.1f} {unit} against {median(theirs) * scale:,.1f}, ratio {ratio:.2f} "
        f"({ratios[0]:.2f} to {ratios[-1]:.2f}), goal at most {goal:g}: {verdict}"
    )
