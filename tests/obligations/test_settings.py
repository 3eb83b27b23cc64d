"""Settings say what follows from others, and refuse what cannot be."""

import pytest
from pydantic import ValidationError

from obligations.settings import Settings


def test_links_lead_to_the_portal_of_this_installation() -> None:
    assert Settings(portal_port=8123).base_url == "http://127.0.0.1:8123"
    assert Settings(base_url="https://baocao.hungyen.gov.vn/", portal_port=8123).base_url == (
        "https://baocao.hungyen.gov.vn"
    )
    with pytest.raises(ValidationError, match="must begin with"):
        Settings(base_url="baocao.hungyen.gov.vn")


@pytest.mark.parametrize("wrong", ["clamd", "tcp://127.0.0.1", "unix://host/x", "http://127.0.0.1:3310", "tcp://h:1/x"])
def test_a_scanner_has_an_address(wrong: str) -> None:
    assert Settings(clamd="tcp://127.0.0.1:3310").clamd
    assert Settings(clamd="unix:///run/clamav/clamd.ctl").clamd
    with pytest.raises(ValidationError, match="tcp://host:port or unix"):
        Settings(clamd=wrong)
