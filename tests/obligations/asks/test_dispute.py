"""A dispute is read back by its agency and taken back while nobody has decided; on both databases."""

from pathlib import Path

import pytest
from sqlmodel import select

from models.enums import AssignmentState, MessageState
from models.tables import Contact, Message
from notifications.message import Mail, Outcome
from obligations.errors import NotFound, Refused
from obligations.services.accounts.access import Actor
from obligations.services.agencies.dispute_assignment import dispute_assignment
from obligations.services.asks.dispute import dispute_of, withdraw_dispute
from obligations.services.audit import verify
from obligations.services.care.outside import check_channels
from obligations.services.context import App, Context
from obligations.services.ledgers.ledger import assignment_ledger
from obligations.services.lookup import agency_by_code
from obligations.services.planning.open_periods import open_due_periods
from obligations.services.sending.deliver import deliver_due
from obligations.settings import Settings
from tests.obligations.small_world import owed, settle, small_plan
from tests.plan197 import hanoi

OPENED, NOW = hanoi(2026, 10, 1, 9), hanoi(2026, 10, 12, 9)


def clerk(ctx: Context, code: str) -> Actor:
    return Actor(f"agency:{code}", code, csrf="", agency_id=agency_by_code(ctx, code).id)


NO_TEMPLATE = Outcome("permanent", "no_template", "no approved template is named for this message", phase="build")


class Zalo:
    """ZNS of an installation that registered some templates."""

    name, width = "zns", 1

    def __init__(self) -> None:
        self.sent: list[Mail] = []

    def send(self, mail: Mail) -> Outcome:
        self.sent.append(mail)
        return Outcome("accepted", "0", provider_id="x", phase="accepted") if mail.template else NO_TEMPLATE

    def close(self) -> None:
        """There is nothing to close."""


@pytest.mark.parametrize("registered", [True, False])
def test_a_contact_on_zalo_alone_is_confirmed_or_named(app: App, tmp_path: Path, *, registered: bool) -> None:
    """With the template the moment goes; without it the ledger says why nobody was told, and a person finds it."""
    ids = "dispute_received=11 recalled=12" if registered else "open=10"
    own = Settings(
        home=app.settings.home,
        database_url=app.settings.database_url,
        secret_key="k",
        channels="zns=zns://oa1/",
        zns_templates=ids,
    )
    ready, zalo = App(own, app.database, app.source), Zalo()
    settle(ready, tmp_path, small_plan())
    with ready.write(OPENED, "test") as ctx:
        open_due_periods(ctx)
        mine = agency_by_code(ctx, "so-b").id
        for contact in ctx.session.exec(select(Contact).where(Contact.agency_id == mine)).all():
            contact.channel, contact.address = "zns", "84912345678"
    with ready.write(NOW, "agency:so-b") as ctx:
        dispute_assignment(ctx, owed(ctx, "so-b").public_id, "Thuộc Sở C.", "12/SA-VP", None)
    deliver_due(ready, lambda: NOW, channel_for=lambda _: zalo)
    with ready.read(NOW) as ctx:
        told = ctx.session.exec(select(Message).where(Message.kind == "dispute_received")).one()
        (sheet,) = assignment_ledger(ctx, owed(ctx, "so-b").public_id).agencies
        said = [event.detail for event in sheet.events if event.message == told.public_id]
    if registered:
        assert told.state == MessageState.sent
        assert next(m for m in zalo.sent if m.template == "11").params["due"] == "09 giờ 00 phút, thứ Hai, 12/10/2026"
    else:
        assert told.state == MessageState.failed
        assert told.reason == "Không có mẫu Zalo đã duyệt cho loại thông báo này"
        assert said.count("Không có mẫu Zalo đã duyệt cho loại thông báo này") == 2, "the attempt, and that it failed"
        assert "no_template" not in "".join(said)
        assert any(
            f.what == "zns templates" and "xem lại phân công" in f.detail for f in check_channels(ready.settings)
        )


def test_it_is_read_back_and_withdrawn_with_what_was_paused(app: App, tmp_path: Path) -> None:
    settle(app, tmp_path, small_plan())
    with app.write(OPENED, "test") as ctx:
        open_due_periods(ctx)
    with app.write(NOW, "agency:so-a") as ctx:
        dispute_assignment(ctx, owed(ctx, "so-a").public_id, "Thuộc Sở B.", "12/SA-VP", "so-b")
        seen = dispute_of(ctx, owed(ctx, "so-a"))
        assert seen is not None
        assert (seen.reason, seen.evidence) == ("Thuộc Sở B.", "12/SA-VP")
        assert dispute_of(ctx, owed(ctx, "so-b")) is None, "paused by another's dispute"
    with app.write(NOW, "agency:so-b") as ctx:
        with pytest.raises(NotFound):
            withdraw_dispute(ctx, clerk(ctx, "so-b"), owed(ctx, "so-a").public_id)
        with pytest.raises(Refused):
            withdraw_dispute(ctx, clerk(ctx, "so-b"), owed(ctx, "so-b").public_id)
    with app.write(NOW, "agency:so-a") as ctx:
        withdraw_dispute(ctx, clerk(ctx, "so-a"), owed(ctx, "so-a").public_id)
        assert {owed(ctx, code).state for code in ("so-a", "so-b")} == {AssignmentState.open}
        with pytest.raises(Refused):
            withdraw_dispute(ctx, clerk(ctx, "so-a"), owed(ctx, "so-a").public_id)
        assert verify(ctx.session) == []
