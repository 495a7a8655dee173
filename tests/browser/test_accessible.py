"""What is asked of every page finds a fault of each kind."""

import pytest

from tests.browser.accessible import faults_of, faults_of_colour

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><html lang="en"><head><title>Planted faults</title><style>
p, button {{ color: #000; background: #fff; }}
{style}
</style></head><body><main><h1>A page</h1><p>Some text.</p>{body}</main></body></html>"""
#: Rule, style, what stands on the page.
PLANTED = (
    ("button-name", "", "<button></button>"),
    ("image-alt", "", '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">'),
    ("label", "", "<input>"),
    ("target-size", "button { font-size: 8px; padding: 0 }", "<button>a</button><button>b</button>"),
    ("aria-required-parent", "", '<div role="tab">x</div>'),
    ("color-contrast", "p { color: #ddd }", ""),
    (
        "link-in-text-block",
        "a { color: #00f; background: #fff; text-decoration: none }",
        '<p>Here you see <a href="#here">a link of this page</a> within its text.</p>',
    ),
)
COLOURS = {"color-contrast", "link-in-text-block"}


def rules_of(faults: list[str]) -> set[str]:
    """Return the names of the rules in these lines."""
    return {fault.split(":")[0] for fault in faults}


@pytest.fixture(scope="module")
def empty_page(chromium):
    """A page of no base station."""
    page = chromium.new_page()
    yield page
    page.close()


def test_each_kind_of_fault_is_found_and_a_page_without_fault_has_none(empty_page):
    """Those of colour by the rules of colour alone as well."""
    empty_page.set_content(PAGE.format(style="", body=""))
    assert faults_of(empty_page) == faults_of_colour(empty_page) == []
    for rule, style, body in PLANTED:
        empty_page.set_content(PAGE.format(style=style, body=body))
        assert rules_of(faults_of(empty_page)) == {rule}
        assert rules_of(faults_of_colour(empty_page)) == {rule} & COLOURS


def test_a_fault_of_one_theme_alone_is_found_there(empty_page):
    """Whichever of the two is looked at with the rules of colour alone."""
    for bad, good in (("light", "dark"), ("dark", "light")):
        style = f"@media (prefers-color-scheme: {bad}) {{ p {{ color: #ddd }} }}"
        empty_page.emulate_media(color_scheme=good)
        empty_page.set_content(PAGE.format(style=style, body=""))
        assert faults_of(empty_page) == []
        empty_page.emulate_media(color_scheme=bad)
        assert rules_of(faults_of_colour(empty_page)) == {"color-contrast"}
