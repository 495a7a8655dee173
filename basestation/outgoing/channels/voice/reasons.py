"""Why a call came to nothing, in words.

The statuses are those of RFC 3261, section 21; telephone systems map their own causes onto them.
"""

from typing import Final

_SENTENCES: Final = {
    401: "the telephone system did not believe our password",
    403: "the telephone system does not let us call this number",
    404: "the telephone system does not know this number",
    407: "the telephone system did not believe our password",
    408: "the telephone system did not answer",
    410: "this number is no longer in use",
    480: "the telephone called cannot be reached now",
    484: "the number is incomplete",
    486: "busy",
    487: "the call was ended before anybody picked up",
    488: "the telephone called takes no audio that we can send (G.711)",
    503: "the telephone system has no free line",
    600: "busy",
    603: "the call was refused by a press on the telephone",
    604: "this number does not exist",
}


def refusal(status: int) -> str:
    """Return the sentence for a call that a SIP status ended before anybody picked up; 0: without one."""
    if status in _SENTENCES:
        return _SENTENCES[status]
    if status:
        return f"the telephone system refused the call (SIP {status})"
    return "the call ended before anybody picked up, and the telephone system did not say why"
