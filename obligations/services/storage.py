"""Files beside the database: written whole or not at all, under random names, outside any served folder (S13)."""

import hashlib
import os
import secrets
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sqlmodel import select

from models.tables import Attachment, Consolidation
from obligations.errors import NotFound, Refused
from obligations.services.context import App
from obligations.settings import Settings

CHUNK = 1 << 16


@dataclass(frozen=True)
class StoredFile:
    """A file that is on disk for good: ``size`` in bytes, ``stored_as`` its name in the files folder."""

    file_name: str
    media_type: str
    size: int
    sha256: str
    stored_as: str


def store_file(settings: Settings, source: BinaryIO, file_name: str, media_type: str) -> StoredFile:
    """Copy to a temporary file, fsync, rename. Refused when it is larger than the limit; nothing is left behind."""
    folder = settings.files
    folder.mkdir(parents=True, exist_ok=True)
    limit = settings.upload_limit_mb << 20
    digest, size = hashlib.sha256(), 0
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as target:
            for chunk in _chunks(source):
                size += len(chunk)
                if size > limit:
                    raise Refused(f"Tệp “{file_name}” lớn hơn {settings.upload_limit_mb} MB.")
                digest.update(chunk)
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
        stored_as = secrets.token_urlsafe(18) + Path(file_name).suffix.lower()
        Path(temporary).replace(folder / stored_as)
        _sync_folder(folder)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return StoredFile(file_name, media_type, size, digest.hexdigest(), stored_as)


def stored_path(settings: Settings, stored_as: str) -> Path:
    """Where a stored file lies; NotFound when it is gone."""
    path = settings.files / Path(stored_as).name
    if not path.is_file():
        raise NotFound("the file is not in the store; restore it from a backup")
    return path


def sweep_orphans(app: App, older_than_seconds: float, now: float) -> int:
    """Remove files that no row knows (left by a crash between rename and commit). Returns how many."""
    if not app.settings.files.is_dir():
        return 0
    with app.database.read() as session:
        known = set(session.exec(select(Attachment.stored_as)).all())
        for files in session.exec(select(Consolidation.files)).all():
            known |= {str(f["stored_as"]) for f in files.values()}
    removed = 0
    for path in app.settings.files.iterdir():
        if path.name not in known and now - path.stat().st_mtime > older_than_seconds:
            path.unlink()
            removed += 1
    return removed


def _chunks(source: BinaryIO) -> Iterator[bytes]:
    while chunk := source.read(CHUNK):
        yield chunk


def _sync_folder(folder: Path) -> None:
    """The rename itself must survive power loss too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
