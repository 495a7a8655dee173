"""The boards: the only place, with clock.py, loop.py and main.py, that touches machine, network and time."""
