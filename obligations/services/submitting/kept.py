"""How a report that came stands to its date, in the words of the receipt."""

from collections.abc import Sequence

from models.tables import Assignment
from obligations.rules.wording import kept_text
from obligations.services.basis_notes import agreements
from obligations.services.context import Context
from obligations.services.lateness import came_in_time, came_late


def kept_words(ctx: Context, assignments: Sequence[Assignment]) -> str:
    """Empty unless the same holds of every duty the report serves, and of what was only requested and came late."""
    agreed = agreements(ctx, [a.id or 0 for a in assignments])
    words = {
        kept_text(in_time=came_in_time(ctx, a), late=came_late(ctx, a), agreed=a.id in agreed) for a in assignments
    }
    return words.pop() if len(words) == 1 else ""
