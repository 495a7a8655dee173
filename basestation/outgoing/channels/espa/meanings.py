"""What a call status, a system status and a NAK of ESPA 4.4.4 mean: a stage, and a sentence.

Decides how much a status proves. "Paged" says that the transmitter has sent the call, which proves nothing
about the pager; only an acknowledgement from the called party does. Nothing here is ever an answer of a
person: a handset acknowledges by itself. The codes are a convention: systems differ (docs/channels/espa.md).
"""

from dataclasses import dataclass

from basestation.outgoing.channels.channel import Stage

PAGED, ACKNOWLEDGED = "3", "6"

#: Call status (record 7): how far the call has come, and what is said about it.
_CALL_STATUS = {
    "1": (Stage.FAILED, "the pager system says busy"),
    "2": (Stage.SENT, "the pager system has it in its queue"),
    "3": (Stage.SENT, "the transmitter has sent it out; nobody knows whether the pager heard it"),
    "4": (Stage.FAILED, "the pager is absent or in its charger"),
    "5": (Stage.SENT, "the pager system has ended the call and has not said that it arrived"),
    "6": (Stage.DELIVERED, "the pager has acknowledged it"),
    "7": (Stage.SENT, "a speech channel is open"),
    "71": (Stage.SENT, "a speech channel is open, the pager was called"),
    "72": (Stage.FAILED, "a speech channel is open, the pager is absent"),
    "8": (Stage.FAILED, "the pager system reports a fault"),
}

_PAGED_DELIVERED = (Stage.DELIVERED, "the pager system says that the pager has it")

#: System status (record 8); `0` is reserved and says nothing.
_SYSTEM_STATUS = {"1": "the pager system reports that its transmitter has failed"}

#: What the receiving station puts before a NAK.
NAK_GARBLED, NAK_BUSY, NAK_INVALID = "1", "2", "3"
_NAKS = {
    NAK_GARBLED: "the pager system received it garbled",
    NAK_BUSY: "the pager system is busy and takes no call now",
    NAK_INVALID: "the pager system does not understand the call: compare the records and addresses set",
}


@dataclass(frozen=True, slots=True)
class CallStatus:
    """What a status says about a call."""

    stage: Stage
    detail: str
    #: Nothing more is to be expected about this call.
    is_last: bool


def call_status(code: str, *, is_paged_delivered: bool = False) -> CallStatus:
    """Return what a call status means; one nobody knows proves nothing and is shown as it came."""
    stage, detail = _CALL_STATUS.get(
        code, (Stage.SENT, f"the pager system reports a status unknown here ({code!a:.20})")
    )
    if code == PAGED and is_paged_delivered:
        stage, detail = _PAGED_DELIVERED
    return CallStatus(stage, detail, is_last=stage is not Stage.SENT or code == "5")


def system_status(code: str) -> str:
    """Return what is wrong with the pager system, as a sentence; empty for nothing."""
    if code in {"", "0"}:
        return ""
    return _SYSTEM_STATUS.get(code, f"the pager system reports a fault unknown here ({code!a:.20})")


def proves_transmitter(code: str) -> bool:
    """Tell whether a call status says that the transmitter works."""
    return code in {PAGED, ACKNOWLEDGED}


def nak(code: str) -> str:
    """Return why a block or a selection was refused."""
    if not code:
        return "the pager system refused it and did not say why"
    return _NAKS.get(code, f"the pager system refused it with a code unknown here ({code!a:.20})")
