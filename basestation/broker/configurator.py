"""Puts a set of credentials in force at the broker, and proves it.

A new set is written, tried out by the server in a dry run, put in force, and proven by a
log-in of the newest device and by the refusal of one that was removed. A set that fails
leaves the old one in force.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from basestation.broker import child, probe
from basestation.broker.address import BrokerAddress, free_port, reached_at
from basestation.broker.cluster import ClusterNode
from basestation.broker.configuration import BrokerSettings, render, station_user
from basestation.broker.credential import Credential
from basestation.broker.errors import ConfigurationRefused
from basestation.broker.folder import BrokerFolder
from basestation.broker.limits import BrokerLimits
from basestation.trust import files
from basestation.trust.certificates import ServerFiles, SiteCertificates
from basestation.trust.trust import Trust

PROOF_POLL_S = 0.05


class BrokerConfigurator:
    """Writes the broker's configuration and proves that it is in force.

    `port` 0 takes a free one, which is then kept; `reload` makes the server read the
    configuration again (whatever process it is the child of). Without `certificates` all is plain text.
    """

    def __init__(
        self,
        data_dir: Path,
        host: str,
        port: int,
        base: Credential,
        limits: BrokerLimits,
        certificates: SiteCertificates | None = None,
        cluster: ClusterNode | None = None,
    ) -> None:
        trust = None if certificates is None else certificates.trust
        # Judged as it listens, then kept as it is reached from here.
        listening = BrokerAddress(host, port or free_port(), trust)
        self.address = BrokerAddress(reached_at(host), listening.port, trust)
        self._certificates = certificates
        self.folder = BrokerFolder(data_dir)
        self._base = base
        self._settings = BrokerSettings(host, self.address.port, self.folder.store, limits.store_bytes_max)
        self._limits = limits
        self._devices: dict[str, Credential] = {}
        #: The node that this broker is when it works with the others; None: it never does.
        self.cluster = cluster
        self._writing = asyncio.Lock()

    async def write(self, devices: Sequence[Credential]) -> None:
        """Put the configuration for `devices` in force for the next start of the server."""
        self._devices = {device.user: device for device in devices}
        self._settings = replace(await self._roomy_settings(), tls=await self._server_files())
        await self._put_in_force(self._text())
        await self._forget_older_certificates()

    async def join(self, *, is_joined: bool) -> None:
        """Work with the other nodes, or alone on queues of its own, from the next start of the server on."""
        folder = self.folder
        self._settings = replace(
            self._settings,
            cluster=self.cluster if is_joined else None,
            store_dir=folder.shared_store if is_joined else folder.store,
        )
        self._settings = await self._roomy_settings()
        if folder.configuration.exists():
            await self._put_in_force(self._text())

    async def make_room(self) -> None:
        """Leave the queues room to grow in the next start of the server.

        A broker whose queues are full lets nobody log in, not even the base station that would
        empty them; only a server that starts with a higher limit gets out of that.
        """
        settings = await self._roomy_settings()
        if settings != self._settings:
            self._settings = settings
            await self._put_in_force(self._text())

    async def change(self, devices: Sequence[Credential], reload: Callable[[], None]) -> None:
        """Put a new set of devices in force in the running server, and prove it."""
        before = self._devices
        self._devices = {device.user: device for device in devices}
        try:
            await self._put_in_force(self._text())
            reload()
            await self._prove(before)
        except ConfigurationRefused:
            self._devices = before
            await self._put_in_force(self._text())
            reload()
            raise

    async def renew_certificate(self, reload: Callable[[], None]) -> None:
        """Let the running server show a new certificate, and prove it; nobody is thrown out.

        Raises:
            ConfigurationRefused, CertificateFault: the old one stays.
        """
        assert self._certificates is not None
        before, made = self._settings, await asyncio.to_thread(self._certificates.renewed)
        self._settings = replace(before, tls=made)
        try:
            await self._put_in_force(self._text())
            reload()
            await self._prove_certificate(made)
        except ConfigurationRefused:
            self._settings = before
            await self._put_in_force(self._text())
            reload()
            raise
        finally:
            await self._forget_older_certificates()

    async def is_answering(self) -> bool:
        """Tell whether the base station can log in."""
        user = station_user(self._base.name)
        host, port, trust = self.address.host, self.address.port, self.address.trust
        answer = await probe.log_in(host, port, user, self._base.secret, trust)
        return answer == probe.ACCEPTED

    async def _roomy_settings(self) -> BrokerSettings:
        used_bytes = await asyncio.to_thread(self.folder.store_bytes, self._settings.store_dir)
        room_bytes = max(self._limits.store_bytes_max, used_bytes + self._limits.store_bytes_spare)
        return replace(self._settings, store_bytes_max=room_bytes)

    async def _server_files(self) -> ServerFiles | None:
        if self._certificates is None:
            return None
        return await asyncio.to_thread(self._certificates.server)

    async def _forget_older_certificates(self) -> None:
        if self._certificates is not None and self._settings.tls is not None:
            await asyncio.to_thread(self._certificates.keep_only, self._settings.tls)

    def _text(self) -> str:
        return render(self._settings, self._base, self._devices.values())

    async def _put_in_force(self, text: str) -> None:
        async with self._writing:
            await asyncio.to_thread(self.folder.write_candidate, text)
            fault = await child.fault_of_configuration(self.folder.candidate)
            if fault:
                self.folder.candidate.unlink()
                raise ConfigurationRefused(
                    f"The broker refuses its new configuration, the old one stays: {fault}"
                )
            self.folder.accept_candidate()

    async def _prove(self, before: dict[str, Credential]) -> None:
        added = [device for name, device in self._devices.items() if before.get(name) != device]
        removed = [device for name, device in before.items() if self._devices.get(name) != device]
        if added:
            await self._wait_for(added[-1], probe.ACCEPTED)
        if removed:
            await self._wait_for(removed[-1], probe.REFUSED)

    async def _prove_certificate(self, made: ServerFiles) -> None:
        certificate = await asyncio.to_thread(files.certificate_in, made.certificate)
        wanted = certificate.public_bytes(Encoding.DER)
        trust = self.address.trust
        assert trust is not None
        try:
            async with asyncio.timeout(self._limits.proof_s_max):
                shown = b""
                while shown != wanted:
                    shown = await probe.shown_certificate(self.address.host, self.address.port, trust)
                    await asyncio.sleep(0 if shown == wanted else PROOF_POLL_S)
        except TimeoutError:
            raise ConfigurationRefused(
                f"The broker did not show its new certificate within {self._limits.proof_s_max:.0f} s. "
                "The old one stays."
            ) from None

    async def _wait_for(self, device: Credential, wanted: str) -> None:
        with ExitStack() as stack:
            trust = self.address.trust
            if self._certificates is not None:
                trial = self._certificates.trial(device.user)
                trust = await asyncio.to_thread(stack.enter_context, trial)
            await self._wait_for_answer(device, wanted, trust)

    async def _wait_for_answer(self, device: Credential, wanted: str, trust: Trust | None) -> None:
        host, port, answer = self.address.host, self.address.port, ""
        answer_s = probe.ANSWER_S_MAX
        try:
            async with asyncio.timeout(self._limits.proof_s_max):
                while answer != wanted:
                    answer = await probe.log_in(host, port, device.user, device.secret, trust, answer_s)
                    # Whoever is too busy for one answer in that time is given longer for the next.
                    answer_s *= 2 if answer == probe.UNREACHABLE else 1
                    await asyncio.sleep(0 if answer == wanted else PROOF_POLL_S)
        except TimeoutError:
            raise ConfigurationRefused(self._why_not(device.user, wanted, answer)) from None

    def _why_not(self, name: str, wanted: str, answer: str) -> str:
        place, wait_s = f"{self.address.host}:{self.address.port}", self._limits.proof_s_max
        if answer in ("", probe.UNREACHABLE):
            return (
                f"No broker answers at {place} within {wait_s:g} s, a log-in as {name} proved nothing: is "
                "`rufweite broker` running there? The old configuration stays."
            )
        return (
            f"The broker at {place} did not take its new configuration within {wait_s:.0f} s: a log-in as "
            f"{name} should be {wanted} and is {answer}. The old one stays."
        )
