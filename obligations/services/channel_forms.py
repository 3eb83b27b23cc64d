"""The form a message takes on a channel that cannot carry the whole text: a template's values, or a plain text message."""

from dataclasses import replace

from notifications.message import Mail
from notifications.notice import NoticeContext
from notifications.sms import render_sms
from notifications.zns_params import zns_message

ZNS = ("zns",)
SMS = ("sms", "esms")


def fitted(mail: Mail, kind: str, notice: NoticeContext) -> Mail:
    """The mail as its channel carries it. A kind without an approved template goes by ZNS without one, and is refused."""
    if mail.channel in SMS:
        return replace(mail, short=render_sms(kind, notice))
    found = zns_message(kind, notice) if mail.channel in ZNS else None
    return replace(mail, template=found.template, params=found.params) if found else mail
