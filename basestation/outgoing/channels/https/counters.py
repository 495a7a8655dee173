"""What is counted of requests that go out, as Prometheus metrics in a registry that is passed in."""

from prometheus_client import CollectorRegistry, Counter, Gauge


class HttpsCounters:
    """Counters of one channel; `channel` is part of the names."""

    def __init__(self, registry: CollectorRegistry, channel: str) -> None:
        self.requests = Counter(
            f"rufweite_{channel}_requests",
            "Requests, by how they ended: a class of status, or why there was none.",
            ["end"],
            registry=registry,
        )
        self.names_remembered = Counter(
            f"rufweite_{channel}_names_remembered",
            "Times that a name server failed and the last known addresses were used.",
            registry=registry,
        )
        self.errands_hanging = Gauge(
            f"rufweite_{channel}_errands_left",
            "Threads left behind that hang in a name server or a disk.",
            registry=registry,
        )
