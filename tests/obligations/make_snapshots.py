"""What each plan file makes happen in its first years, written for a coordinator to review.

``python -m tests.obligations.make_snapshots`` writes the pages anew; read their difference before you keep it.
"""

import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path

from calendars.vietnamese import format_day, weekday_name
from calendars.working_days import load_calendar
from models.engine import open_database
from models.tables import metadata
from obligations.services.agencies.registry import add_sample_contacts, apply_registry
from obligations.services.context import App, open_app
from obligations.services.deadlines import list_deadlines
from obligations.services.planning.apply_plan import apply_plan
from obligations.services.simulating.simulate import SimulatedMessage, simulate_messages
from obligations.settings import Settings
from plans.library import HUNG_YEN
from plans.reading import read_plan, read_registry
from plans.schema import PlanFile
from tests.plan197 import FILES, HANOI

FOLDER = Path(__file__).parent / "snapshots"
YEARS = 5
KINDS = {
    "open": "Mở kỳ",
    "before": "Nhắc",
    "tomorrow": "Nhắc, còn 01 ngày làm việc",
    "today": "Nhắc, ngày làm việc cuối",
    "overdue": "Đôn đốc",
    "ask_again": "Đề nghị gửi sau hạn",
}
HEAD = """\
# {number}, năm {year}: thời hạn và thông báo

Trang này do máy lập từ tệp `{slug}.yaml` với danh mục cơ quan tỉnh Hưng Yên; giả định mọi kỳ được mở đúng ngày, căn cứ
trực tiếp văn bản, và không có báo cáo nào gửi đến. Thông báo đến lãnh đạo chờ người ký nên không có ở đây.
"""


def plan_files() -> list[Path]:
    """Every plan of the library."""
    return [path for path in sorted(FILES.glob("*.yaml")) if "\nobligations:" in path.read_text(encoding="utf-8")]


def years_of(plan: PlanFile) -> list[int]:
    """Of the year a plan is issued and the four after it, those in which something is due."""
    calendar, first = load_calendar(), plan.issued_on.year
    years = range(first, first + YEARS)
    return [y for y in years if list_deadlines(plan, calendar, date(y, 1, 1), date(y, 12, 31))]


def page_path(plan: PlanFile, year: int) -> Path:
    """Where the page of one year lies."""
    return FOLDER / f"{plan.slug}-{year}.md"


def make_pages(path: Path) -> dict[Path, str]:
    """The pages of one plan file, by where they belong."""
    plan = read_plan(path)
    years = years_of(plan)
    with _adopted(plan) as app:
        messages = simulate_messages(app, date(years[0], 1, 1), date(years[-1], 12, 31), [])
        return {page_path(plan, year): _page(app, plan, year, messages) for year in years}


@contextmanager
def _adopted(plan: PlanFile) -> Iterator[App]:
    """The plan applied on the day it was issued, in memory."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder), secret_key="k", database_url="sqlite://")
        app = open_app(settings, open_database("sqlite://"))
        metadata.create_all(app.database.engine)
        with app.write(datetime.combine(plan.issued_on, time(8), HANOI), "snapshot") as ctx:
            apply_registry(ctx, read_registry(HUNG_YEN))
            add_sample_contacts(ctx)
            apply_plan(ctx, plan)
        yield app
        app.close()


def _page(app: App, plan: PlanFile, year: int, messages: Sequence[SimulatedMessage]) -> str:
    parts = [HEAD.format(number=plan.number, slug=plan.slug, year=year), *_deadlines(app, plan, year)]
    parts += _messages([message for message in messages if message.at.year == year])
    return "\n".join(parts)


def _deadlines(app: App, plan: PlanFile, year: int) -> list[str]:
    lines = ["## Thời hạn", ""]
    for row in list_deadlines(plan, app.calendar, date(year, 1, 1), date(year, 12, 31)):
        lines += [f"### {plan.obligation(row.obligation).title}", ""]
        internal = ", ấn định nội bộ" if row.internal else ""
        lines += [
            f"- Nhiệm vụ `{row.obligation}`, kỳ {row.period}, {', '.join(row.clauses)}{internal}",
            f"- Mở kỳ: {_day(row.opens_on)}",
            f"- Hạn theo văn bản: hết {_day(row.due_on)}",
            f"- Ngày làm việc cuối trong hạn: {_day(row.practical_due_on)}",
            *(f"- Vì sao: {reason}" for reason in row.reasons),
            *(
                []
                if plan.obligation(row.obligation).assigned_to
                else ["- Chưa phân công cơ quan nào: không có thông báo"]
            ),
            "",
        ]
    return [*lines, *([] if len(lines) > 2 else ["Không có thời hạn nào trong năm.", ""])]


def _messages(messages: Sequence[SimulatedMessage]) -> list[str]:
    if not messages:
        return ["## Thông báo", "", "Không có thông báo nào trong năm.", ""]
    rows: dict[tuple[date, str], list[SimulatedMessage]] = defaultdict(list)
    for message in messages:
        rows[message.at.date(), message.kind].append(message)
    first, last = messages[0].at.date(), messages[-1].at.date()
    days = len({day for day, _ in rows})
    lines = [
        "## Thông báo",
        "",
        f"{len(messages)} thông báo trong {days} ngày, từ {_day(first)} đến {_day(last)}.",
        "",
    ]
    for (day, kind), members in rows.items():
        lines += _day_of_kind(day, kind, members)
    return lines


def _day_of_kind(day: date, kind: str, members: Sequence[SimulatedMessage]) -> list[str]:
    hours = sorted({f"{message.at:%H:%M}" for message in members})
    about = dict.fromkeys(f"`{item.obligation}` kỳ {item.period}" for m in members for item in m.items)
    subjects: dict[str, int] = defaultdict(int)
    for message in members:
        subjects[message.subject] += 1
    return [
        f"### {_day(day)}, {', '.join(hours)} · {KINDS.get(kind, kind)} · {len(members)} cơ quan",
        "",
        f"- Về: {', '.join(about)}",
        f"- Cơ quan đầu danh sách `{members[0].agency}`, cuối danh sách `{members[-1].agency}`",
        *(f"- {count} × “{subject}”" for subject, count in subjects.items()),
        "",
    ]


def _day(day: date) -> str:
    return f"{weekday_name(day)}, {format_day(day)}"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for file in plan_files():
        for target, page in make_pages(file).items():
            target.write_text(page, encoding="utf-8")
