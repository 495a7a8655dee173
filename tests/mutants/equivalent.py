"""Removals of which nobody could perceive anything, by name, each with the reason; a test holds the names."""

EXPLAINED: dict[str, str] = {}
