"""The checker of words: what wearers and consoles are told is stored, and a silent case betrays nobody."""

from typing import TYPE_CHECKING, Any

from protocol import codec
from protocol.messages import SILENT_KINDS
from simulator.world.checker import Checker

if TYPE_CHECKING:
    from firmware.journal import Record

#: What a device shows, and the states of a case of which one must have been stored.
_TAKEN = ("ACCEPTED", "DISPATCHED", "ON_SCENE", "CLOSED")
_SHOWN = {
    "help_accepted": _TAKEN,
    "help_dispatched": ("DISPATCHED", "ON_SCENE", "CLOSED"),
    "help_on_scene": ("ON_SCENE", "CLOSED"),
    "all_clear": ("CLOSED",),
}
_PERCEPTIBLE = ("case-state", "shift", "locate", "walk", "trial")
#: What a device must not show while all its alarms are silent ones.
_BETRAYING = ("alarm", "alarm_unheard", "alarm_received", *_SHOWN)


class Words(Checker):
    """4. "Somebody has it" only if that is stored; consoles show nothing else; silent is silent."""

    number = 4

    def shown(self, device: str, signal: str) -> None:
        """Check a signal against the disk."""
        core = self.world.worn[device].core
        if core is not None and signal in _BETRAYING and core.shows_silent_only():
            self.wrong(f"{device} shows {signal} while its only alarm is silent")
        states = _SHOWN.get(signal)
        if states is None:
            return
        for case_id, stored in self.seen.stored.items():
            if self.seen.rows[case_id]["device"] == device and any(state in states for state, _ in stored):
                return
        self.wrong(f"{device} shows {signal}, and no case of it was ever stored as such")

    def acknowledged(self, device: str, channel: str, payload: bytes) -> None:
        """Check that the broker is told to forget only what is stored."""
        if channel != "event":
            return
        try:
            message = codec.decode(payload, channel, device)
        except codec.DecodeError:
            query = "SELECT 1 FROM quarantine WHERE device = ? AND payload = ?"
            if not self.world.disk.read(query, (device, payload)):
                self.wrong(f"what nobody understood of {device} is acknowledged, and not kept")
            return
        if not self._is_kept(device, message["boot"], message["seq"]):
            self.wrong(f"{message['kind']} of {device} is acknowledged to the broker, and not stored")

    def _is_kept(self, device: str, boot: int, seq: int) -> bool:
        query = "SELECT kind FROM device_messages WHERE device = ? AND boot = ? AND seq = ?"
        if self.world.disk.read(query, (device, boot, seq)):
            return True
        # Whatever could not be understood, or has a number that was used, lies beside.
        return bool(self.world.disk.read("SELECT 1 FROM quarantine LIMIT 1"))

    def receipted(self, device: str, record: "Record") -> None:
        """Check that what was receipted is stored."""
        query = "SELECT kind FROM device_messages WHERE device = ? AND boot = ? AND seq = ?"
        if not self.world.disk.read(query, (device, record.boot, record.seq)):
            self.wrong(f"{device} has a receipt for {record.boot}-{record.seq}, which is not stored")

    def told(self, device: str, message: dict[str, Any]) -> None:
        """Check a message to a device."""
        if message["kind"] == "receipt" and not self._is_kept(
            device, message["acked_boot"], message["acked_seq"]
        ):
            self.wrong(f"{device} is sent a receipt for something that is not stored")
        if message["kind"] not in _PERCEPTIBLE or message["mark"] != "real":
            return
        if message["kind"] == "shift" and message["state"] == "on":
            # A device that has started anew must guard; it shows its start anyway.
            return
        for case in self.seen.rows.values():
            if case["device"] != device or case["kind"] not in SILENT_KINDS or case["mark"] != "real":
                continue
            if case["is_open"] or message.get("alarm") == case["alarm"]:
                self.wrong(f"{device} is sent {message['kind']} while case {case['id']} is silent")

    def console(self, snapshot: dict[str, Any]) -> None:
        """Check what a console shows against everything that was ever stored."""
        for case in snapshot["cases"]:
            shown = (case["state"], case["accepted_by"])
            if shown not in self.seen.stored.get(case["id"], set()):
                self.wrong(f"the console shows case {case['id']} as {shown}, which was never stored")
