"""``zns://<oa>/[phone]?template=<id>``: a notice by an approved template to a telephone number (ZNS, ZBS template).

Source: public code of eight repositories and zalo.cloud's page of errors; docs/zalo.md says what is unverified.
"""

from typing import Any

from notifications.message import Mail
from notifications.provider_codes import ZNS_CODES
from notifications.provider_plugin import Call, ProviderPlugin, Unsendable, phone_84

LONGEST_VALUE = 90
"""Characters of one template parameter."""


class NoTemplate(Unsendable):
    """Nobody registered a template for notices of this kind: another address says it, or a person is told that nobody did."""

    code = "no_template"


class NotifyZns(ProviderPlugin):
    """The provider holds the words; we send a template's id and its parameters."""

    service_name = "Zalo ZNS"
    protocol = secure_protocol = "zns"
    api = "https://business.openapi.zalo.me"
    codes = ZNS_CODES

    def call(self, mail: Mail, token: str) -> Call:
        """``tracking_id`` comes back in receipts; nothing says that it prevents repeats."""
        template = mail.template or self.template
        if not template:
            raise NoTemplate("no approved template is named for this message")
        if long := [name for name, value in mail.params.items() if len(value) > LONGEST_VALUE]:
            raise Unsendable(f"the parameter {long[0]} is longer than {LONGEST_VALUE} characters")
        body = {
            "phone": phone_84(mail.target or self.target),
            "template_id": template,
            "template_data": dict(mail.params),
            "tracking_id": mail.tracking_id or mail.message_id,
        }
        return Call(f"{self.base}/message/template", body, {"access_token": token})

    def read(self, content: Any) -> tuple[int, str, str | None]:
        """As the official account's API answers, with ``msg_id``."""
        data = content.get("data") or {}
        return int(content["error"]), str(content.get("message", ""))[:200], data.get("msg_id")
