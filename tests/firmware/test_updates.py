"""An update as the core sees it: never on shift or in an alarm, and a trial that asks for everything."""

from story import Story

from firmware.effects import StoreUpdate
from firmware.sealed import is_sealed, seal
from firmware.update_order import file_of, is_inside, manifest_of, pieces_of, sealed_part
from firmware.updates import IN_ALARM, ON_SHIFT, Updates
from protocol.messages import UPDATE_PIECE_BYTES
from protocol.sealing import settings_text

ORDER = {"device": "pna-01", "kind": "update", "boot": 3, "seq": 9, "release": "1", "counter": 1, "pieces": 2}


class Link:
    """What the link says."""

    def __init__(self):
        self.is_up = True
        self.receipt_ms = None
        self.due = 0
        self.idle = True
        self.waiting = False
        self.sent = []

    def alarms_due(self):
        return self.due

    def is_idle(self):
        return self.idle

    def is_waiting(self, kind):
        assert kind == "update-state"
        return self.waiting

    def send_once(self, kind, fields, _out):
        self.sent.append((kind, fields))

    def send_event(self, _now_ms, kind, fields, _out):
        self.sent.append((kind, fields))


class Others:
    """Alarms, shift and faults as they are wanted."""

    def __init__(self):
        self.all = []
        self.is_on = False
        self.found = []
        self.is_sensor_failed = False

    def causes(self, _now_ms, _is_key_stuck):
        return self.found


def made():
    """Return the updates of a device off shift with a link, the link, and the rest."""
    link, others = Link(), Others()
    return Updates(link, others, others, others), link, others


def test_an_order_is_handed_to_the_board_off_shift_and_without_any_alarm_only():
    """A pre-alarm counts, and an alarm that waits for its receipt."""
    updates, link, others = made()
    for spoil, why in (
        (lambda: setattr(others, "is_on", True), ON_SHIFT),
        (lambda: setattr(others, "all", ["pre-alarm"]), IN_ALARM),
        (lambda: setattr(link, "due", 1), IN_ALARM),
    ):
        spoil()
        out = []
        updates.take(ORDER, out)
        assert out == []
        assert link.sent[-1] == (
            "answer",
            {"answers_boot": 3, "answers_seq": 9, "result": "refused", "reason": why},
        )
        assert not updates.may_switch()
        others.is_on, others.all, link.due = False, [], 0
    updates.take(ORDER, out)
    assert out[0].message is ORDER
    assert updates.may_switch()
    link.idle = False
    assert not updates.may_switch()
    updates.answer(ORDER, "done", "", out)
    assert link.sent[-1] == ("answer", {"answers_boot": 3, "answers_seq": 9, "result": "done"})


def test_a_release_on_trial_shows_link_receipt_sensor_and_journal():
    """A receipt of before the trial proves nothing, nor one while its own word waits."""
    updates, link, others = made()
    assert updates.missing(900, 100) == "no receipt"
    link.receipt_ms = 99
    assert updates.missing(900, 100) == "no receipt"
    link.receipt_ms = 100
    assert updates.missing(900, 100) == ""
    link.waiting = True
    assert updates.is_waiting()
    assert updates.missing(900, 100) == "no receipt"
    link.waiting, link.is_up = False, False
    assert updates.missing(900, 100) == "no link"
    for fault in ("sensor_silent", "sensor_stuck", "journal_failed"):
        others.found = ["battery_low", fault]
        assert updates.missing(900, 100) == fault
    others.found = ["battery_low"]
    link.is_up = True
    assert updates.missing(900, 100) == ""
    assert not updates.is_sensor_failed()
    others.is_sensor_failed = True
    assert updates.is_sensor_failed()


def test_what_is_told_names_release_state_reason_and_piece():
    """What is not known is left out by the codec."""
    updates, link, _others = made()
    updates.tell(5, "9.0", "receiving", [], "", 17)
    updates.tell(5, "9.0", "rolled_back", [], "no link")
    assert link.sent[0] == (
        "update-state",
        {"release": "9.0", "state": "receiving", "reason": None, "piece": 17},
    )
    assert link.sent[1][1]["reason"] == "no link"


def test_a_seal_is_the_one_of_rfc_4231_and_any_other_is_refused():
    """Test cases 1, 2 and 6 (a key longer than a block)."""
    for key, data, begins in (
        (b"\x0b" * 20, b"Hi There", "b0344c61d8db3853"),
        (b"Jefe", b"what do ya want for nothing?", "5bdcc146bf60754e"),
        (b"\xaa" * 131, b"Test Using Larger Than Block-Size Key - Hash Key First", "60e431591ee0b67f"),
    ):
        seal_of = seal(key, data)
        assert seal_of[:16] == begins
        assert is_sealed(key, data, seal_of)
        assert not is_sealed(key, data, "0" + seal_of[1:])
        assert not is_sealed(key, data, seal_of[:-1])
        assert not is_sealed(key, data + b"!", seal_of)


def test_the_seal_covers_everything_that_an_order_says():
    """And the key is of this purpose and this device only."""
    order = dict(ORDER)
    order["manifest"] = "AAAA"
    parts = [sealed_part(order)]
    for name, value in (
        ("device", "pna-02"),
        ("release", "2"),
        ("counter", 2),
        ("pieces", 3),
        ("manifest", "AAAB"),
    ):
        changed = dict(order)
        changed[name] = value
        parts.append(sealed_part(changed))
    assert len(set(parts)) == 6
    # No seal of settings is one of an order, whatever a device is called.
    assert not [part for part in parts if not part.startswith(b"update\n")]
    assert settings_text("pna-01", 1, 1, {}).startswith(b"settings\n")


def test_a_manifest_names_files_within_its_slot_with_length_and_sum():
    """Anything else names nothing."""
    assert file_of("firmware/main.mpy 12 " + "0" * 64) == ("firmware/main.mpy", 12, "0" * 64)
    for line in (
        "firmware/main.mpy 12",
        "firmware/main.mpy x " + "0" * 64,
        "firmware/main.mpy 12 " + "0" * 63,
        "main.py 12 " + "0" * 64,
        "firmware/../../main.py 12 " + "0" * 64,
        "",
    ):
        assert file_of(line) == ("", 0, "")
    for path in ("/firmware/a", "firmware//a", "other/a", "firmware"):
        assert not is_inside(path)
    assert manifest_of({"manifest": "AAAA"}) == (0, "")
    assert manifest_of({"manifest": "A"}) == (0, "")
    assert manifest_of({"manifest": "AAAAAA" + "A" * 42}) == (0, "")
    assert manifest_of({"manifest": "AQAAAA" + "A" * 42}) == (1, "0" * 64)
    assert [pieces_of(UPDATE_PIECE_BYTES + more) for more in (-1, 0, 1)] == [1, 1, 2]


def test_a_device_out_of_a_slot_hands_orders_on_and_any_other_says_that_it_cannot():
    """A device that was told of no shift guards, and refuses."""
    story = Story()
    fields = {"release": "9.0", "piece": 0, "data": "AAAA"}
    story.command("update-piece", fields)
    assert story.last("answer")["result"] == "unsupported"
    story.device.commands.is_updatable = True
    story.command("update-piece", fields)
    assert story.last("answer")["reason"] == ON_SHIFT
    story.command("shift", {"shift": "s-1", "state": "off"})
    story.command("update-piece", fields)
    handed = [effect for _, effect in story.done if isinstance(effect, StoreUpdate)]
    assert [effect.message["data"] for effect in handed] == ["AAAA"]
