"""A small IMAP server (RFC 3501) over a list of messages: what a client of a bounce mailbox needs, and its failures."""

import re
import socketserver
import threading
from typing import Self

_FETCH = re.compile(r"(\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)")


class ImapServer:
    """One mailbox. ``break_at`` ends the connection when that command comes."""

    def __init__(self, messages: list[bytes], *, password: str = "right", break_at: str = "") -> None:
        self.messages, self.password, self.break_at = messages, password, break_at
        self.seen: set[int] = set()
        self.commands: list[str] = []
        self.port = 0

    def __enter__(self) -> Self:
        mailbox = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self.wfile.write(b"* OK ready\r\n")
                while (line := self.rfile.readline().decode()) and mailbox.answer(self, line.rstrip("\r\n")):
                    pass

        socketserver.ThreadingTCPServer.daemon_threads = True
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, connection: socketserver.StreamRequestHandler, line: str) -> bool:
        """Answer one command; false ends the connection."""
        tag, _, rest = line.partition(" ")
        name, _, given = rest.partition(" ")
        if name == "UID":
            name, _, given = given.partition(" ")
        self.commands.append(name)
        if name == self.break_at:
            return False
        out = connection.wfile.write
        if name == "CAPABILITY":
            out(b"* CAPABILITY IMAP4rev1\r\n")
        elif name == "LOGIN" and not given.endswith(f'"{self.password}"'):
            out(f"{tag} NO wrong\r\n".encode())
            return True
        elif name == "SELECT":
            out(f"* {len(self.messages)} EXISTS\r\n".encode())
        elif name == "SEARCH":
            fresh = [str(n + 1) for n in range(len(self.messages)) if n not in self.seen]
            out(f"* SEARCH {' '.join(fresh)}\r\n".encode())
        elif name == "FETCH" and (asked := _FETCH.fullmatch(given)):
            raw = self.messages[int(asked[1]) - 1][: int(asked[2])]
            out(f"* {asked[1]} FETCH (UID {asked[1]} BODY[]<0> {{{len(raw)}}}\r\n".encode() + raw + b")\r\n")
        elif name == "STORE":
            self.seen.add(int(given.split(" ", 1)[0]) - 1)
        out(f"{tag} OK done\r\n".encode())
        return name != "LOGOUT"
