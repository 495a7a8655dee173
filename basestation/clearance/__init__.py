"""Whether somebody may work alone: risk, records and rules, judged without clock, store or network."""
