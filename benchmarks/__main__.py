"""Run every benchmark, or the ones that are named."""

from __future__ import annotations

import platform
import sys
from importlib import import_module

import numpy as np

NAMES = (
    "imports",
    "objects",
    "columns",
    "questions",
    "one_pass",
    "attainment",
    "history",
    "forecasts",
    "commissions",
    "leads",
    "frames",
)


def main(names: list[str]) -> None:
    print(f"Python {platform.python_version()}, numpy {np.__version__}, {platform.machine()}; one thread")
    for name in names or NAMES:
        import_module(f"benchmarks.{name}").main()


if __name__ == "__main__":
    main(sys.argv[1:])
