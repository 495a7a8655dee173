"""Whether a real alarm of a person ends a running drill: pure, and in doubt it does.

A drill gives way where the real alarm is of the same worker or device, runs along the same chain, or calls
anybody whom the drill has called or who answered it, the control room among them. It also gives way while
nobody has been found for the real one. What calls nobody of a drill and needs nobody of it leaves it alone.
"""

from basestation.cases.case import Case


def gives_way(drill: Case, real: Case) -> bool:
    """Tell whether the drill of this case ends because of the real one."""
    assert drill.mark != "real", drill.id
    assert real.mark == "real", real.id
    is_same_worker = drill.worker_id is not None and drill.worker_id == real.worker_id
    is_same = is_same_worker or drill.device == real.device or drill.chain.name == real.chain.name
    return is_same or not real.calls or bool(_people(drill) & _people(real))


def _people(case: Case) -> set[str]:
    """Return everybody who is called in a case or has to do with it, by key and by name."""
    called = {call.key for call in case.calls} | {call.name for call in case.calls}
    helping = {one.key for one in case.helpers} | {one.name for one in case.helpers}
    return (called | helping | {case.accepted_key, case.accepted_by or ""}) - {""}
