"""``dondoc up``: everything on one machine. Children are restarted when they die and stopped together."""

import asyncio
import logging
import os
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from types import FrameType

from deploy.checks import check_machine, lock_home
from deploy.children import Child, stop_all
from deploy.environment import child_environment
from deploy.first_start import prepare
from obligations.clock import utc_now
from obligations.errors import Refused
from obligations.services.context import App, open_app
from obligations.services.running.advance import newest_act
from obligations.settings import Settings

START_WITHIN = 120.0
log = logging.getLogger("dondoc.up")


class Supervisor:
    """Owns the children of one home from start to stop."""

    def __init__(self, settings: Settings, say: Callable[[str], None] = print) -> None:
        self.settings = settings
        self.say = say
        self.environment = child_environment(settings)
        self.children: list[Child] = []
        self.stopping = False

    def run(self) -> None:
        """Start, wait until ready, tend until a signal, stop. Raises Refused with one line when it cannot start."""
        lock = lock_home(self.settings.home)
        check_machine(self.settings)
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, self._on_signal)
        os.environ.update(
            {k: v for k, v in self.environment.items() if k.startswith(("PREFECT_", "DONDOC_", "DO_NOT"))}
        )
        app = open_app(self.settings)
        try:
            self.say("Preparing the database ...")
            prepare(app, utc_now(), self.say)
            self._start_all(app)
            self._tend(app)
        finally:
            self.say("Stopping ...")
            stop_all(self.children)
            app.close()
            lock.close()

    def _start_all(self, app: App) -> None:
        python, port = sys.executable, str(self.settings.prefect_port)
        self.say("Starting the Prefect server ...")
        self._start("prefect", [python, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", port])
        self._wait("prefect", f"{self.settings.prefect_api_url}/health")
        for number in range(1, self.settings.portal_processes + 1):
            self._start(f"portal-{number}" if number > 1 else "portal", [python, "-m", "portal.serve"])
        if not self.stopping:
            asyncio.run(self._register(app))
        self._start(
            "worker",
            [python, "-m", "prefect", "worker", "start", "--pool", "dondoc", "--name", "dondoc", "--limit", "2"],
        )
        self._wait("portal", f"http://127.0.0.1:{self.settings.portal_port}/readyz")
        if not self.stopping:
            self._welcome(app)

    async def _register(self, app: App) -> None:
        """Deployments and named runs; then wait until the scheduler proves that it works."""
        from deploy.registration import reconcile, register, self_check, show_now  # noqa: PLC0415 - Prefect reads its settings at import

        repaired = await register(app, utc_now())
        self.say(
            f"Registered {len(repaired.deployments)} obligations with Prefect ({repaired.created} new upcoming runs)."
        )
        problem: str | None = "not checked"
        for _ in range(90):
            problem = await self_check()
            if problem is None:
                await reconcile(app, utc_now())
                await show_now(app, utc_now())
            if problem is None or self.stopping:
                return
            await asyncio.sleep(1)
        raise Refused(str(problem))

    def _start(self, name: str, command: list[str]) -> None:
        if self.stopping:
            return
        child = Child(name, command, self.environment, self.settings.home / "logs" / f"{name}.log")
        child.start()
        self.children.append(child)

    def _wait(self, name: str, url: str) -> None:
        deadline = time.monotonic() + START_WITHIN
        while not self.stopping and not _answers(url):
            if time.monotonic() > deadline:
                raise Refused(
                    f"{name} did not become ready in {START_WITHIN:.0f} s; see {self.settings.home / 'logs' / (name + '.log')}"
                )
            for child in self.children:
                child.tend()
            time.sleep(0.2)

    def _tend(self, app: App) -> None:
        shown = -1
        while not self.stopping:
            shown = self._mirror(app, shown)
            for child in self.children:
                if child.tend():
                    self.say(f"{child.name} had stopped and was started again.")
            time.sleep(0.5)

    def _mirror(self, app: App, shown: int) -> int:
        """Show every act in Prefect's artifacts within seconds; Prefect being down only delays it."""
        from deploy.artifacts import show_standings  # noqa: PLC0415 - Prefect reads its settings at import

        with app.read(utc_now()) as ctx:
            newest = newest_act(ctx)
        if newest == shown:
            return shown
        try:
            asyncio.run(show_standings(app, utc_now()))
        except Exception as error:  # noqa: BLE001 - whatever Prefect answers, the service goes on
            log.warning("the periods could not be shown in Prefect: %s", error)
            return shown
        return newest

    def _welcome(self, app: App) -> None:
        from deploy.first_start import sample_sign_in  # noqa: PLC0415 - beside its use

        base = f"http://127.0.0.1:{self.settings.portal_port}"
        self.say(
            f"\ndondoc is ready.\n  portal      {base}/\n  Prefect UI  http://127.0.0.1:{self.settings.prefect_port}/"
        )
        self.say(f"  calendar    {base}/f/p/197-kh-ubnd/lich-thoi-han.ics")
        self.say(f"  sign in     {sample_sign_in(app, utc_now(), base)}")
        self.say(f"State lies in {self.settings.home}. Stop with Ctrl-C.")

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - loopback only
            return bool(answer.status == 200)  # noqa: PLR2004
    except (urllib.error.URLError, OSError):
        return False


def run_service(settings: Settings, say: Callable[[str], None] = print) -> None:
    """Run everything until Ctrl-C or SIGTERM."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    Supervisor(settings, say).run()
