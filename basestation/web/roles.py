"""Who may do what: three roles, each with everything the one before it may.

An operator handles cases and shifts; a safety officer also keeps workers, workplaces and the
rescue chain; an administrator also keeps users and devices.
"""

OPERATOR = "operator"
SAFETY_OFFICER = "safety_officer"
ADMIN = "admin"

#: In rising order.
ROLES = (OPERATOR, SAFETY_OFFICER, ADMIN)


def is_at_least(role: str, needed: str) -> bool:
    """Tell whether `role` includes what `needed` may do; an unknown role may do nothing."""
    return role in ROLES and ROLES.index(role) >= ROLES.index(needed)
