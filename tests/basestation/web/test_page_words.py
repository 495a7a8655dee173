"""What a page says is read before it: else it would show nothing, in one language or both."""

from tests.basestation.web.page_words import files_of, pages, read_later, words_in

LATER = read_later()
EVERY_PAGE = files_of("app.js")


def test_what_every_page_has_says_nothing_that_is_read_later():
    """The wallboard, the banners and the header."""
    assert {name: LATER[name] for name in words_in(EVERY_PAGE) & LATER.keys()} == {}


def test_each_page_reads_the_words_that_its_files_say_and_no_others():
    """By the table of pages.js; the log-in is one of them."""
    assert len(pages()) > 15, "the table was not understood"
    wanted = {
        page: {LATER[name] for name in words_in(files_of(file) - EVERY_PAGE) & LATER.keys()}
        for page, (file, _) in pages().items()
    }
    assert {page: says for page, (_, says) in pages().items()} == wanted
