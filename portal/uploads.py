"""What may be uploaded: docx, xlsx and pdf that are what they say, and carry nothing that runs (ASVS 5.2, 5.3).

The name, the first bytes and the parts of a file are read (pdf_parts, office_parts) within a budget (upload_budget); nothing is unpacked to disk.
"""

import logging
import unicodedata
from typing import BinaryIO, NamedTuple

from starlette.datastructures import UploadFile

from obligations.services.virus_scan import NotScanned, is_infected
from portal import texts_vi as texts
from portal.office_parts import office_problem
from portal.pdf_parts import pdf_problem
from portal.upload_budget import Budget, Unchecked

log = logging.getLogger("dondoc.portal")

PDF = "application/pdf"
OOXML = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
OTHER_NAMES = {
    "macro": (".docm", ".xlsm", ".dotm", ".xltm", ".xlam"),
    "old": (".doc", ".xls", ".dot", ".xlt", ".rtf", ".odt", ".ods", ".dotx", ".xltx", ".xlsb", ".wps", ".et"),
    "picture": (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp", ".heic", ".webp", ".gif"),
    "archive": (".zip", ".rar", ".7z"),
}
"""What is sent instead, each with advice of its own."""
MOST_INFLATED = 64 << 20
"""Bytes of compressed objects of a PDF, which are held in memory and read once more."""
LONGEST_NAME = 180


class BadUpload(Exception):
    """A file that is not taken; the text is for the person who sent it."""


def clean_name(raw: str) -> str:
    """The last part of the name, NFC, without characters that hide or break it; the suffix is kept."""
    name = unicodedata.normalize("NFC", raw.replace("\\", "/").rsplit("/", 1)[-1])
    name = "".join(c for c in name if unicodedata.category(c)[0] != "C").rstrip(" .")
    stem, dot, suffix = name.rpartition(".")
    if not dot:
        return name.strip()[:LONGEST_NAME] or "tep"
    return f"{(stem.strip(' .') or 'tep')[:LONGEST_NAME]}.{suffix.lower()[:10]}"


class Checked(NamedTuple):
    """Clean name and media type of an upload, and whether it shows figures or pictures of another file."""

    name: str
    media_type: str
    borrows: bool


def check_upload(upload: UploadFile, limit_mb: int, clamd: str = "") -> Checked:
    """What may be kept of an upload; BadUpload says what is wrong. Leaves the file at its start.

    ``clamd``: address of the scanner, if there is one; a file that it does not answer for is not taken.
    """
    name = clean_name(upload.filename or "")
    suffix = "." + name.rpartition(".")[2]
    if suffix != ".pdf" and suffix not in OOXML:
        kind = next((kind for kind, names in OTHER_NAMES.items() if suffix in names), "kind")
        raise BadUpload(texts.UPLOAD[kind].format(name=name))
    if not upload.size:
        raise BadUpload(texts.UPLOAD["empty"].format(name=name))
    if upload.size > limit_mb << 20:
        raise BadUpload(texts.UPLOAD["large"].format(name=name, limit=limit_mb))
    budget = Budget(MOST_INFLATED + 4 * upload.size) if suffix == ".pdf" else Budget()
    problem = _inside(upload.file, suffix, upload.size, budget)
    upload.file.seek(0)
    problem = problem or (_scanned(upload.file, clamd) if clamd else None)
    if problem:
        raise BadUpload(texts.UPLOAD[problem].format(name=name, suffix=suffix))
    return Checked(name, PDF if suffix == ".pdf" else OOXML[suffix], budget.borrows)


def _scanned(file: BinaryIO, clamd: str) -> str | None:
    try:
        return "infected" if is_infected(clamd, file) else None
    except NotScanned as error:
        log.warning("an upload was not taken: %s", error)
        return "not_scanned"


def _inside(file: BinaryIO, suffix: str, size: int, budget: Budget) -> str | None:
    try:
        if suffix == ".pdf":
            return pdf_problem(file, budget)
        return office_problem(file, suffix, size, budget)
    except Unchecked:
        return "unchecked"
