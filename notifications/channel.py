"""What every channel can do."""

from typing import Protocol

from notifications.message import Mail, Outcome


class Channel(Protocol):
    """A way to hand messages over. ``send`` never raises: every failure is an Outcome."""

    name: str

    def send(self, mail: Mail) -> Outcome:
        """Hand one message to the provider and say what came of it."""

    def close(self) -> None:
        """Give connections back."""


class ChannelError(ValueError):
    """A channel's address is wrong; the text says what to mend and never shows a secret."""
