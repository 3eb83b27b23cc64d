"""A register as Markdown: a page that is filed beside others, or pasted into one."""

import re

from reports.cleaning import line
from reports.register import Register

_MARKUP = re.compile(r"([\\`*_\[\]<>|#])")


def render_register_md(register: Register) -> bytes:
    """The file's bytes, UTF-8; equal registers give equal bytes. What would be markup is shown as it is."""
    lines = [f"# {_said(register.title)}", "", _said(register.issuer), ""]
    lines += [f"- {_said(label)}: {_said(value)}" for label, value in register.facts]
    for part in register.parts:
        lines += ["", *((f"## {_said(part.heading)}", "") if part.heading else ())]
        lines += (_said(part.note), "") if part.note else ()
        lines += _table(register, part.rows) if part.rows else [_said(part.empty)]
    lines += ["", *(_said(text) for text in register.closing)]
    return ("\n".join(lines).rstrip() + "\n").encode()


def _table(register: Register, rows: tuple[tuple[str, ...], ...]) -> list[str]:
    names = [name for name, _ in register.columns]
    return [_row(tuple(names)), "|---" * len(names) + "|", *(_row(row) for row in rows)]


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(_said(cell) for cell in cells) + " |"


def _said(text: str) -> str:
    return _MARKUP.sub(r"\\\1", line(text))
