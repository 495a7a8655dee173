"""What the base station counts, as Prometheus metrics in a registry that is passed in."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


class Counters:
    """Every counter of store, ingest, commands and dispatch; shown under /metrics."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.commits = Counter("rufweite_commits", "Transactions committed.", registry=registry)
        self.commits_failed = Counter(
            "rufweite_commits_failed", "Transactions that failed.", registry=registry
        )
        self.jobs_committed = Counter("rufweite_jobs_committed", "Jobs committed.", registry=registry)
        self.jobs_failed = Counter("rufweite_jobs_failed", "Jobs rolled back alone.", registry=registry)
        self.jobs_refused = Counter("rufweite_jobs_refused", "Jobs not taken, queue full.", registry=registry)
        self.messages = Counter("rufweite_messages", "Device messages.", ["kind"], registry=registry)
        self.repeats = Counter("rufweite_message_repeats", "Messages heard before.", registry=registry)
        self.quarantined = Counter(
            "rufweite_quarantined", "Messages not understood.", ["reason"], registry=registry
        )
        self.quarantine_full = Counter(
            "rufweite_quarantine_full", "Quarantined messages counted, not kept.", registry=registry
        )
        self.messages_failed = Counter(
            "rufweite_messages_failed", "Messages left to the broker by our own mistake.", registry=registry
        )
        self.ingest_retries = Counter("rufweite_ingest_retries", "Batches tried again.", registry=registry)
        self.ingest_s = Histogram("rufweite_ingest_seconds", "From arrival to commit.", registry=registry)
        self.cases_opened = Counter("rufweite_cases_opened", "Cases opened.", ["kind"], registry=registry)
        self.commands_sent = Counter("rufweite_commands_sent", "Commands sent.", ["kind"], registry=registry)
        self.commands_answered = Counter(
            "rufweite_commands_answered", "Commands answered.", ["result"], registry=registry
        )
        self.commands_unanswered = Counter(
            "rufweite_commands_unanswered", "Commands no longer repeated.", registry=registry
        )
        self.notices = Counter(
            "rufweite_notices", "Attempts to tell a recipient.", ["channel", "result"], registry=registry
        )
        self.answers = Counter(
            "rufweite_answers", "What people sent back.", ["channel", "outcome"], registry=registry
        )
        self.reports = Counter(
            "rufweite_reports", "What became known of notices sent.", ["stage"], registry=registry
        )
        self.notices_waiting = Gauge("rufweite_notices_waiting", "Notices not delivered.", registry=registry)
        self.notices_oldest_s = Gauge(
            "rufweite_notices_oldest_seconds", "Age of the oldest notice not delivered.", registry=registry
        )
        self.committer_age_s = Gauge(
            "rufweite_committer_age_seconds", "How long the oldest job has been waiting.", registry=registry
        )
        self.loop_failures = Counter(
            "rufweite_loop_failures", "Rounds that failed.", ["loop"], registry=registry
        )
