"""The boards: the only place, with clock.py and main.py, that touches machine, network and time."""
