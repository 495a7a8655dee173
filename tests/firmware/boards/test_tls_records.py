"""What mbedTLS gets to compute with in one turn: one record of TLS, whatever has come."""

from firmware.boards.tls_transport import _Doled

FLIGHT = [b"\x16\x03\x03\x00\x05hello", b"\x16\x03\x03\x01\x00" + b"c" * 256, b"\x14\x03\x03\x00\x01x"]


class ScriptedStream:
    """A socket's stream whose other end is the test."""

    def __init__(self, waiting):
        self.waiting = bytearray(waiting)
        self.is_closed = False

    def readinto(self, buffer):
        """Give what is there, or None."""
        count = min(len(buffer), len(self.waiting))
        if not count:
            return None
        buffer[:count] = self.waiting[:count]
        self.waiting = self.waiting[count:]
        return count

    def close(self):
        """End it."""
        self.is_closed = True


def read_as_mbedtls_does(stream, turns=1):
    """Return the records that are read when each turn refills once: heads of 5 bytes, then the rest."""
    records = []
    record = b""
    for _ in range(turns):
        stream.refill()
        while True:
            wanted = 5 if len(record) < 5 else 5 + int.from_bytes(record[3:5], "big")
            buffer = bytearray(wanted - len(record))
            count = stream.readinto(buffer)
            if not count:
                break
            record += bytes(buffer[:count])
            if len(record) > 5 and len(record) == 5 + int.from_bytes(record[3:5], "big"):
                records.append(record)
                record = b""
    return records


def test_a_turn_gets_one_record_of_a_flight_that_has_come_whole():
    """Certificate, signature and key exchange are computed in turns of their own."""
    stream = _Doled(ScriptedStream(b"".join(FLIGHT)))
    for record in FLIGHT:
        assert read_as_mbedtls_does(stream) == [record]
    assert read_as_mbedtls_does(stream) == []


def test_a_record_that_comes_a_byte_at_a_time_is_read_as_it_comes():
    """Nothing is lost, and nothing of the next record is read."""
    source = ScriptedStream(b"")
    stream = _Doled(source)
    found = []
    buffer = bytearray(300)
    for byte in b"".join(FLIGHT[:2]):
        source.waiting += bytes((byte,))
        stream.refill()
        count = stream.readinto(buffer)
        found.append(bytes(buffer[: count or 0]))
    assert b"".join(found) == b"".join(FLIGHT[:2])


def test_after_the_handshake_nothing_is_held_back():
    """Then a record is a message, and cheap."""
    stream = _Doled(ScriptedStream(b"".join(FLIGHT)))
    stream.is_open = True
    buffer = bytearray(1000)
    assert stream.readinto(buffer) == len(b"".join(FLIGHT))


def test_closing_closes_the_socket():
    """MicroPython closes what lies below through `ioctl`."""
    source = ScriptedStream(b"")
    stream = _Doled(source)
    assert stream.ioctl(3, 0) == 0
    assert not source.is_closed
    stream.ioctl(4, 0)
    assert source.is_closed
