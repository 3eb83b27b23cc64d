"""Stored files with their own names: what each is, where it stands in the archive, and its digest."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from sqlmodel import Session, col, select

from models.tables import Attachment, Consolidation, ReportTemplate
from obligations.errors import NotFound
from obligations.services.filing.packing import Packing, fit_name
from obligations.services.storage import open_stored
from obligations.settings import Settings
from reports.register_csv import MARK, safe_cell

FOLDER = "tep"
LIST = f"{FOLDER}/danh-muc.csv"
HEAD = ("path", "file_name", "media_type", "size", "sha256", "table", "id", "state")


@dataclass(frozen=True)
class Named:
    """A file that a row names; ``path`` in the archive."""

    path: str
    file_name: str
    media_type: str
    size: int
    sha256: str
    stored_as: str
    table: str
    row: int


def named_files(session: Session) -> Iterator[Named]:
    """Attachments, consolidated reports and templates, in the order of their rows. What was set apart (S13) is in neither."""
    for a in session.exec(select(Attachment).order_by(col(Attachment.id)).execution_options(yield_per=500)):
        path = f"{FOLDER}/dinh-kem/{a.id:06}-{fit_name(a.file_name)}"
        yield Named(path, a.file_name, a.media_type, a.size, a.sha256, a.stored_as, "attachment", a.id or 0)
    for number, files in session.exec(
        select(Consolidation.id, Consolidation.files).order_by(col(Consolidation.id))
    ).all():
        for form, file in sorted(files.items()):
            name = str(file.get("file_name") or f"bao-cao-tong-hop.{form}")
            path = f"{FOLDER}/tong-hop/{number:06}-{form}-{fit_name(name)}"
            yield Named(
                path,
                name,
                form,
                int(file["size"]),
                str(file["sha256"]),
                str(file["stored_as"]),
                "consolidation",
                number or 0,
            )

    for t in session.exec(select(ReportTemplate).order_by(col(ReportTemplate.id))):
        path = f"{FOLDER}/mau-bao-cao/{t.id:06}-{fit_name(t.file_name)}"
        yield Named(path, t.file_name, t.media_type, t.size, t.sha256, t.stored_as, "report_template", t.id or 0)


def pack_files(settings: Settings, packing: Packing, files: list[Named]) -> None:
    """Each file and the list of all; one that is lost or changed is named in the list and in ``packing.problems``."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(HEAD)
    for file in files:
        state = _pack(settings, packing, file)
        if state:
            packing.problems.append(f"{file.path}: {state}")
        cells = (
            file.path,
            file.file_name,
            file.media_type,
            str(file.size),
            file.sha256,
            file.table,
            str(file.row),
            state,
        )
        writer.writerow([safe_cell(cell) for cell in cells])
    packing.add(LIST, (MARK + target.getvalue()).encode())


def _pack(settings: Settings, packing: Packing, file: Named) -> str:
    try:
        with open_stored(settings, file.stored_as) as source:
            return "" if packing.add_stored(file.path, source) == file.sha256 else "không còn nguyên vẹn"
    except (NotFound, FileNotFoundError):
        return "không còn trong kho tệp"
