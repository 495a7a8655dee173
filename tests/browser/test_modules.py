"""The plain functions of the page, run where they run: in the browser."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.fixture
def call(console, station):
    """Return a function that calls a function of one of the page's modules."""
    page = console(station, login=None)

    def call(module: str, name: str, *arguments):
        code = "([module, name, args]) => import(`/static/${module}`).then((file) => file[name](...args))"
        return page.evaluate(code, [module, name, list(arguments)])

    return call


def test_a_held_order_moves_no_row_hides_no_alarm_and_says_when_it_is_not_true(call):
    """Free: the server's order. Held: rows keep their places, ended ones too, new ones come at the end."""
    cases = [
        ([], [3, 1], False, [3, 1], True),
        ([1, 2], [2, 1], False, [2, 1], True),
        ([1, 2], [1, 2], True, [1, 2], True),
        ([1, 2], [2, 1], True, [1, 2], False),
        ([1, 2], [9, 1, 2], True, [1, 2, 9], False),
        ([1, 2], [2], True, [1, 2], False),
        ([1, 2], [1, 2, 7], True, [1, 2, 7], True),
        ([1, 2], [], True, [1, 2], False),
    ]
    for shown, truth, is_held, ids, is_true in cases:
        assert call("order.js", "orderOf", shown, truth, is_held) == {"ids": ids, "isTrue": is_true}


def test_durations_are_read_at_a_glance(call):
    """Never negative, minutes and seconds, then hours, then days."""
    texts = {-5: "0:00", 0: "0:00", 59: "0:59", 60: "1:00", 3599: "59:59", 3600: "1:00:00"}
    for seconds, text in (texts | {172799: "47:59:59", 172800: "2 d 0 h"}).items():
        assert call("station_time.js", "duration", seconds) == text


def test_the_gravest_loud_case_chooses_the_tone(call):
    """A person before an overdue helper before a technical alarm before a test; quiet when all is taken."""
    person = {"is_loud": True, "is_person": True, "mark": "real", "state": "RECEIVED"}
    overdue = person | {"state": "ACCEPTED"}
    technical = person | {"is_person": False}
    test = person | {"mark": "test"}
    grave = person | {"gravity": 0}
    silent = person | {"is_silent_alarm": True, "gravity": 2}
    taken = person | {"is_loud": False, "state": "ACCEPTED"}
    for cases, tone in (
        ([], None),
        ([taken], None),
        ([test, taken], "test"),
        ([test, technical], "technical"),
        ([technical, overdue], "overdue"),
        ([test, technical, overdue, person], "person"),
        ([silent, grave | {"gravity": 3}], "silent"),
        ([silent, grave], "person"),
        ([silent | {"mark": "drill"}], "test"),
        ([silent | {"state": "ACCEPTED"}], "overdue"),
        ([person | {"mark": "drill"}], "test"),
        ([person | {"kind": "a-kind-of-tomorrow"}], "person"),
    ):
        assert call("alarms.js", "toneOf", cases) == tone


def test_trouble_of_the_station_is_said_in_words(call):
    """Whoever watches a quiet list learns that it cannot be anything but quiet."""
    well = {"broker": {"state": "UP"}, "mqtt": {"is_connected": True}, "canary": {"is_healthy": True}}
    assert call("alarms.js", "troubleOf", well) == ""
    assert "down" in call("alarms.js", "troubleOf", well | {"broker": {"state": "DOWN"}})
    assert "disk" in call("alarms.js", "troubleOf", well | {"broker": {"state": "SPACE_SHORT"}})
    assert "no connection" in call("alarms.js", "troubleOf", well | {"mqtt": {"is_connected": False}})
    assert "not proven" in call("alarms.js", "troubleOf", well | {"canary": {"is_healthy": False}})


def test_without_javascript_a_sentence_says_that_no_alarm_is_shown(console, station):
    """An empty page would look like a quiet night."""
    page = console(station, login=None, java_script_enabled=False)
    sentence = page.locator(".noscript")
    expect(sentence).to_be_visible()
    assert "no alarm is shown here" in sentence.text_content()
