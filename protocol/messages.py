"""One field table per message kind; the codec walks these tables and nothing else.

Decides which kinds exist, on which channel each travels and what its fields may hold.
Units are in the names (`_ms`, `_s`, `_mv`). Integers only: the device has no use for
floats. Alarm kinds and their meaning follow DGUV Information 212-139; `fall`, `silent`
and `duress` are extensions outside the standard's five automatic kinds. The tables are a
text, because a device cannot spare 25 kB for them: it reads a kind when one is sent.
"""

import sys

from protocol.tables import Fields, Kind, Kinds

TYPE_CHECKING = False

VERSION = 1

#: Largest payload either side accepts, in bytes.
PAYLOAD_BYTES_MAX = 4096
#: Opening brackets and braces in a payload, in texts too: a message is flat, and no text is longer than 64.
BRACKETS_MAX = 128

INT_MAX = 2147483647
#: Milliseconds since 1970 up to the year 2255; beyond a small int, so never in the sample path.
EPOCH_MS_MAX = 9007199254740991

MARKS = ("real", "test", "drill")

#: Kinds that mean a person may be in danger, gravest first.
PERSON_KINDS = ("manual", "silent", "duress", "fall", "position", "rest", "loss", "escape", "time")
#: Protection is gone, but nobody is known to be in danger.
TECHNICAL_KINDS = ("technical",)
ALARM_KINDS = PERSON_KINDS + TECHNICAL_KINDS
#: Kinds that must not be perceptible on the device or to bystanders.
SILENT_KINDS = ("silent", "duress")

#: What a device is doing, as its heartbeat says it.
MODES = ("off_shift", "guarding", "pre_alarm", "alarm", "received")

#: Whether the automatic kinds guard the wearer. They go on in NOT_PROTECTED (something is wrong, and nobody
#: may rely on it) and rest in SUSPENDED (charger contact, a pause, no shift); the button always works.
PROTECTIONS = ("protected", "not_protected", "suspended")
#: Why a wearer is not protected, the most urgent first, and why protection is suspended.
HINDRANCES = (
    "key_stuck",
    "sensor_silent",
    "sensor_stuck",
    "battery_critical",
    "link_lost",
    "link_refused",
    "clip_open",
    "upright_unknown",
    "self_test_failed",
    "self_test_due",
)
SUSPENSIONS = ("off_shift", "charging", "paused")
#: Why a technical alarm is raised, as its `cause`.
TECHNICAL_CAUSES = (
    "sensor_silent",
    "sensor_stuck",
    "battery_critical",
    "battery_low",
    "key_stuck",
    "self_test_failed",
    "journal_failed",
    "battery_short",
)

#: States of a case that a device is told about (the worker learns that help is coming).
CASE_STATES = ("RECEIVED", "ACCEPTED", "DISPATCHED", "ON_SCENE", "ALL_CLEAR", "CLOSED")

#: Boards that a release of the firmware is built for, as a device names its own.
BOARDS = ("unix", "esp32s3", "m5stickc_plus2")
#: How far an update is, as the device tells it, and the bytes of a piece of it (the last one is
#: shorter): a device takes packets of 2 kB at most.
UPDATE_STATES = ("receiving", "received", "started", "passed", "rolled_back", "refused")
UPDATE_PIECE_BYTES = 1024

#: A line without indent is a kind with its channel, each line below it a field of its own: name (with ? if it
#: may be absent), type, then what the type asks for. Words in capitals are names of this module. Types:
#:     int LOW HIGH [UNIT]    bool
#:     text LOW HIGH          printable, so many characters
#:     choice WORDS           one of these
#:     open WORDS             a word of letters, digits, _ and -; these are known today, others are tolerated
#:     name                   [a-z0-9-], 1 to 32 characters
#:     alarm                  "<boot>-<seq>" of its first message
#:     data LOW HIGH          base64, so many characters
#:     ints LOW HIGH          flat object of integers, so many entries
#: `envelope` is what every message carries before its own fields: `device` is the device the topic belongs
#: to, in both directions; `boot` and `seq` are the sender's. Events go at QoS 1 and are repeated until the
#: receipt where they concern an alarm; commands at QoS 0, repeated until the answer where one is due.
TABLES = """
envelope all
 v int VERSION VERSION
 kind name
 device name
 boot int 0 INT_MAX
 seq int 0 INT_MAX
 mark choice MARKS
started event
 firmware text 1 32
 cause open power_on reset watchdog brown_out exception settings settings_undone unknown
 settings_version int 0 INT_MAX
 error? text 1 64
 board? open BOARDS
pre-alarm event
 alarm alarm
 alarm_kind open ALARM_KINDS
 deadline_ms int 0 900000 ms
 condition_ms? int 0 INT_MAX ms
 pre_alarm_ms? int 0 INT_MAX ms
cancelled event
 alarm alarm
 alarm_kind open ALARM_KINDS
 by open key condition
raised event
 alarm alarm
 alarm_kind open ALARM_KINDS
 raised_ago_ms? int 0 INT_MAX ms
 condition_ms? int 0 INT_MAX ms
 pre_alarm_ms? int 0 INT_MAX ms
 repeat int 0 INT_MAX
 cause? text 1 64
gone event
 alarm alarm
 alarm_kind open ALARM_KINDS
reset event
 alarm alarm
 alarm_kind open ALARM_KINDS
all-right event
 alarm alarm
 alarm_kind open ALARM_KINDS
confirmed event
 ask name
self-test event
 result open passed failed abandoned
 parts ints 1 16
protection event
 state open PROTECTIONS
 reason? open HINDRANCES SUSPENSIONS
 remaining_ms? int 0 900000 ms
answer event
 answers_boot int 0 INT_MAX
 answers_seq int 0 INT_MAX
 result choice done unsupported refused
 reason? text 1 64
place event
 alarm? alarm
 beacons ints 1 8
 age_s? int 0 INT_MAX s
coverage event
 walk name
 point int 0 9999
 rssi_dbm? int -150 0 dBm
 round_trip_ms? int 0 600000 ms
 beacons? ints 1 8
update-state event
 release text 1 32
 state open UPDATE_STATES
 reason? text 1 64
 piece? int 0 999
heartbeat heartbeat
 uptime_s int 0 INT_MAX s
 mode open MODES
 protection? open PROTECTIONS
 protection_reason? open HINDRANCES SUSPENSIONS
 battery_mv? int 0 20000 mV
 battery_percent? int 0 100 %
 battery_left_min? int 0 INT_MAX min
 is_charging? bool
 firmware text 1 32
 settings_version int 0 INT_MAX
 alarms_due int 0 255
 receipt_age_s? int 0 INT_MAX s
 reply_age_s? int 0 INT_MAX s
 network? int 0 15
 broker? int 0 15
 rssi_dbm? int -150 0 dBm
 counts? ints 1 16
 wall_s? int 0 INT_MAX s
 wall_error_ms? int 0 INT_MAX ms
presence presence
 state choice online offline
 reason open connected lost switched_off battery_empty charging out_of_area restart
 will_seq? int 0 INT_MAX
 away_s? int 0 INT_MAX s
trace trace
 alarm alarm
 is_trial? bool
 piece int 0 999
 pieces int 1 1000
 first_ms int -600000 600000 ms
 interval_ms int 1 1000 ms
 samples data 4 3200
 upright_mg? ints 3 3
journal trace
 read name
 piece int 0 999
 pieces int 1 1000
 records data 4 3200
receipt command
 acked_boot int 0 INT_MAX
 acked_seq int 0 INT_MAX
 time_ms int 0 EPOCH_MS_MAX ms
heartbeat-reply command
 acked_boot int 0 INT_MAX
 acked_seq int 0 INT_MAX
 time_ms int 0 EPOCH_MS_MAX ms
case-state command
 alarm alarm
 state open CASE_STATES
 by? text 1 48
 arrival_min? int 1 60 min
shift command
 shift name
 state choice on off ask
 remaining_ms? int 0 INT_MAX ms
 ask? name
locate command
 alarm alarm
 is_tone_on bool
test command
 test name
 alarm_kind open ALARM_KINDS
walk command
 walk name
 is_on bool
 remaining_ms? int 0 INT_MAX ms
trial command
 is_on bool
 remaining_ms int 0 INT_MAX ms
settings command
 version int 1 INT_MAX
 counter int 1 INT_MAX
 values ints 1 64
 signature? text 64 64
read-journal command
 read name
update command
 release text 1 32
 counter int 1 INT_MAX
 pieces int 1 1000
 manifest data 4 3200
 signature text 64 64
update-piece command
 release text 1 32
 piece int 0 999
 data data 4 3200
"""

#: Commands that a device answers with `answer`; the others speak for themselves.
UPDATE_KINDS = ("update", "update-piece")
ANSWERED_KINDS: "tuple[str, ...]" = UPDATE_KINDS
ANSWERED_KINDS += ("case-state", "shift", "locate", "test", "walk", "trial", "settings", "read-journal")

_NAMES = globals()
_KINDS = Kinds(TABLES, _NAMES)
_ENVELOPE = Fields(TABLES, TABLES.find("\n", 1) + 1, _NAMES)
#: The names in the order of the tables, every kind by its name, and what every message carries.
if TYPE_CHECKING or sys.implementation.name != "micropython":
    # A base station reads thousands of messages a second, and has the memory.
    KIND_NAMES = tuple(_KINDS)
    KINDS = {name: Kind(name, _KINDS[name].channel, tuple(_KINDS[name].fields)) for name in KIND_NAMES}
    ENVELOPE = tuple(_ENVELOPE)
else:
    KIND_NAMES = KINDS = _KINDS
    ENVELOPE = _ENVELOPE
