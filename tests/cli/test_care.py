"""backup, restore, doctor."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Dondoc, refused
from tests.plan197 import PLAN, REPORT

Ask = Callable[..., Any]


@pytest.fixture
def archive(home: Path, ask: Ask, tmp_path: Path) -> Path:
    """A backup taken while one message for each agency waits for the next morning."""
    ask("period", "confirm", PLAN, REPORT, "2026", "--as-of", "2026-11-19T09:00")
    (home / "files").mkdir()
    (home / "files" / "kept").write_bytes(b"report")
    made = ask("backup", tmp_path / "backups")
    assert made["files"] == 1
    return Path(made["archive"])


def test_a_restore_brings_everything_back_and_sends_nothing(
    archive: Path, ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = ask("status", "--as-of", "2026-11-19T10:00")["periods"]
    monkeypatch.setenv("DONDOC_HOME", str(tmp_path / "new"))
    done = ask("restore", archive)
    assert done["held"] > 200
    assert (tmp_path / "new" / "files" / "kept").read_bytes() == b"report"
    assert ask("status", "--as-of", "2026-11-19T10:00")["periods"] == before
    assert {row["state"] for row in ask("messages", "list", "--limit", "1000")} == {"held"}
    assert ask("tick", "--as-of", "2026-11-20T08:00")["delivered"]["recorded"] == 0
    assert ask("audit", "verify")["whole"] is True


def test_a_home_in_use_is_never_written_over(home: Path, archive: Path, dondoc: Dondoc) -> None:
    before = (home / "dondoc.db").read_bytes()
    refused(dondoc("restore", archive), "already holds a database")
    assert (home / "dondoc.db").read_bytes() == before


def test_a_home_with_a_key_of_its_own_is_not_empty(
    archive: Path, dondoc: Dondoc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = tmp_path / "new" / "secret.key"
    key.parent.mkdir()
    key.write_text("its own")
    monkeypatch.setenv("DONDOC_HOME", str(key.parent))
    refused(dondoc("restore", archive), "not empty")
    assert key.read_text() == "its own"


@pytest.mark.parametrize("damage", ["cut", "flipped", "text", "missing"])
def test_a_damaged_archive_is_refused(
    archive: Path, dondoc: Dondoc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    content = archive.read_bytes()
    middle = len(content) // 2
    spoilt = {
        "cut": content[:middle],
        "flipped": content[:middle] + bytes([content[middle] ^ 0xFF]) + content[middle + 1 :],
        "text": b"not an archive",
        "missing": b"",
    }[damage]
    archive.write_bytes(spoilt)
    if damage == "missing":
        archive.unlink()
    monkeypatch.setenv("DONDOC_HOME", str(tmp_path / "new"))
    refused(dondoc("restore", archive), archive.name)
    assert not (tmp_path / "new" / "dondoc.db").exists()


def test_doctor_of_a_home_that_is_not_there(empty_home: Path, dondoc: Dondoc) -> None:
    answer = dondoc("doctor", "--format", "json")
    assert answer.code == 1
    assert "Traceback" not in answer.err
    assert not next(row for row in json.loads(answer.out) if row["what"] == "home")["ok"]


def test_doctor_speaks_vietnamese_and_writes_its_page(home: Path, dondoc: Dondoc, tmp_path: Path) -> None:
    answer = dondoc("doctor", "--out", tmp_path / "kiem-tra.md")
    assert answer.code == 0, answer.out
    assert "[Đạt] Chuỗi mã kiểm tra của nhật ký thao tác: liên tục, không bị sửa" in answer.out
    assert "[Cần lưu ý] Sao lưu: chưa thực hiện lần nào" in answer.out
    assert "Việc cần làm: chạy dondoc backup" in answer.out
    assert "# Kết quả kiểm tra hệ thống" in (tmp_path / "kiem-tra.md").read_text(encoding="utf-8")
    refused(dondoc("doctor", "--out", tmp_path / "kiem-tra.pdf"), ".docx hoặc .md")
    keys = set(json.loads(dondoc("doctor", "--format", "json").out)[0])
    assert keys == {"what", "ok", "state", "title", "detail", "advice", "code"}


def test_a_drill_takes_the_newest_by_itself_and_says_its_verdict(
    home: Path, archive: Path, dondoc: Dondoc, ask: Ask, tmp_path: Path
) -> None:
    answer = dondoc("restore", "--drill", "--room", tmp_path, "--out", tmp_path / "bien-ban.docx")
    assert answer.code == 0, answer.out + answer.err
    assert answer.out.endswith("Diễn tập khôi phục: ĐẠT.\n")
    assert (tmp_path / "bien-ban.docx").read_bytes().startswith(b"PK")
    assert next(row for row in ask("doctor") if row["what"] == "restore drill")["state"] == "ok"
    archive.write_bytes(archive.read_bytes()[:-2000])
    answer = dondoc("restore", archive, "--drill", "--room", tmp_path)
    assert (answer.code, "Traceback" in answer.err) == (1, False)
    assert "[Không đạt] Giải nén và khôi phục" in answer.out
    assert answer.out.endswith("Diễn tập khôi phục: KHÔNG ĐẠT.\n")
    assert ask("status", "--as-of", "2026-11-19T10:00")["periods"], "the live home goes on"
    assert not list(tmp_path.glob("dondoc-drill-*"))


def test_a_drill_without_a_backup_and_a_restore_without_an_archive_say_what_to_name(home: Path, dondoc: Dondoc) -> None:
    refused(dondoc("restore", "--drill"), "dondoc backup")
    assert dondoc("restore").code == 2
    assert dondoc("restore", "x.tar.gz", "--out", "x.md").code == 2


def test_everything_leaves_by_one_command(home: Path, ask: Ask, dondoc: Dondoc, tmp_path: Path) -> None:
    made = ask("export", tmp_path / "out")
    assert made["problems"] == []
    assert Path(made["path"]).parent == (tmp_path / "out").resolve()
    (tmp_path / "file").write_text("no folder")
    refused(dondoc("export", tmp_path / "file"), "Không ghi được")
