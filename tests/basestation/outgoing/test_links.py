"""The signed link to a responder's page: what opens it, and how long."""

import stat
from datetime import UTC, datetime, timedelta

import pytest

from basestation.clock import FakeClock
from basestation.outgoing.links import KEY_BYTES, LIFE_DAYS, TOKEN_CHARACTERS_MAX, Link, Links
from basestation.public_origin import public_origin
from basestation.trust.errors import CertificateFault
from basestation.trust.link_key import link_key

NOW = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
LINK = Link(7, 123, "person/12")


def links(clock=None, key=bytes(KEY_BYTES), url="https://rufweite.example"):
    """Return the links of a site."""
    return Links(key, url, clock or FakeClock(NOW))


def test_a_token_stands_for_one_person_one_case_and_one_notice():
    """And for whoever has an address only, whatever stands in their name."""
    for link in (LINK, Link(7, 123, "address/Jörg Müller. Tor 3")):
        assert links().read(links().token(link)) == link
    assert len(links().token(LINK)) < 60


def test_a_token_that_was_changed_anywhere_opens_nothing():
    """Another case, another person, another site's, too long, empty, no token at all."""
    token = links().token(LINK)
    for place, character in enumerate(token):
        other = "A" if character != "A" else "B"
        assert links().read(token[:place] + other + token[place + 1 :]) is None
    for wrong in ("", "x", token[:-1], token + "A", token + "=", "a" * (TOKEN_CHARACTERS_MAX + 1), "ü" * 9):
        assert links().read(wrong) is None
    assert links(key=bytes([1]) * KEY_BYTES).read(token) is None


@pytest.mark.parametrize(("days", "is_open"), [(LIFE_DAYS, True), (LIFE_DAYS + 1, False)])
def test_a_token_expires(days, is_open):
    """At the end of its last day."""
    clock = FakeClock(NOW)
    token = links(clock).token(LINK)
    clock.jump(timedelta(days=days).total_seconds())
    assert (links(clock).read(token) is not None) == is_open


def test_a_notice_sent_twice_carries_one_link():
    """The same all day."""
    clock = FakeClock(NOW)
    one = links(clock).url(7, "person/12", 123)
    clock.jump(3600)
    assert links(clock).url(7, "person/12", 123) == one
    assert one.startswith("https://rufweite.example/r/")


@pytest.mark.parametrize("who", ["worker", "control_room", "centre/Receiving centre"])
def test_nobody_but_a_person_who_may_come_gets_a_link(who):
    """Nor does anybody at a site that has no public address."""
    assert links().url(7, who, 123) == ""
    assert links(url="").url(7, "person/12", 123) == ""


def test_a_nonce_belongs_to_one_page_and_comes_once():
    """It is no token, and a token is no nonce."""
    one, other = links().token(LINK), links().token(Link(8, 124, "person/12"))
    nonce = links().nonce(one)
    assert nonce != links().nonce(one)
    assert links().is_nonce(one, nonce)
    for wrong in (one, "", nonce[:-1]):
        assert not links().is_nonce(one, wrong)
    assert not links().is_nonce(other, nonce)
    assert links().read(nonce) is None


def test_the_key_of_the_site_is_made_once_and_read_by_its_owner_only(tmp_path):
    """A file that holds none is no reason to make another: every link would be dead."""
    key = link_key(tmp_path)
    assert (len(key), link_key(tmp_path)) == (KEY_BYTES, key)
    path = tmp_path / "links" / "site.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    for wrong in ("", "00", "no key"):
        path.write_text(wrong)
        with pytest.raises(CertificateFault, match="holds no key of 32 bytes"):
            link_key(tmp_path)
    path.unlink()
    path.mkdir()
    with pytest.raises(CertificateFault, match="cannot be read"):
        link_key(tmp_path)


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("", ""),
        ("https://rufweite.example/", "https://rufweite.example"),
        ("https://rufweite.example:8443", "https://rufweite.example:8443"),
        ("http://127.0.0.1:8017", "http://127.0.0.1:8017"),
        ("http://localhost:8017", "http://localhost:8017"),
    ],
)
def test_links_begin_with_an_origin_that_others_cannot_read(url, origin):
    """Plain http on this machine only."""
    assert public_origin(url) == origin


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://rufweite.example", "beyond this machine it begins with https://"),
        ("http://192.0.2.1", "beyond this machine it begins with https://"),
        ("rufweite.example", "begins with https:// and a host"),
        ("ftp://rufweite.example", "begins with https:// and a host"),
        ("https://", "begins with https:// and a host"),
        ("https://rufweite.example/base", "only scheme, host and port"),
        ("https://user:secret@rufweite.example", "only scheme, host and port"),
        ("https://rufweite.example/?x=1", "only scheme, host and port"),
    ],
)
def test_any_other_public_address_is_refused_with_a_sentence(url, words):
    """Whoever set it is told what can stand there."""
    with pytest.raises(ValueError, match=words):
        public_origin(url)
