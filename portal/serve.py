"""One process of the portal on loopback; a reverse proxy in front brings the network and https.

Several processes may listen on the same port: the system hands each new connection to one of them (SO_REUSEPORT, Linux and
BSD), so that a second core is used and the portal answers while one of them is restarted.
"""

import gc
import logging
import os
import re
import socket
import sys

import uvicorn
from fastapi import FastAPI

from obligations.clock import utc_now
from obligations.services.collector import RARELY
from obligations.services.context import open_app
from obligations.settings import Settings, read_settings
from portal.application import create_app
from portal.rehearsal import rehearse

SECRET_SEGMENT = re.compile(r"(/(?:s|login|f/a)/)[^/?\s\"]+")
SECRET_ANSWER = re.compile(r"(/login/[^?\s\"]*\?)[^\s\"]+")
"""What a sign-in provider sends the browser back with."""
HOST = "127.0.0.1"
STOP_WITHIN = 10
BACKLOG = 512
SWITCH_EVERY = 0.0005
"""Seconds after which a thread that computes lets another one in. Every statement gives the interpreter up and must get it back:
at Python's own 0.005, whoever holds the write lock waits that long after each statement while some page is being made."""


class MaskTokens(logging.Filter):
    """Keeps the secrets of addresses out of the log (ASVS 16.2.5)."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite, never drop."""
        if isinstance(record.args, tuple):
            record.args = tuple(masked(a) if isinstance(a, str) else a for a in record.args)
        if isinstance(record.msg, str):
            record.msg = masked(record.msg)
        return True


def masked(text: str) -> str:
    """``/s/abc`` -> ``/s/***``."""
    return SECRET_ANSWER.sub(r"\1***", SECRET_SEGMENT.sub(r"\1***", text))


def listen(port: int) -> socket.socket:
    """A listening socket that others of ours may share."""
    # Named, or asyncio leaves TCP_NODELAY off on what is accepted: every kept connection then waits 40 ms for each answer.
    opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if hasattr(socket, "SO_REUSEPORT"):
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    opened.bind((HOST, port))
    opened.listen(BACKLOG)
    return opened


def make_server(site: FastAPI) -> uvicorn.Server:
    """A server that is not running yet. Proxy headers are not believed; the server does not name itself."""
    logging.getLogger("uvicorn.access").addFilter(MaskTokens())
    logging.getLogger("uvicorn.error").addFilter(MaskTokens())
    config = uvicorn.Config(
        site,
        workers=1,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=STOP_WITHIN,
        log_level="info",
    )
    return uvicorn.Server(config)


def settle(site: FastAPI) -> None:
    """What a process does once before it answers, or the first who come wait for it.

    Every template is compiled, and the pages that most people open are opened (``portal/rehearsal.py``). What was imported is put aside, and cycles are collected rarely from then on: what was imported lives as long as the process,
    and walking it took 0.13 s of one page in fifty; a page makes thousands of objects and no cycles, and looking for some at
    every 700 of them took a twelfth of all time. Threads change over often, see SWITCH_EVERY.
    """
    templates = site.state.portal.templates
    for name in templates.list_templates():
        templates.get_template(name)
    rehearse(site)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*RARELY)
    sys.setswitchinterval(SWITCH_EVERY)


def run(settings: Settings) -> None:
    """Serve until told to stop. What it writes is for the account it runs under alone."""
    os.umask(0o077)
    app = open_app(settings)
    try:
        with listen(settings.portal_port) as opened:
            site = create_app(app, utc_now)
            server = make_server(site)
            settle(site)
            server.run(sockets=[opened])
    finally:
        app.close()


if __name__ == "__main__":
    run(read_settings())
