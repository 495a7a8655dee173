"""The NATS server's configuration, written from credentials. Pure: values in, text out.

Decides who may publish and subscribe what. A device publishes its own up channels and
subscribes its own command topic; a base station subscribes every device's up channels and
publishes every command topic. MQTT topics become NATS subjects: `/` is `.`, `+` is `*`.
Secrets stand in it plainly (a slow hash made 200 log-ins take 14 s), so the file is 0600.
With client certificates the user is who the certificate says, and the secret must fit as well.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from basestation.broker.cluster import CLUSTER_NAME, ClusterNode, cluster_lines, replica_lines
from basestation.broker.credential import Credential
from basestation.trust.certificates import ServerFiles
from protocol import topics

#: A message that was not acknowledged is delivered again after this. The server's default of
#: 30 s delays redelivery by 25 s and breaks the order.
ACK_WAIT_S = 2
#: Messages a session may have unacknowledged, per subscription; the sum over the base's four
#: QoS 1 subscriptions may not pass 65,535.
ACK_PENDING_MAX = 10_000
#: Largest payload the broker takes, in bytes. Above what the protocol allows, so that a message
#: that is too long reaches quarantine; small enough to bound the memory of full queues.
PAYLOAD_BYTES_MAX = 16 * 1024
#: Memory the broker may use for streams, in bytes.
MEMORY_STORE_BYTES_MAX = 64 * 1024 * 1024

#: How long a TLS handshake may take, in s: a small device computes for seconds.
HANDSHAKE_S_MAX = 10

#: Where the server delivers a session's QoS 1 messages.
_SESSION_SUBJECTS = "$MQTT.sub.>"


@dataclass(frozen=True, slots=True)
class BrokerSettings:
    """Where the broker listens and keeps its queues."""

    host: str
    #: TCP port of the MQTT listener.
    port: int
    store_dir: Path
    #: Size limit of the queues on disk, in bytes.
    store_bytes_max: int
    #: None: plain text.
    tls: ServerFiles | None = None
    #: None: a broker by itself.
    cluster: ClusterNode | None = None

    @property
    def is_by_certificate(self) -> bool:
        """Whether the broker takes the user from the client's certificate."""
        return self.tls is not None and self.tls.authority is not None


def station_user(replica: str) -> str:
    """Return the broker user of a base station; the slash keeps it apart from every device name."""
    return "station/" + replica


def render(settings: BrokerSettings, station: Credential, devices: Iterable[Credential]) -> str:
    """Return the configuration text for one base station, its devices, and base stations beside it."""
    devices = list(devices)
    # Another form would not be struck out of the broker's log lines.
    assert all(credential.is_ours for credential in (station, *devices)), "32 hex digits, 128 random bits"
    # As the server writes the subject of the certificates that `trust.authority` issues.
    prefix = "CN=" if settings.is_by_certificate else ""
    base = prefix + station_user(station.name)
    users = [_user(base, station.secret, *_station_permissions(station.name))]
    users += [_user(prefix + device.user, device.secret, *_permissions(device)) for device in devices]
    return "\n".join([*_server_lines(settings), "authorization { users: [", *users, "] }", ""])


def _server_lines(settings: BrokerSettings) -> list[str]:
    node, tls = settings.cluster, settings.tls
    return [
        f"server_name: {_quoted(node.server_name if node is not None else CLUSTER_NAME)}",
        # The server cannot run without a port for its own protocol: loopback, any free port,
        # and no user below may log in there.
        'host: "127.0.0.1"',
        "port: -1",
        f"max_payload: {PAYLOAD_BYTES_MAX}",
        "jetstream {",
        f"  store_dir: {_quoted(str(settings.store_dir))}",
        f"  max_memory_store: {MEMORY_STORE_BYTES_MAX}",
        f"  max_file_store: {settings.store_bytes_max}",
        "}",
        *([] if node is None else cluster_lines(node, tls)),
        "mqtt {",
        f"  host: {_quoted(settings.host)}",
        f"  port: {settings.port}",
        f'  ack_wait: "{ACK_WAIT_S}s"',
        f"  max_ack_pending: {ACK_PENDING_MAX}",
        *([] if node is None else replica_lines()),
        *_tls_lines(tls),
        "}",
    ]


def _tls_lines(tls: ServerFiles | None) -> list[str]:
    if tls is None:
        return []
    lines = [f"cert_file: {_quoted(str(tls.certificate))}", f"key_file: {_quoted(str(tls.key))}"]
    lines.append(f"timeout: {HANDSHAKE_S_MAX}")
    if tls.authority is not None:
        lines += [f"ca_file: {_quoted(str(tls.authority))}", "verify_and_map: true"]
    return ["  tls {", *("    " + line for line in lines), "  }"]


def _user(name: str, secret: str, publish: list[str], subscribe: list[str]) -> str:
    return (
        f"{{ user: {_quoted(name)}, password: {_quoted(secret)}, "
        f'allowed_connection_types: ["MQTT"], permissions: {{ '
        f"publish: {{ allow: {json.dumps(publish)} }}, subscribe: {{ allow: {json.dumps(subscribe)} }} }} }}"
    )


def _permissions(credential: Credential) -> tuple[list[str], list[str]]:
    if credential.is_station:
        return _station_permissions(credential.name)
    return _device_permissions(credential.name)


def _device_permissions(device: str) -> tuple[list[str], list[str]]:
    publish = [_subject(topics.device_topic(device, channel)) for channel in topics.UP_CHANNELS]
    subscribe = [_subject(topics.device_topic(device, channel)) for channel in topics.DOWN_CHANNELS]
    return publish, subscribe


def _station_permissions(replica: str) -> tuple[list[str], list[str]]:
    canary = _subject(topics.canary_topic(replica))
    publish = [_subject(topics.all_devices(channel)) for channel in topics.DOWN_CHANNELS]
    subscribe = [_subject(topics.all_devices(channel)) for channel in topics.UP_CHANNELS]
    return [*publish, canary], [*subscribe, canary, _SESSION_SUBJECTS]


def _subject(topic: str) -> str:
    assert "." not in topic, topic
    return topic.replace("/", ".").replace("+", "*")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
