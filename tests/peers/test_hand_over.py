"""The hand-over of leads to scikit-learn and back, as the page of the documentation has it."""

from __future__ import annotations

import doctest
import re
from pathlib import Path
from typing import Any

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "lead-propensity.md"


def test_the_page_runs_to_its_end() -> None:
    pytest.importorskip("sklearn", reason="scikit-learn, a large package, is installed in CI alone")
    pytest.importorskip("pandas")
    text = PAGE.read_text("utf-8")
    world: dict[str, Any] = {}
    for block in re.findall(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE):
        for example in doctest.DocTestParser().get_examples(block):
            exec(example.source, world)  # noqa: S102
    (heavy,) = re.findall(r"^```py\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    exec(heavy, world)  # noqa: S102
    judged, calibrated = world["judged"], world["calibrated"]
    assert judged.n == len(world["new"]) == len(calibrated)
    assert judged.auc > 0.6  # of leads that follow a rule it has learned something
    assert sum(calibrated) == pytest.approx(judged.positives.n, abs=1)
    assert ((calibrated > 0) & (calibrated < 1)).all()
