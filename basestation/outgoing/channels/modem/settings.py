"""How a site's modem is set: the serial port, the SIM's PIN, and limits.

The limits are conventions of this product. The PIN is a secret: nothing prints it.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

#: The rates that modems know.
_BAUDS = (9600, 19_200, 38_400, 57_600, 115_200, 230_400, 460_800, 921_600)


class ModemSettings(BaseModel):
    """One modem. Every wrong value is refused with a sentence, which does not repeat it."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    #: Device name of the serial port; one below /dev/serial/by-id stays the same after unplugging.
    port: Annotated[str, Field(min_length=1, max_length=255)]
    #: Over USB the figure does not matter.
    baud: int = 115_200
    #: Whether the line has RTS and CTS.
    is_flow_controlled: bool = False
    #: PIN of the SIM; empty for a SIM that asks for none. It is tried once only.
    pin: Annotated[str, Field(repr=False)] = ""

    #: How long the network's centre tries to deliver, in minutes.
    validity_min: Annotated[int, Field(ge=5, le=1440)] = 60
    #: Parts of one text; a longer one is cut at its end.
    parts_max: Annotated[int, Field(ge=1, le=8)] = 4
    #: How long the modem may take to answer a command, in seconds.
    answer_s: Annotated[float, Field(ge=0.2, le=30)] = 5.0
    #: How long the network may take to accept a part, in seconds.
    send_s: Annotated[float, Field(ge=0.2, le=120)] = 45.0
    #: How often modem, network and store are looked at, in seconds.
    look_s: Annotated[float, Field(ge=0.2, le=300)] = 30.0
    #: How long the other parts of a received message are waited for, in seconds.
    part_wait_s: Annotated[float, Field(ge=0, le=3600)] = 300.0
    #: Answers that one sender gets in an hour, so that two machines do not talk for ever.
    answers_per_hour_max: Annotated[int, Field(ge=1, le=60)] = 12
    #: A weaker signal counts as not working, in dBm.
    signal_dbm_min: Annotated[int, Field(ge=-113, le=-51)] = -109

    @field_validator("baud")
    @classmethod
    def _is_a_rate(cls, baud: int) -> int:
        if baud not in _BAUDS:
            raise ValueError(
                f"baud must be one of {', '.join(map(str, _BAUDS))}: look into the modem's manual"
            )
        return baud

    @field_validator("pin")
    @classmethod
    def _is_a_pin(cls, pin: str) -> str:
        if pin and not (pin.isascii() and pin.isdigit() and 4 <= len(pin) <= 8):
            raise ValueError("pin must be the 4 to 8 digits of the SIM's PIN, or empty")
        return pin
