"""What counts as an answer: stories on the engine, with a real store and answers as channels give them."""

from prometheus_client import generate_latest

from basestation.cases.chain import WORKER, Chain, Level, Recipient, Way
from basestation.outgoing.channels import Answer
from tests.basestation.site_bench import DEVICE, running_site

MARA, LEA, WILLI, NOBODY = "+49 170 0000001", "+49 170 0000002", "+49 170 0000003", "+49 170 0000009"
BY = "Otto Officer"


def ways(number):
    """Return one way, tried once in five minutes."""
    return (Way("memory", 1, 300, number),)


async def prepare(site, *more):
    """Set a chain whose first level has Mara and whoever else, the second one Lea; Willi is at work."""
    first = (Recipient("person", "Mara Muster", ways(MARA)), *more)
    second = (Recipient("person", "Lea Leiter", ways(LEA)),)
    await site.engine.set_chain(Chain("Plant", (Level("First", first, 300), Level("Second", second, 300))))
    await site.start_shift()


async def alarm(site, kind="manual", **fields):
    """Raise an alarm and return its case once Mara was told."""
    await site.raise_alarm(kind=kind, **fields)
    await site.channel.next_notice()
    await site.engine.dispatch.idle()
    return (await site.cases())[0]


async def text(site, words, sender=MARA, **more):
    """Let a message come in, and return what its sender gets back."""
    return await site.engine.answering.answer(Answer("sms", sender.replace(" ", ""), words, **more))


async def came(site, case_id=1):
    """Return the answers in the timeline of a case."""
    timeline = await site.engine.timeline(case_id)
    return [entry for entry in timeline if entry["kind"] == "answer_received"]


def counted(site, outcome, channel="sms"):
    """Tell how many answers came to this."""
    line = f'rufweite_answers_total{{channel="{channel}",outcome="{outcome}"}} '
    text = generate_latest(site.metrics).decode()
    return next((float(each.removeprefix(line)) for each in text.splitlines() if each.startswith(line)), 0.0)


async def test_a_reply_by_sms_with_the_code_of_the_case_is_an_acceptance(tmp_path):
    """A deliberate act of somebody who was called; confirmed, and shown as four different things."""
    async with running_site(tmp_path) as site:
        await prepare(site)
        case = await alarm(site)
        assert case["called"][0]["ways"][0]["stage"] == "sent"
        sentence = await text(site, f"{case['code']} 1")
        assert sentence == (
            "Case 1, Emergency button, Willi Werker: "
            "You have it. Go there or send help, and say when you are on the way."
        )
        after = await site.only_case(state="ACCEPTED", accepted_by="Mara Muster")
        way = after["called"][0]["ways"][0]
        assert way["stage"] == "answered"
        assert (way["delivered_at"], way["opened_at"]) == (None, None)
        (entry,) = await came(site)
        facts = {name: entry[name] for name in ("channel", "sender", "name", "words", "outcome")}
        assert facts == {
            "channel": "sms", "sender": "…001", "name": "Mara Muster", "words": f"{case['code']} 1",
            "outcome": "counted",
        }  # fmt: skip
        assert counted(site, "counted") == 1


async def test_a_reply_that_is_no_verb_with_the_code_is_shown_and_answered_and_never_counted(tmp_path):
    """Whatever is in doubt: the calls go on, and its sender is told how to answer."""
    async with running_site(tmp_path) as site:
        await prepare(site)
        case = await alarm(site)
        code = case["code"]
        wrong = ("1", "accept", "ok", "0000 1", code, f"{code} not 1", f"{code} 1 2", f"{code} 1 \ud800")
        for words in wrong:
            assert (await text(site, words)).startswith("Nothing was counted: "), words
            assert (await site.cases())[0]["state"] == "RECEIVED"
        entries = await came(site)
        assert [entry["words"] for entry in entries[:-1]] == list(wrong[:-1])
        assert {(entry["outcome"], entry["name"]) for entry in entries} == {("hint", "Mara Muster")}
        site.clock.jump(300)
        assert (await site.channel.next_notice()).recipient in ("Mara Muster", "Lea Leiter")


async def test_voicemail_and_an_auto_reply_are_no_answer(tmp_path):
    """Neither what a machine made nor what reads like it; nobody writes back to a machine."""
    async with running_site(tmp_path) as site:
        await prepare(site)
        case = await alarm(site)
        for words, is_automatic in ((f"{case['code']} 1 out of office", False), (f"{case['code']} 1", True)):
            assert await text(site, words, is_automatic=is_automatic) == ""
        notice = site.channel.notices[0].key
        voicemail = Answer("voice", MARA, key=notice, verb="accept", is_automatic=True)
        assert await site.engine.answering.answer(voicemail) == ""
        assert (await site.cases())[0]["state"] == "RECEIVED"
        assert [entry["outcome"] for entry in await came(site)] == ["automatic"] * 3


async def test_nobody_whom_the_site_does_not_know_accepts_a_case(tmp_path):
    """Not even with its code: it is shown, and its sender is told."""
    async with running_site(tmp_path) as site:
        await prepare(site)
        case = await alarm(site)
        sentence = await text(site, f"{case['code']} 1", NOBODY)
        assert sentence == "Nothing was counted: nobody of this site is known by this number or address."
        assert (await site.cases())[0]["state"] == "RECEIVED"
        (entry,) = await came(site)
        assert (entry["sender"], entry["outcome"]) == ("…009", "unknown_sender")


async def test_somebody_of_the_site_who_was_not_called_may_come_all_the_same(tmp_path):
    """They heard of it from somebody: help is help. An address of two people stands for neither."""
    async with running_site(tmp_path) as site:
        await prepare(site)
        people = site.engine.rescue.responders
        for number, name in enumerate(("Cara Muster", "Dora Muster", "Egon Muster"), 1):
            await people.add(name, "de", None, None, BY)
            await people.set_addresses(number, [("sms", NOBODY if number == 1 else "0170 555555555")], BY)
        case = await alarm(site)
        await text(site, f"{case['code']} 1", "0170555555555")
        assert (await came(site))[0]["outcome"] == "unknown_sender"
        sentence = await text(site, f"{case['code']} 3 5", NOBODY)
        assert sentence.startswith("Fall 1, Notruftaste, Willi Werker: Sie sind unterwegs, noch 5 Minuten.")
        await site.only_case(state="DISPATCHED", accepted_by="Cara Muster")


async def test_every_verb_of_a_responder_comes_by_text(tmp_path):
    """Accept, on the way with minutes, on scene, sign of life, need more, escalate, all clear with why."""
    async with running_site(tmp_path) as site:
        await prepare(site)
        case = await alarm(site)
        told = ("1", "3 10", "4", "0", "5 a stretcher", "6", "7", "7 is well, had slept")
        said = [await text(site, f"{case['code']} {words}") for words in told]
        assert [sentence.partition("Werker: ")[2] for sentence in said[:6]] == [
            "You have it. Go there or send help, and say when you are on the way.",
            "You are on the way, 10 minutes. Say when you are there.",
            "You are on the scene. Say that you are well when you are asked.",
            "Your sign of life has come in.",
            "More people are called.",
            "The next level is called.",
        ]
        assert "say why" in said[6]
        assert said[7].endswith("Closed: all clear.")
        closed = await site.engine.case(1)
        assert (closed["closed_by"], closed["reason"]) == ("Mara Muster", "is well, had slept")
        assert [case["id"] for case in await site.cases() if case["is_person"]] == []


async def test_declining_by_text_calls_the_next_level_at_once(tmp_path):
    """All recipients of the first level have declined: nobody waits for its time."""
    async with running_site(tmp_path) as site:
        await prepare(site)
        case = await alarm(site)
        assert (await text(site, f"{case['code']} decline")).endswith("Declined. Others are called.")
        assert (await site.channel.next_notice()).recipient == "Lea Leiter"


async def test_a_key_in_a_call_counts_for_whom_the_call_was_for(tmp_path):
    """The channel knows the notice, so no code is needed; what nobody knows any more counts for nothing."""
    async with running_site(tmp_path) as site:
        await prepare(site)
        await alarm(site)
        notice = site.channel.notices[0]
        answering = site.engine.answering
        sentence = await answering.answer(Answer("voice", MARA, key="gone", verb="accept"))
        assert sentence == "Nothing was counted: this message is not known here any more."
        assert (await site.cases())[0]["state"] == "RECEIVED"
        sentence = await answering.answer(Answer("voice", "", key=notice.key, verb="accept"))
        assert "You have it." in sentence
        await site.only_case(accepted_by="Mara Muster")


async def test_a_verb_that_is_not_offered_comes_back_as_its_sentence(tmp_path):
    """In the language of whoever sent it; an acceptance said twice is confirmed twice and is one."""
    async with running_site(tmp_path) as site:
        await site.engine.rescue.responders.add("Lea Leiter", "de", None, None, BY)
        await site.engine.rescue.responders.set_addresses(1, [("sms", LEA)], BY)
        await prepare(site)
        case = await alarm(site)
        assert await text(site, f"{case['code']} 3 16") == (
            "Say 1 to 15 minutes: help has to be on the spot within 15."
        )
        assert (await site.cases())[0]["state"] == "RECEIVED"
        twice = [await text(site, f"{case['code']} 1") for _ in range(2)]
        assert twice[0] == twice[1]
        assert await text(site, f"{case['code']} 1", LEA) == (
            "Mara Muster hat diesen Fall übernommen: bitte erst mit ihr oder ihm sprechen."
        )
        assert [entry["outcome"] for entry in await came(site)] == [
            "refused", "counted", "counted", "refused",
        ]  # fmt: skip
        events = [entry["kind"] for entry in await site.engine.timeline(1)]
        assert events.count("accept_pressed") == 1


async def test_whoever_takes_a_technical_alarm_by_text_acknowledges_it(tmp_path):
    """Its reply has no other word."""
    async with running_site(tmp_path) as site:
        await prepare(site)
        case = await alarm(site, "technical", cause="battery_low")
        assert (await text(site, f"{case['code']} 1")).endswith("Acknowledged by you.")
        await site.only_case(state="ACKNOWLEDGED")


async def test_the_workers_own_phone_never_accepts_and_may_say_that_all_is_right(tmp_path):
    """Their words are shown to those who help; a cry for more is one."""
    async with running_site(tmp_path) as site:
        await site.engine.add_worker("Wanda Werker", WILLI)
        await prepare(site, Recipient(WORKER, "Worker"))
        wanda = await _case_of_wanda(site, await alarm(site))
        seen = []
        for words in ("1", "7 I am well", "need more"):
            assert await text(site, f"{wanda['code']} {words}", WILLI) == (
                "Your words are shown to those who help you."
            )
            case = await site.engine.case(wanda["id"])
            seen.append((case["state"], case["all_right_at"] is not None, case["more_wanted_by"]))
        assert seen == [
            ("RECEIVED", False, None), ("RECEIVED", True, None), ("RECEIVED", True, "Wanda Werker"),
        ]  # fmt: skip
        assert {entry["name"] for entry in await came(site, wanda["id"])} == {"Wanda Werker"}


async def _case_of_wanda(site, case):
    """Return a case of Wanda, whose phone the site knows."""
    await site.engine.add_device("pna-02")
    await site.start_shift(device="pna-02", worker_id=2)
    await site.say("raised", device="pna-02", seq=900, alarm="1-900", alarm_kind="manual", repeat=0)
    snapshot = await site.until(lambda now: len(now["cases"]) == 2)
    return next(one for one in snapshot["cases"] if one["id"] != case["id"])


async def test_in_a_silent_case_nothing_goes_to_the_workers_phone(tmp_path):
    """Whoever threatens them may hold it; their words are shown, and prove nothing."""
    async with running_site(tmp_path) as site:
        await prepare(site)
        await site.engine.add_worker("Wanda Werker", WILLI)
        await site.engine.add_device("pna-02")
        await site.start_shift(device="pna-02", worker_id=2)
        await site.say("raised", device="pna-02", seq=900, alarm="1-900", alarm_kind="silent", repeat=0)
        case = await site.only_case(state="RECEIVED")
        for words in (f"{case['code']} all clear I am fine", f"{case['code']} 1", "who is there?"):
            assert await text(site, words, WILLI) == "", words
        after = await site.only_case(state="RECEIVED")
        assert (after["all_right_at"], after["accepted_by"]) == (None, None)
        assert {entry["outcome"] for entry in await came(site, case["id"])} == {"worker"}


async def test_whoever_has_an_open_alarm_of_their_own_is_no_help(tmp_path):
    """A helper in danger is called for, not counted on."""
    async with running_site(tmp_path) as site:
        people = site.engine.rescue.responders
        await site.engine.add_worker("Mara Muster")
        await people.add("Mara Muster", "en", None, 2, BY)
        await people.set_addresses(1, [("memory", MARA)], BY)
        await prepare(site)
        case = await alarm(site)
        await site.engine.add_device("pna-02")
        await site.start_shift(device="pna-02", worker_id=2)
        await site.say("raised", device="pna-02", seq=900, alarm="1-900", alarm_kind="fall", repeat=0)
        snapshot = await site.until(lambda now: len(now["cases"]) == 2)
        sentence = await text(site, f"{case['code']} 1")
        assert sentence.startswith("Nothing was counted: you have an open alarm of your own.")
        own = next(one for one in snapshot["cases"] if one["device"] != DEVICE)
        assert await text(site, f"{own['code']} 1") == "Your words are shown to those who help you."
        assert {one["state"] for one in await site.cases()} == {"RECEIVED"}
