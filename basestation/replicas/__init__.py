"""Several base stations on one PostgreSQL: who does what, and how each learns what another has done."""
