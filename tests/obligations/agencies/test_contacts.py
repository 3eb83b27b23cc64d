"""Addresses are added, replaced and removed without losing a notice, and stay where they belong."""

import json
import logging
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from models.enums import AddressState, Audience, MessageState
from models.tables import AccessLink, Agency, AuditEntry, Contact, Message
from obligations.errors import NotFound, Refused, WrongValue
from obligations.rules.contact_rows import COLUMNS
from obligations.services import audit
from obligations.services.agencies.contact_health import contact_health, keep_watch, out_of_reach
from obligations.services.agencies.contacts import (
    NewContact,
    add_contact,
    list_contacts,
    remove_contact,
    replace_contact,
    revive_contact,
)
from obligations.services.agencies.contacts_import import import_contacts, read_contacts
from obligations.services.agencies.contacts_template import write_template
from obligations.services.context import App
from obligations.services.feeds.publish_feed import refresh_feeds
from obligations.services.ledgers.document import render_ledger
from obligations.services.ledgers.ledger import period_ledger
from obligations.services.lookup import find_period
from tests.obligations.notice_world import OPENED, Days
from tests.obligations.small_world import APPLIED, DUTY, PLAN, settle, small_plan
from tests.plan197 import hanoi

HEAD = ",".join(COLUMNS) + "\n"
NOON = OPENED - timedelta(hours=20)


@pytest.fixture
def small(app: App, tmp_path: Path) -> App:
    """Three departments with sample mailboxes, before their period opens."""
    settle(app, tmp_path, small_plan())
    return app


def rows(*lines: str) -> bytes:
    return (HEAD + "\n".join(lines)).encode()


def contact_of(app: App, code: str, address: str | None = None) -> Contact:
    with app.read(NOON) as ctx:
        found = ctx.session.exec(select(Contact).join(Agency).where(Agency.code == code).order_by(Contact.id)).all()  # type: ignore[arg-type]
        return next(c for c in found if address in (None, c.address) and c.audience == Audience.clerk)


def test_all_rows_or_none_and_twice_changes_nothing(small: App) -> None:
    good = "so-a,clerk,email,VT@STC.vn,Văn thư,thông báo,danh bạ"
    with small.write(NOON, "test") as ctx, pytest.raises(Refused, match="line 3: no agency has the code 'so-aa'; did"):
        import_contacts(ctx, "x.csv", rows(good, "so-aa,clerk,email,a@b.vn,,x,y"))
    assert contact_of(small, "so-a").is_sample
    for expected in ((1, 0, 0, 1), (0, 0, 1, 0)):
        with small.write(NOON, "test") as ctx:
            dry = import_contacts(ctx, "x.csv", rows(good), dry_run=True)
            done = import_contacts(ctx, "x.csv", rows(good))
        assert dry == done
        assert (done.added, done.changed, done.unchanged, done.samples_removed) == expected
    with small.read(NOON) as ctx:
        living = [c.address for c in ctx.session.exec(select(Contact)).all() if c.removed_at is None]
    assert "VT@stc.vn" in living
    assert len(living) == 2 * 3, "the real one took the place of the sample, the leader's stays"


def test_rows_that_say_the_same_and_own_mailboxes_are_named(small: App) -> None:
    line = "so-a,clerk,email,{0},Văn thư,x,y"
    with small.read(NOON) as ctx:
        found = read_contacts(ctx, rows(line.format("a@gmail.com"), line.format("A@gmail.com"), line.format("")))
    assert [p.english() for p in found.problems] == ["line 3: says the same as line 2"]
    assert [p.code for p in found.warnings] == ["personal", "personal"]
    assert found.empty == 1


def test_an_agency_that_has_gone_names_its_heir(small: App) -> None:
    with small.write(NOON, "test") as ctx:
        gone = ctx.session.exec(select(Agency).where(Agency.code == "so-b")).one()
        gone.valid_to = NOON.date() - timedelta(days=1)
        found = read_contacts(ctx, rows("so-b,clerk,email,a@b.vn,,x,y"))
    assert [p.code for p in found.problems] == ["ended_agency"]


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_the_template_reads_back_as_nothing_to_do(small: App, form: str) -> None:
    with small.read(NOON) as ctx:
        found = read_contacts(ctx, write_template(ctx, form))
        with pytest.raises(Refused):
            write_template(ctx, "pdf")
    assert (found.problems, found.changes, found.empty) == ((), [], 3) or (not found.problems and found.empty == 3)


def test_what_waits_goes_to_the_new_address(app: App, tmp_path: Path) -> None:
    days = Days(app, tmp_path, small_plan())
    days.tick(OPENED - timedelta(hours=2))
    with days.app.write(OPENED, "test") as ctx:
        from obligations.services.planning.open_periods import open_due_periods

        open_due_periods(ctx)
    old = contact_of(days.app, "so-c")
    with days.app.write(OPENED, "test") as ctx:
        new = replace_contact(ctx, old.id or 0, "vanthu.moi@soc.vn", "đổi hộp thư")
    days.tick(OPENED)
    assert [m.target for m in days.provider.mails if "soc.vn" in m.target or "so-c@" in m.target] == [
        "vanthu.moi@soc.vn"
    ]
    with days.app.read(OPENED) as ctx:
        (message,) = ctx.session.exec(select(Message).where(Message.contact_id == new)).all()
        link = ctx.session.exec(select(AccessLink).where(AccessLink.message_id == message.id)).one()
        assert (link.contact_id, link.revoked_at) == (new, None), "its link is the new one's, and opens"
        assert not audit.verify(ctx.session)


def test_a_new_focal_point_is_told_at_once_with_a_link_that_works(app: App, tmp_path: Path) -> None:
    days = Days(app, tmp_path, small_plan())
    days.until(OPENED, hanoi(2026, 10, 29, 14))
    evening = hanoi(2026, 10, 29, 19)
    old = contact_of(days.app, "so-c")
    with days.app.write(evening, "test") as ctx:
        new = replace_contact(ctx, old.id or 0, "vt.moi@soc.vn", "thay người")
    before = len(days.provider.mails)
    days.tick(evening)
    (mail,) = days.provider.mails[before:]
    assert (mail.target, mail.subject.startswith("Thay đổi đầu mối")) == ("vt.moi@soc.vn", True)
    days.tick(evening)
    assert len(days.provider.mails) == before + 1
    with days.app.read(evening) as ctx:
        links = ctx.session.exec(select(AccessLink).join(Agency).where(Agency.code == "so-c")).all()
        assert {link.contact_id for link in links if link.revoked_at is None} == {new}
        assert len(links) > 1
    days.tick(hanoi(2026, 10, 30, 8))
    assert [m.target for m in days.provider.mails[before + 1 :] if "soc.vn" in m.target] == ["vt.moi@soc.vn"]


def test_what_waits_for_a_sample_goes_to_the_real_address(app: App, tmp_path: Path) -> None:
    days = Days(app, tmp_path, small_plan())
    with days.app.write(OPENED, "test") as ctx:
        from obligations.services.planning.open_periods import open_due_periods

        open_due_periods(ctx)
        import_contacts(ctx, "x.csv", rows("so-c,clerk,email,vanthu@soc.vn,,x,y"))
    days.tick(OPENED)
    assert "vanthu@soc.vn" in {m.target for m in days.provider.mails}
    assert not days.messages(state=MessageState.failed)
    assert not days.messages(kind="open", state=MessageState.cancelled)


def test_removed_before_it_goes_is_never_silently_lost(app: App, tmp_path: Path) -> None:
    days = Days(app, tmp_path, small_plan())
    with days.app.write(OPENED, "test") as ctx:
        from obligations.services.planning.open_periods import open_due_periods

        open_due_periods(ctx)
    lone = contact_of(days.app, "so-c")
    with days.app.write(OPENED, "test") as ctx:
        remove_contact(ctx, lone.id or 0, "chuyển công tác")
    days.tick(OPENED)
    with days.app.read(OPENED) as ctx:
        mine = ctx.session.exec(select(Message).where(Message.contact_id == lone.id)).all()
        assert [(m.state, m.reason) for m in mine] == [(MessageState.failed, "Địa chỉ không còn dùng")]
        assert out_of_reach(ctx) == ["Sở C"]
    assert "so-c@" not in "".join(m.target for m in days.provider.mails)


def test_one_address_at_a_time(small: App) -> None:
    new = NewContact(Audience.clerk, "email", " vt@sob.vn ", "Văn thư", "thông báo", "danh bạ")
    with small.write(NOON, "test") as ctx:
        number = add_contact(ctx, "so-b", new)
        with pytest.raises(Refused, match="đã có"):
            add_contact(ctx, "so-b", new)
        with pytest.raises(Refused, match="không phải địa chỉ"):
            add_contact(ctx, "so-b", NewContact(Audience.clerk, "email", "x", "", "a", "b"))
        with pytest.raises(WrongValue, match="Không có kênh “fax”"):
            add_contact(ctx, "so-b", NewContact(Audience.clerk, "fax", "x@y.vn", "", "a", "b"))
        with pytest.raises(Refused, match="mục đích"):
            add_contact(ctx, "so-b", NewContact(Audience.clerk, "email", "x@y.vn", "", "", "b"))
        with pytest.raises(Refused, match="đang được dùng"):
            revive_contact(ctx, number, "x")
        with pytest.raises(Refused, match="lý do"):
            remove_contact(ctx, number, "  ")
        with pytest.raises(NotFound):
            remove_contact(ctx, 999, "x")
    with small.write(NOON, "test") as ctx:
        ctx.session.get_one(Contact, number).state = AddressState.blocked
        revive_contact(ctx, number, "đã kiểm tra")
        remove_contact(ctx, number, "chuyển công tác")
        assert add_contact(ctx, "so-b", new) == number, "an address that comes back is the same row"
        acts = [e.action for e in ctx.session.exec(select(AuditEntry)).all() if e.action.startswith("contact.")]
    assert acts == ["contact.added", "contact.revived", "contact.removed", "contact.added"]


def test_a_role_mailbox_is_used_before_a_persons_own(small: App) -> None:
    from obligations.services.sending.outbox import primary_contacts

    with small.write(NOON, "test") as ctx:
        content = rows("so-a,clerk,email,lan@gmail.com,,x,y", "so-a,clerk,email,vanthu@soa.vn,,x,y")
        import_contacts(ctx, "x.csv", content)
        owner = ctx.session.exec(select(Agency.id).where(Agency.code == "so-a")).one()
        assert primary_contacts(ctx, [owner or 0], Audience.clerk)[owner or 0].address == "vanthu@soa.vn"


def test_lists_mask_and_showing_is_audited(small: App) -> None:
    with small.write(NOON, "test") as ctx:
        masked = list_contacts(ctx, "so-a")
        assert all("…" in row.address for row in masked)
        assert not ctx.session.exec(select(AuditEntry).where(AuditEntry.action == "contacts.shown")).all()
        assert all("…" not in row.address for row in list_contacts(ctx, "so-a", whole=True))
        assert len(ctx.session.exec(select(AuditEntry).where(AuditEntry.action == "contacts.shown")).all()) == 1


def test_the_watch_sees_it_before_the_period_opens(small: App) -> None:
    before = OPENED - timedelta(days=10)
    with small.write(before, "test") as ctx:
        assert {(h.agency, h.missing, h.why[0][0]) for h in contact_health(ctx)} == {
            (code, False, "sample") for code in ("so-a", "so-b", "so-c")
        }
        assert contact_health(ctx, days=5) == [], "not yet"
        clerks = {c.agency_id: c for c in ctx.session.exec(select(Contact).where(Contact.audience == "clerk")).all()}
        first, second, third = (clerks[key] for key in sorted(clerks))
        first.removed_at = before
        second.state, second.state_reason = AddressState.blocked, "550 vanthu@so-b.vn không có"
        third.address, third.is_sample = "lan@gmail.com", False
        found = {h.agency: h for h in contact_health(ctx)}
        assert (found["so-a"].missing, found["so-a"].why) == (True, [("leader_only", "")])
        assert found["so-b"].missing
        assert found["so-b"].why == [("leader_only", ""), ("blocked", "550 v…@so-b.vn không có")]
        assert (found["so-c"].missing, found["so-c"].why) == (False, [("personal", "")])
        assert found["so-a"].opens_on == OPENED.date()
        keep_watch(ctx)
        keep_watch(ctx)
        assert out_of_reach(ctx) == ["Sở A", "Sở B"]
        first.removed_at = None
        assert out_of_reach(ctx) == ["Sở B"], "mended is gone at once, without the daily look"


CANARY = "chim.hoang.yen.0912345678@canary.example"


def test_an_address_stands_nowhere_but_where_it_belongs(
    app: App, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A year of one address: in the contact, the message and the mail itself; in no log, audit, feed or document."""
    caplog.set_level(logging.DEBUG)
    days = Days(app, tmp_path, small_plan())
    with days.app.write(APPLIED, "test") as ctx:
        import_contacts(ctx, "x.csv", rows(f"so-c,clerk,email,{CANARY},Văn thư,x,y"))
    days.until(OPENED, hanoi(2026, 11, 4, 14))
    assert any(m.target == CANARY for m in days.provider.mails)
    number = contact_of(days.app, "so-c", CANARY).id or 0
    with days.app.write(hanoi(2026, 11, 4, 15), "test") as ctx:
        refresh_feeds(ctx)
        remove_contact(ctx, number, "chuyển công tác")
        found = find_period(ctx, PLAN, DUTY, "2026")
        ledger = render_ledger(period_ledger(ctx, found), "xlsx", "Bộ phận")
        documents = render_ledger(period_ledger(ctx, found), "docx", "Bộ phận")
        said = [
            json.dumps(e.detail, ensure_ascii=False) + e.subject for e in ctx.session.exec(select(AuditEntry)).all()
        ]
        tables = {
            t.name: str(ctx.session.connection().execute(t.select()).all()) for t in Message.metadata.sorted_tables
        }
    assert CANARY not in "".join(said) + caplog.text
    assert {name for name, text in tables.items() if CANARY in text} == {"contact", "message"}
    for content in (ledger, documents):
        assert CANARY.encode() not in b"".join(_parts(content))


def _parts(package: bytes) -> list[bytes]:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(package)) as opened:
        return [opened.read(name) for name in opened.namelist()]
