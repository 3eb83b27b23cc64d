"""Secrets at rest: sealed with the newest key, opened with any that is given (MultiFernet)."""

import contextlib
import os
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from obligations.errors import Refused, SettingsError
from obligations.settings import Settings

KEY_FILE = "encryption.key"
"""Beside the database, never in a backup: a stolen backup opens nothing."""


def seal(settings: Settings, secret: str) -> str:
    """What the database keeps of a secret."""
    return _fernet(settings).encrypt(secret.encode()).decode() if secret else ""


def unseal(settings: Settings, sealed: str) -> str:
    """The secret again; Refused when none of the keys opens it."""
    if not sealed:
        return ""
    try:
        return _fernet(settings).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Refused(
            "a stored secret cannot be opened: the key it was sealed with is not in DONDOC_ENCRYPTION_KEYS; put it "
            "back, or connect the account anew (dondoc zalo connect)"
        ) from error


def reseal(settings: Settings, sealed: str) -> str:
    """The same secret under the newest key."""
    return seal(settings, unseal(settings, sealed))


def _fernet(settings: Settings) -> MultiFernet:
    given = (settings.encryption_keys or "").split()
    keys = given or [_own_key(settings.home / KEY_FILE)]
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError as error:
        raise SettingsError(
            "DONDOC_ENCRYPTION_KEYS: each key is 32 octets in url-safe base64; make one with: dondoc secrets key"
        ) from error


def _own_key(path: Path) -> str:
    """The installation's own key, made at first use, readable by the owner only; two processes agree on one."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = path.with_name(f"{path.name}.{os.getpid()}")
        handle = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(Fernet.generate_key())
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(made, path)
        made.unlink()
    return path.read_text(encoding="ascii").strip()
