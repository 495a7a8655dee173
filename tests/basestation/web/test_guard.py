"""What is refused before any route runs, and the headers of every answer."""

import pytest
from starlette.datastructures import Headers

from basestation.web.guard import is_same_origin
from tests.basestation.web.control_room import ORIGIN, PASSWORD

FORM = {"login": "olga", "password": PASSWORD}


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.test"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"},
    ],
)
async def test_an_unsafe_request_from_another_site_is_refused(room, headers):
    """Even with the right password; a browser names the page a request comes from."""
    async with room.client(origin=None) as client:
        answer = await client.post("/api/v1/login", json=FORM, headers=headers)
    assert answer.status_code == 403
    assert answer.json()["detail"] == "This request came from another site and was refused."
    assert room.web.state.web.counts.foreign_refused == 1


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": ORIGIN}, {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}]
)
async def test_the_console_and_programs_pass(room, headers):
    """A program that is no browser sends neither header and still has to log in."""
    async with room.client(origin=None) as client:
        assert (await client.post("/api/v1/login", json=FORM, headers=headers)).status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONSX"])
async def test_every_method_that_is_not_known_to_be_safe_is_checked(room, method):
    """What is new is unsafe until somebody says otherwise."""
    async with room.client("https://evil.test") as client:
        assert (await client.request(method, "/api/v1/chain")).status_code == 403


def test_behind_a_proxy_only_the_public_origin_counts():
    """The Host header is then the proxy's business."""
    headers = Headers({"origin": "https://rufweite.example", "host": "10.0.0.5:8017"})
    assert is_same_origin(headers, "https://rufweite.example")
    assert not is_same_origin(headers, None)
    assert not is_same_origin(headers, "http://rufweite.example")


@pytest.mark.parametrize(
    "path",
    ["/", "/api/v1/me", "/healthz", "/static/pulse.js", "/static/push.js", "/static/icon.svg", "/nothing"],
)
async def test_every_answer_carries_the_headers_of_a_closed_page(room, path):
    """No inline script, no sniffing, no framing, nothing from elsewhere."""
    async with room.client() as client:
        headers = (await client.get(path)).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == ("no-store" if path.startswith("/api") else "no-cache")


@pytest.mark.parametrize("path", ["/static/app.js", "/static/console.css", "/static/vendor/preact.js"])
async def test_a_part_of_the_page_is_taken_for_nothing_else_and_weighs_little(room, path):
    """The page carries the policy; sixty files with a kilobyte of headers each would weigh more than it."""
    async with room.client() as client:
        headers = (await client.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["cache-control"] == "no-cache"
    assert sum(len(name) + len(value) + 4 for name, value in headers.items()) < 450


async def test_a_body_over_the_bound_is_refused_before_it_is_read(room):
    """With a declared length at once; without one as soon as it is too long."""

    async def endless():
        while True:
            yield b"x" * 65536

    async with room.client() as client:
        declared = await client.post("/api/v1/login", content=b"x" * 70000)
        streamed = await client.post(
            "/api/v1/login", content=endless(), headers={"Content-Type": "application/json"}
        )
    assert declared.status_code == 413
    assert streamed.status_code >= 400


async def test_the_page_says_without_javascript_that_it_needs_it(room):
    """Nobody watches an empty page and thinks all is well."""
    async with room.client() as client:
        page = (await client.get("/")).text
    assert "<noscript>" in page
    assert "no alarm is shown here" in page


async def test_the_process_says_that_it_lives_without_a_log_in(room):
    """For whoever supervises the process."""
    async with room.client() as client:
        assert (await client.get("/healthz")).json() == {"is_alive": True}
