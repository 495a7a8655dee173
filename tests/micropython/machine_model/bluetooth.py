"""`bluetooth` over a model: three senders, one of them with a beacon's name, heard as soon as it listens."""

HEARD = (
    (0, b"\x01\x02\x03\x04\x05\x06", 3, -70, b"\x02\x01\x06\x07\x09gate-3"),
    (1, b"\xaa\xbb\xcc\xdd\xee\xff", 0, -48, b"\x02\x01\x06\x05\x09Zoe!"),
    (0, b"\x01\x02\x03\x04\x05\x06", 3, -61, b""),
)
calls = []


class BLE:
    """A radio that is called back at once."""

    def active(self, is_active):
        """Switch on or off."""
        calls.append(["active", is_active])

    def irq(self, handler):
        """Take who is called."""
        self._handler = handler

    def gap_scan(self, duration_ms, *windows):
        """Listen, and hear."""
        calls.append(["gap_scan", duration_ms])
        for heard in HEARD if duration_ms is not None else ():
            self._handler(5, heard)
