"""What a report said, put where nobody reads it: a key of its own for each, itself sealed with the installation's keys."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import Fernet

from models.tables import Attachment, Consolidation, Isolation
from obligations.services.sealing import seal, unseal
from obligations.services.storage import StoredFile, discard, open_stored, store_file
from obligations.settings import Settings

TYPE = "application/octet-stream"
FILE = ("public_id", "file_name", "media_type", "size", "sha256", "stored_as")
"""What an attachment is made of, besides whose it is."""


@dataclass(frozen=True)
class Sealed:
    """Files that lie sealed on disk, with the key that opens them; no row knows them yet."""

    data_key: str
    files: dict[str, dict[str, Any]]
    """By the name the open file has in the store: ``{"sha256", "size", "sealed_as"}``."""

    def drop(self, settings: Settings) -> None:
        """Another came first: remove what was made."""
        discard(settings, [file["sealed_as"] for file in self.files.values()])


def seal_files(settings: Settings, names: list[str]) -> Sealed:
    """Encrypt these files of the store beside themselves. One that is lost already has no sealed twin."""
    key = Fernet.generate_key()
    files: dict[str, dict[str, Any]] = {}
    for name in names:
        try:
            with open_stored(settings, name) as source:
                content = source.read()
        except OSError:
            continue
        kept = store_file(settings, Fernet(key).encrypt(content), "sealed", TYPE, limited=False)
        files[name] = {
            "sha256": hashlib.sha256(content).hexdigest(),
            "size": len(content),
            "sealed_as": kept.stored_as,
        }
    return Sealed(key.decode(), files)


def open_file(settings: Settings, row: Isolation, sealed_as: str, file_name: str, media_type: str) -> StoredFile:
    """A sealed file back in the store in the clear."""
    with open_stored(settings, sealed_as) as source:
        content = _fernet(settings, row).decrypt(source.read())
    return store_file(settings, content, file_name, media_type, limited=False)


def shut(settings: Settings, row: Isolation, sealed: Sealed, said: dict[str, Any]) -> None:
    """Give the row its key, the sealed text and the digest of what was said."""
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, default=str)
    row.data_key = seal(settings, sealed.data_key)
    row.sealed = Fernet(sealed.data_key.encode()).encrypt(text.encode()).decode()
    row.content_sha256 = hashlib.sha256(text.encode()).hexdigest()


def opened(settings: Settings, row: Isolation) -> dict[str, Any]:
    """What was said. Refused without the installation's key."""
    found: dict[str, Any] = json.loads(_fernet(settings, row).decrypt(row.sealed.encode()))
    return found


def facts_of(row: Attachment) -> dict[str, Any]:
    """An attachment as plain values."""
    return {name: getattr(row, name) for name in FILE}


def files_of(row: Consolidation) -> dict[str, Any]:
    """The files of a consolidated report as plain values."""
    return {"id": row.id, "files": row.files}


def _fernet(settings: Settings, row: Isolation) -> Fernet:
    return Fernet(unseal(settings, row.data_key).encode())
