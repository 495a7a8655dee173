"""Joins the web part: the guard around everything, the routes, the errors, the files.

The one entrance is `build_web`. It starts nothing: tasks live with the consoles that need them.
"""

from fastapi import FastAPI

from basestation.clock import Clock
from basestation.engine import Engine
from basestation.reports.desk import ReportDesk
from basestation.reports.press import Press
from basestation.training.sessions import Training
from basestation.web import (
    brokers,
    casefile,
    cases,
    csv_exchange,
    devices,
    drills,
    events,
    figures,
    handovers,
    journals,
    location,
    login,
    looking_back,
    observer,
    pages,
    past,
    plans,
    preferences,
    proofs,
    readiness,
    records,
    register,
    registers,
    releases,
    reports,
    responder,
    responder_plans,
    responders,
    rota,
    searching,
    set_aside,
    shifts,
    sites,
    sounder,
    test_alarms,
    tokens,
    traces,
    tuning,
    users,
    virtual,
    withdrawn,
    worker_access,
    worker_page,
)
from basestation.web.attempts import Attempts
from basestation.web.counts import WebCounts
from basestation.web.guard import Guard, content_security_policy
from basestation.web.live import Live
from basestation.web.openapi import install_description
from basestation.web.part import WebPart
from basestation.web.passwords import PasswordChecks
from basestation.web.programs import Programs
from basestation.web.refusals import install_refusals
from basestation.web.sessions import Sessions
from basestation.web.settings import WebSettings


def build_web(engine: Engine, clock: Clock, settings: WebSettings | None = None) -> FastAPI:
    """Return the web part over `engine`; its counters are at `app.state.web.counts`."""
    settings = settings or WebSettings()
    counts = WebCounts()
    sessions = Sessions(engine, clock, settings)
    app = FastAPI(
        title="Rufweite", version="1", openapi_url="/api/v1/openapi.json", docs_url=None, redoc_url=None
    )
    app.state.web = WebPart(
        engine=engine,
        clock=clock,
        settings=settings,
        counts=counts,
        sessions=sessions,
        passwords=PasswordChecks(settings.password_checks_max),
        attempts=Attempts(settings),
        live=Live(engine, clock, sessions, settings, counts),
        programs=Programs(engine, settings, counts),
    )
    app.state.reports = reports.ReportPart(ReportDesk(engine, clock), Press())
    app.state.training = Training(engine, clock)
    parts = (
        login, location, casefile,
        cases, shifts, devices, withdrawn, register, journals, traces, tuning, releases,
        registers, brokers, plans, responders, rota, proofs, readiness, responder, responder_plans,
        figures, preferences, set_aside, sites, users, tokens, past, events, searching,
        csv_exchange, handovers, worker_access, worker_page, looking_back, reports, virtual, sounder,
        drills, observer, test_alarms, records, pages,
    )  # fmt: skip
    for part in parts:
        app.include_router(part.router)
    pages.mount_files(app)
    install_refusals(app)
    install_description(app)
    app.add_middleware(
        Guard, settings=settings, counts=counts, policy=content_security_policy(pages.import_map_digest())
    )
    return app
