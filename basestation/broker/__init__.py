"""The MQTT broker beside the base station: a NATS server that we configure and supervise.

Plain text on loopback only; through TLS at any address. A user, a secret and topic permissions for
every device; client ids are secrets, because the broker ties a session to the client id alone:
whoever logs in with the id of another's session, under whatever user, takes that session over.

    Broker           our own NATS server as a supervised child process
    ApartBroker      the same, run as a process of its own (`python -m basestation.broker`)
    ExternalBroker   somebody else's MQTT 3.1.1 broker; nothing is spawned or configured

Exceptions:
    BrokerError
     ├─ BrokerStartFailed      the server did not come up; the sentence says why
     ├─ ConfigurationRefused   the old configuration stays in force
     └─ AddressRefused         not loopback and no TLS, or no address at all
"""

from basestation.broker.apart import ApartBroker
from basestation.broker.configuration import station_user
from basestation.broker.credential import Credential, new_credential
from basestation.broker.embedded import Broker
from basestation.broker.errors import (
    AddressRefused,
    BrokerError,
    BrokerStartFailed,
    ConfigurationRefused,
)
from basestation.broker.events import BrokerDied, BrokerEvent, BrokerSpaceShort, BrokerUp
from basestation.broker.external import ExternalBroker
from basestation.broker.limits import BrokerLimits

__all__ = [
    "AddressRefused",
    "ApartBroker",
    "Broker",
    "BrokerDied",
    "BrokerError",
    "BrokerEvent",
    "BrokerLimits",
    "BrokerSpaceShort",
    "BrokerStartFailed",
    "BrokerUp",
    "ConfigurationRefused",
    "Credential",
    "ExternalBroker",
    "new_credential",
    "station_user",
]
