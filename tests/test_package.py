"""What is in the wheel, what it needs, and what importing it loads."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    return zipfile.ZipFile(next(folder.glob("*.whl")))


def test_at_run_time_the_wheel_needs_numpy_and_attrs_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    metadata = next(name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    needs = message_from_bytes(wheel.read(metadata)).get_all("Requires-Dist", [])
    assert sorted(need for need in needs if "extra ==" not in need) == ["attrs>=23.2", "numpy>=2.0"]


def test_the_wheel_holds_the_package_its_types_and_its_licence(wheel: zipfile.ZipFile) -> None:
    names = wheel.namelist()
    assert "salesmetrics/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"salesmetrics"}


def loaded_by(code: str) -> set[str]:
    """Top-level modules outside the standard library that a fresh interpreter loads for the code."""
    script = (
        "import sys, json; before = set(sys.modules)\n"
        f"{code}\n"
        "new = {name.partition('.')[0] for name in set(sys.modules) - before}\n"
        "print(json.dumps(sorted(new - set(sys.stdlib_module_names))))"
    )
    environment = {"PYTHONPATH": str(ROOT / "src")}
    run = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True, env=environment)
    return set(json.loads(run.stdout))


def test_importing_the_package_loads_nothing_else() -> None:
    assert loaded_by("import salesmetrics") == {"salesmetrics"}


def test_using_every_public_name_loads_numpy_and_attrs_and_nothing_else() -> None:
    every = "import salesmetrics as sm\nfor name in sm.__all__: getattr(sm, name)"
    assert loaded_by(every) == {"salesmetrics", "numpy", "attr", "attrs"}


def test_reading_plain_columns_loads_no_library_of_frames() -> None:
    code = (
        "import salesmetrics as sm\n"
        "form = sm.DealFormat(id='Id', stage='Stage')\n"
        "doubts = ('missing_amount', 'missing_created')\n"
        "sm.Deals.from_columns({'Id': [1], 'Stage': ['Won']}, form, accept=(*doubts, 'missing_close')).to_columns()"
    )
    assert loaded_by(code) == {"salesmetrics", "numpy", "attr", "attrs"}
