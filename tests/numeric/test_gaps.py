"""What stands for nothing among cells of a frame, and what does not."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from salesmetrics._numeric.gaps import is_gap

NAN = float("nan")


@pytest.mark.parametrize(
    "cell", [None, NAN, np.float64(NAN), Decimal("NaN"), np.datetime64("NaT"), pd.NaT, pd.NA], ids=repr
)
def test_a_gap(cell: Any) -> None:
    assert is_gap(cell)


@pytest.mark.parametrize("cell", [0, 0.0, False, "", "nan", float("inf"), Decimal(0), np.datetime64("2026-01-05")])
def test_no_gap(cell: Any) -> None:
    assert not is_gap(cell)
