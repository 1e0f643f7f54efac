"""The command line: the embedded book, a file, and faults with exit code 2."""

from __future__ import annotations

import io
import json
import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

import salesmetrics as sm
from salesmetrics.__main__ import main

CSV = "id,stage,amount,owner,created,close\n1,Won,10.00,Ada,2026-01-05,2026-02-01\n2,Talk,5,Bo,2026-01-06,\n"
TOML = """
id = "id"
stage = "stage"
amount = "amount"
owner = "owner"
created = "created"
close = "close"
currency = "USD"
[[process]]
name = "Talk"
probability = 0.5
[[process]]
name = "Won"
probability = 1
outcome = "won"
"""
WHEN = ["--period", "2026-01-01..2026-04-01", "--as-of", "2026-03-01"]


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, list[str]]:
    csv, toml = tmp_path / "deals.csv", tmp_path / "crm.toml"
    csv.write_text(CSV, "utf-8")
    toml.write_text(TOML, "utf-8")
    return csv, [str(csv), "--format", str(toml), *WHEN]


def test_without_a_file_it_shows_the_embedded_book(capsys: pytest.CaptureFixture[str]) -> None:
    book = sm.sample_book()
    assert main([]) == 0
    assert capsys.readouterr().out == f"{sm.scorecard(book.deals, period=book.period, as_of=book.as_of)}\n"


def test_a_file_is_shown(files: tuple[Path, list[str]], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(files[1]) == 0
    out = capsys.readouterr().out
    assert "Weighted pipeline 2.50 USD (1 deal)" in " ".join(out.split())
    assert "100.0 % (1 of 1)" in out


def test_a_reader_that_closes_early_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Closed(io.TextIOWrapper):
        def write(self, _: str) -> int:
            raise BrokenPipeError

    with Closed((tmp_path / "out").open("wb"), "utf-8") as out:
        monkeypatch.setattr(sys, "stdout", out)
        assert main([]) == 0
        assert os.fstat(out.fileno()).st_rdev == Path(os.devnull).stat().st_rdev  # nothing is left to complain about


def test_json_is_the_scorecard(files: tuple[Path, list[str]], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*files[1], "--json"]) == 0
    card = sm.Scorecard.from_dict(json.loads(capsys.readouterr().out))
    assert card.weighted.value == sm.Money.of("2.50", "USD")


def test_bad_rows_and_unknown_columns_are_explained(
    files: tuple[Path, list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    files[0].write_text(CSV.replace("10.00", "ten").replace("owner,", "Owner,").replace(",5,", ",,"), "utf-8")
    assert main(files[1]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "did you mean 'Owner'?" in said.err
    assert "got 'ten'" in said.err
    assert "--accept missing_amount" in said.err


def test_doubts_are_accepted_and_bad_rows_set_aside(
    files: tuple[Path, list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    files[0].write_text(CSV.replace("10.00", "ten").replace(",5,", ",,"), "utf-8")
    assert main([*files[1], "--bad-rows", "set_aside", "--accept", "missing_amount"]) == 0
    said = capsys.readouterr()
    assert said.err.startswith("salesmetrics: set aside: amount: ")
    assert "(row 0)" in said.err
    assert "undefined (1 deal, all without amount)" in said.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--period", "2026-01-01..2026-04-01"], "a file needs --format, --period and --as-of"),
        (["deals.csv"], "a file needs --format, --period and --as-of"),
        (["deals.csv", "--format", "crm.toml"], "a file needs --format, --period and --as-of"),
        (["--period", "2026"], "a period must be written 2017-01-01..2018-01-01"),
        (["--as-of", "1 May"], "--as-of must be a day such as 2026-01-31"),
    ],
)
def test_arguments_that_do_not_go_together(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    assert said in capsys.readouterr().err


def test_a_file_that_is_not_there(files: tuple[Path, list[str]], capsys: pytest.CaptureFixture[str]) -> None:
    files[0].unlink()
    assert main(files[1]) == 2
    assert "deals.csv" in capsys.readouterr().err


def test_python_dash_m_runs_it(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["salesmetrics"])
    monkeypatch.delitem(sys.modules, "salesmetrics.__main__")
    with pytest.raises(SystemExit) as stop:
        runpy.run_module("salesmetrics", run_name="__main__")
    assert stop.value.code == 0
    assert capsys.readouterr().out.startswith("Scorecard of 2026 Q3")


def test_a_reader_that_stops_early_is_no_fault() -> None:
    run = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m salesmetrics | head -1; exit ${{PIPESTATUS[0]}}"],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(sm.__file__).parent.parent)},
    )
    assert (run.returncode, run.stderr, run.stdout) == (0, "", "Scorecard of 2026 Q3, as of 2026-09-01\n")


def test_letters_that_a_terminal_does_not_have_are_written_out(
    files: tuple[Path, list[str]], capfd: pytest.CaptureFixture[str]
) -> None:
    files[0].write_text(CSV.replace("Ada", "Zoé"), "utf-8")
    plain = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONPATH": str(Path(sm.__file__).parent.parent)}
    run = subprocess.run([sys.executable, "-m", "salesmetrics", *files[1]], check=False, env=plain)
    assert run.returncode == 0
    assert "Zo\\xe9" in capfd.readouterr().out


def test_doubts_may_be_accepted_one_by_one(files: tuple[Path, list[str]]) -> None:
    files[0].write_text(CSV.replace(",5,", ",,").replace("2026-01-06", ""), "utf-8")
    assert main([*files[1], "--accept", "missing_amount", "--accept", "missing_created"]) == 0
