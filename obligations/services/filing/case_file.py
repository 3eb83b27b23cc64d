"""Hồ sơ công việc: everything of one period in one .zip for the archive, with an index and a digest of every paper."""

import hashlib
import tempfile
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from models.tables import Obligation, Period, Plan
from obligations.errors import NotFound
from obligations.rules.wording import period_text
from obligations.services import audit
from obligations.services.context import App
from obligations.services.filing.packing import SUMS, Packing, fit_name
from obligations.services.filing.papers import Paper, Papers, Stored, papers_of
from obligations.services.ledgers.document import render_ledger
from obligations.services.ledgers.ledger import Ledger, period_ledger
from obligations.services.lookup import period_by_public_id
from obligations.services.storage import PART, open_stored
from reports.cleaning import paragraphs
from reports.register import Register, RegisterPart
from reports.register_docx import render_register_docx
from reports.register_xlsx import render_register_xlsx

RECEIVED, MADE, LEDGER, INDEX = "01-van-ban-den", "02-bao-cao-tong-hop", "03-so-theo-doi-thong-bao", "00-muc-luc"
LOST, CHANGED = "không còn trong kho tệp", "không còn nguyên vẹn"
COLUMNS = (
    ("TT", 1.0), ("Số, ký hiệu; ngày", 2.6), ("Cơ quan, đơn vị", 3.2), ("Trích yếu", 3.9), ("Ngày đến", 1.9), ("Tệp", 3.9),
)  # fmt: skip


@dataclass(frozen=True)
class CaseFile:
    """A packed file. ``problems``: papers that the store no longer holds as they came; the index names them too."""

    file_name: str
    path: Path
    sha256: str
    size: int
    papers: int
    problems: list[str]


def make_case_file(app: App, public_id: str, as_of: datetime, actor: str) -> CaseFile:
    """Pack one period's file beside the stored ones; the caller takes it away. The act stands in the audit trail.

    Rows are read in one snapshot, files are copied outside any transaction. A paper that is lost or changed is named in the
    index and in the result, never left out in silence. The same state at the same moment gives the same bytes.
    """
    with app.read(as_of, actor) as ctx:
        period = period_by_public_id(ctx, public_id)
        obligation = ctx.session.get_one(Obligation, period.obligation_id)
        plan = ctx.session.get_one(Plan, obligation.plan_id)
        papers, ledger = papers_of(ctx, period), period_ledger(ctx, period)
        head = _head(plan, obligation, period)
        name = f"ho-so-{plan.slug}-{obligation.code}-{period.label}.zip"
    moment = as_of.astimezone(app.settings.zone)
    app.settings.files.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=app.settings.files, prefix=PART, delete=False) as target:
        path = Path(target.name)  # left behind by a crash, it is swept with the other parts
    try:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
            packing = Packing(packed, moment)
            _fill(app, packing, papers, ledger, head)
        with path.open("rb") as made:
            digest = hashlib.file_digest(made, "sha256").hexdigest()
        with app.write(as_of, actor) as ctx:
            audit.record(ctx, "period.filed", public_id, papers=len(papers.received), sha256=digest)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return CaseFile(name, path, digest, path.stat().st_size, len(papers.received), packing.problems)


def _head(plan: Plan, obligation: Obligation, period: Period) -> tuple[tuple[str, str], ...]:
    return (
        ("Căn cứ", plan.citation),
        ("Nhiệm vụ", f"{obligation.title}, {period_text(period.label)}"),
        ("Thời hạn", f"{period.due_on:%d/%m/%Y}"),
    )


def _fill(app: App, packing: Packing, papers: Papers, ledger: Ledger, head: tuple[tuple[str, str], ...]) -> None:
    received = [_received(app, packing, number, paper) for number, paper in enumerate(papers.received, 1)]
    made = [_made(app, packing, *row) for row in papers.consolidated]
    for form in ("docx", "xlsx"):
        packing.add(f"{LEDGER}.{form}", render_ledger(ledger, form, app.settings.unit))
    index = _index(app, packing, received, made, head)
    packing.add(f"{INDEX}.docx", render_register_docx(index))
    packing.add(f"{INDEX}.xlsx", render_register_xlsx(index))
    packing.add_sums()


def _received(app: App, packing: Packing, number: int, paper: Paper) -> tuple[str, ...]:
    """One line of the index; its papers are in the archive afterwards."""
    folder = f"{RECEIVED}/{number:03}-{paper.agency_code}-lan-{paper.version}"
    said = [_copy(app, packing, f"{folder}/{n:02}-", file) for n, file in enumerate(paper.files, 1)]
    if paper.typed:
        packing.add(f"{folder}/00-noi-dung.docx", render_register_docx(_typed(app, packing, paper)))
        said.insert(0, f"{folder}/00-noi-dung.docx")
    about = f"Báo cáo ({paper.form}, {paper.way}), {paper.receipt_number}"
    return (
        f"{number}",
        "; ".join(part for part in (paper.document, paper.document_on) if part) or "không có",
        paper.agency,
        about if paper.counts else f"{about}; đã được thay thế hoặc thu hồi",
        paper.arrived_on,
        paper.apart or "; ".join(said) or "không có tệp",
    )


def _made(app: App, packing: Packing, version: int, issued: str, file: Stored) -> tuple[str, ...]:
    said = _copy(app, packing, f"{MADE}/lan-{version}-", file)
    return ("", issued or "chưa phát hành", app.settings.unit, f"Báo cáo tổng hợp, lần {version}", "", said)


def _copy(app: App, packing: Packing, prefix: str, file: Stored) -> str:
    """Where the file lies in the archive, with what is wrong with it."""
    name = prefix + fit_name(file.file_name)
    try:
        with open_stored(app.settings, file.stored_as) as source:
            kept = packing.add_stored(name, source) == file.sha256
    except (NotFound, FileNotFoundError):
        packing.problems.append(f"{name}: {LOST}")
        return packing.problems[-1]
    if not kept:
        packing.problems.append(f"{name}: {CHANGED}")
    return name if kept else packing.problems[-1]


def _typed(app: App, packing: Packing, paper: Paper) -> Register:
    rows = tuple((task, what, part) for task, what, text in paper.typed for part in paragraphs(text))
    return Register(
        issuer=paper.agency,
        title="Nội dung báo cáo đã nhập trên hệ thống",
        facts=(
            ("Số xác nhận", paper.receipt_number),
            ("Số, ký hiệu; ngày", "; ".join(p for p in (paper.document, paper.document_on) if p) or "không có"),
            ("Ngày đến", paper.arrived_on),
        ),
        columns=(("Nhiệm vụ", 4.5), ("Mục", 3.5), ("Nội dung", 8.5)),
        parts=(RegisterPart("", "", rows),),
        closing=(f"Trích từ hồ sơ của {app.settings.unit}.",),
        as_of=packing.moment,
        sheet="Nội dung",
    )


def _index(
    app: App,
    packing: Packing,
    received: list[tuple[str, ...]],
    made: list[tuple[str, ...]],
    head: tuple[tuple[str, str], ...],
) -> Register:
    numbered = [(f"{n}", *row[1:]) for n, row in enumerate(made, len(received) + 1)]
    lost = tuple(f"Cần kiểm tra: {problem}." for problem in packing.problems)
    return Register(
        issuer=app.settings.unit,
        title="Mục lục văn bản trong hồ sơ",
        facts=(
            *head,
            ("Lập lúc", f"{packing.moment:%H:%M} ngày {packing.moment:%d/%m/%Y}"),
            ("Số văn bản", f"{len(received) + len(made)}"),
        ),
        columns=COLUMNS,
        parts=(
            RegisterPart("I. Văn bản đến", "", tuple(received)),
            RegisterPart("II. Báo cáo tổng hợp", "", tuple(numbered)),
        ),
        closing=(
            *lost,
            f"Sổ theo dõi thông báo: {LEDGER}.docx, {LEDGER}.xlsx.",
            f"Mã kiểm tra SHA-256 của từng tệp: {SUMS}.",
        ),
        as_of=packing.moment,
        sheet="Mục lục",
    )
