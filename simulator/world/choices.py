"""What a plan chooses from: alarms, what people do beside them, faults, manners of answering, sizes.

Shares are of a hundred or so. A fault either befalls one device or everybody. Nothing here knows when.
"""

from dataclasses import dataclass

#: What a wearer does to raise an alarm.
ALARMS = (
    ("manual", 22), ("silent", 8), ("duress", 4), ("fall", 14), ("position", 12), ("rest", 12), ("escape", 8),
    ("loss", 8), ("battery", 6), ("sensor", 6),
)  # fmt: skip
#: Faults of one device and its way.
DEVICE_FAULTS = (
    ("weather", 26), ("cut", 24), ("device_power", 24), ("device_write", 10), ("watchdog", 12),
    ("battery_ends", 6),
)  # fmt: skip
#: Faults that everybody has.
COMMON_FAULTS = (
    ("base_crash", 28), ("broker_crash", 16), ("base_deaf", 10), ("disk_refuses", 12), ("commits_fail", 16),
    ("commit_betrays", 6), ("disk_slow", 14), ("channel_fails", 12), ("channel_hangs", 8),
    ("channel_raises", 4), ("clock_step", 6), ("poison", 8),
)  # fmt: skip
FAULTS = DEVICE_FAULTS + COMMON_FAULTS
FAULT_NAMES = frozenset(name for name, _ in FAULTS)
#: How somebody answers a call.
MANNERS = (
    "at_once",
    "late",
    "never",
    "declines",
    "twice",
    "wrongly",
    "shows_up",
    "forgets",
    "cleared_by_two",
    "hands_over",
    "wants_more",
    "false",
    "takes_over",
)
#: What people on the site do of their own accord.
DEEDS = (
    ("verb", 40), ("shift_ends", 8), ("console", 12), ("logs_out", 10), ("calls_more", 8), ("corrects", 8),
    ("locates", 5), ("report_astray", 6), ("beacon", 12), ("stray", 10), ("drill", 6), ("look", 5),
)  # fmt: skip
#: What a device may say of an alarm out of turn.
STRAYS = ("raised", "cancelled", "reset", "all-right", "gone", "pre-alarm", "place")
VERBS = (
    "accept", "decline", "on_the_way", "on_scene", "still_here", "need_more", "escalate", "hand_over",
    "contact", "all_clear", "false_alarm", "confirm", "acknowledge",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Size:
    """How large a world is: its start and its end are shared by all its alarms."""

    devices: int
    alarms_each: int
    #: How often of a hundred seeds it is chosen.
    share: int


#: In the last one wearers move, and every sample goes through the detectors.
SIZES = {
    "small": Size(3, 3, 55),
    "middle": Size(6, 10, 33),
    "large": Size(10, 30, 10),
    "moved": Size(2, 3, 2),
}
