"""Writing a .zip of papers: every file with its digest, the same content at the same moment as the same bytes."""

import hashlib
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import BinaryIO

from obligations.services.storage import CHUNK
from reports.packing import EARLIEST

SUMS = "SHA256SUMS.txt"
NAME_MOST = 100
_UNFIT = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
"""What some office's file system cannot keep in a name."""


@dataclass
class Packing:
    """A .zip while it is written: digests in order, and what was wrong with a stored file. ``moment`` in the local time zone."""

    packed: zipfile.ZipFile
    moment: datetime
    sums: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def add(self, name: str, content: bytes) -> None:
        """A small one, made in memory."""
        self.packed.writestr(self._entry(name), content)
        self.sums[name] = hashlib.sha256(content).hexdigest()

    def add_stored(self, name: str, source: BinaryIO) -> str:
        """One that is read in pieces; its digest."""
        return self.add_pieces(name, iter(partial(source.read, CHUNK), b""))

    def add_pieces(self, name: str, pieces: Iterable[bytes]) -> str:
        """One that comes in pieces of any size, never whole in memory; its digest."""
        digest = hashlib.sha256()
        with self.packed.open(self._entry(name), "w", force_zip64=True) as target:
            for piece in pieces:
                digest.update(piece)
                target.write(piece)
        self.sums[name] = digest.hexdigest()
        return self.sums[name]

    def add_sums(self) -> None:
        """The digest of everything so far, as ``sha256sum --check`` reads it."""
        self.add(SUMS, "".join(f"{digest}  {name}\n" for name, digest in sorted(self.sums.items())).encode())

    def _entry(self, name: str) -> zipfile.ZipInfo:
        entry = zipfile.ZipInfo(name, max(self.moment.replace(tzinfo=None), EARLIEST).timetuple()[:6])
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = 0o644 << 16
        return entry


def fit_name(name: str) -> str:
    """A name that any office's file system takes, with its suffix."""
    stem, dot, suffix = _UNFIT.sub("_", name).rpartition(".")
    return f"{(stem or suffix)[:NAME_MOST].rstrip('. ')}{dot}{suffix if stem else ''}" or "tep"
