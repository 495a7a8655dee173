"""What makes an embedded broker one node of a cluster of three, as lines of the NATS server's configuration.

Pure: values in, text out. Queues and sessions stand at all three nodes (R3), so that any two of them go on
without the third; a majority that is missing takes no log-in and no message at QoS 1, which is `membership`'s
to answer. The lines between the nodes ask for the cluster's secret, and with TLS for a certificate of the
site's authority on both sides, which the server demands there by itself.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from basestation.trust.certificates import ServerFiles

#: Nodes of a cluster, and copies of every queue and session.
NODES = 3
#: So many must be there to decide anything.
MAJORITY = NODES // 2 + 1

CLUSTER_NAME = "rufweite"
#: Who calls a node on the lines between them; the secret is the cluster's.
_NODE_USER = "node"
#: How long the greeting between two nodes may take, in s: a busy machine computes a handshake for long.
_GREETING_S_MAX = 5


@dataclass(frozen=True, slots=True)
class Route:
    """Where one node is reached by the others: a numeric address and a TCP port."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class ClusterNode:
    """One node: where it listens for the others, and where they are."""

    own: Route
    others: Sequence[Route]
    secret: str = field(repr=False)
    #: Whom the nodes believe (PEM); None: plain text, on loopback only.
    authority: Path | None = None

    @property
    def server_name(self) -> str:
        """The name of the server, which no other node may have."""
        return f"{CLUSTER_NAME}-{self.own}"


def cluster_lines(node: ClusterNode, tls: ServerFiles | None) -> list[str]:
    """Return the block `cluster`; `tls` is what the broker shows everybody."""
    log_in = f"{_NODE_USER}:{node.secret}@"
    routes = ", ".join(json.dumps(f"nats-route://{log_in}{route}") for route in node.others)
    return [
        "cluster {",
        f'  name: "{CLUSTER_NAME}"',
        f"  listen: {json.dumps(str(node.own))}",
        "  no_advertise: true",
        f'  authorization {{ user: "{_NODE_USER}", password: "{node.secret}", timeout: {_GREETING_S_MAX} }}',
        f"  routes: [{routes}]",
        *_tls_lines(node, tls),
        "}",
    ]


def replica_lines() -> list[str]:
    """Return what the MQTT listener must know: how often each queue and session is kept."""
    return [f"  stream_replicas: {NODES}"]


def _tls_lines(node: ClusterNode, tls: ServerFiles | None) -> list[str]:
    if node.authority is None or tls is None:
        return []
    shown = f"cert_file: {json.dumps(str(tls.certificate))}, key_file: {json.dumps(str(tls.key))}"
    return [f"  tls {{ {shown}, ca_file: {json.dumps(str(node.authority))}, timeout: {_GREETING_S_MAX} }}"]
