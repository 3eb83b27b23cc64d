"""A real SMTP server whose answers a test scripts."""

import asyncio
import ssl
import threading
from collections import defaultdict
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

PASSWORD = "đúng-mật-khẩu"


class SmtpServer:
    """``script`` maps a verb (MAIL, RCPT, DATA, DOT, RSET) or a recipient to an answer, or to drop, slow."""

    def __init__(
        self,
        *,
        login: bool = False,
        tls: ssl.SSLContext | None = None,
        starttls: bool = False,
        pipelining: bool = False,
    ) -> None:
        self.pipelining = pipelining
        self.received: list[bytes] = []
        self.recipients: list[list[str]] = []
        self.verbs: list[str] = []
        self.connections = 0
        self.script: dict[str, str] = {}
        self.slow_seconds = 1.0
        self.count: dict[str, int] = defaultdict(int)
        options: dict[str, Any] = {"enable_SMTPUTF8": True}
        if login:
            options |= {"authenticator": _login, "auth_required": True, "auth_require_tls": False}
        if tls and starttls:
            options |= {"tls_context": tls}
        self._runner = _Runner(self, None if starttls else tls, options)
        self.port = 0

    def url(self, options: str = "") -> str:
        return f"vnmail://127.0.0.1:{self.port}/?from=dondoc@stc.hungyen.example{options}"

    @property
    def messages(self) -> list[EmailMessage]:
        return [message_from_bytes(raw, policy=policy.default) for raw in self.received]

    def close_connections(self) -> None:
        """What a restarted server does to kept connections."""
        for transport in self._runner.transports:
            self._runner.loop.call_soon_threadsafe(transport.close)

    def __enter__(self) -> Self:
        self.port = self._runner.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._runner.stop()


def _login(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=data.password == PASSWORD.encode(), handled=False)


class _Runner:
    """aiosmtpd's protocol in a loop of its own thread; its Controller connects to itself, which would be counted."""

    def __init__(self, owner: SmtpServer, tls: ssl.SSLContext | None, options: dict[str, Any]) -> None:
        self.owner = owner
        self.transports: list[Any] = []
        self.loop = asyncio.new_event_loop()
        self._options = options
        self._tls = tls
        self._thread = threading.Thread(target=self._run)

    def start(self) -> int:
        made = self.loop.create_server(self._factory, "127.0.0.1", 0, ssl=self._tls)
        self._server = self.loop.run_until_complete(made)
        self._thread.start()
        return int(self._server.sockets[0].getsockname()[1])

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()

    def _factory(self) -> SMTP:
        return _Smtp(self, _Handler(self.owner), **self._options)

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)  # aiosmtpd asks for the thread's loop
        self.loop.run_forever()
        self._server.close()
        for transport in self.transports:
            transport.abort()
        tasks = asyncio.all_tasks(self.loop)
        for task in tasks:
            task.cancel()
        self.loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self.loop.run_until_complete(asyncio.sleep(0))
        self.loop.close()


class _Smtp(SMTP):
    def __init__(self, runner: _Runner, handler: Any, **options: Any) -> None:
        self._runner = runner
        super().__init__(handler, loop=runner.loop, **options)

    def connection_made(self, transport: Any) -> None:
        self._runner.owner.connections += 1
        self._runner.transports.append(transport)
        super().connection_made(transport)

    def drop(self) -> None:
        if self.transport is not None:
            self.transport.abort()  # type: ignore[attr-defined]  # a socket transport has it

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd's name
        owner = self._runner.owner
        step = owner.script.get("DATA", "")
        if step.startswith(("4", "5")):
            await self.push(step)
        elif step == "drop":
            self.drop()
        elif step == "drop-in-content":
            await self.push("354 go on")
            await self._reader.read(20)
            self.drop()
        else:
            await super().smtp_DATA(arg)


class _Handler:
    def __init__(self, owner: SmtpServer) -> None:
        self.owner = owner

    async def _answer(self, server: SMTP, verb: str, key: str) -> str | None:
        self.owner.verbs.append(verb)
        self.owner.count[key] += 1
        step = self.owner.script.get(key) or self.owner.script.get(verb)
        if step == "drop":
            server.drop()  # type: ignore[attr-defined]
            await asyncio.sleep(0.05)
            return "250 nobody hears this"
        if step == "slow":
            await asyncio.sleep(self.owner.slow_seconds)
            return None
        return step

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        answer = await self._answer(server, "MAIL", "MAIL")
        if answer:
            return answer
        envelope.mail_from = address
        return "250 2.1.0 Ok"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        answer = await self._answer(server, "RCPT", address)
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_EHLO(  # noqa: N802
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        if self.owner.pipelining:
            responses.insert(1, "250-PIPELINING")
        return responses

    async def handle_RSET(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802
        self.owner.verbs.append("RSET")
        return "250 2.0.0 Ok"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Runs when the final dot has come: the server holds the message whatever it answers."""
        if not str(self.owner.script.get("DOT", "")).startswith(("4", "5")):
            assert isinstance(envelope.content, bytes)
            self.owner.received.append(envelope.content)
            self.owner.recipients.append(list(envelope.rcpt_tos))
        answer = await self._answer(server, "DOT", "DOT")
        return answer or f"250 2.0.0 Ok: queued as Q{len(self.owner.received)}"
