"""Who makes a report, when, in what language and for whose eyes: what every document begins and ends with."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from basestation.reports.document import Writer


@dataclass(frozen=True, slots=True)
class Made:
    """One making of a report."""

    language: str
    zone: tzinfo
    zone_name: str
    at: datetime
    by: str
    #: Of this base station.
    station: str
    version: str

    @property
    def writer(self) -> Writer:
        """Return what writes its values."""
        return Writer(self.language, self.zone)

    @property
    def at_s(self) -> int:
        """Return when, in whole seconds since 1970."""
        return int(self.at.timestamp())

    def footer(self, words: dict[str, Any]) -> str:
        """Return what stands beneath every page."""
        text: str = words["footer"].format(
            product=words["product"],
            version=self.version,
            station=self.station,
            made_at=self.writer.time(self.at),
            by=self.by,
        )
        return text
