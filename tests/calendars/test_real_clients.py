"""A feed over HTTP into two programs we did not write: vdirsyncer fetches and files it, khal reads the files."""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from calendars.entry import FeedEntry, render_entry
from calendars.feed import FeedHead, render_feed
from calendars.lint import lint_feed

pytestmark = pytest.mark.e2e

REPO = Path(__file__).resolve().parents[2]
CREATED = datetime(2026, 10, 1, 1, tzinfo=UTC)
NAME = "Thời hạn – Kế hoạch 197/KH-UBND; thử, \\ 😀"

VDIRSYNCER = """[general]
status_path = "{folder}/status"
[pair deadlines]
a = "web"
b = "disk"
collections = null
conflict_resolution = "a wins"
[storage web]
type = "http"
url = "{url}"
[storage disk]
type = "filesystem"
path = "{folder}/files"
fileext = ".ics"
"""
KHAL = """[calendars]
[[deadlines]]
path = {folder}/files
readonly = True
[locale]
local_timezone = Asia/Ho_Chi_Minh
default_timezone = Asia/Ho_Chi_Minh
timeformat = %H:%M
dateformat = %d/%m/%Y
longdateformat = %d/%m/%Y
datetimeformat = %d/%m/%Y %H:%M
longdatetimeformat = %d/%m/%Y %H:%M
[sqlite]
path = {folder}/khal.db
"""


def client(name: str) -> str:
    """Path of a client's program; without it this test fails, since nothing else shows what clients really do."""
    path = Path(os.environ.get("DONDOC_CLIENTS_VENV") or REPO / ".venv-clients") / "bin" / name
    if not path.is_file():
        pytest.fail(f"{path} is missing: run `make clients` (or set DONDOC_CLIENTS_VENV)", pytrace=False)
    return str(path)


class Subscriber:
    """One subscription: what the server answers now, and what the clients make of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.body = b""
        subscriber = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/calendar; charset=utf-8")
                self.send_header("Content-Length", str(len(subscriber.body)))
                self.end_headers()
                self.wfile.write(subscriber.body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05})
        self.thread.start()
        url = f"http://127.0.0.1:{self.server.server_address[1]}/f/p/197-kh-ubnd/lich-thoi-han.ics"
        (folder / "vdirsyncer.conf").write_text(VDIRSYNCER.format(folder=folder, url=url), encoding="utf-8")
        (folder / "khal.conf").write_text(KHAL.format(folder=folder), encoding="utf-8")

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def sync(self, body: bytes) -> None:
        """The subscriber polls once."""
        self.body = body
        vdirsyncer, conf = client("vdirsyncer"), str(self.folder / "vdirsyncer.conf")
        if not (self.folder / "status").exists():
            self._run(vdirsyncer, "-c", conf, "discover", "deadlines")
        self._run(vdirsyncer, "-c", conf, "sync", "deadlines")

    @property
    def files(self) -> int:
        return len(list((self.folder / "files").glob("*.ics")))

    def shown(self) -> dict[str, tuple[str, str, str]]:
        """What khal lists for October to December: URL to (start, title, status); its {uid} is a hash."""
        options = ("--once", "--day-format", "", "--format", "{url}\t{start-date-long} {start-time}\t{title}\t{status}")
        out = self._run(client("khal"), "-c", str(self.folder / "khal.conf"), "list", *options, "01/10/2026", "90d")
        rows = [line.split("\t") for line in out.splitlines() if "\t" in line]
        found = {url: (start.strip(), title, status.strip()) for url, start, title, status in rows}
        assert len(found) == len(rows), out
        return found

    def _run(self, *command: str) -> str:
        home = str(self.folder)
        # All of the clients' own state stays in the folder; colours and prompts off; no proxy between us and loopback.
        environment = {"PATH": os.environ["PATH"], "HOME": home, "LC_ALL": "C.UTF-8", "NO_COLOR": "1"}
        done = subprocess.run(
            command, env=environment, cwd=home, input="", capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done.stdout


@pytest.fixture
def subscriber(tmp_path: Path) -> Iterator[Subscriber]:
    subject = Subscriber(tmp_path)
    yield subject
    subject.close()


def url_of(number: int) -> str:
    return f"https://dondoc.example/periods/{number}"


def deadline(number: int) -> FeedEntry:
    return FeedEntry(
        uid=f"dl-{number}@dondoc.example",
        sequence=0,
        created_at=CREATED,
        changed_at=CREATED,
        summary=f"[Đang mở] Báo cáo số {number}, kỳ 2026; gửi Sở Tài chính \\ 😀",
        description="Hạn theo văn bản: trước ngày 01/11 hàng năm.\nNgày làm việc cuối trong hạn: thứ Sáu, 30/10/2026; "
        * 4,
        starts_on=date(2026, 10, 20 + number) if number else None,
        due_at=None if number else datetime(2026, 10, 30, 10, tzinfo=UTC),
        url=url_of(number),
        categories=("Đang mở", "Báo cáo, định kỳ"),
    )


def feed(entries: list[FeedEntry], changes: int = 0) -> bytes:
    head = FeedHead(NAME, "Cập nhật mỗi giờ, 01 lần; \\", CREATED + timedelta(hours=changes))
    body = render_feed(head, [render_entry(entry) for entry in entries])
    assert lint_feed(body) == []
    return body


def changed(entry: FeedEntry, hours: int, **values: object) -> FeedEntry:
    moment = CREATED + timedelta(hours=hours)
    return replace(entry, sequence=entry.sequence + 1, changed_at=moment, **values)  # type: ignore[arg-type]


def test_six_deadlines_are_seen_moved_cancelled_and_removed(subscriber: Subscriber) -> None:
    entries = [deadline(number) for number in range(6)]
    subscriber.sync(feed(entries))
    shown = subscriber.shown()
    assert subscriber.files == len(shown) == 6
    assert {url: title for url, (_, title, _) in shown.items()} == {e.url: e.summary for e in entries}
    assert shown[url_of(0)][0] == "30/10/2026 16:30", "a timed deadline ends at 17:00 in Hanoi"
    assert shown[url_of(1)][0] == "21/10/2026"

    entries[1] = changed(
        entries[1], 1, starts_on=date(2026, 11, 16), summary="[Gia hạn tới 16/11] Báo cáo số 1, kỳ 2026"
    )
    subscriber.sync(feed(entries, 1))
    shown = subscriber.shown()
    assert subscriber.files == len(shown) == 6
    assert shown[url_of(1)][:2] == ("16/11/2026", "[Gia hạn tới 16/11] Báo cáo số 1, kỳ 2026")

    entries[2] = changed(entries[2], 2, summary="[Không còn thực hiện] Báo cáo số 2, kỳ 2026", cancelled=True)
    subscriber.sync(feed(entries, 2))
    shown = subscriber.shown()
    assert subscriber.files == len(shown) == 6
    assert shown[url_of(2)][1:] == ("[Không còn thực hiện] Báo cáo số 2, kỳ 2026", "CANCELLED")
    assert [url for url, (_, _, status) in shown.items() if status == "CANCELLED"] == [url_of(2)]

    del entries[2]
    subscriber.sync(feed(entries, 3))
    shown = subscriber.shown()
    assert subscriber.files == len(shown) == 5
    assert url_of(2) not in shown


def test_a_uid_of_the_calendar_itself_would_lose_deadlines(subscriber: Subscriber) -> None:
    """Why the feed has none, and proof that the counts above can go wrong."""
    body = feed([deadline(number) for number in range(6)])
    broken = body.replace(b"CALSCALE:", b"UID:the-calendar@dondoc.example\r\nCALSCALE:")
    assert any("itself has a UID" in problem for problem in lint_feed(broken))
    subscriber.sync(broken)
    assert subscriber.files < 6


def test_a_missing_client_fails_with_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DONDOC_CLIENTS_VENV", str(tmp_path))
    with pytest.raises(pytest.fail.Exception, match="make clients"):
        client("khal")
