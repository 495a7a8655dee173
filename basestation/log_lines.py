"""How the program's own log looks: one JSON object a line, on standard error.

Tracebacks without the values of variables: secrets and names may stand in those, and rendering
them nicely has stopped the event loop for seconds.
"""

import sys

import structlog


def configure() -> None:
    """Set it up for this process; call before anything is logged."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
