"""Calendar feeds: what each shows, when an entry changes, and that equal versions are equal bytes."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from icalendar import Calendar
from sqlmodel import Session, col, select

from calendars.lint import lint_feed
from models.enums import AssignmentState, Basis, Duty, PeriodState
from models.tables import Agency, Assignment, Feed, FeedEntry, FeedToken, Obligation, Period, Plan
from obligations.errors import NotFound
from obligations.services.context import App, Context
from obligations.services.feeds import heads as feed_heads
from obligations.services.feeds.access import (
    FeedGone,
    FeedUse,
    agency_feed,
    issue_token,
    list_tokens,
    note_uses,
    plan_feed,
    revoke_token,
)
from obligations.services.feeds.body import FeedBody
from obligations.services.feeds.publish_feed import refresh_feeds
from obligations.services.reviewing.review import exempt, extend
from tests import builders as build
from tests.builders import DUE, HANOI, OPENED
from tests.plan197 import hanoi
from tests.statements import statements

SOON = hanoi(2026, 10, 5, 9)
LATE = hanoi(2026, 11, 2, 9)


@dataclass
class World:
    """One plan, one period, some agencies, and a token for the first."""

    app: App
    codes: list[str]
    token: str
    period_id: int
    held: dict[str, FeedBody] = field(default_factory=dict)

    def refresh(self, as_of: datetime) -> int:
        with self.app.write(as_of, "tick") as ctx:
            return refresh_feeds(ctx)

    def public(self) -> FeedBody:
        return self._read("mau", plan_feed)

    def private(self, token: str | None = None) -> FeedBody:
        return self._read(token or self.token, agency_feed)

    def _read(self, key: str, read: Callable[[Context, str, FeedBody | None], FeedBody]) -> FeedBody:
        """Read whole; what was held before, brought up to date, is the same."""
        with self.app.read(SOON) as ctx:
            whole = checked(read(ctx, key, None))
            if key in self.held:
                assert read(ctx, key, self.held[key]) == whole
        self.held[key] = whole
        return whole

    def entry(self) -> Any:
        (found,) = events(self.private())
        return found

    @contextmanager
    def change(self, as_of: datetime) -> Iterator[tuple[Session, Assignment, Period]]:
        """The first agency's assignment and its period, to be changed."""
        with self.app.write(as_of, "test") as ctx:
            query = select(Assignment).where(Assignment.period_id == self.period_id).order_by(col(Assignment.id))
            assignment = ctx.session.exec(query).first()
            assert assignment is not None
            yield ctx.session, assignment, ctx.session.get_one(Period, self.period_id)


def checked(feed: FeedBody) -> FeedBody:
    assert lint_feed(feed.body) == []
    return feed


def events(feed: FeedBody) -> list[Any]:
    calendar = Calendar.from_ical(feed.body)
    return list(calendar.walk("VEVENT"))


def word(entry: Any) -> str:
    found = re.match(r"\[([^\]]+)\]", str(entry["SUMMARY"]))
    assert found
    return found[1]


def make_world(app: App, agencies: int = 2, slug: str = "mau", **period_values: Any) -> World:
    with app.write(OPENED, "test") as ctx:
        plan = build.add_plan(ctx.session, slug)
        period = build.add_period(ctx.session, build.add_obligation(ctx.session, plan), **period_values)
        rows = [build.add_agency(ctx.session) for _ in range(agencies)]
        for agency in rows:
            build.add_assignment(ctx.session, period, agency)
        token = issue_token(ctx, rows[0].code, "đầu mối")
        return World(app, [a.code for a in rows], token, period.id or 0)


@pytest.fixture
def world(app: App) -> World:
    made = make_world(app)
    made.refresh(SOON)
    return made


def test_a_public_entry_names_no_agency_and_keeps_the_day(world: World) -> None:
    (entry,) = events(world.public())
    with world.change(SOON) as (_, _, period):
        assert entry["UID"] == f"dl-{period.public_id}@{world.app.settings.mail_domain}"
    assert entry["DTSTART"].dt == DUE
    assert entry["DTEND"].dt == DUE + timedelta(days=1)
    assert word(entry) == "Đang mở"
    assert b"S\xe1\xbb\x9f s\xe1\xbb\x91" not in (world.public().body or b"")


def test_an_agency_sees_only_its_own_duty_under_its_own_uid(world: World) -> None:
    entry = world.entry()
    with world.change(SOON) as (_, _, period):
        assert entry["UID"] == f"dl-{period.public_id}-{world.codes[0]}@{world.app.settings.mail_domain}"
    assert world.token not in (world.private().body or b"").decode()


def test_the_public_feed_never_shows_what_agencies_do(world: World) -> None:
    before = world.public()
    with world.change(SOON) as (session, assignment, _):
        build.add_submission(session, assignment, SOON)
    assert world.refresh(SOON + timedelta(minutes=1)) == 1
    assert world.public() == before


def test_internal_dates_stay_out_of_the_public_feed_and_are_marked_in_private_ones(app: App) -> None:
    world = make_world(app, basis=Basis.internal)
    world.refresh(SOON)
    assert events(world.public()) == []
    assert "ấn định nội bộ" in world.entry()["DESCRIPTION"]


def test_a_date_that_turns_out_internal_leaves_the_public_feed(world: World) -> None:
    with world.change(SOON) as (_, _, period):
        period.basis = Basis.internal
    world.refresh(SOON)
    assert events(world.public()) == []


def test_the_states_one_after_another(world: World) -> None:
    assert word(world.entry()) == "Đang mở"
    with world.change(SOON) as (session, assignment, _):
        assignment.state, assignment.state_changed_at = AssignmentState.soft_received, SOON + timedelta(hours=1)
        session.add(assignment)
    world.refresh(SOON + timedelta(hours=1))
    assert word(world.entry()) == "Đã gửi"
    assert "văn bản chính thức" in world.entry()["DESCRIPTION"]
    with world.change(SOON) as (session, assignment, _):
        build.add_submission(session, assignment, SOON + timedelta(hours=2))
    world.refresh(SOON + timedelta(hours=2))
    assert word(world.entry()) == "Đã gửi"
    assert world.entry()["SEQUENCE"] == 2
    with world.change(SOON) as (_, assignment, _):
        assignment.state, assignment.state_changed_at = AssignmentState.returned, SOON + timedelta(hours=3)
    world.refresh(SOON + timedelta(hours=3))
    assert "bổ sung, hoàn thiện" in world.entry()["DESCRIPTION"]
    with world.change(SOON) as (_, _, period):
        period.state = PeriodState.ended
    world.refresh(SOON + timedelta(hours=4))
    assert (word(world.entry()), world.entry()["STATUS"]) == ("Không còn thực hiện", "CANCELLED")
    assert word(events(world.public())[0]) == "Không còn thực hiện"


def test_it_is_late_from_the_very_moment_and_says_so(world: World) -> None:
    overdue_at = datetime.combine(DUE + timedelta(days=1), time(), HANOI)
    assert world.refresh(overdue_at - timedelta(seconds=1)) == 0
    assert world.refresh(overdue_at) == 2
    entry = world.entry()
    assert word(entry) == "Quá hạn"
    assert (entry["SEQUENCE"], entry["LAST-MODIFIED"].dt) == (1, overdue_at)
    assert world.refresh(LATE) == 0


def test_a_transition_found_late_still_bears_its_true_moment(world: World) -> None:
    world.refresh(LATE)
    assert world.entry()["LAST-MODIFIED"].dt == datetime.combine(DUE + timedelta(days=1), time(), HANOI)


@pytest.mark.parametrize("duty", [Duty.requested, Duty.for_information])
def test_who_was_only_asked_is_never_overdue(world: World, duty: Duty) -> None:
    with world.change(SOON) as (_, assignment, _):
        assignment.duty = duty
    world.refresh(LATE + timedelta(days=30))
    assert word(world.entry()) == "Đang mở"


def test_with_grace_nobody_is_overdue_before_it_ends(app: App) -> None:
    saturday, monday = date(2026, 10, 31), date(2026, 11, 2)
    grace_ends = datetime.combine(monday + timedelta(days=1), time(), HANOI)
    world = make_world(
        app, due_on=saturday, practical_due_on=DUE, grace_until=monday, grace_applies=True, overdue_at=grace_ends
    )
    world.refresh(grace_ends - timedelta(seconds=1))
    assert word(world.entry()) == "Đang mở"
    world.refresh(grace_ends)
    assert word(world.entry()) == "Quá hạn"


def test_an_extension_moves_one_agency_under_the_same_uid(world: World) -> None:
    before = world.entry()
    with world.app.write(SOON, "test") as ctx:
        assignment = ctx.session.exec(select(Assignment).order_by(col(Assignment.id))).first()
        assert assignment is not None
        extend(ctx, assignment.public_id, date(2026, 11, 15), "12/UBND", SOON.date())
    assert world.refresh(SOON) == 1
    after = world.entry()
    assert after["UID"] == before["UID"]
    assert word(after) == "Gia hạn tới 15/11"
    assert after["DTSTART"].dt == date(2026, 11, 13), "the last working day on or before"
    assert "30/10/2026" in after["DESCRIPTION"]
    assert events(world.public())[0]["DTSTART"].dt == DUE
    world.refresh(hanoi(2026, 11, 16, 0))
    assert word(world.entry()) == "Quá hạn"


def test_a_time_of_day_makes_a_block_that_ends_at_it(app: App) -> None:
    at_five = datetime.combine(DUE, time(17), HANOI)
    world = make_world(app, due_at=at_five, overdue_at=at_five)
    world.refresh(SOON)
    entry = world.entry()
    assert (entry["DTSTART"].dt, entry["DTEND"].dt) == (at_five - timedelta(minutes=30), at_five)
    assert "17:00 ngày thứ Sáu, 30/10/2026" in entry["DESCRIPTION"]
    assert world.refresh(SOON + timedelta(hours=1)) == 0


def test_what_was_cancelled_stays_thirty_days_and_then_goes(world: World) -> None:
    with world.app.write(SOON, "test") as ctx:
        assignment = ctx.session.exec(select(Assignment).order_by(col(Assignment.id))).first()
        assert assignment is not None
        exempt(ctx, assignment.public_id, "mới thành lập")
    world.refresh(SOON)
    assert (word(world.entry()), world.entry()["STATUS"]) == ("Không còn thực hiện", "CANCELLED")
    assert world.refresh(SOON + timedelta(days=24)) == 0
    world.refresh(SOON + timedelta(days=30))
    assert events(world.private()) == []
    with world.change(SOON) as (session, _, period):
        session.get_one(Obligation, period.obligation_id).title = "Tên khác"
    world.refresh(SOON + timedelta(days=31))
    assert events(world.private()) == [], "a new title brings nothing cancelled back"
    with world.change(SOON) as (_, assignment, _):
        assignment.state, assignment.state_changed_at = AssignmentState.open, SOON + timedelta(days=32)
    world.refresh(SOON + timedelta(days=32))
    assert world.entry()["SEQUENCE"] == 2, "taken back, it goes on under its UID"


def test_the_window_is_ninety_days_back_and_four_hundred_ahead(world: World) -> None:
    last = datetime.combine(DUE + timedelta(days=90), time(12), HANOI)
    world.refresh(last)
    assert len(events(world.public())) == len(events(world.private())) == 1
    world.refresh(last + timedelta(days=1))
    assert events(world.public()) == events(world.private()) == []
    with world.change(SOON) as (session, _, period):
        obligation = session.get_one(Obligation, period.obligation_id)
        build.add_period(session, obligation, "gần", last.date() + timedelta(days=401))
        build.add_period(session, obligation, "xa", last.date() + timedelta(days=402))
    world.refresh(last + timedelta(days=1))
    assert [str(e["SUMMARY"])[-3:] for e in events(world.public())] == ["gần"]


def test_an_entry_that_comes_back_into_the_window_goes_on_counting(world: World) -> None:
    after = datetime.combine(DUE + timedelta(days=91), time(12), HANOI)
    world.refresh(after)
    assert events(world.private()) == []
    with world.app.write(after, "test") as ctx:
        assignment = ctx.session.exec(select(Assignment).order_by(col(Assignment.id))).first()
        assert assignment is not None
        extend(ctx, assignment.public_id, after.date() + timedelta(days=10), "12/UBND", after.date())
    world.refresh(after)
    assert word(world.entry()).startswith("Gia hạn")
    assert world.entry()["SEQUENCE"] >= 1


def test_a_feed_that_is_cut_says_so_and_keeps_the_earliest(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from obligations.services.feeds import body as feed_body

    monkeypatch.setattr(feed_heads, "MOST_EVENTS", 3)
    monkeypatch.setattr(feed_body, "MOST_EVENTS", 3)
    with world.change(SOON) as (session, _, period):
        obligation = session.get_one(Obligation, period.obligation_id)
        for number in range(3):
            build.add_period(session, obligation, f"k{number}", DUE + timedelta(days=10 + number))
    world.refresh(SOON)
    assert [str(e["SUMMARY"])[-2:] for e in events(world.public())] == ["26", "k0", "k1"]
    description = str(Calendar.from_ical(world.public().body or b"")["DESCRIPTION"])
    assert "Chỉ gồm 3 thời hạn sớm nhất" in description
    assert "Chỉ gồm" not in str(Calendar.from_ical(world.private().body or b"")["DESCRIPTION"])


def test_every_plan_and_agency_has_a_feed_even_if_empty(app: App) -> None:
    with app.write(SOON, "test") as ctx:
        build.add_plan(ctx.session)
        build.add_agency(ctx.session, "so-moi")
        unpublished = checked(plan_feed(ctx, "mau"))
        assert events(unpublished) == []
        assert refresh_feeds(ctx) == 0
        token = issue_token(ctx, "so-moi")
    with app.read(SOON) as ctx:
        assert len(ctx.session.exec(select(Feed)).all()) == 2
        for feed in (plan_feed(ctx, "mau"), agency_feed(ctx, token)):
            assert events(checked(feed)) == []
        with pytest.raises(NotFound):
            plan_feed(ctx, "khong-co")


def test_the_same_version_is_the_same_bytes(world: World) -> None:
    first = world.private()
    assert world.refresh(SOON + timedelta(days=1)) == 0
    assert world.private() == first
    with world.app.read(SOON) as ctx:
        assert agency_feed(ctx, world.token, first) is first, "nothing is read again"
    with world.change(SOON) as (session, assignment, _):
        build.add_submission(session, assignment, SOON)
    world.refresh(SOON)
    changed = world.private()
    assert changed.etag != first.etag
    assert changed.changed_at > first.changed_at, "even within one second"
    assert re.fullmatch(r'"f\d+-v\d+-r1"', changed.etag)


def test_a_new_name_of_an_agency_is_a_new_version(world: World) -> None:
    before = world.private()
    with world.change(SOON) as (session, assignment, _):
        session.get_one(Agency, assignment.agency_id).name = "Sở Tài chính"
    world.refresh(SOON + timedelta(hours=1))
    after = world.private()
    assert (after.etag != before.etag, after.changed_at > before.changed_at) == (True, True)
    assert str(Calendar.from_ical(after.body or b"")["NAME"]) == "Thời hạn – Sở Tài chính"
    assert [e.to_ical() for e in events(after)] == [e.to_ical() for e in events(before)]


def test_every_visible_change_counts_and_rises(world: World) -> None:
    seen = [world.entry()]
    for number in range(4):  # four changes within one second
        with world.change(SOON) as (session, _, period):
            session.get_one(Obligation, period.obligation_id).title = f"Tên thứ {number}"
        world.refresh(SOON)
        seen.append(world.entry())
    assert [e["SEQUENCE"] for e in seen] == [0, 1, 2, 3, 4]
    moments = [e["LAST-MODIFIED"].dt for e in seen]
    assert moments == sorted(set(moments))
    assert [e["DTSTAMP"].dt for e in seen] == moments
    assert len({e["CREATED"].dt for e in seen}) == 1


def test_hostile_text_makes_no_hostile_feed(world: World) -> None:
    with world.change(SOON) as (session, assignment, period):
        session.get_one(Obligation, period.obligation_id).title = "A\r\nATTENDEE:x;y,z\x0b\x1f " + "dài " * 80
        session.get_one(Agency, assignment.agency_id).name = "Sở\r\nMETHOD:REQUEST; ,"
    world.refresh(SOON)
    assert "ATTENDEE" not in world.entry()
    assert "METHOD" not in Calendar.from_ical(world.private().body or b"")


def test_one_plan_or_one_agency_can_be_refreshed_alone(world: World) -> None:
    with world.change(SOON) as (session, assignment, _):
        other = build.add_plan(session, "khac")
        build.add_assignment(
            session,
            build.add_period(session, build.add_obligation(session, other)),
            session.get_one(Agency, assignment.agency_id),
        )
        plan_id, agency_id = session.exec(select(Plan.id).where(Plan.slug == "mau")).one(), assignment.agency_id
    with world.app.write(LATE, "test") as ctx:
        assert refresh_feeds(ctx, plan_id) == 2, "two agencies are late; nothing of the other plan is touched"
        assert refresh_feeds(ctx, agency_id=agency_id) == 1
        assert refresh_feeds(ctx) == 1, "the other plan's public entry"
    assert len(events(world.private())) == 2


def _statements_of(app: App, slug: str, agencies: int) -> list[int]:
    """How many the first publication, an idle pass, the late transition of all and a removal of all take."""
    make_world(app, agencies, slug)
    with app.read(SOON) as ctx:
        plan_id = ctx.session.exec(select(Plan.id).where(Plan.slug == slug)).one()
    found = []
    for as_of in (SOON, SOON, LATE, LATE + timedelta(days=90)):
        with statements(app.database) as asked, app.write(as_of, "tick") as ctx:
            refresh_feeds(ctx, plan_id)
        found.append(len(asked))
    return found


def test_the_number_of_statements_does_not_grow_with_agencies(app: App) -> None:
    few = _statements_of(app, "it", 1)
    assert _statements_of(app, "nhieu", 30) == few
    assert few[1] <= 8, "an idle pass only reads"


def test_two_publishers_at_once_write_each_entry_once(app: App) -> None:
    import threading

    world = make_world(app, 20)
    errors: list[BaseException] = []

    def run() -> None:
        try:
            world.refresh(SOON)
        except BaseException as error:  # noqa: BLE001 - the test reports whatever went wrong
            errors.append(error)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with app.read(SOON) as ctx:
        rows = ctx.session.exec(select(FeedEntry)).all()
    assert (len(rows), {r.sequence for r in rows}) == (21, {0})


def test_a_token_is_kept_by_hash_only_and_is_long(world: World) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", world.token)
    with world.app.read(SOON) as ctx:
        row = ctx.session.exec(select(FeedToken)).one()
        assert world.token not in str(row.model_dump())
        (listed,) = list_tokens(ctx)
        assert (listed.agency, listed.label, listed.last_used_at) == (world.codes[0], "đầu mối", None)
        assert world.token not in str(listed)


def test_what_changed_is_read_alone(app: App) -> None:
    world = make_world(app)
    with world.change(SOON) as (session, _, period):
        obligation = session.get_one(Obligation, period.obligation_id)
        agency = session.exec(select(Agency).where(Agency.code == world.codes[0])).one()
        for month in range(1, 8):
            other = build.add_period(session, obligation, label=f"T{month}")
            build.add_assignment(session, other, agency)
    world.refresh(SOON)
    before = world.private()
    with world.change(SOON + timedelta(minutes=1)) as (session, assignment, _):
        build.add_submission(session, assignment, SOON)
        number, agency_id = assignment.id, assignment.agency_id
    with app.write(SOON + timedelta(minutes=1), "test") as ctx:
        assert refresh_feeds(ctx, agency_id=agency_id, assignment_id=number) == 1
    with app.read(SOON) as ctx, statements(app.database, begins="SELECT") as asked:
        after = agency_feed(ctx, world.token, before)
    assert sum(after.parts[n] is not before.parts[n] for n in after.parts) == 1, "the others were not read"
    assert len([s for s, _ in asked if "rendered" in s]) == 1
    assert world.refresh(SOON + timedelta(minutes=1)) == 0, "nothing was left for the sweep"
    assert after == world.private()


def test_unknown_is_not_found_and_revoked_is_gone(world: World) -> None:
    with world.app.write(SOON, "test") as ctx:
        other = issue_token(ctx, world.codes[0], "người khác")
        revoke_token(ctx, list_tokens(ctx)[0].public_id)
        with pytest.raises(NotFound):
            revoke_token(ctx, "khong-co")
    with pytest.raises(FeedGone):
        world.private(other)
    assert len(events(world.private())) == 1, "each person has an own token"
    with pytest.raises(NotFound) as unknown, world.app.read(SOON) as ctx:
        agency_feed(ctx, "x" * 43)
    assert not isinstance(unknown.value, FeedGone)
    with world.app.read(SOON) as ctx:
        revoked = [t for t in list_tokens(ctx) if t.revoked_at]
    assert [t.label for t in revoked] == ["người khác"]


def test_use_is_noted_at_most_once_an_hour(world: World) -> None:
    for minutes, wanted in ((0, 0), (59, 0), (61, 61)):
        with world.app.write(SOON + timedelta(minutes=minutes), "feed") as ctx:
            note_uses(ctx, {world.token: FeedUse(ctx.as_of, "Thunderbird" * 100), "x" * 43: FeedUse(ctx.as_of, "x")})
            (listed,) = list_tokens(ctx)
        assert listed.last_used_at == SOON + timedelta(minutes=wanted)


def test_a_token_is_refused_for_an_agency_that_is_not(world: World) -> None:
    with pytest.raises(NotFound, match="khong-co"), world.app.write(SOON, "test") as ctx:
        issue_token(ctx, "khong-co")
