"""What the web part refused or dropped, and how many consoles watch; the metrics page reads it."""

from dataclasses import dataclass


@dataclass(slots=True)
class WebCounts:
    """Plain counters since the start of the process, except what is `_open`, which are levels."""

    #: Requests and WebSockets from another site.
    foreign_refused: int = 0
    #: Log-in attempts over the limit, and wrong ones.
    attempts_refused: int = 0
    logins_failed: int = 0
    #: Links to responders' pages that opened nothing, and those of them over the limit.
    links_refused: int = 0
    links_limited: int = 0
    #: Tokens that are not in force, and requests over the limits of tokens.
    tokens_refused: int = 0
    tokens_limited: int = 0
    #: Streams of events that are open, were refused because `streams_max` were, and were dropped because
    #: their reader did not take what was sent.
    streams_open: int = 0
    streams_refused: int = 0
    streams_dropped: int = 0
    #: WebSockets that are open now.
    consoles_open: int = 0
    #: WebSockets refused because `consoles_max` were open.
    consoles_refused: int = 0
    #: WebSockets dropped because they did not take a message in time.
    consoles_dropped: int = 0
    #: WebSockets closed because their session had ended.
    consoles_logged_out: int = 0
    #: Messages of consoles that say nothing of themselves.
    signs_refused: int = 0
    #: Snapshots sent, a console each.
    snapshots_sent: int = 0
