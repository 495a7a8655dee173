"""What a site has, and who may log in."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from basestation.cases.authority import Grant
from basestation.cases.chain import Chain, ChainError
from basestation.engine import EntryRefused, User
from basestation.store.tables import log_contents
from tests.basestation.site_bench import CHAIN, DEVICE, NOW, running_site


async def test_a_user_logs_in_with_a_session_that_can_be_ended(tmp_path):
    """Revocable at once: deleted, expired, or its user deactivated."""
    async with running_site(tmp_path) as site:
        user = await site.engine.add_user("mara", "Mara Muster", "hash", "operator")
        assert user == User(1, "mara", "Mara Muster", "operator", (Grant("operator"),))
        found = await site.engine.user_by_login("mara")
        assert (found.user, found.password_hash) == (user, "hash")
        assert "hash" not in repr(found).replace("password_hash", "")
        assert await site.engine.user_by_login("nobody") is None

        for digest in ("a", "b", "c"):
            await site.engine.create_session(user.id, digest, NOW + timedelta(hours=1))
        assert await site.engine.session("a") == user
        await site.engine.delete_session("a")
        assert await site.engine.session("a") is None
        site.clock.jump(3600)
        assert await site.engine.session("b") is None
        await site.engine.create_session(user.id, "d", site.clock.now() + timedelta(hours=1))
        await site.engine.deactivate_user("mara")
        assert await site.engine.session("d") is None
        assert await site.engine.user_by_login("mara") is None


async def test_what_is_entered_twice_or_makes_no_sense_is_refused_with_a_sentence(tmp_path):
    """A person gets a sentence."""
    async with running_site(tmp_path) as site:
        await site.engine.add_user("mara", "Mara Muster", "hash", "operator")
        with pytest.raises(EntryRefused, match="user 'mara' already"):
            await site.engine.add_user("mara", "Other", "hash", "operator")
        with pytest.raises(EntryRefused, match="no role 'king'"):
            await site.engine.add_user("leo", "Leo", "hash", "king")
        with pytest.raises(EntryRefused, match="'pna-01' already"):
            await site.engine.add_device(DEVICE)
        with pytest.raises(EntryRefused, match="cannot name a device"):
            await site.engine.add_device("Pump/1")
        with pytest.raises(EntryRefused, match="not 'station'"):
            await site.engine.add_device("station")
        with pytest.raises(EntryRefused, match="'Pump house' already"):
            await site.engine.add_workplace("Pump house")
        with pytest.raises(EntryRefused, match="needs a name"):
            await site.engine.add_worker("  ")
        with pytest.raises(ChainError):
            await site.engine.set_chain(Chain("Empty", ()))
        assert await site.engine.chain() == CHAIN


async def test_a_devices_credential_is_shown_once_and_never_logged(tmp_path):
    """128 random bits each, in no list and no log."""
    async with running_site(tmp_path) as site:
        credential = await site.engine.add_device("pna-02", "Blue one")
        assert len(credential.secret) == len(credential.client_id) == 32
        assert credential.secret not in repr(credential)
        listed = await site.engine.devices()
        assert [device["name"] for device in listed] == ["pna-01", "pna-02"]
        assert credential.secret not in str(listed)
        async with site.database.connect() as connection:
            contents = (await connection.execute(select(log_contents.c.content))).scalars().all()
        assert not [one for one in contents if credential.secret in one or credential.client_id in one]
        assert credential in await site.engine.credentials()
        await site.engine.retire_device("pna-02")
        assert credential not in await site.engine.credentials()


async def test_a_site_without_a_chain_calls_the_control_room(tmp_path):
    """Nobody has to configure anything for an alarm to sound."""
    async with running_site(tmp_path, is_furnished=True) as site:
        site.sit_down()
        await site.engine.add_device(DEVICE)
        await site.raise_alarm()
        case = await site.only_case(state="RECEIVED")
        assert case["next_step"].startswith("calls everyone again")


async def test_a_snapshot_is_ready_for_json_and_says_how_the_station_is(tmp_path):
    """Times end in Z."""
    async with running_site(tmp_path) as site:
        await site.start_shift()
        await site.beat(battery_percent=71)
        snapshot = await site.engine.snapshot()
        assert snapshot["now"] == "2026-03-02T06:00:00.000Z"
        person = snapshot["people"][0]
        assert (person["worker"], person["battery_percent"], person["mode"]) == (
            "Willi Werker",
            71,
            "guarding",
        )
        assert person["seen_at"] == "2026-03-02T06:00:00.000Z"
        assert snapshot["station"]["mqtt"]["is_connected"]
        assert snapshot["station"]["replica"] == "station-1"


async def test_what_heartbeats_said_is_on_disk_after_a_stop(tmp_path):
    """Written in batches, and at the end."""
    async with running_site(tmp_path) as site:
        await site.start_shift()
        await site.beat(battery_percent=42)
        clock = site.clock
    async with running_site(tmp_path, clock, is_furnished=True) as site:
        assert (await site.engine.snapshot())["people"][0]["battery_percent"] == 42
