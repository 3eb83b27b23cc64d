"""Programs with tokens of several kinds."""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from obligations.rules.scopes import OF_ACCOUNTS, OF_AGENCIES
from obligations.services.accounts.access import ensure_sample_account
from obligations.services.interface.tokens import issue_agency_token, issue_token
from tests.portal.conftest import Site, adopted_template, database_url, serve, site  # noqa: F401 - fixtures

V1 = "/api/v1"


@dataclass
class Program:
    """One token in use."""

    client: httpx.Client
    secret: str

    def get(self, path: str, **params: Any) -> httpx.Response:
        """Read."""
        return self.client.get(_at(path), params=params or None, headers=self._headers())

    def post(self, path: str, body: Any = None, key: str = "", files: Any = None, **form: Any) -> httpx.Response:
        """Do; under a fresh key unless one is given. ``form``: parts that carry JSON, beside files."""
        headers = {**self._headers(), "idempotency-key": key or secrets.token_urlsafe(12)}
        if form or files:
            data = {name: value if isinstance(value, str) else json.dumps(value) for name, value in form.items()}
            return self.client.post(_at(path), data=data, files=files, headers=headers)
        return self.client.post(_at(path), json=body, headers=headers)

    def _headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.secret}"}


Programs = Callable[..., Program]


@pytest.fixture
def programs(site: Site) -> Programs:  # noqa: F811
    """``programs()``: of the coordinator, with all scopes or those named; ``programs(agency=...)``: of an agency."""

    def made(*scopes: str, agency: str = "") -> Program:
        with site.app.write(site.now, "test") as ctx:
            if agency:
                token = issue_agency_token(ctx, agency, "phần mềm của cơ quan", 90, scopes or OF_AGENCIES)
            else:
                account = ensure_sample_account(ctx).name
                token = issue_token(ctx, account, "kho dữ liệu", 90, scopes or OF_ACCOUNTS)
        return Program(site.client(), token.secret)

    return made


def problem(answer: httpx.Response, status: int, kind: str) -> dict[str, Any]:
    """The error, after a look at its form."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["type"] == f"urn:dondoc:problem:{kind}", body
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    assert body["instance"] == f"urn:dondoc:request:{answer.headers['x-request-id']}"
    return body


def _at(path: str) -> str:
    return path if path.startswith("/api/") else f"{V1}{path}"
