"""What a heartbeat tells of the link: the way it takes, how strong the radio is, and what went wrong so far.

Decides which of it is worth its bytes: a way only where there is a choice, counts only if not zero.
Counts are since the start of the firmware, strength in dBm.
"""

from protocol.messages import INT_MAX

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

#: Weakest strength that can be told.
RSSI_DBM_MIN = -150


class Report:
    """What the board says of its link, as it was last noted."""

    def __init__(self) -> None:
        #: What board this is, for `started`, or None.
        self.board: "Optional[str]" = None
        self._way: "tuple[Optional[int], Optional[int]]" = (None, None)
        self._rssi_dbm: "Optional[int]" = None
        self._refused_connects = self._failed_records = self._lost_samples = 0
        #: Commands to change the settings that were refused.
        self.refused_settings = 0

    def note_way(self, network: "Optional[int]", broker: "Optional[int]") -> None:
        """Note which network and broker the link takes, from 0; None where there is but one."""
        self._way = (network, broker)

    def note_board(
        self, rssi_dbm: "Optional[int]", refused_connects: int, failed_records: int, lost_samples: int
    ) -> None:
        """Note the strength (dBm, or None) and what the board counted since its start."""
        self._rssi_dbm = rssi_dbm
        self._refused_connects = refused_connects
        self._failed_records = failed_records
        self._lost_samples = lost_samples

    def fill(self, fields: "dict[str, Any]", undecodable: int, dropped: int, given_up: int) -> None:
        """Add to the fields of a heartbeat what this report and these counts of the core say."""
        fields["network"], fields["broker"] = self._way
        if self._rssi_dbm is not None:
            fields["rssi_dbm"] = max(min(self._rssi_dbm, 0), RSSI_DBM_MIN)
        counts = {}
        for name, count in (
            ("refused_connects", self._refused_connects),
            ("undecodable", undecodable),
            ("failed_records", self._failed_records),
            ("lost_samples", self._lost_samples),
            ("dropped_events", dropped),
            ("given_up_events", given_up),
            ("refused_settings", self.refused_settings),
        ):
            if count:
                counts[name] = min(count, INT_MAX)
        if counts:
            fields["counts"] = counts
