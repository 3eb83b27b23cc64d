"""Channels against real servers on loopback: what each refusal and each broken connection comes to."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.addresses import redact_url
from notifications.channel import ChannelError
from notifications.memory import RecordingChannel
from notifications.message import Attachment, Mail
from notifications.mime import build_mime
from tests.ports import free_port
from notifications.registry import channel_problem, open_channel

MAIL = Mail(
    message_id="abc.1@sotaichinh.example",
    channel="email",
    target="vanthu@xa.example",
    subject="[197/KH-UBND] Sở Tài chính chưa nhận được báo cáo năm 2026 của Quý cơ quan",
    text="Kính gửi: Ủy ban nhân dân xã Tiên Lữ\n\n.một dòng bắt đầu bằng dấu chấm\nTrân trọng./.\n",
    html="<p>Kính gửi</p>",
    from_name="Thông báo tự động – Sở Tài chính",
    reply_to="phongdn@sotaichinh.example",
)


class Script:
    """An SMTP server that does what the recipient's name asks for."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.connections = 0

    async def handle_EHLO(self, server: SMTP, session: object, _envelope: object, hostname: str, responses: list[str]) -> list[str]:  # noqa: N802
        self.connections += 1
        session.host_name = hostname  # type: ignore[attr-defined]
        return responses

    async def handle_RCPT(self, server: SMTP, _session: object, envelope: object, address: str, _options: object) -> str:  # noqa: N802
        replies = {
            "greylist": "451 4.7.1 try later",
            "nobody": "550 5.1.1 no such user",
            "policy": "550 5.7.1 not permitted",
        }
        if reply := replies.get(address.split("@")[0]):
            return reply
        if address.startswith("hangup-rcpt"):
            server.transport.close()
        envelope.rcpt_tos.append(address)  # type: ignore[attr-defined]
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: object, envelope: object) -> str:  # noqa: N802
        self.taken.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[attr-defined]
        name = envelope.rcpt_tos[0].split("@")[0]  # type: ignore[attr-defined]
        if name == "full":
            return "552 5.2.2 mailbox full"
        if name == "hangup-after-dot":
            server.transport.close()
            await asyncio.sleep(0)
        return "250 2.0.0 Ok: queued as 4BxT"


@pytest.fixture
def smtp() -> Iterator[tuple[Script, str]]:
    script = Script()
    controller = Controller(script, hostname="127.0.0.1", port=free_port())
    controller.start()
    port = controller.port
    yield script, f"vnmail://127.0.0.1:{port}/?from=dondoc@sotaichinh.example"
    controller.stop()


@pytest.mark.parametrize(
    ("target", "kind", "phase", "code"),
    [
        ("vanthu@xa.example", "accepted", "accepted", "250"),
        ("greylist@xa.example", "temporary", "rcpt", "451"),
        ("nobody@xa.example", "permanent", "rcpt", "550"),
        ("policy@xa.example", "configuration", "rcpt", "550"),
        ("full@xa.example", "permanent", "after-dot", "552"),
        ("hangup-after-dot@xa.example", "unknown", "after-dot", None),
        ("hangup-rcpt@xa.example", "temporary", "rcpt", None),
        ("không phải địa chỉ", "permanent", "build", "address"),
    ],
)
def test_smtp_outcomes(smtp: tuple[Script, str], target: str, kind: str, phase: str, code: str | None) -> None:
    channel = open_channel(smtp[1])
    outcome = channel.send(replace(MAIL, target=target))
    assert (outcome.kind, outcome.phase) == (kind, phase), outcome
    assert code is None or outcome.code == code
    assert outcome.provider_id == ("4BxT" if kind == "accepted" else None)
    channel.close()


def test_a_mail_arrives_whole(smtp: tuple[Script, str]) -> None:
    script, url = smtp
    channel = open_channel(url)
    channel.send(replace(MAIL, attachments=(Attachment("lịch.ics", "text/calendar", b"BEGIN:VCALENDAR"),)))
    channel.close()
    mail = script.taken[0]
    assert mail["Subject"] == MAIL.subject
    assert mail["Message-ID"] == f"<{MAIL.message_id}>"
    assert mail.get_all("Message-ID") == [f"<{MAIL.message_id}>"]
    assert mail["Auto-Submitted"] == "auto-generated"
    assert str(make_header(decode_header(build_from_line()))) == f"{MAIL.from_name} <dondoc@sotaichinh.example>"
    assert mail["Reply-To"] == MAIL.reply_to
    body = mail.get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == MAIL.text
    assert [part.get_filename() for part in mail.iter_attachments()] == ["lịch.ics"]


def build_from_line() -> str:
    """The From line as it leaves, unfolded."""
    raw = build_mime(MAIL, "dondoc@sotaichinh.example")
    return str(message_from_bytes(raw, policy=policy.compat32)["From"]).replace("\r\n", "")


def test_one_connection_serves_many_and_a_stale_one_is_replaced() -> None:
    script = Script()
    controller = Controller(script, hostname="127.0.0.1", port=free_port())
    controller.start()
    port = controller.port
    channel = open_channel(f"vnmail://127.0.0.1:{port}/?from=a@b.example")
    assert [channel.send(MAIL).kind for _ in range(20)] == ["accepted"] * 20
    assert script.connections == 1
    controller.stop()
    again = Controller(script, hostname="127.0.0.1", port=port)
    again.start()
    assert channel.send(MAIL).kind == "accepted"
    channel.close()
    again.stop()


def test_nobody_listening_is_temporary() -> None:
    outcome = open_channel("vnmail://127.0.0.1:9/?from=a@b.example").send(MAIL)
    assert (outcome.kind, outcome.phase) == ("temporary", "connect")


def test_outcomes_of_sixteen_threads_do_not_mix(smtp: tuple[Script, str]) -> None:
    channel = open_channel(smtp[1])
    targets = [("vanthu", "accepted"), ("nobody", "permanent"), ("greylist", "temporary")] * 40
    with ThreadPoolExecutor(16) as pool:
        kinds = list(pool.map(lambda t: channel.send(replace(MAIL, target=f"{t[0]}@xa.example")).kind, targets))
    assert kinds == [kind for _, kind in targets]
    channel.close()


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=250))
def test_no_subject_adds_or_breaks_a_header(text: str) -> None:
    raw = build_mime(replace(MAIL, subject=f"x {text}", html=None), "dondoc@sotaichinh.example")
    parsed = message_from_bytes(raw, policy=policy.default)
    assert set(parsed.keys()) == {"From", "To", "Subject", "Message-ID", "Auto-Submitted", "Reply-To", "Content-Type", "Content-Transfer-Encoding", "MIME-Version"}
    head = raw.split(b"\r\n\r\n", 1)[0]
    assert all(len(line) <= 998 for line in head.split(b"\r\n"))


def test_a_long_vietnamese_subject_folds_into_short_words() -> None:
    long = "Báo cáo tình hình thực hiện Kế hoạch phát triển đội ngũ doanh nhân " * 4
    raw = build_mime(replace(MAIL, subject=long.strip(), html=None), "dondoc@sotaichinh.example")
    words = [w for line in raw.split(b"\r\n\r\n")[0].split(b"\r\n") for w in line.split() if w.startswith(b"=?")]
    assert max(len(w) for w in words) <= 75
    assert message_from_bytes(raw, policy=policy.default)["Subject"] == long.strip()


@pytest.fixture
def hook() -> Iterator[tuple[str, list[dict[str, object]], Callable[[int, dict[str, str]], None]]]:
    answer: dict[str, object] = {"code": 200, "headers": {}}
    seen: list[dict[str, object]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # noqa: N802 - http.server's name
            body = self.rfile.read(int(self.headers["Content-Length"]))
            seen.append({"key": self.headers["Idempotency-Key"], **json.loads(body)})
            self.send_response(int(str(answer["code"])))
            for name, value in dict(answer["headers"]).items():  # type: ignore[call-overload]
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()

    def reply(code: int, headers: dict[str, str]) -> None:
        answer.update(code=code, headers=headers)

    yield f"webhook://127.0.0.1:{server.server_port}/nhan", seen, reply
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("code", "headers", "kind", "wait"),
    [
        (200, {}, "accepted", None),
        (429, {"Retry-After": "7"}, "temporary", 7.0),
        (503, {}, "temporary", None),
        (400, {}, "permanent", None),
        (401, {}, "configuration", None),
        (302, {"Location": "http://127.0.0.1:9/"}, "configuration", None),
    ],
)
def test_webhook_outcomes(
    hook: tuple[str, list[dict[str, object]], Callable[[int, dict[str, str]], None]],
    code: int, headers: dict[str, str], kind: str, wait: float | None,
) -> None:
    url, seen, reply = hook
    reply(code, headers)
    channel = open_channel(url)
    outcome = channel.send(MAIL)
    assert (outcome.kind, outcome.retry_after) == (kind, wait)
    assert seen[0]["key"] == seen[0]["id"] == MAIL.message_id
    assert seen[0]["subject"] == MAIL.subject
    channel.close()


def test_any_other_apprise_address_works_with_a_coarse_outcome(
    hook: tuple[str, list[dict[str, object]], Callable[[int, dict[str, str]], None]],
) -> None:
    url, _, reply = hook
    channel = open_channel(url.replace("webhook://", "json://"))
    reply(500, {})
    assert channel.send(MAIL).kind == "temporary"
    channel.close()


def test_the_recording_channel_keeps_and_never_claims_to_have_sent() -> None:
    channel = open_channel("record://")
    assert isinstance(channel, RecordingChannel)
    assert channel.send(MAIL).kind == "recorded"
    assert channel.mails == [MAIL]


@pytest.mark.parametrize("option", ["optional=yes", "retry=3", "wait=1"])
def test_options_that_make_outcomes_lie_are_refused(option: str) -> None:
    with pytest.raises(ChannelError, match=option.split("=", 1)[0]):
        open_channel(f"json://127.0.0.1/?{option}")


def test_problems_name_no_secret() -> None:
    problem = channel_problem("nonsense://user:s3cret@host/t0ken")
    assert problem is not None
    assert "s3cret" not in problem
    assert "t0ken" not in problem
    assert redact_url("vnmail://u:p@mail.example:25/?from=x") == "vnmail://mail.example/…"
    assert channel_problem("record://") is None
