"""Sales processes out of rows of stages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesmetrics import InvalidTableError, InvalidValueError, Outcome, ProcessFormat, SalesProcess, Stage, read_process

FORM = ProcessFormat(stage="Stage", probability="Chance", closed="Ends", won="Wins", place="Place", pipeline="Pipeline")


OTHER_NAMES = "give stages of one process different names"
ENDS = "write 1 where deals are won and 0 where they are lost"


def columns(**changed: list[Any]) -> dict[str, list[Any]]:
    plain: dict[str, list[Any]] = {
        "Stage": ["Talk", "Signed", "Gone", "Trial"],
        "Chance": [0.2, 1, 0, "0.7"],
        "Ends": [False, "TRUE", "yes", 0],
        "Wins": ["no", "true", "false", "no"],
        "Place": [1, 3, 2, 0],
        "Pipeline": ["new"] * 4,
    }
    return plain | changed


def faults(form: ProcessFormat = FORM, **changed: list[Any]) -> list[str]:
    with pytest.raises(InvalidTableError) as refused:
        read_process(columns(**changed), form)
    return [str(one) for one in refused.value.problems]


STAGES = st.lists(
    st.sampled_from(["S-1", "S-2", "S-3", "S-4", "S-5"]).flatmap(
        lambda name: st.one_of(
            st.integers(0, 10**6).map(lambda n: Stage(name, n / 10**6)),
            st.just(Stage(name, 1.0, Outcome.WON)),
            st.just(Stage(name, 0.0, Outcome.LOST)),
        )
    ),
    min_size=1,
    unique_by=lambda stage: stage.name,
)


@given(STAGES, st.data())
def test_what_is_written_is_read_in_any_order_of_the_rows(stages: list[Stage], data: st.DataObject) -> None:
    rows = data.draw(st.permutations(list(enumerate(stages))))
    written = {
        "Stage": [stage.name for _, stage in rows],
        "Chance": [stage.probability for _, stage in rows],
        "Ends": [stage.outcome is not Outcome.OPEN for _, stage in rows],
        "Wins": [stage.outcome is Outcome.WON for _, stage in rows],
        "Place": [place for place, _ in rows],
        "Pipeline": ["one"] * len(rows),
    }
    assert read_process(written, FORM) == SalesProcess(stages)


def test_stages_stand_by_their_place_or_as_their_rows() -> None:
    assert read_process(columns(), FORM).names == ("Trial", "Talk", "Gone", "Signed")
    bare = ProcessFormat(stage="Stage", probability="Chance", closed="Ends", won="Wins")
    assert read_process(columns(), bare).names == ("Talk", "Signed", "Gone", "Trial")


def test_a_process_is_of_one_pipeline() -> None:
    two = columns(Pipeline=["new", "renewals", "new", "new"], Chance=[0.2, "?", 0, 0.7])
    assert read_process(two, FORM, "new").names == ("Trial", "Talk", "Gone")  # what is wrong elsewhere is not read
    with pytest.raises(InvalidValueError) as refused:
        read_process(two, FORM)
    assert str(refused.value) == (
        "pipeline must be named where there are several, got 'new', 'renewals'; deals go through the stages of one: "
        "write pipeline='new' or another"
    )
    with pytest.raises(InvalidValueError, match=r"got 'nwe'; did you mean 'new'\?"):
        read_process(two, FORM, "nwe")
    bare = ProcessFormat(stage="Stage", probability="Chance", closed="Ends")
    with pytest.raises(InvalidValueError, match="got 'new'; name the column of pipelines in the format"):
        read_process(two, bare, "new")


def test_one_name_may_be_of_two_pipelines() -> None:
    two = columns(Stage=["Talk", "Talk", "Gone", "Trial"], Pipeline=["new", "renewals", "new", "new"])
    assert read_process(two, FORM, "new").names == ("Trial", "Talk", "Gone")


def test_without_a_column_of_won_stages_a_certain_end_is_won() -> None:
    form = ProcessFormat(stage="Stage", probability="Chance", closed="Ends", probability_scale="percent")
    process = read_process(columns(Chance=[100, 100, 0, 70]), form)
    assert [stage.outcome for stage in process] == [Outcome.OPEN, Outcome.WON, Outcome.LOST, Outcome.OPEN]


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "stages.csv"
    path.write_text("Stage,Chance,Ends\nTalk,0.2,no\nSigned,1,yes\n")
    form = ProcessFormat(stage="Stage", probability="Chance", closed="Ends")
    expected = SalesProcess([Stage("Talk", 0.2), Stage("Signed", 1.0, Outcome.WON)])
    assert read_process(path, form) == read_process(str(path), form) == expected


def test_every_fault_is_named_at_once() -> None:
    assert faults(Stage=["Talk", "Talk", None, "Trial"], Chance=[60, 0.5, None, 1], Ends=[0, 1, "", "maybe"],
                  Wins=[0, 0, 1, ""], Place=[1, "", 2, 3]) == [
        (
            "Chance: 1 cell cannot be read: Chance must be a fraction in [0, 1], got 60 (row 0); did you mean 0.6, or "
            "probability_scale='percent' in the format?"
        ),
        "Ends: 1 cell cannot be read: a flag must be true or false, got 'maybe' (row 3); write one of them",
        "Stage: 1 stage without a name (row 2); name each one as the deals do",
        f"Stage: 1 stage with the name of another before (row 1); {OTHER_NAMES}",
        "Chance: 1 stage without a probability (row 2); give each one its own",
        "Ends: 1 stage of which nobody says whether deals end there (row 2); say it of each",
        "Wins: 1 stage of which nobody says whether deals are won there (row 3); say it of each",
        "Place: 1 stage without a place (row 1); number the stages",
        f"Chance: 1 stage in which deals end has a chance between (row 1); {ENDS}",
    ]  # fmt: skip


def test_stages_that_contradict_themselves_are_refused() -> None:
    (fault,) = faults(Wins=["yes", "no", "no", "no"])
    assert fault.startswith("Chance: 2 stages in which deals end has a chance between (rows 0, 1)")


def test_no_stage_is_no_process() -> None:
    assert faults(Stage=[], Chance=[], Ends=[], Wins=[], Place=[], Pipeline=[]) == [
        "Stage: a process must have a stage, got none; name the stages"
    ]
    assert faults(ProcessFormat(stage="Stge", probability="Chance", closed="Ends")) == [
        "Stge: the data have no such column; did you mean 'Stage'?"
    ]


def test_another_format_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="format must be a ProcessFormat, got 'crm'"):
        read_process(columns(), "crm")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_a_format_names_its_faults_at_once() -> None:
    wrong: Any = {"stage": None, "probability": "P", "closed": 1, "probability_scale": "permille", "rounding": "up"}
    with pytest.raises(InvalidValueError) as refused:
        ProcessFormat(**wrong)
    assert str(refused.value) == (
        "ProcessFormat: stage must be text, got None; name one column; and closed must be text, got 1; "
        "name one column; and probability_scale must be 'fraction' or 'percent', got 'permille'; write one; and "
        "rounding must be 'half_away' or None, got 'up'; write one"
    )
