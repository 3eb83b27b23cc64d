"""From an address to a channel. A new channel is one file and one line in ``PLUGINS``."""

from importlib import import_module
from typing import Any

from notifications.addresses import redact_url, refused_option, scheme_of
from notifications.channel import Channel, ChannelError
from notifications.kit import ChannelKit
from notifications.memory import RecordingChannel

__all__ = [
    "PLUGINS",
    "Channel",
    "ChannelError",
    "channel_problem",
    "open_channel",
    "redact_url",
    "register_plugins",
    "resends",
]

PLUGINS = {
    "vnmail": "notifications.smtp_plugin:NotifyVnMail",
    "vnmails": "notifications.smtp_plugin:NotifyVnMail",
    "webhook": "notifications.webhook_plugin:NotifyWebhook",
    "webhooks": "notifications.webhook_plugin:NotifyWebhook",
    "zalooa": "notifications.zalo_oa_plugin:NotifyZaloOa",
    "zalogroup": "notifications.zalo_oa_plugin:NotifyZaloGroup",
    "zns": "notifications.zns_plugin:NotifyZns",
    "zalobot": "notifications.zalo_bot_plugin:NotifyZaloBot",
    "esms": "notifications.esms_plugin:NotifyEsms",
}
"""Scheme -> own Apprise plugin with typed outcomes; every other Apprise scheme works with coarse ones."""
RESENDS = {
    "vnmail": "once",
    "vnmails": "once",
    "webhook": "once",
    "webhooks": "once",
    "record": "freely",
    "esms": "freely",
}
"""What ends a doubt: sending once more under the same Message-ID or key, which receivers fold into one."""
PERSONAL = ("mailto", "mailtos")
"""Schemes whose fixed target would get every agency's message."""
TARGET = "{target}"


def open_channel(url: str, kit: ChannelKit | None = None) -> Channel:
    """Open the channel of an address; no connection is made yet. Raises ChannelError saying what is wrong with it.

    ``{target}`` in another service's address stands for the recipient of each message.
    """
    scheme = scheme_of(url)
    if scheme == "record":
        return RecordingChannel()
    if not scheme:
        raise ChannelError("a channel's address begins with a scheme, such as vnmail:// or record://")
    if option := refused_option(url):
        raise ChannelError(f"{redact_url(url)}: option {option} hides failures; remove it, dondoc retries by itself")
    if scheme in PERSONAL and TARGET not in url:
        raise ChannelError(f"{redact_url(url)}: every message would go to one mailbox; use vnmail:// or {TARGET}")
    from notifications.apprise_channel import AppriseChannel  # noqa: PLC0415 - loads Apprise, only when needed

    if scheme in PLUGINS:
        return AppriseChannel.own(url, _plugin(scheme), kit or ChannelKit())
    return AppriseChannel.any(url, kit or ChannelKit())


def register_plugins() -> None:
    """Make our channels known to Apprise itself, for whoever uses them without dondoc: ``apprise.Apprise().add(url)``."""
    from notifications.apprise_parts import register  # noqa: PLC0415 - loads 150 plugins, only when needed

    for scheme in PLUGINS:
        register(_plugin(scheme), scheme)


def _plugin(scheme: str) -> Any:
    module, _, name = PLUGINS[scheme].partition(":")
    return getattr(import_module(module), name)


def resends(url: str) -> str:
    """Whether a message that may have been taken is sent again: ``once``, ``freely``, or ``never`` by itself."""
    return RESENDS.get(scheme_of(url), "never")


def channel_problem(url: str, kit: ChannelKit | None = None) -> str | None:
    """What is wrong with an address, for ``doctor``; None when a channel opens. Shows no secret."""
    try:
        open_channel(url, kit).close()
    except ChannelError as error:
        return str(error)
    return None
