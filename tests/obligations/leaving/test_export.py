"""Everything leaves, from one moment, in forms that need no product to read; no secret does. On both databases."""

import csv
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from sqlalchemy import Table, select
from sqlmodel import col
from sqlmodel import select as choose

from models.tables import Agency, Attachment, AuditEntry, Contact, metadata
from obligations.errors import Refused
from obligations.services.accounts.people import create_account
from obligations.services.accounts.second_factor import begin_setup
from obligations.services.context import App, Context
from obligations.services.feeds.access import issue_token
from obligations.services.interface.tokens import issue_agency_token
from obligations.services.interface.webhooks import add_webhook
from obligations.services.leaving import export
from obligations.services.leaving.rows import tables
from obligations.services.leaving.words import LEFT_COLUMNS, LEFT_TABLES, TABLES
from obligations.services.storage import stored_path
from plans.reading import read_plan
from tests.obligations.filing.test_isolation import LATER, PDF, SECRET, office, set_apart

__all__ = ["office"]
LOOKS_SECRET = re.compile(r"token|secret|_enc$|hmac|csrf|\bsid|key|sealed|sha256|hash|^raw|password")
NO_SECRET = {
    "attachment": {"sha256"},
    "audit_entry": {"hash", "previous_hash"},
    "consolidation": {"inputs_sha256"},
    "inbound_event": {"dedupe_key"},
    "isolation": {"content_sha256"},
    "message": {"key", "lease_token", "body_sha256"},
    "message_event": {"dedupe_key"},
    "message_item": {"contact_key"},
    "notice_batch": {"key"},
    "plan": {"request_key"},
    "plan_version": {"sha256"},
    "report_template": {"sha256"},
    "service_note": {"key"},
    "submission": {"idempotency_key"},
}
"""Names that look like a secret and are none."""


def exported(app: App, folder: Path) -> tuple[export.Export, zipfile.ZipFile]:
    made = export.export_everything(app, folder, LATER, "cli:quan-tri")
    return made, zipfile.ZipFile(made.path)


def lines(packed: zipfile.ZipFile, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in packed.read(name).splitlines()]


def test_every_column_that_looks_like_a_secret_was_decided_on() -> None:
    """A new table or column fails here until somebody says whether it leaves."""
    assert set(TABLES) | set(LEFT_TABLES) == set(metadata.tables)
    assert not set(TABLES) & set(LEFT_TABLES)
    for table in tables():
        left = set(LEFT_COLUMNS.get(table.name, ()))
        assert left <= set(table.columns.keys())
        looks = {name for name in table.columns.keys() if LOOKS_SECRET.search(name)}  # noqa: SIM118 - not a dict
        assert looks - left == NO_SECRET.get(table.name, set()), table.name


def test_rows_files_plans_ledgers_and_the_trail_are_all_there(office: App, tmp_path: Path) -> None:
    made, packed = exported(office, tmp_path / "out")
    names = set(packed.namelist())
    with office.read(LATER) as ctx:
        for table in tables():
            rows = len(ctx.session.execute(select(*table.primary_key)).all())
            was = rows - (table.name == "audit_entry")  # the export itself is entered after it
            assert len(lines(packed, f"bang/{table.name}.jsonl")) == was, table.name
            read = list(csv.reader(io.StringIO(packed.read(f"bang/{table.name}.csv").decode("utf-8-sig"), newline="")))
            assert len(read) == was + 1
        (file,) = ctx.session.exec(choose(Attachment)).all()
    assert packed.read(f"tep/dinh-kem/{file.id:06}-{SECRET}.pdf") == PDF
    assert sum(name.startswith("tep/tong-hop/") for name in names) == 3
    assert made.files == 4
    assert (made.problems, made.tables, made.size) == ([], len(tables()), made.path.stat().st_size)
    plan = tmp_path / "plan.yaml"
    plan.write_bytes(packed.read(next(name for name in names if name.startswith("ke-hoach/"))))
    assert read_plan(plan).slug
    assert any(name.startswith("so-theo-doi/") for name in names)
    described = json.loads(packed.read("luoc-do.json"))
    assert described["tables"]["submission"]["meaning"] == "Báo cáo, theo lần gửi"
    assert {c["name"]: c["type"] for c in described["tables"]["period"]["columns"]}["due_on"] == "date"
    index = Document(io.BytesIO(packed.read("00-muc-luc.docx")))
    assert len(index.tables[0].rows) == len(tables()) + 1
    assert any("Không xuất: khóa và mật khẩu" in p.text for p in index.paragraphs)


def test_it_is_checked_without_the_product(office: App, tmp_path: Path) -> None:
    _, packed = exported(office, tmp_path / "out")
    room = tmp_path / "room"
    packed.extractall(room)
    sums = subprocess.run(
        ["sha256sum", "--check", "--quiet", "SHA256SUMS.txt"], cwd=room, check=False, capture_output=True
    )
    assert sums.returncode == 0, sums.stdout
    trail = room / "nhat-ky" / "nhat-ky.jsonl"

    def check() -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", "-S", str(trail.with_name("kiem-tra.py")), str(trail)]
        environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
        return subprocess.run(command, check=False, capture_output=True, text=True, env=environment)

    entries = trail.read_text(encoding="utf-8").splitlines()
    assert check().returncode == 0
    assert check().stdout.startswith(f"{len(entries)} mục, 0 chỗ không khớp")
    trail.write_text("\n".join([*entries[:2], *entries[3:]]) + "\n", encoding="utf-8")
    assert check().returncode == 1
    trail.write_text("\n".join(entries).replace("agency:so-a", "agency:so-b") + "\n", encoding="utf-8")
    assert "nội dung đã bị sửa" in check().stdout


def test_no_secret_leaves(office: App, tmp_path: Path) -> None:
    with office.write(LATER, "test") as ctx:
        create_account(ctx, "quan", "Trần Quân", "quan@stc.example", "administrator")
        given = [
            issue_token(ctx, "so-a", "máy"),
            issue_agency_token(ctx, "so-a", "phần mềm", 30, ["read"]).secret,
            add_webhook(ctx, "kho", "http://127.0.0.1:9/", ["period.opened"]).secret,
            begin_setup(ctx, "quan").secret,
        ]
    set_apart(office)
    kept = []
    with office.read(LATER) as ctx:
        for name, left in LEFT_COLUMNS.items():
            columns = [metadata.tables[name].columns[each] for each in left]
            kept += [v for row in ctx.session.execute(select(*columns)) for v in row if isinstance(v, str) and v]
    assert len(kept) >= 5
    _, packed = exported(office, tmp_path / "out")
    for name in packed.namelist():
        content = packed.read(name)
        for secret in (*given, *kept, SECRET):
            assert secret.encode() not in content, (name, secret)


def test_a_cell_is_no_formula_and_json_is_to_the_letter(office: App, tmp_path: Path) -> None:
    formula = "=HYPERLINK(1)\x07"
    with office.write(LATER, "test") as ctx:
        contact = ctx.session.exec(choose(Contact).order_by(col(Contact.id))).first()
        assert contact
        contact.label = formula
    _, packed = exported(office, tmp_path / "out")
    assert next(row["label"] for row in lines(packed, "bang/contact.jsonl")) == formula
    first = next(csv.DictReader(io.StringIO(packed.read("bang/contact.csv").decode("utf-8-sig"), newline="")))
    assert first["label"] == "'=HYPERLINK(1)"


def test_it_is_one_moment(office: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written meanwhile is in none of its tables."""
    real, written = export._table, []

    def meanwhile(ctx: Context, packing: Any, table: Table) -> int:
        count = real(ctx, packing, table)
        if not written:
            written.append(table.name)
            with office.write(LATER, "test") as other:
                create_account(other, "moi", "Mới", "moi@x.example")
                agency = other.session.exec(choose(Agency)).first()
                assert agency
                agency.short_name = "đổi giữa chừng"
        return count

    monkeypatch.setattr(export, "_table", meanwhile)
    _, packed = exported(office, tmp_path / "out")
    assert written
    assert all("đổi giữa chừng" not in packed.read(name).decode() for name in ("bang/agency.jsonl", "bang/agency.csv"))
    assert "moi" not in [row["name"] for row in lines(packed, "bang/account.jsonl")]
    assert "moi" not in [row["subject"] for row in lines(packed, "nhat-ky/nhat-ky.jsonl")]


def test_a_lost_file_is_named_and_the_rest_leaves(office: App, tmp_path: Path) -> None:
    with office.read(LATER) as ctx:
        stored = ctx.session.exec(choose(Attachment.stored_as)).one()
    stored_path(office.settings, stored).unlink()
    made, packed = exported(office, tmp_path / "out")
    assert len(made.problems) == 1
    assert "không còn trong kho tệp" in made.problems[0]
    assert "không còn trong kho tệp" in packed.read("tep/danh-muc.csv").decode()
    with office.read(LATER) as ctx:
        said = ctx.session.exec(choose(AuditEntry).where(AuditEntry.action == "system.exported")).one()
    assert (said.detail["lost"], said.actor) == (1, "cli:quan-tri")


def test_broken_off_it_leaves_nothing_and_one_that_was_killed_is_cleared(
    office: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    with monkeypatch.context() as broken:
        broken.setattr(export, "_ledgers", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
        with pytest.raises(Refused, match="chỗ trống"):
            exported(office, folder)
    assert list(folder.iterdir()) == []
    old, fresh = folder / ".part-xuat-old", folder / ".part-xuat-fresh"
    for path, age in ((old, timedelta(days=2)), (fresh, timedelta(hours=1))):
        path.write_bytes(b"half")
        os.utime(path, ((LATER - age).timestamp(),) * 2)
    made, _ = exported(office, folder)
    assert {path.name for path in folder.iterdir()} == {fresh.name, made.path.name}
