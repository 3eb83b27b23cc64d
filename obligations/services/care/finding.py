"""One thing that was looked at in an installation, for people and for programs."""

from dataclasses import dataclass
from typing import Literal, Self

State = Literal["ok", "warning", "problem"]
STATE_WORDS: dict[State, str] = {"ok": "Đạt", "warning": "Cần lưu ý", "problem": "Không đạt"}
SUMMARY_WORDS: tuple[tuple[State, str], ...] = (
    ("ok", "đạt"), ("warning", "cần lưu ý"), ("problem", "không đạt"),
)  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """``what`` is a stable English key; title, detail (what was seen) and advice (empty when nothing is to do) Vietnamese.

    ``ok`` is False for a problem alone: a warning asks for attention and changes no exit status.
    """

    what: str
    ok: bool
    state: State
    title: str
    detail: str
    advice: str = ""

    @classmethod
    def seen(
        cls, what: str, title: str, detail: str, *, well: bool = True, advice: str = "", warns: bool = False
    ) -> Self:
        """Well, or else with advice: a problem, or a warning where ``warns``."""
        if well:
            return cls(what, ok=True, state="ok", title=title, detail=detail)
        return cls(what, ok=warns, state="warning" if warns else "problem", title=title, detail=detail, advice=advice)


def verdict(findings: tuple[Finding, ...] | list[Finding]) -> str:
    """``15 nội dung đạt, 02 nội dung cần lưu ý, 01 nội dung không đạt``; what did not happen is left out."""
    counts = {state: sum(f.state == state for f in findings) for state, _ in SUMMARY_WORDS}
    return ", ".join(f"{counts[state]:02d} nội dung {word}" for state, word in SUMMARY_WORDS if counts[state])
