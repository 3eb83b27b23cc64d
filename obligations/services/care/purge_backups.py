"""What was destroyed also leaves the archives that were made before (S13): each is written anew without it."""

import json
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pysqlite3
from sqlmodel import col, select

from models.enums import IsolationState
from models.tables import Assignment, Isolation, Submission, SubmissionAssignment
from obligations.errors import Refused
from obligations.services import audit
from obligations.services.care.backup import ARCHIVES, DATABASE, DUMPED, pack, unpack
from obligations.services.context import App, Context

ON_SERVER = "a dump of PostgreSQL cannot be rewritten; delete this archive, then make a new one (dondoc backup)"


@dataclass(frozen=True)
class Gone:
    """One destroyed report: its public id, the digests of its files, public ids of its duties and when it was set apart."""

    submission: str
    digests: frozenset[str]
    duties: tuple[str, ...]
    isolated_at: datetime


@dataclass(frozen=True)
class Purged:
    """One archive. ``reports``: how many destroyed reports it held; 0 and it was left alone. ``problem``: why it could not be read."""

    archive: str
    reports: int
    files: int
    problem: str = ""


def purge_backups(app: App, folder: Path, as_of: datetime, actor: str) -> list[Purged]:
    """Go over every archive of a folder; each is replaced whole or not at all. Run it again after a kill: it goes on.

    A copy that lies elsewhere is not known here; the trail says which folder was gone over. Refused when there is no folder.
    """
    if not folder.is_dir():
        raise Refused(f"{folder} is no folder; give the one that dondoc backup writes to")
    with app.read(as_of, actor) as ctx:
        gone = _destroyed(ctx)
    found = [_purge(archive, gone) for archive in sorted(folder.glob(ARCHIVES))]
    counts = {"reports": sum(each.reports for each in found), "failures": sum(bool(each.problem) for each in found)}
    with app.write(as_of, actor) as ctx:
        audit.record(ctx, "backups.purged", folder.name, archives=len(found), **counts)
    return found


def _destroyed(ctx: Context) -> list[Gone]:
    query = (
        select(Submission.public_id, Isolation.files, Isolation.isolated_at, Assignment.public_id)
        .join(Submission, col(Isolation.submission_id) == Submission.id)
        .join(SubmissionAssignment, col(SubmissionAssignment.submission_id) == Submission.id)
        .join(Assignment, col(SubmissionAssignment.assignment_id) == Assignment.id)
        .where(Isolation.state == IsolationState.destroyed)
        .order_by(col(Isolation.id), col(Assignment.id))
    )
    found: dict[str, Gone] = {}
    for name, files, isolated_at, duty in ctx.session.exec(query).all():
        before = found.get(name)
        digests = frozenset(str(file["sha256"]) for file in files)
        found[name] = Gone(name, digests, (*(before.duties if before else ()), duty), isolated_at)
    return list(found.values())


def _purge(archive: Path, gone: Iterable[Gone]) -> Purged:
    with tempfile.TemporaryDirectory(dir=archive.parent, prefix=".part-") as scratch:
        room = Path(scratch) / "home"
        room.mkdir()
        try:
            manifest = unpack(archive, room)
        except Refused as error:
            return Purged(archive.name, 0, 0, str(error))
        members = dict(manifest["files"])
        if DUMPED in members:
            return Purged(archive.name, 0, 0, ON_SERVER)
        reports, sealed = _purge_rows(room / DATABASE, gone)
        digests = {digest for each in gone for digest in each.digests}
        drop = [n for n, digest in members.items() if n != DATABASE and (digest in digests or n in sealed)]
        if not reports and not drop:
            return Purged(archive.name, 0, 0)
        kept = {name: room / name for name in members if name not in drop}
        pack(Path(scratch), kept, manifest["made_at"], archive)
    return Purged(archive.name, reports, len(drop))


def _purge_rows(path: Path, gone: Iterable[Gone]) -> tuple[int, set[str]]:
    """Blank the rows of an archived database of any release; how many reports it held, and their sealed files."""
    connection = pysqlite3.connect(str(path))
    try:
        with connection:
            held = [_purge_report(connection, each) for each in gone]
        connection.execute("VACUUM")
    finally:
        connection.close()
    return sum(found for found, _ in held), {name for _, names in held for name in names}


def _purge_report(connection: Any, gone: Gone) -> tuple[bool, list[str]]:
    """Whether it was there and still said something."""
    drafts = _purge_typed(connection, gone)
    row = connection.execute("SELECT id FROM submission WHERE public_id = ?", (gone.submission,)).fetchone()
    if row is None:
        return drafts > 0, []
    query = "UPDATE submission SET content = '{}', note = '' WHERE id = ? AND (content <> '{}' OR note <> '')"
    said = drafts + connection.execute(query, row).rowcount
    if "part" in _columns(connection, "submission_assignment"):
        query = (
            "UPDATE submission_assignment SET part = '{}' WHERE submission_id = ? AND part IS NOT NULL AND part <> '{}'"
        )
        said += connection.execute(query, row).rowcount
    said += connection.execute("DELETE FROM attachment WHERE submission_id = ?", row).rowcount
    said += _purge_consolidated(connection, gone)
    if not _columns(connection, "isolation"):
        return said > 0, []
    query = "SELECT files FROM isolation WHERE submission_id = ? AND sealed <> ''"
    sealed = [json.loads(files) for (files,) in connection.execute(query, row).fetchall()]
    sealed.append(_purge_shared(connection, gone))
    said += connection.execute(
        "UPDATE isolation SET sealed = '', data_key = '' WHERE submission_id = ? AND sealed <> ''", row
    ).rowcount
    return said > 0, [f"files/{file['sealed_as']}" for files in sealed for file in files if file["sealed_as"]]


def _purge_consolidated(connection: Any, gone: Gone) -> int:
    """Consolidated reports whose files were destroyed with it."""
    count = 0
    for number, files in connection.execute("SELECT id, files FROM consolidation").fetchall():
        if any(file.get("sha256") in gone.digests for file in json.loads(files).values()):
            count += connection.execute("UPDATE consolidation SET files = '{}' WHERE id = ?", (number,)).rowcount
    return count


def _purge_typed(connection: Any, gone: Gone) -> int:
    """Drafts of its duties and what programs were answered, as they were before it was set apart."""
    count = 0
    before = gone.isolated_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    if _columns(connection, "report_draft"):
        query = (
            "DELETE FROM report_draft WHERE saved_at <= ? "
            "AND assignment_id IN (SELECT id FROM assignment WHERE public_id = ?)"
        )
        count += sum(connection.execute(query, (before, duty)).rowcount for duty in gone.duties)
    if _columns(connection, "idempotency_key"):
        query = "UPDATE idempotency_key SET answer = '' WHERE answer <> '' AND created_at <= ?"
        count += connection.execute(query, (before,)).rowcount
    return count


def _purge_shared(connection: Any, gone: Gone) -> list[dict[str, Any]]:
    """Consolidated reports with it that lay sealed with another report; their sealed files."""
    taken = []
    for number, kept in connection.execute("SELECT id, files FROM isolation WHERE sealed <> ''").fetchall():
        files = json.loads(kept)
        here = [file for file in files if file["sha256"] in gone.digests and file["sealed_as"]]
        if here:
            left = json.dumps([{**file, "sealed_as": ""} if file in here else file for file in files])
            connection.execute("UPDATE isolation SET files = ? WHERE id = ?", (left, number))
            taken += here
    return taken


def _columns(connection: Any, table: str) -> set[str]:
    return {row[1] for row in connection.execute(f"PRAGMA table_info({table})").fetchall()}
