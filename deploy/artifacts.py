"""What a coordinator looks at in Prefect: summary, table of agencies, progress, keyed by obligation."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import ArtifactCreate

from obligations.services.context import App
from obligations.services.running.advance import StepReport, standings, summary, table_rows


async def show_artifacts(report: StepReport, key: str, flow_run_id: str | None = None) -> None:
    """Write the artifacts of one period; the newest of a key is what Prefect shows first."""
    wanted: list[tuple[str, str, str, Any]] = [("markdown", "tom-tat", report.title, summary(report))]
    if report.agencies:
        table = json.dumps(table_rows(report), ensure_ascii=False)
        wanted += [
            ("table", "co-quan", "Tình trạng từng cơ quan, đơn vị", table),
            ("progress", "tien-do", "Tỷ lệ đã nhận", report.percent),
        ]
    run = UUID(flow_run_id) if flow_run_id else None
    async with get_client() as client:
        for kind, name, description, data in wanted:
            artifact = ArtifactCreate(
                type=kind, key=f"{key}-{name}", description=description, data=data, flow_run_id=run
            )
            await client.create_artifact(artifact=artifact)


async def show_standings(app: App, as_of: datetime) -> None:
    """Artifacts of every open period as it stands now."""
    with app.read(as_of) as ctx:
        found = standings(ctx)
    for key, report in found:
        await show_artifacts(report, key)
