"""What is pushed is read by the browser it is for, and the service believes who we are."""

import json
import stat

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st
from py_vapid import Vapid02

from basestation.outgoing.channels.web_push import KeyRefused, Vapid, kept_key
from basestation.outgoing.channels.web_push.encryption import (
    RECORD_BYTES,
    TEXT_BYTES_MAX,
    KeysRefused,
    decoded,
    encoded,
    encrypted,
    point_of,
    receiver_key,
    sealed,
)
from basestation.outgoing.channels.web_push.vapid import LIFE_S

KEY = ec.derive_private_key(7, ec.SECP256R1())
POINT, AUTH = encoded(point_of(KEY.public_key())), encoded(bytes(range(16)))
NOW_S = 1_763_800_000


def private(text):
    """Return the key of this number."""
    return ec.derive_private_key(int.from_bytes(decoded(text), "big"), ec.SECP256R1())


def test_the_example_of_the_standard_is_encrypted_alike():
    """RFC 8291, section 5 and appendix A."""
    receiver, auth = receiver_key(
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "BTBZMqHH6r4Tts7J_aSIgg",
    )
    body = sealed(
        b"When I grow up, I want to be a watermelon",
        receiver,
        auth,
        private("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"),
        decoded("DGv6ra1nlYgDCS1FRnbzlw"),
    )
    assert encoded(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz"
        "AC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


@given(st.binary(max_size=TEXT_BYTES_MAX))
@settings(max_examples=30, deadline=None, derandomize=True)
def test_somebody_elses_receiver_reads_every_text(text):
    """`http_ece`, up to the longest text, which fills the record to the byte."""
    body = encrypted(text, POINT, AUTH)
    assert http_ece.decrypt(body, private_key=KEY, auth_secret=decoded(AUTH), version="aes128gcm") == text
    assert len(encrypted(bytes(TEXT_BYTES_MAX), POINT, AUTH)) == RECORD_BYTES


def test_no_two_messages_have_a_key_or_a_salt_in_common():
    """The same text, twice."""
    first, second = (encrypted(b"case 7", POINT, AUTH) for _ in range(2))
    assert first[:16] != second[:16]
    assert first[21:86] != second[21:86]


@pytest.mark.parametrize(
    ("p256dh", "auth"),
    [
        ("", AUTH), (POINT, ""), (POINT[:-2], AUTH), (POINT, AUTH[:-2]), ("é" * 87, AUTH), (POINT, "a*b"),
        (encoded(b"\x04" + bytes(64)), AUTH), (POINT, POINT), ("A", AUTH),
    ],
)  # fmt: skip
def test_keys_that_are_none_are_refused_with_a_sentence(p256dh, auth):
    """And not repeated."""
    with pytest.raises(KeysRefused) as caught:
        encrypted(b"case 7", p256dh, auth)
    assert not p256dh or p256dh not in str(caught.value)


@given(st.text(max_size=100), st.text(max_size=40))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_any_keys_are_keys_or_refused(p256dh, auth):
    """Never another exception."""
    with pytest.raises(KeysRefused):
        receiver_key(p256dh, auth)


def test_the_word_with_a_message_is_believed_by_somebody_elses_check():
    """`py_vapid`; for this service only, and less than a day."""
    vapid = Vapid(KEY, "mailto:safety@works.example")
    word = vapid.authorization("https://push.example:8443/a/b?c", NOW_S)
    assert Vapid02.verify(word)
    token = word.removeprefix("vapid t=").partition(",")[0]
    assert json.loads(decoded(token.split(".")[1])) == {
        "aud": "https://push.example:8443",
        "exp": NOW_S + LIFE_S,
        "sub": "mailto:safety@works.example",
    }
    assert vapid.public_key == POINT
    assert LIFE_S <= 24 * 3600


def test_the_key_of_the_site_is_made_once_for_its_owner_only(tmp_path):
    """With another key every subscription would be worthless."""
    path = tmp_path / "web-push-key"
    made = kept_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert kept_key(path).private_numbers() == made.private_numbers()


def test_a_key_that_cannot_be_read_is_refused_and_not_replaced(tmp_path):
    """Somebody has it in a backup."""
    path = tmp_path / "web-push-key"
    path.write_text("no key")
    with pytest.raises(KeyRefused, match="backup"):
        kept_key(path)
    assert path.read_text() == "no key"
    with pytest.raises(KeyRefused, match="cannot be read"):
        kept_key(tmp_path / "none" / "key")
    (tmp_path / "folder").mkdir()
    with pytest.raises(KeyRefused, match="cannot be read"):
        kept_key(tmp_path / "folder")
