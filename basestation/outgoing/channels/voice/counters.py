"""What is counted of calls, as Prometheus metrics in a registry that is passed in."""

from prometheus_client import CollectorRegistry, Counter, Gauge


class VoiceCounters:
    """Counters and gauges; lines are called 1, 2 and so on, in the order of the settings."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.calls = Counter(
            "rufweite_voice_calls",
            "Calls, by how they ended: answered, heard, told, failed.",
            ["end"],
            registry=registry,
        )
        self.keys = Counter("rufweite_voice_keys", "Keys pressed in calls.", registry=registry)
        self.not_stored = Counter(
            "rufweite_voice_answers_not_stored", "Answers whose storing failed.", registry=registry
        )
        self.not_reported = Counter(
            "rufweite_voice_reports_not_stored", "Reports whose storing failed.", registry=registry
        )
        self.gave_way = Counter(
            "rufweite_voice_gave_way",
            "Test calls ended because a real alarm needed the line.",
            registry=registry,
        )
        self.crowded = Counter(
            "rufweite_voice_crowded", "Notices refused since too many waited.", registry=registry
        )
        self.no_line = Counter(
            "rufweite_voice_no_line", "Notices for which no line became free in time.", registry=registry
        )
        self.not_understood = Counter(
            "rufweite_voice_lines_not_understood",
            "Lines of a telephone process that mean nothing.",
            registry=registry,
        )
        self.restarts = Counter(
            "rufweite_voice_restarts", "Telephone processes that ended.", ["line"], registry=registry
        )
        self.is_registered = Gauge(
            "rufweite_voice_registered", "1 while the line is registered.", ["line"], registry=registry
        )
