"""Log-ins that brokers of others have yet to remove: said, asked about, kept until they are gone."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from basestation.broker import probe
from basestation.devices_retirement import sentences
from basestation.engine import EntryRefused
from basestation.site.withdrawn import CHECK_S, BrokerElsewhere
from basestation.trust.trust import Trust
from tests.basestation.site_bench import DEVICE, OPERATOR, running_site

BEHIND_TLS = Trust("authority.pem", "broker.site", "own.pem", "own.key")
NEAR, FAR = BrokerElsewhere("192.0.2.8", 8883), BrokerElsewhere("192.0.2.9", 8883, BEHIND_TLS)


class Operators:
    """What the brokers of others answer to a log-in, as their operators have set them up."""

    def __init__(self):
        self.answers = {}
        self.asked = []
        self.is_asked = asyncio.Event()

    async def log_in(self, host, port, user, secret, trust):
        """Answer a log-in."""
        del trust
        self.asked.append((host, port, user, secret))
        self.is_asked.set()
        return self.answers.get(host, probe.ACCEPTED)


@asynccontextmanager
async def site_with_brokers_of_others(path, *brokers):
    """Run a base station that knows brokers of others."""
    async with running_site(path) as site:
        site.operators = Operators()
        site.engine.withdrawn.elsewhere = brokers or (NEAR,)
        site.engine.withdrawn.log_in = site.operators.log_in
        yield site


async def left(site):
    """Return (device, broker, whether it is let in) of what is left."""
    return [(one["device"], one["broker"], one["is_let_in"]) for one in await site.engine.withdrawn.left()]


async def test_who_retires_a_device_is_told_at_which_brokers_its_log_in_is_still_valid(tmp_path):
    """Each by its address, with what to do; and where it could not be asked, that nobody knows."""
    async with site_with_brokers_of_others(tmp_path, NEAR, FAR) as site:
        secret = (await site.engine.credentials())[0].secret
        retired = await site.engine.retire_device(DEVICE)
        assert retired["log_in_left_at"] == ["192.0.2.8:8883", "192.0.2.9:8883"]
        rows = await site.engine.withdrawn.left()
        told = " ".join(sentences(retired, rows))
        assert "NOT DONE: The broker at 192.0.2.8:8883 still lets it in. Have its operator remove" in told
        assert "Whether the broker at 192.0.2.9:8883 still lets it in, nobody knows" in told
        # Where we show our own certificate a broker may take us for ourselves: it is not asked.
        assert {one[:2] for one in site.operators.asked} == {("192.0.2.8", 8883)}
        assert secret not in f"{rows}{retired}{told}"


async def test_a_log_in_that_its_broker_refuses_is_gone_by_itself(tmp_path):
    """Asked again every ten minutes, until its operator has removed it."""
    async with site_with_brokers_of_others(tmp_path) as site:
        await site.engine.retire_device(DEVICE)
        assert await left(site) == [(DEVICE, NEAR.place, True)]
        site.operators.answers["192.0.2.8"] = probe.REFUSED
        site.operators.is_asked.clear()
        site.clock.jump(CHECK_S - 1)
        assert await left(site) == [(DEVICE, NEAR.place, True)]
        site.clock.jump(1)
        async with asyncio.timeout(5):
            await site.operators.is_asked.wait()
        await site.engine.withdrawn.look(DEVICE)
        assert await left(site) == []
        assert (await site.engine.device(DEVICE))["log_in_left_at"] == []


async def test_a_broker_that_gives_no_answer_leaves_the_task_open(tmp_path):
    """Silence is no refusal."""
    async with site_with_brokers_of_others(tmp_path) as site:
        site.operators.answers["192.0.2.8"] = probe.UNREACHABLE
        await site.engine.retire_device(DEVICE)
        assert await left(site) == [(DEVICE, NEAR.place, None)]


async def test_nobody_can_say_that_a_log_in_is_removed_while_its_broker_lets_it_in(tmp_path):
    """Of a broker that is not asked their word is taken, and logged with their name."""
    async with site_with_brokers_of_others(tmp_path, NEAR, FAR) as site:
        await site.engine.retire_device(DEVICE)
        confirm = site.engine.withdrawn.confirm
        with pytest.raises(EntryRefused, match=r"still lets pna-01 in .* removed there first"):
            await confirm(DEVICE, NEAR.place, OPERATOR.display_name)
        await confirm(DEVICE, FAR.place, OPERATOR.display_name)
        assert await left(site) == [(DEVICE, NEAR.place, True)]
        with pytest.raises(EntryRefused, match="`rufweite device left` shows what is"):
            await confirm(DEVICE, FAR.place, OPERATOR.display_name)


async def test_the_old_log_in_of_a_device_that_got_a_new_one_is_withdrawn_too(tmp_path):
    """The board that had the name before still has it; the new log-in is no task."""
    async with site_with_brokers_of_others(tmp_path) as site:
        old = (await site.engine.credentials())[0]
        new = await site.engine.begin_setup(DEVICE, "", None, is_again=True)
        assert await site.engine.begin_setup(DEVICE, "", new, is_again=False) == new
        rows = await site.engine.withdrawn.left()
        assert [(row["device"], row["is_retired"]) for row in rows] == [(DEVICE, False)]
        await site.engine.withdrawn.look(DEVICE)
        assert {one[3] for one in site.operators.asked} == {old.secret}


async def test_where_all_brokers_are_ours_nothing_is_left_to_do(tmp_path):
    """Retired is refused, here and everywhere."""
    async with running_site(tmp_path) as site:
        retired = await site.engine.retire_device(DEVICE)
        assert retired["log_in_left_at"] == []
        assert list(sentences(retired, [])) == [f"{DEVICE} is retired; its log-in is refused from now on."]


async def test_the_task_outlives_a_restart_and_its_secret_ends_with_it(tmp_path):
    """It stands in the database until it is gone; then the secret does not."""
    async with site_with_brokers_of_others(tmp_path) as site:
        secret = (await site.engine.credentials())[0].secret
        await site.engine.retire_device(DEVICE)
        clock = site.clock
    async with running_site(tmp_path, clock, is_furnished=True) as site:
        assert await left(site) == [(DEVICE, NEAR.place, True)]
        await site.engine.withdrawn.confirm(DEVICE, NEAR.place, OPERATOR.display_name)
        async with site.database.connect() as connection:
            rows = (await connection.exec_driver_sql("SELECT secret, gone_by FROM withdrawn_log_ins")).all()
        assert [tuple(row) for row in rows] == [("", OPERATOR.display_name)]
        assert secret
