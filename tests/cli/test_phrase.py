"""``dondoc phrase``: one sentence or a stream of them, and what it refuses."""

import io
import json
from datetime import date
from pathlib import Path

import pytest

from obligations.clock import local_date, utc_now
from tests.cli.conftest import Dondoc, refused

KEYS = ["kind", "freq", "op", "due", "time", "actors", "receiver", "rel", "why", "warnings"]


@pytest.fixture(autouse=True)
def _no_database(empty_home: Path) -> None:
    """The command needs none; a home that does not exist stays so."""


def test_one_sentence_is_json_without_being_asked(dondoc: Dondoc, empty_home: Path) -> None:
    found = dondoc("phrase", "Các sở gửi báo cáo về Sở Nội vụ trước 17h00 ngày 20/10 hằng năm", "--year", "2027").json
    assert list(found)[:10] == KEYS
    assert found["due"] == ["2027-10-20"]
    assert (found["kind"], found["freq"], found["op"], found["time"]) == ("periodic", "annual", "before", "17:00")
    assert (found["actors"], found["receiver"], found["rel"]) == (["Các sở"], "Sở Nội vụ", None)
    assert not empty_home.exists()


def test_a_table_explains(dondoc: Dondoc) -> None:
    out = dondoc("phrase", "trước ngày 01/11 hàng năm", "--year", "2026", "--format", "table").out
    assert "due: 2026-10-31" in out
    assert "- “trước ngày 01/11 hàng năm” là hết ngày 31/10/2026" in out


def test_the_sentence_may_come_from_standard_input(dondoc: Dondoc, monkeypatch: pytest.MonkeyPatch) -> None:
    class Input:
        buffer = io.BytesIO("chậm nhất\nngày 05/6/2026 \xff".encode())

    monkeypatch.setattr("sys.stdin", Input())
    assert dondoc("phrase").json["due"] == ["2026-06-05"]


def test_the_policy_and_the_document_day_are_options(dondoc: Dondoc) -> None:
    assert dondoc("phrase", "trước ngày 15/9/2026", "--inclusive").json["due"] == ["2026-09-15"]
    found = dondoc("phrase", "trước ngày 10/01", "--context-date", "2026-12-20").json
    assert (found["due"], found["year_from"]) == (["2026-01-09"], "context")
    assert found["warnings"]


def test_without_a_year_this_one_is_taken_and_said(dondoc: Dondoc) -> None:
    year = local_date(utc_now(), "Asia/Ho_Chi_Minh").year
    found = dondoc("phrase", "trước ngày 15/9").json
    assert found["due"] == [date(year, 9, 14).isoformat()]
    assert found["year_from"] == "today"
    assert str(year) in found["warnings"][-1]
    assert dondoc("phrase", "trước ngày 15/9/2024").json["warnings"] == []


def test_a_file_gives_one_result_a_line_in_its_order(dondoc: Dondoc, tmp_path: Path) -> None:
    file = tmp_path / "cau.jsonl"
    lines = [
        {"text": "trước 01/11 hằng năm", "year": 2027, "id": "other keys are left alone"},
        {"text": "trước ngày 10/6", "context_date": "2025-01-05"},
        {"text": "trước ngày 10/6"},
    ]
    file.write_text(
        "\ufeff" + "\n\n".join(json.dumps(line, ensure_ascii=False) for line in lines) + "\n", encoding="utf-8"
    )
    answer = dondoc("phrase", "--jsonl", file, "--year", "2030")
    results = [json.loads(line) for line in answer.out.splitlines()]
    assert [r["due"] for r in results] == [["2027-10-31"], ["2025-06-09"], ["2030-06-09"]]
    assert "\\u" not in answer.out


def test_a_stream_is_read_from_standard_input(dondoc: Dondoc, monkeypatch: pytest.MonkeyPatch) -> None:
    class Input:
        buffer = io.BytesIO(b'{"text": "trong th\xc3\xa1ng 6/2026"}\n')

    monkeypatch.setattr("sys.stdin", Input())
    assert json.loads(dondoc("phrase", "--jsonl", "-").out)["due"] == ["2026-06-30"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", ("line 2", "not a JSON object")),
        ("[1]", ("line 2", "not a JSON object")),
        ('{"txt": "x"}', ("line 2", "text:", "give the sentence")),
        ('{"text": "x", "year": 2101}', ("line 2", "year: 2101", "1900 to 2100")),
        ('{"text": "x", "year": "2026"}', ("line 2", "year:")),
        ('{"text": "x", "year": true}', ("line 2", "year:")),
        ('{"text": "x", "context_date": "30/10/2026"}', ("line 2", "context_date:", "YYYY-MM-DD")),
        ('{"text": "x", "context_date": "1800-01-01"}', ("line 2", "context_date:", "1900 to 2100")),
    ],
)
def test_a_bad_line_is_refused_by_place_field_and_advice(
    dondoc: Dondoc, tmp_path: Path, line: str, words: tuple[str, ...]
) -> None:
    file = tmp_path / "cau.jsonl"
    file.write_text('{"text": "thường xuyên"}\n' + line + "\n", encoding="utf-8")
    answer = dondoc("phrase", "--jsonl", file, "--year", "2026")
    assert (answer.code, len(answer.out.splitlines())) == (1, 1)
    assert "Traceback" not in answer.err
    for word in (str(file), *words):
        assert word in answer.err


def test_a_file_that_is_not_there_is_refused(dondoc: Dondoc) -> None:
    refused(dondoc("phrase", "--jsonl", "khong-co.jsonl"), "khong-co.jsonl", "cannot be read")


@pytest.mark.parametrize(
    "arguments",
    [
        ("trước ngày 15/9", "--year", "1899"),
        ("trước ngày 15/9", "--year", "2101"),
        ("trước ngày 15/9", "--context-date", "15/9/2026"),
        ("trước ngày 15/9", "--context-date", "2200-01-01"),
        ("trước ngày 15/9", "--jsonl", "-"),
    ],
)
def test_wrong_usage_is_2(dondoc: Dondoc, arguments: tuple[str, ...]) -> None:
    answer = dondoc("phrase", *arguments)
    assert (answer.code, answer.out) == (2, "")
    assert "Traceback" not in answer.err


def test_nonsense_has_a_result(dondoc: Dondoc) -> None:
    assert dondoc("phrase", "\udcff\x00 ]] 31/02 %", "--year", "2026").json["due"] == []
