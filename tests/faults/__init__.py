"""The real parts, really killed: what `make faults` does to a whole site, and how it is judged."""
