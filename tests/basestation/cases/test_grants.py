"""Who may do what at which site: every action with every role."""

import pytest

from basestation.cases.authority import (
    ACT,
    ANSWER,
    BE_KNOWN,
    EVERYWHERE,
    KEEP_ROTA,
    KEEP_SITE,
    KEEP_STATION,
    MAY,
    READ_CASES,
    ROLES,
    SEE,
    Grant,
    highest,
    may,
    may_somewhere,
    reach,
    sites_for,
)

HERE, THERE = 1, 2
#: The least role that may do it in everything of a site; a viewer sees, and answers nothing.
LEAST = {
    BE_KNOWN: "worker", READ_CASES: "viewer", ANSWER: "operator", SEE: "viewer", ACT: "operator",
    KEEP_ROTA: "supervisor", KEEP_SITE: "safety_officer", KEEP_STATION: "admin",
}  # fmt: skip


@pytest.mark.parametrize("action", MAY)
@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_from_its_rank_on_and_at_its_own_site_only(role, action):
    """The whole table: at the site of the grant, at another one, where it is not known, and for all sites."""
    is_allowed = ROLES.index(role) >= ROLES.index(LEAST[action])
    here, everywhere = (Grant(role, HERE),), (Grant(role),)
    assert [may(here, action, place) for place in (HERE, THERE, None, EVERYWHERE)] == [
        is_allowed, False, is_allowed, False,
    ]  # fmt: skip
    assert [may(everywhere, action, place) for place in (HERE, THERE, None, EVERYWHERE)] == [is_allowed] * 4
    assert sites_for(here, action) == (frozenset({HERE}) if is_allowed else frozenset())
    assert sites_for(everywhere, action) == (None if is_allowed else frozenset())


@pytest.mark.parametrize("action", MAY)
def test_a_responder_may_only_in_what_concerns_themselves(action):
    """Cases in which they are called; nobody else's."""
    own = {BE_KNOWN, READ_CASES, ANSWER}
    grants = (Grant("responder", HERE),)
    assert may(grants, action, HERE, is_own=True) == (action in own)
    assert may_somewhere(grants, action) == (action in own)
    assert may(grants, action, HERE) == (action == BE_KNOWN)


def test_a_role_that_nobody_knows_and_no_grant_at_all_allow_nothing():
    """An older program, a newer one, a typing error."""
    for action in MAY:
        assert reach("king", action) == ""
        assert not may((Grant("king"),), action, None, is_own=True)
        assert not may_somewhere((), action)
    assert highest((Grant("king"),)) == highest(()) == "worker"


def test_grants_add_up_and_the_highest_role_is_the_highest_anywhere():
    """Officer here, viewer there."""
    grants = (Grant("viewer", THERE), Grant("safety_officer", HERE))
    assert highest(grants) == "safety_officer"
    assert sites_for(grants, SEE) == {HERE, THERE}
    assert sites_for(grants, KEEP_SITE) == {HERE}
    assert sites_for((*grants, Grant("viewer")), SEE) is None
    assert not may(grants, ACT, THERE)
