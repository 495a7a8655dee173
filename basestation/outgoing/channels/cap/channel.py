"""CAP 1.2 as a channel: an alert goes by signed request, or as a file into a folder that others watch.

Decides what is SENT: 2xx, or a file that stands whole under its name. Nobody knows by that whether anybody
reads it. An alert that is tried again is the same to the byte, with its identifier.
"""

from collections import OrderedDict
from functools import partial
from pathlib import Path
from typing import Final

from basestation.clock import Clock
from basestation.outgoing.channels.cap.alert import Origin, Reference, alert_of, identifier_of, time_of
from basestation.outgoing.channels.cap.references import References, write_whole
from basestation.outgoing.channels.cap.settings import CapSettings, CapTarget
from basestation.outgoing.channels.channel import Delivery, Health, Notice, Stage
from basestation.outgoing.channels.https.errands import Errands
from basestation.outgoing.channels.https.post import MAY_HAVE_ARRIVED, Poster
from basestation.outgoing.channels.webhook.channel import delivery_of, reached, signed_headers

#: Alerts that are remembered until they are sent; the oldest is forgotten first.
REMEMBERED_MAX: Final = 512
FOLDER_S_MAX: Final = 10.0
_CONTENT_TYPE: Final = "application/cap+xml"


class CapChannel:
    """The way to systems that take CAP; the address of a notice is the name of a target."""

    def __init__(
        self,
        settings: CapSettings,
        poster: Poster,
        references: References,
        clock: Clock,
        errands: Errands | None = None,
    ) -> None:
        self._settings = settings
        self._poster = poster
        self._references = references
        self._clock = clock
        self._errands = errands or Errands()
        self._origins: OrderedDict[str, Origin] = OrderedDict()

    async def send(self, notice: Notice) -> Delivery:
        """Send the alert."""
        name = notice.address.strip()
        target = self._settings.targets.get(name)
        if target is None:
            return Delivery(Stage.FAILED, "no such target: its name stands in the settings of CAP")
        origin = await self._origin(notice, name)
        delivery = await self._told(name, target, notice, origin)
        if delivery.is_sent:
            self._origins.pop(notice.key, None)
            reference = Reference(origin.identifier, origin.sent)
            await self._references.add(name, notice.case_id, reference)
        return delivery

    async def check(self) -> Health:
        """Connect to every machine and look at every folder; nothing is sent."""
        targets = self._settings.targets
        missing = [
            f"{name}: {fault}"
            for name, target in targets.items()
            if target.folder is not None and (fault := await self._at_folder(target.folder, b""))
        ]
        urls = {name: target.request.url for name, target in targets.items() if target.request is not None}
        health = await reached(urls, self._poster)
        if missing or not health.is_working:
            said = [health.detail] if not health.is_working else []
            return Health(is_working=False, detail="; ".join([*missing, *said]))
        return Health(is_working=True, detail=f"{len(targets)} of {len(targets)} targets are there")

    async def _origin(self, notice: Notice, name: str) -> Origin:
        if notice.key not in self._origins:
            identifier = identifier_of(notice)
            sent = await self._references.of(name, notice.case_id)
            earlier = tuple(one for one in sent if one.identifier != identifier)
            at = time_of(self._clock.now())
            self._origins[notice.key] = Origin(self._settings.sender, identifier, at, earlier)
            if len(self._origins) > REMEMBERED_MAX:
                self._origins.popitem(last=False)
        return self._origins[notice.key]

    async def _told(self, name: str, target: CapTarget, notice: Notice, origin: Origin) -> Delivery:
        content = alert_of(notice, origin)
        if target.request is not None:
            headers = signed_headers(notice.key, target.request.secret_bytes, content, self._clock)
            headers["Content-Type"] = _CONTENT_TYPE
            return delivery_of(name, await self._poster.post(target.request.url, headers, content))
        assert target.folder is not None
        fault = await self._at_folder(target.folder / f"{origin.identifier}.xml", content)
        return Delivery(Stage.FAILED if fault else Stage.SENT, f"{name}: {fault or 'written'}")

    async def _at_folder(self, path: Path, content: bytes) -> str:
        """Write a file, or look at a folder where there is nothing to write; return what is in the way."""
        work = partial(write_whole, path, content) if content else partial(_look, path)
        try:
            await self._errands.run(work, FOLDER_S_MAX)
        except TimeoutError:
            return f"the folder hangs; {MAY_HAVE_ARRIVED}" if content else "the folder hangs"
        except OSError as error:
            return f"the folder refuses: {error.strerror}"
        return ""


def _look(folder: Path) -> None:
    """Write and remove a file that nobody takes for an alert."""
    trial = folder / ".rufweite-check"
    trial.write_bytes(b"")
    trial.unlink()
