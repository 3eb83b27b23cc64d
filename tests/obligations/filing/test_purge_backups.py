"""What was destroyed is in no archive either: any byte of it, in backups made before, during and after (S13)."""

import gzip
from pathlib import Path

import pytest
from sqlmodel import select

from models.tables import AuditEntry, IdempotencyKey, ReportDraft
from obligations.errors import Refused
from obligations.services.care.backup import make_backup, restore_backup, verify_archive
from obligations.services.care.purge_backups import purge_backups
from obligations.services.context import App, open_app
from obligations.services.isolating.destroy import ask_destruction, destroy
from obligations.services.views_shared import versions_of
from obligations.settings import Settings
from tests.obligations.filing.test_isolation import LATER, NOW, SECRET, SENT, office, owed, set_apart

__all__ = ["office"]


@pytest.fixture
def database_url(tmp_path: Path, sqlite_template: Path) -> str:
    """Archives are those of the embedded SQLite."""
    path = tmp_path / "home" / "dondoc.db"
    path.parent.mkdir()
    path.write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{path}"


def holds(archive: Path) -> bool:
    """The secret in any member: text, stored file or page of the database."""
    return SECRET.encode() in gzip.decompress(archive.read_bytes())


def test_no_archive_holds_it(office: App, tmp_path: Path) -> None:
    folder = tmp_path / "saved"
    before = Path(make_backup(office.settings, folder, NOW).archive)
    isolation = set_apart(office)
    during = Path(make_backup(office.settings, folder, LATER).archive)
    assert (holds(before), holds(during)) == (True, False)
    with office.write(NOW, "lan") as ctx:
        ask_destruction(ctx, isolation, "12/QĐ")
    destroy(office, isolation, LATER, "hung")
    (folder / "dondoc-20200101T000000Z.tar.gz").write_bytes(b"no archive")
    found = purge_backups(office, folder, LATER, "cli:quan-tri")
    assert [(each.reports, each.files) for each in found] == [(0, 0), (1, 4), (1, 4)]
    assert found[0].problem
    assert (holds(before), holds(during)) == (False, False)
    assert all(verify_archive(each)["files"] for each in (before, during))
    again = purge_backups(office, folder, LATER, "cli:quan-tri")
    assert [(each.reports, each.files) for each in again] == [(0, 0)] * 3
    with office.read(LATER) as ctx:
        acts = ctx.session.exec(select(AuditEntry.detail).where(AuditEntry.action == "backups.purged")).all()
    assert acts[0] == {"archives": 3, "reports": 2, "failures": 1}
    assert {path.name for path in folder.iterdir()} == {f"{p.name}" for p in folder.glob("dondoc-*.tar.gz")}
    _restored(before, tmp_path / "again")


def _restored(archive: Path, home: Path) -> None:
    """An archive gone over is a whole one: restored, the report is there without what it said."""
    settings = Settings(home=home, secret_key="any key of tests")
    restore_backup(settings, archive, LATER)
    app = open_app(settings)
    with app.read(LATER) as ctx:
        (version,) = versions_of(ctx, owed(ctx, "so-a").id or 0)
        assert (version.entries, version.files, version.note) == ([], [], "")
    app.close()


def test_a_folder_that_is_none_is_refused(office: App, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no folder"):
        purge_backups(office, tmp_path / "none", NOW, "x")


def test_nor_is_what_was_typed_before_it_was_sent_or_answered_to_a_program(office: App, tmp_path: Path) -> None:
    with office.write(NOW, "agency:so-a") as ctx:
        row = owed(ctx, "so-a")
        ctx.session.add(
            ReportDraft(assignment_id=row.id or 0, agency_id=row.agency_id, content={"note": SECRET}, saved_at=SENT)
        )
        ctx.session.add(
            IdempotencyKey(
                owner="x", key="k", operation="POST /", body_sha256="a" * 64, status=200, answer=f"{{{SECRET}}}",
                created_at=SENT,
            )
        )  # fmt: skip
    archive = Path(make_backup(office.settings, tmp_path / "saved", NOW).archive)
    isolation = set_apart(office)
    with office.write(NOW, "lan") as ctx:
        ask_destruction(ctx, isolation, "12/QĐ")
    destroy(office, isolation, LATER, "hung")
    (found,) = purge_backups(office, tmp_path / "saved", LATER, "cli:quan-tri")
    assert (found.reports, holds(archive)) == (1, False)
