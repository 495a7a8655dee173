"""The station's health as metrics, read when somebody asks; counts and ages only."""

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from basestation.health.station_health import StationHealth
from basestation.watchdogs.loop_guard import LoopGuard


class HealthMetrics(Collector):
    """What /health/ready says, for a program that draws it."""

    def __init__(self, health: StationHealth, guard: LoopGuard) -> None:
        self._health, self._guard = health, guard

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield whether all is proven, and for each part whether it is and how old the proof is."""
        parts = self._health.now_parts()
        said = "The whole way of an alarm is proven."
        yield GaugeMetricFamily("rufweite_ready", said, value=float(not self._health.unproven()))
        oks = GaugeMetricFamily("rufweite_health_ok", "The part is as it should be.", labels=["part"])
        ages = GaugeMetricFamily("rufweite_health_age_seconds", "Age of the proof.", labels=["part"])
        for part in parts:
            oks.add_metric([part.name], float(part.is_ok))
            if part.age_s is not None:
                ages.add_metric([part.name], part.age_s)
        yield oks
        yield ages
        if self._health.disk_free_bytes is not None:
            said = "Free space where the data lie."
            yield GaugeMetricFamily(
                "rufweite_disk_free_bytes", said, value=float(self._health.disk_free_bytes)
            )
        said = "How often the event loop was blocked for seconds."
        yield GaugeMetricFamily("rufweite_event_loop_blocks", said, value=float(self._guard.blocks))
