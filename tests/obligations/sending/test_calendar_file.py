"""A mail that brings a date may carry it as a file, with the identity it has in the agency's own calendar."""

from pathlib import Path

import pytest
from icalendar import Calendar

from calendars.lint import lint_feed
from notifications.mime import build_mime
from obligations.services.context import App
from tests.obligations.notice_world import OPENED, Days
from tests.obligations.small_world import small_plan
from tests.plan197 import hanoi


@pytest.mark.parametrize("wanted", [True, False])
def test_only_what_brings_a_date_carries_one_and_only_where_it_is_wanted(
    app: App, tmp_path: Path, *, wanted: bool
) -> None:
    made = App(app.settings.model_copy(update={"attach_calendar": wanted}), app.database, app.source)
    days = Days(made, tmp_path, small_plan())
    days.until(OPENED, hanoi(2026, 10, 22, 14))
    by_subject = {mail.subject.startswith("Mở kỳ"): mail for mail in days.provider.mails if "so-c@" in mail.target}
    assert by_subject[False].attachments == ()
    opening = by_subject[True]
    if not wanted:
        assert opening.attachments == ()
        return
    (file,) = opening.attachments
    assert not lint_feed(file.content)
    (event,) = Calendar.from_ical(file.content).events
    assert event["UID"].endswith("@" + days.app.settings.mail_domain)
    assert b"thoi-han.ics" in build_mime(opening, "a@b.example")
    with days.app.read(OPENED) as ctx:
        from sqlmodel import select

        from models.tables import FeedEntry

        assert event["UID"] in ctx.session.exec(select(FeedEntry.uid)).all()
