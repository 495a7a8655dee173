"""Which devices were given a certificate of their own, and until when it holds.

Decides nothing; keeps number and end of the newest that was handed over, never the certificate or its key.
One given by an older program is not known. Times are aware UTC.
"""

from cryptography import x509
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.clock import Clock, iso_of_ms, to_ms
from basestation.store import log
from basestation.store.committer import GroupCommitter, Work
from basestation.store.database import upsert
from basestation.store.log_in_tables import device_certificates as table


class DeviceCertificates:
    """The certificates that the site has given to its devices."""

    def __init__(self, committer: GroupCommitter, clock: Clock) -> None:
        self._committer = committer
        self._clock = clock

    async def note(self, device: str, certificate: str) -> None:
        """Keep that a device was given this certificate (PEM); "": it was given none."""
        if not certificate:
            return
        given = x509.load_pem_x509_certificate(certificate.encode())
        ends_at = given.not_valid_after_utc
        row = {
            "device": device,
            "serial": f"{given.serial_number:x}",
            "ends_at_ms": to_ms(ends_at),
            "given_at_ms": to_ms(self._clock.now()),
        }

        async def keep(work: Work) -> None:
            await upsert(work.connection, table, [row])
            content = {"serial": row["serial"], "ends_at": iso_of_ms(to_ms(ends_at))}
            work.log(log.entry(to_ms(self._clock.now()), "certificate_given", content, device=device))

        await self._committer.run(keep)


async def ends_of_all(connection: AsyncConnection) -> dict[str, str | None]:
    """Return for each device that was given a certificate when it ends."""
    rows = await connection.execute(select(table.c.device, table.c.ends_at_ms))
    return {row.device: iso_of_ms(row.ends_at_ms) for row in rows}
