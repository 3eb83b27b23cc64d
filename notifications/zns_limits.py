"""What Zalo is known to refuse a ZNS template for (help.nxlink.ai and public code; a real account may refuse more).

Title 9-65 characters and at most 4 parameters, 1-4 paragraphs of at most 400 characters and 10 parameters, a table of 2-8
rows with values of at most 90 characters, at most 2 buttons, parameter names in ASCII with ``_``.
"""

import re

from notifications.zns_templates import LONGEST, PLACE, VALUE, ZnsTemplate

TITLE = (9, 65)
TITLE_PARAMETERS = 4
PARAGRAPHS = (1, 4)
PARAGRAPH = 400
PARAGRAPH_PARAMETERS = 10
ROWS = (2, 8)
BUTTONS = 2


def problems_of(template: ZnsTemplate) -> list[str]:
    """What Zalo would refuse it for, as far as is known; a filled value counts at its longest."""
    found = _title_problems(template.title)
    if not PARAGRAPHS[0] <= len(template.paragraphs) <= PARAGRAPHS[1]:
        found.append(f"{len(template.paragraphs)} paragraphs, {PARAGRAPHS[0]} to {PARAGRAPHS[1]} are allowed")
    for number, text in enumerate(template.paragraphs, 1):
        found += [f"paragraph {number}: {problem}" for problem in _paragraph_problems(text)]
    if not ROWS[0] <= len(template.table) <= ROWS[1]:
        found.append(f"table: {len(template.table)} rows, {ROWS[0]} to {ROWS[1]} are allowed")
    found += [f"row {label!r}: longer than {VALUE}" for label, value in template.table if filled_length(value) > VALUE]
    if len(template.buttons) > BUTTONS:
        found.append(f"{len(template.buttons)} buttons, {BUTTONS} are allowed")
    found += [f"parameter {p.name!r}: ASCII letters and _ only" for p in template.parameters if not _ascii(p.name)]
    return found


def filled_length(text: str) -> int:
    """Characters of a text when every parameter is as long as it may be."""
    return len(PLACE.sub("", text)) + sum(LONGEST.get(name, VALUE) for name in PLACE.findall(text))


def _paragraph_problems(text: str) -> list[str]:
    found = []
    if len(text) > PARAGRAPH or filled_length(text) > PARAGRAPH:
        found.append(f"{filled_length(text)} characters when filled, {PARAGRAPH} are allowed")
    if len(PLACE.findall(text)) > PARAGRAPH_PARAMETERS:
        found.append(f"more than {PARAGRAPH_PARAMETERS} parameters")
    return found


def _title_problems(title: str) -> list[str]:
    found = []
    if not TITLE[0] <= len(title) <= TITLE[1]:
        found.append(f"title: {len(title)} characters, {TITLE[0]} to {TITLE[1]} are allowed")
    if len(PLACE.findall(title)) > TITLE_PARAMETERS:
        found.append(f"title: more than {TITLE_PARAMETERS} parameters")
    return found


def _ascii(name: str) -> bool:
    return re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) is not None
