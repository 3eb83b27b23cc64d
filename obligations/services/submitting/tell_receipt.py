"""The receipt that an agency gets: of what it sent, or of what a person recorded in its place."""

from collections.abc import Sequence
from typing import Any

from models.enums import AssignmentState, SubmissionChannel, SubmissionForm
from models.tables import Assignment, Submission
from obligations.rules.wording import form_text, way_text
from obligations.services.context import Context
from obligations.services.sending.notices import write_notice
from obligations.services.submitting.kept import kept_words


def tell_receipt(ctx: Context, assignments: Sequence[Assignment], submission: Submission) -> None:
    """A receipt; for what a person recorded in the agency's place it says what was recorded, to be put right if wrong."""
    number = submission.receipt_number
    if submission.channel == SubmissionChannel.portal:
        write_notice(ctx, assignments, "received", number, _received(ctx, assignments, submission))
        return
    facts = {
        "receipt_number": number,
        "document": submission.document_number or "",
        "document_on": submission.document_on.isoformat() if submission.document_on else "",
        "arrived_on": submission.arrived_on.isoformat() if submission.arrived_on else "",
        "way": way_text(submission.channel),
        "unsigned": any(a.state == AssignmentState.soft_received for a in assignments),
    }
    if submission.form == SubmissionForm.covered:
        facts["form"] = _form_words(submission)
    write_notice(ctx, assignments, "by_hand", number, facts)


def _received(ctx: Context, assignments: Sequence[Assignment], submission: Submission) -> dict[str, Any]:
    """What the receipt says; ``unsigned``: the signed document is still owed."""
    return {
        "receipt_number": submission.receipt_number,
        "received_at": submission.arrived_at.isoformat(),
        "form": _form_words(submission),
        "document": submission.document_number or "",
        "document_on": submission.document_on.isoformat() if submission.document_on else "",
        "kept": kept_words(ctx, assignments),
        "unsigned": any(a.state == AssignmentState.soft_received for a in assignments),
    }


def _form_words(submission: Submission) -> str:
    """What the receipt calls the form; a report that points to another body's names that body and nothing of its report."""
    name = submission.content.get("covered_name")
    if submission.form != SubmissionForm.covered or not name:
        return form_text(submission.form)
    waits = ", chờ xác nhận" if submission.channel == SubmissionChannel.portal else ""
    return f"đã tổng hợp trong báo cáo của {name}{waits}"
