"""Fair timing: two ways in turn, many times over, compared pair by pair."""

from __future__ import annotations

import gc
import resource
from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter, process_time


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


def compared(
    what: str,
    ours: Callable[[], object],
    ways: Mapping[str, Callable[[], object]],
    rounds: int,
    *,
    best: float | None = None,
    **goals: float,
) -> None:
    """Print how many times as long other ways take as ours, in time of the processor, pair by pair.

    Args:
        what: What is asked.
        ours: Our way.
        ways: The others' by name, which take turns with ours; "by_hand" is the yardstick and none of the others.
        rounds: How many turns.
        best: How many times as long the best of the others should take at least.
        goals: The same of single ways, by name.
    """
    asked = [ours, *ways.values()]
    for ask in asked:
        ask()  # once without counting
    gc.collect()
    times = [[_cpu_seconds(ask) for ask in asked] for _ in range(rounds)]
    mine = sorted(one[0] for one in times)
    print(f"{what}: {median(mine) * 1e3:,.2f} ms ({mine[0] * 1e3:,.2f} to {mine[-1] * 1e3:,.2f})")
    ratios = {name: sorted(one[place] / one[0] for one in times) for place, name in enumerate(ways, 1)}
    others = {name: ratio for name, ratio in ratios.items() if name != "by_hand"}
    quickest = min(others, key=lambda name: median(others[name]), default=None)
    for name, ratio in ratios.items():
        wanted = [goals[name]] if name in goals else []
        wanted += [best] if best is not None and name == quickest else []
        said = "".join(f"; goal at least {goal:.2f}: {'ok' if median(ratio) >= goal else 'MISSED'}" for goal in wanted)
        taken = f"{median(ratio):.2f} times as long ({ratio[0]:.2f} to {ratio[-1]:.2f})"
        print(f"    {name.replace('_', ' ')} {taken}{said}")


def peak() -> int:
    """The most memory that this process ever had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _cpu_seconds(ask: Callable[[], object]) -> float:
    start = process_time()
    ask()
    return process_time() - start
