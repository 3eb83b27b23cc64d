"""What a channel that cannot carry the whole text is handed instead."""

import pytest

from notifications.message import Mail
from obligations.errors import SettingsError
from obligations.services.channels.channel_forms import fitted
from obligations.settings import Settings
from tests.notifications.samples import notice

SETTINGS = Settings(
    secret_key="any",
    channels="tin=esms://STC mau=zns://oa1 oa=zalooa://oa1",
    zns_templates="before=123456 overdue=123457",
)
MAIL = Mail("m", "email", "a@b.example", "Chủ đề", "dài", short="ngắn")


def as_sent(channel: str, kind: str = "before") -> Mail:
    return fitted(Mail("m", channel, "84912345678", "Chủ đề", "dài", short="ngắn"), kind, notice(kind), SETTINGS)


def test_mail_and_chat_carry_what_was_written() -> None:
    assert fitted(MAIL, "before", notice("before"), SETTINGS) is MAIL
    assert as_sent("oa").short == "ngắn"


def test_a_text_message_has_no_diacritics() -> None:
    assert as_sent("tin").short.startswith("So Tai chinh: Nhac gui bao cao nam 2026")


def test_zns_carries_an_approved_template_or_none() -> None:
    assert (as_sent("mau").template, as_sent("mau").params["state"]) == ("123456", "còn 07 ngày làm việc")
    assert as_sent("mau", "open").template == "", "not approved yet: the channel refuses it, nothing wrong is sent"
    assert as_sent("mau", "leader").params == {}


@pytest.mark.parametrize("text", ["open", "open=", "open=12;3"])
def test_a_wrong_setting_is_refused_by_name(text: str) -> None:
    with pytest.raises(SettingsError, match="DONDOC_ZNS_TEMPLATES"):
        _ = Settings(secret_key="any", zns_templates=text).zns_template_ids
