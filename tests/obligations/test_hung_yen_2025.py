"""The changes of 2025 in Hưng Yên, as plan 197 went through them: period 2024 before, period 2025 after."""

from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from sqlmodel import col, select

from models.enums import SubmissionChannel, SubmissionForm, SuccessionKind
from models.tables import Agency, Assignment, Message, Period, Plan, Reassignment, Succession
from obligations.errors import Refused
from obligations.rules.successions import Step
from obligations.services import audit
from obligations.services.agencies.record_succession import Act, record_succession
from obligations.services.agencies.registry import add_sample_contacts, apply_registry
from obligations.services.agencies.settle_successions import settle_successions
from obligations.services.context import App, Context
from obligations.services.lineage import agency_card, all_forebears, forebears_of
from obligations.services.lookup import agency_by_code, find_obligation, find_period
from obligations.services.planning.apply_plan import apply_plan
from obligations.services.rates import compare_periods, period_rates
from obligations.services.reviewing.review import cite_plan
from obligations.services.roster import receiver_of, resolve, role_holder
from obligations.services.running.tick import run_tick
from obligations.services.spec import spec_of
from obligations.services.submitting.draft import SubmissionDraft
from obligations.services.submitting.submit import submit_report
from obligations.services.views.why_owed import why_owed
from plans.reading import read_plan, read_registry
from plans.registry import RegistryFile
from tests.plan197 import FILES, PLAN, REPORT, hanoi

REGISTRY = read_registry(FILES / "hung-yen.yaml")
PLAN_FILE = read_plan(FILES / "197-kh-ubnd.yaml")
DECISION = "18/QĐ-UBND, 27/02/2025"


def adopt(app: App, at: datetime, registry: RegistryFile = REGISTRY, since: date = date(2024, 1, 1)) -> None:
    with app.write(at, "test") as ctx:
        apply_registry(ctx, registry)
        add_sample_contacts(ctx)
        apply_plan(ctx, PLAN_FILE, since)
        cite_plan(ctx, find_obligation(ctx, PLAN, REPORT).id or 0)


def owers(ctx: Context, label: str) -> dict[str, Assignment]:
    query = (
        select(col(Agency.code), Assignment)
        .join(Assignment, col(Assignment.agency_id) == Agency.id)
        .where(Assignment.period_id == find_period(ctx, PLAN, REPORT, label).id)
    )
    return dict(ctx.session.execute(query).tuples().all())


def send(ctx: Context, code: str, label: str) -> None:
    assignment = owers(ctx, label)[code]
    draft = SubmissionDraft(
        agency_id=assignment.agency_id,
        assignment_ids=[assignment.id or 0],
        form=SubmissionForm.signed,
        channel=SubmissionChannel.document_system,
        content={"entries": [], "figures": []},
        idempotency_key=f"{code}:{label}",
    )
    submit_report(ctx, draft)


def levels(ctx: Context, label: str) -> Counter[str]:
    found = owers(ctx, label)
    rows = ctx.session.exec(select(Agency).where(col(Agency.code).in_(found))).all()
    return Counter(a.level for a in rows if a.kind == "government")


def before_2025(folder: Path) -> RegistryFile:
    """The file as it stood before the changes were known: nobody ends, the old department keeps the role."""
    content = yaml.safe_load((FILES / "hung-yen.yaml").read_text(encoding="utf-8"))
    gone = {code for s in content["successions"] for code in s["from"]}
    for agency in content["agencies"]:
        if agency["code"] in gone:
            agency.pop("valid_to", None)
    content["successions"] = []
    content["roles"][0]["holders"] = [{"agency": "so-ke-hoach-dau-tu", "from": date(2023, 12, 1)}]
    path = folder / "before.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return read_registry(path)


def test_each_period_goes_to_those_of_its_opening_day(app: App) -> None:
    adopt(app, hanoi(2026, 1, 5, 9))
    with app.read(hanoi(2026, 1, 5, 9)) as ctx:
        assert levels(ctx, "2024")["district"] == 10
        assert "so-ke-hoach-dau-tu" in owers(ctx, "2024")
        assert levels(ctx, "2025")["commune"] == 104
        assert levels(ctx, "2025")["district"] == 0
        assert "so-ke-hoach-dau-tu" not in owers(ctx, "2025")
        receiver = spec_of(find_obligation(ctx, PLAN, REPORT)).receiver
        names = [receiver_of(ctx, receiver, find_period(ctx, PLAN, REPORT, label)) for label in ("2024", "2025")]
        assert [a.code for a in names if a] == ["so-ke-hoach-dau-tu", "so-tai-chinh"]
        assert ctx.session.exec(select(Reassignment)).all() == [], "every period was over before the changes"
        (why,) = why_owed(ctx, "so-ke-hoach-dau-tu", (PLAN, "V.b4", "2024"))
        assert why.lines == [
            "Mở kỳ 2024 ngày 01/10/2024: Sở Kế hoạch và Đầu tư thuộc nhóm “Các sở, ban, ngành tỉnh” vào ngày 01/10/2024"
        ]


def test_the_years_as_they_passed_and_the_reports_across_the_change(app: App) -> None:
    adopt(app, hanoi(2024, 9, 2, 9))
    run_tick(app, hanoi(2024, 10, 1, 8))
    with app.write(hanoi(2024, 10, 25, 9), "test") as ctx:
        send(ctx, "so-ke-hoach-dau-tu", "2024")
        send(ctx, "ubnd-huyen-an-thi", "2024")
    run_tick(app, hanoi(2025, 1, 2, 8))
    run_tick(app, hanoi(2025, 3, 3, 8))
    run_tick(app, hanoi(2025, 7, 1, 8))
    with app.write(hanoi(2025, 7, 1, 9), "test") as ctx:
        assert ctx.session.exec(select(Reassignment)).all() == []
        assert ctx.session.exec(select(Message).where(Message.kind == "transferred")).all() == []
        pending = select(Succession).where(col(Succession.applied_at).is_(None))
        assert ctx.session.exec(pending).all() == []
    run_tick(app, hanoi(2025, 10, 1, 8))
    with app.write(hanoi(2025, 10, 28, 9), "test") as ctx:
        send(ctx, "so-tai-chinh", "2025")
    with app.read(hanoi(2025, 11, 10, 9)) as ctx:
        card = agency_card(ctx, "so-tai-chinh")
        assert [(r.period, r.author) for r in card.reports] == [
            ("2025", "Sở Tài chính"),
            ("2024", "Sở Kế hoạch và Đầu tư"),
        ]
        assert [(k.code, k.on, k.applied) for k in card.predecessors] == [
            ("so-ke-hoach-dau-tu", date(2025, 3, 1), True)
        ]
        assert [(h.role, h.since) for h in card.roles] == [("co-quan-tong-hop", date(2025, 3, 1))]
        district, commune = agency_card(ctx, "ubnd-huyen-an-thi"), agency_card(ctx, "ubnd-xa-an-thi")
        assert [(k.code, k.kind) for k in district.successors] == [(None, "end")]
        assert ([r.period for r in district.reports], commune.reports) == (["2024"], [])
        shown = compare_periods(ctx, PLAN, "V.b4", ["2024", "2025"])
        first, second = shown.periods
        assert (first.expected, first.received, first.on_time, first.overdue) == (28, 2, 2, 26)
        assert (second.expected, second.received) == (117, 1)
        assert (first.requested, second.requested) == (31, 117)
        assert shown.scope == (
            "phạm vi so sánh: kỳ 2024: 59 cơ quan, đơn vị; kỳ 2025: 234 cơ quan, đơn vị; có mặt trong mọi kỳ: 21"
        )
        assert [r.agencies for r in shown.common] == [21, 21]
        assert audit.verify(ctx.session) == []


def test_recorded_decisions_outlive_the_file(app: App, tmp_path: Path) -> None:
    old = before_2025(tmp_path)
    adopt(app, hanoi(2025, 1, 6, 9), old)
    on = date(2025, 3, 1)
    merger = Act(Step(SuccessionKind.merge, ("so-ke-hoach-dau-tu",), ("so-tai-chinh",), on), DECISION)
    with app.write(hanoi(2025, 2, 27, 9), "test") as ctx:
        record_succession(ctx, merger)
    for at in (hanoi(2025, 2, 28, 9), hanoi(2025, 3, 2, 9)):
        with app.write(at, "test") as ctx:
            assert apply_registry(ctx, old) == 0
            assert agency_by_code(ctx, "so-ke-hoach-dau-tu").valid_to == date(2025, 2, 28)
            holders = [role_holder(ctx, "co-quan-tong-hop", day) for day in (date(2025, 2, 28), on)]
            assert [h[0].code for h in holders if h] == ["so-ke-hoach-dau-tu", "so-tai-chinh"]
    with app.write(hanoi(2025, 3, 3, 9), "test") as ctx:
        apply_registry(ctx, REGISTRY)  # the file has caught up, and says the same of this one
        assert apply_registry(ctx, REGISTRY) == 0
        assert len(ctx.session.exec(select(Succession).where(Succession.from_code == "so-ke-hoach-dau-tu")).all()) == 1


def test_a_file_that_contradicts_a_decision_is_refused_whole(app: App, tmp_path: Path) -> None:
    adopt(app, hanoi(2025, 1, 6, 9), before_2025(tmp_path))
    step = Step(SuccessionKind.merge, ("so-ke-hoach-dau-tu",), ("so-noi-vu",), date(2025, 2, 1))
    with app.write(hanoi(2025, 2, 1, 9), "test") as ctx:
        record_succession(ctx, Act(step, "5/QĐ-UBND, 25/01/2025"))
    with pytest.raises(
        Refused, match=r"'so-ke-hoach-dau-tu' gives way to so-noi-vu on 2025-02-01 by a recorded decision"
    ):
        adopt(app, hanoi(2025, 3, 3, 9), REGISTRY)
    with app.read(hanoi(2025, 3, 3, 9)) as ctx:
        assert agency_by_code(ctx, "so-xay-dung").valid_to is None
        assert agency_by_code(ctx, "so-giao-thong-van-tai").valid_to is None


def test_a_files_merger_while_a_period_is_open_moves_what_is_owed(app: App, tmp_path: Path) -> None:
    """The same rules for a file as for a decision: its successions were known only after the period had opened."""
    adopt(app, hanoi(2024, 9, 2, 9), before_2025(tmp_path))
    run_tick(app, hanoi(2024, 10, 1, 8))
    with app.write(hanoi(2024, 10, 25, 9), "test") as ctx:
        send(ctx, "so-nong-nghiep-ptnt", "2024")
        period = find_period(ctx, PLAN, REPORT, "2024")
        period.due_on = date(2025, 4, 30)  # as if the issuer had given everybody half a year
        for row in owers(ctx, "2024").values():
            row.due_on = row.practical_due_on = period.due_on
            row.due_at = row.overdue_at = period.due_at = period.overdue_at = hanoi(2025, 5, 1)
    with app.write(hanoi(2025, 3, 3, 9), "test") as ctx:
        apply_registry(ctx, REGISTRY)
        found = {code: (a.state.value, a.moved_to) for code, a in owers(ctx, "2024").items()}
        owns = owers(ctx, "2024")
        assert found["so-ke-hoach-dau-tu"] == ("ended", owns["so-tai-chinh"].public_id)
        assert found["so-tai-nguyen-moi-truong"] == ("ended", owns["so-nong-nghiep-moi-truong"].public_id)
        assert found["so-nong-nghiep-ptnt"] == ("submitted", None)
        assert found["so-lao-dong-tbxh"] == ("awaiting_assignment", None)
        rates = period_rates(ctx, find_period(ctx, PLAN, REPORT, "2024"))
        # 28 bound bodies: two covered by others, one taken up by a new one, two split; eight that are only asked have ended
        assert (rates.expected, rates.moved, rates.awaiting) == (28 - 2 - 2, 5, 10)
        again = settle_successions(ctx)
        assert (again.applied, again.duties) == (0, [])


def test_an_agency_named_by_a_plan_is_followed_by_its_successor(app: App) -> None:
    adopt(app, hanoi(2026, 1, 5, 9), since=date(2026, 1, 1))
    with app.read(hanoi(2026, 1, 5, 9)) as ctx:
        duty = find_obligation(ctx, PLAN, REPORT).duty
        (named,) = resolve(ctx, ["so-ke-hoach-dau-tu"], date(2026, 1, 5), duty)
        assert (named.agency.code, named.awaiting) == ("so-tai-chinh", False)
        assert (
            named.why
            == "được nêu tên trong văn bản; Sở Kế hoạch và Đầu tư sáp nhập vào Sở Tài chính từ ngày 01/03/2025"
        )
        (gone,) = resolve(ctx, ["so-lao-dong-tbxh"], date(2026, 1, 5), duty)
        assert (gone.agency.code, gone.awaiting) == ("so-lao-dong-tbxh", True)
        assert resolve(ctx, ["ubnd-xa-an-thi"], date(2025, 6, 30), duty) == []


def test_the_communes_of_2025_do_not_exist_in_the_rates_of_2024(app: App) -> None:
    adopt(app, hanoi(2026, 1, 5, 9))
    with app.read(hanoi(2026, 1, 5, 9)) as ctx:
        period = find_period(ctx, PLAN, REPORT, "2024")
        rates = period_rates(ctx, period)
        assert (rates.agencies, rates.expected + rates.requested) == (59, 59)
        assert rates.on_time_rate == 0.0
        plan = ctx.session.exec(select(Plan)).one()
        assert isinstance(plan, Plan)
        assert period.due_on + timedelta(days=60) < date(2025, 3, 1)
        assert ctx.session.exec(select(Period).where(Period.state == "open")).first() is not None


def test_forebears_of_one_and_of_all_are_the_same(app: App) -> None:
    at = hanoi(2025, 12, 1, 9)
    adopt(app, at)
    run_tick(app, at)
    with app.read(at) as ctx:
        agencies = [number or 0 for number in ctx.session.exec(select(Agency.id)).all()]
        one_by_one = {number: forebears_of(ctx, number) for number in agencies}
        assert all_forebears(ctx) == {number: found for number, found in one_by_one.items() if found}
        assert any(len(found) > 1 for found in one_by_one.values())
