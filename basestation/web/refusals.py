"""Every error leaves the API as a problem (`problems.py`), with the status that fits.

Decides which named error is which status. A person gets what is wrong and what to do; what a
program did wrong inside is logged in full and told in one sentence.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

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
from basestation.web.problems import FieldFault, code_of, problem

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

#: Fields of one request that are named.
_FAULTS_MAX: Final = 20

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


async def _of_http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    return problem(request.scope, error.status_code, error.detail, headers=error.headers)


async def _of_refusal(request: Request, error: Exception) -> JSONResponse:
    status = next(status for kind, status in _STATUS.items() if isinstance(error, kind))
    return problem(request.scope, status, str(error), code_of(error))


async def _of_store(request: Request, error: Exception) -> JSONResponse:
    _log.error("request_not_stored", error=type(error).__name__, reason=str(getattr(error, "orig", error)))
    return problem(request.scope, HTTPStatus.SERVICE_UNAVAILABLE, _NOT_STORED, "not_stored")


async def _of_form(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    faults = [_fault_of(one) for one in error.errors()[:_FAULTS_MAX]]
    return problem(
        request.scope, HTTPStatus.UNPROCESSABLE_ENTITY, faults[0].detail, "invalid_request", faults
    )


def _fault_of(fault: Mapping[str, Any]) -> FieldFault:
    """Return what is wrong with one field; the first part of its place says where it stood (body, path)."""
    place, *path = (str(part) for part in fault["loc"])
    # Where the body is no JSON, the path is the number of the character.
    is_json = fault["type"] != "json_invalid"
    field = " ".join(path).replace("_", " ") if is_json and path else "request"
    what = _FAULTS.get(fault["type"], f"cannot be used: {fault['msg']}").format(**fault.get("ctx", {}))
    sentence = f"The {field} {what}."
    if place != "body":
        return FieldFault(sentence, parameter=path[0] if path else place)
    return FieldFault(sentence, pointer="#" + "".join(f"/{_escaped(part)}" for part in path if is_json))


def _escaped(part: str) -> str:
    """Return one step of a JSON pointer (RFC 6901) as it stands in a fragment."""
    return quote(part.replace("~", "~0").replace("/", "~1"), safe="~")


async def _of_failure(request: Request, error: Exception) -> JSONResponse:
    _log.error("request_failed", exc_info=error)
    return problem(request.scope, HTTPStatus.INTERNAL_SERVER_ERROR, _FAILED)
