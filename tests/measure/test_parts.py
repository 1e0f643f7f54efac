"""What measures have in common: populations, and numbers above zero."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from salesmetrics import InvalidValueError
from salesmetrics.measure._parts import above_zero, chosen


def test_a_population_is_one_of_those_there_are() -> None:
    masks = {"won": np.array([True, False]), "lost": np.array([False, True])}
    assert chosen("lost", masks) is masks["lost"]
    with pytest.raises(
        InvalidValueError, match=r"^population must be one of \['won', 'lost'\], got 'wno'; did you mean"
    ):
        chosen("wno", masks)


def test_a_number_is_what_its_text_says() -> None:
    assert above_zero(0.1, "typical", "typical=60") == Fraction(1, 10)
    assert above_zero(10**5000, "typical", "typical=60") == 10**5000  # too long to be written out
