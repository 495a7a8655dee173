"""What others reach from outside the console: signed webhooks, the calendars of duties, keys for web push.

Joins routes only. Each decides by itself whom it believes: a signature, a secret address, nobody.
"""

from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI
from prometheus_client import CollectorRegistry

from basestation.cases.directory import Directory
from basestation.clock import Clock
from basestation.engine import Engine
from basestation.outgoing.channels.settings import WEB_PUSH_KEY, ChannelSettings
from basestation.outgoing.channels.web_push.vapid import Vapid, kept_key
from basestation.outgoing.channels.webhook.counters import HookCounters
from basestation.outgoing.channels.webhook.hooks import Hooks
from basestation.site.calendar_links import CalendarLinks, Subject
from basestation.web.duty_calendar import calendar_router
from basestation.web.hooks import hooks_router
from basestation.web.own_phone import own_phone_router
from basestation.web.push import push_router
from basestation.web.sessions import SafetyOfficer


def include_outside(
    web: FastAPI,
    engine: Engine,
    settings: ChannelSettings,
    link_key: bytes,
    data_dir: Path,
    clock: Clock,
    registry: CollectorRegistry,
) -> None:
    """Add the routes of what is set up; calendars need nothing but their secret address."""
    links = CalendarLinks(link_key)
    web.include_router(calendar_router(links, engine.rescue.directory, clock))
    web.include_router(_addresses(links, engine))
    if settings.webhook is not None:
        hooks = Hooks(settings.webhook, engine.incoming, clock, HookCounters(registry))
        web.include_router(hooks_router(hooks))
    if settings.web_push is not None:
        public_key = Vapid(kept_key(data_dir / WEB_PUSH_KEY), settings.web_push.contact).public_key
        web.include_router(push_router(public_key))
        web.include_router(own_phone_router(settings.web_push, public_key))
    else:
        web.include_router(own_phone_router(None))


def _addresses(links: CalendarLinks, engine: Engine) -> APIRouter:
    router = APIRouter(prefix="/api/v1", tags=["rescue"])

    @router.get("/calendars")
    async def calendars(user: SafetyOfficer) -> list[dict[str, Any]]:
        """Return the secret address of each calendar: of every duty and of everybody who has one."""
        del user
        return _listed(links, await engine.rescue.directory())

    return router


def _listed(links: CalendarLinks, directory: Directory) -> list[dict[str, Any]]:
    roles = [(Subject("role", name), name) for name in sorted(directory.duties)]
    people = [(Subject("person", str(person.id)), person.name) for person in directory.people]
    return [
        {"kind": subject.kind, "name": name, "path": links.path(subject)}
        for subject, name in (*roles, *people)
    ]
