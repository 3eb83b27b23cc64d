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


class BrokenChannel:
    """Stands for a channel whose address is wrong: every message waits, with the reason."""

    def __init__(self, name: str, problem: str) -> None:
        self.name, self._problem = name, problem

    def send(self, mail: Mail) -> Outcome:  # noqa: ARG002 - the protocol's signature
        """Nothing leaves."""
        return Outcome("configuration", "channel", self._problem[:200], phase="open")

    def close(self) -> None:
        """There is nothing to close."""


class ChannelError(ValueError):
    """A channel's address is wrong; the text says what to mend and never shows a secret."""
