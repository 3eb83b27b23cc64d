"""How a submission that only its agency speaks of is told from one that came; a leaf, for every service to ask."""

from models.tables import Submission

STATED, FOUND = "stated:", "stated-found:"
"""What its key begins with, before and after the document was found."""


def is_stated(submission: Submission) -> bool:
    """Whether nobody has found the document yet."""
    return is_stated_key(submission.idempotency_key)


def is_stated_key(idempotency_key: str) -> bool:
    """The same by the key alone, where columns are read."""
    return idempotency_key.startswith(STATED)
