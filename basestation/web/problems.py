"""The one body of every error: a problem as RFC 9457 has it, with a stable `code` for programs.

Decides nothing about what is refused. `detail` is the sentence for a person and passes through `problem`
alone, so that this is the place where its language is chosen; `code` never changes with the words.
`type` is about:blank: a problem means what its status means, and `code` says which of them it is.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from http import HTTPStatus
from typing import Any, Final

from starlette.responses import JSONResponse
from starlette.types import Scope

from basestation.web.sentences import in_language, language_of

MEDIA_TYPE: Final = "application/problem+json"

#: What a status is called by programs where no named error says more.
CODES: Final = {
    HTTPStatus.BAD_REQUEST: "bad_request",
    HTTPStatus.UNAUTHORIZED: "not_logged_in",
    HTTPStatus.FORBIDDEN: "not_allowed",
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
    HTTPStatus.CONFLICT: "refused",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too_large",
    HTTPStatus.UNPROCESSABLE_ENTITY: "invalid_request",
    HTTPStatus.TOO_MANY_REQUESTS: "too_many",
    HTTPStatus.INTERNAL_SERVER_ERROR: "failed",
    HTTPStatus.SERVICE_UNAVAILABLE: "not_available",
}
#: Sentences in place of the bare phrases of the framework.
_PHRASES: Final = {
    "Not Found": "There is nothing at this address.",
    "Method Not Allowed": "Nothing can be done at this address in this way.",
    "There was an error parsing the body": "The request cannot be read: send JSON in UTF-8.",
}


@dataclass(frozen=True, slots=True)
class FieldFault:
    """What is wrong with one field: its JSON pointer in the body, or the name of the parameter."""

    detail: str
    pointer: str | None = None
    parameter: str | None = None


def problem(
    scope: Scope,
    status: int,
    sentence: str,
    code: str = "",
    faults: Sequence[FieldFault] = (),
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Return the answer that refuses the request of `scope` with this sentence."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "detail": in_language(_PHRASES.get(sentence, sentence), language_of(scope)),
        "instance": scope["path"],
        "code": code or CODES.get(HTTPStatus(status), "failed"),
    }
    if faults:
        body["errors"] = [
            {name: text for name, text in asdict(_in_language(fault, scope)).items() if text is not None}
            for fault in faults
        ]
    return JSONResponse(body, status, headers=headers, media_type=MEDIA_TYPE)


def _in_language(fault: FieldFault, scope: Scope) -> FieldFault:
    return replace(fault, detail=in_language(fault.detail, language_of(scope)))


def code_of(error: Exception) -> str:
    """Return the code of a named error: its name in small letters, `unknown_case` of UnknownCase."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type(error).__name__).lower()
