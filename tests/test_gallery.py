"""The gallery of the console: small, complete, and of pages that there are."""

from docs.gallery import BYTES_MAX, FOLDER, PAGE, SHOWN, THEMES, WIDTHS, pages, written


def test_the_gallery_is_as_it_would_be_written_and_small():
    """Each picture has its caption, none is left over, all together stay below the bound."""
    assert PAGE.read_text() == written()
    kept = {path.name: path.stat().st_size for path in FOLDER.iterdir()}
    assert kept.keys() == {one.name for one in SHOWN}
    assert sum(kept.values()) <= BYTES_MAX


def test_the_gallery_shows_pages_of_the_console_in_both_themes_and_widths():
    """A page that was renamed is found out here."""
    assert {one.page for one in SHOWN} <= set(pages())
    assert {one.theme for one in SHOWN} == set(THEMES)
    assert {one.width for one in SHOWN} == set(WIDTHS)
