"""Every error leaves the API as {"error": sentence}, with the status that fits.

Decides which named error is which status. A person gets what is wrong and what to do; what a
program did wrong inside is logged in full and told in one sentence.
"""

from collections.abc import Mapping
from http import HTTPStatus

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from basestation.broker.errors import BrokerError
from basestation.cases.chain import ChainError
from basestation.cases.step import WrongVerb
from basestation.errors import NoTrace, Refused, UnknownCase
from basestation.store.errors import StoreError
from basestation.web.passwords import PasswordRefused
from basestation.web.sentences import in_language, language_of

_log = structlog.get_logger(__name__)

#: Named errors of the other parts; their text is the sentence.
_STATUS: dict[type[Exception], HTTPStatus] = {
    UnknownCase: HTTPStatus.NOT_FOUND,
    NoTrace: HTTPStatus.NOT_FOUND,
    Refused: HTTPStatus.CONFLICT,
    WrongVerb: HTTPStatus.CONFLICT,
    ChainError: HTTPStatus.UNPROCESSABLE_ENTITY,
    PasswordRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    StoreError: HTTPStatus.SERVICE_UNAVAILABLE,
    BrokerError: HTTPStatus.SERVICE_UNAVAILABLE,
}

#: What is wrong with a field of a form, by pydantic's name for it.
_FAULTS = {
    "missing": "is missing",
    "string_too_short": "needs at least {min_length} characters",
    "string_too_long": "may have at most {max_length} characters",
    "string_pattern_mismatch": "has characters that are not possible there",
    "json_invalid": "is not JSON",
}

#: The database took nothing, or did not answer: a full disk, a lock, a server that is away.
_NOT_STORED = (
    "NOT DONE: the base station cannot store anything now, its disk may be full. Nothing of it was kept. "
    "Look at the case before you press again, use the telephone meanwhile, and tell whoever looks after it."
)
_FAILED = "The base station could not do this. Its log says why; try again, and tell whoever looks after it."


def install_refusals(app: FastAPI) -> None:
    """Make `app` answer every error in that form."""
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(RequestValidationError, _of_form)
    app.add_exception_handler(Exception, _of_failure)
    for kind in _STATUS:
        app.add_exception_handler(kind, _of_refusal)
    for trouble in (OperationalError, InternalError, InterfaceError, PoolTimeout):
        app.add_exception_handler(trouble, _of_store)


def _told(
    request: Request, sentence: str, status: int, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """Return the answer with the sentence in the language that the request asks for."""
    return JSONResponse({"error": in_language(sentence, language_of(request.scope))}, status, headers=headers)


async def _of_http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    return _told(request, error.detail, error.status_code, error.headers)


async def _of_refusal(request: Request, error: Exception) -> JSONResponse:
    status = next(status for kind, status in _STATUS.items() if isinstance(error, kind))
    return _told(request, str(error), status)


async def _of_store(request: Request, error: Exception) -> JSONResponse:
    _log.error("request_not_stored", error=type(error).__name__, reason=str(getattr(error, "orig", error)))
    return _told(request, _NOT_STORED, HTTPStatus.SERVICE_UNAVAILABLE)


async def _of_form(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    fault = error.errors()[0]
    # The first part says where it stood (body, path); the rest names the field.
    field = " ".join(str(part).replace("_", " ") for part in fault["loc"][1:]) or "request"
    what = _FAULTS.get(fault["type"], f"cannot be used: {fault['msg']}").format(**fault.get("ctx", {}))
    return _told(request, f"The {field} {what}.", HTTPStatus.UNPROCESSABLE_ENTITY)


async def _of_failure(request: Request, error: Exception) -> JSONResponse:
    _log.error("request_failed", exc_info=error)
    return _told(request, _FAILED, HTTPStatus.INTERNAL_SERVER_ERROR)
