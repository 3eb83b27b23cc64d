"""What a PDF carries besides pages: names are read as PDF spells them (``/J#61vaScript``), also in compressed objects.

ISO 32000-2, 7.3.5 (names), 7.5.7 (object streams), 12.6.4 (actions). A heuristic: it never runs or renders anything.
"""

import re
import zlib
from collections.abc import Iterator
from typing import BinaryIO

RUNS = (
    b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/EmbeddedFiles", b"/RichMedia", b"/GoToE", b"/ImportData",
    b"/SubmitForm", b"/XFA",
)  # fmt: skip
"""Names of what starts a program, runs a script or carries another file."""
CHUNK, OVERLAP = 1 << 20, 1 << 12
MOST_INFLATED = 64 << 20
"""Bytes of compressed objects that are looked at; a file with more is refused."""
TAIL = 66 << 10
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_NAME = re.compile(rb"/[^\x00\x09\x0a\x0c\x0d\x20()<>\[\]{}/%]+")
_OBJECTS = re.compile(rb"/ObjStm\b")
_STREAM = re.compile(rb"stream\r?\n")


def pdf_problem(file: BinaryIO) -> str | None:
    """Why the file is not taken: ``magic``, ``runs``, ``locked`` or ``unsafe``; None for nothing."""
    file.seek(0)
    if not file.read(5).startswith(b"%PDF-"):
        return "magic"
    problem = None
    for piece in _pieces(file):
        names = _names(piece)
        if names.intersection(RUNS):
            return "runs"
        if b"/Encrypt" in names:
            problem = "locked"
    return problem or _hidden(file) or ("unsafe" if _is_archive(file) else None)


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    """The whole file, each piece with the end of the one before, so that no name is cut."""
    file.seek(0)
    before = b""
    while piece := file.read(CHUNK):
        yield before + piece
        before = piece[-OVERLAP:]


def _names(piece: bytes) -> set[bytes]:
    return {_ESCAPED.sub(lambda m: bytes([int(m[1], 16)]), name) for name in _NAME.findall(piece)}


def _hidden(file: BinaryIO) -> str | None:
    """Look into compressed objects; what cannot be inflated holds no objects that a reader would find."""
    left = MOST_INFLATED
    file.seek(0)
    content = file.read()
    for found in _OBJECTS.finditer(content):
        start = _STREAM.search(content, found.end(), found.end() + OVERLAP)
        if start is None:
            continue
        try:
            inflated = zlib.decompressobj().decompress(content[start.end() : start.end() + (8 << 20)], left + 1)
        except zlib.error:
            continue
        left -= len(inflated)
        if left < 0:
            return "unsafe"
        if _names(inflated).intersection(RUNS):
            return "runs"
    return None


def _is_archive(file: BinaryIO) -> bool:
    """Whether the end is also that of a ZIP: one file for two programs."""
    size = file.seek(0, 2)
    file.seek(max(size - TAIL, 0))
    return b"PK\x05\x06" in file.read()
