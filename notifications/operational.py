"""Notes to the coordinator about the service itself: who cannot be reached, which channel fails, what a person must do.

They are no notices: they cite no plan, carry no personal link and never go to an agency.
"""

from dataclasses import dataclass
from datetime import datetime

from notifications import layout
from notifications.notice import Rendered
from notifications.notice_view import line
from notifications.rendering import render_part
from notifications.shapes import LONGEST_SHORT, LONGEST_SUBJECT
from notifications.vietnamese import counted, moment

KINDS = ("unreachable", "delivery_failing", "consent_needed", "doubtful", "set_apart", "sign_in")
MOST_NAMED = 20
"""Longer lists are read in the portal."""


@dataclass(frozen=True)
class OperationalNote:
    """What is wrong. ``channel`` in words; ``names`` in official order; ``page`` is a whole address; ``as_of`` aware.

    ``count``: agencies out of reach, messages that failed, or messages of which nobody knows whether they arrived;
    for a sign-in link the minutes it lives.
    """

    kind: str
    unit: str
    as_of: datetime
    page: str
    count: int = 0
    channel: str = ""
    since: datetime | None = None
    about: str = ""
    """The period or account, when the note is about one."""
    detail: str = ""
    """The provider's code and words, or what to run."""
    names: tuple[str, ...] = ()


def render_operational(note: OperationalNote, *, language: str = "vi") -> Rendered:
    """The four forms. Raises ValueError for an unknown kind."""
    if note.kind not in KINDS:
        raise ValueError(f"no operational note is of kind {note.kind!r}; kinds: {', '.join(KINDS)}")
    words = {
        "unit": line(note.unit),
        "count": counted(note.count),
        "waiting": counted(note.count) if note.count else "",
        "channel": line(note.channel),
        "since": moment(note.since) if note.since else "",
        "about": line(note.about),
        "detail": line(note.detail),
        "names": [line(name) for name in note.names[:MOST_NAMED]],
        "more": max(len(note.names) - MOST_NAMED, 0),
        "page": line(note.page),
    }

    def form(name: str, *, html: bool = False) -> str:
        return render_part(f"ops_{note.kind}", f"_note_{name}.j2", language, html=html, w=words)

    short = layout.cut(layout.one_line(form("short")), LONGEST_SHORT, keep=f"\n{words['page']}")
    subject = layout.cut(layout.one_line(form("subject")), LONGEST_SUBJECT)
    return Rendered(subject, form("text") + "\n", form("html", html=True) + "\n", short)
