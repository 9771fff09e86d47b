"""Worked case 22: three brothers and sisters, two of whom must live apart for safety."""

from __future__ import annotations

from matching.policy import Policy
from matching.propose import propose
from tests.ordinary import TRAFFORD, apart, child, home, open_rules, records, together


def test_case_22_a_and_b_apart_c_with_either() -> None:
    """Case 22. Ann and Ben are apart for safety; Cat belongs with each. Ann with Cat and Ben elsewhere, or Ben with
    Cat and Ann elsewhere, are lawful, and so are all three apart; all three together never is. The plan keeps one
    pair together, not both and not none.
    """
    told = records(
        [child(c, family_id="elm") for c in ("ann", "ben", "cat")],
        [home("ash"), home("bay"), home("cob")],
        siblings=(apart("ann", "ben"), together("ann", "cat"), together("ben", "cat")),
    )
    for at in ("ash", "bay", "cob"):
        assert open_rules(told, at, "ann", "cat") == {}
        assert open_rules(told, at, "ben", "cat") == {}
        assert open_rules(told, at, "ann", "ben") == {"SIB-02": "barred"}
        assert open_rules(told, at, "ann", "ben", "cat") == {"SIB-02": "barred"}
        assert all(open_rules(told, at, one) == {} for one in ("ann", "ben", "cat"))

    proposal = propose(told, Policy(), council=TRAFFORD)
    ann, ben, cat = proposal.home_of
    assert ann != ben
    assert (cat == ann) != (cat == ben)
    assert min(ann, ben, cat) >= 0
    siblings = next(t for t in proposal.solution.tiers if t.name == "siblings")
    assert (siblings.value, siblings.proved) == (1, True)
