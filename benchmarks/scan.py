"""A signed paper as the office's scanner makes it: a PDF of one page that is one picture."""

import random


def scanned_pdf(size: int) -> bytes:
    """A PDF of exactly ``size`` bytes (2 KB or more), whose picture is noise that does not compress: the same every time."""
    spare = size - len(_document(b"", len(str(size))))
    document = _document(random.Random(197).randbytes(spare), len(str(size)))
    if len(document) != size:
        raise ValueError(f"a scan of {size} bytes cannot be made")
    return document


def _document(picture: bytes, digits: int) -> bytes:
    """Numbers of bytes are written with ``digits`` digits, so that their length does not depend on the picture's."""
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /XObject << /Scan 5 0 R >> >> >>",
        b"<< /Length 31 >>\nstream\nq 595 0 0 842 0 0 cm /Scan Do Q\nendstream",
        b"<< /Type /XObject /Subtype /Image /Width 1654 /Height 2339 /ColorSpace /DeviceGray /BitsPerComponent 8"
        b" /Filter /DCTDecode /Length %0*d >>\nstream\n%b\nendstream" % (digits, len(picture), picture),
    )
    body, starts = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        starts.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % start for start in starts)
    return body + table + b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%0*d\n%%%%EOF\n" % (digits, len(body))
