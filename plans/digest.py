"""One text for one content, so that equal plans have equal digests wherever they were read."""

import hashlib
import json
import unicodedata

from pydantic import BaseModel


def canonical_json(model: BaseModel) -> str:
    """Keys sorted, no spaces, Unicode NFC, names as in the files."""
    text = json.dumps(
        model.model_dump(mode="json", by_alias=True), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return unicodedata.normalize("NFC", text)


def sha256(model: BaseModel) -> str:
    """Hex digest of :func:`canonical_json` in UTF-8."""
    return hashlib.sha256(canonical_json(model).encode()).hexdigest()
