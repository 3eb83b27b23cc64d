"""Every error a caller may show.

DondocError
├── Refused            a rule says no; the text says which and what to do (exit 1, HTTP 409)
│   └── WrongValue     what was given must be given otherwise; names the field (exit 1, HTTP 422)
├── NotFound           no such thing, or not visible to the asker (exit 1, HTTP 404)
└── SettingsError      a setting is wrong; names it and the reason (exit 2)
"""

from collections.abc import Sequence


class DondocError(Exception):
    """Base of all errors with a text made for people."""


class Refused(DondocError):
    """A rule says no. Nothing was changed. ``said``: the same in Vietnamese, where the text is for operators."""

    def __init__(self, text: str, vietnamese: str = "") -> None:
        super().__init__(text)
        self.said = vietnamese or text


class WrongValue(Refused):
    """Something given is missing, unreadable, too long, of the wrong day, or a file that is not taken: who gives it otherwise may go on.

    ``field``: its name in the form and in the body of a program's request; ``every``: all fields with their texts, where several
    are wrong at once. What no other value would mend is Refused.
    """

    def __init__(self, field: str, text: str, vietnamese: str = "", *, every: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(text, vietnamese)
        self.field = field
        self.every = every or ((field, self.said),)


class NotFound(DondocError):
    """There is no such thing, or the asker may not see it.

    ``field``: what a program's body named and there is not, said in Vietnamese (HTTP 422 then: the address is right).
    """

    def __init__(self, text: str, vietnamese: str = "", *, field: str = "") -> None:
        super().__init__(text)
        self.said, self.field = vietnamese or text, field


class SettingsError(DondocError):
    """A setting is missing or wrong."""
