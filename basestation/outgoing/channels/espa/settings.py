"""How a site's ESPA 4.4.4 line is set: our role, the addresses, the serial port and the time-outs.

The standard asks for 7 data bits, even parity, 2 stop bits and 300 to 9600 baud, and recommends address 1
for the control station and 2 for the pager system; many sites set something else, so all of it can be set.
Time-outs are conventions of this product. Nothing here is secret.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from basestation.outgoing.channels.espa.frames import ADDRESS_MAX

_StationAddress = Annotated[str, Field(pattern=r"^[0-9A-Za-z]$")]
_BeepCode = Annotated[str, Field(pattern=r"^[1-9]$")]
#: The standard's rates, and what serial servers add to them.
_BAUDS = (300, 600, 1200, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200)

#: An ACK that may be a late one counts when no other answer has followed for so many reply times.
CONFIRMING_REPLIES = 3
#: The dispatcher gives a send up after 20 s; the channel knows sooner what became of it, and says so.
PATIENCE_MS_MAX = 19_000
#: What a call holds beside address and text, in bytes.
_FRAME_BYTES = 28


class EspaSettings(BaseModel):
    """One line. Every wrong value is refused with a sentence."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    #: `control_station`: we poll and call; `slave`: the pager system polls us, and gets the calls then.
    role: Literal["control_station", "slave"] = "control_station"
    #: Our address on the line; by default 1 as control station, 2 as slave.
    own_address: _StationAddress | None = None
    #: The pager system's address; by default 2 where we are control station, 1 where we are slave.
    pager_system_address: _StationAddress | None = None
    #: Further stations that are polled, and may be called as `address/pager`; for a control station.
    more_stations: tuple[_StationAddress, ...] = ()

    #: Device name of the serial port; one below /dev/serial/by-id stays the same after unplugging.
    port: Annotated[str, Field(min_length=1, max_length=255)]
    baud: int = 9600
    data_bits: Literal[7, 8] = 8
    parity: Literal["none", "even", "odd"] = "none"
    stop_bits: Literal[1, 2] = 1
    #: `ascii`: umlauts as two letters; `german`: the German ISO 646 set; `latin1`: needs 8 data bits.
    character_set: Literal["ascii", "german", "latin1"] = "ascii"

    #: From what we send to the answer of the other station.
    reply_ms: Annotated[int, Field(ge=50, le=6000)] = 1000
    #: A longer pause between two bytes ends what was begun.
    gap_ms: Annotated[int, Field(ge=20, le=5000)] = 500
    #: From poll to poll, as control station.
    poll_ms: Annotated[int, Field(ge=100, le=60_000)] = 2000
    #: As slave: without a poll for so long, the pager system does not answer.
    silence_ms: Annotated[int, Field(ge=500, le=120_000)] = 10_000
    #: A transaction of the other side that goes on for longer is ended.
    transaction_ms: Annotated[int, Field(ge=500, le=60_000)] = 10_000
    #: A call that has not had the line for so long has failed.
    wait_ms: Annotated[int, Field(ge=500, le=18_000)] = 7000
    #: A call has failed when so many tries ended without an answer, or with a garbled one.
    tries_max: Annotated[int, Field(ge=1, le=9)] = 3

    #: Longest display text, in characters; 128 by the standard, many handsets show fewer.
    text_max: Annotated[int, Field(ge=56, le=240)] = 128
    #: Records of a call, by code; 1 address, 2 text, 3 beep, 4 call type, 5 transmissions, 6 priority.
    records: Annotated[str, Field(pattern=r"^12?3?4?5?6?$")] = "123456"
    #: Beep code (record 3) of an alarm about a person, of a silent one, and of everything else.
    alarm_beep: _BeepCode = "1"
    silent_beep: _BeepCode = "1"
    other_beep: _BeepCode = "2"
    #: How often the transmitter sends a call (record 5).
    transmissions: Annotated[int, Field(ge=1, le=9)] = 1
    #: Set only where the pager system says "paged" when the handset has confirmed, not when it was sent out.
    is_paged_delivered: bool = False
    #: Without a word about a call for so long, its status is asked for (header 3); 0 never asks.
    ask_after_ms: Annotated[int, Field(ge=0, le=600_000)] = 0

    @property
    def byte_us(self) -> int:
        """Return how long a byte takes on the line, in microseconds."""
        bits = 1 + self.data_bits + (self.parity != "none") + self.stop_bits
        return -(-bits * 1_000_000 // self.baud)

    @property
    def block_ms(self) -> int:
        """Return how long the longest call takes on the line."""
        return (self.text_max + ADDRESS_MAX + _FRAME_BYTES) * self.byte_us // 1000

    @property
    def own(self) -> str:
        """Return our address."""
        return self.own_address or ("1" if self.role == "control_station" else "2")

    @property
    def pager_system(self) -> str:
        """Return the pager system's address."""
        return self.pager_system_address or ("2" if self.role == "control_station" else "1")

    @property
    def stations(self) -> tuple[str, ...]:
        """Return every station we speak with, the pager system first."""
        return (self.pager_system, *self.more_stations)

    @field_validator("baud")
    @classmethod
    def _is_a_rate(cls, baud: int) -> int:
        if baud not in _BAUDS:
            raise ValueError(
                f"baud must be one of {', '.join(map(str, _BAUDS))}: ask what the pager system is set to"
            )
        return baud

    @model_validator(mode="after")
    def _fits_together(self) -> "EspaSettings":
        stations = [self.own, *self.stations]
        if len(set(stations)) < len(stations):
            raise ValueError("every station on the line needs an address of its own: two are the same")
        if self.more_stations and self.role == "slave":
            raise ValueError(
                "more_stations is for a control station: as slave we speak with the pager system only"
            )
        if self.character_set == "latin1" and self.data_bits != 8:
            raise ValueError("character_set latin1 needs data_bits 8")
        replies = self.tries_max + 1 + CONFIRMING_REPLIES
        patience_ms = self.wait_ms + replies * self.reply_ms + self.tries_max * self.block_ms
        if patience_ms > PATIENCE_MS_MAX:
            raise ValueError(
                f"a call could take {patience_ms} ms and is given up after {PATIENCE_MS_MAX}: "
                "lower wait_ms, reply_ms, tries_max or text_max, or raise baud"
            )
        return self
