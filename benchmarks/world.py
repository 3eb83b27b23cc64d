"""A world as large as wanted: agencies of one group, each with a mailbox, and a plan whose report they all owe."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert
from sqlmodel import col, select

from models.enums import AddressState, Audience
from models.tables import Agency, AgencyGroup, Contact, GroupMember
from obligations.services.context import Context
from plans.schema import PlanFile

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
APPLIED = datetime(2026, 1, 5, 9, tzinfo=HANOI)
OPENING = datetime(2026, 10, 1, 8, tzinfo=HANOI)


def add_agencies(ctx: Context, count: int) -> None:
    """``count`` agencies in the group ``tat-ca``, each with a clerk's mailbox."""
    rows = [
        {
            "code": f"cq-{n}",
            "name": f"Cơ quan số {n}",
            "short_name": f"CQ {n}",
            "kind": "government",
            "level": "commune",
            "valid_from": date(2020, 1, 1),
            "position": n,
        }
        for n in range(count)
    ]
    ctx.session.execute(insert(Agency), rows)
    group = AgencyGroup(code="tat-ca", name="Tất cả cơ quan")
    ctx.session.add(group)
    ctx.session.flush()
    ids = ctx.session.exec(select(Agency.id).order_by(col(Agency.id))).all()
    ctx.session.execute(insert(GroupMember), [{"group_id": group.id, "agency_id": i} for i in ids])
    ctx.session.execute(insert(Contact), [_contact(ctx, i or 0) for i in ids])


def _contact(ctx: Context, agency_id: int) -> dict[str, Any]:
    return {
        "agency_id": agency_id,
        "audience": Audience.clerk,
        "address": f"vanthu.{agency_id}@bench.example",
        "state": AddressState.active,
        "created_at": ctx.as_of,
    }


def yearly_plan() -> PlanFile:
    """One report a year, opened on 01/10, due 30/10/2026 (a Friday)."""
    deadline = {
        "freq": "yearly",
        "op": "by",
        "month": 10,
        "day": 30,
        "from_year": 2026,
        "basis": "plan",
        "phrase": "chậm nhất ngày 30/10 hằng năm",
    }
    return _plan(deadline, opens={"month": 10, "day": 1})


def monthly_plan() -> PlanFile:
    """One report a month, due on the 25th."""
    deadline = {
        "freq": "monthly",
        "op": "by",
        "day": 25,
        "from_year": 2026,
        "basis": "plan",
        "phrase": "chậm nhất ngày 25 hằng tháng",
    }
    return _plan(deadline)


def busy_plan(duties: int) -> PlanFile:
    """So many yearly reports of one group, all of 2026, opened on 01/01: as many entries in each feed."""
    found = yearly_plan()
    (duty,) = found.obligations
    days = [(1 + n % 12, 6 + n // 12 % 22) for n in range(duties)]
    opening = {"month": 1, "day": 1}
    raw = duty.model_dump(mode="json", exclude_unset=True, exclude_none=True)
    rows = [
        {
            **raw,
            "code": f"bao-cao-{n}",
            "title": f"Báo cáo số {n} về tình hình thực hiện",
            "opens": opening,
            "deadline": {**raw["deadline"], "month": month, "day": day},
        }
        for n, (month, day) in enumerate(days)
    ]
    return PlanFile.model_validate({**found.model_dump(mode="json", exclude_unset=True), "obligations": rows})


def _plan(deadline: dict[str, Any], **more: Any) -> PlanFile:
    duty = {
        "code": "bao-cao",
        "title": "Báo cáo hằng năm",
        "kind": "periodic",
        "clauses": ["V.b4"],
        "assigned_to": ["tat-ca"],
        "deadline": deadline,
        **more,
    }
    return PlanFile.model_validate(
        {
            "slug": "do-tai",
            "number": "1/KH-UBND",
            "title": "Kế hoạch đo tải",
            "citation": "Kế hoạch số 1/KH-UBND ngày 02/01/2026",
            "issuer": "UBND tỉnh",
            "issued_on": "2026-01-02",
            "obligations": [duty],
        }
    )
