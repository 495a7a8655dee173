"""Which way out is tried when: every bound of the plan, in virtual time."""

from firmware.boards import ways
from firmware.boards.radio import Radio
from firmware.boards.ways import Ways


class Walk:
    """A device that tries its ways; the test says what becomes of each attempt."""

    def __init__(self, networks=1, brokers=1, step_ms=1):
        self.now_ms = 0
        self.step_ms = step_ms
        self.radio = Radio(networks)
        self.ways = Ways("harbour-7", networks, brokers)

    def next_attempt(self, wait_ms_max):
        """Let time pass until an attempt begins; return its (network, broker), or None."""
        end_ms = self.now_ms + wait_ms_max
        while self.now_ms <= end_ms:
            if self.ways.choose(self.now_ms, self.radio):
                return self.ways.network, self.ways.broker
            self.now_ms += self.step_ms
        return None

    def fail(self, is_refused=False):
        """Let the attempt or the connection end here."""
        self.ways.failed(self.now_ms, is_refused)

    def stand(self):
        """Let it stand."""
        self.ways.stands(self.now_ms)

    def reach_second(self):
        """Stand on the second way, since the first failed."""
        assert self.next_attempt(0) == (0, 0)
        self.fail()
        assert self.next_attempt(0) is not None
        self.stand()


def test_the_ways_are_tried_in_their_order_and_round_again():
    """All brokers through the first network, then through the second; nobody waits for the one before."""
    walk = Walk(2, 2)
    tried = []
    for _ in range(4):
        tried.append(walk.next_attempt(0))
        walk.fail()
    assert tried == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert walk.next_attempt(ways.RETRY_MS - 1) is None
    assert walk.next_attempt(ways.RETRY_JITTER_MS + 1) is not None


def test_one_way_is_tried_every_three_to_five_seconds():
    """No storm, and no back-off for a worker on the floor."""
    walk = Walk()
    begun_ms = []
    for _ in range(20):
        assert walk.next_attempt(ways.RETRY_MS + ways.RETRY_JITTER_MS) == (0, 0)
        begun_ms.append(walk.now_ms)
        walk.fail()
    gaps = [begun_ms[at + 1] - begun_ms[at] for at in range(19)]
    assert min(gaps) >= ways.RETRY_MS
    assert max(gaps) <= ways.RETRY_MS + ways.RETRY_JITTER_MS
    assert max(gaps) > min(gaps)


def test_a_refused_way_waits_half_a_minute_and_the_others_do_not():
    """A wrong password at one broker is no reason to be silent at the other."""
    walk = Walk(1, 2, step_ms=20)
    assert walk.next_attempt(0) == (0, 0)
    walk.fail(is_refused=True)
    refused_ms = walk.now_ms
    seconds = 0
    while walk.next_attempt(60000) == (0, 1):
        walk.fail()
        seconds += 1
    assert walk.now_ms - refused_ms >= ways.REFUSED_RETRY_MS
    assert walk.now_ms - refused_ms <= ways.REFUSED_RETRY_MS + ways.REFUSED_JITTER_MS + 20
    assert seconds >= 6


def test_who_is_refused_is_told_from_who_has_no_network():
    """Once no way is left untried, and until one stands; out of range nobody knows."""
    walk = Walk(1, 2)
    walk.next_attempt(0)
    walk.fail(is_refused=True)
    assert not walk.ways.is_refused
    walk.next_attempt(0)
    walk.fail()
    assert walk.next_attempt(0) is None
    assert walk.ways.is_refused
    walk.radio.set_lost(True, 0)
    assert walk.next_attempt(0) is None
    assert not walk.ways.is_refused
    assert walk.ways.is_out_of_range
    walk.radio.set_lost(False, 0)
    walk.next_attempt(0)
    walk.stand()
    assert not walk.ways.is_refused
    assert not walk.ways.is_out_of_range


def test_a_network_that_is_back_is_tried_at_once_except_where_somebody_refused():
    """What failed before the radio was gone says nothing about now."""
    for is_refused, found in ((False, (0, 0)), (True, None)):
        walk = Walk()
        walk.next_attempt(0)
        walk.fail(is_refused)
        walk.radio.set_lost(True, 0)
        assert walk.next_attempt(100) is None
        walk.radio.set_lost(False, 0)
        assert walk.next_attempt(0) == found


def test_a_connection_lost_with_its_network_is_handed_over_at_once():
    """No fault of the brokers: the first of them is tried through the second network."""
    walk = Walk(2, 2)
    walk.next_attempt(0)
    walk.stand()
    walk.radio.set_lost(True, 0)
    walk.ways.left()
    assert walk.next_attempt(0) == (1, 0)


def test_a_broker_that_dies_sends_its_devices_to_the_next_within_a_second():
    """Spread over that second, so that the next one is not met by all in one moment."""
    walk = Walk(1, 2)
    walk.next_attempt(0)
    walk.now_ms = 3600000
    walk.stand()
    walk.fail()
    assert walk.next_attempt(ways.FIRST_JITTER_MS) == (0, 1)


def test_a_network_that_is_not_joined_in_time_is_left():
    """The limit, -1/0/+1 ms."""
    for wait_ms, found in ((-1, None), (0, None), (1, (1, 0))):
        walk = Walk(2, 1)
        walk.radio.join = lambda network, radio=walk.radio: setattr(radio, "_joined", network or -1)
        assert walk.next_attempt(0) is None
        assert walk.next_attempt(ways.JOIN_MS_MAX + wait_ms - 1) == found, wait_ms


def test_a_network_that_vanishes_while_it_is_joined_is_left_at_once():
    """A board that finds out by trying says so."""
    walk = Walk(2, 1)
    walk.radio.join = lambda network, radio=walk.radio: setattr(radio, "_joined", network or -1)
    assert walk.next_attempt(5) is None
    walk.radio.set_lost(True, 0)
    assert walk.next_attempt(1) == (1, 0)


def test_an_earlier_way_is_tried_after_five_quiet_minutes():
    """The limit, -1/0/+1 ms; on the first way there is nothing to go back to."""
    walk = Walk(1, 2)
    walk.reach_second()
    due_ms = walk.now_ms + ways.RETURN_MS
    assert not walk.ways.is_return_due(due_ms - 1, walk.radio)
    walk.now_ms = due_ms
    assert walk.ways.is_return_due(due_ms, walk.radio)
    walk.ways.go_back(due_ms)
    assert walk.ways.is_returning()
    assert walk.next_attempt(0) == (0, 0)
    walk.stand()
    assert not walk.ways.is_returning()
    assert not walk.ways.is_return_due(due_ms + 10 * ways.RETURN_MS, walk.radio)


def test_a_return_in_vain_ends_where_it_began_and_waits_twice_as_long():
    """A first broker that is gone for good costs a gap an hour, not one every five minutes."""
    walk = Walk(1, 2)
    walk.reach_second()
    waits_ms = []
    for _ in range(6):
        since_ms = walk.now_ms
        while not walk.ways.is_return_due(walk.now_ms, walk.radio):
            walk.now_ms += 1000
        waits_ms.append(walk.now_ms - since_ms)
        walk.ways.go_back(walk.now_ms)
        assert walk.next_attempt(0) == (0, 0)
        walk.fail()
        assert walk.next_attempt(0) == (0, 1)
        walk.stand()
    assert waits_ms == [300000, 600000, 1200000, 2400000, 3600000, 3600000]


def test_returns_in_vain_take_the_earlier_ways_in_turn():
    """A first way that is dead must not keep the second from being tried."""
    walk = Walk(1, 3)
    for _ in range(2):
        walk.next_attempt(0)
        walk.fail()
    assert walk.next_attempt(0) == (0, 2)
    walk.stand()
    tried = []
    for _ in range(3):
        walk.now_ms += ways.RETURN_MS_MAX
        assert walk.ways.is_return_due(walk.now_ms, walk.radio)
        walk.ways.go_back(walk.now_ms)
        tried.append(walk.next_attempt(0))
        walk.fail()
        assert walk.next_attempt(0) == (0, 2)
        walk.stand()
    assert tried == [(0, 0), (0, 1), (0, 0)]


def test_nobody_returns_to_a_network_that_is_not_there():
    """The link that stands is not given up for that; it is looked at again soon."""
    walk = Walk(2, 1)
    walk.reach_second()
    walk.radio.set_lost(True, 0)
    due_ms = walk.now_ms + ways.RETURN_MS
    assert not walk.ways.is_return_due(due_ms, walk.radio)
    walk.radio.set_lost(False, 0)
    assert not walk.ways.is_return_due(due_ms + ways.RETRY_MS - 1, walk.radio)
    assert walk.ways.is_return_due(due_ms + ways.RETRY_MS, walk.radio)


def test_no_series_of_faults_makes_a_storm():
    """Four ways, each ending at once in one manner or the other, for a quarter of an hour."""
    walk = Walk(2, 2, step_ms=20)
    seed, attempts, last_ms = 7, [0, 0, 0, 0], [-10000] * 4
    while walk.now_ms < 900000 and walk.next_attempt(60000) is not None:
        way = 2 * walk.ways.network + walk.ways.broker
        assert walk.now_ms - last_ms[way] >= ways.RETRY_MS
        last_ms[way] = walk.now_ms
        attempts[way] += 1
        seed = (seed * 75 + 74) % 65537
        if seed % 5 == 0:
            walk.stand()
            walk.now_ms += 2000
        walk.fail(seed % 3 == 0)
    assert walk.now_ms >= 900000
    assert min(attempts) > 25
