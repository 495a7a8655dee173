"""A test alarm that the base station orders: raised over the whole path, and never perceived by the wearer.

Decides whether one may be raised now: only marked test, and only while no alarm runs and nothing waits for
the link, so that it is the first to give way in a full queue. It is no alarm of this device: no state, no
signal, no journal, no trace; it waits among the events, behind every raised alarm, and a restart forgets it.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.alarms import Alarms
    from firmware.link import Link


def begin(
    now_ms: int, message: "dict[str, Any]", alarms: "Alarms", link: "Link", out: "list[Any]"
) -> "tuple[str, str]":
    """Raise the test alarm that `test` orders; return ("done", its alarm id) or ("refused", why)."""
    if message["mark"] != "test":
        return "refused", "a test is marked test"
    if alarms.all:
        return "refused", "an alarm runs"
    if not link.is_free():
        return "refused", "something waits for the link"
    seq = link.take_seq()
    alarm_id = str(link.boot) + "-" + str(seq)
    fields = {"alarm": alarm_id, "alarm_kind": message["alarm_kind"], "cause": message["test"]}
    link.send_event(now_ms, "raised", fields, out, seq, "test")
    return "done", alarm_id
