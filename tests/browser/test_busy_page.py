"""A page that was itself held up is no lost base station: what came meanwhile is read before it is judged."""

import pytest

pytestmark = pytest.mark.browser

#: Holds the page's only thread up, several times, and tells how often and how long it called the link lost.
HOLD_UP = """async ([holdMs, times]) => {
    const link = await import("/static/link.js");
    const told = { staleTimes: 0, connections: link.connections.value };
    const stop = link.isStale.subscribe((isStale) => (told.staleTimes += isStale ? 1 : 0));
    for (let n = 0; n < times; n += 1) {
        const from = performance.now();
        while (performance.now() - from < holdMs);
        await new Promise((next) => setTimeout(next, 1500));
    }
    stop();
    told.connections = link.connections.value - told.connections;
    return told;
}"""


def test_a_page_that_was_held_up_does_not_call_a_living_base_station_lost(console, station):
    """Its messages waited in the browser; nobody is alarmed, and the connection is kept."""
    page = console(station)
    told = page.evaluate(HOLD_UP, [5600, 2])
    assert told == {"staleTimes": 0, "connections": 0}
