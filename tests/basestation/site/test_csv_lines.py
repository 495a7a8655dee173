"""CSV as spreadsheets of either tradition write it, and never a formula in what is handed out."""

import pytest

from basestation.errors import EntryRefused
from basestation.site.csv_lines import LINES_MAX, read, write
from basestation.site.exchange_plan import KINDS, Known, plan_import

COLUMNS, NEEDED = ("name", "phone"), ("name",)


@pytest.mark.parametrize(
    "text",
    [
        "name;phone\r\nAnna Müller;0170 1\r\n",
        "\ufeffname;phone\nAnna Müller;0170 1\n",
        "Phone,Name\n0170 1,Anna Müller",
        'name\tphone\n"Anna Müller"\t 0170 1 \n\n;\n'.replace(";", "\t"),
    ],
)
def test_either_tradition_is_read(text):
    """With and without the mark, by ; , or tab, columns in any order, empty lines left out."""
    (line,) = read(text.encode(), COLUMNS, NEEDED)
    assert (line.number, dict(line.values)) == (2, {"name": "Anna Müller", "phone": "0170 1"})


@pytest.mark.parametrize("cell", ["=1+1", "+49 170 1", "-1", "@x", "\tx", "'=x", "a;b", 'a"b', "a\nb", "ä"])
def test_no_cell_that_is_handed_out_is_a_formula_and_all_come_back(cell):
    """A number that begins with + is guarded, and comes back as it was."""
    content = write(COLUMNS, [{"name": "Anna", "phone": cell}])
    (line,) = read(content, COLUMNS, NEEDED)
    assert content.startswith(b"\xef\xbb\xbfname;phone\r\n")
    assert not any(f";{one}".encode() in content for one in "=+-@\t")
    assert line.values["phone"] == cell.strip()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "'name' is missing"),
        (b"phone\n1", "'name' is missing"),
        (b"name;secret\nx;y", "no column 'secret'"),
        (b"name;name\nx;y", "there twice"),
        (b"name;phone\nx", "Line 2 has 1 cells"),
        (b'name;phone\n"x;y', "no CSV"),
        ("name\nMüller".encode("latin-1"), "not UTF-8"),
        (b"name\n" + b"x\n" * (LINES_MAX + 1), "more than 2000 lines"),
    ],
)
def test_what_is_no_file_of_ours_is_refused_with_a_sentence(content, words):
    """It says what is wrong and where."""
    with pytest.raises(EntryRefused, match=words):
        read(content, COLUMNS, NEEDED)


def test_a_line_behind_a_cell_with_line_breaks_has_its_own_number():
    """As the editor counts."""
    lines = read(b'name;phone\n"a\nb";1\nc;2', COLUMNS, NEEDED)
    assert [line.number for line in lines] == [2, 4]


def test_each_line_is_created_changed_left_alone_or_refused():
    """By its name; the reason stands with the number of the line."""
    kind = KINDS["responders"]
    known = [
        Known(1, {"name": "Anna", "language": "de"}),
        Known(2, {"name": "Bruno", "language": "en"}),
        Known(3, {"name": "Carla", "language": "en"}, is_in_service=False),
        Known(4, {"name": "Dora", "language": "en"}),
        Known(5, {"name": "Dora", "language": "en"}),
    ]
    text = "name,language\nAnna,en\nBruno,en\nEmil,\nCarla,en\nDora,en\nEmil,de\nFritz,fr\n,de\n"
    plan = plan_import(kind, read((text + "x" * 121 + ",en").encode(), kind.columns, kind.needed), known)
    assert [dict(line.values) for line in plan.created] == [{"name": "Emil", "language": "en"}]
    assert [(line.number, fields) for line, _, fields in plan.changed] == [(2, {"language": ["de", "en"]})]
    assert plan.unchanged == 1
    assert [number for number, _ in plan.refused] == [5, 6, 7, 8, 9, 10]
    assert [sentence for _, sentence in plan.refused] == [
        "The responder 'Carla' was retired: bring it back by hand, or choose another name.",
        "More than one responder is called 'Dora': change them one by one.",
        "'Emil' stands in line 4 too.",
        "The language may be en or de.",
        "The name is missing.",
        "The name has more than 120 characters.",
    ]
