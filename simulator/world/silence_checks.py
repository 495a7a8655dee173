"""The checker of ended silence: who is heard is silent no longer, and who stays silent alone has a case.

Reads the disk and what can come through the air. Times in ms of the loop.
"""

from typing import Any

from basestation.supervision.station import STATION
from simulator.world.calm_checks import SILENCE_MS_MAX
from simulator.world.checker import Checker

#: What the alarms of silence are called.
_NAMES = ("silence", "collective", "switched-off")
#: A device whose way has been well so long has been heard, and a base station that is well has noted it.
HEARD_MS_MAX = 100_000
#: Who stays silent although the others are back has a case of its own after 60 s more, and a look.
APART_MS_MAX = 60_000 + HEARD_MS_MAX


class Silent(Checker):
    """3. Silence ends when a device is heard, and belongs to each device that stays silent alone."""

    number = 3

    def __init__(self, world: Any) -> None:
        super().__init__(world)
        self._since_ms: dict[str, tuple[bool, int]] = {}
        self._bad_at_ms = 0

    def look(self) -> None:
        """Check every device against the cases of silence that are on the disk."""
        disk, reaches = self.world.disk, self.world.air.reaches
        is_bad = disk.refusal or disk.commits_to_fail or disk.commit_s or disk.commits_to_betray
        if is_bad or self.world.station.up_since_ms is None or self.world.station.clock.step_ms:
            self._bad_at_ms = self.now_ms
        for device, worn in self.world.worn.items():
            reach = reaches[device]
            connection = reach.connection
            is_heard = worn.is_on and connection is not None and not connection.is_broken and not reach.is_cut
            if reach.weather.loss or is_heard != self._since_ms.get(device, (None, 0))[0]:
                self._since_ms[device] = (is_heard, self.now_ms)
        heard = [device for device in reaches if self._has_been(device, HEARD_MS_MAX, is_heard=True)]
        mute = [
            device
            for device in reaches
            if self._has_been(device, SILENCE_MS_MAX + APART_MS_MAX, is_heard=False)
        ]
        for device in heard:
            self._expect_over(device)
        if len(heard) + len(mute) == len(reaches):
            for device in heard and mute:
                self._expect_own(device)

    def _has_been(self, device: str, ms: int, *, is_heard: bool) -> bool:
        was_heard, since_ms = self._since_ms[device]
        return was_heard == is_heard and self.now_ms - max(since_ms, self._bad_at_ms) > ms

    def _cases(self, device: str) -> list[dict[str, Any]]:
        return [
            case
            for case in self.seen.rows.values()
            if case["device"] == device and case["is_open"] and any(name in case["alarm"] for name in _NAMES)
        ]

    def _expect_over(self, device: str) -> None:
        for case in self._cases(device):
            if case["state"] != "GONE":
                self.wrong(f"{device} has been heard for long, and case {case['id']} says that it is silent")

    def _expect_own(self, device: str) -> None:
        if not self._cases(device):
            self.wrong(f"{device} is silent although everybody else is heard, and has no case of its own")

    async def end(self) -> None:
        """Check that no collective case outlives the silence of its devices."""
        if all(self._has_been(device, HEARD_MS_MAX, is_heard=True) for device in self.world.worn):
            for case in self._cases(STATION):
                if case["state"] != "GONE":
                    self.wrong(f"everybody is heard, and case {case['id']} says that devices are silent")
