"""Where a request of ours may go, judged by its address alone."""

import asyncio
import ipaddress
import socket
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from basestation.outgoing.channels.https import TwinServer
from basestation.outgoing.channels.https.destination import (
    URL_CHARACTERS_MAX,
    AddressRefused,
    destination_of,
    fault_of,
)
from tests.basestation.outgoing.channels.https_site import a_poster, serving

PUBLIC, PRIVATE = "93.184.215.14", "192.168.7.7"


def refusal(url):
    """Return why a URL is refused."""
    with pytest.raises(AddressRefused) as caught:
        destination_of(url)
    return str(caught.value)


def fault(address, *, is_loopback_named=False, is_private_allowed=False):
    """Return why an address is refused."""
    return fault_of(
        ipaddress.ip_address(address),
        is_loopback_named=is_loopback_named,
        is_private_allowed=is_private_allowed,
    )


def test_https_goes_anywhere_and_http_to_loopback_only():
    """Names and places would be readable on the way."""
    found = destination_of("https://siren.example/a?b=c")
    assert (found.host, found.port, found.path, found.authority) == (
        "siren.example",
        443,
        "/a?b=c",
        "siren.example",
    )
    assert destination_of("https://[2001:db8::7]:8443").authority == "[2001:db8::7]:8443"
    for host in ("127.0.0.1:8080", "localhost", "[::1]:1"):
        assert destination_of(f"http://{host}").is_loopback
    assert "for loopback only" in refusal("http://siren.example/")
    assert "for loopback only" in refusal("http://192.168.7.7/")


@pytest.mark.parametrize(
    "url",
    [
        "", "siren", "ftp://siren.example", "https://", "https:///path", "https://siren.example:0/",
        "https://siren.example:99999/", "https://siren.example/a b", "https://siren.example/\n", "https://sirén.example",
        "https://[1::2", "file:///etc/passwd", "https://siren.example/" + "a" * URL_CHARACTERS_MAX,
    ],
)  # fmt: skip
def test_what_is_no_url_is_refused_with_a_sentence(url):
    """And the sentence repeats no address."""
    assert refusal(url).endswith(".")
    assert "passwd" not in refusal(url)


def test_a_user_in_an_address_is_refused():
    """It would stand in logs of others, and make a host look like another."""
    assert "user or a password" in refusal("https://siren.example@evil.example/")
    assert "user or a password" in refusal("https://:secret@siren.example/")


@given(st.text(max_size=60) | st.text(max_size=30).map("https://{}".format))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_any_text_is_a_destination_or_refused(text):
    """Never another exception."""
    with suppress(AddressRefused):
        assert destination_of(text).host


def test_private_addresses_are_for_the_site_to_allow():
    """Those of the network inside, of every kind."""
    assert fault(PUBLIC) == ""
    for private in (PRIVATE, "10.0.0.1", "172.16.0.1", "100.64.0.1", "fd00::7"):
        assert "private network" in fault(private)
        assert fault(private, is_private_allowed=True) == ""


def test_no_name_leads_to_this_machine_or_this_link_whatever_is_allowed():
    """Where services of the machine or of its cloud would take our word."""
    for address in ("127.0.0.1", "127.9.9.9", "::1"):
        assert "this machine" in fault(address, is_private_allowed=True)
        assert fault(address, is_loopback_named=True) == ""
    for address in ("169.254.169.254", "fe80::1", "224.0.0.1", "0.0.0.0", "::", "255.255.255.255", "ff02::1"):
        assert "no request goes to" in fault(address, is_private_allowed=True)
    for address in ("::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001::1"):
        assert "hides another" in fault(address, is_private_allowed=True)


async def test_a_name_is_judged_by_what_it_stands_for():
    """All its addresses; one that may not be used is passed over."""
    names = {"inside.example": [PRIVATE], "here.example": ["127.0.0.1"], "none.example": []}
    poster, _ = a_poster(look_up=lambda host, _port: names[host])
    assert "private network" in (await poster.post("https://inside.example/", {}, b"")).fault
    assert "this machine" in (await poster.post("https://here.example/", {}, b"")).fault
    assert "no address" in (await poster.post("https://none.example/", {}, b"")).fault
    away, _ = a_poster(look_up=lambda _host, _port: [PUBLIC])
    posted = await away.post("http://localhost/", {}, b"")
    assert "another machine" in posted.fault
    assert not posted.may_have_arrived


async def test_a_name_server_that_fails_leaves_the_addresses_of_the_last_time():
    """An alarm does not wait for a name server."""
    answers = [["127.0.0.1"], socket.gaierror("gone")]

    def look_up(_host, _port):
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://localhost:{server.getsockname()[1]}/"
        poster, registry = a_poster(look_up=look_up)
        assert await poster.reach(url) == ""
        assert await poster.reach(url) == ""
    assert registry.get_sample_value("rufweite_webhook_names_remembered_total") == 1
    fresh, _ = a_poster(look_up=lambda _host, _port: (_ for _ in ()).throw(OSError()))
    assert "no name server" in await fresh.reach(url)
    assert "for loopback only" in await fresh.reach("http://siren.example")


async def test_of_several_addresses_the_next_is_tried_until_one_lets_us_in():
    """Nothing is told twice: whoever did not let us in was told nothing."""
    async with serving(TwinServer()) as twin:
        url = twin.url.replace("127.0.0.1", "localhost")
        poster, _ = a_poster(look_up=lambda _host, _port: ["127.0.0.2", "127.0.0.1", "127.0.0.3"])
        assert (await poster.post(url, {}, b"case 7")).status == 200
        assert await poster.reach(url) == ""
        assert len(twin.heard) == 1
        away, _ = a_poster(look_up=lambda _host, _port: ["127.0.0.2", "127.0.0.3"])
        posted = await away.post(url, {}, b"case 7")
    assert "nobody lets us in" in posted.fault
    assert not posted.may_have_arrived


async def test_whoever_speaks_no_tls_is_told_nothing():
    """And it is said."""

    async def talk(_reader, writer):
        writer.write(b"220 mail.example\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        poster, _ = a_poster()
        posted = await poster.post(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/", {}, b"case 7")
    assert "speaks no TLS" in posted.fault
    assert not posted.may_have_arrived
