"""How far an address is proven, and when its next test is due."""

from datetime import UTC, datetime, timedelta

import pytest

from basestation.cases.directory import Address
from basestation.cases.proof import ProofLimits, next_test_at, proof_age, proof_state

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LIMITS = ProofLimits(test_days=30, grace_days=7, answer_days=3)
STEP = timedelta(microseconds=1)


def days(count):
    """Return the moment so many days ago."""
    return NOW - timedelta(days=count)


def address(asked=None, confirmed=None, proven=None, channel="sms"):
    """Return an address with what proves it."""
    return Address(1, channel, "0000 111", asked, confirmed, proven)


@pytest.mark.parametrize(
    ("given", "state"),
    [
        (address(), "unproven"),
        (address(asked=NOW), "asked"),
        (address(asked=days(3) + STEP), "asked"),
        (address(asked=days(3)), "unproven"),
        (address(asked=days(3) - STEP), "unproven"),
        (address(proven=NOW), "unproven"),
        (address(confirmed=NOW), "proven"),
        (address(confirmed=days(37) + STEP), "proven"),
        (address(confirmed=days(37)), "proven"),
        (address(confirmed=days(37) - STEP), "stale"),
        (address(confirmed=days(400), proven=days(37)), "proven"),
        (address(confirmed=days(400), proven=days(37) - STEP), "stale"),
        (address(confirmed=days(1), proven=days(400)), "proven"),
        (address(asked=NOW, confirmed=days(400)), "stale"),
    ],
)
def test_an_address_is_proven_once_confirmed_and_as_long_as_that_is_fresh(given, state):
    """What arrives at an address that nobody has confirmed may arrive at somebody else's."""
    assert proof_state(given, NOW, LIMITS) == state


def test_the_age_of_a_proof_is_that_of_the_newest_sign():
    """None before the first."""
    assert proof_age(address(proven=NOW), NOW) is None
    assert proof_age(address(confirmed=days(9), proven=days(2)), NOW) == timedelta(days=2)
    assert proof_age(address(confirmed=days(9)), NOW) == timedelta(days=9)


@pytest.mark.parametrize(
    ("given", "due"),
    [
        (address(), NOW),
        (address(asked=days(2)), NOW + timedelta(days=1)),
        (address(asked=days(3)), NOW),
        (address(asked=days(9), confirmed=days(9)), NOW + timedelta(days=21)),
        (address(asked=days(40), confirmed=days(60), proven=days(29)), NOW + timedelta(days=1)),
        (address(asked=days(1), confirmed=days(60), proven=days(31)), NOW + timedelta(days=2)),
        (address(asked=days(31), confirmed=days(31)), NOW),
        (address(channel="console"), None),
        (address(channel="log"), None),
    ],
)
def test_a_test_is_due_when_the_proof_grows_old_and_again_every_few_days_until_it_is_answered(given, due):
    """What needs no address needs no test."""
    assert next_test_at(given, NOW, LIMITS) == due
