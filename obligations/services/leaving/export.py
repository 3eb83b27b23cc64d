"""Full export, to leave the product: everything in open formats in one .zip, from one snapshot, without any secret."""

import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import yaml
from sqlalchemy import Table
from sqlmodel import col, select

from models.tables import Obligation, Period, Plan, PlanVersion
from obligations.errors import Refused
from obligations.services import audit
from obligations.services.care.machine import which_installation
from obligations.services.context import App, Context
from obligations.services.filing.packing import Packing, fit_name
from obligations.services.leaving.files import named_files, pack_files
from obligations.services.leaving.index import index_page
from obligations.services.leaving.rows import csv_lines, json_lines, schema, tables
from obligations.services.leaving.trail import SCRIPT, trail_lines
from obligations.services.ledgers.document import render_ledger
from obligations.services.ledgers.ledger import period_ledger
from obligations.services.storage import PART
from obligations.settings import Settings
from reports.register_docx import render_register_docx

INDEX, SCHEMA = "00-muc-luc.docx", "luoc-do.json"
LEFT_AFTER = timedelta(days=1)
"""A part of an export that is older was left behind by one that was killed."""


@dataclass(frozen=True)
class Export:
    """The archive; ``size`` in bytes. ``problems``: files that the store no longer holds as they came."""

    path: Path
    sha256: str
    size: int
    tables: int
    rows: int
    files: int
    problems: list[str]


def export_everything(app: App, folder: Path, as_of: datetime, actor: str) -> Export:
    """``dondoc-xuat-<moment>.zip`` in the folder, whole or not at all. Refused when it cannot be written there."""
    target = folder.resolve() / export_name(app.settings, as_of)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        made = pack_everything(app, folder, target.name, as_of, actor)
        made.path.replace(target)
    except OSError as error:
        said = f"Không ghi được {error.filename or folder}: {error.strerror or error}. Đề nghị kiểm tra quyền và chỗ trống."
        raise Refused(said) from error
    return replace(made, path=target)


def export_name(settings: Settings, as_of: datetime) -> str:
    """``dondoc-xuat-20261119T090000.zip``, of the local time."""
    return f"dondoc-xuat-{as_of.astimezone(settings.zone):%Y%m%dT%H%M%S}.zip"


def pack_everything(app: App, folder: Path, name: str, as_of: datetime, actor: str) -> Export:
    """The same beside other files under a name of no meaning, which the caller gives away and removes.

    Rows are read in pieces in one read transaction, files are copied after it; memory follows the number of files and
    the longest ledger, not the size of the tables. ``name`` stands in the audit trail.
    """
    for left in folder.glob(f"{PART}xuat-*"):
        if left.stat().st_mtime < (as_of - LEFT_AFTER).timestamp():
            left.unlink(missing_ok=True)
    handle, part = tempfile.mkstemp(dir=folder, prefix=f"{PART}xuat-")
    path = Path(part)
    try:
        with os.fdopen(handle, "w+b") as target:
            with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
                packing = Packing(packed, as_of.astimezone(app.settings.zone))
                counts, files = _fill(app, packing, as_of, actor)
            target.flush()
            os.fsync(target.fileno())
            target.seek(0)
            digest = hashlib.file_digest(target, "sha256").hexdigest()
        done = Export(path, digest, path.stat().st_size, len(counts), sum(counts.values()), files, packing.problems)
        with app.write(as_of, actor) as ctx:
            audit.record(ctx, "system.exported", name, sha256=digest, files=files, lost=len(packing.problems))
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return done


def _fill(app: App, packing: Packing, as_of: datetime, actor: str) -> tuple[dict[str, int], int]:
    with app.read(as_of, actor) as ctx:
        counts = {table.name: _table(ctx, packing, table) for table in tables()}
        _plans(ctx, packing)
        _ledgers(ctx, packing)
        packing.add_pieces("nhat-ky/nhat-ky.jsonl", trail_lines(ctx.session))
        head = audit.head(ctx.session)
        files = list(named_files(ctx.session))
    packing.add("nhat-ky/kiem-tra.py", SCRIPT.encode())
    packing.add(SCHEMA, (json.dumps(schema(), ensure_ascii=False, indent=1) + "\n").encode())
    pack_files(app.settings, packing, files)
    page = index_page(
        app.settings.unit, which_installation(app.settings), counts, len(files), head, packing.problems, packing.moment
    )
    packing.add(INDEX, render_register_docx(page))
    packing.add_sums()
    return counts, len(files)


def _table(ctx: Context, packing: Packing, table: Table) -> int:
    """Both forms of one table, one after the other from the same snapshot; how many rows."""
    count = 0

    def counted() -> Iterator[bytes]:
        nonlocal count
        for each in json_lines(ctx.session, table):
            count += 1
            yield each

    packing.add_pieces(f"bang/{table.name}.jsonl", counted())
    packing.add_pieces(f"bang/{table.name}.csv", csv_lines(ctx.session, table))
    return count


def _plans(ctx: Context, packing: Packing) -> None:
    """Every version as it was applied, in the form of a plan file."""
    query = select(Plan.slug, PlanVersion.version, PlanVersion.content).join(Plan, col(PlanVersion.plan_id) == Plan.id)
    for slug, version, content in ctx.session.exec(query.order_by(col(PlanVersion.id)).execution_options(yield_per=20)):
        text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=120)
        packing.add(f"ke-hoach/{fit_name(slug)}-ban-{version:03}.yaml", text.encode())


def _ledgers(ctx: Context, packing: Packing) -> None:
    """The ledger of each period, with whole addresses: it is the owner who leaves with it."""
    query = (
        select(Period, Obligation.code, Plan.slug)
        .join(Obligation, col(Period.obligation_id) == Obligation.id)
        .join(Plan, col(Obligation.plan_id) == Plan.id)
        .order_by(col(Period.id))
    )
    for period, code, slug in ctx.session.exec(query).all():
        ledger = period_ledger(ctx, period, addresses=True)
        name = f"so-theo-doi/{fit_name(f'{slug}-{code}-{period.label}')}-{period.id}.csv"
        packing.add(name, render_ledger(ledger, "csv", ctx.settings.unit))
