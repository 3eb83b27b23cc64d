"""Files beside the database: written whole or not at all, under random names, outside any served folder (S13)."""

import hashlib
import io
import os
import re
import secrets
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sqlmodel import Session, col, select

from models.tables import Attachment, Consolidation, Isolation, ReportTemplate
from obligations.errors import NotFound, WrongValue
from obligations.services.context import App
from obligations.settings import Settings

CHUNK = 1 << 16
NAME_MAX = 255
_SUFFIX = re.compile(r"\.[a-z0-9]{1,10}")
BORROWS = "borrows"
"""Where the content of a submission lists the digests of files that show something of another file."""
PART = ".part-"
"""How the name of a file begins that is not whole yet."""


@dataclass(frozen=True)
class StoredFile:
    """A file that is on disk for good: ``size`` in bytes, ``stored_as`` its name in the files folder.

    ``borrows``: that it shows figures or pictures of another file, which whoever reads it does not have.
    """

    file_name: str
    media_type: str
    size: int
    sha256: str
    stored_as: str
    borrows: bool = False


def store_file(
    settings: Settings, source: BinaryIO | bytes, file_name: str, media_type: str, *, limited: bool = True
) -> StoredFile:
    """Copy to a temporary file, fsync, rename. Refused when it is larger than the limit; nothing is left behind.

    ``limited`` False for what we make ourselves: the limit is one on uploads. OSError when the disk is full.
    """
    folder = settings.files
    folder.mkdir(parents=True, exist_ok=True)
    most = settings.upload_limit_mb << 20 if limited else None
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=PART)
    try:
        with os.fdopen(handle, "wb") as target:
            reader = io.BytesIO(source) if isinstance(source, bytes) else source
            size, sha256 = _copy(reader, target, file_name, most)
            target.flush()
            os.fsync(target.fileno())
        stored_as = secrets.token_urlsafe(18) + _suffix(file_name)
        Path(temporary).replace(folder / stored_as)
        _sync_folder(folder)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return StoredFile(_short(file_name), media_type, size, sha256, stored_as)


def stored_path(settings: Settings, stored_as: str) -> Path:
    """Where a stored file lies; NotFound when it is gone."""
    path = settings.files / Path(stored_as).name
    if not stored_as or not path.is_file():
        raise NotFound("the file is not in the store; restore it from a backup")
    return path


def open_stored(settings: Settings, stored_as: str) -> BinaryIO:
    """A stored file, open for reading; the caller closes it."""
    return stored_path(settings, stored_as).open("rb")


def discard(settings: Settings, names: Iterable[str]) -> None:
    """Remove files that no row came to know."""
    for stored_as in names:
        (settings.files / Path(stored_as).name).unlink(missing_ok=True)


def known_files(session: Session) -> Iterator[tuple[str, str]]:
    """Name and digest of every file that a row knows: what stands here is kept by the sweep and looked for by a drill.

    Of a sealed file no digest: what is kept is that of its content.
    """
    yield from session.exec(select(Attachment.stored_as, Attachment.sha256).order_by(col(Attachment.id))).all()
    yield from session.exec(select(ReportTemplate.stored_as, ReportTemplate.sha256)).all()
    for files in session.exec(select(Consolidation.files)).all():
        yield from ((str(file["stored_as"]), str(file["sha256"])) for file in files.values())
    for sealed in session.exec(select(Isolation.files)).all():
        yield from ((str(file["sealed_as"]), "") for file in sealed if file["sealed_as"])


def sweep_orphans(app: App, older_than_seconds: float, now: float) -> int:
    """Remove files that no row knows (left by a crash between rename and commit). Returns how many.

    ``now`` in seconds since 1970. The age keeps away from files whose row is about to be written.
    """
    if not app.settings.files.is_dir():
        return 0
    old = [path for path in app.settings.files.iterdir() if _is_older(path, now - older_than_seconds)]
    with app.database.read() as session:  # after listing: a file listed and not known now never will be
        known = {stored_as for stored_as, _ in known_files(session)}
    orphans = [path for path in old if path.name not in known]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)


def _is_older(path: Path, moment: float) -> bool:
    try:
        return path.is_file() and path.stat().st_mtime < moment
    except FileNotFoundError:
        return False  # a temporary file that got its name meanwhile


def _copy(source: BinaryIO, target: BinaryIO, file_name: str, most: int | None) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    for chunk in _chunks(source):
        size += len(chunk)
        if most is not None and size > most:
            raise WrongValue("files", f"Tệp “{_short(file_name)}” lớn hơn {most >> 20} MB.")
        digest.update(chunk)
        target.write(chunk)
    return size, digest.hexdigest()


def _chunks(source: BinaryIO) -> Iterator[bytes]:
    while chunk := source.read(CHUNK):
        yield chunk


def _suffix(file_name: str) -> str:
    """The suffix when it is a plain one; a sender's text never shapes a path otherwise."""
    found = _SUFFIX.fullmatch(Path(file_name.replace("\0", "")).suffix.lower())
    return found[0] if found else ""


def _short(file_name: str) -> str:
    """The name as kept and shown: no folder, no control character, at most 255 characters with its suffix."""
    name = "".join(c for c in re.split(r"[/\\]", file_name)[-1] if c.isprintable()).strip() or "tep"
    suffix = Path(name).suffix[-20:]
    return name if len(name) <= NAME_MAX else name[: NAME_MAX - len(suffix)] + suffix


def _sync_folder(folder: Path) -> None:
    """The rename itself must survive power loss too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
