"""Everything an agency owes: what is open, what comes, what always holds; and its calendars. On both databases."""

from datetime import date

import pytest
from sqlmodel import select

from models.tables import Agency, FeedToken
from obligations.errors import NotFound, Refused
from obligations.services.accounts.access import Actor
from obligations.services.chasing.acknowledge import acknowledge, heard_since
from obligations.services.context import App, Context, open_app
from obligations.services.desk.call_list import whom_to_call
from obligations.services.feeds.access import FeedGone, agency_feed, issue_token
from obligations.services.lookup import find_period
from obligations.services.member.ahead import ahead
from obligations.services.member.calendar import end_address, make_address, own_calendars
from obligations.services.member.everything import everything
from obligations.services.overview.today import today
from obligations.services.planning.confirm_period import confirm_period
from obligations.services.simulating.events import find_assignment
from obligations.settings import Settings
from tests.plan197 import PLAN, REPORT, Adopt, hanoi

NOW = hanoi(2026, 11, 19, 9)
CODE = "so-tu-phap"


def member(ctx: Context, code: str = CODE) -> Actor:
    agency = ctx.session.exec(select(Agency).where(Agency.code == code)).one()
    return Actor(f"agency:{code}", agency.name, "csrf", agency_id=agency.id)


def test_the_year_ahead_holds_the_next_report_once_and_every_standing_task(app: App, adopt: Adopt) -> None:
    adopt(NOW)
    with app.read(NOW) as ctx:
        shown = everything(ctx, member(ctx))
        coming = [row for month in shown.months for row in month.coming]
        assert [(c.title, c.period_text, c.due_on, c.receiver) for c in coming if "hằng năm" in c.title] == [
            ("Báo cáo hằng năm tình hình thực hiện Kế hoạch", "năm 2027", date(2027, 10, 31), "Sở Tài chính")
        ]
        opened = {d.period_text for month in shown.months for d in month.open}
        assert "năm 2026" in opened
        assert [month.first for month in shown.months] == sorted(month.first for month in shown.months)
        assert len(shown.standing) == 27
        assert all(row.clause_text for row in shown.standing)


def test_a_period_that_opens_moves_from_what_comes_to_what_is_owed(app: App, adopt: Adopt) -> None:
    adopt(hanoi(2026, 8, 3, 9))
    with app.read(hanoi(2026, 8, 3, 9)) as ctx:
        assert [c.period_text for c in ahead(ctx, member(ctx)).coming if "hằng năm" in c.title] == ["năm 2026"]


def test_who_is_not_named_is_shown_nothing(app: App, adopt: Adopt) -> None:
    adopt(NOW)
    with app.write(NOW, "test") as ctx:
        ctx.session.add(
            Agency(code="moi", name="Mới", short_name="Mới", kind="sở", level="tỉnh", valid_from=date(2026, 1, 1))
        )
        ctx.session.flush()
        assert everything(ctx, member(ctx, "moi")).is_empty


def test_own_addresses_are_made_read_and_ended_by_the_agency_alone(app: App, adopt: Adopt) -> None:
    adopt(NOW)
    with app.write(NOW, f"agency:{CODE}") as ctx:
        path = make_address(ctx, member(ctx), "Máy văn thư")
    token = path.split("/")[3]
    assert path == f"/f/a/{token}/{CODE}.ics"
    with app.read(NOW) as ctx:
        (use,) = own_calendars(ctx, member(ctx)).uses
        assert (use.label, use.use) == ("Máy văn thư", "unused")
        assert own_calendars(ctx, member(ctx, "so-y-te")).uses == []
        assert agency_feed(ctx, token).body
        assert [p.path for p in own_calendars(ctx, member(ctx)).public] == ["/f/p/197-kh-ubnd/lich-thoi-han.ics"]
    with app.write(NOW, "agency:so-y-te") as ctx, pytest.raises(NotFound):
        end_address(ctx, member(ctx, "so-y-te"), use.public_id)
    with app.write(NOW, f"agency:{CODE}") as ctx:
        end_address(ctx, member(ctx), use.public_id)
        assert own_calendars(ctx, member(ctx)).uses == []
    with app.read(NOW) as ctx, pytest.raises(FeedGone):
        agency_feed(ctx, token)


def test_twenty_living_addresses_are_enough(app: App, adopt: Adopt) -> None:
    adopt(NOW)
    with app.write(NOW, f"agency:{CODE}") as ctx:
        for _ in range(20):
            make_address(ctx, member(ctx), "")
        with pytest.raises(Refused, match="20 địa chỉ"):
            make_address(ctx, member(ctx), "")


def test_switched_off_means_that_nobody_makes_one(app: App, settings: Settings, adopt: Adopt) -> None:
    adopt(NOW)
    off = open_app(settings.model_copy(update={"private_feeds": "off"}))
    try:
        with off.write(NOW, "test") as ctx:
            for make in (lambda: make_address(ctx, member(ctx), ""), lambda: issue_token(ctx, CODE)):
                with pytest.raises(Refused, match="chưa được mở"):
                    make()
            assert ctx.session.exec(select(FeedToken)).all() == []
    finally:
        off.close()


def test_who_pressed_the_button_is_not_telephoned_for_three_working_days(app: App, adopt: Adopt) -> None:
    adopt(NOW)
    with app.write(NOW, "test") as ctx:
        confirm_period(ctx, find_period(ctx, PLAN, REPORT, "2026").id or 0, ())
        before = {row.code for row in whom_to_call(ctx, find_period(ctx, PLAN, REPORT, "2026"))}
        (count,) = [task.count for task in today(ctx).calls if task.name.startswith("Báo cáo hằng năm")]
        assert CODE in before
    with app.write(NOW, f"agency:{CODE}") as ctx:
        owed = find_assignment(ctx, PLAN, REPORT, "2026", CODE)
        first = acknowledge(ctx, member(ctx), owed.public_id)
        assert first == NOW
    with app.write(hanoi(2026, 11, 20, 9), f"agency:{CODE}") as ctx:
        period, owed = find_period(ctx, PLAN, REPORT, "2026"), find_assignment(ctx, PLAN, REPORT, "2026", CODE)
        assert acknowledge(ctx, member(ctx), owed.public_id) == NOW
        assert {row.code for row in whom_to_call(ctx, period)} == before - {CODE}
        assert [t.count for t in today(ctx).calls if t.name.startswith("Báo cáo hằng năm")] == [count - 1]
        assert heard_since(ctx) == hanoi(2026, 11, 17, 0)
    late = hanoi(2026, 11, 25, 9)  # 20, 23 and 24 November are worked
    with app.write(late, f"agency:{CODE}") as ctx:
        period, owed = find_period(ctx, PLAN, REPORT, "2026"), find_assignment(ctx, PLAN, REPORT, "2026", CODE)
        assert CODE in {row.code for row in whom_to_call(ctx, period)}
        assert acknowledge(ctx, member(ctx), owed.public_id) == late
