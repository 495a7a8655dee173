"""Folders of recordings through the device core: planned, run, judged, tabled and drawn."""
