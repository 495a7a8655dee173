"""What is counted of webhooks that come in, as Prometheus metrics in a registry that is passed in."""

from prometheus_client import CollectorRegistry, Counter


class HookCounters:
    """Counters of hooks; a hook nobody knows is counted without its name."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.taken = Counter(
            "rufweite_hooks_taken", "Requests taken, by hook and type.", ["hook", "type"], registry=registry
        )
        self.refused = Counter(
            "rufweite_hooks_refused",
            "Requests refused: name, size, headers, time, signature, replay, busy, content.",
            ["reason"],
            registry=registry,
        )
        self.repeated = Counter(
            "rufweite_hooks_repeated",
            "Requests sent again that had been taken: answered, and nothing done.",
            registry=registry,
        )
