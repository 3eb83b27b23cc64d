"""The main job on the real plan: one service, a real Prefect server, a real SMTP server, a real browser."""

import io
import os
import re
import shutil
import signal
import sqlite3
import time
import urllib.error
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from aiosmtpd.controller import Controller
from docx import Document
from playwright.sync_api import Page, sync_playwright

from calendars.lint import lint_feed
from calendars.working_days import load_calendar
from obligations.services.overview.prefect_ids import ask_prefect
from tests.e2e.service import MailServer, Service
from tests.ports import free_port

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
PLAN, REPORT = "197-kh-ubnd", "bao-cao-hang-nam"
CHROMIUM = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run")
RECEIVED = ("so-cong-thuong", "so-y-te")
SUBMITS = "ubnd-xa-tien-lu"

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("service"), pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def mail() -> Iterator[tuple[MailServer, int]]:
    server = MailServer()
    controller = Controller(server, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield server, controller.port
    controller.stop()


@pytest.fixture(scope="module")
def service(mail: tuple[MailServer, int], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    made = Service(tmp_path_factory.mktemp("e2e") / "home", mail[1])
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Callable[[int], Page]]:
    path = next(p for name in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(name)))
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM))
        yield lambda width: opened.new_context(viewport={"width": width, "height": 900}).new_page()
        opened.close()


def eventually(check: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.5)


def next_morning() -> datetime:
    """08:00 of the next working day, as a stranger would count it."""
    today = datetime.now(HANOI).date()  # noqa: TID251 - the service under test runs on the real clock
    return datetime.combine(load_calendar().next_working(today), datetime.min.time(), HANOI) + timedelta(hours=8)


def period_row(service: Service) -> dict[str, object]:
    rows = service.ask("status")["periods"]
    return next(row for row in rows if row["obligation"] == REPORT)


def test_they_share_one_service(request: pytest.FixtureRequest) -> None:
    """pytest-xdist keeps a group together by the name of the test; a pytest that ignores it starts a service per process."""
    assert "PYTEST_XDIST_WORKER" not in os.environ or request.node.nodeid.endswith("@service")


def test_the_whole_course(service: Service, mail: tuple[MailServer, int], browser: Callable[[int], Page]) -> None:
    server = mail[0]
    row = period_row(service)
    assert (row["due_on"], row["practical_due_on"], row["awaiting_confirmation"]) == ("2026-10-31", "2026-10-30", True)
    assert (row["submitted"], server.mails) == (0, [])
    assigned = int(str(row["assigned"]))

    ids = {d["name"]: d["id"] for d in service.ask_prefect("/deployments/filter")}
    names = set(ids)
    assert ask_prefect(f"{service.prefect}/api")(f"{PLAN}--{REPORT}") == ids[f"{PLAN}--{REPORT}"]
    assert len([n for n in names if n.startswith(f"{PLAN}--")]) == 8
    assert any("Kỳ 2026 · chốt kỳ báo cáo" in run for run in service.upcoming())
    assert any("Kỳ 2027 · mở kỳ báo cáo" in run for run in service.upcoming())
    eventually(lambda: not _random_names(service))

    done = service.ask("period", "confirm", PLAN, REPORT, "2026", "--received", ",".join(RECEIVED))
    assert (done["received"], done["planned"]) == (2, assigned - 2)
    planned = service.ask("messages", "list", "--state", "planned", "--limit", "1000")
    assert len(planned) == len({m["agency"] for m in planned}) == assigned - 2
    morning = next_morning()
    assert {datetime.fromisoformat(m["planned_at"]) for m in planned} == {morning}
    assert service.get("/messages")[0] == 200

    service.ask("tick", "--as-of", morning.isoformat())
    assert sum(server.addresses().values()) == assigned - 2
    assert set(server.addresses().values()) == {1}
    assert not [a for a in server.addresses() for code in RECEIVED if f".{code}@" in a]
    service.ask("tick", "--as-of", morning.isoformat())
    assert sum(server.addresses().values()) == assigned - 2

    _submit_in_browser(service, server, browser)
    _feeds_tell(service)
    _prefect_tells(service)

    _a_run_by_hand_is_named(service)

    service.ask("tick", "--as-of", (morning + timedelta(days=14)).replace(hour=9).isoformat())
    later = [m for m in server.mails if f".{SUBMITS}@" in str(m["To"])]
    assert len(later) == 2, "the chase before it submitted, and its receipt"
    assert "Xác nhận" in str(later[1]["Subject"])

    report = service.ask("consolidate", PLAN, REPORT, "2026")
    assert report["received"] == 3
    text = "\n".join(p.text for p in Document(io.BytesIO(Path(report["files"]["docx"]).read_bytes())).paragraphs)
    assert "Đã tổ chức 02 hội nghị" in text
    assert service.run("audit", "verify").returncode == 0


def _random_names(service: Service) -> list[str]:
    """Upcoming runs that Prefect has called by two English words."""
    waiting = {"state": {"type": {"any_": ["SCHEDULED"]}}}
    names = [run["name"] for run in service.ask_prefect("/flow_runs/filter", flow_runs=waiting, limit=200)]
    assert {"Rà soát lịch và việc đến hạn", "Gửi các thông báo đến hạn"} & set(names)
    return [name for name in names if re.fullmatch(r"[a-z]+-[a-z]+", name)]


def _a_run_by_hand_is_named(service: Service) -> None:
    """S9: what a person starts in Prefect's pages stands in the trail as such, what a schedule starts does not."""
    found = service.ask_prefect("/deployments/filter", deployments={"name": {"any_": [f"{PLAN}--{REPORT}"]}})

    def started() -> bool:  # a Prefect server on SQLite answers 503 while it is busy
        with suppress(urllib.error.HTTPError):
            service.ask_prefect(
                f"/deployments/{found[0]['id']}/create_flow_run", parameters={"step": "consolidate", "period": "2026"}
            )
            return True
        return False

    eventually(started)

    def made() -> list[str]:
        with sqlite3.connect(f"file:{service.home / 'dondoc.db'}?mode=ro", uri=True) as database:
            rows = database.execute("SELECT actor FROM audit_entry WHERE action = 'consolidation.made'").fetchall()
        return [actor for (actor,) in rows]

    eventually(lambda: made() != [])
    assert made() == ["quản trị hệ thống"]


def _submit_in_browser(service: Service, server: MailServer, browser: Callable[[int], Page]) -> None:
    letter = next(m for m in server.mails if f".{SUBMITS}@" in str(m["To"]))
    body = letter.get_body(("plain",))
    assert body is not None
    link = re.search(rf"{re.escape(service.portal)}/s/\S+", body.get_content())
    assert link is not None
    for _ in range(20):  # a mail scanner opens the link again and again
        assert service.get(link.group(0).removeprefix(service.portal))[0] == 200
    page = browser(360)
    page.goto(link.group(0))
    page.get_by_role("button", name="Mở trang báo cáo").click()
    page.wait_for_url(lambda url: "/s/" not in url)
    page.locator("main h3 a[href^='/a/']").first.click()
    report = page.locator("#bao-cao")
    report.locator("input[name=form][value=signed]").check()
    report.locator("input[name=document_number]").fill("45/BC-UBND")
    report.locator("input[name=document_on]").fill("20/11/2026")
    signed = {"name": "da-ky.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"}
    report.locator("input[name=files]").set_input_files(signed)
    page.locator("textarea[name^='result:']").first.fill("Đã tổ chức 02 hội nghị")
    page.locator("input[name=nil_rest]").check()
    page.get_by_role("button", name="Gửi báo cáo").click()
    page.wait_for_url("**/a/receipts/**")
    assert re.search(r"TN-\d{4}-\d{6}", page.content())
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def _feeds_tell(service: Service) -> None:
    address = service.ask("feed", "tokens", "issue", SUBMITS)["url"].removeprefix(service.portal)
    status, body, headers = service.get(address)
    assert (status, lint_feed(body)) == (200, [])
    assert "SUMMARY:[Đã gửi]" in body.decode()
    assert service.get(address, {"If-None-Match": headers["etag"]})[0] == 304
    status, public, _ = service.get(f"/f/p/{PLAN}/lich-thoi-han.ics")
    assert (status, lint_feed(public)) == (200, [])
    assert "Đã gửi" not in public.decode()


def _prefect_tells(service: Service) -> None:
    def shown() -> bool:
        found = service.ask_prefect(
            "/artifacts/latest/filter", artifacts={"key": {"any_": [f"{PLAN}-{REPORT}-co-quan"]}}
        )
        return any(
            "Xã" in row or "xã" in row
            for row in re.findall(r'"Cơ quan, đơn vị": "([^"]+)", "Tình trạng": "Đã nhận"', str(found[0]["data"]))
        )

    eventually(shown)


def test_a_child_that_is_killed_comes_back(service: Service) -> None:
    old = set(service.pids("portal.serve"))
    assert len(old) == 2
    for pid in old:
        os.kill(pid, signal.SIGKILL)
    eventually(lambda: len(set(service.pids("portal.serve")) - old) == 2)
    eventually(lambda: _ready(service))


def test_the_portal_answers_while_one_of_its_processes_is_restarted(service: Service) -> None:
    eventually(lambda: _listening(service) == 2)  # a process that has begun does not take anything yet
    victim, survivor = service.pids("portal.serve")
    os.kill(victim, signal.SIGKILL)
    eventually(lambda: _is_gone(victim))  # with it goes its share of the port
    for _ in range(20):
        assert _ready(service)
    assert survivor in service.pids("portal.serve")
    eventually(lambda: len(service.pids("portal.serve")) == 2)


def _listening(service: Service) -> int:
    """How many sockets wait on the portal's port, as the kernel lists them (proc(5): state 0A)."""
    port = f":{int(service.portal.rpartition(':')[2]):04X}"
    rows = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
    return sum(row[1].endswith(port) and row[3] == "0A" for row in rows)


def _is_gone(pid: int) -> bool:
    """Whether its sockets are closed: ended, or a zombie of which no thread is left (proc(5)); its command line goes first."""
    try:
        is_zombie = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
        return is_zombie and len(list(Path(f"/proc/{pid}/task").iterdir())) <= 1
    except (FileNotFoundError, ProcessLookupError):
        return True


def _ready(service: Service) -> bool:
    try:
        return service.get("/readyz")[0] == 200
    except OSError:
        return False


def test_a_second_service_on_the_same_home_is_refused_in_one_line(service: Service) -> None:
    done = service.run("up")
    assert done.returncode == 1
    assert "another dondoc runs" in done.stderr
    assert "Traceback" not in done.stderr


def test_losing_prefects_database_loses_nothing(service: Service, mail: tuple[MailServer, int]) -> None:
    lasting = ("chốt kỳ báo cáo", "mở kỳ báo cáo")  # the others were ticked past above
    before = {run for run in service.upcoming() if any(words in run for words in lasting)}
    sent = len(mail[0].mails)
    service.stop()
    assert service.pids("prefect") == []
    for path in (service.home / "prefect").glob("prefect.db*"):
        path.unlink()
    service.start()
    assert len([d for d in service.ask_prefect("/deployments/filter") if d["name"].startswith(PLAN)]) == 8
    assert len(before) == 4
    assert before <= set(service.upcoming())
    service.ask("tick", "--as-of", next_morning().isoformat())
    assert len(mail[0].mails) == sent
