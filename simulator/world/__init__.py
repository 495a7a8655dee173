"""A world in virtual time that tries to break the system, and the checkers that look on."""
