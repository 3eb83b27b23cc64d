"""Who waits to write leaves threads to those who read."""

import threading
from concurrent.futures import ThreadPoolExecutor

from portal.application import THREADS, WRITERS
from tests.portal.conftest import Site, token_in


def test_pages_open_while_more_wait_to_write_than_there_are_threads(site: Site) -> None:
    site.confirm()
    assert WRITERS < THREADS
    agency, code = site.agency("so-tu-phap"), site.assignment("so-tu-phap")
    csrf = token_in(agency.get(f"/a/{code}"))
    held, release = threading.Event(), threading.Event()

    def hold() -> None:
        with site.app.write(site.now, "test"):
            held.set()
            release.wait(20)

    def send(number: int) -> int:
        form = {"csrf": csrf, "key": f"in-turn-{number:08}", "action": "send", "form": "nil"}
        return agency.post(f"/a/{code}", data=form).status_code

    with ThreadPoolExecutor(THREADS + 3) as pool:
        holding = pool.submit(hold)
        assert held.wait(5)
        sent = [pool.submit(send, number) for number in range(THREADS + 2)]
        try:
            for _ in range(3):
                assert site.client().get("/f/p/197-kh-ubnd/x.ics", timeout=5).status_code == 200
                assert agency.get("/a", timeout=5).status_code == 200
            assert not [each.result() for each in sent if each.done()]
        finally:
            release.set()
        holding.result()
        assert {each.result() for each in sent} == {303}
