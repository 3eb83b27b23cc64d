"""A QR code as a drawing of the page itself: no request to anybody, no style that the page's policy forbids."""

import segno
from markupsafe import Markup


def qr_svg(text: str) -> Markup:
    """An SVG element, black on white in any colour scheme, so that telephones read it."""
    drawing = segno.make(text, error="m").svg_inline(
        dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True
    )
    return Markup(drawing)  # noqa: S704 - made of modules of our own, with no text in it
