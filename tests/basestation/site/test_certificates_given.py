"""Which devices were given a certificate, and until when."""

from datetime import timedelta

from sqlalchemy import select

from basestation.store.tables import log
from basestation.trust.authority import Authority
from tests.basestation.site_bench import DEVICE, NOW, running_site


async def test_the_newest_certificate_of_a_device_is_listed_with_its_end_and_logged(tmp_path):
    """Of one that was given none nothing is said; a certificate that is given anew takes its place."""
    async with running_site(tmp_path) as site:
        await site.engine.add_device("pna-02")
        authority = Authority(tmp_path / "authority", NOW)
        for days in (9, 30):
            issued = authority.issue_client(DEVICE, NOW + timedelta(days=days))
            await site.engine.certificates.note(DEVICE, issued.certificate)
        await site.engine.certificates.note("pna-02", "")
        ends = {one["name"]: one["certificate_ends_at"] for one in await site.engine.devices()}
        assert ends == {DEVICE: "2026-04-01T06:00:00.000Z", "pna-02": None}
        async with site.database.connect() as connection:
            query = select(log.c.device).where(log.c.kind == "certificate_given")
            assert (await connection.execute(query)).scalars().all() == [DEVICE] * 2
