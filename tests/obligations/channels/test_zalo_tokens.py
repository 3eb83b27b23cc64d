"""Tokens: one refresh at a time, kept before use, a person called in time, nothing secret in the clear."""

import logging
import multiprocessing
import signal
import tarfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.fernet import Fernet

from models.tables import OauthToken
from notifications.kit import NoToken
from notifications.zalo_oauth import Pair
from obligations.errors import Refused
from obligations.services.care.backup import make_backup
from obligations.services.channels import zalo_tokens
from obligations.services.channels.zalo_tokens import TokenKeeper, refresh, refresh_due_tokens, store_pair
from obligations.services.context import App, open_app
from obligations.services.hearing.zalo_connect import accounts, alarms, ask_consent, connect_account, reseal_all
from obligations.services.sealing import seal, unseal
from obligations.settings import Settings
from tests.zalo.server import LoopbackZalo
from tests.zalo.world import HANOI

NOW = datetime(2026, 10, 29, 10, tzinfo=HANOI)


@pytest.fixture
def zalo() -> Iterator[LoopbackZalo]:
    with LoopbackZalo() as server:
        server.world.now = NOW
        yield server


@pytest.fixture
def linked(app: App, zalo: LoopbackZalo) -> App:
    """An installation whose account has been connected."""
    world = zalo.world
    given = {
        "zalo_accounts": f"oa1={world.app_id}:{world.app_secret.replace(' ', '_')}:oa-secret",
        "zalo_oauth_url": zalo.base,
    }
    world.app_secret = world.app_secret.replace(" ", "_")
    ready = replace(app, settings=app.settings.model_copy(update=given))
    connect(ready, zalo)
    return ready


def connect(app: App, zalo: LoopbackZalo, at: datetime = NOW) -> None:
    asked = ask_consent(app.settings, "oa1", "https://baocao.example/zalo")
    query = parse_qs(urlsplit(asked.url).query)
    with zalo.world.lock:
        zalo.world.codes["code1"] = ("oa1", query["code_challenge"][0], at + timedelta(minutes=10))
    connect_account(app, "oa1", "code1", asked.verifier, at, "quản trị")


def at(app: App, zalo: LoopbackZalo, moment: datetime) -> TokenKeeper:
    zalo.world.now = moment
    return TokenKeeper(app, lambda: moment)


def row(app: App) -> OauthToken:
    with app.read(NOW) as ctx:
        return ctx.session.get_one(OauthToken, "oa1")


def test_consent_gives_a_token_that_serves(linked: App, zalo: LoopbackZalo) -> None:
    assert zalo.world.oa_of(at(linked, zalo, NOW).access_token("oa1")) == "oa1"
    assert zalo.world.refreshes == 0
    kept = row(linked)
    assert (kept.version, kept.connected_by) == (1, "quản trị")


def test_a_code_that_is_not_proved_changes_nothing(linked: App, zalo: LoopbackZalo) -> None:
    with zalo.world.lock:
        zalo.world.codes["code2"] = ("oa1", "another challenge", NOW + timedelta(minutes=10))
    with pytest.raises(Refused, match="refused the code"):
        connect_account(linked, "oa1", "code2", "verifier", NOW, "ai đó")
    assert row(linked).version == 1


def test_refreshed_early_while_the_old_one_still_serves(linked: App, zalo: LoopbackZalo) -> None:
    first = at(linked, zalo, NOW).access_token("oa1")
    assert at(linked, zalo, NOW + timedelta(hours=19)).access_token("oa1") == first
    second = at(linked, zalo, NOW + timedelta(hours=21)).access_token("oa1")
    assert second != first
    assert zalo.world.oa_of(second) == "oa1"
    kept = row(linked)
    assert unseal(linked.settings, kept.previous_access_enc) == first, "the pair before it is kept"


def test_no_answer_keeps_the_old_pair_and_it_goes_on_serving(linked: App, zalo: LoopbackZalo) -> None:
    zalo.world.script = ["500"]
    keeper = at(linked, zalo, NOW + timedelta(hours=21))
    assert zalo.world.oa_of(keeper.access_token("oa1")) == "oa1"
    assert row(linked).alarm == ""
    assert at(linked, zalo, NOW + timedelta(hours=22)).access_token("oa1")
    assert zalo.world.refreshes == 1


def test_many_threads_of_many_keepers_refresh_once(linked: App, zalo: LoopbackZalo) -> None:
    later = NOW + timedelta(hours=21)
    keepers = [at(linked, zalo, later) for _ in range(4)]
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda k=keeper: found.append(k.access_token("oa1")))  # type: ignore[misc]
        for keeper in keepers
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert zalo.world.refreshes == 1
    assert len(set(found)) == 1
    assert row(linked).version == 2


def test_a_refused_token_is_renewed_once_for_all_who_held_it(linked: App, zalo: LoopbackZalo) -> None:
    one, other = at(linked, zalo, NOW), at(linked, zalo, NOW)
    old = one.access_token("oa1")
    assert other.access_token("oa1") == old
    new = one.refused("oa1", old)
    assert new is not None
    assert other.refused("oa1", old) == new, "the second is given what the first got"
    assert zalo.world.refreshes == 1


def test_a_lost_answer_ends_with_a_person_being_called(linked: App, zalo: LoopbackZalo) -> None:
    """Zalo rotated, nobody heard: the stored token is tried once more, and then only consent helps."""
    zalo.world.script = ["drop-after"]
    later = NOW + timedelta(hours=21)
    keeper = at(linked, zalo, later)
    assert keeper.access_token("oa1"), "what is held serves while it lives"
    assert at(linked, zalo, later + timedelta(minutes=5)).access_token("oa1")
    with linked.read(later) as ctx:
        assert any("kết nối lại" in words for words in alarms(ctx))
    dead = at(linked, zalo, NOW + timedelta(hours=26))
    with pytest.raises(NoToken, match="anew"):
        dead.access_token("oa1")
    tries = zalo.world.refreshes
    with pytest.raises(NoToken):
        dead.access_token("oa1")
    assert zalo.world.refreshes == tries, "Zalo is not asked again and again"
    connect(linked, zalo, NOW + timedelta(hours=26))
    assert zalo.world.oa_of(at(linked, zalo, NOW + timedelta(hours=26)).access_token("oa1")) == "oa1"
    with linked.read(later) as ctx:
        assert alarms(ctx) == []


def die_before_keeping(settings: Settings, moment: datetime) -> None:
    app = open_app(settings)

    def die(*_: object) -> None:
        import os

        os.kill(os.getpid(), signal.SIGKILL)

    zalo_tokens._keep = die  # type: ignore[assignment]
    refresh(app, "oa1", 1, lambda: moment)


def test_killed_between_the_answer_and_keeping_it(linked: App, zalo: LoopbackZalo) -> None:
    later = NOW + timedelta(hours=21)
    zalo.world.now = later
    process = multiprocessing.get_context("fork").Process(target=die_before_keeping, args=(linked.settings, later))
    linked.database.dispose()
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert row(linked).refreshing_since is not None
    after = later + timedelta(minutes=2)
    assert zalo.world.refreshes == 1
    with linked.read(after) as ctx:
        assert alarms(ctx) == []
    assert refresh_due_tokens(linked, lambda: after) == 0
    with linked.read(after) as ctx:
        assert alarms(ctx), "a person is called within the hour, hours before the token dies"


def test_kept_alive_though_nothing_is_sent_and_warned_before_it_dies(linked: App, zalo: LoopbackZalo) -> None:
    for hours in range(0, 24 * 30, 8):
        zalo.world.now = NOW + timedelta(hours=hours)
        refresh_due_tokens(linked, lambda: zalo.world.now)
    assert zalo.world.oa_of(at(linked, zalo, zalo.world.now).access_token("oa1")) == "oa1"
    zalo.world.script = ["500"] * 1000
    last = zalo.world.now
    for days in range(1, 80):
        refresh_due_tokens(linked, lambda: last + timedelta(days=days))  # noqa: B023 - used at once
    with linked.read(last) as ctx:
        assert "sẽ hết hiệu lực ngày" in alarms(ctx)[0]


def test_an_account_that_is_not_named_or_not_connected_says_what_to_do(app: App, linked: App) -> None:
    with pytest.raises(NoToken, match="dondoc zalo connect oa9"):
        TokenKeeper(linked, lambda: NOW).access_token("oa9")
    with pytest.raises(NoToken, match="DONDOC_CHANNEL_SECRETS"):
        TokenKeeper(linked, lambda: NOW).secret("esms:X")


def test_keys_rotate_and_a_missing_key_is_named(linked: App) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    with_old = replace(linked, settings=linked.settings.model_copy(update={"encryption_keys": old}))
    with with_old.write(NOW, "test") as ctx:
        store_pair(ctx, linked.settings.zalo_app("oa1"), Pair("access one", "refresh one", 90000))
        store_pair(ctx, linked.settings.zalo_app("oa1"), Pair("access two", "refresh two", 90000))
    both = replace(linked, settings=linked.settings.model_copy(update={"encryption_keys": f"{new} {old}"}))
    with both.write(NOW, "test") as ctx:
        assert reseal_all(ctx) == 1
    only_new = linked.settings.model_copy(update={"encryption_keys": new})
    assert unseal(only_new, row(linked).access_enc) == "access two"
    with pytest.raises(Refused, match="DONDOC_ENCRYPTION_KEYS"):
        unseal(with_old.settings, row(linked).access_enc)


def test_no_secret_lies_in_the_clear(
    linked: App, zalo: LoopbackZalo, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for hours in (0, 21, 45):
        at(linked, zalo, NOW + timedelta(hours=hours)).access_token("oa1")
    zalo.world.script = ["500"]
    at(linked, zalo, NOW + timedelta(hours=67)).access_token("oa1")
    pair = zalo.world.tokens["oa1"]
    secrets = [pair.access, pair.refresh, zalo.world.app_secret, *zalo.world.spent_refresh]
    with linked.read(NOW) as ctx:
        shown = repr(accounts(ctx))
    content = caplog.text + shown
    if linked.database.is_sqlite:
        backup = make_backup(linked.settings, tmp_path / "backup", NOW)
        with tarfile.open(backup.archive) as archive:
            assert not [name for name in archive.getnames() if "encryption" in name]
            unpacked = b"".join(archive.extractfile(m).read() for m in archive.getmembers())  # type: ignore[union-attr]
        home = b"".join(p.read_bytes() for p in linked.settings.home.rglob("*") if p.is_file())
        content += (unpacked + home).decode("latin-1")
    for secret in secrets:
        assert secret not in content
    assert unseal(linked.settings, seal(linked.settings, "đường dẫn")) == "đường dẫn"
