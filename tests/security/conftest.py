"""The running portal of tests/portal."""

from tests.portal.conftest import adopted_template, database_url, site

__all__ = ["adopted_template", "database_url", "site"]
