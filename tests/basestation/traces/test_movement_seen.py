"""What the page of a case shows of the movement: the firmware's own detectors over the samples kept."""

from base64 import b64encode

from basestation.traces.movement import Movement
from basestation.traces.seen import GAP_MS, seen
from tests.basestation.site_bench import OPERATOR, running_site

UPRIGHT_MG = {"x": 0, "y": 0, "z": 1000}
STANDING, LYING = (0, 0, 1000), (1000, 0, 0)


def stretch(first_ms, count, sample, step_ms=20):
    """Return `count` samples that are all alike."""
    return [(first_ms + at * step_ms, *sample) for at in range(count)]


def track(tracks, name):
    """Return the track of one detector."""
    return next(one for one in tracks if one["name"] == name)


def test_who_lies_is_beyond_the_limit_of_tilt_from_when_gravity_has_turned():
    """Standing 4 s, lying 6 s: near 0 and near 90 degrees; the span begins in between."""
    samples = stretch(-10_000, 200, STANDING) + stretch(-6_000, 300, LYING)
    tracks, falls = seen(samples, {}, UPRIGHT_MG)
    tilt = track(tracks, "tilt")
    assert (tilt["least"], tilt["limit"], falls) == (0.0, 60, [])
    assert 85 < tilt["most"] <= 90
    ((from_ms, to_ms),) = tilt["spans"]
    assert -6_000 < from_ms < -3_000
    assert to_ms == tilt["t_ms"][-1] == -20
    assert len(tilt["t_ms"]) == len(tilt["values"]) == 50
    # The limit is that of the device's settings.
    later, _ = seen(samples, {"tilt_limit_deg": 80}, UPRIGHT_MG)
    assert track(later, "tilt")["spans"][0][0] > from_ms


def test_only_kinds_that_are_on_have_a_track_and_tilt_only_where_upright_is_known():
    """As the device itself watched."""
    samples = stretch(0, 20, STANDING)
    for settings, upright, wanted in (
        ({}, None, ["blow", "movement"]),
        ({"is_escape_on": 1, "is_fall_on": 0}, UPRIGHT_MG, ["tilt", "movement", "swing"]),
    ):
        assert [one["name"] for one in seen(samples, settings, upright)[0]] == wanted


def test_stillness_is_below_the_limit_of_rest_and_a_blow_above_that_of_a_fall():
    """Each block by itself, with the detectors' own limits."""
    samples = [*stretch(0, 40, STANDING), (800, 0, 0, 3000), *stretch(820, 39, STANDING)]
    tracks, _ = seen(samples, {}, UPRIGHT_MG)
    blow, movement = track(tracks, "blow"), track(tracks, "movement")
    assert (blow["limit"], blow["most"], blow["spans"]) == (1450.0, 3000.0, [[780, 980]])
    assert movement["is_below"]
    assert movement["spans"][0] == [-20, 780]
    assert 980 not in [end for _, end in movement["spans"]]


def test_a_thinned_trace_counts_twice_and_a_gap_begins_anew():
    """Every second sample gives as many blocks as all; the value of no block lies across a gap."""
    whole, _ = seen(stretch(0, 100, STANDING), {}, None)
    thin, _ = seen(stretch(0, 50, STANDING, 40), {}, None)
    assert abs(len(track(whole, "blow")["t_ms"]) - len(track(thin, "blow")["t_ms"])) <= 1
    for gap_ms, blocks in ((GAP_MS, 2), (GAP_MS + 20, 1)):
        samples = stretch(0, 14, STANDING) + stretch(13 * 20 + gap_ms, 9, STANDING)
        assert len(track(seen(samples, {}, None)[0], "blow")["t_ms"]) == blocks


async def test_the_movement_of_a_case_comes_with_limits_and_marks_and_its_reading_is_logged(tmp_path):
    """Of the alarm, of the condition and of the pre-alarm; by the settings that the device has."""
    async with running_site(tmp_path) as site:
        await site.raise_alarm(kind="position", raised_ago_ms=0, condition_ms=25_000, pre_alarm_ms=15_000)
        lying = (250).to_bytes(4, "little") * 150
        own = {"alarm": "1-100", "interval_ms": 20, "pieces": 2, "samples": b64encode(lying).decode()}
        await site.say("trace", piece=0, first_ms=-3000, upright_mg=UPRIGHT_MG, **own)
        await site.say("trace", piece=1, first_ms=0, **own)
        movement = await Movement(site.engine.committer, site.engine.traces).read(1, OPERATOR)
        assert [mark["name"] for mark in movement["marks"]] == ["condition", "pre_alarm", "alarm"]
        assert [mark["t_ms"] for mark in movement["marks"]] == [-40_000, -15_000, 0]
        assert (movement["settings_version"], movement["upright_mg"]) == (0, UPRIGHT_MG)
        assert movement["samples"]["t_ms"][0] == -3000
        assert track(movement["tracks"], "tilt")["most"] == 90.0
        kinds = [entry["kind"] for entry in await site.engine.timeline(1)]
        assert kinds.count("trace_read") == 1
