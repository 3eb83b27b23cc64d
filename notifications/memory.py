"""The recording channel: keeps messages and sends nothing. The default when nothing is configured."""

import threading

from notifications.message import Mail, Outcome


class RecordingChannel:
    """Remembers what it was handed, for tests, previews and installations without a channel."""

    name = "record"

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self._lock = threading.Lock()

    def send(self, mail: Mail) -> Outcome:
        """Keep the message; it counts as recorded, never as sent."""
        with self._lock:
            self.mails.append(mail)
        return Outcome("recorded", phase="record")

    def close(self) -> None:
        """Nothing to give back."""
