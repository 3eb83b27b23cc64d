"""The confirmation of receipt as .docx: to be printed, shown, put in the file."""

from dataclasses import dataclass
from datetime import datetime

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

from reports.cleaning import line
from reports.layout import HEAD, SMALL, body, finish, grid, new_document, write


@dataclass(frozen=True)
class ReceiptFile:
    """``facts``: label and text, in order. ``notes`` stand below. ``as_of`` (aware): the moment of receipt."""

    unit: str
    number: str
    title: str
    lead: str
    """When it came, as the first line below the number."""
    facts: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    as_of: datetime


def render_receipt_docx(receipt: ReceiptFile) -> bytes:
    """The file's bytes; one receipt gives the same bytes each time."""
    document = new_document(f"{line(receipt.title).capitalize()} số {receipt.number}", receipt.unit, receipt.as_of)
    write(document, line(receipt.unit).upper(), bold=True, size=SMALL, align=WD_ALIGN_PARAGRAPH.LEFT)
    write(document, "", size=SMALL)
    write(document, line(receipt.title), bold=True)
    write(document, f"Số: {line(receipt.number)}", bold=True)
    write(document, line(receipt.lead), italic=True, size=HEAD).paragraph_format.space_after = Pt(10)
    grid(document, ("Thông tin", "Nội dung"), [(line(k), line(v)) for k, v in receipt.facts], (4.5, 12.0))
    write(document, "", size=SMALL)
    for text in receipt.notes:
        body(document, text)
    return finish(document, receipt.as_of)
