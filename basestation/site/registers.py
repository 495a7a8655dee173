"""The registers of a site, each in one line of a table: what it is called, what can be changed, what uses it.

Decides what stands against a retirement, and what against undoing. Devices are retired by `fleet`, because
their log-in goes with them; that cannot be undone.
"""

from dataclasses import dataclass

from sqlalchemy import Table

from basestation.site import uses
from basestation.site.uses import Use
from basestation.store.location_tables import beacons
from basestation.store.responder_tables import (
    absences,
    duty_overrides,
    duty_plan,
    duty_roles,
    responders,
)
from basestation.store.tables import devices, workers, workplaces


@dataclass(frozen=True, slots=True)
class Register:
    """One register."""

    table: Table
    #: What a row is called in sentences and in the kinds of the log.
    what: str
    #: The column that the rows are shown in order of.
    order: str
    #: What may be changed by hand.
    fields: tuple[str, ...]
    #: Shifts and cases under way: while one uses the row, nothing is undone and the row not retired.
    running: tuple[Use, ...] = ()
    #: What names the row: while something does, it is not retired.
    named: tuple[Use, ...] = ()
    #: Fields that a running shift does not let anybody change.
    held: tuple[str, ...] = ()
    #: Retired elsewhere, and for good.
    is_retired_for_good: bool = False


REGISTERS = {
    "workers": Register(
        workers, "worker", "name", ("name", "phone", "language", "note", "site_id"),
        (uses.worker_on_shift, uses.worker_in_case), (uses.worker_who_comes,),
    ),
    "workplaces": Register(
        workplaces, "workplace", "name", ("name", "directions", "site_id"),
        (uses.workplace_on_shift, uses.workplace_in_case), (uses.workplace_on_plan,),
    ),
    "beacons": Register(beacons, "beacon", "zone", ("name", "zone", "note"), (), (uses.beacon_on_plan,)),
    "responders": Register(
        responders, "responder", "name", ("name", "language", "user_id", "worker_id", "site_id"),
        (), (uses.responder_in_chain, uses.responder_on_duty),
    ),
    "devices": Register(
        devices, "device", "name", ("label", "lent_to", "withdrawn_because", "site_id"),
        (uses.device_on_shift,), held=("withdrawn_because",), is_retired_for_good=True,
    ),
    "roles": Register(duty_roles, "duty_role", "name", ("name", "site_id"), (), (uses.duty_in_chain,)),
    "plan": Register(duty_plan, "duty_plan", "id", ()),
    "overrides": Register(duty_overrides, "duty_override", "from_at_ms", ()),
    "absences": Register(absences, "absence", "from_at_ms", ()),
}  # fmt: skip
