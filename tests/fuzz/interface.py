"""The JSON interface by its own description (schemathesis): values that fit it and values that do not, real ids among them."""

import logging
import random
import time
import warnings
from collections.abc import Sequence
from contextlib import suppress

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import FlakyStrategyDefinition, HypothesisWarning, Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.schemas import APIOperation

from tests.fuzz.findings import Findings

SECONDS = 30


def fuzz_interface(base: str, tokens: Sequence[str], ids: Sequence[str], most: int, begin: int = 197) -> Findings:
    """About ``most`` requests over all operations. ``tokens`` take turns; ``ids`` are public ids and codes that exist."""
    logging.getLogger("urllib3").setLevel(logging.ERROR)
    schema = schemathesis.openapi.from_url(f"{base}/api/openapi.json")
    operations = [found.ok() for found in schema.get_all_operations()]
    found, chance = Findings(), random.Random(begin)
    each = -(-most // (2 * len(operations)))
    with requests.Session() as session:
        for operation in operations:
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                _fuzz_one(base, session, operation, mode, tokens, ids, each, chance, found)
    return found


def _fuzz_one(
    base: str,
    session: requests.Session,
    operation: APIOperation,
    mode: GenerationMode,
    tokens: Sequence[str],
    ids: Sequence[str],
    each: int,
    chance: random.Random,
    found: Findings,
) -> None:
    @seed(chance.randrange(1 << 30))
    @settings(
        max_examples=each,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: schemathesis.Case) -> None:
        for name in case.path_parameters or {}:
            if ids and chance.random() < 0.5:
                case.path_parameters[name] = chance.choice(ids)
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {chance.choice(tokens)}"}
        if chance.random() < 0.9:
            case.headers["Idempotency-Key"] = f"fuzz-{chance.randrange(1 << 60)}"
        began = time.monotonic()
        answer = case.call(base_url=base, session=session, timeout=SECONDS)
        said = f"{operation.method.upper()} {answer.request.url} {_body(answer)}"
        found.note(said, answer.status_code, time.monotonic() - began)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", HypothesisWarning)
        with suppress(Unsatisfiable, FlakyStrategyDefinition):  # without parameters nothing can fail to fit
            ask()


def _body(answer: schemathesis.Response) -> str:
    return repr(answer.request.body)[:600]
