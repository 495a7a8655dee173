"""Releases of the firmware: built, signed, trusted, and brought to the devices one after the other."""
