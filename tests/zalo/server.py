"""A Zalo and an eSMS on this machine, with their true ways of failing; ``python -m tests.zalo`` runs one by hand."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs

from tests.zalo.world import WINDOW, World

Json = dict[str, Any]
HANGS = 3.0


class _Server(ThreadingHTTPServer):
    request_queue_size = 128  # sixteen senders connect at once, and five is the default
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that died in the middle is what these tests are about."""


class LoopbackZalo:
    """Serves every endpoint that dondoc speaks to, and keeps what it took in ``world``."""

    def __init__(self, world: World | None = None, port: int = 0) -> None:
        self.world = world or World()
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.world = self.world  # type: ignore[attr-defined]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def base(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("content-length") or 0))
        world: World = self.server.world  # type: ignore[attr-defined]
        step = world.next_step(token=self.path.startswith("/v4/oa/access_token"))
        if step in ("hang", "drop"):
            self._fail(step)
            return
        if step.isdecimal():
            self._answer({}, int(step))
            return
        if step.lstrip("-").isdecimal():
            self._answer({"error": int(step), "message": "scripted"})
            return
        answer = _route(self.path)(world, self, raw)
        if step in ("hang-after", "drop-after"):
            with world.lock:
                world.silent.update(answer.pop("_name", ()))
                world.unsaid.update(answer.pop("_who", ()))
            self._fail(step.removesuffix("-after"))
            return
        answer.pop("_name", None)
        answer.pop("_who", None)
        self._answer(answer)

    def _fail(self, how: str) -> None:
        if how == "hang":
            time.sleep(HANGS)
        self.close_connection = True
        self.connection.close()

    def _answer(self, content: Json, status: int = 200) -> None:
        world: World = self.server.world  # type: ignore[attr-defined]
        body = json.dumps(content).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("X-RateLimit-Limit", str(world.per_minute))
            self.send_header("X-RateLimit-Remain", str(max(world.per_minute - world.minute[1], 0)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Keep quiet."""


Endpoint = Callable[[World, _Handler, bytes], Json]


def _route(path: str) -> Endpoint:
    if path.startswith("/bot"):
        return _bot
    return {
        "/v4/oa/access_token": _oauth,
        "/v3.0/oa/message/cs": _consultation,
        "/v3.0/oa/group/message": _group,
        "/message/template": _template,
        "/MainService.svc/json/SendMultipleMessage_V4_post_json/": _esms,
    }.get(path.partition("?")[0], _nowhere)


def _nowhere(world: World, handler: _Handler, raw: bytes) -> Json:
    return {"error": -201, "message": "no such endpoint"}


def _oauth(world: World, handler: _Handler, raw: bytes) -> Json:
    """HTTP 200 for refusals too; ``expires_in`` is a string; a refresh token serves once."""
    form = {name: values[0] for name, values in parse_qs(raw.decode()).items()}
    if handler.headers.get("secret_key") != world.app_secret or form.get("app_id") != world.app_id:
        return {"error": -14004, "error_name": "Invalid app", "error_reason": "Invalid secret key"}
    with world.lock:
        if form.get("grant_type") == "refresh_token":
            world.refreshes += 1
            found = [oa for oa, pair in world.tokens.items() if pair.refresh == form.get("refresh_token")]
            if not found or world.now >= world.tokens[found[0]].refresh_until:
                return {"error": -14014, "error_name": "Invalid refresh token", "error_reason": "used or expired"}
            oa = found[0]
        else:
            oa, challenge, until = world.codes.pop(form.get("code", ""), ("", "", world.now))
            digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
            proved = base64.urlsafe_b64encode(digest).decode().rstrip("=") == challenge
            if not oa or not proved or world.now >= until:
                return {"error": -14001, "error_name": "Invalid code", "error_reason": "used, expired or not proved"}
        pair = world.issue(oa)
    return {
        "access_token": pair.access,
        "refresh_token": pair.refresh,
        "expires_in": str(int(world.access_lives.total_seconds())),
    }


def _refusal(world: World, handler: _Handler) -> Json | None:
    """What is looked at before any message: rate, token, night, quota."""
    over, _ = world.over_rate()
    if over:
        return {"error": -32, "message": "Application request limit exceeded"}
    token = handler.headers.get("access_token", "")
    if world.oa_of(token) is None:
        known = any(token == pair.access for pair in world.tokens.values())
        return {"error": -220 if known else -216, "message": "Access token is invalid"}
    if world.is_night():
        return {"error": -234, "message": "Messages cannot be sent at night (10PM-6AM)"}
    with world.lock:
        if world.sent_today >= world.daily_quota:
            return {"error": -211, "message": "Out of quota"}
    return None


def _consultation(world: World, handler: _Handler, raw: bytes) -> Json:
    if (refusal := _refusal(world, handler)) is not None:
        return refusal
    content = json.loads(raw)
    user, text = content["recipient"]["user_id"], content["message"]["text"]
    if len(text) > 2000:
        return {"error": -210, "message": "Parameter exceeds length"}
    if user in world.not_followers:
        return {"error": -213, "message": "User has not followed the OA"}
    wrote = world.last_wrote.get(user)
    if wrote is None:
        return {"error": -232, "message": "User has not interacted"}
    if world.now - wrote > WINDOW:
        return {"error": -230, "message": "User has not interacted in the past 7 days"}
    extra = {"user_id": user, "quota": {"quota_type": "reply", "remain": "8"}}
    return _took(world, text, "message_id", extra, user)


def _group(world: World, handler: _Handler, raw: bytes) -> Json:
    if (refusal := _refusal(world, handler)) is not None:
        return refusal
    content = json.loads(raw)
    if content["recipient"]["group_id"] == "expired":
        return {"error": -237, "message": "Group expired"}
    return _took(world, content["message"]["text"], "message_id", {}, content["recipient"]["group_id"])


def _template(world: World, handler: _Handler, raw: bytes) -> Json:
    if (refusal := _refusal(world, handler)) is not None:
        return refusal
    content = json.loads(raw)
    if content["phone"] in world.without_zalo:
        return {"error": -118, "message": "Zalo account not existed"}
    if not content["template_id"].isdecimal():
        return {"error": -109, "message": "Template id is invalid"}
    extra = {"quota": {"dailyQuota": "500", "remainingQuota": "499"}}
    return _took(world, content["tracking_id"], "msg_id", extra, content["tracking_id"])


def _took(world: World, name: str, id_field: str, extra: Json, who: str) -> Json:
    with world.lock:
        world.taken[name] += 1
        world.reached[who] += 1
        world.moments[id_field].append(time.monotonic())
        world.sent_today += 1
        number = f"m{sum(world.taken.values())}"
    sent = str(int(world.now.timestamp() * 1000))
    return {
        "data": {id_field: number, "sent_time": sent, **extra}, "error": 0, "message": "Success", "_name": [name],
        "_who": [who],
    }  # fmt: skip


def _bot(world: World, handler: _Handler, raw: bytes) -> Json:
    if handler.path != "/botthe-bot-token/sendMessage":
        return {"ok": False, "error_code": 401, "description": "Unauthorized"}
    content = json.loads(raw)
    if content["chat_id"] == "nobody":
        return {"ok": False, "error_code": 404, "description": "Chat not found"}
    with world.lock:
        world.taken[content["text"]] += 1
        number = sum(world.taken.values())
    return {"ok": True, "result": {"message_id": f"b{number}"}, "_name": [content["text"]]}


def _esms(world: World, handler: _Handler, raw: bytes) -> Json:
    """A repeated RequestId is answered 124 and sent once: a real key against repeats."""
    content = json.loads(raw)
    if (content["ApiKey"], content["SecretKey"]) != ("api", "secret"):
        return {"CodeResult": "101", "ErrorMessage": "Authorize Failed"}
    name = content["RequestId"]
    with world.lock:
        if name in world.request_ids:
            return {"CodeResult": "124", "ErrorMessage": "RequestId exists"}
        world.request_ids.add(name)
        world.taken[name] += 1
    return {"CodeResult": "100", "SMSID": f"s{len(world.request_ids)}", "_name": [name]}
