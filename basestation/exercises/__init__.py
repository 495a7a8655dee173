"""Test alarms: planned, raised over the whole real path, followed stage by stage, and never in the way.

`run`, `pre_emption`, `unaware`, `plan` and `coverage` are pure; the others keep what they decide.
"""
