from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from attrs import fields

from salesmetrics import Category, DealFormat, Deals, InvalidValueError, Outcome, OutcomeColumn, SalesProcess, Stage
from salesmetrics.errors import nearest, shown
from salesmetrics.format.deal_format import FIELDS, KEYS, reserved_names, spelling

LONG = "x" * 10**6
PIPEDRIVE = """
id = "ID"
stage = "Stage"
amount = "Value"
owner = "Owner"
created = "Deal created"
close = "Expected close date"
probability = "Probability"
category = "Forecast"
kind = "Type"
account = "Organization"
plain_values = ["seats"]
currency_column = "Currency"
probability_scale = "percent"
date_format = "%d.%m.%Y"
zone = "Europe/Paris"
rounding = "half_away"
missing = ["", "-"]

[values]
arr = "ARR"
seats = "Seats"

[labels]
region = "Region"

[outcome]
column = "Status"
won = "Won"
lost = ["Lost", "Deleted"]
open = "Open"

[[process]]
name = "Talk"
probability = 0.25

[[process]]
name = "Offer"
probability = 0.75
category = "commit"

[[process]]
name = "Signed"
probability = 1
outcome = "won"

[[process]]
name = "Gone"
probability = 0
outcome = "lost"
"""


def refused(**given: Any) -> str:
    columns: dict[str, Any] = {"id": "Id", "stage": "Stage"}
    with pytest.raises(InvalidValueError) as caught:
        DealFormat(**columns | given)
    message = str(caught.value)
    assert message.startswith("DealFormat: ")
    assert len(message) < 1000
    return message.removeprefix("DealFormat: ")


class TestDealFormat:
    def test_defaults(self) -> None:
        form = DealFormat(id="Id", stage="Stage")
        assert {name for name in FIELDS if getattr(form, name) is not None} == {"id", "stage"}
        assert (form.values, form.plain_values, form.labels, form.missing) == ({}, (), {}, ("",))
        assert (form.outcome, form.process, form.currency, form.currency_column) == (None,) * 4
        assert (form.probability_scale, form.date_format, form.zone, form.rounding) == ("fraction", None, None, None)
        assert hash(form) == hash(DealFormat(id="Id", stage="Stage"))

    @pytest.mark.parametrize("name", [*FIELDS, "currency_column"])
    def test_columns_are_named_by_text(self, name: str) -> None:
        assert refused(**{name: 5}) == f"{name} must be text, got 5; name one column"

    @pytest.mark.parametrize("name", ["id", "stage"])
    def test_two_columns_there_must_be(self, name: str) -> None:
        assert refused(**{name: None}) == f"{name} must be text, got None; name one column"

    @pytest.mark.parametrize(
        ("given", "message"),
        [
            (
                {"close": "C", "closed": "D"},
                "close must stand alone, got closed or expected_close with it; keep close, or the other two",
            ),
            (
                {"close": "C", "expected_close": "D"},
                "close must stand alone, got closed or expected_close with it; keep close, or the other two",
            ),
            (
                {"currency": "USD", "currency_column": "Currency"},
                "currency must be a code or a column, got both; drop one of them",
            ),
            ({"currency": "USDD"}, "currency must be an ISO 4217 code, got 'USDD'; did you mean 'USD'?"),
            ({"currency": 5}, "currency must be an ISO 4217 code, got 5; write a text like 'USD'"),
            ({"currency": "XXX"}, "currency must be that of the amounts, got 'XXX', which is none; name it"),
            ({"outcome": "Status"}, "outcome must be an OutcomeColumn or None, got 'Status'; write OutcomeColumn(...)"),
            ({"process": ["Won"]}, "process must be a SalesProcess or None, got ['Won']; write SalesProcess([...])"),
            (
                {"probability_scale": "percents"},
                "probability_scale must be 'fraction' or 'percent', got 'percents'; write one",
            ),
            ({"rounding": "even"}, "rounding must be 'half_away' or None, got 'even'; write one"),
            (
                {"values": {"arr": "ARR"}, "plain_values": ["arrr"]},
                "plain_values must be among values, got ['arrr']; did you mean 'arr'?",
            ),
            ({"labels": {"owner": "O"}}, "a label must not be called like a column, got 'owner'; rename it"),
            ({"values": {"amount": "A"}}, "a value must not be called like a column, got 'amount'; rename it"),
            (
                {"zone": "Europe/Lodnon"},
                "zone must be the name of a time zone, got 'Europe/Lodnon'; write 'Europe/London'",
            ),
        ],
    )
    def test_what_contradicts_itself_is_refused(self, given: dict[str, Any], message: str) -> None:
        assert refused(**given) == message

    def test_all_faults_at_once(self) -> None:
        assert refused(id=5, currency="USDD", zone="Mars", date_format="%d", rounding=1, labels={"kind": "K"}) == (
            "id must be text, got 5; name one column; "
            "and a label must not be called like a column, got 'kind'; rename it; "
            "and currency must be an ISO 4217 code, got 'USDD'; did you mean 'USD'?; "
            "and rounding must be 'half_away' or None, got 1; write one; "
            "and date_format must write year, month and day, got '%d'; write '%d.%m.%Y'; "
            "and zone must be the name of a time zone, got 'Mars'; write 'Europe/London'"
        )

    @pytest.mark.parametrize("name", ["values", "labels"])
    @pytest.mark.parametrize("given", [None, "arr", ["arr"], {"arr": 5}, {5: "ARR"}])
    def test_maps_are_of_names_to_columns(self, name: str, given: Any) -> None:
        with pytest.raises(InvalidValueError, match=r"^a map of names to columns was expected, got .*; write {'arr'"):
            DealFormat(id="Id", stage="Stage", **{name: given})

    @pytest.mark.parametrize("name", ["missing", "plain_values"])
    @pytest.mark.parametrize("given", [None, 5, [5], ("a", None), {"a"}])
    def test_words_are_texts(self, name: str, given: Any) -> None:
        with pytest.raises(InvalidValueError, match=r"^words must be texts, got .*; write \['Won'\]$"):
            DealFormat(id="Id", stage="Stage", **{name: given})

    def test_fields_are_given_by_name(self) -> None:
        with pytest.raises(TypeError):
            DealFormat("Id", "Stage")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]

    def test_one_word_may_stand_alone(self) -> None:
        given: Any = "-"
        assert DealFormat(id="Id", stage="Stage", missing=given).missing == ("-",)

    def test_maps_are_copied(self) -> None:
        labels = {"region": "Region"}
        form = DealFormat(id="Id", stage="Stage", labels=labels)
        labels["owner"] = "x"
        assert form.labels == {"region": "Region"}

    @pytest.mark.parametrize(
        "pattern", ["%Y-%m-%d", "%m/%d/%y", "%d %B %Y", "%Y%j", "%G-W%V-%u", "%Y-%m-%dT%H:%M:%S%z", "%d.%m.%Y %I:%M %p"]
    )
    def test_date_formats(self, pattern: str) -> None:
        assert DealFormat(id="Id", stage="Stage", date_format=pattern).date_format == pattern

    @pytest.mark.parametrize(
        "pattern",
        ["", "%d/%m", "%Y", "%d %d %m %Y", "%Q", "%", "%H:%M", "no pattern", "\ud800%Y%m%d", 5, [], LONG],
        ids=lambda pattern: shown(pattern)[:12],
    )
    def test_a_date_format_writes_a_whole_day(self, pattern: Any) -> None:
        message = f"date_format must write year, month and day, got {shown(pattern)}; write '%d.%m.%Y'"
        assert refused(date_format=pattern) == message

    def test_a_date_format_writes_at_most_100_characters(self) -> None:
        longest = "%Y-%m-%d" + " " + "x" * 89
        assert DealFormat(id="Id", stage="Stage", date_format=longest).date_format == longest
        assert refused(date_format=longest + "x").startswith("date_format must write year, month and day, got ")

    @pytest.mark.parametrize(
        "zone",
        ["", "Europe", "../UTC", "/etc/passwd", "a\0b", 5, ["UTC"], LONG],
        ids=lambda zone: shown(zone)[:12],
    )
    def test_a_zone_is_the_name_of_one(self, zone: Any) -> None:
        message = f"zone must be the name of a time zone, got {shown(zone)}; write 'Europe/London'"
        assert refused(zone=zone) == message

    def test_hostile_names_are_shown_short_and_plain(self) -> None:
        for name in (LONG, "\x1b[31m", "<script>"):
            assert shown(name) in refused(plain_values=[name])
            assert DealFormat(id=name, stage=name, labels={name: name}).labels[name] == name
        assert "\x1b" not in refused(rounding="\x1b[31m")

    def test_every_key_and_field_is_reserved(self) -> None:
        for name in {*FIELDS, *KEYS}:
            assert reserved_names("value", [name]) == [
                f"a value must not be called like a column, got {name!r}; rename it"
            ]
            assert reserved_names("label", [name]) == [
                f"a label must not be called like a column, got {name!r}; rename it"
            ]
        assert reserved_names("label", {"arr": 0, "region": 0, "": 0}) == []


class TestOutcomeColumn:
    def test_words_stand_for_outcomes(self) -> None:
        won: Any = "Won"
        column = OutcomeColumn("Status", won, ("Lost", "Gone"), ("Open",))
        assert column.outcomes == {
            "Won": Outcome.WON,
            "Lost": Outcome.LOST,
            "Gone": Outcome.LOST,
            "Open": Outcome.OPEN,
        }
        assert OutcomeColumn("Status", (), ()).outcomes == {}

    @pytest.mark.parametrize(
        "given",
        [("Won", "won", ()), ("Closed Won", "closed-won", ()), ("Won", ["x", "x"], ()), ("Won", "Lost", " LOST ")],
    )
    def test_a_word_stands_for_one_outcome(self, given: Any) -> None:
        with pytest.raises(
            InvalidValueError, match=r"^OutcomeColumn words must differ by more than case, blanks and da"
        ):
            OutcomeColumn("Status", *given)

    @pytest.mark.parametrize("column", [None, 5, ["Status"]])
    def test_the_column_is_named_by_text(self, column: Any) -> None:
        with pytest.raises(InvalidValueError, match=r"^OutcomeColumn.column must be text, got .*; name the column$"):
            OutcomeColumn(column, ("Won",), ("Lost",))

    def test_words_are_texts(self) -> None:
        given: Any = 5
        with pytest.raises(InvalidValueError, match=r"^words must be texts, got 5;"):
            OutcomeColumn("Status", given, ("Lost",))


def test_spelling() -> None:
    assert {spelling(word) for word in ("Best Case", " best-case\n", "BEST__CASE", "best - case")} == {"best_case"}
    assert spelling("Straße") == spelling("STRASSE")
    assert spelling("ab") != spelling("a b")


class TestFromToml:
    def toml(self, folder: Path, text: str | bytes) -> Path:
        path = folder / "crm.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def fault(self, folder: Path, text: str | bytes) -> str:
        path = self.toml(folder, text)
        with pytest.raises(InvalidValueError) as caught:
            DealFormat.from_toml(path)
        assert str(caught.value).startswith(f"{path}")
        return str(caught.value).removeprefix(f"{path}").removeprefix(": ")

    def test_every_field(self, tmp_path: Path) -> None:
        process = SalesProcess(
            [
                Stage("Talk", 0.25),
                Stage("Offer", 0.75, category=Category.COMMIT),
                Stage("Signed", 1, Outcome.WON),
                Stage("Gone", 0, Outcome.LOST),
            ]
        )
        expected = DealFormat(
            id="ID",
            stage="Stage",
            amount="Value",
            owner="Owner",
            created="Deal created",
            close="Expected close date",
            probability="Probability",
            category="Forecast",
            kind="Type",
            account="Organization",
            values={"arr": "ARR", "seats": "Seats"},
            plain_values=("seats",),
            labels={"region": "Region"},
            outcome=OutcomeColumn("Status", ("Won",), ("Lost", "Deleted"), ("Open",)),
            process=process,
            currency_column="Currency",
            probability_scale="percent",
            date_format="%d.%m.%Y",
            zone="Europe/Paris",
            rounding="half_away",
            missing=("", "-"),
        )
        path = self.toml(tmp_path, PIPEDRIVE)
        assert DealFormat.from_toml(path) == expected == DealFormat.from_toml(str(path))
        assert DealFormat.from_toml(self.toml(tmp_path, b"\xef\xbb\xbf" + PIPEDRIVE.encode())) == expected

    def test_what_it_reads_reads_deals(self, tmp_path: Path) -> None:
        form = DealFormat.from_toml(self.toml(tmp_path, PIPEDRIVE))
        data: dict[str, Any] = {
            "ID": [1, 2, 3],
            "Stage": ["Talk", "Talk", "Offer"],
            "Status": ["won", "OPEN", "Deleted"],
            "Value": ["1200.505", 800.0, "-"],
            "Owner": ["Ada", "", "Bo"],
            "Deal created": ["05.01.2026"] * 3,
            "Expected close date": ["01.02.2026"] * 3,
            "Probability": [60, "12.5", None],
            "Forecast": ["Commit", "best case", "-"],
            "Type": ["Renewal", "new", None],
            "Organization": ["Acme", None, "Acme"],
            "ARR": [100, "7.25", None],
            "Seats": [5, 6, None],
            "Region": ["EMEA", "-", "APAC"],
            "Currency": ["EUR", "EUR", ""],
        }
        deals = Deals.from_columns(data, form, accept={"missing_amount"})
        assert [deal.stage for deal in deals] == ["Signed", "Talk", "Gone"]
        assert [deal.amount and str(deal.amount) for deal in deals] == ["1,200.51 EUR", "800.00 EUR", None]
        assert [deal.owner for deal in deals] == ["Ada", None, "Bo"]
        assert [deal.created for deal in deals] == [date(2026, 1, 5)] * 3
        assert [deal.closed for deal in deals] == [date(2026, 2, 1), None, date(2026, 2, 1)]
        assert [deal.expected_close for deal in deals] == [None, date(2026, 2, 1), None]
        assert [deal.probability for deal in deals] == [0.6, 0.125, None]
        assert [deal.category for deal in deals] == [Category.COMMIT, Category.BEST_CASE, None]
        assert [deal.kind for deal in deals] == ["renewal", "new", None]
        assert [deal.account for deal in deals] == ["Acme", None, "Acme"]
        assert [dict(deal.labels) for deal in deals] == [{"region": "EMEA"}, {}, {"region": "APAC"}]
        assert list(deals.value("arr")) == [10_000, 725, None]
        assert list(deals.value("seats")) == [5, 6, None]

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("", "a format must have the keys of its kind, got no 'id', 'stage'; correct the keys"),
            (
                'id = "a"\nstge = "b"',
                (
                    "a format must have the keys of its kind, "
                    "got unknown keys 'stge' (did you mean 'stage'?) and no 'stage'; correct the keys"
                ),
            ),
            ('id = "a"\nstage = 5', "DealFormat: stage must be text, got 5; name one column"),
            (
                'id = 2026-01-05\nstage = "b"',
                "DealFormat: id must be text, got datetime.date(2026, 1, 5); name one column",
            ),
            (
                'id = "a"\nstage = "b"\nlabels = 5',
                "a map of names to columns was expected, got 5; write {'arr': 'ARR'}",
            ),
            ('id = "a"\nstage = "b"\nmissing = 0', "words must be texts, got 0; write ['Won']"),
            ('id = "a"\nstage = "b"\noutcome = "Status"', "outcome must be a table, got 'Status'; write its keys"),
            (
                'id = "a"\nstage = "b"\n[outcome]\ncolumn = "S"\nwin = "W"\nlost = "L"',
                (
                    "outcome must have the keys of its kind, "
                    "got unknown keys 'win' (did you mean 'won'?) and no 'won'; correct the keys"
                ),
            ),
            (
                'id = "a"\nstage = "b"\n[outcome]\ncolumn = "S"\nwon = ["W", 5]\nlost = "L"',
                "words must be texts, got ['W', 5]; write ['Won']",
            ),
            (
                'id = "a"\nstage = "b"\nprocess = "std"',
                "process must be an array of stages, got 'std'; write [[process]]",
            ),
            (
                'id = "a"\nstage = "b"\nprocess = []',
                "SalesProcess.stages must hold at least one Stage, got none; name the stages",
            ),
            ('id = "a"\nstage = "b"\nprocess = [5]', "a stage must be a table, got 5; write its keys"),
            (
                'id = "a"\nstage = "b"\n[[process]]\nname = "T"\nprob = 1',
                (
                    "a stage must have the keys of its kind, got unknown keys 'prob' "
                    "(known are 'name', 'probability', 'outcome', 'category') and no 'probability'; correct the keys"
                ),
            ),
            (
                'id = "a"\nstage = "b"\n[[process]]\nname = "T"\nprobability = 60',
                "Stage.probability must be a fraction in [0, 1], got 60; did you mean 0.6?",
            ),
            (
                'id = "a"\nstage = "b"\n[[process]]\nname = "T"\nprobability = 1\noutcome = "win"',
                "a stage's outcome must be a known word, got 'win'; did you mean 'won'?",
            ),
            (
                'id = "a"\nstage = "b"\n[[process]]\nname = "T"\nprobability = 1\ncategory = ["commit"]',
                "a stage's category must be a known word, got ['commit']; did you mean 'commit'?",
            ),
        ],
    )
    def test_hostile_files_are_explained(self, tmp_path: Path, text: str, message: str) -> None:
        assert self.fault(tmp_path, text) == message

    @pytest.mark.parametrize(
        "text",
        [
            b"id = ",
            b"\xff\xfe",
            b'id = "a"\nid = "b"',
            b"id = " + b"[" * 100_000,
            b"id = " + b"9" * 10_000,
            b"PK\x03\x04",
        ],
        ids=range(6),
    )
    def test_what_is_no_toml(self, tmp_path: Path, text: bytes) -> None:
        message = self.fault(tmp_path, text)
        assert message.startswith(" must be a TOML file, got one that is not: ")
        assert message.endswith("; correct it")
        assert len(message) < 300

    def test_eight_unknown_keys_are_named_and_the_others_counted(self, tmp_path: Path) -> None:
        text = 'id = "a"\nstage = "b"\n' + "".join(f"q{number} = 1\n" for number in range(1, 12))
        known = nearest("q", [one.name for one in fields(DealFormat)])
        named = ", ".join(f"'q{number}' ({known})" for number in range(1, 9))
        said = f"a format must have the keys of its kind, got unknown keys {named}, 3 more; correct the keys"
        assert self.fault(tmp_path, text) == said

    def test_a_file_too_large_for_a_format_is_not_parsed(self, tmp_path: Path) -> None:
        whole = 'id = "a"\nstage = "b"\n#'
        for rest in ("x" * (100_000 - len(whole)), "." * 100):
            assert DealFormat.from_toml(self.toml(tmp_path, whole + rest)).id == "a"
        for rest in ("x" * (100_001 - len(whole)), "." * 101):
            said = "it has more than 100,000 characters, or a line with more than 100 points"
            message = f" must be a TOML file, got one that is not: {said}; correct it"
            assert self.fault(tmp_path, whole + rest) == message

    def test_a_million_characters_are_shown_short(self, tmp_path: Path) -> None:
        assert len(self.fault(tmp_path, f'{LONG} = "a"')) < 1000

    def test_no_file(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError):
            DealFormat.from_toml(tmp_path / "none.toml")
