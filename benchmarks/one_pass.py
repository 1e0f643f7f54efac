"""Four questions of ten million deals in one pass, beside the best pass by hand, and in parts: time and memory."""

from __future__ import annotations

import subprocess
import sys
import tracemalloc
from functools import partial
from itertools import pairwise

import numpy as np

import salesmetrics as sm
from benchmarks.book import OWNERS, book
from benchmarks.by_hand import ByHand
from benchmarks.questions import FOUR, columns_of, four
from benchmarks.timing import compared, peak
from salesmetrics.model.probability import MILLION

N = 10_000_000
ROUNDS = 7
N_PARTS = 16


def measured() -> None:
    deals = book(N)
    columns = columns_of(deals)
    chances = np.array([round(MILLION * stage.probability) for stage in deals.process]) / MILLION
    hand = ByHand(columns, chances, OWNERS)
    print(f"{N:,} deals; {peak():,} MB of memory at most while they were made")
    tracemalloc.start()
    four(deals)
    first = tracemalloc.get_traced_memory()[1]
    tracemalloc.reset_peak()
    four(deals)
    again = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    print(
        f"asking takes {first / 1e6:,.0f} MB beside them at most the first time, and {again / 1e6:,.0f} MB from then on"
    )
    compared("four questions in one pass", partial(four, deals), {"by_hand": hand.four}, ROUNDS, by_hand=1 / 1.5)
    cuts = np.linspace(0, N, N_PARTS + 1).astype(int).tolist()
    parts = [deals[start:end] for start, end in pairwise(cuts)]
    compared(
        f"the same of {N_PARTS} parts, and their sums",
        lambda: sm.distribute(FOUR, parts),
        {"one_pass": lambda: sm.ask(deals, *FOUR)},
        ROUNDS,
        one_pass=1 / 1.35,
    )


def main() -> None:
    subprocess.run([sys.executable, "-m", "benchmarks.one_pass"], check=True)


if __name__ == "__main__":
    measured()
