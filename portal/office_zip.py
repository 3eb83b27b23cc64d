"""Open an Office package: an archive from its first byte to its last, without bombs, links or names that lead out of it."""

import stat
import zipfile
from typing import BinaryIO

MOST_ENTRIES, MOST_BYTES = 2000, 200 << 20
MOST_RATIO, SMALL = 100, 16 << 20
"""Bytes unpacked for each packed one, from ``SMALL`` unpacked bytes on: an empty picture of a few MB packs to nothing."""
END_RECORD = 22
"""Bytes of the record that ends an archive, without remarks; no office program writes any."""
PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_SEALED = "EncryptedPackage".encode("utf-16-le")


def is_package(file: BinaryIO, size: int) -> bool:
    """An archive from the first byte to the last: what stands before or behind it belongs to another program."""
    file.seek(0)
    begins = file.read(4) == b"PK\x03\x04"
    file.seek(max(size - END_RECORD, 0))
    end = file.read(END_RECORD)
    return begins and end.startswith(b"PK\x05\x06") and end.endswith(b"\0\0")


def is_sealed(file: BinaryIO) -> bool:
    """Whether this is what Word and Excel write for a document with a password ([MS-OFFCRYPTO] 2.3.4)."""
    file.seek(0)
    return file.read(8) == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" and _SEALED in file.read()


def package_problem(package: zipfile.ZipFile, size: int) -> str | None:
    """``unsafe`` for what no office program writes; None for nothing."""
    entries = package.infolist()
    names = {e.filename.lower() for e in entries}
    unpacked = sum(e.file_size for e in entries)
    bomb = unpacked > SMALL and unpacked > MOST_RATIO * max(size, 1)
    too_much = len(entries) > MOST_ENTRIES or unpacked > MOST_BYTES or bomb
    overlapping = sum(e.compress_size for e in entries) > size or len(names) != len(entries)
    return "unsafe" if too_much or overlapping or any(_is_unsafe(e) for e in entries) else None


def _is_unsafe(entry: zipfile.ZipInfo) -> bool:
    name = entry.filename
    climbs = name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or ":" in name
    is_link = stat.S_ISLNK(entry.external_attr >> 16)
    encrypted = bool(entry.flag_bits & 1)
    return climbs or is_link or encrypted or "\0" in name or entry.compress_type not in PACKED
