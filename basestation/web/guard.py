"""The gate every request passes: same origin, a bounded body, and the headers of a closed page.

Decides before any route runs. A browser names the page a request comes from (Origin,
Sec-Fetch-Site); an unsafe method or a WebSocket from another site is refused. Programs that are no
browsers send neither and pass on to the log-in. It never reads a body into memory.
"""

from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from basestation.web.counts import WebCounts
from basestation.web.problems import problem
from basestation.web.settings import WebSettings

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_WEBSOCKET_POLICY_VIOLATION = 1008
_FOREIGN = "This request came from another site and was refused."
_TOO_LARGE = "The request is larger than the base station accepts."

_POLICY_HEADER = "Content-Security-Policy"
#: Paths under which facts about people are told.
_PERSONAL = ("/api", "/r/", "/o/")
#: The paths under which files come.
_PLANS, _CSV = "/api/v1/plans", "/api/v1/csv/"
#: Files of which no page and no worker is made: what would close a page says nothing of them. Sixty of them
#: are one console, and a kilobyte of headers each would weigh more than what they say.
_PART_OF_A_PAGE = (".css", ".js")
_WORKERS = ("/static/pulse.js", "/static/push.js")
_PART_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def content_security_policy(import_map_digest: str) -> str:
    """Return the policy: own files only, and the one inline import map by its digest (base64)."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'sha256-{import_map_digest}'",
            "style-src 'self'",
            "img-src 'self'",
            "connect-src 'self'",
            "worker-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types rufweite",
        )
    )


def is_same_origin(headers: Headers, public_origin: str | None) -> bool:
    """Tell whether the request comes from the console's own page, or from no page at all."""
    site = headers.get("sec-fetch-site")
    if site is not None and site != "same-origin":
        return False
    origin = headers.get("origin")
    if origin is None:
        return True
    if origin == "null" and site is not None:
        # The plain form of a page that tells no referrer; only a browser says where it comes from.
        return True
    if public_origin is not None:
        return origin == public_origin
    return urlsplit(origin).netloc == headers.get("host")


class Guard:
    """ASGI middleware around the whole web part."""

    def __init__(self, app: ASGIApp, settings: WebSettings, counts: WebCounts, policy: str) -> None:
        self._app = app
        self._settings = settings
        self._counts = counts
        self._headers = {**_HEADERS, _POLICY_HEADER: policy}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on with the body counted and the headers added."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        is_unsafe = scope["type"] == "websocket" or scope["method"] not in _SAFE_METHODS
        if is_unsafe and not is_same_origin(headers, self._settings.public_origin):
            self._counts.foreign_refused += 1
            await _refuse(scope, receive, self._with_headers(scope, send), HTTPStatus.FORBIDDEN, _FOREIGN)
        elif scope["type"] == "http" and _declared_bytes(headers) > self._body_bytes_max(scope):
            refusal = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            await _refuse(scope, receive, self._with_headers(scope, send), refusal, _TOO_LARGE)
        else:
            await self._app(scope, self._bounded(scope, receive), self._with_headers(scope, send))

    def _body_bytes_max(self, scope: Scope) -> int:
        if scope["method"] == "POST" and scope["path"].startswith(_CSV):
            return self._settings.csv_bytes_max
        is_plan = scope["method"] == "POST" and scope["path"] == _PLANS
        return self._settings.plan_bytes_max if is_plan else self._settings.body_bytes_max

    def _bounded(self, scope: Scope, receive: Receive) -> Receive:
        """Cut a body that is longer than it declared (chunked) by ending the connection."""
        if scope["type"] != "http":
            return receive
        taken, taken_max = 0, self._body_bytes_max(scope)

        async def take() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > taken_max:
                return {"type": "http.disconnect"}
            return message

        return take

    def _with_headers(self, scope: Scope, send: Send) -> Send:
        async def put(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                own_policy = headers.get(_POLICY_HEADER)
                for name, value in (_PART_HEADERS if _is_part(scope["path"]) else self._headers).items():
                    headers[name] = value
                if own_policy is not None:
                    headers[_POLICY_HEADER] = own_policy
                # Facts about people stay in no cache; files are asked for again and mostly answered 304.
                if _is_part(scope["path"]):
                    # The tag is enough to ask for it again.
                    del headers["Last-Modified"]
                    del headers["Accept-Ranges"]
                headers["Cache-Control"] = "no-store" if scope["path"].startswith(_PERSONAL) else "no-cache"
            await send(message)

        return put


def _is_part(path: str) -> bool:
    """Tell whether a file is only ever read by a page, which carries the policy."""
    return path.startswith("/static/") and path.endswith(_PART_OF_A_PAGE) and path not in _WORKERS


def _declared_bytes(headers: Headers) -> int:
    declared = headers.get("content-length", "0")
    return int(declared) if declared.isdecimal() else 0


async def _refuse(scope: Scope, receive: Receive, send: Send, status: HTTPStatus, sentence: str) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": _WEBSOCKET_POLICY_VIOLATION, "reason": sentence})
        return
    await problem(scope, status, sentence)(scope, receive, send)
