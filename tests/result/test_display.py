from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from salesmetrics.result._display import html_of_table, html_of_text, percent, plain_text, text_of_table


@given(st.text(max_size=100))
def test_plain_text_is_printable_and_not_much_longer(text: str) -> None:
    shown = plain_text(text)
    assert shown.isprintable()
    if text.isprintable() and len(text) <= 60:
        assert shown == text


def test_control_characters_are_written_out() -> None:
    assert plain_text("a\x1b[31m\n\u202eb\ud800") == "a\\x1b[31m\\n\\u202eb\\ud800"
    assert plain_text("x" * 61) == "x" * 59 + "…"
    assert plain_text(5) == "5"
    assert plain_text(True) == "True"
    assert plain_text(10**5000).startswith("0x")


def test_shares_in_per_cent() -> None:
    assert [percent(share) for share in (0.632, 1.0, None)] == ["63.2 %", "100.0 %", "undefined"]


def test_a_table_in_text() -> None:
    assert text_of_table(["owner", "n"], [["Ada", "1"], ["B", "200"]]) == "owner    n\nAda      1\nB      200"
    assert text_of_table(["owner", "n"], [["Ada", "1"], ["B", "200"]], left=2) == "owner  n\nAda    1\nB      200"
    assert text_of_table(["owner"], []) == "owner"


def test_markup_is_text_in_a_notebook() -> None:
    assert html_of_text("<script>") == "<code>&lt;script&gt;</code>"
    table = html_of_table(["<b>"], [["<script>alert('x')</script>"]])
    assert table == (
        "<table><thead><tr><th>&lt;b&gt;</th></tr></thead><tbody><tr>"
        "<td>&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;</td></tr></tbody></table>"
    )
