"""Office files whose equal content is equal bytes: fixed order and times inside the zip."""

import io
import re
import zipfile
from datetime import UTC, datetime

EARLIEST = datetime(1980, 1, 1)  # noqa: DTZ001 - the zip format knows no time zone
"""The first moment a zip entry can carry."""

_SAVED_AT = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")


def repack(content: bytes, moment: datetime) -> bytes:
    """The same zip with every entry, and the document's own properties, dated ``moment`` (aware).

    openpyxl writes the clock into ``docProps/core.xml`` on every save, whatever its properties say.
    """
    stamp = max(moment.replace(tzinfo=None), EARLIEST).timetuple()[:6]
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for item in source.infolist():
            entry = zipfile.ZipInfo(item.filename, stamp)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = item.external_attr
            data = source.read(item.filename)
            packed.writestr(entry, _dated(data, moment) if item.filename == "docProps/core.xml" else data)
    return target.getvalue()


def _dated(core: bytes, moment: datetime) -> bytes:
    text = f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}".encode()
    return _SAVED_AT.sub(rb"\g<1>" + text + rb"\g<2>", core)
