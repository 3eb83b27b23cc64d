"""Processes that tests start, and often kill: forked from one clean server, which imports once what each would import anew."""

import multiprocessing
from multiprocessing.context import ForkServerContext

PRELOADED = [
    "tests.faults.senders",
    "tests.faults.warm",
    "tests.faults.worker",
    "tests.faults.test_plan_kills",
    "tests.models.test_engine",
    "tests.models.test_migrations",
    "tests.models.test_turnstile",
    "tests.obligations.reporting.test_consolidate",
]
"""Where the functions stand that they run. A process has one server, and only what is named before it starts is imported."""


def clean_processes() -> ForkServerContext:
    """Nothing of this process is in them but what they are given."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    return context
