"""Office files whose equal content is equal bytes: fixed order and times inside the zip."""

import io
import zipfile
from datetime import datetime

EARLIEST = datetime(1980, 1, 1)  # noqa: DTZ001 - the zip format knows no time zone
"""The first moment a zip entry can carry."""


def repack(content: bytes, moment: datetime) -> bytes:
    """The same zip with every entry dated ``moment`` and in the order it had."""
    stamp = max(moment.replace(tzinfo=None), EARLIEST).timetuple()[:6]
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for item in source.infolist():
            entry = zipfile.ZipInfo(item.filename, stamp)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = item.external_attr
            packed.writestr(entry, source.read(item.filename))
    return target.getvalue()
