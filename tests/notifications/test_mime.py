import base64
import re
import unicodedata
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.message import Attachment, Mail
from notifications.mime import build_mime
from tests.notifications.mails import mail

SENDER = "dondoc@stc.hungyen.example"
NASTY = st.text(max_size=300) | st.lists(
    st.sampled_from(
        ["\r\n", "\n", "\r", "\x00", "\u2028", "\u2029", "\x85", "Bcc: x@y.z", "=?utf-8?q?a?=", "ệ", " ", "%0a"]
    )
).map("".join)


def parse(message: Mail) -> EmailMessage:
    return message_from_bytes(build_mime(message, SENDER), policy=policy.default)


def raw_headers(message: Mail) -> str:
    return build_mime(message, SENDER).split(b"\r\n\r\n", 1)[0].decode("ascii")


def subject_of(message: Mail) -> str:
    found = re.search(r"^Subject: ([^\r]*(?:\r\n [^\r]*)*)", raw_headers(message), re.MULTILINE)
    assert found
    return str(make_header(decode_header(found.group(1).replace("\r\n", ""))))


LONG = (
    "Nhắc gửi báo cáo tình hình thực hiện Kế hoạch xây dựng, phát huy vai trò đội ngũ doanh nhân ở phường Đường Hào "
    * 4
)[:250]


def test_long_vietnamese_subject_is_folded_into_words_of_at_most_75_octets() -> None:
    message = mail(subject=LONG.strip())
    headers = raw_headers(message)
    words = re.findall(r"=\?[^ \r\n]+\?=", headers)
    assert len(words) > 5
    assert max(len(word) for word in words) <= 75
    assert max(len(line) for line in headers.split("\r\n")) <= 78
    assert subject_of(message) == LONG.strip()
    for word in words:
        _, charset, _, payload, _ = word.split("?")
        assert charset == "utf-8"
        base64.b64decode(payload).decode("utf-8")  # raises if a character was cut


@given(subject=NASTY, name=NASTY, extra=NASTY)
def test_no_text_makes_or_loses_a_header(subject: str, name: str, extra: str) -> None:
    clean = parse(mail(subject="x", from_name="y", headers={"X-Plan": "z"}))
    attacked = parse(mail(subject=subject, from_name=name, headers={"X-Plan": extra}))
    assert list(attacked.keys()) == list(clean.keys())
    assert attacked["To"] == clean["To"]
    assert str(attacked["From"].addresses[0].addr_spec) == SENDER


@given(subject=st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Zs"]), max_size=250))
def test_every_subject_reads_back(subject: str) -> None:
    headers = raw_headers(mail(subject=subject))
    assert all(len(line) <= 78 for line in headers.split("\r\n"))
    assert subject_of(mail(subject=subject)) == unicodedata.normalize("NFC", subject)


@given(text=st.text(max_size=400))
def test_every_body_reads_back(text: str) -> None:
    plain = parse(mail(text=text)).get_body(("plain",))
    assert plain is not None
    payload = plain.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert payload == text.encode("utf-8", "replace").replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


@pytest.mark.parametrize("name", ["", "Bcc", "bcc", "Message-ID", "To", "X Y", "X:Y", "X\r\nBcc", "Subject", "Đ"])
def test_reserved_or_malformed_header_names_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="header"):
        build_mime(mail(headers={name: "v"}), SENDER)


@pytest.mark.parametrize("field", ["message_id", "in_reply_to"])
@pytest.mark.parametrize("value", ["a@b\r\nBcc: x@y", "a b@c", "<a@b>", "ệ@b", "a@b\u2028"])
def test_identities_are_not_repaired_but_refused(field: str, value: str) -> None:
    with pytest.raises(ValueError, match="Message-ID"):
        build_mime(mail(**{field: value}), SENDER)


def test_reply_threads_with_the_first_message() -> None:
    message = parse(mail(in_reply_to="first@dondoc.example"))
    assert message["In-Reply-To"] == message["References"] == "<first@dondoc.example>"


def test_body_is_seven_bit_with_short_lines_and_no_bare_newline() -> None:
    raw = build_mime(mail(text="ệ" * 5000, html="<p>" + "ệ" * 5000 + "</p>"), SENDER)
    assert max(raw) < 128
    assert max(len(line) for line in raw.split(b"\r\n")) <= 78
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_attachment_keeps_its_name_type_and_bytes() -> None:
    content = bytes(range(256)) * 3
    file = Attachment("Đề cương báo cáo.docx", "application/octet-stream", content)
    attached = next(iter(parse(mail(attachments=(file,))).iter_attachments()))
    assert attached.get_filename() == "Đề cương báo cáo.docx"
    assert attached.get_payload(decode=True) == content
    assert parse(mail(attachments=(file,))).get_body(("html",)) is not None


def test_date_is_the_one_given_and_never_the_clock() -> None:
    assert parse(mail())["Date"].datetime.isoformat() == "2026-10-21T01:00:00+00:00"
    assert parse(mail(date=None))["Date"] is None
