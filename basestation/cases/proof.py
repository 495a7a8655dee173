"""Whether an address is proven: confirmed by its person, then kept fresh by test messages.

Decides how old a proof may be and when the next test is due. That a message was sent proves nothing; what
does is that it arrived, or that the person has said so. The limits are conventions of this product.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from basestation.cases.directory import WITHOUT_ADDRESS, Address
from basestation.cases.week import Hours

ProofState = Literal["proven", "stale", "asked", "unproven"]


@dataclass(frozen=True, slots=True)
class ProofLimits:
    """How proofs are kept fresh."""

    #: From one proof to the next test, in days.
    test_days: int = 30
    #: What a test may take until the proof is stale, in days.
    grace_days: int = 7
    #: From a test that nobody has answered to the next one, in days.
    answer_days: int = 3
    #: When tests may be sent, by the clock of the site: nobody is rung out of bed by one.
    hours: Hours = field(default_factory=lambda: Hours((1, 2, 3, 4, 5), 540, 1020))


def proof_state(address: Address, now: datetime, limits: ProofLimits) -> ProofState:
    """Return how far an address is proven at `now`."""
    age = proof_age(address, now)
    if age is not None:
        is_fresh = age <= timedelta(days=limits.test_days + limits.grace_days)
        return "proven" if is_fresh else "stale"
    if address.asked_at is not None and now - address.asked_at < timedelta(days=limits.answer_days):
        return "asked"
    return "unproven"


def proof_age(address: Address, now: datetime) -> timedelta | None:
    """Return how long ago the address was last seen to work; None if its person never confirmed it."""
    if address.confirmed_at is None:
        return None
    return now - max(address.confirmed_at, address.proven_at or address.confirmed_at)


def next_test_at(address: Address, now: datetime, limits: ProofLimits) -> datetime | None:
    """Return when the next test message is due, `now` at the earliest; None for what needs none."""
    if address.channel in WITHOUT_ADDRESS:
        return None
    again_at = now if address.asked_at is None else address.asked_at + timedelta(days=limits.answer_days)
    age = proof_age(address, now)
    fresh_until = now if age is None else now - age + timedelta(days=limits.test_days)
    return max(now, again_at, fresh_until)
