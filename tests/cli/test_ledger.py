"""``dondoc ledger``, ``calls``, ``notices``, ``period letter``, ``audit verify --head``."""

import hashlib
import io
from pathlib import Path

import pytest
from docx import Document

from tests.cli.conftest import Dondoc, refused

WHERE = ("197-kh-ubnd", "V.b4", "2026")
MORNING = "2026-11-20T08:00"


@pytest.fixture
def chased(home: Path, dondoc: Dondoc) -> Path:
    """Confirmed and told."""
    assert dondoc("period", "confirm", *WHERE, "--as-of", "2026-11-19T10:00").code == 0
    assert dondoc("deliver", "--limit", "5", "--as-of", MORNING).code == 0
    return home


def test_ledger_calls_letter_and_audit(chased: Path, dondoc: Dondoc, ask, tmp_path: Path) -> None:
    found = ask("ledger", *WHERE, "--as-of", MORNING)
    code = found["agencies"][0]["agency"]
    assert len(found["audit_hash"]) == 64
    assert any(e["kind"] == "recorded" for sheet in found["agencies"] for e in sheet["events"])
    listed = ask("calls", "list", *WHERE, "--as-of", MORNING)
    assert {"code", "name", "phone", "why", "last"} <= set(listed[0])
    late = next(row["code"] for row in listed if any("quá hạn" in why for why in row["why"]))
    made = ask("calls", "record", *WHERE, "--agency", late, "--result", "answered", "--person", "Ông A",
               "--answer", "gửi ngay", "--as-of", MORNING)["recorded"]  # fmt: skip
    assert ask("calls", "list", *WHERE, "--made", "--as-of", MORNING)[0]["person"] == "Ông A"
    assert ask("calls", "undo", made, "--reason", "nhầm", "--as-of", MORNING) == {"undone": made}
    refused(dondoc("calls", "undo", made, "--reason", "nhầm", "--as-of", MORNING), "đã được bỏ")
    one = ask("ledger", *WHERE, "--agency", late, "--as-of", MORNING)
    assert [e["kind"] for e in one["agencies"][0]["events"]][-2:] == ["call", "call_undone"]
    assert ask("audit", "verify", "--head", f"{one['audit_seq']}:{one['audit_hash']}")["whole"]
    assert dondoc("audit", "verify", "--head", f"{one['audit_seq']}:{'0' * 64}").code == 1
    out = tmp_path / "so.docx"
    assert ask("ledger", *WHERE, "--agency", late, "--out", out, "--as-of", MORNING)["agencies"] == 1
    first = out.read_bytes()
    assert dondoc("ledger", *WHERE, "--agency", late, "--out", out, "--as-of", MORNING).code == 0
    assert out.read_bytes() == first
    assert "SỔ THEO DÕI THÔNG BÁO" in "\n".join(p.text for p in Document(io.BytesIO(first)).paragraphs)
    calls = tmp_path / "goi.docx"
    assert dondoc("calls", "list", *WHERE, "--out", calls, "--as-of", MORNING).code == 0
    assert calls.read_bytes()[:2] == b"PK"
    letter = tmp_path / "cv.docx"
    assert ask("period", "letter", *WHERE, "--agency", late, "--out", letter, "--as-of", MORNING)["duties"] >= 1
    assert "Kính gửi:" in "\n".join(p.text for p in Document(letter).paragraphs)
    filed = tmp_path / "ho-so.zip"
    made_file = ask("period", "case-file", *WHERE, "--out", filed, "--as-of", MORNING)
    assert made_file["sha256"] == hashlib.sha256(filed.read_bytes()).hexdigest()
    assert ask("simulate", "--from", "2026-10-01", "--to", "2026-11-30"), "a copy goes back behind calls and events"
    assert "@" not in dondoc("ledger", *WHERE, "--agency", code, "--as-of", MORNING).out.replace("…@", "")


def test_wrong_words_are_refused_with_a_reason(chased: Path, dondoc: Dondoc, tmp_path: Path) -> None:
    refused(dondoc("ledger", *WHERE, "--agency", "so-nao-do"), "no agency")
    refused(dondoc("ledger", *WHERE, "--out", tmp_path / "so.pdf"), "pdf")
    refused(dondoc("ledger", *WHERE, "--out", tmp_path / "no" / "so.docx"), "cannot be written")
    refused(dondoc("period", "case-file", *WHERE, "--out", tmp_path / "no" / "ho-so.zip"), "cannot be written")
    refused(dondoc("notices", "check", "no-such", tmp_path / "none.txt"), "cannot be read")
    assert dondoc("calls", "record", *WHERE, "--agency", "so-tu-phap", "--result", "maybe").code == 2


def test_templates_to_submit(dondoc: Dondoc, empty_home: Path, ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DONDOC_LANDLINE", "0221 3 863 000")
    assert [t["name"] for t in ask("notices", "zns")][:2] == ["open", "before"]
    page = dondoc("notices", "zns", "--format", "md")
    assert page.out.startswith("# Mẫu thông báo ZNS")
    assert "gọi số 0221 3 863 000" in page.out
