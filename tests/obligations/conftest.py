"""Names that tests of services share live in tests.plan197."""

from tests.plan197 import FILES, HANOI, PLAN, REPORT, Adopt, hanoi

__all__ = ["FILES", "HANOI", "PLAN", "REPORT", "Adopt", "hanoi"]
