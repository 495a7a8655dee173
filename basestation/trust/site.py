"""What the settings of a site mean for its certificates; decides nothing else, and makes nothing."""

from pathlib import Path

from basestation.broker.configuration import station_user
from basestation.clock import SystemClock
from basestation.cluster_settings import route_in
from basestation.config import Settings, names_in
from basestation.trust import files
from basestation.trust.certificates import Handover, SiteCertificates
from basestation.trust.errors import CertificateFault
from basestation.trust.trust import Trust

_CLIENTS_TOO = "client_certificates"


def certificates_of(settings: Settings) -> SiteCertificates | None:
    """Return the certificates that the site makes itself; None without TLS, and for a broker of others."""
    if settings.mqtt_tls == "off" or not settings.is_broker_ours:
        return None
    return SiteCertificates(
        settings.data_dir,
        names_in(settings.mqtt_names),
        station_user(settings.replica),
        SystemClock().now,
        is_for_clients=settings.mqtt_tls == _CLIENTS_TOO,
        route_host=_host_of(settings.cluster.route if settings.cluster is not None else ""),
    )


def certificates_beside(
    settings: Settings, data_dir: Path, name: str, route: str = ""
) -> SiteCertificates | None:
    """Return the certificates of a further broker of ours, by the site's authority; None without TLS."""
    if settings.mqtt_tls == "off":
        return None
    names = [name] if name else names_in(settings.mqtt_names)
    user = station_user(settings.replica)
    return SiteCertificates(
        settings.data_dir, names, user, SystemClock().now, is_for_clients=False, beside=data_dir,
        route_host=_host_of(route),
    )  # fmt: skip


def trust_of_node(settings: Settings, name: str) -> Trust | None:
    """Return what connections to a node of our cluster believe that another base station runs."""
    certificates = certificates_of(settings)
    if certificates is None:
        return None
    return Trust(certificates.trust.authority, name or certificates.trust.server_name)


def _host_of(route: str) -> str:
    return route_in(route).host if route else ""


def trust_of(settings: Settings) -> Trust | None:
    """Return what connections to the broker believe, None without TLS."""
    if settings.mqtt_tls == "off":
        return None
    certificates = certificates_of(settings)
    if certificates is not None:
        return certificates.trust
    assert settings.mqtt_authority is not None
    name = names_in(settings.mqtt_names)[0]
    return Trust(settings.mqtt_authority, name, settings.mqtt_certificate, settings.mqtt_key)


def handover_to(device: str, settings: Settings, *, is_ahead: bool = False) -> Handover | None:
    """Return what the device of this name is told, None without TLS; raises CertificateFault.

    At a broker of others a device's own certificate is its operator's to give. With `is_ahead` the device
    gets one before the broker asks for it.
    """
    certificates = certificates_of(settings)
    if certificates is not None:
        return certificates.handover(device, is_ahead=is_ahead)
    if is_ahead:
        raise CertificateFault(
            "This site makes no certificates for devices: set `mqtt_tls`, or ask whoever runs the broker."
        )
    trust = trust_of(settings)
    if trust is None:
        return None
    files.certificate_in(trust.authority)
    return Handover(trust.authority.read_text(encoding="ascii"), trust.server_name)
