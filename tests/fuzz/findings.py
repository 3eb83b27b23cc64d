"""What a run of nonsense found."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Findings:
    """Answers by status, the slowest, and everything that broke: each with how to ask it again."""

    statuses: Counter[int] = field(default_factory=Counter)
    slowest: float = 0.0
    slowest_at: str = ""
    broken: list[str] = field(default_factory=list)

    @property
    def asked(self) -> int:
        """How many requests were answered."""
        return self.statuses.total()

    def note(self, said: str, status: int, seconds: float) -> None:
        """One answer."""
        self.statuses[status] += 1
        if seconds > self.slowest:
            self.slowest, self.slowest_at = seconds, said
        if status >= 500:
            self.broken.append(f"{status} {said}"[:2000])
