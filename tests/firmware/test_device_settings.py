"""Settings: every limit from both sides, and the sums."""

from firmware import alarm
from firmware.settings import DEFAULTS, Settings, SettingsError


def refusal(values):
    """Return the sentence by which these settings are refused, or ""."""
    try:
        Settings.from_dict(values)
    except SettingsError as error:
        return str(error)
    return ""


def test_the_defaults_are_valid_and_all_are_numbers():
    """What a device does that nobody has configured."""
    settings = Settings.from_dict({})
    for setting in DEFAULTS:
        assert getattr(settings, setting.name) == setting.default
        assert setting.low <= setting.default <= setting.high
        assert not isinstance(setting.default, bool)


def test_a_value_outside_its_limits_is_refused_with_value_and_limit():
    """One below, one above; the limits themselves are inside."""
    for setting in DEFAULTS:
        for value in (setting.low - 1, setting.high + 1):
            sentence = refusal({setting.name: value})
            assert setting.name + " is " + str(value) in sentence, setting.name
            assert str(setting.low) in sentence
            assert str(setting.high) in sentence
        for value in (setting.low, setting.high):
            assert "must lie between" not in refusal({setting.name: value}) or "length" in refusal(
                {setting.name: value}
            )


def test_detection_and_pre_alarm_together_keep_the_limit_of_the_kind():
    """What the detector itself takes counts; one ms below the limit, at it and one beyond."""
    for name, limit_ms in (
        ("position", 90000),
        ("rest", 90000),
        ("loss", 90000),
        ("escape", 10000),
        ("time", 900000),
    ):
        kind = alarm.BY_NAME[name]
        for detection in kind.detections:
            for beyond_ms in (-1, 0, 1):
                pre_alarm_ms = 6000
                detection_ms = limit_ms - kind.latency_ms - pre_alarm_ms + beyond_ms
                values = {other: 10000 for other in kind.detections if name == "loss"}
                values.update({detection: detection_ms, kind.pre_alarm: pre_alarm_ms})
                sentence = refusal(values)
                assert bool(sentence) == (beyond_ms > 0), (values, sentence)
                if sentence:
                    assert "is " + str(limit_ms + 1) + " ms (" + str(detection_ms) + " + 6000" in sentence
                    assert "at most " + str(limit_ms) + " ms" in sentence


def test_kinds_without_a_detection_time_of_their_own_keep_their_limits_too():
    """Manual at most 60 s, a fall 90 s: no pre-alarm that can be set exceeds them; 45 s is the longest."""
    for name in ("manual_pre_alarm_ms", "fall_pre_alarm_ms"):
        assert refusal({name: 45000}) == ""
        assert "45000 ms" in refusal({name: 45001})


def test_where_the_hazard_is_critical_the_manual_alarm_takes_less_than_two_seconds():
    """Hold and pre-alarm together; the default hold is too long there."""
    assert "is_hazard_critical" not in refusal({})
    assert "under 2000 ms" in refusal({"is_hazard_critical": 1})
    assert refusal({"is_hazard_critical": 1, "manual_hold_ms": 1999}) == ""
    assert "2000 ms (1000 + 1000)" in refusal(
        {"is_hazard_critical": 1, "manual_hold_ms": 1000, "manual_pre_alarm_ms": 1000}
    )


def test_what_does_not_go_together_is_refused():
    """A reset must not be quicker than an alarm, nor an alarm on the spot quicker than a repeat."""
    sentence = "reset_hold_ms is 5000 ms; it must be more than manual_hold_ms, 5000 ms."
    assert refusal({"manual_hold_ms": 5000}) == sentence
    assert "more than repeat_ms" in refusal({"repeat_ms": 20000})
    assert "more than battery_critical_percent, 15 %" in refusal({"battery_critical_percent": 15})


def test_two_heartbeats_find_their_place_in_the_time_until_a_lost_link_is_heard():
    """One may be lost without a false alarm: the limit, -1/0/+1 ms."""
    for heartbeat_ms, link_loss_ms in ((5000, 15000), (25000, 55000), (27500, 60000), (60000, 125000)):
        for step_ms in (-1, 0, 1):
            values = {"heartbeat_ms": heartbeat_ms, "link_loss_ms": link_loss_ms + step_ms}
            assert (refusal(values) == "") == (step_ms >= 0), values
    assert "at least 55000 ms" in refusal({"link_loss_ms": 54999})
    assert refusal({"heartbeat_ms": 27501}) != ""


def test_alarm_data_are_repeated_every_thirty_seconds_at_the_latest():
    """No site can set it higher: the limit, -1/0/+1 ms; the default is 5 s."""
    for repeat_ms, is_allowed in ((29999, True), (30000, True), (30001, False)):
        assert (refusal({"repeat_ms": repeat_ms, "unheard_ms": 60000}) == "") == is_allowed
    assert Settings().repeat_ms == 5000


def test_an_upright_direction_must_be_as_long_as_gravity():
    """Three zeros mean: learn it."""
    assert "length" in refusal({"upright_x_mg": 849})
    assert "length" in refusal({"upright_x_mg": 1000, "upright_y_mg": 1000})
    assert refusal({"upright_x_mg": 850}) == ""
    assert refusal({"upright_x_mg": -600, "upright_y_mg": 800}) == ""


def test_unknown_names_and_what_is_no_whole_number_are_refused():
    """A misspelt setting must not be believed to be in force."""
    assert refusal({"tilt_limit": 60}) == "There is no setting called tilt_limit."
    for value in ("60", None, True, [60]):
        assert "tilt_limit_deg must be a whole number" in refusal({"tilt_limit_deg": value})
