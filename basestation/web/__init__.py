"""The web part: log-in, JSON API, one WebSocket a page, and the console's files."""

from basestation.web.settings import WebSettings
from basestation.web.site import build_web

__all__ = ["WebSettings", "build_web"]
