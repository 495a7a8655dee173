"""What /metrics shows: the engine's counters, and the plain ones of broker link and web part.

Counts only; nothing about a person, a device or a place.
"""

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector


class PlainCounts(Collector):
    """The integer fields of a dataclass, read when somebody asks."""

    def __init__(self, prefix: str, counts: Any) -> None:
        self._prefix = prefix
        self._counts = counts

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield one metric a field."""
        for field in fields(self._counts):
            value = getattr(self._counts, field.name)
            if isinstance(value, int | float):
                name = f"rufweite_{self._prefix}_{field.name}"
                yield GaugeMetricFamily(name, field.name.replace("_", " "), value=float(value))


def metrics_router(registry: CollectorRegistry) -> APIRouter:
    """Return the route of /metrics."""
    router = APIRouter()

    @router.get("/metrics", tags=["station"])
    def metrics() -> Response:
        """Return the counters in the text format of Prometheus."""
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return router
