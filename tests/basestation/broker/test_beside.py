"""A second broker of our own that is away: nobody waits for it, and its next start lets nobody retired in."""

import asyncio

from basestation.broker import ApartBroker, BrokerLimits, new_credential
from basestation.broker.address import free_port
from basestation.broker.beside import BesideBroker

ANNA, BERT = new_credential("device-anna"), new_credential("device-bert")
BASE = new_credential("main")


class Devices:
    """The log-ins in force."""

    def __init__(self, *devices):
        self.now = devices
        self.asked = 0
        self.is_asked_again = asyncio.Event()

    async def __call__(self):
        """Return them."""
        self.asked += 1
        if self.asked > 1:
            self.is_asked_again.set()
        return self.now


async def beside_of(folder, devices):
    """Return a broker whose process does not run, with its configuration for both devices."""
    limits = BrokerLimits(proof_s_max=0.2)
    broker = ApartBroker(folder, "127.0.0.1", free_port(), BASE, limits=limits)
    await broker.start([ANNA, BERT])
    return BesideBroker(broker, devices, again_s=0), folder / "broker" / "nats.conf"


async def test_what_a_broker_that_is_away_does_not_take_stands_in_its_next_configuration(tmp_path):
    """The old one would let a retired device in."""
    devices = Devices(ANNA)
    beside, configuration = await beside_of(tmp_path, devices)
    assert BERT.secret in configuration.read_text()
    assert not await beside.update()
    assert ANNA.secret in configuration.read_text()
    assert BERT.secret not in configuration.read_text()


async def test_a_folder_that_is_not_reached_holds_nobody_up_and_is_tried_again(tmp_path):
    """A network drive that is away."""
    devices = Devices(ANNA)
    beside, configuration = await beside_of(tmp_path, devices)
    away = tmp_path / "away"
    configuration.parent.rename(away)
    assert not await beside.update()
    away.rename(configuration.parent)
    running = asyncio.create_task(beside.run())
    async with asyncio.timeout(5):
        await devices.is_asked_again.wait()
    running.cancel()
    await beside.update()
    assert BERT.secret not in configuration.read_text()
