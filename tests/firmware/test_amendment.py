"""Settings over the air on the device: what is believed, when it is applied, and what is taken back."""

from story import Story

from firmware import amendment
from firmware.amendment import EVENTS, FAILED_STARTS_MAX, IGNORED, STATES, TABLE, TRIAL_MS
from firmware.effects import ChangeSettings
from firmware.sealed import is_sealed, seal
from protocol.sealing import settings_text

KEY = "5e" * 32
NAME = "unit-7"


class Changed(Story):
    """A story whose board keeps changes; `kept` is what its disk holds, unless `does_refuse`."""

    def __init__(self, kept=None, settings=None, key=KEY, data=b"", is_linked=True, does_refuse=False):
        self.does_refuse = does_refuse
        self.steps = []
        self.kept, cause = amendment.started(kept or amendment.nothing_kept())
        super().__init__(settings, data, False, 0, cause or "power_on")
        self.device.upkeep.begin(0, key.encode(), self.kept)
        if is_linked:
            self.link(True)
        self.stand(3)
        self.receipt_all()

    def _note(self, t_ms, effect):
        super()._note(t_ms, effect)
        if not isinstance(effect, ChangeSettings):
            return
        self.steps.append(effect.step)
        if effect.step == "restart":
            return
        if not self.does_refuse:
            if effect.step == "apply":
                self.kept = amendment.applied(self.kept, effect.order)
            elif effect.step == "confirm":
                self.kept = amendment.confirmed(self.kept)
            else:
                self.kept = amendment.undone(self.kept)
        self.board._perform(t_ms, self.device.upkeep.note_kept(t_ms, not self.does_refuse))

    def order(self, counter=5, version=3, key=KEY, mark="real", seq=None, **values):
        """Let a sealed command arrive; return its (boot, seq)."""
        values = values or {"tilt_limit_deg": 45}
        signature = seal(key.encode(), settings_text(NAME, version, counter, values))
        fields = {"version": version, "counter": counter, "values": values, "signature": signature}
        return self.command("settings", fields, mark=mark, seq=seq)

    def answers(self):
        """Return (result, reason) of every answer."""
        return [(message["result"], message.get("reason")) for _, message in self.sent("answer")]

    def again(self, **kwargs):
        """Return the next start, with what the disk holds."""
        return Changed(self.kept, data=bytes(self.board.journal), **kwargs)


def test_every_state_has_a_word_for_every_event():
    """The product of the table; what is ignored is named as such, and every state is reached."""
    reached = ["NONE", "TRIAL"]
    for state in STATES:
        assert sorted(TABLE[state]) == sorted(EVENTS), state
        for event in EVENTS:
            after = TABLE[state][event]
            assert after == IGNORED or after in STATES, (state, event)
            reached.append(after)
    assert [state for state in STATES if state not in reached] == []


def test_the_seal_is_that_of_the_standard():
    """RFC 4231, test cases 1, 2 and 6; one wrong digit, one digit less and a longer key are no seal."""
    for key, text, digits in (
        (b"\x0b" * 20, b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        (b"Jefe", b"what do ya want for nothing?",
         "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        (b"\xaa" * 131, b"Test Using Larger Than Block-Size Key - Hash Key First",
         "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
    ):  # fmt: skip
        assert seal(key, text) == digits
        assert is_sealed(key, text, digits)
        assert not is_sealed(key, text, digits[:-1])
        for place in (0, 31, 63):
            wrong = "0" if digits[place] != "0" else "1"
            assert not is_sealed(key, text, digits[:place] + wrong + digits[place + 1 :])
        assert not is_sealed(key + b"x", text, digits)


def test_a_change_is_applied_by_a_restart_and_answered_when_the_base_was_heard():
    """Not before; the answer comes by itself, and again for every repeat."""
    story = Changed()
    boot, seq = story.order()
    assert story.steps == ["apply", "restart"]
    assert story.answers() == []
    assert story.kept["values"] == {"tilt_limit_deg": 45, "version": 3}
    later = story.again()
    assert later.last("started")["cause"] == "settings"
    assert later.steps == ["confirm"]
    assert later.answers() == [("done", None)]
    answer = later.last("answer")
    assert (answer["answers_boot"], answer["answers_seq"]) == (boot, seq)
    later.order(seq=seq)
    assert later.answers() == [("done", None)] * 2
    assert later.again().last("started")["cause"] == "power_on"


def test_each_command_that_is_not_right_is_refused_with_a_sentence_and_counted():
    """Nothing of it is kept."""
    story = Changed(dict(amendment.nothing_kept(), counter=4))
    nothing = dict(story.kept)
    for kwargs, reason in (
        ({"key": "5f" * 32}, "the signature is wrong"),
        ({"mark": "test"}, "settings are never a test or a drill"),
        ({"counter": 3}, "a later command was here before"),
        ({"tilt_limit_deg": 81}, "tilt_limit_deg is 81 degrees; it must lie between 30 and 80 degr"),
        ({"nonsense": 1}, "There is no setting called nonsense."),
        ({"rest_detection_ms": 80000}, "rest_detection_ms + rest_pre_alarm_ms + the detector's own time "),
    ):  # fmt: skip
        story.order(**kwargs)
        assert story.answers()[-1] == ("refused", reason)
    story.command("settings", {"version": 3, "counter": 9, "values": {"tilt_limit_deg": 45}})
    assert story.answers()[-1] == ("refused", "the signature is wrong")
    assert story.steps == []
    assert story.kept == nothing
    story.wait(30)
    assert story.last("heartbeat")["counts"]["refused_settings"] == 7
    keyless = Changed(key="")
    keyless.order()
    assert keyless.answers() == [("refused", "this device has no key for its settings")]


def test_a_command_recorded_for_another_device_version_or_value_is_no_seal():
    """Everything that counts is under the seal."""
    right = settings_text(NAME, 3, 5, {"a": 1, "b": 2})
    assert right == settings_text(NAME, 3, 5, {"b": 2, "a": 1})
    for other in (
        settings_text("unit-8", 3, 5, {"a": 1, "b": 2}), settings_text(NAME, 4, 5, {"a": 1, "b": 2}),
        settings_text(NAME, 3, 6, {"a": 1, "b": 2}), settings_text(NAME, 3, 5, {"a": 1, "b": 3}),
        settings_text(NAME, 3, 5, {"a": 1}),
    ):  # fmt: skip
        assert other != right


def test_the_same_counter_is_acted_on_once_and_a_smaller_one_never():
    """One step around the last one, after a restart too."""
    story = Changed()
    story.order(counter=5)
    later = story.again()
    for counter, result in ((4, "refused"), (5, "done")):
        later.order(counter=counter, tilt_limit_deg=50)
        assert later.answers()[-1][0] == result, counter
        assert later.steps == ["confirm"]
    later.order(counter=6, version=4, tilt_limit_deg=50)
    assert later.steps == ["confirm", "apply", "restart"]


def test_a_change_waits_for_the_end_of_an_alarm_and_of_its_last_word():
    """It is not answered meanwhile; a newer one takes its place, an older one never does."""
    story = Changed()
    story.hold(2100)
    story.receipt_all()
    first = story.order()
    story.order(seq=first[1])
    story.order(counter=7, version=4, tilt_limit_deg=50)
    story.order(counter=6, version=4, tilt_limit_deg=55)
    assert story.answers() == [("refused", "a later command was here before")]
    assert story.steps == []
    story.hold(5100)
    # The reset is told, and its receipt is the moment.
    assert story.steps == []
    story.receipt_all()
    assert story.steps == ["apply", "restart"]
    assert story.kept["values"]["tilt_limit_deg"] == 50


def test_a_pre_alarm_holds_a_change_up_to_its_very_end():
    """One step around the cancel of it, and around the moment in which the alarm is raised."""
    for is_cancelled in (True, False):
        story = Changed(settings={"position_detection_ms": 1000, "position_pre_alarm_ms": 5000})
        story.walk(5)
        story.receipt_all()
        while not story.sent("pre-alarm"):
            story.lie_ms(20)
        story.receipt_all()
        deadline_ms = story.sent("pre-alarm")[0][0] + 5000
        story.order()
        if is_cancelled:
            story.press()
        else:
            story.wait_ms(deadline_ms - story.now_ms - 1)
            assert story.sent("raised") == []
            story.wait_ms(2)
            assert story.sent("raised") != []
        assert story.steps == []
        story.receipt_all()
        assert (story.steps == ["apply", "restart"]) == is_cancelled


def test_a_change_waits_for_the_key_and_for_the_link():
    """Whoever is about to call for help is not disturbed, and nothing is tried that cannot be answered."""
    story = Changed()
    story.key(True)
    story.order()
    story.wait_ms(1900)
    assert story.steps == []
    story.key(False)
    story.wait_ms(100)
    assert story.steps == ["apply", "restart"]
    story = Changed()
    story.hold(2100)
    story.receipt_all()
    story.order()
    story.hold(5100)
    story.link(False)
    story.wait(20)
    assert story.steps == []


def test_a_technical_alarm_that_has_its_receipt_holds_up_no_change():
    """The change may be what ends it."""
    story = Changed()
    story.board.battery(story.now_ms, 3500, 10, False)
    assert story.sent("raised", "technical") != []
    story.order()
    assert story.steps == []
    story.receipt_all()
    assert story.steps == ["apply", "restart"]


def test_without_an_answer_of_the_base_the_settings_are_taken_back_at_the_end_of_the_trial():
    """One step around it, with a link or without; the base is told, and the repeated order refused."""
    for is_linked in (True, False):
        story = Changed()
        story.order()
        trial = Trying(story.kept, data=bytes(story.board.journal), is_linked=is_linked)
        trial.wait_ms(TRIAL_MS - trial.now_ms - 1)
        assert trial.steps == []
        trial.wait_ms(1)
        assert trial.steps == ["undo", "restart"]
        back = trial.again()
        assert back.last("started")["cause"] == "settings_undone"
        assert back.kept["values"] is None
        back.order()
        assert back.answers() == [("refused", "tried and taken back: the base did not answer, or no start")]
        assert back.again().last("started")["cause"] == "power_on"


class Trying(Changed):
    """A start whose base station says nothing."""

    def receipt_all(self):
        """Say nothing."""


def test_an_answer_to_an_earlier_start_ends_no_trial_and_one_in_the_last_moment_does():
    """Also while the device only waits for a moment to go back; new orders are not answered meanwhile."""
    story = Changed()
    story.order()
    trial = Trying(story.kept, data=bytes(story.board.journal))
    started = trial.last("started")
    trial.receipt({"boot": started["boot"] - 1, "seq": started["seq"]})
    trial.order(counter=9, version=9)
    trial.order(counter=5)
    assert (trial.steps, trial.answers()) == ([], [])
    trial.wait_ms(TRIAL_MS - trial.now_ms - 500)
    trial.key(True)
    trial.wait_ms(600)
    assert trial.steps == []
    trial.receipt(started)
    assert trial.steps == ["confirm"]
    assert trial.answers()[-1] == ("done", None)


def test_starts_that_get_no_answer_are_counted_and_the_last_one_goes_back():
    """One step around the bound; the settings before are those of the change before."""
    kept = dict(amendment.nothing_kept(), values={"tilt_limit_deg": 50, "version": 2}, counter=4)
    order = {"counter": 5, "boot": 1, "seq": 2, "version": 3, "values": {"tilt_limit_deg": 45}}
    kept = amendment.applied(kept, order)
    causes = []
    for _ in range(FAILED_STARTS_MAX + 2):
        kept, cause = amendment.started(kept)
        causes.append((cause, kept["values"]["version"]))
    assert causes == [("settings", 3), ("", 3), ("settings_undone", 2), ("", 2)]
    assert (kept["standing"], kept["counter"]) == ("undone", 5)


def test_a_disk_that_refuses_changes_nothing_and_the_base_is_told():
    """An order, a confirmation and a return each; what cannot be written is tried again where it must be."""
    story = Changed(does_refuse=True)
    story.order()
    assert story.steps == ["apply"]
    assert story.answers() == [("refused", "the device cannot write it down")]
    story.does_refuse = False
    story.order(counter=6)
    trial = Trying(story.kept, data=bytes(story.board.journal), does_refuse=True)
    trial.receipt(trial.last("started"))
    assert (trial.steps, trial.answers()) == (["confirm"], [])
    trial.wait_ms(TRIAL_MS + 1)
    assert trial.steps == ["confirm", "undo"]
    trial.does_refuse = False
    trial.wait_ms(TRIAL_MS + 60000)
    assert trial.steps == ["confirm", "undo", "undo", "restart"]


def test_shift_and_upright_are_those_from_before_the_change():
    """They stand in the journal."""
    story = Changed()
    story.command("shift", {"shift": "early", "state": "on"})
    story.walk(5)
    story.receipt_all()
    story.order()
    assert story.steps[-1] == "restart"
    later = story.again()
    later.wait(30)
    assert later.last("heartbeat")["mode"] == "guarding"
