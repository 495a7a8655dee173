"""What the words about a recording say, whatever set it comes from."""

import json

import pytest

from simulator.evaluation.catalogue import (
    DESK,
    LOW,
    LYING,
    Recording,
    lead_candidates,
    read_catalogue,
)
from simulator.trace import TraceError


def recording(description="", activity="", label="adl", i=0, subject="A", dataset="s", **more):
    """Return a recording as an index would describe it."""
    facts = {"place": "waist", "duration_s": 15.0, "peak_s": None} | more
    return Recording(
        dataset=dataset, i=i, subject=subject, label=label, activity=activity, description=description,
        **facts,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("description", "rank"),
    [("walking slowly", 0), ("walking and talking", 0), ("talking while standing", 1),
     ("walking / TUG", 2), ("stand up, walk, stairs", 2), ("stumble while walking", None),
     ("sit/stand", None), ("stairs up/down slowly", None), ("waving hand", None),
     ("Sitting_GettingUpOnAChair", None), ("", None)],
)  # fmt: skip
def test_only_somebody_upright_may_lead(description, rank):
    """Walking is better than standing, and either better than stairs and turns."""
    assert recording(description).lead_rank() == rank


@pytest.mark.parametrize("label", ["fall", "run"])
def test_neither_a_fall_nor_a_run_leads(label):
    """However much walking comes before it."""
    assert recording("forward, walking, then nothing", label=label).lead_rank() is None


@pytest.mark.parametrize(
    ("text", "stems", "is_said"),
    [("LyingDown_OnABed", LYING, True), ("sitting, lie slowly, wait, sit", LYING, True),
     ("played cards", LYING, False), ("believes", LYING, False), ("get into car", LOW, True),
     ("carry a box", LOW, False), ("sitting, working at computer", DESK, True),
     ("crouch, tie shoes", LOW, True)],
)  # fmt: skip
def test_words_are_compared_whole_or_by_their_beginning(text, stems, is_said):
    """Short ones whole, so that `lie` is not found in `believes` nor `car` in `carry`."""
    assert recording(text).says(stems) is is_said


def test_candidates_of_the_best_rank_lead_each_person_apart():
    """Set, subject and place of wear together are a person; a nameless one has no lead."""
    walk, stand = recording("walking", i=0), recording("standing", i=1)
    other_walk = recording("walking", i=2)
    at_chest = recording("standing", i=3, place="chest")
    nameless = recording("walking", i=4, subject="")
    found = lead_candidates([walk, stand, other_walk, at_chest, nameless])
    assert found == {walk.person: [walk, other_walk], at_chest.person: [at_chest]}


def test_a_single_best_candidate_is_followed_by_the_next_rank():
    """So that the only walk need not lead itself."""
    walk, stand = recording("walking", i=0), recording("standing", i=1)
    assert lead_candidates([stand, walk])[walk.person] == [walk, stand]


def test_an_index_that_says_little_is_read(tmp_path):
    """Only set and number must be there; a length comes from what there is."""
    entries = [
        {"dataset": "x", "i": 0},
        {"dataset": "x", "i": 1, "n": 500, "rate_hz": 50, "duration_s": 99, "label": "FALL", "peak_s": 3},
        {
            "dataset": "x",
            "i": 2,
            "duration_s": 7.5,
            "location": "Wrist",
            "subject": 12,
            "peak_s": float("nan"),
        },
    ]
    (tmp_path / "index.json").write_text(json.dumps(entries))
    bare, fall, short = read_catalogue(tmp_path)
    assert (bare.label, bare.duration_s, bare.peak_s, bare.words) == ("unknown", 0.0, None, ())
    assert (fall.is_fall, fall.duration_s, fall.peak_s) == (True, 10.0, 3.0)
    assert (short.place, short.subject, short.duration_s, short.peak_s) == ("wrist", "12", 7.5, None)


@pytest.mark.parametrize(
    "content", [None, "{", "[1]", '[{"dataset": "x"}]', '[{"dataset": "x", "i": "one"}]']
)
def test_a_folder_without_an_index_is_refused_with_its_path(tmp_path, content):
    """A sentence, and no traceback."""
    if content is not None:
        (tmp_path / "index.json").write_text(content)
    with pytest.raises(TraceError, match=r"index\.json"):
        read_catalogue(tmp_path)
