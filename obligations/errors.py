"""Every error a caller may show.

DondocError
├── Refused            a rule says no; the text says which and what to do (exit 1, HTTP 409)
├── NotFound           no such thing, or not visible to the asker (exit 1, HTTP 404)
└── SettingsError      a setting is wrong; names it and the reason (exit 2)
"""


class DondocError(Exception):
    """Base of all errors with a text made for people."""


class Refused(DondocError):
    """A rule says no. Nothing was changed. ``said``: the same in Vietnamese, where the text is for operators."""

    def __init__(self, text: str, vietnamese: str = "") -> None:
        super().__init__(text)
        self.said = vietnamese or text


class NotFound(DondocError):
    """There is no such thing, or the asker may not see it."""


class SettingsError(DondocError):
    """A setting is missing or wrong."""
