"""The Vietnamese providers' channels against a provider with their true semantics."""

import logging
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

import apprise
import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.channel import Channel, ChannelError
from notifications.esms_plugin import is_plain, segments, without_diacritics
from notifications.kit import ChannelKit, FixedTokens, HostPolicy
from notifications.message import Mail, Outcome
from notifications.provider_codes import ESMS_CODES, OA_CODES, ZNS_CODES, outcome_of
from notifications.provider_plugin import Unsendable, phone_84
from notifications.registry import open_channel, register_plugins, resends
from tests.notifications.mails import mail
from tests.zalo.server import LoopbackZalo
from tests.zalo.world import HANOI

MORNING = datetime(2026, 10, 29, 10, tzinfo=HANOI)
SHORT = "Còn 07 ngày làm việc đến hạn gửi báo cáo. Trân trọng."
KINDS = {
    "zalooa": ("zalooa://oa1/", "user1"),
    "zalogroup": ("zalogroup://oa1/", "group1"),
    "zns": ("zns://oa1/?template=123", "0912345678"),
    "zalobot": ("zalobot://bot1/", "chat1"),
    "esms": ("esms://STCHUNGYEN/", "0912 345 678"),
}
ALL = pytest.mark.parametrize("kind", KINDS)
OF_OA = pytest.mark.parametrize("kind", ["zalooa", "zalogroup", "zns"])


@pytest.fixture
def zalo() -> Iterator[LoopbackZalo]:
    with LoopbackZalo() as server:
        server.world.issue("oa1")
        server.world.last_wrote["user1"] = server.world.now
        yield server


@pytest.fixture
def kit(zalo: LoopbackZalo) -> ChannelKit:
    secrets = {"zalobot:bot1": "the-bot-token", "esms:STCHUNGYEN": "api:secret"}
    return ChannelKit(FixedTokens({"oa1": zalo.world.tokens["oa1"].access}, secrets))


def channel_of(kind: str, zalo: LoopbackZalo, kit: ChannelKit, options: str = "") -> Channel:
    url = KINDS[kind][0]
    return open_channel(f"{url}{'&' if '?' in url else '?'}api={zalo.base}{options}", kit)


def message(kind: str, number: int = 1, **changes: object) -> Mail:
    text = f"{SHORT} {number}"
    if kind == "esms":
        text = without_diacritics(text)
    given = {
        "target": KINDS[kind][1],
        "short": text,
        "tracking_id": f"t{number}",
        "date": MORNING,
        "params": {"a": "b"},
    }
    return mail(message_id=f"m{number}@d.example", **{**given, **changes})


def send(kind: str, zalo: LoopbackZalo, kit: ChannelKit, options: str = "", **changes: object) -> Outcome:
    channel = channel_of(kind, zalo, kit, options)
    try:
        return channel.send(message(kind, **changes))  # type: ignore[arg-type]
    finally:
        channel.close()


@ALL
def test_accepted_with_the_providers_id(kind: str, zalo: LoopbackZalo, kit: ChannelKit) -> None:
    outcome = send(kind, zalo, kit)
    assert outcome.kind == "accepted"
    assert outcome.provider_id
    assert sum(zalo.world.taken.values()) == 1


def test_a_notice_without_a_template_is_no_fault_of_its_address(zalo: LoopbackZalo, kit: ChannelKit) -> None:
    channel = open_channel(f"zns://oa1/?api={zalo.base}", kit)
    outcome = channel.send(message("zns"))
    channel.close()
    assert (outcome.kind, outcome.code, outcome.recipient) == ("permanent", "no_template", "")
    assert not zalo.world.taken


@ALL
@pytest.mark.parametrize("step", ["hang-after", "drop-after", "hang", "drop"])
def test_a_request_without_an_answer_is_unknown(kind: str, step: str, zalo: LoopbackZalo, kit: ChannelKit) -> None:
    zalo.world.script = [step]
    outcome = send(kind, zalo, kit, "&timeout=0.3")
    assert (outcome.kind, outcome.phase) == ("unknown", "after-request")


@ALL
def test_nobody_listening_is_temporary(kind: str, zalo: LoopbackZalo, kit: ChannelKit) -> None:
    url = KINDS[kind][0]
    channel = open_channel(f"{url}{'&' if '?' in url else '?'}api=http://127.0.0.1:1", kit)
    outcome = channel.send(message(kind))
    channel.close()
    assert (outcome.kind, outcome.phase) == ("temporary", "connect")


@ALL
def test_busy_and_broken_servers_are_asked_again_later(kind: str, zalo: LoopbackZalo, kit: ChannelKit) -> None:
    zalo.world.script = ["429", "500"]
    assert [send(kind, zalo, kit).kind for _ in range(2)] == ["temporary", "temporary"]


@ALL
def test_a_missing_secret_is_configuration_and_nothing_leaves(kind: str, zalo: LoopbackZalo) -> None:
    outcome = send(kind, zalo, ChannelKit())
    assert (outcome.kind, outcome.phase) == ("configuration", "token")
    assert not zalo.world.taken


@ALL
def test_a_host_that_is_not_listed_is_refused_before_anything_leaves(kind: str) -> None:
    with pytest.raises(ChannelError, match="DONDOC_ALLOWED_HOSTS"):
        open_channel(KINDS[kind][0], ChannelKit(hosts=HostPolicy(frozenset({"mail.hungyen.example"}))))


@ALL
def test_an_address_that_leads_elsewhere_is_refused(kind: str) -> None:
    with pytest.raises(ChannelError):
        open_channel(KINDS[kind][0].partition("?")[0] + "?api=https://evil.example")


@ALL
def test_no_secret_is_shown_or_logged(
    kind: str, zalo: LoopbackZalo, kit: ChannelKit, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    zalo.world.script = ["", "500", "-201", "drop"]
    shown = [repr(send(kind, zalo, kit, "&timeout=0.5", number=n)) for n in range(4)]
    access = zalo.world.tokens["oa1"].access
    for secret in (access, "the-bot-token", "api:secret", "'secret'"):
        assert secret not in caplog.text + "".join(shown)
    for target in ("user1", "group1", "0912345678", "84912345678", "chat1"):
        assert target not in "".join(shown)


@ALL
def test_plain_apprise_users_are_served_too(kind: str, zalo: LoopbackZalo, kit: ChannelKit) -> None:
    register_plugins()
    url, target = KINDS[kind]
    address = url.replace("/?", f"/{target}?") if "?" in url else f"{url}{target}"
    address += f"{'&' if '?' in address else '?'}api={zalo.base}"
    plugin = apprise.Apprise.instantiate(address.replace(" ", ""))
    plugin.use(kit)
    text = without_diacritics(SHORT) if kind == "esms" else SHORT
    everyone = apprise.Apprise()
    everyone.add(plugin)
    assert everyone.notify(body=text) is True
    zalo.world.script = ["500"]
    assert everyone.notify(body=text) is False
    assert (
        plugin.url_id() != apprise.Apprise.instantiate(address.replace(target.replace(" ", ""), "84987654321")).url_id()
    )


@pytest.mark.parametrize("kind", ["zalooa", "zalogroup", "zalobot"])
def test_a_text_beyond_two_thousand_never_leaves(kind: str, zalo: LoopbackZalo, kit: ChannelKit) -> None:
    outcome = send(kind, zalo, kit, short="đ" * 2001)
    assert (outcome.kind, outcome.phase) == ("permanent", "build")
    assert send(kind, zalo, kit, short="đ" * 2000).kind == "accepted"


def test_sixteen_threads_get_each_their_own_outcome_by_kept_connections(zalo: LoopbackZalo, kit: ChannelKit) -> None:
    zalo.world.without_zalo = {f"849123456{n:02d}" for n in range(0, 100, 2)}
    channel = channel_of("zns", zalo, kit)

    def one(number: int) -> tuple[int, str]:
        return number, channel.send(message("zns", number, target=f"09123456{number:02d}")).kind

    with ThreadPoolExecutor(16) as threads:
        began = time.perf_counter()
        found = list(threads.map(one, range(100)))
        spent = time.perf_counter() - began
    channel.close()
    assert all(kind == ("accepted" if number % 2 else "permanent") for number, kind in found)
    assert spent < 10


@OF_OA
def test_a_refused_token_is_renewed_once_and_the_message_goes(kind: str, zalo: LoopbackZalo, kit: ChannelKit) -> None:
    class Renewing(FixedTokens):
        asked = 0

        def refused(self, oa: str, token: str) -> str | None:  # noqa: ARG002
            self.asked += 1
            return zalo.world.issue(oa).access

    tokens = Renewing({"oa1": "stale"})
    assert send(kind, zalo, ChannelKit(tokens)).kind == "accepted"
    assert tokens.asked == 1
    zalo.world.now += timedelta(hours=26)
    assert send(kind, zalo, kit).kind == "configuration", "nobody renews it"


@OF_OA
def test_night_waits_for_the_morning_and_a_quota_for_the_next_day(
    kind: str, zalo: LoopbackZalo, kit: ChannelKit
) -> None:
    late = MORNING.replace(hour=23)
    zalo.world.now = late
    zalo.world.tokens["oa1"].access_until = late + timedelta(days=1)
    outcome = send(kind, zalo, kit, date=late)
    if kind != "zns":
        assert (outcome.kind, outcome.defer_until) == ("defer", MORNING.replace(day=30, hour=6))
    zalo.world.now, zalo.world.daily_quota = MORNING, 0
    if kind != "zns":
        outcome = send(kind, zalo, kit)
        assert (outcome.kind, outcome.defer_until) == ("defer", datetime(2026, 10, 30, 0, 5, tzinfo=HANOI))


def test_zns_defers_by_its_own_codes(zalo: LoopbackZalo, kit: ChannelKit) -> None:
    zalo.world.script = ["-133", "-144"]
    assert send("zns", zalo, kit, date=MORNING.replace(hour=23)).defer_until == MORNING.replace(day=30, hour=6)
    assert send("zns", zalo, kit).defer_until == datetime(2026, 10, 30, 0, 5, tzinfo=HANOI)


def test_the_rate_is_asked_again_soon_and_speaks_of_the_channel(zalo: LoopbackZalo, kit: ChannelKit) -> None:
    zalo.world.per_minute = 0
    outcome = send("zalooa", zalo, kit)
    assert (outcome.kind, outcome.code, outcome.phase, outcome.retry_after) == ("temporary", "-32", "limit", 15.0)


def test_outside_the_window_only_another_channel_helps(zalo: LoopbackZalo, kit: ChannelKit) -> None:
    assert send("zalooa", zalo, kit, target="stranger").kind == "permanent"
    zalo.world.last_wrote["user1"] = zalo.world.now - timedelta(days=8)
    assert send("zalooa", zalo, kit).recipient == ""
    zalo.world.not_followers.add("user1")
    assert send("zalooa", zalo, kit).recipient == "no_account"
    zalo.world.without_zalo.add("84912345678")
    assert send("zns", zalo, kit).recipient == "no_account"


def test_sms_is_folded_by_its_request_id(zalo: LoopbackZalo, kit: ChannelKit) -> None:
    zalo.world.script = ["drop-after", ""]
    assert send("esms", zalo, kit, "&timeout=0.5").kind == "unknown"
    outcome = send("esms", zalo, kit)
    assert outcome.kind == "accepted"
    assert zalo.world.taken == {"t1": 1}
    assert resends("esms://x") == "freely"
    assert {resends(f"{kind}://x") for kind in ("zalooa", "zns", "zalobot", "tgram")} == {"never"}


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ({"error": 0, "message": "Success"}, "unknown"),
        ({"error": 0, "data": {"message_id": "1"}}, "accepted"),
        ({"error": "-216"}, "configuration"),
        ({"error": -9999, "message": "new"}, "temporary"),
        ([], "unknown"),
        ({}, "unknown"),
        ({"error": 0, "data": []}, "unknown"),
    ],
)
def test_every_answer_has_an_outcome(answer: object, kind: str, zalo: LoopbackZalo, kit: ChannelKit) -> None:
    import json

    from notifications.http_sender import Answer

    channel = channel_of("zalooa", zalo, kit)
    plugin = channel._plugin  # type: ignore[attr-defined]
    outcome, _ = plugin._judge(Answer(200, {}, json.dumps(answer).encode(), "OK"), MORNING)
    channel.close()
    assert outcome.kind == kind


@pytest.mark.parametrize("table", [OA_CODES, ZNS_CODES, ESMS_CODES])
def test_every_code_gives_a_whole_outcome(table: dict[int, object]) -> None:
    for code in table:
        outcome = outcome_of(table, code, "words", MORNING)  # type: ignore[arg-type]
        assert outcome.text
        assert outcome.phase
        assert (outcome.kind == "defer") == (outcome.defer_until is not None)
        assert not outcome.recipient or outcome.kind == "permanent"


@given(st.text(max_size=30))
def test_a_phone_is_a_vietnamese_number_or_unsendable(text: str) -> None:
    with suppress(Unsendable):
        digits = phone_84(text)
        assert digits.startswith("84")
        assert digits.isdecimal()


@pytest.mark.parametrize("number", ["0912345678", "+84 912 345 678", "84912345678", "912345678", "0912.345.678"])
def test_a_phone_is_written_in_many_ways(number: str) -> None:
    assert phone_84(number) == "84912345678"


@pytest.mark.parametrize(
    ("text", "count"), [("a" * 160, 1), ("a" * 161, 2), ("a" * 459, 3), ("đ" * 70, 1), ("đ" * 71, 2)]
)
def test_segments_of_an_sms(text: str, count: int) -> None:
    assert segments(text) == count


@given(st.text())
def test_without_diacritics_is_always_plain(text: str) -> None:
    assert is_plain(without_diacritics(text))


def test_without_diacritics_reads_as_people_write_it() -> None:
    assert without_diacritics("Đề nghị Quý cơ quan – gửi báo cáo…") == "De nghi Quy co quan - gui bao cao..."


def test_a_long_sms_is_refused_before_it_costs_money(zalo: LoopbackZalo, kit: ChannelKit) -> None:
    assert send("esms", zalo, kit, short="a" * 500).phase == "build"
    assert send("esms", zalo, kit, short="đ" * 300).phase == "build"
    assert replace(message("esms")).short
