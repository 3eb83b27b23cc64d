"""One Chromium for all browser tests of a process: starting one costs as much as most of these tests do."""

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run"]


class _Chromium:
    """Started at first use, closed with the session (tests/conftest.py)."""

    def __init__(self) -> None:
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    @contextmanager
    def borrowed(self) -> Iterator["Browser"]:
        """The browser; whatever a test opened in it is gone afterwards.

        Playwright leaves its loop marked as running between two calls, for it never returns to it in between. Whoever
        comes after the test may start a loop of its own, so the mark is taken away meanwhile.
        """
        asyncio._set_running_loop(self._loop)
        try:
            if self._browser is None or not self._browser.is_connected():
                self._start()
            assert self._browser is not None
            yield self._browser
            for context in self._browser.contexts:
                context.close()
        except BaseException:
            self.close()
            raise
        finally:
            asyncio._set_running_loop(None)

    def close(self) -> None:
        """Give it back."""
        if self._playwright is None:
            return
        asyncio._set_running_loop(self._loop)
        try:
            if self._browser is not None:
                self._browser.close()
            self._playwright.stop()
        finally:
            asyncio._set_running_loop(None)
        self._playwright = self._browser = self._loop = None

    def _start(self) -> None:
        self.close()
        from playwright.sync_api import sync_playwright

        self._playwright = sync_playwright().start()
        self._loop = asyncio.get_running_loop()
        installed = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        self._browser = self._playwright.chromium.launch(executable_path=installed, args=QUIET)


_ONE = _Chromium()
borrowed, close = _ONE.borrowed, _ONE.close
