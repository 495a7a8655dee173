"""The life of a device at the site: got ready, retired, replaced."""

import asyncio

import pytest
from sqlalchemy import select

from basestation.broker.credential import Credential, new_secret
from basestation.broker.errors import ConfigurationRefused
from basestation.engine import EntryRefused, ShiftRefused
from basestation.store.tables import log, log_contents
from tests.basestation.site_bench import DEVICE, running_site

NEW = "pna-02"
REPORT = {"firmware": "1.0", "checks": [["settings", True, ""]]}


async def ready(site, name=NEW, label=""):
    """Get a device ready, as the command does."""
    credential = await site.engine.begin_setup(name, label, None, is_again=False)
    await site.engine.note_device_check(name, REPORT, is_passed=True)
    return credential


async def state_of(site, name):
    """Return how far a device is."""
    return (await site.engine.device(name))["state"]


async def test_a_device_is_ready_only_when_its_own_test_has_passed(tmp_path):
    """Until then it is in the list, and no shift starts with it."""
    async with running_site(tmp_path) as site:
        await site.engine.begin_setup(NEW, "Blue one", None, is_again=False)
        assert await state_of(site, NEW) == "not_ready"
        with pytest.raises(ShiftRefused, match="not ready: finish"):
            await site.start_shift(device=NEW)
        failed = {"firmware": "1.0", "checks": [["sensor", False, "stuck"]]}
        assert await site.engine.note_device_check(NEW, failed, is_passed=False) == "not_ready"
        assert (await site.engine.device(NEW))["setup_report"] == failed
        assert await site.engine.note_device_check(NEW, REPORT, is_passed=True) == "ready"
        await site.start_shift(device=NEW)


async def test_a_set_up_that_is_repeated_never_leaves_two_log_ins_in_force(tmp_path):
    """The one on the board goes on; any other is replaced."""
    async with running_site(tmp_path) as site:
        first = await site.engine.begin_setup(NEW, "", None, is_again=False)
        assert await site.engine.begin_setup(NEW, "", first, is_again=False) == first
        second = await site.engine.begin_setup(NEW, "", None, is_again=False)
        assert second.secret != first.secret
        assert second.client_id != first.client_id
        foreign = Credential(NEW, second.secret, new_secret())
        third = await site.engine.begin_setup(NEW, "", foreign, is_again=False)
        assert third not in (foreign, second)
        in_force = [one for one in await site.engine.credentials() if one.name == NEW]
        assert in_force == [third]


async def test_a_new_board_is_told_the_highest_number_of_a_start_that_its_name_has_had(tmp_path):
    """Below it a new alarm would pass for the repeat of an old one; 0 for a name that was never heard."""
    async with running_site(tmp_path) as site:
        assert await site.engine.highest_boot(DEVICE) == 0
        await site.raise_alarm(alarm="7-100", boot=7)
        await site.say("started", boot=4, firmware="1.0", cause="power_on", settings_version=0)
        assert await site.engine.highest_boot(DEVICE) == 7
        assert await site.engine.highest_boot(NEW) == 0


async def test_a_name_in_use_is_given_to_another_board_only_when_asked_for(tmp_path):
    """Nobody loses a device by a mistyped name."""
    async with running_site(tmp_path) as site:
        mine = await ready(site)
        with pytest.raises(EntryRefused, match="--again"):
            await site.engine.begin_setup(NEW, "", None, is_again=False)
        assert await site.engine.begin_setup(NEW, "", mine, is_again=False) == mine
        await site.engine.note_device_check(NEW, REPORT, is_passed=True)
        assert await site.engine.begin_setup(NEW, "", None, is_again=True) != mine
        await site.engine.note_device_check(NEW, REPORT, is_passed=True)
        await site.start_shift(device=NEW)
        with pytest.raises(EntryRefused, match="is worn by Willi Werker"):
            await site.engine.begin_setup(NEW, "", None, is_again=True)


async def test_a_retired_device_is_refused_and_its_open_cases_stay(tmp_path):
    """The wearer is shown as not protected; the name is never given again."""
    async with running_site(tmp_path) as site:
        await site.start_shift()
        await site.beat(protection="protected")
        await site.raise_alarm()
        case = await site.only_case(state="RECEIVED")
        retired = await site.engine.retire_device(DEVICE)
        assert (retired["state"], retired["is_active"], retired["worker"]) == (
            "retired",
            False,
            "Willi Werker",
        )
        assert retired["open_cases"] == [case["id"]]
        assert retired["retired_at"] == "2026-03-02T06:00:00.000Z"
        snapshot = await site.engine.snapshot()
        assert [one["id"] for one in snapshot["cases"]] == [case["id"]]
        person = snapshot["people"][0]
        assert (person["protection"], person["protection_reason"]) == ("not_protected", "device_retired")
        assert await site.engine.credentials() == []
        for attempt in (
            site.engine.retire_device(DEVICE),
            site.engine.begin_setup(DEVICE, "", None, is_again=True),
            site.engine.replace_device(DEVICE, DEVICE),
        ):
            with pytest.raises(EntryRefused, match="retired"):
                await attempt


async def test_a_replaced_device_is_retired_only_when_the_new_one_is_heard(tmp_path):
    """Until then the old one guards its wearer; then shift, label and the order to guard go over."""
    async with running_site(tmp_path) as site:
        await site.engine.retire_device(DEVICE)
        await ready(site, "old-1", label="Red one")
        await ready(site)
        await site.start_shift(device="old-1")
        assert (await site.engine.replace_device("old-1", NEW))["replaces"] == "old-1"
        await site.beat(device="old-1")
        assert await state_of(site, "old-1") == "ready"
        await site.beat(device=NEW, mode="off_shift")
        await site.link.told(NEW, "shift", state="on")
        await site.until(lambda snapshot: snapshot["people"][0]["device"] == NEW)
        old, new = [await site.engine.device(name) for name in ("old-1", NEW)]
        assert (old["state"], old["replaced_by"], old["worker"]) == ("retired", NEW, None)
        assert (new["state"], new["label"], new["worker"]) == ("ready", "Red one", "Willi Werker")
        assert [one.name for one in await site.engine.credentials()] == [NEW]


async def test_a_replacement_outlives_a_restart_of_the_base_station(tmp_path):
    """It is carried out when the new device is heard, whenever that is."""
    async with running_site(tmp_path) as site:
        await ready(site)
        await site.engine.replace_device(DEVICE, NEW)
        clock = site.clock
    async with running_site(tmp_path, clock, is_furnished=True) as site:
        assert await state_of(site, DEVICE) == "registered"
        changes = site.engine.changes()
        await site.beat(device=NEW)
        while await state_of(site, DEVICE) != "retired":
            await anext(changes)


async def test_the_open_cases_of_a_replaced_device_and_of_the_new_one_name_each_other(tmp_path):
    """They are about the same wearer."""
    async with running_site(tmp_path) as site:
        await site.start_shift()
        await site.raise_alarm()
        first = await site.only_case(state="RECEIVED")
        await ready(site)
        await site.engine.replace_device(DEVICE, NEW)
        await site.raise_alarm(alarm="1-200", device=NEW)
        snapshot = await site.until(lambda snapshot: len(snapshot["cases"]) == 2)
        second = next(case for case in snapshot["cases"] if case["id"] != first["id"])
        assert second["linked"] == [first["id"]]
        assert (await site.engine.case(first["id"]))["linked"] == [second["id"]]


async def test_what_cannot_be_replaced_is_refused_with_a_sentence(tmp_path):
    """By itself, by one that is not ready, worn or promised already."""
    async with running_site(tmp_path) as site:
        await site.engine.begin_setup(NEW, "", None, is_again=False)
        for old, new, words in (
            (DEVICE, DEVICE, "cannot replace itself"),
            (DEVICE, "pna-09", "no device 'pna-09'"),
            (DEVICE, NEW, "not ready"),
        ):
            with pytest.raises(EntryRefused, match=words):
                await site.engine.replace_device(old, new)
        await site.engine.note_device_check(NEW, REPORT, is_passed=True)
        await ready(site, "pna-03")
        await site.engine.replace_device(DEVICE, NEW)
        with pytest.raises(EntryRefused, match="is to replace pna-01 already"):
            await site.engine.replace_device(DEVICE, "pna-03")
        await site.start_shift(device="pna-03")
        with pytest.raises(EntryRefused, match="worn by somebody"):
            await site.engine.replace_device(NEW, "pna-03")


async def test_a_broker_that_fails_is_told_again_until_it_lets_nobody_retired_in(tmp_path):
    """The base station refuses the device meanwhile, and the caller hears of it."""
    async with running_site(tmp_path) as site:
        calls, is_told_again = [], asyncio.Event()

        async def let_in():
            calls.append([one.name for one in await site.engine.credentials()])
            if len(calls) == 1:
                raise ConfigurationRefused("The broker is away.")
            is_told_again.set()

        site.engine._parts.fleet.let_in = let_in
        with pytest.raises(ConfigurationRefused):
            await site.engine.retire_device(DEVICE)
        assert await state_of(site, DEVICE) == "retired"
        async with asyncio.timeout(10):
            await is_told_again.wait()
        assert calls == [[], []]


async def test_no_log_entry_about_a_device_holds_its_secret(tmp_path):
    """Set-up, test, retirement are in the log; what lets a device in is not."""
    async with running_site(tmp_path) as site:
        credential = await ready(site)
        await site.engine.retire_device(NEW)
        async with site.database.connect() as connection:
            contents = (await connection.execute(select(log_contents.c.content))).scalars().all()
            kinds = (await connection.execute(select(log.c.kind).where(log.c.device == NEW))).scalars().all()
        assert kinds == ["device_setup_began", "device_checked", "device_retired"]
        shown = [*contents, str(await site.engine.devices()), str(await site.engine.device(NEW))]
        assert not [one for one in shown if credential.secret in one or credential.client_id in one]
