"""One-time passwords, recovery codes, lockout; and links by mail, on both databases."""

import base64
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from sqlmodel import select

from models.tables import AuditEntry, RecoveryCode, SecondFactor, ServiceNote, SignInMail
from obligations.errors import NotFound, Refused
from obligations.services.accounts.access import actor_of, open_staff_session, sign_in_link
from obligations.services.accounts.mail_link import ask_link, write_link
from obligations.services.accounts.note_mail import TOKEN_HERE
from obligations.services.accounts.oidc import account_for
from obligations.services.accounts.oidc_client import Identity
from obligations.services.accounts.pending import pass_second, pending_of
from obligations.services.accounts.people import account_by_name, create_account, disable_account, unbind_oidc
from obligations.services.accounts.second_factor import (
    begin_setup,
    confirm_setup,
    factor_state,
    give_factor,
    new_codes,
    remove_factor,
    reset_factor,
)
from obligations.services.chasing.pauses import pause
from obligations.services.context import App
from obligations.services.hearing.zalo_connect import reseal_all
from obligations.services.running.service_notes import tell_coordinators
from tests.notifications.smtp_server import SmtpServer
from tests.plan197 import hanoi

NOW = hanoi(2026, 11, 19, 9)


@pytest.fixture
def lan(app: App) -> App:
    """One coordinator and one who only reads."""
    with app.write(NOW, "test") as ctx:
        create_account(ctx, "lan", "Phạm Thị Lan", "lan@stc.example")
        create_account(ctx, "xem", "Người xem", "xem@stc.example", "observer")
    return app


def code(secret: str, at: datetime) -> str:
    return TOTP(base64.b32decode(secret), 6, SHA1(), 30).generate(int(at.timestamp())).decode()


def set_up(app: App, name: str = "lan", at: datetime = NOW) -> tuple[str, list[str]]:
    with app.write(at, name) as ctx:
        secret = begin_setup(ctx, name).secret
        assert begin_setup(ctx, name).secret == secret, "two tabs show the same"
    with app.write(at, name) as ctx:
        codes = confirm_setup(ctx, name, code(secret, at))
    assert codes is not None
    return secret, codes


def given(app: App, typed: str, at: datetime) -> bool:
    with app.write(at, "lan") as ctx:
        return give_factor(ctx, "lan", typed)


def with_mode(app: App, mode: str) -> App:
    return replace(app, settings=app.settings.model_copy(update={"second_factor": mode}))


def sign_in(app: App, at: datetime = NOW, name: str = "lan") -> str:
    with app.write(at, "test") as ctx:
        return open_staff_session(ctx, sign_in_link(ctx, account_by_name(ctx, name)).removeprefix("/login/")).sid


def test_a_time_step_is_taken_once_and_around_now_only(lan: App) -> None:
    secret, _ = set_up(lan)
    assert not given(lan, code(secret, NOW), NOW), "the one that confirmed it"
    later = NOW + timedelta(seconds=60)
    for wrong in (timedelta(seconds=-60), timedelta(seconds=60)):
        assert not given(lan, code(secret, later + wrong), later)
    assert given(lan, code(secret, later), later)
    assert not given(lan, code(secret, later), later)
    assert not given(lan, code(secret, later - timedelta(seconds=30)), later), "none before it either"
    assert given(lan, code(secret, later + timedelta(seconds=30)), later), "a clock that is half a minute ahead"


def test_two_at_once_with_one_code_let_one_through(lan: App) -> None:
    secret, codes = set_up(lan)
    later = NOW + timedelta(minutes=2)
    for typed in (code(secret, later), codes[0]):
        with ThreadPoolExecutor(3) as threads:
            assert sum(threads.map(lambda _, t=typed: given(lan, t, later), range(3))) == 1  # type: ignore[misc]


def test_recovery_codes_serve_once_and_old_ones_die(lan: App) -> None:
    secret, codes = set_up(lan)
    assert len(set(codes)) == 10
    assert given(lan, codes[0].lower().replace("-", " "), NOW)
    assert not given(lan, codes[0], NOW)
    later = NOW + timedelta(minutes=1)
    with lan.write(later, "lan") as ctx:
        fresh = new_codes(ctx, "lan", code(secret, later))
    assert fresh is not None
    assert not given(lan, codes[1], later)
    assert given(lan, fresh[9], later)
    with lan.read(later) as ctx:
        assert factor_state(ctx, "lan").codes_left == 9


def test_the_database_opens_nothing(lan: App) -> None:
    secret, codes = set_up(lan)
    with lan.read(NOW) as ctx:
        stored = "".join(row.model_dump_json() for row in ctx.session.exec(select(SecondFactor)).all())
        stored += "".join(row.model_dump_json() for row in ctx.session.exec(select(RecoveryCode)).all())
        stored += "".join(row.model_dump_json() for row in ctx.session.exec(select(AuditEntry)).all())
    assert secret not in stored
    assert not [c for c in codes if c in stored or c.replace("-", "") in stored]


def test_new_encryption_keys_take_the_secrets_along(lan: App) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()

    def keyed(keys: str) -> App:
        return replace(lan, settings=lan.settings.model_copy(update={"encryption_keys": keys}))

    secret, _ = set_up(keyed(old))
    later = NOW + timedelta(minutes=1)
    with pytest.raises(Refused, match="khóa mã hóa cũ"):
        given(keyed(new), code(secret, later), later)
    with keyed(f"{new} {old}").write(later, "quan") as ctx:
        assert reseal_all(ctx) == 1
    assert given(keyed(new), code(secret, later), later)


def test_failures_lock_the_account_for_a_while_and_are_kept(lan: App) -> None:
    secret, codes = set_up(lan)
    for _ in range(5):
        assert not given(lan, "000000", NOW)
    for typed in (code(secret, NOW + timedelta(minutes=1)), codes[0]):
        with pytest.raises(Refused, match="tạm khóa đến 09 giờ 15"):
            given(lan, typed, NOW + timedelta(minutes=1))
    after = NOW + timedelta(minutes=16)
    assert given(lan, code(secret, after), after)
    with lan.read(NOW) as ctx:
        assert [e.detail for e in ctx.session.exec(select(AuditEntry)).all() if e.action == "account.locked"] == [
            {"minutes": 15}
        ]


def test_a_session_needs_it_from_the_moment_it_is_set_up(lan: App) -> None:
    old = sign_in(lan)
    secret, _ = set_up(lan)
    sid, at = sign_in(lan), NOW + timedelta(minutes=1)
    with lan.read(at) as ctx:
        assert actor_of(ctx, old) is None
        assert actor_of(ctx, sid) is None
        waits = pending_of(ctx, sid)
    assert waits is not None
    assert not waits.enrols
    with lan.write(at, "sign-in") as ctx:
        assert pass_second(ctx, sid, "123") is None
    with lan.write(at, "sign-in") as ctx:
        passed = pass_second(ctx, sid, code(secret, at))
    assert passed is not None
    with lan.read(at) as ctx:
        assert actor_of(ctx, sid) is None, "the secret of before is dead"
        actor = actor_of(ctx, passed.opened.sid)
        assert actor is not None
        assert actor.may_act
        assert pending_of(ctx, passed.opened.sid) is None
    with pytest.raises(Refused), lan.write(at, "sign-in") as ctx:
        pass_second(ctx, passed.opened.sid, code(secret, at))


def test_required_asks_who_decides_to_set_it_up_and_leaves_readers_alone(lan: App) -> None:
    strict = with_mode(lan, "required")
    sid, reader = sign_in(strict), sign_in(strict, name="xem")
    with strict.read(NOW) as ctx:
        waits = pending_of(ctx, sid)
        assert waits is not None
        assert waits.enrols
        assert actor_of(ctx, sid) is None
        assert actor_of(ctx, reader) is not None
    with strict.write(NOW, "sign-in") as ctx:
        secret = begin_setup(ctx, "lan").secret
    with strict.write(NOW, "sign-in") as ctx:
        passed = pass_second(ctx, sid, code(secret, NOW))
    assert passed is not None
    assert len(passed.codes) == 10
    with strict.read(NOW) as ctx:
        assert actor_of(ctx, passed.opened.sid) is not None
    fresh = sign_in(lan)
    with with_mode(lan, "off").read(NOW) as ctx:
        assert actor_of(ctx, fresh) is not None, "off asks nobody"


def test_it_is_taken_off_by_its_owner_with_a_code_or_by_an_administrator(lan: App) -> None:
    secret, _ = set_up(lan)
    later = NOW + timedelta(minutes=1)
    with lan.write(later, "lan") as ctx:
        assert not remove_factor(ctx, "lan", "111111")
    with lan.write(later, "lan") as ctx:
        assert remove_factor(ctx, "lan", code(secret, later))
    sid = sign_in(lan, later)
    set_up(lan, at=later + timedelta(minutes=1))
    with pytest.raises(Refused), lan.write(later, "quan") as ctx:
        reset_factor(ctx, "lan", "")
    with lan.write(later, "quan") as ctx:
        reset_factor(ctx, "lan", "mất điện thoại, đã gặp mặt")
    with lan.read(later) as ctx:
        assert not factor_state(ctx, "lan").confirmed
        assert pending_of(ctx, sid) is None, "its sessions are over"
        assert actor_of(ctx, sid) is None


@pytest.fixture
def mailing(lan: App):
    with SmtpServer() as server:
        ready = replace(lan, settings=lan.settings.model_copy(update={"mail_url": server.url()}))
        ready.settings.__dict__.pop("channel_urls", None)
        yield ready, server


def link_in(server: SmtpServer) -> str:
    body = server.messages[-1].get_body(("plain",))
    assert body is not None
    (line,) = [line for line in body.get_content().splitlines() if "/login/" in line]
    return line.strip().rpartition("/login/")[2]


def test_a_link_comes_by_mail_at_any_hour_and_works_once(mailing: tuple[App, SmtpServer]) -> None:
    app, server = mailing
    night = hanoi(2026, 11, 21, 23)
    with app.write(night, "lan") as ctx:
        pause(ctx, "sai danh sách")  # whoever is signed out must be able to lift it
    for nobody in ("khong-co", "khong@co.example", "", "lan@", "%"):
        assert ask_link(app, lambda: night, nobody) == 0
    assert ask_link(app, lambda: night, " LAN@stc.example ") == 1
    (mail,) = server.messages
    assert mail["To"] == "lan@stc.example"
    token = link_in(server)
    with app.read(night) as ctx:
        stored = "".join(r.model_dump_json() for r in ctx.session.exec(select(ServiceNote)).all())
        stored += "".join(r.model_dump_json() for r in ctx.session.exec(select(SignInMail)).all())
    assert TOKEN_HERE in stored
    assert token not in stored
    with app.write(night, "sign-in") as ctx:
        sid = open_staff_session(ctx, token).sid
    with app.read(night) as ctx:
        actor = actor_of(ctx, sid)
    assert actor is not None
    assert actor.name == "lan"
    with pytest.raises(NotFound), app.write(night, "sign-in") as ctx:
        open_staff_session(ctx, token)


def test_of_two_who_use_a_mailed_link_at_once_one_is_in(mailing: tuple[App, SmtpServer]) -> None:
    app, server = mailing
    ask_link(app, lambda: NOW, "lan")

    def use(_: int) -> bool:
        try:
            with app.write(NOW, "sign-in") as ctx:
                open_staff_session(ctx, link_in(server))
        except NotFound:
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(use, range(4))) == 1


def test_a_mailed_link_is_over_after_a_quarter_of_an_hour_or_with_its_account(mailing: tuple[App, SmtpServer]) -> None:
    app, server = mailing
    assert ask_link(app, lambda: NOW, "lan") == 1
    with pytest.raises(NotFound), app.write(NOW + timedelta(minutes=15), "sign-in") as ctx:
        open_staff_session(ctx, link_in(server))
    with app.write(NOW, "quan") as ctx:
        disable_account(ctx, "lan", "nghỉ")
    with pytest.raises(NotFound), app.write(NOW, "sign-in") as ctx:
        open_staff_session(ctx, link_in(server))
    assert ask_link(app, lambda: NOW + timedelta(minutes=2), "lan") == 0


def test_few_links_an_hour_and_one_for_a_double_click(mailing: tuple[App, SmtpServer]) -> None:
    app, server = mailing
    with ThreadPoolExecutor(3) as threads:
        assert sum(threads.map(lambda _: ask_link(app, lambda: NOW, "lan"), range(3))) == 1
    sent = sum(ask_link(app, lambda n=n: NOW + timedelta(minutes=2 * n), "lan") for n in range(1, 20))  # type: ignore[misc]
    assert sent == 4, "five an hour in all"
    assert ask_link(app, lambda: NOW + timedelta(minutes=2), "xem") == 1, "everybody counts alone"
    assert ask_link(app, lambda: NOW + timedelta(minutes=70), "lan") == 1
    assert len(server.messages) == 7


def test_a_link_that_could_not_go_is_not_sent_when_it_is_over(mailing: tuple[App, SmtpServer]) -> None:
    app, server = mailing
    server.script["MAIL"] = "421 busy"
    assert ask_link(app, lambda: NOW, "lan") == 0
    server.script.clear()
    assert tell_coordinators(app, lambda: NOW + timedelta(minutes=16)) == 0
    assert server.messages == []
    with app.read(NOW) as ctx:
        assert [note.next_at for note in ctx.session.exec(select(ServiceNote)).all()] == [None]


def test_without_mail_nothing_is_written_and_the_administrator_is_told(lan: App) -> None:
    assert ask_link(lan, lambda: NOW, "lan") == 0
    with pytest.raises(Refused, match="dondoc login lan"), lan.write(NOW, "quan") as ctx:
        write_link(ctx, "lan")
    with lan.read(NOW) as ctx:
        assert ctx.session.exec(select(ServiceNote)).all() == []


def identity(sub: str = "s-1", **claims: object) -> Identity:
    return Identity("https://sso.example", sub, {"email": "lan@stc.example", "email_verified": True, **claims})


def test_the_provinces_person_is_bound_once_and_stays(lan: App) -> None:
    with lan.write(NOW, "sign-in") as ctx:
        assert account_for(ctx, identity()).name == "lan"
    with lan.write(NOW, "sign-in") as ctx:
        assert account_for(ctx, identity(email="khac@stc.example")).name == "lan", "whatever the address is now"
    with pytest.raises(Refused), lan.write(NOW, "sign-in") as ctx:
        account_for(ctx, identity("s-2"))
    with lan.write(NOW, "quan") as ctx:
        unbind_oidc(ctx, "lan")
    with lan.write(NOW, "sign-in") as ctx:
        assert account_for(ctx, identity("s-2")).name == "lan"


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": False},
        {"email_verified": "true"},
        {"email_verified": None},
        {"email": ""},
        {"email": "khong@co.example"},
        {"email": "lan"},
    ],
)
def test_nobody_is_taken_for_another(lan: App, claims: dict[str, object]) -> None:
    claims.setdefault("email", "lan@stc.example")
    wrong = identity(**claims)
    if claims["email"] == "lan":
        wrong = identity(email="lan", email_verified=False)
    with pytest.raises(Refused, match="chưa được khai báo"), lan.write(NOW, "sign-in") as ctx:
        account_for(ctx, wrong)
    with lan.read(NOW) as ctx:
        assert account_by_name(ctx, "lan").oidc_subject is None


def test_another_claim_names_the_account(lan: App) -> None:
    named = replace(lan, settings=lan.settings.model_copy(update={"oidc_claim": "preferred_username"}))
    with named.write(NOW, "sign-in") as ctx:
        assert account_for(ctx, identity(email="x@y.example", preferred_username="LAN")).name == "lan"
