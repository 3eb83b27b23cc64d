"""What became of a version that no longer counts, in the words of its receipt."""

from collections.abc import Sequence

from sqlmodel import col, func, select

from models.enums import SubmissionState
from models.tables import Submission, SubmissionAssignment
from obligations.services.context import Context

RECALLED = "Đã thu hồi; lần gửi này không còn được tính là đã nhận."


def out_words(ctx: Context, submission: Submission, duties: Sequence[tuple[int, str]]) -> list[str]:
    """``duties``: id and title of each assignment it serves, named where it was replaced for one of several only."""
    if submission.state == SubmissionState.recalled:
        return [RECALLED]
    query = select(SubmissionAssignment).where(
        SubmissionAssignment.submission_id == submission.id, col(SubmissionAssignment.replaced_at).is_not(None)
    )
    replaced = {link.assignment_id for link in ctx.session.exec(query).all()}
    said = []
    for number, title in duties:
        if number not in replaced and submission.state != SubmissionState.replaced:
            continue
        by = _next_version(ctx, submission, number)
        words = f"Được thay thế bởi lần gửi thứ {by}" if by else "Được thay thế"
        said.append(f"{words}{f' ({title})' if len(duties) > 1 else ''}.")
    return said


def _next_version(ctx: Context, submission: Submission, assignment_id: int) -> int | None:
    """The version in whose favour it went: the next one that was not taken back itself."""
    query = (
        select(func.min(Submission.version))
        .join(SubmissionAssignment, col(SubmissionAssignment.submission_id) == Submission.id)
        .where(
            SubmissionAssignment.assignment_id == assignment_id,
            Submission.version > submission.version,
            Submission.state != SubmissionState.recalled,
        )
    )
    return ctx.session.exec(query).one()
