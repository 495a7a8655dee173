"""Silence is an event: of devices, and of the station itself."""
