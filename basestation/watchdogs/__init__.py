"""Notices what stands still inside the base station, tells it by another way, starts it again."""
