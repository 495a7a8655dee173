"""Which of the three brokers the settings mean; knows how each is made, and nothing else."""

from collections.abc import Callable

from basestation.broker.address import free_port
from basestation.broker.apart import ApartBroker
from basestation.broker.cluster import ClusterNode
from basestation.broker.credential import Credential
from basestation.broker.embedded import Broker
from basestation.broker.events import BrokerEvent
from basestation.broker.external import ExternalBroker
from basestation.config import Settings
from basestation.trust.site import certificates_of, trust_of

AnyBroker = Broker | ApartBroker | ExternalBroker


def chosen_broker(
    settings: Settings,
    base: Credential,
    on_event: Callable[[BrokerEvent], None],
    cluster: ClusterNode | None = None,
) -> AnyBroker:
    """Return the broker of the settings, not started yet; raises CertificateFault."""
    data, host, port = settings.data_dir, settings.mqtt_host, settings.mqtt_port
    if not settings.is_broker_ours:
        return ExternalBroker(host, port, trust_of(settings))
    certificates = certificates_of(settings)
    if settings.broker == "apart":
        return ApartBroker(data, host, port, base, certificates=certificates, cluster=cluster)
    return Broker(
        data, host, port or free_port(), base, on_event=on_event, certificates=certificates, cluster=cluster
    )
