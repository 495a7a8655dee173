"""What users complain about elsewhere, each as a story in which it does not happen here.

The ten complaints are those of the domain's list, in its order. Beside them a table: each sentence of what the
rescue chain must do, with the test that shows it.
"""

import ast
from pathlib import Path

import pytest

from basestation.cases.chain import Chain, Level, Recipient, Way
from basestation.casework.pressing import Said
from basestation.engine import User
from tests.basestation.site_bench import CHAIN, DEVICE, OPERATOR, running_site

ROOT = Path(__file__).parents[2]
SECOND = User(2, "sofia", "Sofia Second", "operator")
MARA = ("Mara Muster", "address/Mara Muster")

CASES = "tests/basestation/cases/test_case_"
#: The beginning of each sentence of "The chain" -> the test that shows it.
# ruff: noqa: E501
SENTENCES = {
    "Levels in order": f"{CASES}escalation.py::test_levels_are_called_one_after_the_other_and_then_everybody_for_ever",
    "order of channels, how often": f"{CASES}escalation.py::test_each_way_is_tried_as_often_and_at_the_interval_set_then_the_next_and_so_on_for_ever",
    "Chains belong to site, kind and time": "tests/basestation/site/test_responders.py::test_the_first_rule_that_fits_names_the_chain_else_the_default_counts",
    "The chain can begin by the worker's phone": f"{CASES}escalation.py::test_the_workers_phone_is_called_beside_and_never_instead",
    "people are resolved at each step": f"{CASES}escalation.py::test_people_are_found_at_each_step_anew",
    "the operator can add a recipient": f"{CASES}escalation.py::test_a_recipient_can_be_added_and_stays_when_everybody_is_called",
    "or correct an address": f"{CASES}escalation.py::test_a_corrected_address_is_tried_at_once_and_kept_in_this_case",
    "The casualty never counts": "tests/basestation/site/test_responders.py::test_neither_the_casualty_nor_who_has_a_case_of_their_own_is_found",
    "Verbs for every responder": f"{CASES}verbs.py::test_the_whole_way_is_recorded_with_names_and_times_and_told_to_the_device",
    "The next level starts at once": f"{CASES}escalation.py::test_a_level_that_has_declined_is_passed_at_once",
    "or failed": "tests/basestation/outgoing/test_dispatch.py::test_when_nobody_of_a_level_can_be_reached_the_next_is_called_at_once",
    "Taking is not arriving": f"{CASES}helpers_coming.py::test_nobody_on_the_scene_in_time_asks_the_accepter_and_calls_on",
    "Being there has a deadline": f"{CASES}helpers_coming.py::test_being_there_has_a_deadline_that_a_press_extends",
    "Whoever leaves the rota, logs out": f"{CASES}helpers_coming.py::test_whoever_leaves_the_rota_or_logs_out_loses_the_case_to_the_chain",
    "or does not answer loses the case": f"{CASES}helpers_coming.py::test_whoever_does_not_answer_loses_the_case_to_the_chain",
    "handed over, never just dropped": f"{CASES}helpers_coming.py::test_an_acceptance_is_handed_over_only_when_the_other_accepts",
    "All clear needs somebody on scene": f"{CASES}ending.py::test_without_anybody_there_a_second_person_confirms_the_end",
    "In a silent case the word never suffices": f"{CASES}ending.py::test_recorded_contact_with_the_worker_is_enough_and_in_a_silent_case_never",
    "A device reset closes nothing": f"{CASES}order.py::test_a_reset_on_the_device_is_shown_once_and_closes_nothing",
    "Calls go on without limit of number": "tests/basestation/casework/test_timers.py::test_an_unaccepted_case_is_called_again_for_ever",
    "then those called are told who has it": f"{CASES}verbs.py::test_acceptance_stops_the_calls_and_those_called_are_told_who_has_it",
    "A channel that fails is known at once": f"{CASES}escalation.py::test_a_channel_that_fails_is_left_at_once_for_the_next",
    "No person's case is closed by time": f"{CASES}never_lost.py::test_without_an_all_clear_no_persons_case_is_ever_closed",
    "separate, linked cases; a graver alarm sounds again": f"{CASES}further.py::test_a_case_that_somebody_has_sounds_again_and_calls_beside_them",
    "unless somebody is on scene": f"{CASES}further.py::test_on_the_scene_a_further_alarm_sounds_and_calls_nobody_else",
    "Silence is classified": "tests/basestation/supervision/test_reasons_of_silence.py::test_the_last_words_are_the_cause_of_the_case",
    "The worker is told at every turn": f"{CASES}verbs.py::test_the_whole_way_is_recorded_with_names_and_times_and_told_to_the_device",
    "In a silent case nothing perceptible": "tests/basestation/casework/test_silent_alarms.py::test_while_a_silent_alarm_is_open_nothing_at_all_goes_to_its_device",
    "a page changes nothing when it is merely opened or previewed": "tests/basestation/web/test_responder_page.py::test_a_page_changes_nothing_when_it_is_merely_opened_or_previewed",
    "a reply by SMS needs the case's code": "tests/basestation/cases/test_replies.py::test_random_text_never_yields_a_verb_without_the_exact_code_and_exactly_one_verb",
    "voicemail and an auto-reply are no answer": "tests/basestation/outgoing/test_answering.py::test_voicemail_and_an_auto_reply_are_no_answer",
    "sent, delivered, opened, answered": "tests/basestation/outgoing/test_reporting.py::test_delivered_and_opened_are_shown_apart_and_are_no_answer",
    "Two workers are never merged": "tests/basestation/casework/test_companions.py::test_two_workers_are_never_merged",
    "the technical alarm nobody answers": "tests/basestation/casework/test_companions.py::test_when_everybody_was_called_in_vain_that_is_a_technical_alarm_until_somebody_accepts",
    "Each class has its own chain": "tests/basestation/casework/test_companions.py::test_a_class_of_silence_has_a_chain_of_its_own",
    "many at once are one collective case": "tests/basestation/supervision/test_collective_silence.py::test_many_silent_at_once_are_one_case_that_lists_every_worker",
    "whoever stays silent 60 s after the others": "tests/basestation/supervision/test_collective_silence.py::test_who_stays_silent_sixty_seconds_after_the_others_gets_a_case_of_its_own",
    "Control-room vigilance": f"{CASES}escalation.py::test_without_anybody_at_a_console_the_next_level_is_called_together_with_it",
    "Time budget": "tests/basestation/cases/test_budget.py::test_each_stage_overspends_against_its_own_limit_and_names_where_that_comes_from",
    "monthly figures": "tests/basestation/cases/test_budget.py::test_the_figures_of_a_month_stand_beside_each_yardstick_with_its_tag",
}


@pytest.mark.parametrize("sentence", SENTENCES)
def test_each_sentence_of_the_chain_has_a_test_that_exists(sentence):
    """A renamed test must not leave a sentence without one."""
    path, name = SENTENCES[sentence].split("::")
    tree = ast.parse((ROOT / path).read_text())
    names = {one.name for one in tree.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)}
    assert name in names


async def test_1_a_false_alarm_costs_its_wearer_one_press_and_its_reason_is_counted(tmp_path):
    """Complaint 1, false man-down alarms: cancelled in time nobody hears of it; what is false is known by why."""
    async with running_site(tmp_path) as site:
        await site.say("pre-alarm", alarm="1-9", alarm_kind="rest", deadline_ms=15_000)
        await site.say("cancelled", alarm="1-9", alarm_kind="rest", by="key")
        site.clock.jump(3600)
        await site.beat()
        assert site.channel.attempts == 0
        await site.raise_alarm(kind="rest")
        await site.engine.press(2, "on_scene", OPERATOR)
        await site.engine.press(2, "false_alarm", OPERATOR, Said("slept in the break"))
        real = (await site.engine.figures("2026-03"))["marks"]["real"]
        assert (real["cancelled"], real["false_alarm_reasons"]) == (1, {"slept in the break": 1})


async def test_2_a_watcher_that_was_dead_for_an_hour_goes_on_where_it_stood(tmp_path):
    """Complaint 2, timers that stop and escalations that never resume after a restart."""
    async with running_site(tmp_path) as site:
        await site.raise_alarm()
        await site.channel.next_notice()
        clock = site.clock
    clock.jump(3600)
    async with running_site(tmp_path, clock, is_furnished=True) as again:
        names = {(await again.channel.next_notice()).recipient for _ in range(2)}
        assert names == {"Mara Muster", "Lea Leiter"}


async def test_3_sent_is_no_answer_and_who_cannot_be_reached_is_known_at_once(tmp_path):
    """Complaint 3, unreachable recipients found out in the emergency, "sent" shown for what never arrived."""
    async with running_site(tmp_path) as site:
        site.channel.fail(1)
        await site.raise_alarm()
        assert (await site.channel.next_notice()).recipient == "Lea Leiter", (
            "at once, not after the answer time"
        )
        shown = (await site.until(lambda now: any(one["is_failed"] for one in now["cases"][0]["called"])))[
            "cases"
        ][0]
        assert {one["name"]: one["is_failed"] for one in shown["called"]} == {
            "Mara Muster": True,
            "Lea Leiter": False,
        }
        assert shown["accepted_by"] is None
        assert shown["is_loud"]


async def test_4_a_test_says_so_everywhere_and_counts_as_no_alarm(tmp_path):
    """Complaint 4, no way to test without alarming everybody: marked, a chain of its own where one is set."""
    async with running_site(tmp_path) as site:
        await site.raise_alarm(mark="test")
        assert "TEST" in (await site.channel.next_notice()).subject
        await site.engine.press(1, "accept", OPERATOR)
        await site.engine.press(1, "all_clear", OPERATOR, Said("test ended"))
        marks = (await site.engine.figures("2026-03"))["marks"]
        assert (marks["test"]["cases"], marks["real"]["cases"]) == (1, 0)


async def test_5_a_decline_calls_the_next_level_at_once(tmp_path):
    """Complaint 5, too few verbs: accept, decline, escalate, on my way, on scene, all of them answered."""
    async with running_site(tmp_path) as site:
        await site.raise_alarm()
        await site.channel.next_notice()
        await site.engine.desk.press(1, "decline", *MARA)
        assert (await site.channel.next_notice()).recipient == "Lea Leiter"
        assert {"accept", "decline", "on_the_way", "on_scene", "escalate"} <= set(
            (await site.cases())[0]["verbs"]
        )


async def test_6_everybody_who_was_called_and_the_worker_learn_who_comes(tmp_path):
    """Complaint 6, nobody sees who has taken it; the worker does not learn that help is on the way."""
    async with running_site(tmp_path) as site:
        await site.raise_alarm()
        await site.channel.next_notice()
        await site.engine.press(1, "on_the_way", OPERATOR, Said(minutes=4))
        told = await site.channel.next_notice()
        assert (told.recipient, told.text_key) == ("Mara Muster", "taken")
        assert "Otto Operator" in told.body
        assert (await site.link.told(DEVICE, "case-state", state="DISPATCHED"))["by"] == "Otto Operator"
        assert (await site.cases())[0]["helpers"][0]["expected_at"] is not None


async def test_7_one_press_of_one_person_who_was_not_there_closes_nothing(tmp_path):
    """Complaint 7, ambiguous buttons: the end has a verb of its own, a reason, and two people if need be."""
    async with running_site(tmp_path) as site:
        await site.raise_alarm()
        await site.engine.press(1, "accept", OPERATOR)
        asked = await site.engine.press(1, "all_clear", OPERATOR, Said("she waved"))
        assert (asked["state"], asked["proposal"]["by"]) == ("ACCEPTED", "Otto Operator")
        closed = await site.engine.press(1, "confirm", SECOND)
        assert (closed["state"], closed["confirmed_by"]) == ("CLOSED", "Sofia Second")
        await site.link.told(DEVICE, "case-state", state="ALL_CLEAR")


async def test_8_no_time_closes_a_case_and_a_closed_one_never_calls_again(tmp_path):
    """Complaint 8, pages again months later, or is closed by itself after five days."""
    async with running_site(tmp_path) as site:
        await site.raise_alarm()
        site.clock.jump(5 * 86_400)
        await site.beat()
        assert (await site.only_case(state="RECEIVED"))["is_loud"]
        await site.engine.press(1, "on_scene", OPERATOR)
        await site.engine.press(1, "all_clear", OPERATOR, Said("is well"))
        await site.engine.dispatch.idle()
        clock = site.clock
    clock.jump(90 * 86_400)
    async with running_site(tmp_path, clock, is_furnished=True) as again:
        await again.beat()
        await again.engine.dispatch.idle()
        assert not [one for one in again.channel.notices if one.case_id == 1 and one.text_key != "closed"]


async def test_9_the_next_level_is_called_at_its_second_and_again(tmp_path):
    """Complaint 9, coarse timing, one to ten minutes at the least, no repeats."""
    async with running_site(tmp_path) as site:
        await site.engine.set_chain(
            Chain(
                "Quick",
                (
                    Level("Desk", (Recipient("person", "Mara Muster", (Way("memory", 2, 10, "m"),)),), 15),
                    CHAIN.levels[1],
                ),
            )
        )
        await site.raise_alarm()
        called = []
        for second, who in ((0, "Mara Muster"), (10, "Mara Muster"), (15, "Lea Leiter")):
            site.clock.jump(second - sum(called))
            called.append(second - sum(called))
            assert (await site.channel.next_notice()).recipient == who


async def test_10_nobody_gives_up_a_person_after_a_number_of_tries(tmp_path):
    """Complaint 10, fixed throttles and "three times, then give up": after thirty rounds it still calls."""
    async with running_site(tmp_path) as site:
        site.channel.fail(100)
        await site.raise_alarm()
        for attempt in range(30):
            await site.channel.attempted(attempt + 1)
            await site.engine.dispatch.idle()
            site.clock.jump(61)
        site.channel.work()
        site.clock.jump(61)
        while not (await site.channel.next_notice()).is_person:
            # That nobody answers is a technical alarm of its own, and called out too.
            continue
