"""The parts of Apprise that are used, loaded in one place. Its hints are partial, so they are taken as Any."""

import logging
import warnings
from typing import Any

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # apprise 1.13 loads a plugin that imports imghdr
    import apprise
    from apprise.manager_plugins import NotificationManager
    from apprise.plugins.base import NotifyBase

PluginBase: Any = NotifyBase

# Its warnings name recipients and its errors quote addresses; outcomes carry what is needed.
logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)


def register(plugin: Any, *schemes: str) -> None:
    """Make a plugin of ours known under its schemes; once is enough."""
    manager: Any = NotificationManager
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        known = manager()
        for scheme in schemes:
            if scheme not in known:
                known.add(plugin=plugin, schemas=scheme)


def instantiate(url: str) -> Any:
    """The plugin of an address, None when Apprise does not know it; may raise whatever the plugin raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return apprise.Apprise.instantiate(url, asset=_asset(), suppress_exceptions=False)


def make(plugin: Any, url: str) -> Any:
    """One of our own plugins for an address, as Apprise would make it, without loading the 150 it ships."""
    results = plugin.parse_url(url.replace("/#", "/%23"))
    return plugin(**results, asset=_asset()) if results else None


def _asset() -> Any:
    return apprise.AppriseAsset(storage_mode="memory", async_mode=False)
