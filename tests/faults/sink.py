"""A helper's machine: takes the notices that a base station posts, and remembers each with its key.

It answers at once and decides nothing. Times are of the monotonic clock, in seconds.
"""

import json
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.system.broker import HOST


class NoticeSink:
    """Listens from its making to `close`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        #: The keys of all deliveries, and when the station told of itself without a case.
        self._keys: list[str] = []
        self._first_at: dict[str, float] = {}
        self._without_case: list[float] = []
        sink = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                sink._take(str(content.get("key", "")), has_case=str(content.get("case", "")) != "0")
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer((HOST, 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://{HOST}:{self._server.server_address[1]}/"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def deliveries(self) -> Counter[str]:
        """Return how often each key was delivered."""
        with self._lock:
            return Counter(self._keys)

    def first_at(self, key: str) -> float | None:
        """Return when a notice arrived first."""
        with self._lock:
            return self._first_at.get(key)

    def told_without_case(self) -> float | None:
        """Return when the station last told of itself what it could not store."""
        with self._lock:
            return self._without_case[-1] if self._without_case else None

    def close(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()

    def _take(self, key: str, *, has_case: bool) -> None:
        with self._lock:
            if has_case:
                self._keys.append(key)
                self._first_at.setdefault(key, time.monotonic())
            else:
                self._without_case.append(time.monotonic())
