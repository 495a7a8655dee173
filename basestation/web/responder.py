"""The responder's page over HTTP, without a log-in: the token in its address is all there is.

Decides that reading changes nothing, that a page counts as opened only when its script says that a person
sees it, and that machines which only look at links get nothing about anybody. A token that opens nothing is a
404 that is counted; only such tokens are limited, so that nobody can lock a responder out.
"""

import hashlib
import re
from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import parse_qs

from fastapi import APIRouter, Request, Response
from starlette.responses import HTMLResponse

from basestation.casefile.outcomes import ENDS
from basestation.casework.offers import FOR_PERSONS, FOR_TECHNICAL
from basestation.casework.pressing import Said
from basestation.outgoing.responder_pages import Page, StalePress
from basestation.store.errors import StoreError
from basestation.web.part import Web, WebPart
from basestation.web.responder_html import document, whole
from basestation.web.responder_reasons import in_words
from basestation.web.words_of_helpers import LANGUAGES, words_in

router = APIRouter(include_in_schema=False)

_VERBS = frozenset((*FOR_PERSONS, *FOR_TECHNICAL))
_FIELDS_MAX = 8
#: Programs that fetch a link only to draw a preview of it; by what they call themselves.
_PREVIEW = re.compile(
    r"(?<!cu)bot\b|facebookexternalhit|whatsapp/|skypeuripreview|preview|crawler|spider|slack-imgproxy|"
    r"iframely|embedly|mattermost|signal/|matrix|synapse",
    re.IGNORECASE,
)
#: What a person who was taken for such a program asks for.
_SHOW = "show"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
    "trusted-types rufweite"
)
_HEADERS = {"X-Robots-Tag": "noindex, nofollow, noarchive", "Content-Security-Policy": _POLICY}


@router.api_route("/r/{token}", methods=["GET", "HEAD"])
async def page(token: str, request: Request, web: Web) -> Response:
    """Return the page; nothing changes."""
    found = await web.engine.pages.page(token)
    if found is None:
        return invalid(request, web)
    is_preview = request.method == "HEAD" or _PREVIEW.search(request.headers.get("user-agent", ""))
    if is_preview and _SHOW not in request.query_params:
        return as_page(document(found.language, _shell(found, token)))
    return as_page(whole(found, token, web.engine.pages.links.nonce(token)))


@router.get("/r/{token}/state")
async def state(token: str, request: Request, web: Web) -> Response:
    """Return the page for its script, or 304 where nothing is new."""
    found = await web.engine.pages.page(token)
    if found is None:
        return invalid(request, web)
    # Without its nonce, which would make everything look new.
    tag = f'"{hashlib.sha256(whole(found, token, "").encode()).hexdigest()[:32]}"'
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={**_HEADERS, "ETag": tag})
    return as_page(whole(found, token, web.engine.pages.links.nonce(token)), more={"ETag": tag})


@router.post("/r/{token}/opened")
async def opened(token: str, request: Request, web: Web) -> Response:
    """Note that a person sees the page; this is no answer."""
    found = await web.engine.pages.page(token)
    if found is None:
        return invalid(request, web)
    await web.engine.pages.opened(found)
    return Response(status_code=204, headers=_HEADERS)


@router.post("/r/{token}/{verb}")
async def press(token: str, verb: str, request: Request, web: Web) -> Response:
    """Carry out a press, and return the page as it is after the commit."""
    found = await web.engine.pages.page(token)
    if found is None or verb not in _VERBS:
        return invalid(request, web)
    if found.is_over:
        return await _after(token, web, found, "", 409)
    fields = parse_qs((await request.body()).decode("utf-8", "replace"), max_num_fields=_FIELDS_MAX)
    code, words = _first(fields, "code"), words_in(found.language)
    reason = in_words(code, _first(fields, "reason"), found.language)
    if verb in ENDS and not reason:
        return await _after(token, web, found, words["no_reason"], 409)
    said = Said(reason, _minutes(_first(fields, "minutes")), code=code)
    try:
        judged = await web.engine.pages.press(
            token, found, _first(fields, "nonce"), verb, said, _first(fields, "to")
        )
    except StalePress:
        return await _after(token, web, found, words["stale"], 409)
    except StoreError:
        return await _after(token, web, found, words["failed"], 503)
    return await _after(token, web, found, judged.sentence, 200 if judged.outcome == "counted" else 409)


async def _after(token: str, web: WebPart, before: Page, sentence: str, status: int) -> Response:
    pages = web.engine.pages
    found = await pages.page(token) or before
    nonce = pages.links.nonce(token)
    return as_page(whole(found, token, nonce, sentence, is_counted=status == HTTPStatus.OK), status)


def _shell(found: Page, token: str) -> str:
    """Return a page without anything about anybody, from which a person comes to the real one."""
    words = words_in(found.language)
    link = f'<a class="button" href="/r/{token}?{_SHOW}">{words["show"]}</a>'
    return f"<main><p>{words['preview']}</p><p>{link}</p></main>"


def invalid(request: Request, web: WebPart) -> Response:
    """Return the answer to a link that opens nothing, counted."""
    web.counts.links_refused += 1
    address = request.client.host if request.client else "unknown"
    is_too_many = not web.attempts.is_link_allowed(address)
    web.counts.links_limited += is_too_many
    # Nobody knows whose language it is.
    why = "too_many" if is_too_many else "invalid"
    texts = [
        f'<p lang="{name}"><b>{words[why]}</b> {words["invalid_help"]}</p>'
        for name, words in LANGUAGES.items()
    ]
    return as_page(document("en", f"<main>{''.join(texts)}</main>"), 429 if is_too_many else 404)


def as_page(text: str, status: int = 200, more: Mapping[str, str] | None = None) -> HTMLResponse:
    """Return a page under the policy of responders' pages."""
    return HTMLResponse(text, status, headers={**_HEADERS, **(more or {})})


def _first(fields: dict[str, list[str]], name: str) -> str:
    return fields.get(name, [""])[0]


def _minutes(text: str) -> int | None:
    """Return the minutes; what is no number is one that the case refuses with its own sentence."""
    if not text:
        return None
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else 0
