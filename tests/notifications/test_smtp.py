import socket
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from ipaddress import IPv4Address
from pathlib import Path
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from notifications.message import Outcome
from notifications.registry import open_channel
from notifications.smtp_pool import SmtpPool
from notifications.smtp_pool import SmtpServer as SmtpAddress
from tests.notifications.mails import MAIL, mail
from tests.notifications.smtp_server import PASSWORD, SmtpServer


def send(server: SmtpServer, options: str = "", **changes: object) -> Outcome:
    channel = open_channel(server.url(options))
    try:
        return channel.send(mail(**changes))
    finally:
        channel.close()


def test_message_arrives_whole_and_the_queue_id_is_kept(smtp: SmtpServer) -> None:
    outcome = send(smtp)
    assert (outcome.kind, outcome.code, outcome.provider_id, outcome.phase) == ("accepted", "250", "Q1", "accepted")
    assert smtp.recipients == [[MAIL.target]]
    message = smtp.messages[0]
    assert message["Subject"] == MAIL.subject
    assert message["Message-ID"] == f"<{MAIL.message_id}>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Reply-To"] == MAIL.reply_to
    assert message["From"].addresses[0].addr_spec == "dondoc@stc.hungyen.example"
    sent_from = message_from_bytes(smtp.received[0], policy=policy.compat32)["From"]
    shown = str(make_header(decode_header(sent_from.replace("\r\n", ""))))
    assert shown == f"{MAIL.from_name} <dondoc@stc.hungyen.example>"
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().replace("\r\n", "\n") == MAIL.text
    assert html.get_content().strip() == MAIL.html
    assert len(message.get_all("Message-ID", [])) == 1


FAULTS = [
    ("MAIL", "451 4.3.0 later", "temporary", "mail"),
    ("MAIL", "550 5.7.1 sender refused", "configuration", "mail"),
    ("MAIL", "553 5.1.8 sender has no domain", "configuration", "mail"),
    ("MAIL", "drop", "temporary", "mail"),
    ("RCPT", "450 4.2.0 greylisted", "temporary", "rcpt"),
    ("RCPT", "452 4.2.2 mailbox full", "temporary", "rcpt"),
    ("RCPT", "550 5.1.1 no such user", "permanent", "rcpt"),
    ("RCPT", "550 unknown user", "permanent", "rcpt"),
    ("RCPT", "554 5.7.1 relay access denied", "configuration", "rcpt"),
    ("RCPT", "530 5.7.0 authentication required", "configuration", "rcpt"),
    ("RCPT", "drop", "temporary", "rcpt"),
    ("DATA", "451 4.3.0 no room", "temporary", "data"),
    ("DATA", "554 5.5.1 no", "permanent", "data"),
    ("DATA", "drop", "temporary", "data"),
    ("DATA", "drop-in-content", "temporary", "data"),
    ("DOT", "452 4.3.1 disk full", "temporary", "after-dot"),
    ("DOT", "421 4.3.2 shutting down", "temporary", "after-dot"),
    ("DOT", "552 5.3.4 too big", "permanent", "after-dot"),
    ("DOT", "554 5.7.1 looks like spam", "configuration", "after-dot"),
    ("DOT", "drop", "unknown", "after-dot"),
]


@pytest.mark.parametrize(("verb", "answer", "kind", "phase"), FAULTS, ids=[f"{v}-{a[:9]}" for v, a, *_ in FAULTS])
def test_every_fault_has_its_outcome_and_phase(smtp: SmtpServer, verb: str, answer: str, kind: str, phase: str) -> None:
    smtp.script[verb] = answer
    # The content must outgrow the socket buffers for a drop in its midst to be felt.
    text = "x" * 8_000_000 if answer == "drop-in-content" else MAIL.text
    outcome = send(smtp, text=text)
    assert (outcome.kind, outcome.phase) == (kind, phase)
    if answer[0] in "45":
        assert outcome.code == answer[:3]
    assert len(smtp.received) == (1 if answer == "drop" and verb == "DOT" else 0)


def test_one_refused_recipient_does_not_touch_its_neighbours(smtp: SmtpServer) -> None:
    smtp.script["bad@x.example"] = "550 5.1.1 no such user"
    smtp.script["full@x.example"] = "452 4.2.2 full"
    channel = open_channel(smtp.url())
    names = ("a", "bad", "b", "full", "c")
    kinds = [channel.send(mail(target=f"{n}@x.example", message_id=f"{n}@d.example")).kind for n in names]
    channel.close()
    assert kinds == ["accepted", "permanent", "accepted", "temporary", "accepted"]
    assert smtp.recipients == [["a@x.example"], ["b@x.example"], ["c@x.example"]]
    assert smtp.connections == 1


def test_one_connection_serves_many_messages_with_rset_between(smtp: SmtpServer) -> None:
    channel = open_channel(smtp.url())
    for number in range(5):
        assert channel.send(mail(message_id=f"{number}@d.example")).kind == "accepted"
    channel.close()
    assert smtp.connections == 1
    assert smtp.verbs.count("RSET") == 4


def test_stale_kept_connection_is_replaced_without_a_failed_message(smtp: SmtpServer) -> None:
    channel = open_channel(smtp.url())
    assert channel.send(mail(message_id="1@d.example")).kind == "accepted"
    smtp.close_connections()
    time.sleep(0.05)
    assert channel.send(mail(message_id="2@d.example")).kind == "accepted"
    channel.close()
    assert smtp.connections == 2


def test_connection_is_retired_after_a_hundred_uses(smtp: SmtpServer) -> None:
    channel = open_channel(smtp.url())
    for number in range(101):
        assert channel.send(mail(message_id=f"{number}@d.example")).kind == "accepted"
    channel.close()
    assert smtp.connections == 2


def test_no_answer_after_the_dot_in_time_is_unknown(smtp: SmtpServer) -> None:
    smtp.script["DOT"] = "slow"
    outcome = send(smtp, "&timeout=0.2")
    assert (outcome.kind, outcome.phase) == ("unknown", "after-dot")
    assert len(smtp.received) == 1


def test_no_answer_to_rcpt_in_time_is_temporary(smtp: SmtpServer) -> None:
    smtp.script["RCPT"] = "slow"
    outcome = send(smtp, "&timeout=0.2")
    assert (outcome.kind, outcome.phase) == ("temporary", "rcpt")
    assert not smtp.received


def test_nobody_listening_is_temporary() -> None:
    with SmtpServer() as server:
        url = server.url()
    outcome = open_channel(url).send(MAIL)
    assert (outcome.kind, outcome.phase) == ("temporary", "connect")


def test_same_message_again_has_the_same_message_id_and_bytes(smtp: SmtpServer) -> None:
    send(smtp)
    send(smtp)
    assert smtp.received[0] == smtp.received[1]


def login_url(server: SmtpServer, password: str) -> str:
    return f"vnmail://clerk:{quote(password)}@127.0.0.1:{server.port}/?from=d@x.example"


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # aiosmtpd; loopback
def test_login_with_a_vietnamese_password_and_wrong_password_is_configuration() -> None:
    with SmtpServer(login=True) as server:
        right, wrong = open_channel(login_url(server, PASSWORD)), open_channel(login_url(server, "sai-bí-mật"))
        assert right.send(MAIL).kind == "accepted"
        outcome = wrong.send(MAIL)
        right.close()
    assert (outcome.kind, outcome.code, outcome.phase) == ("configuration", "535", "auth")
    assert "sai-bí-mật" not in str(outcome) + repr(wrong)


def test_sixteen_threads_get_each_their_own_outcome(smtp: SmtpServer) -> None:
    answers = {0: "", 1: "450 4.2.0 later", 2: "550 5.1.1 no", 3: "554 5.7.1 policy"}
    expected = {0: "accepted", 1: "temporary", 2: "permanent", 3: "configuration"}
    for number in range(320):
        if answers[number % 4]:
            smtp.script[f"u{number}@x.example"] = f"{answers[number % 4]} u{number}"
    channel = open_channel(smtp.url("&pool=16"))
    barrier = threading.Barrier(16)

    def work(start: int) -> list[tuple[int, Outcome]]:
        barrier.wait()
        return [
            (n, channel.send(mail(target=f"u{n}@x.example", message_id=f"{n}@d.example")))
            for n in range(start, 320, 16)
        ]

    with ThreadPoolExecutor(16) as threads:
        results = [pair for part in threads.map(work, range(16)) for pair in part]
    channel.close()
    for number, outcome in results:
        assert outcome.kind == expected[number % 4]
        if number % 4:
            assert outcome.text.endswith(f" u{number}")
    assert len(smtp.received) == 80
    assert smtp.connections <= 16


@pytest.mark.parametrize("target", ["", "no-at", "a@b\r\nRCPT TO:<x@y>", "a b@c.d", "<a@b.c>", "đ@b.c", "a@b,c@d"])
def test_impossible_address_is_permanent_and_opens_no_connection(smtp: SmtpServer, target: str) -> None:
    outcome = send(smtp, target=target)
    assert (outcome.kind, outcome.phase) == ("permanent", "build")
    assert smtp.connections == 0


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's certificate for 127.0.0.1, trusted by this process as an internal authority would be."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "relay.example")])
    start = datetime(2020, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), start, start.replace(2120))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "relay.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(made.public_bytes(Encoding.PEM) + private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    return context


@pytest.mark.parametrize("starttls", [False, True])
def test_tls_is_verified_against_the_trusted_authorities(
    certificate: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch, starttls: bool
) -> None:
    with SmtpServer(tls=certificate, starttls=starttls) as server:
        url = server.url("&starttls=yes") if starttls else server.url().replace("vnmail:", "vnmails:")
        trusting = open_channel(url)
        assert trusting.send(MAIL).kind == "accepted"
        trusting.close()
        monkeypatch.delenv("SSL_CERT_FILE")
        outcome = open_channel(url).send(MAIL)
    assert (outcome.kind, outcome.code) == ("configuration", "SSLCertVerificationError")
    assert len(server.received) == 1


def test_server_without_starttls_is_configuration_and_gets_no_plain_mail(smtp: SmtpServer) -> None:
    outcome = send(smtp, "&starttls=yes")
    assert (outcome.kind, outcome.phase) == ("configuration", "connect")
    assert not smtp.received


def test_final_dot_is_not_held_back(smtp: SmtpServer) -> None:
    """Found by measuring: with Nagle's algorithm on, each message waited 40 ms for the server's delayed ACK."""
    pool = SmtpPool(SmtpAddress("127.0.0.1", smtp.port))
    with pool.connection(["connect"]) as kept:
        client = kept.client
        assert client.sock is not None
        assert client.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    pool.close()
