"""What a site may set about the web part; every bound of it has its name here.

Units are in the names. The limits are conventions of this product, not of a standard.
"""

from dataclasses import dataclass

from basestation.plans.picture import PLAN_BYTES_MAX

#: The name under which a browser, or a command on this machine, keeps its session.
COOKIE = "rufweite_session"


@dataclass(frozen=True, slots=True)
class WebSettings:
    """The web part's settings, with defaults for a console on loopback."""

    #: How long a log-in lasts, in hours.
    session_h: int = 12
    #: True where the page is served over TLS: the cookie then never travels in plain text.
    is_cookie_secure: bool = False
    #: Origin the console is reached under behind a proxy, "https://rufweite.example"; None: the Host header.
    public_origin: str | None = None

    #: Log-in attempts for one login, and from one address, in `attempts_window_s`.
    attempts_per_login: int = 10
    attempts_per_address: int = 40
    attempts_window_s: int = 300
    #: Links to responders' pages that open nothing, from one address, in the same time.
    wrong_links_max: int = 60
    #: Requests with one token, in a minute.
    token_requests_max: int = 600
    #: Streams of events served at one moment, and between two of their beats, in seconds.
    streams_max: int = 50
    stream_beat_s: float = 10.0
    #: Password checks that may wait for a thread at one moment (each takes 64 MiB while it runs).
    password_checks_max: int = 16

    #: Interval of the application heartbeat on the WebSocket, in seconds; the page gives up after 5 s.
    beat_s: float = 2.0
    #: Least interval between two snapshots to the consoles, in seconds.
    snapshot_s_min: float = 0.01
    #: Longest time without comparing the snapshot with the one last sent, in seconds.
    snapshot_s_max: float = 5.0
    #: Time a console may take to accept one message before it is dropped, in seconds.
    send_s_max: float = 4.0
    #: Consoles (open WebSockets) served at one moment.
    consoles_max: int = 200
    #: Largest body of a request, in bytes, of one that brings a CSV, and a floor plan.
    body_bytes_max: int = 65536
    csv_bytes_max: int = 1_048_576
    plan_bytes_max: int = PLAN_BYTES_MAX
