"""What is counted of the way to a receiving centre, as Prometheus metrics in a registry that is passed in."""

from prometheus_client import CollectorRegistry, Counter, Gauge


class Dc09Counters:
    """Counters and gauges; receivers are called 1 (primary) and 2."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.exchanges = Counter(
            "rufweite_dc09_exchanges",
            "Connections to a receiver, by what was sent and how it ended.",
            ["receiver", "what", "end"],
            registry=registry,
        )
        self.refused_answers = Counter(
            "rufweite_dc09_answers_refused",
            "Answers that are none to us, by reason.",
            ["receiver", "reason"],
            registry=registry,
        )
        self.noise = Counter(
            "rufweite_dc09_noise_bytes", "Bytes that belong to no answer.", ["receiver"], registry=registry
        )
        self.gave_way = Counter(
            "rufweite_dc09_gave_way", "Transactions that a person's alarm interrupted.", registry=registry
        )
        self.crowded = Counter(
            "rufweite_dc09_crowded", "Transactions refused since too many waited.", registry=registry
        )
        self.is_answering = Gauge(
            "rufweite_dc09_receiver_answering",
            "1 if the receiver acknowledged last.",
            ["receiver"],
            registry=registry,
        )
        self.clock_ahead_s = Gauge(
            "rufweite_dc09_receiver_clock_ahead_seconds",
            "How far the receiver's clock is ahead of ours, from its last NAK.",
            ["receiver"],
            registry=registry,
        )
        self.sequence_failures = Gauge(
            "rufweite_dc09_sequence_failures",
            "Times that the sequence number was not kept.",
            registry=registry,
        )
        self.loop_failures = Counter(
            "rufweite_dc09_supervision_failures",
            "Link tests that failed by our own mistake.",
            registry=registry,
        )
