"""Uploads through ClamAV's daemon: a server on loopback that speaks its protocol (clamd(8), INSTREAM), and every way it can fail."""

import socket
import socketserver
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from models.tables import Attachment
from obligations.services.care.doctor import examine
from obligations.services.virus_scan import answers
from obligations.settings import Settings
from tests.portal.conftest import LATE, PDF, Site, key_in, serve, token_in
from tests.ports import free_port

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
MOST = 1 << 20


def padded(size: int) -> bytes:
    """A PDF that long, ending as one does."""
    return PDF.replace(b"%%EOF", b"%" + b"x" * size + b"\n%%EOF")


LONG = padded(200_000)


class Clamd(socketserver.ThreadingUnixStreamServer):
    """PING, and INSTREAM with a limit; ``says`` overrides the verdict, ``seen`` keeps what was streamed."""

    daemon_threads = True
    says = b""
    hangs_up = False

    def __init__(self, path: str) -> None:
        super().__init__(path, _Session)
        self.seen: list[bytes] = []


class _Session(socketserver.StreamRequestHandler):
    server: Clamd

    def handle(self) -> None:
        command = self._until_nul()
        if command == b"zPING":
            self.wfile.write(b"PONG\0")
        elif command == b"zINSTREAM":
            self._scan()
        else:
            self.wfile.write(b"UNKNOWN COMMAND\0")

    def _scan(self) -> None:
        found = b""
        while size := struct.unpack("!L", self.rfile.read(4))[0]:
            found += self.rfile.read(size)
            if len(found) > MOST:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.server.seen.append(found)
        if self.server.hangs_up:
            return
        self.wfile.write(
            self.server.says or (b"stream: Eicar-Test-Signature FOUND\0" if EICAR in found else b"stream: OK\0")
        )

    def _until_nul(self) -> bytes:
        found = b""
        while not found.endswith(b"\0") and (part := self.rfile.read(1)):
            found += part
        return found[:-1]


@pytest.fixture
def clamd(tmp_path: Path) -> Iterator[Clamd]:
    server = Clamd(str(tmp_path / "clamd.ctl"))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def guarded(clamd: Clamd, settings: Settings, adopted_template: Path) -> Iterator[Site]:
    (settings.home / "dondoc.db").write_bytes(adopted_template.read_bytes())
    yield from serve(settings.model_copy(update={"clamd": f"unix://{clamd.server_address}"}), lambda _app: None)


def send(site: Site, content: bytes) -> tuple[int, str]:
    agency = site.agency("so-tu-phap")
    path = f"/a/{site.assignment('so-tu-phap')}"
    shown = agency.get(path)
    answer = agency.post(
        path,
        data={"csrf": token_in(shown), "key": key_in(shown), "action": "send", "form": "soft", "note": "giữ lại"},
        files={"files": ("bao-cao.pdf", content, "application/pdf")},
    )
    return answer.status_code, answer.text


def kept(site: Site) -> int:
    with site.app.read(LATE) as ctx:
        return len(ctx.session.exec(select(Attachment)).all())


def test_a_clean_file_is_taken_and_all_of_it_was_looked_at(guarded: Site, clamd: Clamd) -> None:
    guarded.confirm()
    assert send(guarded, LONG)[0] == 303
    assert (kept(guarded), clamd.seen) == (1, [LONG])


@pytest.mark.parametrize(
    ("says", "hangs_up", "content", "said"),
    [
        (b"", False, PDF + EICAR, "phát hiện có mã độc"),
        (b"INSTREAM size limit exceeded. ERROR\0", False, PDF, "Chưa kiểm tra được vi-rút"),
        (b"", False, padded(MOST), "Chưa kiểm tra được vi-rút"),
        (b"", True, PDF, "Chưa kiểm tra được vi-rút"),
        (b"nonsense without an end" * 400, False, PDF, "Chưa kiểm tra được vi-rút"),
    ],
    ids=["infected", "an error", "too long for it", "it hangs up", "nonsense"],
)
def test_without_a_clean_verdict_nothing_is_taken_and_nothing_typed_is_lost(
    guarded: Site, clamd: Clamd, says: bytes, hangs_up: bool, content: bytes, said: str
) -> None:
    guarded.confirm()
    clamd.says, clamd.hangs_up = says, hangs_up
    status, text = send(guarded, content)
    assert status == 422
    assert said in text
    assert "giữ lại" in text
    assert kept(guarded) == 0
    assert not guarded.app.settings.files.is_dir() or list(guarded.app.settings.files.iterdir()) == []


def test_while_the_daemon_is_away_no_file_is_taken(guarded: Site, clamd: Clamd) -> None:
    guarded.confirm()
    Path(str(clamd.server_address)).unlink()
    status, text = send(guarded, PDF)
    assert (status, kept(guarded)) == (422, 0)
    assert "Chưa kiểm tra được vi-rút" in text


def test_the_doctor_asks_the_daemon(guarded: Site, clamd: Clamd) -> None:
    def finding() -> bool:
        return next(f.ok for f in examine(guarded.app.settings, LATE) if f.what == "virus scan")

    assert finding()
    Path(str(clamd.server_address)).unlink()
    assert not finding()
    assert not answers(f"tcp://127.0.0.1:{free_port()}")


def test_it_is_asked_over_tcp_too(clamd: Clamd) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def once() -> None:
            connection, _ = server.accept()
            with connection:
                assert connection.recv(64) == b"zPING\0"
                connection.sendall(b"PONG\0")

        thread = threading.Thread(target=once)
        thread.start()
        assert answers(f"tcp://127.0.0.1:{port}")
        thread.join()
