"""A request for a host that is not ours gets a plain no, whatever it asks for."""

import pytest


@pytest.mark.parametrize("path", ["/", "/submit", "/login", "/nowhere", "/healthz"])
def test_an_unknown_host_is_400_and_gets_no_page(site, path):
    answer = site.test_client().get(path, headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert answer.text == "400 unknown host\n"
    assert "nosniff" in answer.headers["X-Content-Type-Options"]
