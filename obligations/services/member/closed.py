"""What is the agency's and yet not opened by the personal link in use: named, so that its people know which message to open."""

from sqlmodel import col, or_, select

from models.tables import Assignment, Obligation, Period, Submission, SubmissionAssignment
from obligations.rules.wording import duty_name
from obligations.services.accounts.access import Actor, opened, scope
from obligations.services.context import Context
from obligations.services.spec import is_request


def name_of_closed(ctx: Context, actor: Actor, public_id: str) -> str | None:
    """The duty that stands under this id, its own or that of a report; None when it is not the agency's, or is opened."""
    query = (
        select(Obligation, Period.label)
        .join(Period, col(Period.obligation_id) == Obligation.id)
        .join(Assignment, col(Assignment.period_id) == Period.id)
        .outerjoin(SubmissionAssignment, col(SubmissionAssignment.assignment_id) == Assignment.id)
        .outerjoin(Submission, col(SubmissionAssignment.submission_id) == Submission.id)
        .where(scope(actor, Assignment.agency_id), ~opened(actor, Assignment.id))
        .where(or_(col(Assignment.public_id) == public_id, col(Submission.public_id) == public_id))
    )
    found = ctx.session.exec(query.order_by(col(Assignment.id)).limit(1)).first()
    return duty_name(found[0].title, found[1], request=is_request(found[0])) if found else None
