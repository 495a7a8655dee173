"""Signatures of webhooks: ours are read by others, theirs by us, and nothing else is believed."""

import base64
import json
from datetime import UTC, datetime

import pytest
import standardwebhooks
from hypothesis import given, settings
from hypothesis import strategies as st

from basestation.outgoing.channels.webhook.signature import (
    SIGNATURES_MAX,
    WINDOW_S,
    SecretRefused,
    Signed,
    Unsigned,
    headers_of,
    id_of,
    judge,
    secret_of,
    signature,
)
from tests.basestation.outgoing.channels.https_site import OTHER_SECRET, SECRET

AT_S = 1_763_800_000
BODY = b'{"version":1}'


def headers(secret=SECRET, at_s=AT_S, body=BODY, **changes):
    """Return the headers of a request, some of them changed."""
    return headers_of(secret, "id-1", at_s, body) | {
        f"webhook-{name}": text for name, text in changes.items()
    }


def reason(given_headers, body=BODY, now_s=AT_S, secrets=(SECRET,)):
    """Return why a request is not believed."""
    judged = judge(secrets, given_headers, body, now_s)
    return judged.reason if isinstance(judged, Unsigned) else None


def test_the_known_example_of_the_scheme_is_signed_alike():
    """The vector of the scheme's own libraries (standard-webhooks, Python tests)."""
    secret = secret_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    signed = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, b'{"test": 2432232314}')
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_schemes_own_library_believes_us_and_we_believe_it():
    """`standardwebhooks`, which somebody else wrote."""
    other = standardwebhooks.Webhook(SECRET)
    now = datetime.now(UTC)
    body = json.dumps({"case": 7, "place": "Hütte"}).encode()
    mine = headers_of(SECRET, "id-1", int(now.timestamp()), body)
    assert other.verify(body, mine) == {"case": 7, "place": "Hütte"}
    theirs = {
        "webhook-id": "id-2",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": other.sign("id-2", now, body.decode()),
    }
    assert judge((SECRET,), theirs, body, int(now.timestamp())) == Signed("id-2", int(now.timestamp()))


def test_a_request_is_believed_within_the_window_and_not_a_second_beyond():
    """Either way."""
    for side in (-1, 1):
        assert reason(headers(), now_s=AT_S + side * (WINDOW_S - 1)) is None
        assert reason(headers(), now_s=AT_S + side * WINDOW_S) is None
        assert reason(headers(), now_s=AT_S + side * (WINDOW_S + 1)) == "time"


def test_whatever_is_changed_on_the_way_is_not_believed():
    """Id, time stamp, body, signature, secret."""
    assert reason(headers(id="id-2")) == "signature"
    assert reason(headers(timestamp=str(AT_S + 1))) == "signature"
    assert reason(headers(), body=BODY + b" ") == "signature"
    assert reason(headers(OTHER_SECRET)) == "signature"
    assert reason(headers(signature="v1,AAAA")) == "signature"
    assert reason(headers(signature=headers()["webhook-signature"].replace("v1,", "v2,"))) == "signature"


def test_one_right_signature_among_others_will_do_and_so_will_any_secret():
    """While a secret is replaced; the number of those looked at is bounded."""
    right = headers()["webhook-signature"]
    assert reason(headers(signature=f"v1a,xyz v1,AAAA {right}")) is None
    assert reason(headers(OTHER_SECRET), secrets=(SECRET, OTHER_SECRET)) is None
    assert reason(headers(signature="x " * SIGNATURES_MAX + right)) == "signature"
    assert reason(headers(signature="x " * (SIGNATURES_MAX - 1) + right)) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"id": ""}, {"id": "a b"}, {"id": "x" * 257}, {"id": "é"}, {"timestamp": ""}, {"timestamp": "-1"},
        {"timestamp": "1.5"}, {"timestamp": "٣"}, {"timestamp": "1" * 13}, {"signature": ""},
    ],
)  # fmt: skip
def test_headers_that_are_none_are_told_as_such(changes):
    """Before any secret is used."""
    assert reason(headers(**changes)) == "headers"


@given(
    st.dictionaries(st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature"]), st.text()),
    st.binary(),
)
@settings(max_examples=100, deadline=None, derandomize=True)
def test_any_headers_and_any_body_are_judged(any_headers, body):
    """Never an exception, never believed."""
    assert isinstance(judge((SECRET,), any_headers, body, AT_S), Unsigned)


def test_a_secret_has_its_length_and_is_not_repeated():
    """24 to 64 bytes."""
    for length in (24, 64):
        assert len(secret_of(f"whsec_{base64.b64encode(bytes(length)).decode()}\n")) == length
    for text in (
        "whsec_" + base64.b64encode(b"s3cret" * 4)[:-4].decode(),
        "whsec_" + base64.b64encode(bytes(65)).decode(),
        base64.b64encode(bytes(32)).decode(),
        "whsec_é",
        "whsec_not base64",
        "",
    ):
        with pytest.raises(SecretRefused) as caught:
            secret_of(text)
        assert not text or text not in str(caught.value)


def test_the_key_of_a_notice_is_its_id_or_stands_for_it():
    """The same key always has the same id, and two keys never."""
    assert id_of("watch-1/b1-7/3") == "watch-1/b1-7/3"
    assert id_of("Gerät 1/7/3") == id_of("Gerät 1/7/3") != id_of("Gerät 2/7/3")
    assert id_of("Gerät 1/7/3").isascii()
    assert len(id_of("x" * 300)) == 71
    assert id_of("\ud800").startswith("sha256-")
