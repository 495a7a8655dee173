"""Clearance: every rule of the packs speaks where it should and is silent where it should not."""

import itertools
from datetime import timedelta

import pytest
from lone_shift import END, NOW, PACKS, READY, assessed, judged, record, shift, spoken

from basestation.clearance.configuring import changes_for
from basestation.clearance.judging import OverrideRefused, clearance, overridden
from basestation.clearance.question import Device
from basestation.clearance.rules import Terms
from basestation.clearance.vocabulary import FORBIDDEN_WORKS

LATE = END + timedelta(days=1)
DEAF = Device("pns-1", is_ready=False, is_tested=True)
UNTESTED = Device("pns-1", is_ready=True, is_tested=False)
CHECKED_OUT = record("device_check", "device", "passed", until=NOW)
FIT = record("fitness", "worker", "fit", until=LATE, about="fall_hazard")
LAB = {"works": frozenset({"laboratory"})}


def bound(*conditions):
    """Return a record that only says what follows for the work."""
    return record("work_condition", "worker", "in_force", conditions=frozenset(conditions))


#: rule, pack, question in which it speaks, question that differs in what it asks for.
CASES = [
    *(("forbidden_work", "lone_work", shift(assessed(), works=frozenset({work})),
       shift(assessed(), works=frozenset({work}), has_second_person=True)) for work in FORBIDDEN_WORKS),
    ("risk_too_high", "lone_work", shift(assessed(6, 5, 300)), shift(assessed(5, 5, 300))),
    ("help_too_far", "lone_work", shift(assessed(help_s=901)), shift(assessed(help_s=900))),
    ("critical_and_likely", "lone_work", shift(assessed(7, 7)), shift(assessed(7, 6))),
    ("not_fit", "lone_work",
     shift(assessed(), record("fitness", "worker", "not_fit"), has_second_person=True),
     shift(assessed(), record("fitness", "worker", "fit_with_conditions"))),
    ("not_assessed", "lone_work", shift(), shift(assessed())),
    ("raised_by_drills", "lone_work", shift(assessed(help_s=240), drills_s=(241,)),
     shift(assessed(help_s=240), drills_s=(240,))),
    ("not_instructed", "lone_work", shift(assessed(4), records=(assessed(4),)), shift(assessed(4))),
    ("supervision_by_rounds", "lone_work", shift(assessed(4, 6)), shift(assessed(4, 7))),
    ("permanent_by_probability", "lone_work", shift(assessed(4, 7)), shift(assessed(4, 6))),
    ("permanent_by_hazard", "lone_work", shift(assessed(7)), shift(assessed(6))),
    ("second_person_at_critical", "lone_work", shift(assessed(7)),
     shift(assessed(7), record("equivalence", "site", "confirmed"))),
    ("alarm_kinds", "lone_work", shift(assessed(4)), shift(assessed(3))),
    ("no_device", "lone_work", shift(assessed(4), device=None), shift(assessed(4))),
    ("device_not_ready", "lone_work", shift(assessed(4), device=DEAF), shift(assessed(4))),
    ("device_not_tested", "lone_work", shift(assessed(4), device=UNTESTED), shift(assessed(4))),
    ("device_check", "lone_work", shift(assessed(4), CHECKED_OUT), shift(assessed(4))),
    ("chain_not_ready", "lone_work", shift(assessed(4), chain_faults=("nobody",)), shift(assessed(4))),
    ("no_raised_hazard", "lone_work", shift(assessed(4), bound("no_raised_hazard")),
     shift(assessed(3), bound("no_raised_hazard"))),
    ("needs_second_person", "lone_work", shift(assessed(), bound("second_person")),
     shift(assessed(), bound("second_person"), has_second_person=True)),
    ("no_night_work", "lone_work", shift(assessed(), bound("no_night_work"), is_night=True),
     shift(assessed(), bound("no_night_work"))),
    ("always_able_to_call", "lone_work", shift(assessed(), bound("always_able_to_call"), device=None),
     shift(assessed(), bound("always_able_to_call"))),
    *((f"fitness_{work}", "fitness", shift(assessed(), works=frozenset({work})),
       shift(assessed(), record("fitness", "worker", "fit", until=END, about=work), works=frozenset({work})))
      for work in ("breathing_apparatus", "fall_hazard", "offshore")),
    ("mandatory_care", "fitness",
     shift(assessed(),
           record("preventive_care", "worker", "attended_mandatory", until=NOW, about="mandatory")),
     shift(assessed())),
    ("admission", "laboratory", shift(assessed(), **LAB),
     shift(assessed(), record("admission", "worker", "passed", until=END), **LAB)),
    ("dangerous_experiment_by_two", "laboratory", shift(works=frozenset({"dangerous_experiment"})),
     shift(works=frozenset({"dangerous_experiment"}), has_second_person=True)),
    ("overnight_by_two", "laboratory", shift(works=frozenset({"overnight_work"})),
     shift(works=frozenset({"overnight_work"}), has_second_person=True)),
    ("overnight_approved", "laboratory", shift(works=frozenset({"overnight_work"})),
     shift(record("approval", "workplace", "given", until=END), works=frozenset({"overnight_work"}))),
    ("inspection", "laboratory", shift(record("inspection", "workplace", "no_findings", until=NOW), **LAB),
     shift(**LAB)),
    ("attested", "attestation", shift(assessed()),
     shift(assessed(), record("attestation", "workplace", "class_2", until=END))),
    ("dangerous_class", "attestation", shift(record("attestation", "workplace", "class_4", until=END)),
     shift(record("attestation", "workplace", "class_3", until=END))),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "pack", "where", "where_not"), CASES, ids=[case[0] for case in CASES])
def test_every_rule_speaks_where_it_should_and_nowhere_else(rule, pack, where, where_not):
    """One question in which it holds, and one that differs in what it asks for."""
    assert rule in spoken(judged(where, pack) if pack != "lone_work" else judged(where))
    assert rule not in spoken(judged(where_not, pack) if pack != "lone_work" else judged(where_not))


def test_every_rule_of_every_pack_has_its_case():
    """A rule that nobody tried is no rule."""
    assert {rule.name for rules in PACKS.values() for rule in rules} == {case[0] for case in CASES}


def test_a_low_hazard_with_everything_on_record_is_cleared():
    """Nothing speaks against it: no reason, no terms."""
    found = judged(shift(assessed()))
    assert (found.result, found.reasons, found.terms) == ("cleared", (), Terms())


@pytest.mark.parametrize(("minutes", "result"), [(-1, "refused"), (0, "conditions"), (1, "conditions")])
def test_what_runs_out_before_the_planned_end_is_not_valid_now(minutes, result):
    """Validity is checked up to the planned end; its last moment counts."""
    until = END + timedelta(minutes=minutes)
    question = shift(
        assessed(4), records=(assessed(4), record("instruction", "worker", "given", until=until))
    )
    found = judged(question)
    assert (found.result, found.lapses_at) == (result, until)


def test_the_newest_record_counts_and_one_of_the_future_does_not():
    """A second instruction replaces the first; what will be issued is not on record yet."""
    old = record("fitness", "worker", "not_fit", number=1)
    assert judged(shift(assessed(), old, record("fitness", "worker", "fit", number=2))).result == "cleared"
    later = record("fitness", "worker", "fit", number=3)
    later = type(later)(3, "fitness", "worker", "7", "fit", NOW + timedelta(days=1))
    assert "not_fit" in spoken(judged(shift(assessed(), old, later)))


def test_unfit_for_work_that_is_not_done_here_is_no_refusal():
    """Who may not wear breathing apparatus may still work without."""
    unfit = record("fitness", "worker", "not_fit", about="offshore")
    assert judged(shift(assessed(), unfit)).result == "cleared"
    assert judged(shift(assessed(), unfit, works=frozenset({"offshore"}))).is_final


def test_unfit_stays_unfit_after_its_certificate_has_run_out():
    """Only a new certificate changes it."""
    assert "not_fit" in spoken(judged(shift(assessed(), record("fitness", "worker", "not_fit", until=NOW))))


def test_conditions_of_a_person_bind_without_any_rule_and_end_with_their_record():
    """The strictest of all counts."""
    words = ("check_in_30_min", "check_in_60_min", "rounds", "always_able_to_call")
    found = judged(shift(assessed(), bound(*words)))
    assert found.result == "conditions"
    assert found.terms == Terms("rounds", frozenset({"manual"}), {}, 30, needs_second_person=False)
    ended = record(
        "work_condition", "worker", "in_force", until=NOW - timedelta(1), conditions=frozenset(words)
    )
    taken_back = record("work_condition", "worker", "ended", conditions=frozenset(words))
    assert (
        judged(shift(assessed(), ended)).result == judged(shift(assessed(), taken_back)).result == "cleared"
    )
    permanent = judged(shift(assessed(), bound("permanent_supervision", "rounds")))
    assert permanent.terms.supervision == "permanent"


def test_of_two_assessments_the_worse_counts():
    """One of the workplace, one of the activity."""
    activity = record("risk_assessment", "activity", "in_force", figures=(8, 2, 60))
    assert judged(shift(assessed(), activity)).terms.supervision == "permanent"
    unread = record("risk_assessment", "activity", "in_force")
    assert judged(shift(assessed(), unread)).result == "cleared"


def test_no_files_weaken_what_nobody_may_override():
    """Without any rule the five cases are refused, each by name and for everybody (domain.md)."""
    questions = {
        "forbidden_work": shift(works=frozenset({"silo_entry"})),
        "risk_too_high": shift(assessed(6, 6, 0)),
        "help_too_far": shift(assessed(1, 1, 901)),
        "critical_and_likely": shift(assessed(7, 7, 0)),
        "not_fit": shift(record("fitness", "worker", "not_fit")),
    }
    for name, question in questions.items():
        found = clearance(question, ())
        assert (found.result, found.is_final) == ("refused", True)
        assert name in spoken(found)
        with pytest.raises(OverrideRefused, match="Nobody may"):
            overridden(found, "M. Sample", "it is urgent", is_worker=False, is_authorised=True)


def test_another_refusal_is_overridden_by_somebody_else_who_may_and_says_why():
    """It stays visible: reasons, name and reason are kept."""
    found = judged(shift())
    done = overridden(found, "M. Sample", " assessed on paper ", is_worker=False, is_authorised=True)
    assert (done.result, done.reasons) == ("conditions", found.reasons)
    assert done.override is not None
    assert (done.override.by, done.override.reason) == ("M. Sample", "assessed on paper")


@pytest.mark.parametrize(
    ("is_worker", "is_authorised", "reason"), [(True, True, "why"), (False, False, "why"), (False, True, " ")]
)
def test_nobody_overrides_their_own_refusal_nor_without_right_or_reason(is_worker, is_authorised, reason):
    """A named, authorised person other than the worker, with a reason."""
    with pytest.raises(OverrideRefused):
        overridden(judged(shift()), "A", reason, is_worker=is_worker, is_authorised=is_authorised)


def test_what_is_not_refused_cannot_be_overridden():
    """There is nothing to override."""
    with pytest.raises(OverrideRefused, match="nothing"):
        overridden(judged(shift(assessed())), "A", "why", is_worker=False, is_authorised=True)


def test_every_question_has_an_answer_with_reasons_that_speak_both_languages():
    """Total: over the product of what a question may hold, nothing raises, no refusal is unexplained."""
    records = [(), (assessed(),), (assessed(7, 7, 901),), (record("fitness", "worker", "not_fit"),)]
    product = itertools.product(
        records, (None, READY, DEAF, UNTESTED), ((), ("fault",)), (False, True), (False, True),
        (frozenset(), frozenset({"silo_entry"}), frozenset({"overnight_work"})), ((), (9999,)),
    )  # fmt: skip
    rules = [rule for pack in PACKS.values() for rule in pack]
    for kept, device, faults, has_second, is_night, works, drills in product:
        question = shift(
            *kept, device=device, chain_faults=faults, has_second_person=has_second, is_night=is_night,
            works=works, drills_s=drills,
        )  # fmt: skip
        found = clearance(question, rules)
        refusals = [one for one in found.reasons if one.verdict == "refused"]
        assert (found.result == "refused") == bool(refusals)
        assert all(one.text["de"] and one.remedy["en"] and one.source for one in found.reasons)


def test_terms_add_up_to_the_stricter_of_both():
    """In supervision, kinds, settings, interval and company."""
    one = Terms("rounds", frozenset({"rest"}), {"a": 5, "b": 1}, 30)
    other = Terms("none", frozenset({"fall"}), {"a": 3}, 60, needs_second_person=True)
    both = Terms("rounds", frozenset({"rest", "fall"}), {"a": 3, "b": 1}, 30, needs_second_person=True)
    assert one + other == other + one == both


def test_the_terms_configure_the_device_and_never_weaken_it():
    """Only what differs; an unknown setting is left alone, a stricter one too."""
    terms = Terms(
        "permanent", frozenset({"manual", "rest", "fall"}), {"manual_hold_ms": 1500, "x": 1, "y_ms": 9}
    )
    settings = {"is_rest_on": 0, "is_fall_on": 1, "manual_hold_ms": 2000, "y_ms": 9}
    assert changes_for(terms, settings) == {"is_rest_on": 1, "manual_hold_ms": 1500}
