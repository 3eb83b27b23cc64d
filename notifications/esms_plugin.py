"""``esms://<brand>/[phone]``: SMS under a brand name by eSMS.vn, which folds repeats by ``RequestId``.

Source: developers.esms.vn (send message V4, table of CodeResult).
"""

import unicodedata
from typing import Any

from notifications.kit import NoToken
from notifications.message import Mail
from notifications.provider_codes import ESMS_CODES
from notifications.provider_plugin import Call, ProviderPlugin, Unsendable, phone_84

PLAIN_FIRST, PLAIN_NEXT = 160, 153
UNICODE_FIRST, UNICODE_NEXT = 70, 67
MOST_SEGMENTS = 3
ACCEPTED = (100, 124)


class NotifyEsms(ProviderPlugin):
    """The short text in at most three segments."""

    service_name = "eSMS"
    protocol = secure_protocol = "esms"
    api = "https://rest.esms.vn"
    codes = ESMS_CODES

    def token(self) -> str:
        """``apikey:secretkey`` of the account."""
        return self.kit.tokens.secret(f"esms:{self.host}")

    def call(self, mail: Mail, token: str) -> Call:
        """The same RequestId at every attempt: a second one answers 124, accepted before."""
        key, colon, secret = token.partition(":")
        if not colon:
            raise NoToken(f"the secret esms:{self.host} is not apikey:secretkey")
        text = self.text_of(mail)
        if segments(text) > MOST_SEGMENTS:
            raise Unsendable(f"the text takes {segments(text)} segments of an SMS, at most {MOST_SEGMENTS} are sent")
        body = {
            "ApiKey": key,
            "SecretKey": secret,
            "Phone": phone_84(mail.target or self.target),
            "Content": text,
            "Brandname": self.host,
            "SmsType": "2",
            "IsUnicode": "0" if is_plain(text) else "1",
            "RequestId": mail.tracking_id or mail.message_id,
        }
        return Call(f"{self.base}/MainService.svc/json/SendMultipleMessage_V4_post_json/", body)

    def read(self, content: Any) -> tuple[int, str, str | None]:
        """100 and 124 are accepted; numbers are strings."""
        code = int(content["CodeResult"])
        if code in ACCEPTED:
            return 0, str(code), str(content.get("SMSID") or "repeat")
        return code, str(content.get("ErrorMessage", ""))[:200], None


def is_plain(text: str) -> bool:
    """Whether a text goes in the 7-bit alphabet, 160 characters a segment."""
    return text.isascii()


def without_diacritics(text: str) -> str:
    """Vietnamese as it is written where only ASCII goes: ``Đề nghị`` is ``De nghi``."""
    parted = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    bare = "".join(c for c in parted if not unicodedata.combining(c))
    return bare.replace("–", "-").replace("…", "...").encode("ascii", "replace").decode()


def segments(text: str) -> int:
    """How many SMS a text takes."""
    first, following = (PLAIN_FIRST, PLAIN_NEXT) if is_plain(text) else (UNICODE_FIRST, UNICODE_NEXT)
    length = len(text.encode("utf-16-le")) // 2 if not is_plain(text) else len(text)
    return 1 if length <= first else -(-length // following)
