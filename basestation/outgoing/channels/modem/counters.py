"""What a modem counts, as Prometheus metrics in a registry that is passed in."""

from prometheus_client import CollectorRegistry, Counter, Gauge


class ModemCounters:
    """The counters of every modem; shown under /metrics."""

    def __init__(self, registry: CollectorRegistry) -> None:
        def counter(name: str, words: str, *labels: str) -> Counter:
            return Counter(f"rufweite_sms_{name}", words, labels, registry=registry)

        self.notices = counter("notices", "Notices given to the modem, by what became of them.", "result")
        self.parts = counter("parts", "Parts given to the network, by result.", "result")
        self.cut = counter("cut", "Texts too long for the parts allowed, cut at their end.")
        self.reports = counter("reports", "Delivery reports, by what they said.", "outcome")
        self.received = counter("received", "Messages received, by kind.", "kind")
        self.answers = counter("answers", "Sentences for senders, by what became of them.", "result")
        self.unpassed = counter("unpassed", "Times that a message or report could not be passed on.")
        self.dropped = counter("dropped", "What was given up for want of room, by kind.", "kind")
        self.lines = counter(
            "lines_unexpected", "Lines of the modem that belonged to nothing, by kind.", "kind"
        )
        self.set_ups = counter("set_ups", "Times that the modem was set up, by result.", "result")
        self.hanging_threads = counter("hanging_threads", "Threads left behind at a port that hangs.")
        self.signal_dbm = Gauge("rufweite_sms_signal_dbm", "Strength of the network.", registry=registry)
        self.stored = Gauge("rufweite_sms_stored", "Messages in the modem's store.", registry=registry)
