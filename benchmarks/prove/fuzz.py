"""Nonsense by the hundred thousand, half to the JSON interface and half to the pages: no 5xx, nothing slow."""

from datetime import timedelta

from benchmarks.databases import fresh_app
from benchmarks.prove.check import Check, at_least, at_most, exactly, reported
from tests.fuzz.findings import Findings
from tests.fuzz.interface import fuzz_interface
from tests.fuzz.pages import fuzz_pages
from tests.fuzz.world import browsers, ids, tokens
from tests.obligations.interface.receiver import HERE
from tests.portal.conftest import Site, adopt, serve

SLOWEST = 2.0
"""Seconds, with the one who asks on the same machine."""


def prove(requests: int) -> list[Check]:
    """So many requests, half of them each way."""
    with fresh_app("sqlite") as app:
        for site in serve(app.settings.model_copy(update=HERE), adopt):
            clients, pages = browsers(site)
            found = {
                "interface": fuzz_interface(site.url, tokens(site, requests), ids(site), requests // 2),
                "pages": fuzz_pages(clients, pages, requests // 2, lambda site=site: _move(site)),
            }
    return [check for name, each in found.items() for check in _checks(name, each, requests // 2)]


def _move(site: Site) -> None:
    site.now += timedelta(milliseconds=100)


def _checks(name: str, found: Findings, wanted: int) -> list[Check]:
    for said in found.broken[:20]:
        print(said)
    print(f"{name}: slowest at {found.slowest_at[:300]}")
    return [
        at_least(f"{name}: requests", found.asked, wanted * 0.7),
        exactly(f"{name}: answered 5xx", len(found.broken)),
        at_most(f"{name}: slowest, s", found.slowest, SLOWEST),
        *(reported(f"{name}: answered {status}", count) for status, count in sorted(found.statuses.items())),
    ]
