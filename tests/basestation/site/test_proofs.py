"""Every address is confirmed by its person, and kept fresh by test messages."""

import asyncio
from datetime import timedelta

import pytest

from basestation.engine import EntryRefused
from basestation.outgoing.channels import Answer, Delivery, Report, Stage
from basestation.site.proof_words import codes_in, new_code, words_of_test
from tests.basestation.site.rescue_bench import BY, rescue_site
from tests.basestation.site_bench import NOW, running_site

#: A Monday, ten o'clock at the site (UTC).
MORNING = 4 * 3600
DAY = 86_400


class Mail:
    """A channel that keeps what it is given and answers as it is told."""

    def __init__(self):
        self.notices = []
        self.answer = Delivery(Stage.SENT, "relay")

    async def __call__(self, channel, notice):
        assert channel == "email"
        self.notices.append(notice)
        return self.answer


async def asked(site, *, at_s=MORNING):
    """Let Anna with one address be asked, by hand and not by the loop; return channel and notice."""
    mail = Mail()
    rescue = site.rescue
    rescue.proofs.send = mail
    await rescue.sites.change(1, "Plant", "UTC", 30, BY)
    await rescue.responders.add("Anna Beispiel", "en", None, None, BY)
    await rescue.responders.set_addresses(1, [("email", "anna@x.example")], BY)
    site.clock.jump(at_s)
    await rescue.proofs.send_due(site.clock.now())
    return mail


async def shown(rescue):
    """Return how far the one address is proven, its age in days and what the last test said."""
    (person,) = await rescue.responders.all()
    (address,) = person["addresses"]
    return address["proof"], address["proof_age_days"], address["test_result"]


async def test_a_new_address_is_asked_for_and_only_the_press_confirms_it(tmp_path):
    """Sent, delivered and opened prove nothing before; a code counts however it is written."""
    async with rescue_site(tmp_path) as site:
        mail = await asked(site)
        (notice,) = mail.notices
        proofs = site.rescue.proofs
        assert (notice.mark, notice.text_key, notice.key) == ("test", "proof", "proof/1/1")
        assert notice.subject.startswith("TEST")
        assert notice.body.startswith("TEST - this is no alarm")
        assert notice.code in notice.body
        assert await shown(site.rescue) == ("asked", None, "sent: relay")
        for stage in (Stage.DELIVERED, Stage.OPENED):
            assert await proofs.reported(Report(notice.key, stage))
        assert (await shown(site.rescue))[0] == "asked"
        assert await proofs.confirm(notice.code.lower()) == "Thank you. You can be reached here."
        assert await shown(site.rescue) == ("proven", 0, "confirmed by the person")
        assert await proofs.confirm(notice.code)


async def test_a_confirmed_address_is_tested_again_and_only_what_arrives_keeps_it_fresh(tmp_path):
    """After 30 days; sent alone lets it grow stale, and the person is asked again every third day."""
    async with rescue_site(tmp_path) as site:
        mail = await asked(site)
        proofs = site.rescue.proofs
        await proofs.confirm(mail.notices[0].code)
        for day in range(1, 39):
            site.clock.jump(DAY)
            await proofs.send_due(site.clock.now())
            assert (await shown(site.rescue))[:2] == ("proven" if day <= 37 else "stale", day)
        assert [notice.key for notice in mail.notices] == [f"proof/1/{number}" for number in (1, 2, 3, 4)]
        await proofs.reported(Report("proof/1/3", Stage.DELIVERED))
        assert (await shown(site.rescue))[0] == "stale"
        await proofs.reported(Report("proof/1/4", Stage.OPENED))
        assert (await shown(site.rescue))[0] == "stale"
        await proofs.reported(Report("proof/1/4", Stage.DELIVERED, "handset"))
        assert await shown(site.rescue) == ("proven", 0, "delivered: handset")


async def test_a_test_that_fails_says_so_and_is_tried_again_within_the_hour(tmp_path):
    """It does not count as asked."""
    async with rescue_site(tmp_path) as site:
        proofs = site.rescue.proofs
        mail = await asked(site, at_s=0)
        assert mail.notices == []
        mail.answer = Delivery(Stage.FAILED, "no mail server")
        site.clock.jump(MORNING)
        again_at = await proofs.send_due(site.clock.now())
        assert await shown(site.rescue) == ("unproven", None, "failed: no mail server")
        assert again_at == NOW + timedelta(seconds=MORNING + 3600)
        mail.answer = Delivery(Stage.SENT)
        for seconds, count in ((3599, 1), (1, 2)):
            site.clock.jump(seconds)
            await proofs.send_due(site.clock.now())
            assert len(mail.notices) == count
        assert (await shown(site.rescue))[0] == "asked"


async def test_tests_are_sent_by_day_at_the_site_and_at_once_where_somebody_asks(tmp_path):
    """From nine to five, Monday to Friday."""
    async with rescue_site(tmp_path) as site:
        mail = await asked(site, at_s=0)
        people, proofs = site.rescue.responders, site.rescue.proofs
        since_s = 0
        for at_s, count in (
            (3 * 3600 - 1, 0),
            (3 * 3600, 1),
            (11 * 3600 - 1, 2),
            (11 * 3600, 2),
            (6 * DAY, 2),
        ):
            await people.set_addresses(1, [("email", f"anna-{at_s}@x.example")], BY)
            site.clock.jump(at_s - since_s)
            await proofs.send_due(site.clock.now())
            assert len(mail.notices) == count, at_s
            since_s = at_s
        assert await proofs.ask(1, BY) == 1
        assert len(mail.notices) == 3


async def test_an_answer_counts_by_its_code_or_a_key_pressed_in_the_call_and_no_machine_answers(tmp_path):
    """Whatever else somebody writes is about something else."""
    async with rescue_site(tmp_path) as site:
        mail = await asked(site)
        (notice,) = mail.notices
        proofs = site.rescue.proofs
        for answer in (
            Answer("sms", "0000 111", "yes", key=notice.key),
            Answer("sms", "0000 111", f"Out of office: {notice.code}", is_automatic=True),
            Answer("voice", "0000 111", key=notice.key, verb="accept", is_automatic=True),
            Answer("voice", "0000 111", key="case/1/1", verb="accept"),
            Answer("voice", "0000 111", key="proof/1/2", verb="accept"),
            Answer("sms", "0000 111", new_code()),
        ):
            assert not await proofs.answered(answer)
        assert (await shown(site.rescue))[0] == "asked"
        assert await proofs.answered(Answer("sms", "0000 111", f"ok {notice.code}."))
        assert (await shown(site.rescue))[0] == "proven"
        assert await proofs.answered(Answer("voice", "0000 111", key=notice.key, verb="accept"))


async def test_a_code_of_an_older_message_or_of_an_address_that_is_gone_confirms_nothing(tmp_path):
    """Nor does anything that is none, or a report of something else."""
    async with rescue_site(tmp_path) as site:
        mail = await asked(site)
        rescue = site.rescue
        await rescue.proofs.ask(1, BY)
        old, new = (notice.code for notice in mail.notices)
        for code in (old, new_code(), "", "<script>"):
            with pytest.raises(EntryRefused, match="not known, or a newer one"):
                await rescue.proofs.confirm(code)
        for key in ("case/1/2", "proof/1/2/3", "proof/x/2", "proof/1/²"):
            await rescue.proofs.reported(Report(key, Stage.DELIVERED))
        assert not await rescue.proofs.reported(Report("case/1/2", Stage.DELIVERED))
        await rescue.responders.set_addresses(1, [("email", "other@x.example")], BY)
        with pytest.raises(EntryRefused, match="not known"):
            await rescue.proofs.confirm(new)
        with pytest.raises(EntryRefused, match="no address that could be tested"):
            await rescue.proofs.ask(2, BY)


async def test_the_loop_of_the_base_station_asks_by_itself_through_the_channel(tmp_path):
    """As soon as an address is there, through the channel that it names."""
    async with running_site(tmp_path, is_furnished=True) as site:
        site.clock.jump(MORNING)
        await site.engine.rescue.responders.add("Anna Beispiel", "de", None, None, BY)
        await site.engine.rescue.responders.set_addresses(1, [("memory", "anna")], BY)
        notice = await site.channel.next_notice()
        assert (notice.address, notice.recipient) == ("anna", "Anna Beispiel")
        assert "kein Alarm" in notice.body
        changes = site.engine.changes()
        async with asyncio.timeout(5):
            while (await shown(site.engine.rescue))[0] != "asked":
                await anext(changes)


def test_the_words_of_a_test_name_the_page_where_there_is_one():
    """And always the code; in the person's language, else in English."""
    subject, body = words_of_test("Anna", "de", "ABCDEFGH23", "https://x.example/proof/ABCDEFGH23")
    assert "TEST" in subject
    assert "https://x.example/proof/ABCDEFGH23" in body
    assert "answer with ABCDEFGH23" in words_of_test("Anna", "fr", "ABCDEFGH23", "")[1]
    assert codes_in(f"ok: abcdefgh23! ({new_code()})")[0] == "ABCDEFGH23"
    assert codes_in("ABCDEFGH234 ABCDEFGH2") == []
