"""TOML that should be a format of deals: read as it was written, or refused in few words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from attrs import fields
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from refusals import check_refusal
from salesmetrics import DealFormat, InvalidValueError

COLUMNS = "amount owner created closed expected_close close probability category kind account currency_column".split()

GOOD: dict[str, Any] = {
    "id": "Id",
    "stage": "Stage",
    **{name: name.title() for name in COLUMNS if name != "close"},
    "values": {"arr": "ARR", "seats": "Seats"},
    "plain_values": ["seats"],
    "labels": {"region": "Region"},
    "outcome": {"column": "Status", "won": "Won", "lost": ["Lost", "Gone"], "open": []},
    "process": [
        {"name": "Talk", "probability": 0.5},
        {"name": "Offer", "probability": "0.75", "category": "commit"},
        {"name": "Signed", "probability": 1, "outcome": "won"},
    ],
    "probability_scale": "percent",
    "date_format": "%d.%m.%Y",
    "zone": "Europe/Paris",
    "rounding": "half_away",
    "missing": ["", "-"],
}
FIELDS = [one.name for one in fields(DealFormat)]


def junk() -> SearchStrategy[Any]:
    """Anything that TOML can write."""
    texts = st.sampled_from(["", "USD", "XXX", "won", "%Y", "Id", "\x1b[31m", "x" * 3000]) | st.text(max_size=5)
    numbers = st.integers(-(2**70), 2**70) | st.floats() | st.sampled_from([0, 1, 10**400])
    scalars = texts | numbers | st.booleans() | st.dates()
    names = st.sampled_from([*FIELDS, "column", "won", "lost", "name", "arr", "owner", "\x1b\n", "k" * 3000])
    return st.recursive(
        scalars, lambda some: st.lists(some, max_size=3) | st.dictionaries(names, some, max_size=3), max_leaves=6
    )


@st.composite
def documents(draw: DrawFn) -> dict[str, Any]:
    """Some keys of the good document, of which a few hold or are something else."""
    kept = draw(st.sets(st.sampled_from(sorted({*GOOD} - {"id", "stage"}))))
    document = {name: value for name, value in GOOD.items() if name in kept or name in ("id", "stage")}
    for _ in range(draw(st.integers(0, 2))):
        name = draw(st.sampled_from([*FIELDS, "stge", "\x1b[31m", "k" * 3000]))
        document[name] = draw(st.sampled_from(["Close", "EUR"]) | junk())
    if draw(st.integers(0, 9)) == 0:
        del document[draw(st.sampled_from(sorted(document)))]
    return document


def written(value: Any) -> str:
    """A value as TOML writes it, in one line."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{written(name)} = {written(one)}" for name, one in value.items()) + "}"
    if isinstance(value, date):
        return value.isoformat()
    return str(value).lower()


def document_written(document: Mapping[str, Any]) -> bytes:
    return "".join(f"{written(name)} = {written(value)}\n" for name, value in document.items()).encode()


def read(data: bytes) -> DealFormat | None:
    """The format that a file of these bytes holds; `None` where it is refused, as it must be."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "crm.toml")
        path.write_bytes(data)
        try:
            return DealFormat.from_toml(path)
        except InvalidValueError as fault:
            check_refusal(fault)
            return None


def test_the_good_document_is_a_format() -> None:
    assert read(document_written(GOOD)) is not None


@given(documents())
def test_a_document_is_read_as_it_was_written_or_refused_in_few_words(document: dict[str, Any]) -> None:
    form = read(document_written(document))
    if form is None:
        return
    for name, value in document.items():
        got = getattr(form, name)
        if name == "outcome":
            assert {word: outcome.value for word, outcome in got.outcomes.items()} == {
                word: outcome for outcome in ("won", "lost", "open") for word in words(value.get(outcome, []))
            }
        elif name == "process":
            assert [(one.name, one.probability) for one in got] == [
                (one["name"], float(one["probability"])) for one in value
            ]
        elif name in ("missing", "plain_values"):
            assert got == tuple(words(value))
        else:
            assert got == value
    left_out = {one.name: one.default for one in fields(DealFormat) if one.name not in document}
    assert {name: getattr(form, name) for name in left_out} == left_out


def words(given: Any) -> list[str]:
    return [given] if isinstance(given, str) else given


@given(st.binary() | st.text().map(lambda text: text.encode("utf-8", "surrogatepass")))
@example(b"[" * 50_000)
@example(b"a." * 100 + b"b = 1")
@example(b"a." * 100_000 + b"b = 1")
@example(b"id = " + b"9" * 50_000)
@example(b"k" * 40_000 + b" = 1\n" + b"k" * 40_000 + b" = 1")
@example(b"".join(b"k%d = 1\n" % number for number in range(5_000)))
@example(b'id = "a"\nstage = "b"\n' + b'[[process]]\nname = "T"\nprobability = 0.5\n' * 2_000)
@example(b"#" * 1_000_000)
def test_bytes_are_refused_in_few_words(data: bytes) -> None:
    assert read(data) is None


@given(st.data())
def test_a_spoilt_file_is_read_or_refused_in_few_words(data: st.DataObject) -> None:
    good = document_written(GOOD)
    start = data.draw(st.integers(0, len(good)))
    piece = data.draw(st.sampled_from([b"", b'"', b"\n", b"\r", b"=", b"[", b"{", b"\0", b"\xff"]) | st.binary())
    read(good[:start] + piece + good[start + data.draw(st.integers(0, 40)) :])
