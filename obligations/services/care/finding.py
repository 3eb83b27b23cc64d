"""One thing that was looked at in an installation, for people and for programs."""

import re
from dataclasses import dataclass
from typing import Literal, Self

OK = "ok"
State = Literal["ok", "warning", "problem"]
STATE_WORDS: dict[State, str] = {"ok": "Đạt", "warning": "Cần lưu ý", "problem": "Không đạt"}
SUMMARY_WORDS: tuple[tuple[State, str], ...] = (
    ("ok", "đạt"), ("warning", "cần lưu ý"), ("problem", "không đạt"),
)  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """``what`` is a stable English key, ``code`` one of what was found about it (``backup_old``): words for programs.

    Title, detail (what was seen) and advice (empty when nothing is to do) are Vietnamese, for people, and may change.

    ``ok`` is False for a problem alone: a warning asks for attention and changes no exit status.
    """

    what: str
    ok: bool
    state: State
    title: str
    detail: str
    advice: str = ""
    code: str = ""

    @classmethod
    def seen(
        cls,
        what: str,
        title: str,
        detail: str,
        *,
        well: bool = True,
        reason: str = "",
        advice: str = "",
        warns: bool = False,
    ) -> Self:
        """Well, or else with advice: a problem, or a warning where ``warns``. ``reason``: one English word of what is wrong."""
        code = f"{re.sub('[^a-z0-9]+', '_', what.lower())}_{OK if well else reason}"
        if well:
            return cls(what, ok=True, state="ok", title=title, detail=detail, code=code)
        state: State = "warning" if warns else "problem"
        return cls(what, ok=warns, state=state, title=title, detail=detail, advice=advice, code=code)


def verdict(findings: tuple[Finding, ...] | list[Finding]) -> str:
    """``15 nội dung đạt, 02 nội dung cần lưu ý, 01 nội dung không đạt``; what did not happen is left out."""
    counts = {state: sum(f.state == state for f in findings) for state, _ in SUMMARY_WORDS}
    return ", ".join(f"{counts[state]:02d} nội dung {word}" for state, word in SUMMARY_WORDS if counts[state])
