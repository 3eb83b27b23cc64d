"""Only addresses that were looked at are connected to: names that lead inside, spellings of addresses, answers that change."""

import ssl
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from notifications.checked_transport import Reach, resolved
from notifications.http_sender import Answer, HttpSender
from notifications.kit import HostPolicy
from notifications.message import Outcome

LOOPBACK = ip_network("127.0.0.0/8")


class Web(ThreadingHTTPServer):
    """Counts what came, by the name it was asked for."""

    def __init__(self) -> None:
        self.hosts: list[str] = []
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["content-length"]))
                owner.hosts.append(self.headers["host"])
                self.send_response(307)
                self.send_header("location", "/elsewhere")
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        super().__init__(("127.0.0.1", 0), Handler)
        self.port = self.server_address[1]


@pytest.fixture
def web() -> Iterator[Web]:
    server = Web()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


class Names:
    """A resolver that answers each question with the next of its answers, and the last one from then on."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers, self.asked = list(answers), 0

    def __call__(self, _host: str, _port: int) -> Sequence[str]:
        self.asked += 1
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def post(url: str, reach: Reach) -> Answer | Outcome:
    sender = HttpSender(HostPolicy(), 5, reach=reach)
    try:
        return sender.post(url, content=b"{}")
    finally:
        sender.close()


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "::1", "0.0.0.0", "::", "169.254.169.254", "100.64.0.1", "10.1.2.3", "192.168.1.1", "172.16.0.1",
        "224.0.0.1", "255.255.255.255", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
        "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:0:0:0:0:80ff:fffe",
    ],
)  # fmt: skip
def test_what_is_not_public_is_not_connected_to(address: str) -> None:
    assert not Reach().permits(ip_address(address))
    said = post("https://kho.example/", Reach(setting="DONDOC_X", resolve=Names([address])))
    assert isinstance(said, Outcome)
    assert (said.kind, said.code) == ("configuration", "address")
    assert said.text == f"kho.example leads to {address}, which is neither public nor in DONDOC_X"


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8"])
def test_public_addresses_are_within_reach(address: str) -> None:
    assert Reach().permits(ip_address(address))


def test_a_listed_network_is_within_reach_and_no_other() -> None:
    reach = Reach([ip_network("10.0.0.0/8"), ip_network("fc00::/7")])
    assert [reach.permits(ip_address(each)) for each in ("10.9.9.9", "::ffff:10.0.0.1", "fc00::1", "127.0.0.1")] == [
        True, True, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "host", ["2130706433", "0177.0.0.1", "0x7f.1", "127.1", "localhost", "[::1]", "[::ffff:127.0.0.1]"]
)
def test_other_spellings_of_this_machine_lead_to_nothing(web: Web, host: str) -> None:
    said = post(f"http://{host}:{web.port}/", Reach())
    assert isinstance(said, Outcome)
    assert (said.kind, said.phase, web.hosts) == ("configuration", "build" if host[:2] == "01" else "connect", [])


def test_the_system_resolves_spellings_as_a_connection_would() -> None:
    assert resolved("2130706433", 80) == resolved("0x7f.0.0.1", 80) == ["127.0.0.1"]


def test_a_name_whose_answer_changes_is_asked_once_and_again_for_the_next_event(web: Web) -> None:
    names = Names(["127.0.0.1"], ["169.254.169.254"])
    reach = Reach([LOOPBACK], resolve=names)
    sender = HttpSender(HostPolicy(), 5, reach=reach)
    first, second = (sender.post(f"http://kho.example:{web.port}/", content=b"{}") for _ in range(2))
    sender.close()
    assert isinstance(first, Answer)
    assert first.status == 307, "a redirect is an answer, not a way"
    assert isinstance(second, Outcome)
    assert second.code == "address"
    assert (names.asked, web.hosts) == (2, [f"kho.example:{web.port}"])


def test_of_several_addresses_those_within_reach_are_tried_in_turn(web: Web) -> None:
    names = Names(["10.0.0.1", "127.0.0.9", "127.0.0.1"])
    said = post(f"http://kho.example:{web.port}/", Reach([LOOPBACK], resolve=names))
    assert isinstance(said, Answer)
    assert web.hosts == [f"kho.example:{web.port}"]


def test_an_unknown_name_is_tried_again_later() -> None:
    def unknown(_host: str, _port: int) -> Sequence[str]:
        raise OSError("no such name")

    said = post("https://kho.example/", Reach(resolve=unknown))
    assert isinstance(said, Outcome)
    assert said.kind == "temporary"


def test_tls_is_verified_against_the_name(web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, seen = _certificate(tmp_path, "kho.example"), list[str | None]()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    context.sni_callback = lambda _socket, name, _context: seen.append(name)
    web.socket = context.wrap_socket(web.socket, server_side=True, do_handshake_on_connect=False)
    monkeypatch.setattr("certifi.where", lambda: str(file))
    reach = Reach([LOOPBACK], resolve=Names(["127.0.0.1"]))
    said = post(f"https://kho.example:{web.port}/", reach)
    assert isinstance(said, Answer), said
    other = post(f"https://khac.example:{web.port}/", reach)
    assert isinstance(other, Outcome)
    assert (other.kind, seen, len(web.hosts)) == ("temporary", ["kho.example", "khac.example"], 1)


def _certificate(tmp_path: Path, host: str) -> Path:
    """A certificate of a host that is its own authority, with its key."""
    key, start = ec.generate_private_key(ec.SECP256R1()), datetime(2020, 1, 1, tzinfo=UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), start, start.replace(2120))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file = tmp_path / "kho.pem"
    file.write_bytes(made.public_bytes(Encoding.PEM) + private)
    return file
