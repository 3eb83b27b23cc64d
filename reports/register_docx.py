"""A register as .docx: to print, to sign, to put in a file."""

from docx.document import Document as DocumentObject
from docx.shared import Pt

from reports.cleaning import line
from reports.layout import SMALL, another, body, finish, grid, heading, new_document, write
from reports.register import Register


def render_register_docx(register: Register) -> bytes:
    """The file's bytes; equal registers give equal bytes. Pages are numbered from the second."""
    document = new_document(register.title, register.issuer, register.as_of)
    write(document, line(register.issuer).upper(), bold=True, size=SMALL)
    write(document, "", size=SMALL)
    write(document, line(register.title).upper(), bold=True).paragraph_format.space_after = Pt(8)
    _facts(document, register)
    names, widths = [name for name, _ in register.columns], [width for _, width in register.columns]
    table = None
    for part in register.parts:
        if part.heading:
            heading(document, part.heading)
        body(document, part.note)
        if part.rows:
            rows = [tuple(line(cell) for cell in row) for row in part.rows]
            if table is None:
                table = grid(document, names, rows, widths)
            else:
                another(document, table, rows)
            write(document, "", size=SMALL)
        else:
            body(document, part.empty)
    for text in register.closing:
        body(document, text)
    return finish(document, register.as_of)


def _facts(document: DocumentObject, register: Register) -> None:
    for label, value in register.facts:
        body(document, f"{line(label)}: {line(value)}")
