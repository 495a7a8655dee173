"""Signatures of webhooks, both ways: HMAC-SHA-256 over id, time stamp and body.

Decides whether a request is from somebody who has the secret, and of now. The scheme is that of Standard
Webhooks 1.0 (github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md): the headers
`webhook-id`, `webhook-timestamp` (seconds since 1970) and `webhook-signature`, secrets of 24 to 64 bytes as
`whsec_` and base64. Nothing is compared in a time that depends on a secret.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

ID, TIME_STAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
PREFIX: Final = "whsec_"
SECRET_BYTES_MIN, SECRET_BYTES_MAX = 24, 64
#: How far a time stamp may lie from our clock, in seconds, either way.
WINDOW_S: Final = 300
#: More signatures than these in one header are not looked at.
SIGNATURES_MAX: Final = 8
WRONG: Final = "The signature is wrong: check the name, the secret and what was signed."
_ID: Final = re.compile(r"[!-~]{1,256}")
_DIGITS: Final = re.compile(r"[0-9]{1,12}")


class SecretRefused(ValueError):
    """A secret cannot be used; the text is a sentence that does not repeat it."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A request that is from whoever has the secret."""

    id: str
    at_s: int


@dataclass(frozen=True, slots=True)
class Unsigned:
    """A request that is not believed."""

    #: "headers", "time" or "signature".
    reason: str
    sentence: str


def secret_of(text: str) -> bytes:
    """Return the secret that stands in a setting; raises SecretRefused."""
    try:
        secret = base64.b64decode(text.strip().removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if not text.strip().startswith(PREFIX) or not SECRET_BYTES_MIN <= len(secret) <= SECRET_BYTES_MAX:
        raise SecretRefused(
            f"The secret is {PREFIX} and {SECRET_BYTES_MIN} to {SECRET_BYTES_MAX} random bytes in base64."
        )
    return secret


def id_of(key: str) -> str:
    """Return the key of a notice as it can stand in a header, always the same for the same key."""
    if _ID.fullmatch(key):
        return key
    return "sha256-" + hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def signature(secret: bytes, number: str, at_s: int, body: bytes) -> str:
    """Return the signature of one request."""
    signed = b".".join((number.encode("ascii"), str(at_s).encode("ascii"), body))
    return "v1," + base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode("ascii")


def headers_of(secret: bytes, number: str, at_s: int, body: bytes) -> dict[str, str]:
    """Return the headers that make a request believable."""
    return {ID: number, TIME_STAMP: str(at_s), SIGNATURE: signature(secret, number, at_s, body)}


def judge(
    secrets: tuple[bytes, ...], headers: Mapping[str, str], body: bytes, now_s: int
) -> Signed | Unsigned:
    """Return whose request it is; `headers` by name in small letters, any of `secrets` will do."""
    number, at, given = (headers.get(name, "") for name in (ID, TIME_STAMP, SIGNATURE))
    if not _ID.fullmatch(number) or not _DIGITS.fullmatch(at) or not given:
        return Unsigned("headers", f"The request needs {ID}, {TIME_STAMP} and {SIGNATURE}.")
    if not _is_right(secrets, number, int(at), body, given):
        return Unsigned("signature", WRONG)
    if abs(int(at) - now_s) > WINDOW_S:
        return Unsigned(
            "time",
            f"The time stamp is more than {WINDOW_S} s from ours: set your clock, and sign each attempt.",
        )
    return Signed(number, int(at))


def _is_right(secrets: tuple[bytes, ...], number: str, at_s: int, body: bytes, given: str) -> bool:
    # The time stamp is signed as it was written; one with zeros before it is not that of a sender of ours.
    candidates = [part.encode("utf-8", "replace") for part in given.split(" ")[:SIGNATURES_MAX]]
    is_right = False
    for secret in secrets:
        wanted = signature(secret, number, at_s, body).encode("ascii")
        for candidate in candidates:
            is_right |= hmac.compare_digest(wanted, candidate)
    return is_right
