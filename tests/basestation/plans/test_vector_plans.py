"""Drawings of plans: what is kept of an SVG, what is refused, and that nothing dangerous gets through."""

import re
from xml.etree import ElementTree as ET

import pytest

from basestation.plans.errors import NoPlan
from basestation.plans.vector import DEPTH_MAX, ELEMENTS_MAX, safe_drawing

SVG = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
RECT = '<rect x="1" y="2" width="30" height="40" fill="#fff" stroke="black"/>'


def drawing(inside=RECT, box='viewBox="0 0 200 100"'):
    """Return the bytes of an SVG."""
    return f"<svg {SVG} {box}>{inside}</svg>".encode()


def test_shapes_texts_and_their_plain_attributes_are_kept():
    """As many programs write them: styles in attributes or in `style`, groups that are moved or hidden."""
    found = safe_drawing(
        drawing(
            '<g transform="translate(1,2) scale(.5)" display="none"><path d="M0 0L1-2z" style="fill:none;'
            'stroke:#123456; stroke-width:2px !important"/></g>'
            '<text x="1" y="2" font-size="8" text-anchor="middle">Halle &lt;3&gt; '
            '<tspan dx="1">Süd</tspan></text>'
            '<a href="https://example.org"><circle r="3"/></a>'
        )
    )
    assert (found.width, found.height) == (200, 100)
    assert '<g transform="translate(1,2) scale(.5)" display="none">' in found.markup
    assert '<path d="M0 0L1-2z" fill="none" stroke="#123456" stroke-width="2px"></path>' in found.markup
    assert 'Halle &lt;3&gt; <tspan dx="1">Süd</tspan></text>' in found.markup
    assert '<g><circle r="3"></circle></g>' in found.markup
    assert found.left_out == {"href": 1}
    ET.fromstring(found.markup)


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<rect onload="alert(1)" onclick="alert(1)"/>',
        '<a xlink:href="javascript:alert(1)"><rect/></a>',
        '<g style="background:url(https://example.org/x);fill:url(#a)"><rect/></g>',
        '<rect fill="url(https://example.org/x)" filter="url(#f)" clip-path="url(#c)"/>',
        '<animate attributeName="href" to="javascript:alert(1)"/><set attributeName="onload" to="x"/>',
        '<metadata><script xmlns="http://www.w3.org/1999/xhtml">alert(1)</script></metadata>',
        '<script xmlns="http://www.w3.org/1999/xhtml">alert(1)</script>',
        "<defs><script>alert(1)</script></defs><title>alert(1)</title>",
        '<rect fill="red&quot; onload=&quot;alert(1)" d="M0 0&quot; onload=&quot;x"/>',
        '<rect x="expression(alert(1))" transform="rotate(1) url(x)" stroke-width="1;alert(1)"/>',
        "<?xml-stylesheet href='https://example.org/x'?><!-- <script>alert(1)</script> -->",
        "<text>x<![CDATA[<script>alert(1)</script>]]></text>",
    ],
)
def test_nothing_that_runs_loads_or_links_gets_through(inside):
    """Whatever name, namespace or quotation hides it: what remains are known names with plain values."""
    markup = safe_drawing(drawing(RECT + inside)).markup
    for element in ET.fromstring(markup).iter():
        assert element.tag in {"g", "rect", "text"}, element.tag
        for name, value in element.attrib.items():
            assert re.fullmatch(r"x|y|width|height|fill|stroke|d|transform|stroke-width", name), name
            assert not re.search(r"url|javascript|alert|example|[\"<>;:]", value), value
    assert "<script" not in markup
    assert "example.org" not in markup


@pytest.mark.parametrize(
    ("inside", "words"),
    [
        ("<style>.a{fill:none}</style>", "style sheet"),
        ("<defs><style>.a{fill:none}</style></defs>", "style sheet"),
        ('<use xlink:href="#a"/>', "copies"),
        ('<image href="data:image/png;base64,AA"/>', "picture inside"),
        ("<foreignObject><p/></foreignObject>", "another document"),
        ('<svg viewBox="0 0 1 1"/>', "drawing inside"),
    ],
)
def test_what_would_leave_a_hole_in_the_plan_is_refused_with_what_to_do(inside, words):
    """A plan that lacks its doors, or is all black, sends helpers the wrong way."""
    with pytest.raises(NoPlan, match=words):
        safe_drawing(drawing(RECT + inside))
    assert safe_drawing(drawing(RECT + "<style> </style>")).markup


def test_a_pattern_or_gradient_becomes_its_own_edge_and_is_counted():
    """Black surfaces would hide the plan."""
    found = safe_drawing(drawing('<rect fill="url(#hatch)" stroke="black" mask="url(#m)"/>'))
    assert '<rect fill="none" stroke="black"></rect>' in found.markup
    assert found.left_out == {"fill by reference": 1, "mask": 1}


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><svg {}><text>&b;</text></svg>',
        '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg {}><text>&x;</text></svg>',
        '<!DOCTYPE svg [<!ENTITY % x SYSTEM "https://example.org/x">%x;]><svg {}><text>a</text></svg>',
    ],
)
def test_entities_are_never_declared(text):
    """Neither those that unfold nor those that read a file."""
    with pytest.raises(NoPlan, match="entities"):
        safe_drawing(text.format(SVG).encode())


def test_a_plain_doctype_is_what_many_programs_write():
    """It is not loaded."""
    head = b'<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "https://example.org/svg11.dtd">'
    assert safe_drawing(head + drawing()).width == 200


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"<svg", "not whole"),
        (drawing(RECT)[:-3], "not whole"),
        (b"<html><body/></html>", "no SVG"),
        (b'<svg viewBox="0 0 9 9"><rect/></svg>', "no SVG"),
        (drawing(""), "nothing to see"),
        (drawing(RECT, ""), "how large"),
        (drawing(RECT, 'width="100%" height="50"'), "how large"),
        (drawing(RECT, 'viewBox="0 0 nan 5"'), "how large"),
        (drawing(RECT, 'viewBox="0 0 1e9 5"'), "a side"),
        (drawing(RECT, 'viewBox="0 0 0.5 5"'), "a side"),
        (drawing(RECT * ELEMENTS_MAX), "parts"),
        (drawing("<g>" * (DEPTH_MAX + 1) + RECT + "</g>" * (DEPTH_MAX + 1)), "one in another"),
    ],
)
def test_what_is_no_plan_is_refused_with_a_sentence(text, words):
    """Cut off, something else, empty, without a size, too large to draw."""
    with pytest.raises(NoPlan, match=words):
        safe_drawing(text)


def test_the_bounds_themselves_are_allowed():
    """One part less than too many."""
    assert safe_drawing(drawing(RECT * (ELEMENTS_MAX - 1))).width == 200
    deepest = DEPTH_MAX - 1
    assert safe_drawing(drawing("<g>" * deepest + RECT + "</g>" * deepest)).width == 200


def test_units_begin_at_the_top_left_of_the_view_box():
    """A drawing whose box begins elsewhere is moved; one without a box has its size in pixels."""
    moved = safe_drawing(drawing(RECT, 'viewBox="-10,5 40 30" width="400mm"'))
    assert (moved.width, moved.height) == (40, 30)
    assert moved.markup.startswith('<g transform="translate(10 -5)">')
    assert safe_drawing(drawing(RECT, 'width="640px" height="480"')).width == 640


def test_a_value_that_is_far_too_long_is_left_out_at_once():
    """Only lines may have many points."""
    points = "1,2 " * 5000
    found = safe_drawing(drawing(f'<polyline points="{points}"/><rect transform="{" " * 900_000}x"/>'))
    assert found.left_out == {"transform": 1}
    assert "1,2 1,2" in found.markup
