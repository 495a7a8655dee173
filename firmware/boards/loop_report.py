"""How punctual the loop was, what was refused meanwhile, and that it runs at all.

Decides the names of these facts and nothing else. Times in us.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.boards.board import Board
    from firmware.boards.mqtt_connection import Connection
    from firmware.boards.recorder import Recorder
    from firmware.clock import Schedule


def loop_facts(
    schedule: "Schedule", samples: int, board: "Board", recorder: "Recorder", connection: "Connection | None"
) -> "dict[str, Any]":
    """Return what is shown of the loop since its last report."""
    facts = {
        "ticks": schedule.ticks,
        "samples": samples,
        "late_us_p99": schedule.late_us_p99(),
        "late_us_max": schedule.late_us_max,
        "skipped_ticks": schedule.skipped_ticks,
    }
    facts.update(board.counts())
    facts.update(recorder.counts())
    if connection is not None:
        facts.update(connection.counts())
    return facts
