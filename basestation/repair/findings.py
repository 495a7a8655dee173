"""What is wrong with an installation, and what to do: facts in, findings out; pure.

Decides what is wrong (an alarm may not come through, or something may be lost) and what is only advice. Days
and bytes in the names. The limits are conventions of this product.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

WRONG, ADVICE, WELL = "WRONG", "ADVICE", "WELL"
#: A copy older than this is no copy.
COPY_DAYS_MAX = 7
#: A certificate that ends sooner.
CERTIFICATE_DAYS_MIN = 30


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    part: str
    grade: str
    sentence: str
    #: What to do; empty where all is well.
    advice: str = ""


def of_modes(open_names: Sequence[str]) -> Finding:
    """Judge which files others on the machine may read."""
    if not open_names:
        return Finding("folder", WELL, "Only its owner can read the data.")
    shown = ", ".join(open_names[:5]) + (" and more" if len(open_names) > 5 else "")
    advice = "Take the rights of others away: chmod -R go= on the data folder."
    return Finding("folder", WRONG, f"Others on this machine can read {shown}.", advice)


def of_space(free_bytes: int, wanted_bytes: int) -> Finding:
    """Judge the space on the disk with the data."""
    sentence = (
        f"{free_bytes // 1_000_000} MB are free where the data lie, {wanted_bytes // 1_000_000} are wanted."
    )
    if free_bytes >= wanted_bytes:
        return Finding("disk", WELL, sentence)
    advice = "Make room now: a full disk takes no alarm. Or set disk_free_mb_min lower, if that is meant."
    return Finding("disk", WRONG, sentence, advice)


def of_schema(found: str, expected: str) -> Finding:
    """Judge the version of the tables."""
    if found == expected:
        return Finding("schema", WELL, f"The tables are of version {found}.")
    if found > expected:
        advice = "Use the newer program that has written it, or restore a copy made before the update."
        return Finding("schema", WRONG, f"The tables are of version {found}, newer than {expected}.", advice)
    advice = "The next start of the base station brings them up to date; make a copy before."
    return Finding("schema", ADVICE, f"The tables are of version {found}, older than {expected}.", advice)


def of_copy(made_at: datetime | None, now: datetime) -> Finding:
    """Judge the age of the last proven copy."""
    advice = "Make one with `rufweite backup`, every night, and keep it on another machine."
    if made_at is None:
        return Finding("copies", ADVICE, "No proven copy is known of.", advice)
    days = (now - made_at) / timedelta(days=1)
    sentence = f"The last proven copy is {days:.1f} days old."
    return (
        Finding("copies", WELL, sentence)
        if days <= COPY_DAYS_MAX
        else Finding("copies", ADVICE, sentence, advice)
    )


def of_certificates(ends: Mapping[str, datetime | None], now: datetime) -> list[Finding]:
    """Judge the certificates by name; None: nobody can read it."""
    found = []
    for name, ends_at in sorted(ends.items()):
        part = f"certificate {name}"
        if ends_at is None:
            advice = "Bring it back from a copy (`rufweite restore` into a new folder, then this file)."
            found.append(Finding(part, WRONG, "It cannot be read.", advice))
        elif ends_at <= now:
            advice = (
                "Start the base station, which renews the broker's own; a broker of others is its operator's."
            )
            found.append(Finding(part, WRONG, f"It ran out on {ends_at:%Y-%m-%d}.", advice))
        elif ends_at - now < timedelta(days=CERTIFICATE_DAYS_MIN):
            advice = "Let the base station run for an hour and look at its log: renewing does not succeed."
            found.append(Finding(part, ADVICE, f"It runs out on {ends_at:%Y-%m-%d}.", advice))
    return found or [Finding("certificates", WELL, f"{len(ends)} are valid for more than a month.")]


def of_clock(is_synchronised: bool | None) -> Finding:  # noqa: FBT001 -- the claim is all there is
    """Judge the machine's clock."""
    if is_synchronised is False:
        advice = "Switch time synchronisation on (timedatectl set-ntp true): timers and certificates need it."
        return Finding("clock", ADVICE, "Nothing keeps this machine's clock in step.", advice)
    return Finding("clock", WELL, "Nothing is known against the machine's clock.")


def of_firmware(versions: Mapping[str, int], newest: str | None) -> Finding:
    """Judge what the devices run: version -> devices; `newest` is the release imported last."""
    old = {version: count for version, count in versions.items() if newest is not None and version != newest}
    if not old and len(versions) <= 1:
        return Finding("firmware", WELL, "All devices that were heard run one version.")
    if newest is None:
        said = ", ".join(f"{count} run {version}" for version, count in sorted(versions.items()))
        return Finding(
            "firmware", ADVICE, f"Devices run several versions: {said}.", "Bring them to one release."
        )
    count = sum(old.values())
    if not count:
        return Finding("firmware", WELL, f"All devices that were heard run {newest}.")
    advice = "Bring them up to date: `rufweite release`."
    return Finding("firmware", ADVICE, f"{count} devices run another version than {newest}.", advice)


def of_health(view: Mapping[str, object]) -> list[Finding]:
    """Judge what the running base station says of itself."""
    found = [
        Finding("running", WRONG, str(reason), "See docs/repair.md under the name of the part.")
        for reason in _texts(view.get("reasons"))
    ]
    found += [
        Finding("running", ADVICE, str(warning), "See docs/repair.md under the name of the part.")
        for warning in _texts(view.get("warnings"))
    ]
    return found or [
        Finding("running", WELL, "The base station runs, and the whole way of an alarm is proven.")
    ]


def _texts(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []
