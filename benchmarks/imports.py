"""What importing the package costs, against importing what it needs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

from benchmarks.timing import in_turn, report

NEEDED = "import numpy, attrs"
OURS = "import salesmetrics"
USED = "import salesmetrics as sm; sm.win_rate([])"


def fresh(code: str) -> Callable[[], object]:
    return lambda: subprocess.run([sys.executable, "-c", code], check=True)


def main() -> None:
    for what, code in (("import salesmetrics", OURS), ("import salesmetrics and a first answer", USED)):
        report(f"{what}, against import numpy, attrs", *in_turn(fresh(code), fresh(NEEDED), 15), 1, 1.25, unit="ms")
