"""Events reach programs at least once, signed, until they are taken or given up; on both databases."""

import json
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from models.tables import Webhook, WebhookEvent
from obligations.errors import NotFound, Refused
from obligations.rules.webhooks import KINDS, WAITS, kinds_of, next_try, signature
from obligations.services import audit
from obligations.services.context import App, open_app
from obligations.services.interface.tell_programs import LEASE, tell_programs
from obligations.services.interface.webhooks import MadeWebhook, add_webhook, end_webhook, refusal, webhooks
from obligations.settings import Settings
from tests.obligations.interface.receiver import Receiver, receiving
from tests.plan197 import hanoi

NOW = hanoi(2026, 11, 19, 9)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


def added(app: App, url: str, *kinds: str) -> MadeWebhook:
    with app.write(NOW, "quan") as ctx:
        return add_webhook(ctx, "kho dữ liệu", url, list(kinds or KINDS))


def happens(app: App, *actions: str, at: datetime = NOW) -> None:
    with app.write(at, "lan") as ctx:
        for number, action in enumerate(actions):
            audit.record(ctx, action, f"id-{number}", label="2026")


def told(app: App, at: datetime = NOW) -> int:
    return tell_programs(app, lambda: at)


def test_it_signs_as_the_standard_says() -> None:
    """The example of Standard Webhooks, as its reference implementation signs it."""
    signed = signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
    )
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_what_happens_is_told_once_and_signed(app: App, receiver: Receiver) -> None:
    happens(app, "period.opened")
    made = added(app, receiver.url, "submission.accepted", "period.closed")
    happens(app, "submission.accepted", "contact.added", "period.closed", "session.opened")
    assert (told(app), told(app)) == (2, 0)
    events = [json.loads(body) for _, body in receiver.came]
    assert [e["type"] for e in events] == ["submission.accepted", "period.closed"]
    assert events[0]["data"] == {"id": "id-0", "about": "", "detail": {"label": "2026"}, "by": "lan"}
    assert datetime.fromisoformat(events[0]["timestamp"]) == NOW
    headers, body = receiver.came[0]
    assert headers["content-type"] == "application/json"
    assert headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    expected = signature(made.secret, headers["webhook-id"], int(NOW.timestamp()), body)
    assert headers["webhook-signature"] == expected
    assert len({h["webhook-id"] for h, _ in receiver.came}) == 2
    with app.read(NOW) as ctx:
        (row,) = webhooks(ctx)
        assert made.secret not in ctx.session.exec(select(Webhook.secret)).one()
    assert (row.waiting, row.last, row.last_at, row.failing_since) == (0, "204", NOW, None)


def test_a_failure_is_tried_again_under_the_same_id(app: App, receiver: Receiver) -> None:
    added(app, receiver.url, "period.opened")
    happens(app, "period.opened")
    receiver.answers = [500, 302, 200]
    assert told(app) == 0
    assert told(app, NOW + WAITS[0] - timedelta(seconds=1)) == 0
    assert len(receiver.came) == 1
    assert told(app, NOW + WAITS[0]) == 0
    with app.read(NOW) as ctx:
        (row,) = webhooks(ctx)
    assert (row.waiting, row.last, row.failing_since) == (1, "302", NOW)
    assert told(app, NOW + WAITS[0] + WAITS[1]) == 1
    assert len({h["webhook-id"] for h, _ in receiver.came}) == 1
    assert len({body for _, body in receiver.came}) == 1
    with app.read(NOW) as ctx:
        (row,) = webhooks(ctx)
    assert (row.waiting, row.failing_since) == (0, None)


def test_one_that_does_not_answer_holds_up_nobody(app: App, receiver: Receiver) -> None:
    added(app, "http://127.0.0.1:9/", "period.opened", "period.closed")
    added(app, receiver.url, "period.opened", "period.closed")
    happens(app, "period.opened", "period.closed")
    assert told(app) == 2
    with app.read(NOW) as ctx:
        attempts = ctx.session.exec(select(WebhookEvent.attempts).where(WebhookEvent.next_at != None)).all()  # noqa: E711
    assert sorted(attempts) == [0, 1], "the second was not tried in vain"


def test_an_address_that_takes_nothing_for_three_days_is_ended(app: App, receiver: Receiver) -> None:
    added(app, receiver.url, "period.opened")
    receiver.answers = [503]
    for hours in (0, 24, 48, 71):
        happens(app, "period.opened", at=NOW + timedelta(hours=hours))
        told(app, NOW + timedelta(hours=hours))
    with app.read(NOW) as ctx:
        assert webhooks(ctx)[0].disabled_at is None
    happens(app, "period.opened")
    told(app, NOW + timedelta(hours=72))
    with app.read(NOW) as ctx:
        (row,) = webhooks(ctx)
    assert (row.disabled_at, row.disabled_reason) == (NOW + timedelta(hours=72), "Không nhận được trong 3 ngày liền")
    before = len(receiver.came)
    assert told(app, NOW + timedelta(hours=90)) == 0
    assert len(receiver.came) == before


def test_gone_is_gone(app: App, receiver: Receiver) -> None:
    added(app, receiver.url, "period.opened")
    happens(app, "period.opened", "period.opened")
    receiver.answers = [410]
    told(app)
    assert len(receiver.came) == 1
    with app.read(NOW) as ctx:
        assert webhooks(ctx)[0].disabled_reason == "Nơi nhận trả lời 410"


def test_a_pass_that_dies_leaves_its_events_to_the_next(
    app: App, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    added(app, receiver.url, "period.opened")
    happens(app, "period.opened")
    with monkeypatch.context() as patch:
        patch.setattr("obligations.services.interface.tell_programs._send", _die)
        with pytest.raises(KeyboardInterrupt):
            told(app)
    assert told(app) == 0, "leased"
    assert told(app, NOW + LEASE) == 1


def _die(*_: object) -> None:
    raise KeyboardInterrupt


def test_two_passes_at_the_same_time_tell_once(app: App, receiver: Receiver) -> None:
    added(app, receiver.url, "period.opened")
    happens(app, *["period.opened"] * 30)
    receiver.silence = 0.01
    passes = [threading.Thread(target=told, args=(app,)) for _ in range(3)]
    for each in passes:
        each.start()
    for each in passes:
        each.join()
    assert len(receiver.came) == len({h["webhook-id"] for h, _ in receiver.came}) == 30


def test_people_end_it_with_a_reason(app: App, receiver: Receiver) -> None:
    made = added(app, receiver.url)
    happens(app, "period.opened")
    with app.write(NOW, "quan") as ctx:
        with pytest.raises(Refused):
            end_webhook(ctx, made.public_id, " ")
        with pytest.raises(NotFound):
            end_webhook(ctx, "none", "x")
        end_webhook(ctx, made.public_id, "chuyển máy chủ")
        end_webhook(ctx, made.public_id, "lần nữa")
    assert told(app) == 0
    assert receiver.came == []
    with app.read(NOW) as ctx:
        assert webhooks(ctx)[0].disabled_reason == "chuyển máy chủ"


@pytest.mark.parametrize(
    ("url", "may"),
    [
        ("https://kho.hungyen.example/su-kien", True),
        ("https://KHO.hungyen.example:8443/a?b=c", True),
        ("http://127.0.0.1:8080/", True),
        ("http://kho.hungyen.example/", False),
        ("https://elsewhere.example/", False),
        ("https://kho.hungyen.example.evil.example/", False),
        ("https://kho.hungyen.example@evil.example/", False),
        ("https://user:pass@kho.hungyen.example/", False),
        ("https://169.254.169.254/latest/meta-data", False),
        ("https://10.0.0.1/", False),
        ("ftp://127.0.0.1/", False),
        ("http://127.0.0.1:4300/api/deployments/x/pause_deployment", False),
        ("http://127.0.0.1:8100/hooks/bounce", False),
        ("http://127.1:4300/", False),
        ("http://[::1]:8080/", False),
        ("file:///etc/passwd", False),
        ("https://", False),
        ("https://[::1", False),
        ("https://kho.hungyen.example:99999/", False),
        ("https://kho.hungyen.example/" + "x" * 500, False),
        ("javascript:alert(1)", False),
    ],
)
def test_only_hosts_that_the_operator_named_are_told(settings: Settings, url: str, may: bool) -> None:
    hosts = "kho.hungyen.example other.example 127.0.0.1"
    opened = settings.model_copy(update={"webhook_hosts": hosts, "prefect_port": 4300, "portal_port": 8100})
    assert (refusal(opened, url) is None) == may
    assert refusal(settings.model_copy(update={"webhook_hosts": ""}), url) is not None, "nobody is told unless named"


def test_a_host_that_is_no_longer_allowed_is_not_asked(app: App) -> None:
    allowing = open_app(app.settings.model_copy(update={"webhook_hosts": "kho.hungyen.example"}))
    added(allowing, "https://kho.hungyen.example/", "period.opened")
    allowing.close()
    happens(app, "period.opened")
    assert told(app) == 0
    with app.read(NOW) as ctx:
        assert webhooks(ctx)[0].last == "host: the host is not in DONDOC_WEBHOOK_HOSTS"


def test_an_allowed_host_that_leads_inside_is_refused_at_the_moment_of_connecting(app: App, receiver: Receiver) -> None:
    added(app, receiver.url, "period.opened")
    happens(app, "period.opened")
    closed = open_app(app.settings.model_copy(update={"webhook_networks": "10.0.0.0/8"}))
    assert told(closed) == 0
    closed.close()
    with app.read(NOW) as ctx:
        (row,) = webhooks(ctx)
        assert (
            row.last == "address: 127.0.0.1 leads to 127.0.0.1, which is neither public nor in DONDOC_WEBHOOK_NETWORKS"
        )
        assert (row.waiting, row.failing_since) == (1, NOW), "tried again as after any failure"
    assert told(app, NOW + WAITS[0]) == 1
    assert len(receiver.came) == 1


def test_kinds_are_known_acts_of_the_trail() -> None:
    from portal.audit_words import ACTION

    assert set(KINDS) <= set(ACTION)
    assert kinds_of(["period.closed", "period.opened"]) == "period.opened period.closed"
    assert kinds_of([]) is kinds_of(["period.opened", "none"]) is None


def test_tries_end_after_two_days_and_a_half() -> None:
    moments = [NOW]
    for attempt in range(1, len(WAITS) + 1):
        again = next_try(attempt, moments[-1])
        assert again is not None
        moments.append(again)
    assert next_try(len(WAITS) + 1, moments[-1]) is None
    assert timedelta(days=2) < moments[-1] - NOW < timedelta(days=3)


def test_a_refused_name_or_kind(app: App) -> None:
    for name, url, kinds in (
        (" ", "http://127.0.0.1/", ["period.opened"]),
        ("x", "http://127.0.0.1/", []),
        ("x", "http://127.0.0.1/", ["none"]),
        ("x", "https://elsewhere.example/", ["period.opened"]),
    ):
        with pytest.raises(Refused), app.write(NOW, "quan") as ctx:
            add_webhook(ctx, name, url, kinds)
