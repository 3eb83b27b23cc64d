"""Any Apprise address as a channel: our own plugins with typed outcomes, all others with coarse ones."""

import warnings
from typing import Any, Self

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # apprise 1.13 loads a plugin that imports imghdr
    from apprise import Apprise, AppriseAsset
    from apprise.manager_plugins import NotificationManager

from notifications.addresses import redact_url
from notifications.channel import ChannelError
from notifications.job import JOB, Job
from notifications.message import Mail, Outcome

SAFE_TO_REPEAT = frozenset({"json", "jsons", "form", "forms", "xml", "xmls"})
"""Plugins whose False surely means not accepted, or whose receiver sees the same identity again."""


class AppriseChannel:
    """One plugin instance, shared by the threads of a process."""

    def __init__(self, name: str, plugin: Any, *, typed: bool) -> None:
        self.name = name
        self._plugin = plugin
        self._typed = typed

    @classmethod
    def own(cls, url: str, plugin_class: type) -> Self:
        """A channel over one of our own plugins."""
        manager = NotificationManager()
        schemes = (plugin_class.protocol, plugin_class.secure_protocol)  # type: ignore[attr-defined]
        for scheme in schemes:
            if scheme not in manager:
                manager.add(plugin=plugin_class, schemas=scheme)
        return cls(schemes[0], _instantiate(url), typed=True)

    @classmethod
    def any(cls, url: str) -> Self:
        """A channel over any plugin that Apprise ships."""
        plugin = _instantiate(url)
        return cls(url.split("://", 1)[0].lower(), plugin, typed=False)

    def send(self, mail: Mail) -> Outcome:
        """Hand one message to the plugin, in this thread."""
        job = Job(mail)
        token = JOB.set(job)
        try:
            body = mail.text if self._typed else mail.short or mail.text
            ok = self._plugin.notify(body=body or " ", title=mail.subject)
        except Exception as error:  # noqa: BLE001 - a plugin may raise anything; a channel never does
            return Outcome("unknown", code=type(error).__name__, text="the channel failed in an unforeseen way", phase="send")
        finally:
            JOB.reset(token)
        if job.outcome is not None:
            return job.outcome
        return self._coarse(ok=bool(ok))

    def _coarse(self, *, ok: bool) -> Outcome:
        if ok:
            return Outcome("accepted", phase="send")
        if self._typed:
            return Outcome("configuration", code="no-outcome", text="the channel gave no outcome", phase="send")
        kind = "temporary" if self.name in SAFE_TO_REPEAT else "unknown"
        return Outcome(kind, code="refused", text="the channel did not confirm", phase="send")

    def close(self) -> None:
        """Close kept connections, if the plugin has any."""
        close = getattr(self._plugin, "close", None)
        if close is not None:
            close()


def _instantiate(url: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        plugin = Apprise.instantiate(url, asset=AppriseAsset(storage_mode="memory", async_mode=False), suppress_exceptions=True)
    if plugin is None:
        raise ChannelError(f"{redact_url(url)}: Apprise does not understand this address; see its page of the service")
    plugin.request_rate_per_sec = 0
    return plugin
