"""The case core: what an alarm at the base station becomes. Pure: time comes in, effects go out."""
