"""Any Apprise address as a channel: our own plugins with typed outcomes, all others with coarse ones."""

from collections.abc import Callable, Iterable
from typing import Any, Self
from urllib.parse import quote

from notifications.addresses import redact_url, scheme_of
from notifications.apprise_parts import instantiate, make
from notifications.channel import ChannelError
from notifications.job import JOB, Job
from notifications.kit import ChannelKit
from notifications.message import Mail, Outcome

SAFE_TO_REPEAT = frozenset({"dbus", "syslog", "gnome", "windows", "macosx"})
"""Plugins whose False surely means that nobody was reached: they speak to this machine only."""
TARGET = "{target}"
DEFAULT_WIDTH = 4


class AppriseChannel:
    """One plugin, shared by the threads of a process."""

    def __init__(self, name: str, plugin: Any, *, typed: bool, template: str = "") -> None:
        self.name = name
        self._plugin = plugin
        self._typed = typed
        self._template = template
        self.width = int(getattr(plugin, "width", DEFAULT_WIDTH))
        """How many messages may be on their way at once."""

    @classmethod
    def own(cls, url: str, plugin_class: Any, kit: ChannelKit) -> Self:
        """A channel over one of our own plugins."""
        plugin = _usable(url, lambda: make(plugin_class, url))
        _check_hosts(url, getattr(plugin, "hosts", (plugin.host,)), kit)
        if hasattr(plugin, "use"):
            plugin.use(kit)
        return cls(scheme_of(url), plugin, typed=True)

    @classmethod
    def any(cls, url: str, kit: ChannelKit) -> Self:
        """A channel over a plugin that Apprise ships; ``{target}`` is filled in for each message."""
        address = url.replace(TARGET, "84900000000")
        plugin = _usable(address, lambda: instantiate(address))
        _check_hosts(url, (str(plugin.host or ""),), kit)
        return cls(scheme_of(url), plugin, typed=False, template=url if TARGET in url else "")

    def send(self, mail: Mail) -> Outcome:
        """Hand one message to the plugin, in this thread."""
        job = Job(mail)
        token = JOB.set(job)
        try:
            body = (mail.text if self._typed else mail.short or mail.text).strip() or "–"
            ok = bool(self._plugin_for(mail).notify(body=body, title=mail.subject))
        except Exception as error:  # noqa: BLE001 - a plugin may raise anything; a channel never does
            return Outcome("unknown", type(error).__name__, "the channel failed in an unforeseen way", phase="send")
        finally:
            JOB.reset(token)
        return job.outcome if job.outcome is not None else self._coarse(ok=ok)

    def close(self) -> None:
        """Close kept connections, if the plugin has any."""
        close = getattr(self._plugin, "close", None)
        if close is not None:
            close()

    def _plugin_for(self, mail: Mail) -> Any:
        if not self._template:
            return self._plugin
        address = self._template.replace(TARGET, quote(mail.target, safe="@"))
        return _usable(address, lambda: instantiate(address))

    def _coarse(self, *, ok: bool) -> Outcome:
        if ok:
            return Outcome("accepted", phase="send")
        if self._typed:
            return Outcome("configuration", "no-outcome", "the channel gave no outcome", phase="send")
        if self.name in SAFE_TO_REPEAT:
            return Outcome("temporary", "refused", "the channel refused", phase="send")
        return Outcome("unknown", "refused", "the channel did not confirm", phase="send")


def _check_hosts(url: str, hosts: Iterable[str], kit: ChannelKit) -> None:
    """Nothing leaves to a host that is not allowed (S11): refused before anything is sent."""
    for host in hosts:
        if not kit.hosts.permits(host, scheme_of(url)):
            raise ChannelError(f"{redact_url(url)}: the host {host or '…'} is not in DONDOC_ALLOWED_HOSTS")


def _usable(url: str, made: Callable[[], Any]) -> Any:
    """A plugin of an address, with no throttle of its own: the outbox paces."""
    try:
        plugin = made()
    except Exception as error:  # noqa: BLE001 - a plugin may raise anything
        # From None: the cause may quote the address.
        raise ChannelError(f"{redact_url(url)}: the address is not usable ({type(error).__name__})") from None
    if plugin is None:
        raise ChannelError(f"{redact_url(url)}: Apprise does not understand this address; see its page of the service")
    plugin.request_rate_per_sec = 0
    return plugin
