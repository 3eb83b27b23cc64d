"""What a provider's own code means for one message: tables of facts, judged in one place.

Sources are named beside each table; a code that no table knows is tried again a few times and then shown to a person.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from notifications.message import Outcome, OutcomeName, RecipientVerdict

Until = Literal["", "morning", "tomorrow", "next-month"]
MORNING_HOUR = 6


@dataclass(frozen=True)
class Meaning:
    """``until``: it goes again then. ``token``: the token is refreshed once before anything else."""

    kind: OutcomeName
    text: str
    recipient: RecipientVerdict = ""
    until: Until = ""
    token: bool = False
    phase: str = "answer"


def _configuration(text: str) -> Meaning:
    return Meaning("configuration", text)


def _refused(text: str, recipient: RecipientVerdict = "") -> Meaning:
    # About one recipient or one message, so that the channel itself is not thought to fail.
    return Meaning("permanent", text, recipient, phase="recipient")


_TOKEN = Meaning("configuration", "the access token is not valid", token=True, phase="token")

# Official account: the table of error codes as transcribed from docs.zaloplatforms.com, 22/09/2026.
OA_CODES: Mapping[int, Meaning] = {
    -216: _TOKEN,
    -220: _TOKEN,
    -124: _TOKEN,
    -32: Meaning("temporary", "more than 4,000 requests a minute", phase="limit"),
    -200: Meaning("temporary", "sending failed on the provider's side", phase="recipient"),
    -234: Meaning("defer", "nothing is sent between 22:00 and 06:00", until="morning"),
    -211: Meaning("defer", "the quota of the day is used up", until="tomorrow"),
    -218: Meaning("defer", "the quota of the month is used up", until="next-month"),
    -213: _refused("the user does not follow the official account", "no_account"),
    -217: _refused("the user cannot be written to", "no_account"),
    -227: _refused("the user is banned or inactive for 45 days", "no_account"),
    -230: _refused("the user has not written within 7 days"),
    -232: _refused("the user has not written, or the window is over"),
    -244: _refused("the user receives no such messages", "no_account"),
    -237: _refused("the group has expired", "blocked"),
    -403: _refused("the official account is not in this group", "blocked"),
    -204: _configuration("the official account has been deleted"),
    -205: _configuration("the official account does not exist"),
    -209: _configuration("the official account or application may not use this API"),
    -212: _configuration("the official account may not do this"),
    -219: _configuration("the application has been removed or disabled"),
    -221: _configuration("the official account is not verified"),
    -223: _configuration("the official account has exceeded what its package allows"),
    -224: _configuration("the official account has no package for this"),
    -235: _configuration("the API does not serve this kind of official account"),
    -240: _configuration("this version of the API has been shut down"),
    -242: _configuration("the appsecret_proof is not valid"),
    -320: _configuration("the application is not connected to a Zalo Cloud Account"),
    -321: _configuration("the Zalo Cloud Account has no money or no service left"),
    -100: _refused("the provider calls the request wrong"),
    -201: _refused("a parameter is wrong"),
    -210: _refused("a parameter is longer than allowed"),
    -233: _refused("this kind of message is not supported"),
    -238: _refused("the message is not valid"),
    -241: _refused("the message is not valid"),
    -248: _refused("the message breaks the platform's rules"),
    -249: _refused("the template cannot be sent this way"),
}

# ZNS: zalo.cloud/zns/guidelines/handle-error-code; -114 from eSMS, -118 from public code; -115 and later unverified.
ZNS_CODES: Mapping[int, Meaning] = {
    -100: Meaning("temporary", "an unknown error of the provider", phase="recipient"),
    -101: _configuration("the application is not valid"),
    -102: _configuration("the application does not exist"),
    -103: _configuration("the application is not active"),
    -104: _configuration("the secret key of the application is not valid"),
    -105: _configuration("the application is not linked to the official account"),
    -106: _refused("the method is not supported"),
    -107: _refused("the message id is not valid"),
    -108: _refused("the phone number is not valid", "blocked"),
    -109: _configuration("the template id is not valid"),
    -110: _refused("the recipient's version of Zalo does not show it", "no_account"),
    -111: _refused("the template data is empty"),
    -112: _refused("the template data does not fit the template"),
    -114: _refused("the user is inactive, refuses the message, or has an old version", "no_account"),
    -115: _configuration("the Zalo Cloud Account has no money left"),
    -116: _refused("the text is not valid"),
    -117: _configuration("the official account may not use this template"),
    -118: _refused("no Zalo account has this number", "no_account"),
    -119: _refused("the account cannot receive it", "no_account"),
    -124: _TOKEN,
    -220: _TOKEN,
    -216: _TOKEN,
    -32: OA_CODES[-32],
    -133: Meaning("defer", "nothing is sent at night", until="morning"),
    -137: _configuration("the charge failed"),
    -139: _refused("the user has opted out", "no_account"),
    -144: Meaning("defer", "the official account's quota of the day is used up", until="tomorrow"),
    -147: Meaning("defer", "the template's quota of the day is used up", until="tomorrow"),
}

# eSMS: developers.esms.vn, table of CodeResult.
ESMS_CODES: Mapping[int, Meaning] = {
    100: Meaning("accepted", "accepted", phase="accepted"),
    124: Meaning("accepted", "this RequestId was accepted before", phase="accepted"),
    99: Meaning("temporary", "an unknown error of the provider", phase="recipient"),
    101: _configuration("the keys are not valid"),
    102: _configuration("the account is locked"),
    103: _configuration("the account has no money left"),
    104: _configuration("the brand name is not valid"),
    118: _configuration("the kind of SMS is not valid"),
    119: _configuration("the brand name needs more recipients"),
    131: _refused("the text is longer than allowed"),
    132: _configuration("the account may not send to this network"),
}


def outcome_of(
    table: Mapping[int, Meaning], code: int, words: str, at: datetime | None, retry_after: float | None = None
) -> Outcome:
    """The outcome of a code; ``at`` is the local moment of sending, from which mornings and days are counted."""
    meaning = table.get(code, Meaning("temporary", words or "an unknown code", phase="recipient"))
    until = _until(meaning.until, at)
    if meaning.kind == "defer" and until is None:
        return Outcome("temporary", str(code), meaning.text, retry_after=3600.0, phase=meaning.phase)
    return Outcome(
        meaning.kind,
        str(code),
        meaning.text,
        retry_after=retry_after,
        defer_until=until,
        phase=meaning.phase,
        recipient=meaning.recipient,
    )


def asks_for_token(table: Mapping[int, Meaning], code: int) -> bool:
    """Whether a code says that the token is not valid."""
    meaning = table.get(code)
    return meaning is not None and meaning.token


def _until(until: Until, at: datetime | None) -> datetime | None:
    if not until or at is None:
        return None
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    if until == "morning":
        today = midnight.replace(hour=MORNING_HOUR)
        return today if at < today else today + timedelta(days=1)
    if until == "tomorrow":
        return midnight + timedelta(days=1, minutes=5)
    first = (midnight.replace(day=1) + timedelta(days=32)).replace(day=1)
    return first + timedelta(minutes=5)
