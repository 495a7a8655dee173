"""What an ESPA 4.4.4 line counts, as Prometheus metrics in a registry that is passed in."""

from prometheus_client import CollectorRegistry, Counter


class EspaCounters:
    """The counters of every ESPA line; shown under /metrics."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.calls = Counter(
            "rufweite_espa_calls", "Calls to pagers, by what became of them.", ["result"], registry=registry
        )
        self.gave_way = Counter(
            "rufweite_espa_gave_way",
            "Calls that let a graver one go first between two tries.",
            registry=registry,
        )
        self.answers = Counter(
            "rufweite_espa_answers",
            "Polls and calls, by whether they were answered.",
            ["answer"],
            registry=registry,
        )
        self.noise_bytes = Counter(
            "rufweite_espa_noise_bytes", "Bytes that belonged to nothing.", registry=registry
        )
        self.overflow_bytes = Counter(
            "rufweite_espa_overflow_bytes", "Bytes for which there was no room.", registry=registry
        )
        self.garbled = Counter("rufweite_espa_garbled_blocks", "Blocks that came garbled.", registry=registry)
        self.blocks = Counter(
            "rufweite_espa_blocks", "Blocks received, by what was made of them.", ["use"], registry=registry
        )
        self.unread_records = Counter(
            "rufweite_espa_unread_records", "Records that could not be read.", registry=registry
        )
        self.unexpected = Counter(
            "rufweite_espa_unexpected_signals",
            "Signals that nobody waited for.",
            ["signal"],
            registry=registry,
        )
        self.reports_lost = Counter(
            "rufweite_espa_reports_lost", "Status reports for which there was no room.", registry=registry
        )
        self.lost_ports = Counter(
            "rufweite_espa_lost_ports", "Times that the serial port could not be opened or was lost.",
            registry=registry,
        )  # fmt: skip
        self.hanging_threads = Counter(
            "rufweite_espa_hanging_threads", "Threads left behind while opening the port.", registry=registry
        )
