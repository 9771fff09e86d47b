"""What the home offers this child: help with needs, a house the child can move about in, an animal."""

from __future__ import annotations

import numpy as np

from matching.considerations.consideration import Facts, Floats, Score, consideration, listed, nowhere, scored
from matching.rules.register import YesNo
from records.model import PetsWish

PHYSICAL_DISABILITY = "physical_disability"


def _yes_is_best(yes_no: YesNo) -> Floats:
    value: Floats = np.select([yes_no == 1, yes_no == 0], [100.0, 0.0], default=np.nan)
    return value


def _helpful(facts: Facts) -> list[str]:
    return list(dict.fromkeys(facts.child.needs_helpful))


def _needs_words(facts: Facts, home: int) -> str:
    needs = _helpful(facts)
    if not needs:
        return "no needs recorded that a home could help with"
    if not facts.homes.meets_needs_recorded[home]:
        return "what needs the home can meet is not recorded"
    met = [n.replace("_", " ") for n in needs if facts.homes.meets(n)[home]]
    rest = [n.replace("_", " ") for n in needs if not facts.homes.meets(n)[home]]
    if not rest:
        return f"can help with {listed(met)}"
    if not met:
        return f"not recorded as able to help with {listed(rest)}"
    return f"can help with {listed(met)}, not with {listed(rest)} ({len(met)} of {len(needs)})"


@consideration(
    "needs",
    says=_needs_words,
    rests_on=lambda facts: tuple(_helpful(facts)),
    looks_at="The share of `needs_helpful` that the home lists in `meets_needs`. Does not apply to a child with none. "
    "Needs that must be met are a rule, not a consideration.",
    law="Children Act 1989, s22(3) and s22C(5); PLC-02, FOST-22, A-NMS 13 (ADO-06)",
)
def needs(facts: Facts) -> Score:
    """Helps with what the child needs."""
    wanted = _helpful(facts)
    if not wanted:
        return nowhere(len(facts.homes))
    met = np.zeros(len(facts.homes))
    for need in wanted:
        met += facts.homes.meets(need)
    value = np.where(facts.homes.meets_needs_recorded, 100.0 * met / len(wanted), np.nan)
    return scored(value)


def _has_physical_disability(facts: Facts) -> bool:
    return PHYSICAL_DISABILITY in (*facts.child.needs_must, *facts.child.needs_helpful)


def _access_words(facts: Facts, home: int) -> str:
    if not _has_physical_disability(facts):
        return "no physical disability recorded"
    return {1: "step-free", 0: "not step-free"}.get(
        int(facts.homes.step_free[home]), "whether the home is step-free is not recorded"
    )


@consideration(
    "access",
    says=_access_words,
    rests_on=_has_physical_disability,
    looks_at="Whether the home is step-free. Applies to a child with `physical_disability` among the needs.",
    law="Children Act 1989, s22C(8)(d); HLT-01, PLC-05",
)
def access(facts: Facts) -> Score:
    """Suits a disabled child."""
    if not _has_physical_disability(facts):
        return nowhere(len(facts.homes))
    return scored(_yes_is_best(facts.homes.step_free))


def _pets_words(facts: Facts, home: int) -> str:
    if facts.child.pets is not PetsWish.MUST:
        return "the child has not asked for a home with animals"
    return {1: "animals live there, as the child wishes", 0: "no animals live there, though the child wishes it"}.get(
        int(facts.homes.pets[home]), "whether animals live there is not recorded"
    )


@consideration(
    "pets",
    says=_pets_words,
    rests_on=lambda facts: facts.child.pets is PetsWish.MUST,
    looks_at="Whether animals live there. Applies to a child who must have them; a child who cannot is a rule.",
    law="Placements data standard v2; HLT-07",
)
def pets(facts: Facts) -> Score:
    """Animals, where the child wishes for them."""
    if facts.child.pets is not PetsWish.MUST:
        return nowhere(len(facts.homes))
    return scored(_yes_is_best(facts.homes.pets))
