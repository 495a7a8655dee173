"""Joins the parts that the engine runs; knows which needs which, and nothing else."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry
from sqlalchemy.ext.asyncio import AsyncEngine

from basestation.casefile.casefile import CaseFiles
from basestation.cases.protection import ProtectionSettings
from basestation.cases.readiness import ReadinessLimits
from basestation.cases.shift import ShiftSettings
from basestation.cases.silence import SilenceSettings
from basestation.cases.vigilance import ATTENDED_S_DEFAULT
from basestation.casework.casebook import Casebook
from basestation.casework.conditions import Conditions
from basestation.casework.desk import Desk
from basestation.casework.finding_now import FindingNow
from basestation.casework.locating import Locating
from basestation.casework.numbers import Numbers
from basestation.casework.places import Places
from basestation.casework.setting_aside import SettingAside
from basestation.casework.snapshot import SnapshotReader
from basestation.casework.sounder import Sounder
from basestation.casework.timers import Timers
from basestation.changes import Changes
from basestation.clock import Clock
from basestation.counters import Counters
from basestation.drills.drills import Drills
from basestation.drills.observer_links import ObserverLinks
from basestation.exercises.alarms import TestAlarms
from basestation.intake.device_links import DeviceCounts
from basestation.intake.device_states import DeviceStates
from basestation.intake.heartbeats import Heartbeats
from basestation.intake.ingest import Ingest
from basestation.intake.quarantine import Quarantine
from basestation.intake.receipts import Receipts
from basestation.intake.reception import Reception
from basestation.outgoing.answering import Answering
from basestation.outgoing.channels import Channel
from basestation.outgoing.channels.apprise import AppriseChannel
from basestation.outgoing.channels.log import LogChannel
from basestation.outgoing.channels.mail import MailChannel
from basestation.outgoing.commands import Commands
from basestation.outgoing.dispatch import Dispatch
from basestation.outgoing.links import KEY_BYTES, Links
from basestation.outgoing.responder_pages import ResponderPages
from basestation.outgoing.ways_down import WaysDown
from basestation.plans.floor_plans import FloorPlans
from basestation.records.parts import RecordParts
from basestation.releases.delivery import Delivery
from basestation.releases.fleet import FleetReleases
from basestation.releases.shelf import Shelf
from basestation.site.access_tokens import AccessTokens
from basestation.site.beacons import Beacons
from basestation.site.crew import Crew
from basestation.site.exchange import Exchange
from basestation.site.fleet import Fleet
from basestation.site.fleet_view import FleetView
from basestation.site.journals import Journals
from basestation.site.people import People
from basestation.site.registry import Registry
from basestation.site.rescue import Rescue
from basestation.site.shifts import Shifts
from basestation.site.walks import Walks
from basestation.store.committer import GroupCommitter
from basestation.supervision.accepters import Accepters
from basestation.supervision.attendance import Attendance, AttendanceSupervision
from basestation.supervision.battery import BatterySupervision
from basestation.supervision.devices import Supervision
from basestation.supervision.protection import ProtectionSupervision
from basestation.supervision.station import StationWatch
from basestation.traces.keeping import Traces
from basestation.traces.trial import TrialOperation
from basestation.tuning.changes import DeviceSettings


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """What a site may set."""

    replica: str = "station-1"
    silence: SilenceSettings = field(default_factory=SilenceSettings)
    protection: ProtectionSettings = field(default_factory=ProtectionSettings)
    shift: ShiftSettings = field(default_factory=ShiftSettings)
    shift_h_max: int = 24
    #: What a chain has to keep; None: it is checked only when somebody asks.
    readiness: ReadinessLimits | None = None
    #: How old an operator's last act at a console may be for the control room to count as attended.
    attended_s: int = ATTENDED_S_DEFAULT
    #: An apprise URL of the mail server; e-mail addresses are put into it. Empty: no e-mail.
    mail_server: str = field(default="", repr=False)
    #: Where responders reach their pages, "https://rufweite.example"; empty: notices carry no link.
    public_url: str = ""
    #: What links are signed with; without one of the site's own they end with the process.
    link_key: bytes = field(default_factory=lambda: secrets.token_bytes(KEY_BYTES), repr=False)


class Parts:
    """Every part of one base station, joined."""

    def __init__(
        self,
        database: AsyncEngine,
        clock: Clock,
        metrics: CollectorRegistry,
        changes: Changes,
        settings: EngineSettings,
        channels: Mapping[str, Channel],
    ) -> None:
        self.clock, self.changes = clock, changes
        self.counters = counters = Counters(metrics)
        self.committer = committer = GroupCommitter(database, counters)
        counters.committer_age_s.set_function(lambda: committer.age_of_oldest_s)
        self.numbers, self.ways_down = Numbers(), WaysDown(clock)
        self.commands = Commands(database, committer, self.numbers, counters)
        self.attendance = attendance = Attendance(settings.attended_s)
        self.find_people = find_people = FindingNow(attendance.find_people)
        self.casebook = Casebook(self.commands, counters, find_people)
        self.conditions = Conditions(self.casebook, self.numbers)
        self.casebook.fault, self.places = self.conditions.fault, Places(self.casebook)
        self.people, self.registry = People(database, committer, clock), Registry(database, committer, clock)
        self.rescue = Rescue(database, committer, clock, self.conditions, self.registry, settings.readiness)
        self.shifts = Shifts(
            database, committer, self.commands, self.casebook, clock, settings.shift, settings.shift_h_max
        )
        self.journals = Journals(database, committer, self.commands, self.registry, clock)
        self.beacons, self.plans = Beacons(database, committer, clock), FloorPlans(database, committer, clock)
        self.locating = Locating(committer, self.commands, clock)
        self.desk = Desk(committer, self.casebook, self.conditions, self.locating, find_people, clock)
        self.walks = Walks(database, committer, self.commands, clock)
        self.trial = trial = TrialOperation(database, committer, self.commands, clock)
        self.traces = Traces(database, committer, trial, clock)
        self.states, self.shelf = DeviceStates(database, committer), Shelf(database, committer, clock)
        self.tuning = DeviceSettings(committer, self.commands, self.conditions, self.states, clock)
        self.fleet = Fleet(database, committer, self.registry, self.shifts, clock)
        self.station = StationWatch(settings.replica, clock.now())
        metrics.register(DeviceCounts(lambda: [state.link for state in self.states.all()]))
        self.delivery = Delivery(database, committer, self.commands, self.conditions, self.states, self.shelf)
        self.releases = FleetReleases(database, committer, clock, self.states, self.shelf, self.delivery)
        self._keep(database)
        self._supervise(database, settings)
        self.test_alarms = TestAlarms(database, committer, self.casebook, self.commands, clock)
        self.timers = Timers(database, committer, self.casebook)
        self.setting_aside = SettingAside(database, committer, self.casebook, self.conditions, clock)
        self.states.unreadable = self.commands.unreadable = self.setting_aside.meet
        self.dispatch = self._dispatch(database, channels, settings)
        self.snapshots = SnapshotReader(
            database, changes, self.states, self.supervision, self.protection, self.station, settings.shift
        )

    def _keep(self, database: AsyncEngine) -> None:
        """Join what is kept beside alarms and their devices."""
        self.fleet_view = FleetView(database, self.states)
        self.access_tokens = AccessTokens(database, self.committer, self.clock)
        self.exchange = Exchange(self.registry, self.rescue.book)
        self.records = RecordParts(self.rescue.book, self.conditions, self.states, self.shifts)
        self.casefiles = CaseFiles(database, self.committer, self.clock, self.changes.tell)
        self.drills = Drills(
            database, self.committer, self.clock, self.casebook, self.desk, self.changes.tell
        )

    def _supervise(self, database: AsyncEngine, settings: EngineSettings) -> None:
        committer = self.committer
        self.crew = Crew(
            database, committer, self.clock, self.changes, self.commands, self.casebook, self.shifts
        )
        self.sounder = Sounder(committer, self.clock, self.changes.tell)
        self.supervision = Supervision(
            database, committer, self.conditions, self.states, self.station, settings.silence
        )
        self.protection = ProtectionSupervision(
            committer, self.conditions, self.states, self.supervision, self.station, settings.protection
        )
        self.accepters = Accepters(database, committer, self.casebook, self.find_people)
        self.vigilance = AttendanceSupervision(database, committer, self.conditions, self.attendance)
        self.battery = BatterySupervision(database, committer, self.conditions, self.states, self.supervision)

    def _dispatch(
        self, database: AsyncEngine, channels: Mapping[str, Channel], settings: EngineSettings
    ) -> Dispatch:
        by_url, mail = AppriseChannel(settings.mail_server), MailChannel(settings.mail_server)
        known: dict[str, Channel] = {"log": LogChannel(), "webhook": by_url, "email": mail, **channels}
        return Dispatch(database, self.committer, self.casebook, known, by_url, self.clock, self.counters)


def intake(parts: Parts) -> tuple[Ingest, Heartbeats]:
    """Return what takes the messages of the devices."""
    quarantine = Quarantine(parts.conditions, parts.counters)
    receipts = Receipts(parts.commands, parts.numbers, parts.clock)
    reception = Reception(
        parts.casebook,
        parts.commands,
        parts.shifts,
        parts.crew.calls,
        parts.states,
        parts.places,
        parts.walks,
        parts.journals,
        parts.traces,
        parts.trial,
        parts.tuning,
        parts.delivery,
    )
    ingest = Ingest(
        parts.committer, parts.registry, reception, quarantine, parts.commands, parts.states,
        parts.supervision, receipts, parts.ways_down, parts.clock, parts.counters, parts.changes.tell,
    )  # fmt: skip
    heartbeats = Heartbeats(
        parts.committer, parts.registry, quarantine, parts.conditions, parts.shifts, parts.states,
        parts.supervision, receipts, parts.ways_down, parts.counters, parts.changes.tell,
    )  # fmt: skip
    return ingest, heartbeats


def answers(
    parts: Parts, database: AsyncEngine, settings: EngineSettings
) -> tuple[Answering, ResponderPages]:
    """Return what takes answers, and the pages of responders; notices carry their links from now on."""
    links = Links(settings.link_key, settings.public_url, parts.clock)
    parts.dispatch.link_of = links.url
    parts.rescue.proofs.origin = settings.public_url
    parts.drills.observing.links = ObserverLinks(settings.link_key, settings.public_url)
    parts.find_people.channel_faults = parts.rescue.readiness.channel_faults
    answering = Answering(parts.committer, parts.casebook, parts.desk, parts.clock, parts.counters)
    return answering, ResponderPages(database, links, answering)
