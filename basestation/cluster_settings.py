"""The settings that make a base station's own broker one node of a cluster of three.

Decides which entries make sense together, and says so with a sentence that repeats no secret: the nodes reach
each other at numeric addresses, beyond loopback only by TLS under the site's authority.
"""

import ipaddress
import re
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from basestation.broker.cluster import NODES, Route
from basestation.broker.credential import SECRET_PATTERN
from basestation.further_brokers import FurtherBroker, value_of

_ROUTE = re.compile(r"(?:\[(?P<six>[0-9a-f:]+)\]|(?P<four>[0-9.]+)):(?P<port>[0-9]{1,5})")


class ClusterSettings(BaseModel):
    """This base station's node."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    #: Where the other nodes reach this one, such as 192.0.2.7:6222.
    route: str
    #: The same at every node: 32 hexadecimal digits, here or in a file of one line.
    secret: Annotated[str, Field(repr=False)] = ""
    secret_file: Path | None = None

    @field_validator("route")
    @classmethod
    def _is_route(cls, route: str) -> str:
        route_in(route)
        return route

    @model_validator(mode="after")
    def _has_its_secret(self) -> "ClusterSettings":
        if bool(self.secret) == (self.secret_file is not None):
            raise ValueError("the cluster needs secret or secret_file, and not both")
        if SECRET_PATTERN.fullmatch(self.secret_text) is None:
            raise ValueError("the cluster's secret must be 32 hexadecimal digits: `openssl rand -hex 16`")
        return self

    @property
    def secret_text(self) -> str:
        """The secret, from wherever it is kept."""
        return value_of("secret", self.secret, self.secret_file)


def route_in(text: str) -> Route:
    """Return the address in a setting; ValueError with a sentence if it is none."""
    found = _ROUTE.fullmatch(text)
    try:
        address = ipaddress.ip_address((found["six"] or found["four"]) if found else "")
    except ValueError:
        raise ValueError(f"{text!r} is no numeric address with a port, such as 192.0.2.7:6222") from None
    assert found is not None
    if address.is_unspecified or not 1 <= int(found["port"]) <= 65535:
        raise ValueError(f"{text} is no address that other nodes can reach")
    return Route(str(address), int(found["port"]))


def fault_of_cluster(
    cluster: ClusterSettings | None, further: tuple[FurtherBroker, ...], broker: str, port: int, tls: str
) -> str:
    """Return what is wrong with the nodes of a cluster, or ""; the rest are `Settings` of these names."""
    routes = [one.route for one in further if one.route]
    if cluster is None:
        return "more_brokers names a route, but there is no cluster" if routes else ""
    if broker == "external" or not port:
        return "a cluster needs a broker of ours (embedded or apart) and a fixed mqtt_port"
    if tls == "client_certificates":
        return "a cluster cannot ask for client certificates: set mqtt_tls to server"
    return _fault_of_routes(cluster, routes, tls)


def _fault_of_routes(cluster: ClusterSettings, routes: list[str], tls: str) -> str:
    if len(routes) != NODES - 1:
        return f"a cluster has {NODES} nodes: give the other {NODES - 1} a route in more_brokers"
    nodes = [route_in(text) for text in (cluster.route, *routes)]
    if len(set(nodes)) != NODES:
        return "each node of the cluster needs a route of its own"
    if tls == "off" and not all(ipaddress.ip_address(node.host).is_loopback for node in nodes):
        return "the nodes of the cluster can be reached by other machines: set mqtt_tls to server"
    return ""
