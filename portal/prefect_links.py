"""Links from a page of ours to the same thing in Prefect; only on the machine itself, where its pages open."""

from dataclasses import dataclass
from urllib.parse import quote

from fastapi import Request

from obligations.services.overview.prefect_ids import DeploymentIds, ask_prefect
from obligations.services.running.deployment_view import period_tag
from portal.asking import portal_of, staff

TAGGED = "runs.flowRuns.tags.name"
"""How the page of a deployment (Prefect 3) calls the filter of its list of runs."""


@dataclass(frozen=True)
class DeploymentLinks:
    """``page`` and ``runs`` are addresses in Prefect, None when it is elsewhere or away."""

    name: str
    page: str | None
    runs: str | None


def deployment_links(request: Request, name: str, period: str = "") -> DeploymentLinks:
    """Where Prefect shows this deployment, and its runs, of one period by its label when it is given.

    Runs of a period carry its tag (``period_tag``), and Prefect's page takes a filter by tag in its address.
    Asks Prefect at most once in ten minutes; call it outside transactions.
    """
    portal = portal_of(request)
    if not portal.is_loopback or staff(request) is None:
        return DeploymentLinks(name, None, None)
    state = request.app.state
    if not hasattr(state, "deployment_ids"):
        settings = portal.app.settings
        state.deployment_ids = DeploymentIds(ask_prefect(settings.prefect_api_url, settings.prefect_password))
    ids: DeploymentIds = state.deployment_ids
    number = ids.of(name, portal.clock())
    if number is None:
        return DeploymentLinks(name, None, None)
    base = f"http://127.0.0.1:{portal.app.settings.prefect_port}"
    page = f"{base}/deployments/deployment/{number}"
    chosen = f"&{TAGGED}={quote(period_tag(period))}" if period else ""
    return DeploymentLinks(name, page, f"{page}?tab=Runs{chosen}")
