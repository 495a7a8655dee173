"""Drills: the whole rescue chain to help on the spot, observed, measured, put on record, and learned from."""
