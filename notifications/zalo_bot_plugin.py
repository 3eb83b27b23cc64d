"""``zalobot://<bot>/[chat_id]``: the Zalo Bot Platform; a person must have written to the bot first.

Its token stands in the address of every request, so no address is ever shown. Source: openclaw's client of the API.
"""

from typing import Any

from notifications.message import Mail
from notifications.provider_codes import Meaning
from notifications.provider_plugin import Call, ProviderPlugin

# HTTP codes that the platform repeats in its answer: 400, 401, 404, 408, 429.
BOT_CODES = {
    400: Meaning("permanent", "the request or the chat is wrong", phase="recipient"),
    401: Meaning("configuration", "the bot's token is not valid"),
    404: Meaning("permanent", "the chat does not exist", "no_account", phase="recipient"),
    408: Meaning("temporary", "the platform took too long", phase="answer"),
    429: Meaning("temporary", "too many requests", phase="limit"),
}
UNNAMED = 500


class NotifyZaloBot(ProviderPlugin):
    """Text of at most 2,000 characters to one chat; the platform gives no receipts."""

    service_name = "Zalo Bot"
    protocol = secure_protocol = "zalobot"
    api = "https://bot-api.zaloplatforms.com"
    codes = BOT_CODES

    def token(self) -> str:
        """The bot's lasting token."""
        return self.kit.tokens.secret(f"zalobot:{self.host}")

    def call(self, mail: Mail, token: str) -> Call:
        """No key against repeats."""
        body = {"chat_id": self.target_of(mail), "text": self.text_of(mail)}
        return Call(f"{self.base}/bot{token}/sendMessage", body)

    def read(self, content: Any) -> tuple[int, str, str | None]:
        """``ok`` with a result, or an error code."""
        if content["ok"]:
            return 0, "", str(content["result"]["message_id"])
        return int(content.get("error_code") or UNNAMED), str(content.get("description", ""))[:200], None
