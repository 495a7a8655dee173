"""The console's files, served as they lie in `static/`, and the sign of life of the process.

Decides the security policy's digest of the one inline script, the import map. Serves nothing from
anywhere else; the browser packages were put there by `python -m basestation.web.assets`.
"""

import base64
import hashlib
import re
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.responses import HTMLResponse

from basestation.web.files import KeptFiles

STATIC = Path(__file__).parent / "static"
_IMPORT_MAP = re.compile(r'<script type="importmap">(.*?)</script>', re.DOTALL)

router = APIRouter()


def import_map_digest() -> str:
    """Return the SHA-256 of the page's import map, in base64."""
    found = _IMPORT_MAP.search(_page())
    assert found is not None, "index.html has no import map"
    return base64.b64encode(hashlib.sha256(found.group(1).encode()).digest()).decode()


def mount_files(app: FastAPI) -> None:
    """Serve the files under /static."""
    app.mount("/static", KeptFiles(STATIC), name="static")


@router.get("/", include_in_schema=False)
async def page() -> HTMLResponse:
    """Return the console's page; what it shows comes over the API after the log-in."""
    return HTMLResponse(_page())


@router.get("/healthz", tags=["station"])
async def healthz() -> dict[str, Any]:
    """Tell that the process answers; it says nothing about broker or store."""
    return {"is_alive": True}


def _page() -> str:
    return (STATIC / "index.html").read_text(encoding="utf-8")
