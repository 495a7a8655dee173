"""How a command on the same machine reaches the running base station: its address and a session.

`serve` writes both into the data folder, readable by its owner only: whoever may read that file may
read the database too. The command line then uses the same API as everybody else. Nothing is
changed in the database behind the base station's back.
"""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from basestation.web.settings import COOKIE

_FILE = "local-access.json"
_TIMEOUT_S = 15.0


class NotReached(Exception):
    """The base station does not answer, or refused; the text is a sentence."""


@dataclass(frozen=True, slots=True)
class LocalAccess:
    """Where the base station answers, and a session of its administrator."""

    #: Address of the console.
    url: str
    token: str
    #: Where devices connect.
    mqtt_host: str
    mqtt_port: int

    def __repr__(self) -> str:
        return f"LocalAccess({self.url})"

    def write(self, data_dir: Path) -> None:
        """Leave it for commands on this machine, readable by the owner only."""
        path = data_dir / _FILE
        path.unlink(missing_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(asdict(self), file)


def remove(data_dir: Path) -> None:
    """Forget the access when the base station stops."""
    (data_dir / _FILE).unlink(missing_ok=True)


class Station:
    """The API of a running base station, for programs; every refusal is a NotReached."""

    def __init__(self, access: LocalAccess) -> None:
        # Here, because a base station that starts writes the access and never uses it.
        import httpx  # noqa: PLC0415

        self.access = access
        self.url = access.url
        self._client = httpx.Client(
            base_url=access.url, cookies={COOKIE: access.token}, timeout=_TIMEOUT_S, trust_env=False
        )
        self._failure = httpx.HTTPError

    @classmethod
    def on_this_machine(cls, data_dir: Path) -> "Station":
        """Return the base station that keeps its data in `data_dir`."""
        try:
            access = json.loads((data_dir / _FILE).read_text(encoding="utf-8"))
            return cls(LocalAccess(**access))
        except (OSError, ValueError, TypeError) as error:
            raise NotReached(
                f"No base station is running with the data in {data_dir}. Start it with `rufweite serve`."
            ) from error

    def get(self, path: str, query: dict[str, Any] | None = None) -> Any:
        """Return the answer to GET /api/v1/`path` with what the query says."""
        answer = self._answer("GET", path, None, query)
        return answer.json() if answer.content else None

    def text(self, path: str) -> str:
        """Return the answer to GET /api/v1/`path` that is no JSON."""
        return str(self._answer("GET", path, None).text)

    def content(self, path: str) -> bytes:
        """Return the answer to GET /api/v1/`path` as it came."""
        return bytes(self._answer("GET", path, None).content)

    def delete(self, path: str) -> Any:
        """Return the answer to DELETE /api/v1/`path`."""
        return self._ask("DELETE", path, None)

    def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Return the answer to POST /api/v1/`path`."""
        return self._ask("POST", path, body or {})

    def put(self, path: str, body: dict[str, Any]) -> Any:
        """Return the answer to PUT /api/v1/`path`."""
        return self._ask("PUT", path, body)

    def upload(self, path: str, content: bytes, query: dict[str, Any]) -> Any:
        """Return the answer to POST /api/v1/`path` with a file as its body."""
        return self._answer("POST", path, content, query).json()

    def file(self, path: str, query: dict[str, Any]) -> bytes:
        """Return the file that GET /api/v1/`path` answers with."""
        content: bytes = self._answer("GET", path, None, query).content
        return content

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def _ask(self, method: str, path: str, body: dict[str, Any] | None) -> Any:
        answer = self._answer(method, path, body)
        return answer.json() if answer.content else None

    def _answer(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | bytes | None,
        query: dict[str, Any] | None = None,
    ) -> Any:
        sent = {"content": body} if isinstance(body, bytes) else {"json": body}
        try:
            answer = self._client.request(method, f"/api/v1/{path}", params=query, **sent)
        except self._failure as error:
            raise NotReached(f"The base station at {self.url} does not answer: {error}.") from error
        if answer.is_success:
            return answer
        try:
            raise NotReached(str(answer.json()["detail"]))
        except (ValueError, KeyError, TypeError):
            raise NotReached(f"The base station answered {answer.status_code}.") from None
