"""What an HTTP status means: later, never, ours to mend, or nobody knows."""

import pytest

from notifications.http_outcome import judge_status
from notifications.http_sender import Answer


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, "accepted"),
        (202, "accepted"),
        (301, "configuration"),
        (400, "permanent"),
        (401, "configuration"),
        (408, "temporary"),
        (422, "permanent"),
        (429, "temporary"),
        (500, "temporary"),
        (502, "unknown"),
        (503, "temporary"),
        (504, "unknown"),
    ],
)
def test_a_gateway_that_lost_the_answer_leaves_it_in_doubt(status: int, kind: str) -> None:
    assert judge_status(Answer(status, {}, b"", "x")).kind == kind
