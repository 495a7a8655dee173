"""One field table per message kind; the codec walks these tables and nothing else.

Decides which kinds exist, on which channel each travels and what its fields may hold.
Units are in the names (`_ms`, `_s`, `_mv`). Integers only: the device has no use for
floats. Alarm kinds and their meaning follow DGUV Information 212-139; `fall`, `silent`
and `duress` are extensions outside the standard's five automatic kinds.
"""

from collections import namedtuple

VERSION = 1

#: Largest payload either side accepts, in bytes.
PAYLOAD_BYTES_MAX = 4096

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

#: States of a case that a device is told about (the worker learns that help is coming).
CASE_STATES = ("RECEIVED", "ACCEPTED", "DISPATCHED", "ON_SCENE", "ALL_CLEAR", "CLOSED")

#: One field: `type` is one of
#: int (low..high), bool, text (length low..high), choice (one of `choices`),
#: open (a word of letters, digits, _ and -; `choices` are those known today, others are tolerated),
#: name ([a-z0-9-], length low..high), alarm ("<boot>-<seq>" of its first message),
#: data (base64, length low..high), ints (flat object of integers, low..high entries).
Field = namedtuple("Field", ("name", "type", "unit", "low", "high", "choices", "is_required"))

#: One message kind: the channel it travels on and its own fields.
Kind = namedtuple("Kind", ("name", "channel", "fields"))


def _int(name: str, low: int, high: int, unit: str = "", is_required: bool = True) -> Field:
    return Field(name, "int", unit, low, high, (), is_required)


def _text(name: str, low: int, high: int, is_required: bool = True) -> Field:
    return Field(name, "text", "characters", low, high, (), is_required)


def _choice(name: str, choices: "tuple[str, ...]", is_required: bool = True) -> Field:
    return Field(name, "choice", "", 0, 0, choices, is_required)


def _open(name: str, choices: "tuple[str, ...]", is_required: bool = True) -> Field:
    return Field(name, "open", "", 0, 0, choices, is_required)


def _name(name: str, is_required: bool = True) -> Field:
    return Field(name, "name", "characters", 1, 32, (), is_required)


def _bool(name: str, is_required: bool = True) -> Field:
    return Field(name, "bool", "", 0, 0, (), is_required)


ALARM = Field("alarm", "alarm", "", 0, 0, (), True)

#: What every message carries, before its own fields. `device` is the device the topic
#: belongs to, in both directions; `boot` and `seq` are the sender's.
ENVELOPE = (
    _int("v", VERSION, VERSION),
    Field("kind", "name", "characters", 1, 32, (), True),
    _name("device"),
    _int("boot", 0, INT_MAX),
    _int("seq", 0, INT_MAX),
    _choice("mark", MARKS),
)

_ACKED = (
    _int("acked_boot", 0, INT_MAX),
    _int("acked_seq", 0, INT_MAX),
    _int("time_ms", 0, EPOCH_MS_MAX, "ms"),
)

_TABLES = (
    # Device to base station: events. QoS 1, repeated until the receipt where they concern an alarm.
    Kind(
        "started",
        "event",
        (
            _text("firmware", 1, 32),
            _open("cause", ("power_on", "reset", "watchdog", "brown_out", "exception", "unknown")),
            _int("settings_version", 0, INT_MAX),
        ),
    ),
    Kind(
        "pre-alarm",
        "event",
        (
            ALARM,
            _open("alarm_kind", ALARM_KINDS),
            _int("deadline_ms", 0, 900000, "ms"),
        ),
    ),
    Kind(
        "cancelled",
        "event",
        (
            ALARM,
            _open("alarm_kind", ALARM_KINDS),
            _open("by", ("key", "condition")),
        ),
    ),
    Kind(
        "raised",
        "event",
        (
            ALARM,
            _open("alarm_kind", ALARM_KINDS),
            _int("raised_ago_ms", 0, INT_MAX, "ms", is_required=False),
            _int("repeat", 0, INT_MAX),
            _text("cause", 1, 64, is_required=False),
        ),
    ),
    Kind(
        "gone",
        "event",
        (
            ALARM,
            _open("alarm_kind", ALARM_KINDS),
        ),
    ),
    Kind(
        "reset",
        "event",
        (
            ALARM,
            _open("alarm_kind", ALARM_KINDS),
        ),
    ),
    Kind("confirmed", "event", (_name("ask"),)),
    Kind(
        "answer",
        "event",
        (
            _int("answers_boot", 0, INT_MAX),
            _int("answers_seq", 0, INT_MAX),
            _choice("result", ("done", "unsupported", "refused")),
            _text("reason", 1, 64, is_required=False),
        ),
    ),
    # Device to base station: signs of life. QoS 0.
    Kind(
        "heartbeat",
        "heartbeat",
        (
            _int("uptime_s", 0, INT_MAX, "s"),
            _open("mode", MODES),
            _int("battery_mv", 0, 20000, "mV", is_required=False),
            _int("battery_percent", 0, 100, "%", is_required=False),
            _bool("is_charging", is_required=False),
            _text("firmware", 1, 32),
            _int("settings_version", 0, INT_MAX),
            _int("alarms_due", 0, 255),
            _int("receipt_age_s", 0, INT_MAX, "s", is_required=False),
            _int("reply_age_s", 0, INT_MAX, "s", is_required=False),
        ),
    ),
    Kind(
        "presence",
        "presence",
        (
            _choice("state", ("online", "offline")),
            _open(
                "reason",
                ("connected", "lost", "switched_off", "battery_empty", "charging", "out_of_area", "restart"),
            ),
            _int("will_seq", 0, INT_MAX, is_required=False),
        ),
    ),
    # Device to base station: movement around a raised alarm, in pieces.
    Kind(
        "trace",
        "trace",
        (
            ALARM,
            _int("piece", 0, 999),
            _int("pieces", 1, 1000),
            _int("first_ms", -600000, 600000, "ms"),
            _int("interval_ms", 1, 1000, "ms"),
            Field("samples_mg", "data", "characters", 4, 3200, (), True),
        ),
    ),
    # Base station to device. QoS 0, repeated until the device's answer where one is due.
    Kind("receipt", "command", _ACKED),
    Kind("heartbeat-reply", "command", _ACKED),
    Kind(
        "case-state",
        "command",
        (
            ALARM,
            _open("state", CASE_STATES),
            _text("by", 1, 48, is_required=False),
        ),
    ),
    Kind(
        "shift",
        "command",
        (
            _name("shift"),
            _choice("state", ("on", "off", "ask")),
            _int("remaining_ms", 0, INT_MAX, "ms", is_required=False),
            _name("ask", is_required=False),
        ),
    ),
    Kind(
        "locate",
        "command",
        (
            ALARM,
            _bool("is_tone_on"),
        ),
    ),
    Kind(
        "test",
        "command",
        (
            _name("test"),
            _open("alarm_kind", ALARM_KINDS),
        ),
    ),
    Kind(
        "settings",
        "command",
        (
            _int("version", 1, INT_MAX),
            Field("values", "ints", "entries", 1, 64, (), True),
            _text("signature", 64, 64, is_required=False),
        ),
    ),
)

#: Every kind by name. Encoders walk the tables, never this dict (MicroPython keeps no order).
KINDS = {kind.name: kind for kind in _TABLES}
#: The kinds in the order of the tables, for generated documents.
KIND_NAMES = tuple(kind.name for kind in _TABLES)
#: Commands that a device answers with `answer`; the others speak for themselves.
ANSWERED_KINDS = ("case-state", "shift", "locate", "test", "settings")
