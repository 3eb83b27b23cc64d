"""``zalooa://<oa>/[user_id]``: a Zalo official account answers a person (tin tư vấn), within 7 days of being written to.

``zalogroup://<oa>/[group_id]``: the same text to a group of the account. Source: docs.zaloplatforms.com, 22/09/2026;
docs/zalo.md says what is unverified.
"""

from typing import Any

from notifications.message import Mail
from notifications.provider_codes import OA_CODES
from notifications.provider_plugin import Call, ProviderPlugin

OPENAPI = "https://openapi.zalo.me"


class NotifyZaloOa(ProviderPlugin):
    """Text of at most 2,000 characters to one user of the account."""

    service_name = "Zalo OA"
    protocol = secure_protocol = "zalooa"
    api = OPENAPI
    codes = OA_CODES
    path = "/v3.0/oa/message/cs"
    recipient = "user_id"

    def call(self, mail: Mail, token: str) -> Call:
        """The API has no key against repeats: a request without an answer is never sent again."""
        body = {"recipient": {self.recipient: self.target_of(mail)}, "message": {"text": self.text_of(mail)}}
        return Call(f"{self.base}{self.path}", body, {"access_token": token})

    def read(self, content: Any) -> tuple[int, str, str | None]:
        """HTTP 200 carries refusals too, as negative codes; ids are strings."""
        data = content.get("data") or {}
        return int(content["error"]), str(content.get("message", ""))[:200], data.get("message_id")


class NotifyZaloGroup(NotifyZaloOa):
    """Text to a group (GMF) that the account belongs to."""

    service_name = "Zalo group"
    protocol = secure_protocol = "zalogroup"
    path = "/v3.0/oa/group/message"
    recipient = "group_id"
