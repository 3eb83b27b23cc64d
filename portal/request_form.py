"""The form of an ad-hoc request: as typed, and as the service takes it."""

from dataclasses import dataclass, field
from datetime import datetime

from starlette.datastructures import FormData

from models.enums import Urgency
from obligations.errors import Refused
from obligations.rules.clock_phrase import read_moment
from obligations.services.requests.draft import RequestDraft
from portal import texts_vi as texts
from portal.forms import KEY, day_of, line, text

MOST_RECIPIENTS = 1000


@dataclass
class RequestForm:
    """A request as typed. ``problems`` are texts for people; ``by`` is written out once it was understood."""

    key: str
    to: list[str] = field(default_factory=list)
    content: str = ""
    by: str = ""
    urgency: str = Urgency.normal.value
    document: str = ""
    document_on: str = ""
    form: str = "either"
    problems: list[str] = field(default_factory=list)

    def draft(self, now: datetime) -> RequestDraft | None:
        """What the service takes; None when something typed cannot be read, with the reasons in ``problems``."""
        due_at, on = None, None
        try:
            due_at = read_moment(self.by, now)
            self.by = f"{due_at.astimezone(now.tzinfo):%H:%M %d/%m/%Y}"  # "sáng mai" must not move with midnight
        except ValueError as error:
            self.problems.append(f"Thời hạn {error}")
        try:
            on = day_of(self.document_on, "document_on") if self.document_on else None
        except Refused as error:
            self.problems.append(str(error))
        if not KEY.match(self.key):
            self.problems.append(texts.PROBLEM["key"])
        if self.problems or due_at is None:
            return None
        return RequestDraft(
            to=tuple(self.to),
            content=self.content,
            due_at=due_at,
            key=f"portal:{self.key}",
            urgency=Urgency(self.urgency),
            document=self.document or None,
            document_on=on,
            completes_on=self.form,
        )


def read_request(form: FormData) -> RequestForm:
    """The form as typed; texts are NFC, without control characters, and of limited length."""
    codes = [code for code in form.getlist("to") if isinstance(code, str)]
    urgency = line(form, "urgency")
    return RequestForm(
        key=line(form, "key"),
        to=list(dict.fromkeys(codes))[:MOST_RECIPIENTS],
        content=text(form, "content"),
        by=line(form, "by"),
        urgency=urgency if urgency in list(Urgency) else Urgency.normal.value,
        document=line(form, "document"),
        document_on=line(form, "document_on"),
        form=line(form, "form") or "either",
    )
