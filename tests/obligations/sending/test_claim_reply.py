"""A message that says "đã gửi" is answered once a day, and changes nothing of what is owed."""

import json

import pytest
from sqlmodel import select

from models.enums import AssignmentState, MessageState
from models.tables import Contact, Message
from obligations.rules.claims import says_sent
from obligations.services.context import App
from obligations.services.hearing.zalo_events import take_zalo
from obligations.services.sending.render import build_mail, rows_of
from tests import builders as build
from tests.obligations.ledger_world import DAY, NOW, period_of, told


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Đã gửi", True),
        ("da gui roi a", True),
        ("Đơn vị vừa nộp báo cáo qua trục ạ", True),
        ("gửi rồi nhé", True),
        ("Chưa gửi được", False),
        ("Mai sẽ gửi", False),
        ("đã gửi chưa?", False),
        ("Cảm ơn", False),
        ("đã gửi " * 80, False),
        ("", False),
    ],
)
def test_what_says_that_it_was_sent(text: str, says: bool) -> None:
    assert says_sent(text) is says


def event(text: str, minute: int) -> bytes:
    stamp = str(int(NOW.timestamp() * 1000) + minute * 60_000)
    return json.dumps(
        {"event_name": "user_send_text", "timestamp": stamp, "sender": {"id": "77"}, "message": {"text": text}}
    ).encode()


def test_it_is_answered_once_a_day_and_only_while_something_is_owed(app: App) -> None:
    with app.write(DAY, "test") as ctx:
        _period, (row,) = period_of(ctx)
        contact = ctx.session.exec(select(Contact)).one()
        contact.channel, contact.address = "zalooa", "77"
        told(ctx, row, state=MessageState.sent, finished_at=DAY)
    said = []
    for minute, text in enumerate(("cảm ơn", "đã gửi rồi", "Đã gửi")):
        with app.write(NOW, "inbound") as ctx:
            said.append(take_zalo(ctx, "oa1", event(text, minute)))
    assert ["trả lời: 1" in one for one in said] == [False, True, False]
    with app.write(NOW, "test") as ctx:
        answer = ctx.session.exec(select(Message).where(Message.kind == "sent_claim")).one()
        assert (answer.channel, answer.address, answer.state) == ("zalooa", "77", MessageState.planned)
        mine = ctx.session.get_one(build.Assignment, row.id)
        assert mine.state == AssignmentState.open, "a message is no submission"
        assert (
            "Tin nhắn không thay cho báo cáo"
            in build_mail(ctx, answer, ctx.session.get(Contact, answer.contact_id), rows_of(ctx, answer)).short
        )
        mine.state = AssignmentState.submitted
    with app.write(NOW.replace(day=11), "inbound") as ctx:
        assert "trả lời" not in take_zalo(ctx, "oa1", event("đã gửi", 5))
