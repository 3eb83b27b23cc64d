"""Short codes: one a message, hard to guess, forgiving to type, and over after their days."""

import random
from datetime import timedelta

import pytest

from models.enums import MessageState
from obligations.errors import NotFound, Refused
from obligations.services.context import App
from obligations.services.links import personal_token
from obligations.services.sending.short_codes import ALPHABET, LARGEST, exchange_code, message_number, short_code
from obligations.settings import Settings
from tests.obligations.ledger_world import DAY, period_of, told

KEY = Settings(secret_key="a key known to tests only")
OTHER = Settings(secret_key="another key altogether")


def test_every_message_has_its_own_code_and_is_found_by_it() -> None:
    numbers = [*range(1, 3000), LARGEST - 1, *random.Random(1).sample(range(1, LARGEST), 500)]
    codes = {short_code(KEY, number): number for number in numbers}
    assert len(codes) == len(set(numbers))
    for code, number in codes.items():
        assert len(code) == 9
        assert set(code) <= {*ALPHABET, "-"}
        assert message_number(KEY, code) == number
    assert not set("01OIL") & set(ALPHABET)
    assert short_code(KEY, 0) == short_code(KEY, LARGEST) == ""


def test_guesses_and_codes_of_others_lead_nowhere() -> None:
    chance = random.Random(2)
    guesses = ["".join(chance.choices(ALPHABET, k=8)) for _ in range(20_000)]
    hits = [number for guess in guesses if (number := message_number(KEY, guess)) is not None]
    assert len(hits) <= 6, "one guess in 16,384 has the form of a code, of any of sixteen million messages"
    assert sum(n < 10_000 for n in hits) == 0
    assert message_number(OTHER, short_code(KEY, 5)) != 5
    for nonsense in ("", "K7MF", "K7MF-2QX0", "K7MF-2QXRR", "ÁÁÁÁÁÁÁÁ", "١٢٣٤٥٦٧٨"):
        assert message_number(KEY, nonsense) is None


def test_a_code_stands_for_its_link_until_its_days_are_over(app: App) -> None:
    with app.write(DAY, "test") as ctx:
        _period, (row,) = period_of(ctx)
        message = told(ctx, row, state=MessageState.sent, finished_at=DAY + timedelta(hours=2))
        code, token = short_code(ctx.settings, message.id or 0), personal_token(ctx.settings, message.public_id)
    with app.read(DAY + timedelta(days=7)) as ctx:
        for typed in (code, code.lower(), code.replace("-", ""), f"  {code[:4]} {code[5:]} "):
            assert exchange_code(ctx, typed) == token
    with app.read(DAY + timedelta(days=7, hours=3)) as ctx, pytest.raises(Refused, match="hết hạn"):
        exchange_code(ctx, code)
    with app.read(DAY) as ctx, pytest.raises(NotFound):
        exchange_code(ctx, short_code(ctx.settings, 4711))
