import copy
import pickle
import time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesmetrics import Category, InvalidValueError, Outcome, SalesProcess, Stage
from salesmetrics.errors import shown
from strategies import processes, stages

NO_TEXT: list[Any] = [None, 1, b"a", []]
PLAIN: dict[str, Any] = {"name": "Talking", "probability": 0.5}
USUAL = {Outcome.OPEN: Category.PIPELINE, Outcome.WON: Category.CLOSED, Outcome.LOST: Category.OMITTED}


@given(st.integers(0, 10**6), st.text(min_size=1), st.none() | st.sampled_from(Category))
def test_an_open_stage_has_any_probability(count: int, name: str, category: Category | None) -> None:
    more = {} if category is None else {"category": category}
    for given_as in (count / 10**6, Decimal(count) / 10**6, f"{count / 10**6:.6f}"):
        stage = Stage(name, given_as, **more)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        assert (stage.name, stage.probability, stage.outcome) == (name, count / 10**6, Outcome.OPEN)
        assert type(stage.probability) is float
        assert stage.category is (category or Category.PIPELINE)


@pytest.mark.parametrize(("outcome", "certain"), [(Outcome.WON, 1), (Outcome.LOST, 0)])
def test_an_ended_stage_is_certain(outcome: Outcome, certain: int) -> None:
    assert Stage("End", certain, outcome).probability == certain
    assert Stage("End", certain, outcome).category is USUAL[outcome]
    for probability in (1 - certain, abs(certain - 0.000001), 0.5):
        with pytest.raises(InvalidValueError) as caught:
            Stage("End", probability, outcome)
        assert str(caught.value) == (
            f"Stage.probability of a {outcome.value} stage must be {certain}, got {probability:g}; "
            "a deal there has ended: write that, or another outcome"
        )


@pytest.mark.parametrize("outcome", list(Outcome))
@pytest.mark.parametrize("category", list(Category))
def test_a_stage_may_have_any_category(outcome: Outcome, category: Category) -> None:
    assert Stage("S", 0 if outcome is Outcome.LOST else 1, outcome, category).category is category


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        *[({"name": name}, f"name must be text, got {name!r}; name it as the data do") for name in ["", *NO_TEXT]],
        ({"probability": 60}, "probability must be a fraction in [0, 1], got 60; did you mean 0.6?"),
        ({"probability": None}, "probability must be text, int or Decimal, got None; convert it first"),
        *[
            ({"outcome": one}, f"outcome must be an Outcome, got {one!r}; use Outcome.OPEN")
            for one in ("open", None, 1, ["won"], Category.CLOSED)
        ],
        *[
            ({"category": one}, f"category must be a Category, got {one!r}; use Category.PIPELINE")
            for one in ("pipeline", None, 1, ["closed"], Outcome.OPEN)
        ],
    ],
)
def test_a_field_of_another_kind_is_refused_with_a_remedy(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        Stage(**PLAIN | fields)
    assert str(caught.value) == f"Stage.{message}"


@given(stages())
def test_a_stage_is_a_value(stage: Stage) -> None:
    for twin in (pickle.loads(pickle.dumps(stage)), copy.copy(stage), copy.deepcopy(stage)):  # noqa: S301
        assert twin == stage
        assert hash(twin) == hash(stage)
    assert Stage("Another", stage.probability, stage.outcome, stage.category) != stage


@pytest.mark.parametrize(("kind", "values"), [(Outcome, "open won lost"), (Category, None)])
def test_words_of_stored_data(kind: Any, values: str | None) -> None:
    words = values or "omitted pipeline best_case most_likely commit closed"
    assert [one.value for one in kind] == words.split()


@given(processes())
def test_a_process_is_its_stages_in_order(process: SalesProcess) -> None:
    again = SalesProcess(iter(process))
    assert again == process == SalesProcess(list(process.stages))
    assert hash(again) == hash(process) == hash(pickle.loads(pickle.dumps(process)))  # noqa: S301
    assert tuple(process) == process.stages
    assert len(process) == len(process.stages)
    assert process.names == tuple(stage.name for stage in process.stages)
    for stage in process.stages:
        assert process[stage.name] is stage
        assert stage.name in process
        assert stage not in process  # it holds names


@given(processes())
def test_order_matters(process: SalesProcess) -> None:
    turned = SalesProcess(process.stages[::-1])
    assert (turned == process) is (len(process) == 1)


def test_the_standard_process() -> None:
    expected = {"Discovery call": 10, "Qualified": 20, "Product demo": 40, "Product trial": 60, "Final call": 80}
    standard = SalesProcess.standard()
    assert {stage.name: stage.probability for stage in standard} == {
        **{name: share / 100 for name, share in expected.items()},
        "Won": 1.0,
        "Lost": 0.0,
    }
    assert [stage.outcome.value for stage in standard] == ["open"] * 5 + ["won", "lost"]
    assert all(stage.category is USUAL[stage.outcome] for stage in standard)


TALKING, WON = Stage("Talking", 0.2), Stage("Won", 1, Outcome.WON)
STRAY = "SalesProcess.stages must be Stage objects, got {}; write Stage(name, probability)"


@pytest.mark.parametrize(
    ("stages_given", "message"),
    [
        ([], "SalesProcess.stages must hold at least one Stage, got none; name the stages"),
        ("", "SalesProcess.stages must hold at least one Stage, got none; name the stages"),
        (5, STRAY.format("5")),
        (None, STRAY.format("None")),
        ([TALKING, "Won"], STRAY.format("'Won'")),
        ("abcdefgh", STRAY.format("'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'")),
        ("abcdefghi", STRAY.format("'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'")),
        ({"Talking": 0.2}, STRAY.format("'Talking'")),
        ([TALKING, WON, TALKING], "SalesProcess stages must have different names, got ['Talking'] twice; rename one"),
        (
            [WON, WON, TALKING, Stage("Talking", 0.3)],
            "SalesProcess stages must have different names, got ['Talking', 'Won'] twice; rename one",
        ),
    ],
)
def test_what_is_no_process_is_refused_with_a_remedy(stages_given: Any, message: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        SalesProcess(stages_given)
    assert str(caught.value) == message


def test_one_stage_alone_is_a_process() -> None:
    alone: Any = TALKING
    assert SalesProcess(alone) == SalesProcess([TALKING])


@pytest.mark.parametrize(
    ("stages_given", "is_good"),
    [
        ("x" * 1_000_000, False),
        ([Stage("x" * 100_000, 0.5)] * 2, False),
        ([Stage(f"{number}", 0.5) for number in range(20_000)], True),
    ],
    ids=["text", "names", "many"],
)
def test_large_processes_take_little_time_and_few_words(stages_given: Any, *, is_good: bool) -> None:
    start = time.thread_time()
    try:
        process = SalesProcess(stages_given)
    except InvalidValueError as fault:
        assert len(str(fault)) < 300  # noqa: PT017  # one of the cases is good
        assert not is_good
    else:
        assert is_good
        assert len(process) == len(stages_given)
    assert time.thread_time() - start < 2


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("Wno", "did you mean 'Won'?"),
        ("zzz", "known are 'Talking', 'Won'"),
        *[(name, "known are 'Talking', 'Won'") for name in ["", "x" * 1_000_000, 10**5000, *NO_TEXT]],
    ],
    ids=lambda value: str(type(value)),
)
def test_an_unknown_stage_is_refused_with_a_hint(name: Any, hint: str) -> None:
    process = SalesProcess([TALKING, WON])
    assert name not in process
    with pytest.raises(InvalidValueError) as caught:
        process[name]
    assert str(caught.value) == f"a stage must be one of the process, got {shown(name)}; {hint}"
