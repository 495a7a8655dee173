"""The part of the engine's facade that is about the site: users, workers, workplaces, devices, the chain.

Joins `people` and `registry` under the names that console and command line use.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from basestation.broker.credential import Credential
from basestation.cases.chain import Chain
from basestation.site.device_certificates import DeviceCertificates
from basestation.site.fleet import Fleet
from basestation.site.fleet_view import FleetView
from basestation.site.people import LogIn, People, User
from basestation.site.registry import Registry
from basestation.site.withdrawn import WithdrawnLogIns


class Site:
    """What the site has, and who may log in."""

    def __init__(self, people: People, registry: Registry, fleet: Fleet, fleet_view: FleetView) -> None:
        self._people, self.preferences = people, people.preferences
        self._registry = registry
        self._fleet = fleet
        self._fleet_view = fleet_view

    async def add_user(self, login: str, display_name: str, password_hash: str, role: str) -> User:
        """Add somebody who may log in; raises EntryRefused."""
        return await self._people.add_user(login, display_name, password_hash, role)

    async def deactivate_user(self, login: str) -> None:
        """Let nobody log in as this user any more; raises EntryRefused."""
        await self._people.deactivate_user(login)

    async def users(self) -> list[dict[str, Any]]:
        """Return the users by login."""
        return await self._people.users()

    async def user_by_login(self, login: str) -> LogIn | None:
        """Return the active user of this login, with the hash of the password."""
        return await self._people.user_by_login(login)

    async def create_session(self, user_id: int, token_digest: str, expires_at: datetime) -> None:
        """Open a session."""
        await self._people.create_session(user_id, token_digest, expires_at)

    async def session(self, token_digest: str) -> User | None:
        """Return whose open session this is."""
        return await self._people.session(token_digest)

    async def delete_session(self, token_digest: str) -> None:
        """End a session."""
        await self._people.delete_session(token_digest)

    async def add_worker(self, name: str, phone: str = "", site_id: int = 1) -> dict[str, Any]:
        """Add a worker; raises EntryRefused."""
        return await self._registry.add_worker(name, phone, site_id)

    async def workers(self) -> list[dict[str, Any]]:
        """Return the workers by name."""
        return await self._registry.workers()

    async def add_workplace(self, name: str, directions: str = "", site_id: int = 1) -> dict[str, Any]:
        """Add a workplace; raises EntryRefused."""
        return await self._registry.add_workplace(name, directions, site_id)

    def admit_virtual(self, name: str) -> None:
        """Take the messages of a virtual device until this process ends; it stands in no list."""
        self._registry.note_device(name)

    async def workplaces(self) -> list[dict[str, Any]]:
        """Return the workplaces by name."""
        return await self._registry.workplaces()

    async def add_device(self, name: str, label: str = "", site_id: int = 1) -> Credential:
        """Add a device and return its log-in, this once; raises EntryRefused."""
        return await self._registry.add_device(name, label, site_id)

    async def handover(self, name: str, *, is_ahead: bool = False) -> dict[str, Any]:
        """Return what the device must be told beside its credential: nothing, where there is no TLS."""
        del self, name, is_ahead
        return {}

    async def begin_setup(
        self, name: str, label: str, held: Credential | None, *, is_again: bool
    ) -> Credential:
        """Return the log-in for a board that holds `held`; the device is not ready. Raises EntryRefused."""
        return await self._fleet.begin_setup(name, label, held, is_again=is_again)

    async def highest_boot(self, name: str) -> int:
        """Return the highest number of a start that is known of a device; a new board begins beyond it."""
        return await self._fleet.highest_boot(name)

    async def note_device_check(self, name: str, report: Mapping[str, Any], *, is_passed: bool) -> str:
        """Keep what a device's own test said; return its state. Raises EntryRefused."""
        return await self._fleet.note_check(name, report, is_passed=is_passed)

    async def retire_device(self, name: str) -> dict[str, Any]:
        """Take a device out of service and return it; its log-in is refused then. Raises EntryRefused."""
        await self._fleet.retire(name)
        return await self._fleet_view.device(name)

    @property
    def withdrawn(self) -> WithdrawnLogIns:
        """Return the log-ins that brokers of others have yet to remove."""
        return self._fleet.withdrawn

    @property
    def certificates(self) -> DeviceCertificates:
        """Return the certificates that devices were given."""
        return self._fleet.certificates

    async def replace_device(self, old: str, new: str) -> dict[str, Any]:
        """Let `new` take the place of `old` once it is heard; return it. Raises EntryRefused."""
        await self._fleet.replace(old, new)
        return await self._fleet_view.device(new)

    async def devices(self) -> list[dict[str, Any]]:
        """Return the devices by name, without secrets."""
        return await self._fleet_view.devices()

    async def device(self, name: str) -> dict[str, Any]:
        """Return one device with its own test and its open cases; raises EntryRefused."""
        return await self._fleet_view.device(name)

    async def credentials(self) -> list[Credential]:
        """Return the log-ins of all active devices, for the broker's configuration."""
        return await self._registry.credentials()

    async def set_chain(self, chain: Chain, by: str = "", version: int | None = None) -> None:
        """Set the rescue chain for cases to come; raises ChainError."""
        await self._registry.set_chain(chain, by, version)

    async def chain(self) -> Chain:
        """Return the rescue chain that counts now."""
        return await self._registry.chain()
