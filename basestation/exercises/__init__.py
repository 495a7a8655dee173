"""Test alarms: raised over the whole real path, followed stage by stage, and never in the way of a real one.

`run`, `pre_emption`, `unaware`, `reached` and `results` are pure; the others keep what they decide.
"""
