"""Three real nodes by TLS, and who looks after one of them."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

from basestation.broker import Broker, new_credential
from basestation.broker.address import free_port
from basestation.broker.cluster import ClusterNode, Route
from basestation.broker.credential import new_secret
from basestation.broker.events import ClusterJudged
from basestation.broker.membership import ALONE, JOINED
from basestation.broker.node_keeper import NodeKeeper, Sight, is_greeting
from basestation.broker.other_node import OtherNode
from basestation.trust.certificates import SiteCertificates
from tests.basestation.broker.plain_client import PlainClient
from tests.basestation.trust.site_authority import certificates_in

HOST, NAME = "127.0.0.1", "broker.site"
BASE, OTHER_BASE, ANNA, BERT = (new_credential(name) for name in ("base-1", "base-2", "anna", "bert"))


def now():
    """Return the wall time."""
    return datetime.now(UTC)


@asynccontextmanager
async def running_nodes(folder):
    """Run three nodes of one site, joined from the start; the first is base-1's, the others base-2's."""
    certificates_in(folder)
    routes, secret = [Route(HOST, free_port()) for _ in range(3)], new_secret()
    nodes = []
    for number, route in enumerate(routes):
        beside = None if number == 0 else folder / f"{number}"
        certificates = SiteCertificates(
            folder, [NAME], "station/base-1", now, is_for_clients=False, beside=beside, route_host=HOST
        )
        others = [one for one in routes if one != route]
        node = ClusterNode(route, others, secret, certificates.nodes_believe)
        base = BASE if number == 0 else OTHER_BASE
        broker = Broker(folder / f"{number}", HOST, 0, base, certificates=certificates, cluster=node)
        await broker.regroup(is_joined=True)
        nodes.append(broker)
    try:
        beside = [[replace(OTHER_BASE, is_station=True)], *[[replace(BASE, is_station=True)]] * 2]
        await asyncio.gather(
            *(broker.start([ANNA, *others]) for broker, others in zip(nodes, beside, strict=True))
        )
        yield nodes, routes
    finally:
        await asyncio.gather(*(broker.stop() for broker in nodes))


async def test_a_message_at_one_node_reaches_base_stations_at_every_node(tmp_path):
    """The lines between them are TLS under the site's authority; a log-in proves a change."""
    async with running_nodes(tmp_path) as (nodes, routes):
        assert all(node.is_formed() for node in nodes)
        believed = certificates_in(tmp_path).trust.authority
        assert all([await is_greeting(route, believed) for route in routes])
        assert not await is_greeting(Route(HOST, free_port()), believed)
        at = nodes[1].address
        heard = PlainClient(
            nodes[2].address, BASE, user="station/base-1", client_id=new_secret(), trust=at.trust
        )
        await asyncio.to_thread(heard.connect)
        await asyncio.to_thread(heard.subscribe, "rufweite/v1/device/+/event", 1)
        device = PlainClient(nodes[1].address, ANNA, trust=at.trust)
        await asyncio.to_thread(device.connect)
        await asyncio.to_thread(device.publish, "rufweite/v1/device/anna/event", b"{}", 1)
        assert (await asyncio.to_thread(heard.received.get, True, 10))[1] == b"{}"
        heard.close()
        device.close()
        await prove_changes(nodes[1])


async def prove_changes(node):
    """What a node does not take in time is not in force; a node that is away holds nobody up."""
    at, now_in_force = node.address, [ANNA, BERT]

    async def credentials():
        return now_in_force

    other = OtherNode(HOST, at.port, at.trust, credentials, proof_s_max=0.5)
    await other.start([ANNA])
    assert not await other.update()
    await other.start([ANNA])
    await node.set_devices([ANNA, BERT])
    assert await other.update()
    now_in_force = [BERT]
    await node.set_devices([BERT])
    assert await other.update()
    now_in_force = [ANNA]
    assert not await OtherNode(HOST, free_port(), at.trust, credentials).update()


class Noted:
    """A broker that notes how it was grouped; its log-ins are as a test says."""

    def __init__(self):
        self.grouped, self.restarts, self.is_letting_in, self.looks = [], 0, True, 0

    async def regroup(self, *, is_joined):
        """Note it."""
        self.grouped.append(is_joined)

    async def restart(self, reason):
        """Note it."""
        self.restarts += 1
        return bool(reason)

    def is_formed(self):
        """Be a node that has worked with the others before."""
        return True

    async def is_answering(self):
        """Answer as the test says."""
        self.looks += 1
        return self.is_letting_in


async def greet(_reader, writer):
    """Greet as the line of a node does."""
    writer.write(b"INFO {}\r\n")
    await writer.drain()
    writer.close()


async def test_a_node_is_kept_with_the_others_and_alone_without_them():
    """It says which, is restarted by the canary only while alone, and asks nobody while all is well."""
    broker, said, told = Noted(), [], asyncio.Event()

    def say(event):
        said.append(event)
        told.set()

    async with await asyncio.start_server(greet, HOST, 0) as line:
        places = [Route(HOST, line.sockets[0].getsockname()[1]), Route(HOST, free_port())]
        keeper = NodeKeeper(broker, ClusterNode(Route(HOST, 1), places, new_secret()), say, now)
        await keeper.begin()
        assert (keeper.state, broker.grouped) == (JOINED, [True])
        up = [True, True]
        keeper.sight = Sight(lambda: True, lambda: False, lambda: up)
        await keeper.look()
        assert broker.looks == 0
        up[1] = False
        await keeper.look()
        assert (broker.looks, keeper.state) == (1, JOINED)
        assert not await keeper.restart("two canaries did not return")
    await keeper.go_alone()
    assert (keeper.state, broker.grouped) == (ALONE, [True, False])
    assert await keeper.restart("two canaries did not return")
    assert broker.restarts == 1
    watching = asyncio.create_task(keeper.run())
    await asyncio.wait_for(told.wait(), 5)
    watching.cancel()
    assert isinstance(said[0], ClusterJudged)
    assert "goes on alone" in said[0].fault
