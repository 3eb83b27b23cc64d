"""Opening a .docx that a person made: within a bound, and with nothing but its own parts read."""

import io
import zipfile
from collections.abc import Iterator

from docx import Document
from docx.document import Document as DocumentObject
from docx.opc.part import XmlPart
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

MOST_BYTES = 24 << 20
"""Bytes of all parts of text, unpacked; a tree of them takes some ten times as much."""
MOST_OTHERS = 40 << 20
"""Bytes of pictures and fonts, unpacked."""


class UnreadableDocx(Exception):
    """It is no document that Word would open, or more than may be read."""


def open_docx(content: bytes, most: int = MOST_BYTES) -> DocumentObject:
    """The document; UnreadableDocx for whatever is wrong with it. Uploads were checked for what runs before they come here."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            entries = package.infolist()
        size = sum(e.file_size for e in entries if e.filename.lower().endswith((".xml", ".rels")))
        others = sum(e.file_size for e in entries) - size
        document = Document(io.BytesIO(content)) if size <= most and others <= MOST_OTHERS else None
    except Exception as error:  # the library meets a wrong file with errors of many kinds
        raise UnreadableDocx(type(error).__name__) from error
    if document is None:
        raise UnreadableDocx(f"{size} bytes of text, {others} of other parts")
    return document


def texts_of(document: DocumentObject) -> Iterator[tuple[str, BaseOxmlElement]]:
    """The name and root of each part that prints text: the body first, then heads, feet and notes."""
    body = document.part
    yield str(body.partname), body.element
    for part in sorted(document.part.package.iter_parts(), key=lambda p: str(p.partname)):
        if isinstance(part, XmlPart) and part is not body and part.element.tag in _PRINTED:
            yield str(part.partname), part.element


def rows_of_tables(document: DocumentObject) -> Iterator[list[list[str]]]:
    """The texts of every table of the body by row and cell, blanks made one; tables without rows are left out."""
    for table in document.element.body.iter(qn("w:tbl")):
        rows = [[_text(cell) for cell in row.findall(qn("w:tc"))] for row in table.findall(qn("w:tr"))]
        if rows:
            yield rows


def _text(cell: BaseOxmlElement) -> str:
    return " ".join("".join(t.text or "" for t in cell.iter(qn("w:t"))).split())


_PRINTED = frozenset(qn(f"w:{name}") for name in ("hdr", "ftr", "footnotes", "endnotes"))
