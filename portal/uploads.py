"""What may be uploaded: docx, xlsx and pdf that are what they say, and carry nothing that runs (ASVS 5.2, 5.3).

The name, the first bytes and the parts of a file are read (pdf_parts, office_parts) within a budget (upload_budget); nothing is unpacked to disk.
"""

import logging
import stat
import unicodedata
import zipfile
import zlib
from typing import BinaryIO

from starlette.datastructures import UploadFile

from obligations.services.virus_scan import NotScanned, is_infected
from portal import texts_vi as texts
from portal.office_parts import parts_problem
from portal.pdf_parts import pdf_problem
from portal.upload_budget import Budget, Unchecked

log = logging.getLogger("dondoc.portal")

PDF = "application/pdf"
OOXML = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MACRO_NAMES = (".docm", ".xlsm", ".dotm", ".xltm")
MOST_ENTRIES, MOST_BYTES, MOST_RATIO = 2000, 200 << 20, 100
MOST_INFLATED = 64 << 20
"""Bytes of compressed objects of a PDF, which are held in memory and read once more."""
LONGEST_NAME = 180
END_RECORD = 22
"""Bytes of the record that ends an archive, without remarks; no office program writes any."""
PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


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


def check_upload(upload: UploadFile, limit_mb: int, clamd: str = "") -> tuple[str, str]:
    """Clean name and media type of an upload; BadUpload says what is wrong. Leaves the file at its start.

    ``clamd``: address of the scanner, if there is one; a file that it does not answer for is not taken.
    """
    name = clean_name(upload.filename or "")
    suffix = "." + name.rpartition(".")[2]
    if suffix in MACRO_NAMES:
        raise BadUpload(texts.UPLOAD["macro"].format(name=name))
    if suffix != ".pdf" and suffix not in OOXML:
        raise BadUpload(texts.UPLOAD["kind"].format(name=name))
    if not upload.size:
        raise BadUpload(texts.UPLOAD["empty"].format(name=name))
    if upload.size > limit_mb << 20:
        raise BadUpload(texts.UPLOAD["large"].format(name=name, limit=limit_mb))
    problem = _inside(upload.file, suffix, upload.size)
    upload.file.seek(0)
    problem = problem or (_scanned(upload.file, clamd) if clamd else None)
    if problem:
        raise BadUpload(texts.UPLOAD[problem].format(name=name, suffix=suffix))
    return name, PDF if suffix == ".pdf" else OOXML[suffix]


def _scanned(file: BinaryIO, clamd: str) -> str | None:
    try:
        return "infected" if is_infected(clamd, file) else None
    except NotScanned as error:
        log.warning("an upload was not taken: %s", error)
        return "not_scanned"


def _inside(file: BinaryIO, suffix: str, size: int) -> str | None:
    try:
        if suffix == ".pdf":
            return pdf_problem(file, Budget(MOST_INFLATED + 4 * size))
        return _ooxml_problem(file, suffix, size, Budget())
    except Unchecked:
        return "unchecked"


def _ooxml_problem(file: BinaryIO, suffix: str, size: int, budget: Budget) -> str | None:
    if not _is_package(file, size):
        return "magic"
    try:
        with zipfile.ZipFile(file) as package:
            return _package_problem(package, size) or parts_problem(package, suffix, budget)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, ValueError, EOFError, RuntimeError):
        return "magic"


def _is_package(file: BinaryIO, size: int) -> bool:
    """An archive from the first byte to the last: what stands before or behind it belongs to another program."""
    file.seek(0)
    begins = file.read(4) == b"PK\x03\x04"
    file.seek(max(size - END_RECORD, 0))
    end = file.read(END_RECORD)
    return begins and end.startswith(b"PK\x05\x06") and end.endswith(b"\0\0")


def _package_problem(package: zipfile.ZipFile, size: int) -> str | None:
    entries = package.infolist()
    names = {e.filename.lower() for e in entries}
    unpacked = sum(e.file_size for e in entries)
    too_much = len(entries) > MOST_ENTRIES or unpacked > MOST_BYTES or unpacked > MOST_RATIO * max(size, 1)
    overlapping = sum(e.compress_size for e in entries) > size or len(names) != len(entries)
    return "unsafe" if too_much or overlapping or any(_is_unsafe(e) for e in entries) else None


def _is_unsafe(entry: zipfile.ZipInfo) -> bool:
    name = entry.filename
    climbs = name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or ":" in name
    is_link = stat.S_ISLNK(entry.external_attr >> 16)
    encrypted = bool(entry.flag_bits & 1)
    return climbs or is_link or encrypted or "\0" in name or entry.compress_type not in PACKED
