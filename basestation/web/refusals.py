"""Every error leaves the API as {"error": sentence}, with the status that fits.

Decides which named error is which status. A person gets what is wrong and what to do; what a
program did wrong inside is logged in full and told in one sentence.
"""

from http import HTTPStatus

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from basestation.cases.chain import ChainError
from basestation.web.passwords import PasswordRefused

_log = structlog.get_logger(__name__)

#: Named errors of the other parts; their text is the sentence.
_STATUS: dict[type[Exception], HTTPStatus] = {
    ChainError: HTTPStatus.UNPROCESSABLE_ENTITY,
    PasswordRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
}

_FAILED = "The base station could not do this. Its log says why; try again, and tell whoever looks after it."


def install_refusals(app: FastAPI) -> None:
    """Make `app` answer every error in that form."""
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(RequestValidationError, _of_form)
    app.add_exception_handler(Exception, _of_failure)
    for kind in _STATUS:
        app.add_exception_handler(kind, _of_refusal)


async def _of_http(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    return JSONResponse({"error": error.detail}, error.status_code, headers=error.headers)


async def _of_refusal(_request: Request, error: Exception) -> JSONResponse:
    status = next(status for kind, status in _STATUS.items() if isinstance(error, kind))
    return JSONResponse({"error": str(error)}, status)


async def _of_form(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    fault = error.errors()[0]
    # The first part says where it stood (body, path); the rest names the field.
    field = " ".join(str(part) for part in fault["loc"][1:])
    return JSONResponse(
        {"error": f"{field or 'The request'}: {fault['msg']}."}, HTTPStatus.UNPROCESSABLE_ENTITY
    )


async def _of_failure(_request: Request, error: Exception) -> JSONResponse:
    _log.error("request_failed", exc_info=error)
    return JSONResponse({"error": _FAILED}, HTTPStatus.INTERNAL_SERVER_ERROR)
