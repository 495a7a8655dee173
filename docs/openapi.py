"""Writes the description of the API, docs/openapi.json (`make docs`)."""

import json
import tempfile
from pathlib import Path

from prometheus_client import CollectorRegistry

from basestation.clock import SystemClock
from basestation.engine import Engine
from basestation.outgoing.channels.settings import ChannelSettings
from basestation.store.database import open_database
from basestation.web.openapi import describe
from basestation.web.outside import include_outside
from basestation.web.site import build_web

PAGE = Path(__file__).parent / "openapi.json"


def described() -> str:
    """Return the description of a base station without what a site may set up beside."""
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite+aiosqlite:///{folder}/station.db")
        clock, registry = SystemClock(), CollectorRegistry()
        engine = Engine(database, clock, registry)
        web = build_web(engine, clock)
        include_outside(web, engine, ChannelSettings(), b"\0" * 32, Path(folder), clock, registry)
        return json.dumps(describe(web), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    PAGE.write_text(described(), encoding="utf-8")
