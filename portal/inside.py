"""A page of this site asked for from within: no socket, no session, the asker settled beforehand."""

from starlette.types import ASGIApp, Message, Scope


async def open_inside(site: ASGIApp, scope: Scope) -> tuple[int, bytes, bytes]:
    """Status, content type and body of what this ``GET`` answers."""
    status, body, kind = 0, bytearray(), b""

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status, kind
        if message["type"] == "http.response.start":
            status, kind = message["status"], dict(message["headers"]).get(b"content-type", b"")
        else:
            body.extend(message.get("body", b""))

    await site(scope, receive, send)
    return status, kind, bytes(body)
