"""Digests, schemas, round trips and the YAML dialect."""

import json
import unicodedata
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from plans.digest import canonical_json, sha256
from plans.errors import PlanFileError
from plans.json_schema import write_schemas
from plans.library import FILES, HUNG_YEN, PLAN_197, SCHEMAS
from plans.reading import read_plan, read_registry
from plans.registry import RegistryFile
from plans.schema import PlanFile
from plans.yaml_tree import TreeError, parse_tree
from tests.plans.builders import PLAN, plan_with, write, yearly


def test_the_published_schemas_are_those_of_the_models(tmp_path: Path) -> None:
    written = write_schemas(tmp_path)
    assert {p.name: p.read_text(encoding="utf-8") for p in written} == {
        p.name: p.read_text(encoding="utf-8") for p in SCHEMAS.glob("*.json")
    }


@pytest.mark.parametrize("path", sorted(FILES.glob("*.yaml")), ids=lambda p: p.name)
def test_every_file_names_its_schema_for_editors(path: Path) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# yaml-language-server: $schema=")
    assert (path.parent / first.split("=", 1)[1]).is_file()


@pytest.mark.parametrize("model", [read_plan(PLAN_197), read_registry(HUNG_YEN)], ids=["plan", "registry"])
def test_what_is_stored_reads_back_as_it_was(model: PlanFile | RegistryFile) -> None:
    again = type(model).model_validate(model.model_dump(mode="json"))
    assert again == model
    assert again == type(model).model_validate_json(canonical_json(model))
    assert sha256(again) == sha256(model)


def test_the_digest_does_not_depend_on_layout_or_unicode_form(tmp_path: Path) -> None:
    tidy = read_plan(write(tmp_path, PLAN, "a.yaml"))
    untidy = read_plan(write(tmp_path, "# x\n\n" + unicodedata.normalize("NFD", PLAN), "b.yaml"))
    assert sha256(tidy) == sha256(untidy)
    assert sha256(tidy) != sha256(
        read_plan(write(tmp_path, PLAN.replace("day: 1\n", "day: 2\n").replace("01/11", "02/11"), "c.yaml"))
    )


def test_models_are_frozen_and_refuse_unknown_keys() -> None:
    plan = plan_with(deadline=yearly(11, 1))
    with pytest.raises(ValueError, match="frozen"):
        plan.slug = "khac"  # type: ignore[misc]
    with pytest.raises(ValueError, match="Extra inputs"):
        plan_with(deadline=yearly(11, 1, mont=3))


def test_the_standard_reminders() -> None:
    steps = plan_with(deadline=yearly(11, 1)).obligations[0].reminders
    assert [(s.code, s.days, s.audience, s.draft) for s in steps] == [
        ("open", 0, "clerk", False),
        ("T-7", -7, "clerk", False),
        ("T-1", -1, "clerk", False),
        ("T0", 0, "clerk", False),
        ("T+1", 1, "clerk", False),
        ("T+7", 7, "leader", True),
    ]


def test_words_of_yaml_1_1_stay_words() -> None:
    value, lines = parse_tree("on: 2024-01-31\nno: yes\ntime: 17:00\nn: 7\nb: true\nnone: ~\nq: '7'\nf: 1.5\n")
    assert value == {
        "on": "2024-01-31",
        "no": "yes",
        "time": "17:00",
        "n": 7,
        "b": True,
        "none": None,
        "q": "7",
        "f": 1.5,
    }
    assert lines["time",] == 3


def test_lines_of_nested_keys(tmp_path: Path) -> None:
    plan = read_plan(write(tmp_path, PLAN))
    lines = PLAN.splitlines()
    assert lines[plan.source.line(("obligations", 0, "deadline", "day")) - 1].strip() == "day: 1"
    assert lines[plan.source.line(("obligations", 0, "reminders", 3)) - 1].strip() == "- code: bao-cao"


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12)
    | st.dates(date(1950, 1, 1)).map(str),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abcđốn_", min_size=1, max_size=6), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.text("abcđốn_", min_size=1, max_size=6), values, min_size=1, max_size=4))
@example({"a": "0E0", "b": "1.5E5", "c": "1.5e+5"})
def test_whatever_yaml_writes_is_read_back(value: dict[str, object]) -> None:
    assert parse_tree(yaml.dump(json.loads(json.dumps(value)), allow_unicode=True, Dumper=yaml.SafeDumper))[0] == value


@given(st.text(max_size=60))
def test_any_text_is_a_value_or_a_clear_refusal(text: str) -> None:
    told: tuple[int, str, str] = (1, "read", "nothing to do")
    try:
        parse_tree(text)
    except TreeError as error:
        told = (error.line, error.problem, error.advice)
    assert all(told)


@given(st.binary(max_size=80))
def test_any_bytes_are_refused_clearly(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(data)
    with pytest.raises(PlanFileError) as caught:
        read_plan(path)
    assert caught.value.advice
