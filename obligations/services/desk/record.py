"""Ghi nhận thay cơ quan: what a person records of a report that came by another way (S1), checked before it is kept."""

from collections.abc import Sequence

from obligations.services.context import Context
from obligations.services.sensible import check_arrival, check_document
from obligations.services.storage import StoredFile
from obligations.services.submit import SubmissionDraft, Submitted, submit_report


def record_report(ctx: Context, draft: SubmissionDraft, files: Sequence[StoredFile] = ()) -> Submitted:
    """Record it in the agency's place. Refused when its number is missing or its days cannot be."""
    check_record(ctx, draft)
    return submit_report(ctx, draft, files)


def check_record(ctx: Context, draft: SubmissionDraft) -> None:
    """What makes no sense of a report recorded by hand."""
    check_document(ctx, draft.form, draft.document_number, draft.document_on, draft.arrived_on)
    check_arrival(ctx, draft.assignment_ids, draft.arrived_on)
