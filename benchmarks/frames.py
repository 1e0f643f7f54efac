"""Frames of ten million rows at the door: seconds and peak memory, each in a process of its own."""

from __future__ import annotations

import resource
import subprocess
import sys
from time import perf_counter, process_time
from typing import Any

import numpy as np

import salesmetrics as sm

N = 10_000_000
GOAL = 10.0
"""Seconds of the processor, which a busy machine does not lengthen."""

CASES = [(maker, ids) for maker in ("polars", "pandas") for ids in ("numbers", "texts")]
FORM = sm.DealFormat(
    id="Id",
    stage="Stage",
    amount="Amount",
    owner="Owner",
    created="Created",
    close="Close",
    labels={"region": "Region"},
    currency="USD",
)


def frame_of(maker: str, ids: str) -> Any:
    """A frame of texts, floats and days, a tenth of the owners missing, and a column that nobody reads."""
    rng = np.random.default_rng(0)
    stages = np.array([stage.name for stage in sm.SalesProcess.standard()], object)
    owners = np.array([*(f"Rep {number:05}" for number in range(500)), *[None] * 50], object)
    columns: dict[str, Any] = {
        "Id": np.arange(N) if ids == "numbers" else [f"D-{number}" for number in range(N)],
        "Stage": stages[rng.integers(0, len(stages), N)],
        "Amount": rng.integers(0, 10**8, N) / 100,
        "Owner": owners[rng.integers(0, len(owners), N)],
        "Created": np.datetime64("2025-01-01") + rng.integers(0, 300, N),
        "Close": np.datetime64("2026-01-01") + rng.integers(0, 300, N),
        "Region": np.array(["Hills", "Plains", "Coast"], object)[rng.integers(0, 3, N)],
        "Note": np.array(["a note that nobody reads"], object)[np.zeros(N, np.intp)],
    }
    if maker == "polars":
        import polars as pl

        return pl.DataFrame(columns, schema_overrides=dict.fromkeys(("Stage", "Owner", "Region", "Note"), pl.String))
    import pandas as pd

    return pd.DataFrame(columns)


def peak() -> int:
    """The most memory that this process ever had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def now() -> int:
    """The memory that this process has, in MB."""
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123  # a file of the kernel
        return int(file.read().split()[1]) * resource.getpagesize() // 2**20


def measured(maker: str, ids: str) -> None:
    frame = frame_of(maker, ids)
    before, held = peak(), now()
    began, at = perf_counter(), process_time()
    sm.Deals.from_columns(frame, FORM)
    waited, took = perf_counter() - began, process_time() - at
    verdict = "ok" if took <= GOAL else "MISSED"
    most = f"{peak():,} MB" if peak() > before else f"below the {before:,} MB that building the frame took"
    print(
        f"{N:,} rows of {maker} with {ids} as ids: {took:.1f} s of the processor ({waited:.1f} s), "
        f"goal at most {GOAL:g}: {verdict}; "
        f"peak memory {most}, the frame alone {held:,} MB"
    )


def main() -> None:
    for case in CASES:
        subprocess.run([sys.executable, "-m", "benchmarks.frames", *case], check=True)


if __name__ == "__main__":
    measured(*sys.argv[1:])
