"""What each device says of its own link: the way it takes, how strong its network is, and what went wrong.

Decides nothing; the newest heartbeat counts, since its counts are those of the device's present start. The
metric adds the counts of all devices up and names none of them.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from pydantic import TypeAdapter


@dataclass(frozen=True, slots=True)
class DeviceLink:
    """The link of a device as its last heartbeat told it; kept as JSON."""

    #: Numbers of its network and its broker, from 0 in the order of its configuration; None: it has but one.
    network: int | None = None
    broker: int | None = None
    #: Strength of the network in dBm.
    rssi_dbm: int | None = None
    #: What went wrong since the start of its firmware, by name, as in SPEC.md.
    counts: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, heartbeat: Mapping[str, Any]) -> "DeviceLink":
        """Return what a decoded heartbeat says."""
        named = {name: heartbeat.get(name) for name in ("network", "broker", "rssi_dbm")}
        return cls(**named, counts=dict(heartbeat.get("counts", {})))

    def view(self) -> dict[str, Any]:
        """Return it as it stands in JSON."""
        view: dict[str, Any] = _LINK.dump_python(self, mode="json")
        return view


_LINK: TypeAdapter[DeviceLink] = TypeAdapter(DeviceLink)


def to_json(link: DeviceLink | None) -> str | None:
    """Return the text that the store keeps."""
    return None if link is None else _LINK.dump_json(link).decode()


def from_json(text: str | None) -> DeviceLink | None:
    """Return what the store kept."""
    return None if text is None else _LINK.validate_json(text)


class DeviceCounts(Collector):
    """What went wrong at all devices together, as they last told it."""

    def __init__(self, links: Callable[[], Iterable[DeviceLink | None]]) -> None:
        self._links = links

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield one metric with a sample for each name."""
        sums: Counter[str] = Counter()
        for link in self._links():
            if link is not None:
                sums.update(link.counts)
        said = "What went wrong at the devices since they started, as they last told it."
        metric = GaugeMetricFamily("rufweite_device_counts", said, labels=["count"])
        for name, count in sorted(sums.items()):
            metric.add_metric([name], count)
        yield metric
