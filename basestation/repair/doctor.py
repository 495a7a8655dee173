"""`rufweite doctor`: looks at an installation, running or not, and says what is wrong and what to do.

Reads only, and asks nobody outside this machine. `findings` judges; what cannot even be looked at is a
finding too. Nothing it says is a secret.
"""

import json
import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation import local
from basestation.broker.address import fault_of_port
from basestation.broker.child import fault_of_configuration
from basestation.broker.errors import BrokerError
from basestation.cases.case import case_from_json
from basestation.config import Settings
from basestation.health.machine_clock import is_synchronised
from basestation.repair import findings
from basestation.repair.backup import NOTE
from basestation.repair.findings import ADVICE, WELL, WRONG, Finding
from basestation.repair.marks import UNFINISHED
from basestation.repair.rows import revision_of
from basestation.store import log
from basestation.store.database import open_database
from basestation.store.release_tables import releases
from basestation.store.tables import REVISION, cases, device_states, devices
from basestation.trust import files
from basestation.trust.errors import CertificateFault
from basestation.watchdogs import last_words

_SECRET_FOLDERS = ("broker", "links", "authority")
_MB = 1_000_000


async def examine(settings: Settings, now: datetime) -> list[Finding]:
    """Return every finding, in the order of the way of an alarm."""
    found: list[Finding] = []
    for look in (_folder, _database, _broker, _certificates, _clock, _running, _copies, _outside):
        try:
            found += [one async for one in look(settings, now)]
        except Exception as error:  # noqa: BLE001 -- one look that fails must not hide the others
            what = look.__name__.strip("_")
            advice = "Look at the log of the base station; this look failed by itself."
            found.append(Finding(what, WRONG, f"It cannot be looked at: {type(error).__name__}.", advice))
    return found


async def _folder(settings: Settings, now: datetime) -> AsyncIterator[Finding]:
    del now
    folder = settings.data_dir
    if not folder.is_dir():
        advice = "Start the base station once with `rufweite serve`, or set data_dir to where its data lie."
        yield Finding("folder", WRONG, f"There is no folder {folder}.", advice)
        return
    yield findings.of_modes(sorted(_open_names(folder)))
    if (folder / UNFINISHED).exists():
        advice = "Empty the folder and restore again; it is no base station as it is."
        yield Finding("folder", WRONG, "A restore did not come to its end.", advice)
    if words := last_words.take(folder):
        advice = "Send this sentence and the log to whoever maintains the program."
        yield Finding("folder", ADVICE, f"The base station has ended itself: {words}.", advice)
    yield findings.of_space(shutil.disk_usage(folder).free, settings.disk_free_mb_min * _MB)


def _open_names(folder: Path) -> Iterator[str]:
    """Yield what others may read; below a folder that is closed nobody comes to anything."""
    if folder.stat().st_mode & 0o077 == 0:
        return
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).parts
        is_secret = name[0] in _SECRET_FOLDERS or path.suffix in {".db", ".json", ".key"}
        if path.is_file() and is_secret and path.stat().st_mode & 0o077 and not _is_closed(path, folder):
            yield "/".join(name)


def _is_closed(path: Path, folder: Path) -> bool:
    return any(one.stat().st_mode & 0o077 == 0 for one in path.parents if one.is_relative_to(folder))


async def _database(settings: Settings, now: datetime) -> AsyncIterator[Finding]:
    del now
    if not settings.database_url and not (settings.data_dir / "rufweite.db").exists():
        advice = "Start the base station once, or restore a copy."
        yield Finding("database", WRONG, "There is no database.", advice)
        return
    database = open_database(settings.database)
    try:
        async with database.connect() as connection:
            for look in (_soundness, _versions, _unreadable, _log_of, _firmware):
                yield await look(connection)
    except (DBAPIError, OSError) as error:
        advice = "If it is a file, restore a copy into a new folder; if it is a server, start it."
        yield Finding("database", WRONG, f"It cannot be read: {type(error).__name__}.", advice)
    finally:
        await database.dispose()


async def _soundness(connection: AsyncConnection) -> Finding:
    if connection.dialect.name != "sqlite":
        return Finding("database", WELL, "It answers.")
    said = (await connection.execute(text("PRAGMA integrity_check"))).scalar()
    if said == "ok":
        return Finding("database", WELL, "It is sound.")
    advice = "Stop the base station, keep the file, and restore the last copy into a new folder."
    return Finding("database", WRONG, "Its file is damaged.", advice)


async def _versions(connection: AsyncConnection) -> Finding:
    return findings.of_schema(await revision_of(connection), REVISION)


async def _log_of(connection: AsyncConnection) -> Finding:
    faults = await log.verify(connection)
    if not faults:
        return Finding("log", WELL, "Its chain is whole.")
    advice = "Keep the database as it is for whoever has to know, and compare it with a copy."
    return Finding("log", WRONG, faults[0].sentence, advice)


async def _unreadable(connection: AsyncConnection) -> Finding:
    numbers = []
    query = select(cases.c.id, cases.c.body).where(cases.c.is_open)
    for number, body in (await connection.execute(query)).all():
        try:
            case_from_json(body)
        except ValueError:
            numbers.append(str(number))
    if not numbers:
        return Finding("cases", WELL, "Every open case can be read.")
    advice = "The running base station sets them aside with an alarm: `rufweite quarantine list`."
    return Finding("cases", WRONG, f"Open cases that cannot be read: {', '.join(numbers[:10])}.", advice)


async def _firmware(connection: AsyncConnection) -> Finding:
    query = (
        select(device_states.c.firmware, func.count())
        .join(devices, devices.c.name == device_states.c.device)
        .where(devices.c.is_active, device_states.c.firmware.is_not(None))
        .group_by(device_states.c.firmware)
    )
    versions = {str(version): int(count) for version, count in (await connection.execute(query)).all()}
    newest = select(releases.c.version).order_by(releases.c.imported_at_ms.desc()).limit(1)
    return findings.of_firmware(versions, (await connection.execute(newest)).scalar())


async def _broker(settings: Settings, now: datetime) -> AsyncIterator[Finding]:
    del now
    if settings.broker == "external":
        return
    path = settings.data_dir / "broker" / "nats.conf"
    if not path.exists():
        yield Finding(
            "broker", ADVICE, "It has no configuration yet.", "The base station writes it at its start."
        )
        return
    try:
        fault = await fault_of_configuration(path)
    except BrokerError as error:
        fault = str(error)
    if fault:
        advice = "Start the base station, which writes it anew; what you changed in it by hand is lost."
        yield Finding("broker", WRONG, f"It refuses its configuration: {fault[:200]}", advice)
    else:
        yield Finding("broker", WELL, "It takes its configuration.")


async def _certificates(settings: Settings, now: datetime) -> AsyncIterator[Finding]:
    if settings.mqtt_tls == "off":
        return
    ends: dict[str, datetime | None] = {}
    named = [path for path in (settings.mqtt_authority, settings.mqtt_certificate) if path is not None]
    for path in [*sorted(settings.data_dir.rglob("*.pem")), *named]:
        try:
            ends[path.name] = files.certificate_in(path).not_valid_after_utc
        except CertificateFault:
            ends[path.name] = None
    for one in findings.of_certificates(ends, now):
        yield one


async def _clock(settings: Settings, now: datetime) -> AsyncIterator[Finding]:
    del settings, now
    yield findings.of_clock(is_synchronised())


async def _running(settings: Settings, now: datetime) -> AsyncIterator[Finding]:
    del now
    try:
        station = local.Station.on_this_machine(settings.data_dir)
    except local.NotReached:
        for one in _not_running(settings):
            yield one
        return
    try:
        for one in findings.of_health(_health_of(station)):
            yield one
        for missing in station.get("chains/check"):
            advice = "Set it in the console under the rescue chain, or with `rufweite chain`."
            yield Finding(
                "chain", WRONG if missing["gravity"] == "grave" else ADVICE, missing["sentence"], advice
            )
    except local.NotReached as error:
        advice = "It was killed or hangs: look at its log, and start it again."
        yield Finding("running", WRONG, str(error), advice)
    finally:
        station.close()


def _health_of(station: local.Station) -> dict[str, Any]:
    import httpx  # noqa: PLC0415 -- a base station that is not running has nobody to ask

    try:
        answer: dict[str, Any] = httpx.get(
            f"{station.url}/health/ready", timeout=15.0, trust_env=False
        ).json()
    except (httpx.HTTPError, ValueError) as error:
        raise local.NotReached(f"The base station at {station.url} does not answer.") from error
    return answer


def _not_running(settings: Settings) -> Iterator[Finding]:
    advice = "Start it with `rufweite serve`, under a supervisor (docs/repair.md has a unit of systemd)."
    yield Finding("running", WRONG, "No base station is running with these data.", advice)
    ports = {"http_port": (settings.http_host, settings.http_port)}
    if settings.broker == "embedded":
        ports["mqtt_port"] = (settings.mqtt_host, settings.mqtt_port)
    for name, (host, port) in ports.items():
        if port and (fault := fault_of_port(host, port)):
            yield Finding("ports", WRONG, f"{fault}.", f"Stop the other program, or set {name}.")


async def _copies(settings: Settings, now: datetime) -> AsyncIterator[Finding]:
    try:
        note = json.loads((settings.data_dir / NOTE).read_text(encoding="utf-8"))
        made_at = datetime.fromisoformat(note["made_at"])
    except (OSError, ValueError, KeyError, TypeError):
        made_at = None
    yield findings.of_copy(made_at, now)


async def _outside(settings: Settings, now: datetime) -> AsyncIterator[Finding]:
    del now
    if settings.dead_man_url:
        yield Finding("dead man", WELL, "A signal goes to the outside.")
        return
    advice = "Set dead_man_url: if this machine dies, somebody outside should be told (docs/repair.md)."
    yield Finding("dead man", ADVICE, "Nobody outside notices when this machine dies.", advice)
