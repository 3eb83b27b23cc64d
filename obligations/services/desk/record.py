"""Ghi nhận thay cơ quan: what a person records of a report that came by another way (S1), checked before it is kept."""

from collections.abc import Mapping, Sequence
from typing import Any

from obligations.services.context import Context
from obligations.services.sensible import check_arrival, check_document
from obligations.services.served import BY_STAFF
from obligations.services.storage import StoredFile
from obligations.services.submitting.draft import SubmissionDraft, Submitted
from obligations.services.submitting.submit import submit_report


def record_report(ctx: Context, draft: SubmissionDraft, files: Sequence[StoredFile] = ()) -> Submitted:
    """Record it in the agency's place. Refused when its number is missing or its days cannot be."""
    check_record(ctx, draft)
    return submit_report(ctx, draft, files)


def typed_by_staff(content: Mapping[str, Any]) -> dict[str, Any]:
    """The content with the mark that the agency did not type it itself; none where nothing was typed."""
    said = content.get("entries") or content.get("figures")
    return {**content, "entered_by": BY_STAFF} if said else dict(content)


def check_record(ctx: Context, draft: SubmissionDraft) -> None:
    """What makes no sense of a report recorded by hand."""
    check_document(ctx, draft.form, draft.document_number, draft.document_on, draft.arrived_on)
    check_arrival(ctx, draft.assignment_ids, draft.arrived_on)
