"""What runs on the device: the pure core, its boards, the loop. Runs on MicroPython and CPython."""
