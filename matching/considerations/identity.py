"""Language, faith and ethnicity: support for who the child is. Never a filter, never a reason against a home.

With faith and ethnicity a home can only gain. One of another faith or ethnicity is given exactly what a home is
given of which nothing is recorded, because the records do not say how well it would support the child [IDN-03].
"""

from __future__ import annotations

from datetime import date

import numpy as np

from matching.considerations.consideration import MIDDLE, Facts, Floats, Mask, Score, consideration, scored

SHARED = 100.0
PARTLY_SHARED = 75.0
SHARED_IN_ADOPTION = 75.0
PARTLY_SHARED_IN_ADOPTION = 62.5
"""In adoption identity is one part of the welfare checklist, so half the range [IDN-02]."""
ENGLISH_IN_COMMON = 40.0

_ENGLISH = frozenset({"english", "en", "eng"})
_NO_FAITH = frozenset({"none", "no religion", "no faith", "not religious"})
_NOT_SAID = frozenset({"", "unknown", "not known", "not recorded", "refused", "prefer not to say"})
_ETHNICITY_NOT_SAID = ("", "REFU", "NOBT")

_WHITE = frozenset({"WBRI", "WIRI", "WOTH"})
_ASIAN = frozenset({"AIND", "APKN", "ABAN", "AOTH"})
_BACKGROUNDS = {
    "MWBC": _WHITE | {"BCRB"},
    "MWBA": _WHITE | {"BAFR"},
    "MWAS": _WHITE | _ASIAN,
}
"""The backgrounds that a mixed SSDA903 code names."""


def _languages(facts: Facts) -> dict[str, str]:
    """The child's languages, as compared and as written."""
    return {x.strip().casefold(): x.strip() for x in facts.child.languages if x.strip()}


def _other_languages(facts: Facts) -> list[str]:
    return [written for compared, written in _languages(facts).items() if compared not in _ENGLISH]


def _speaks_english(facts: Facts) -> bool:
    return not _ENGLISH.isdisjoint(_languages(facts))


def _language_words(facts: Facts, home: int) -> str:
    if not _languages(facts):
        return "the child's languages are not recorded"
    spoken = _other_languages(facts)
    if not spoken:
        return "the child speaks English"
    common = [x for x in spoken if facts.homes.speaks(x)[home]]
    if common:
        return f"speaks {' and '.join(common)}, which the child speaks"
    if not facts.homes.languages_recorded[home]:
        return "the languages of the home are not recorded"
    either = " or ".join(spoken)
    if _speaks_english(facts):
        return f"not recorded as speaking {either}; the child also speaks English"
    return f"not recorded as speaking {either}, and no English is recorded for the child"


@consideration(
    "language",
    says=_language_words,
    rests_on=lambda facts: tuple(sorted(_languages(facts))),
    looks_at="100 where somebody speaks a language of the child's other than English; 40 where nobody does but the "
    "child also speaks English; 0 where nobody does and no English is recorded for the child. Does not apply to a "
    "child who speaks only English. Sign language that must be met is a rule.",
    law="Children Act 1989, s22(5)(c); IDN-01, IDN-05, UAS-01",
)
def language(facts: Facts) -> Score:
    """Speaks the child's language."""
    spoken = _other_languages(facts)
    in_common = np.zeros(len(facts.homes), dtype=np.bool_)
    for one in spoken:
        in_common |= facts.homes.speaks(one)
    otherwise = ENGLISH_IN_COMMON if _speaks_english(facts) else 0.0
    value = np.select([in_common, facts.homes.languages_recorded & bool(spoken)], [SHARED, otherwise], default=np.nan)
    return scored(value, applies=bool(spoken) or not _languages(facts), unknown_least=otherwise)


def _adoption_clock(facts: Facts) -> date:
    """Since when adopters have been looked for: the first of decision, order and consent, else the referral."""
    child = facts.child
    dates = (child.adoption_decision_on, child.placement_order_on, child.parental_consent_on)
    passed = [d for d in dates if d is not None and d <= facts.asked.day]
    return min(passed, default=child.referred_on)


def _waited_too_long(facts: Facts) -> Mask:
    """Adoptive and early permanence homes, once a child has waited beyond the council's limit [IDN-02]."""
    late: Mask = facts.for_adoption & _late(facts)
    return late


def _late(facts: Facts) -> bool:
    return (facts.asked.day - _adoption_clock(facts)).days > facts.policy.identity_delay_days


_NO_DELAY = "the child has waited so long for adopters that this no longer counts"


def _gaining(facts: Facts, value: Floats, applies: Mask | bool) -> Score:
    """A score in which nothing recorded can bring a home below one of which nothing is recorded."""
    most = np.where(facts.for_adoption, SHARED_IN_ADOPTION, SHARED)
    score = scored(value, applies=applies, unknown_least=MIDDLE)
    return Score(score.value, score.known, score.applies, score.least, np.where(score.known, value, most))


def _faith(facts: Facts) -> str | None:
    """The child's faith as compared; None for none recorded."""
    said = (facts.child.religion or "").strip().casefold()
    return None if said in _NOT_SAID else said


def _faith_words(facts: Facts, home: int) -> str:
    faith_of_child = _faith(facts)
    if faith_of_child in _NO_FAITH:
        return "the child is recorded as having no religion"
    if _waited_too_long(facts)[home]:
        return _NO_DELAY
    if faith_of_child is None:
        return "the child's religion is not recorded"
    theirs = str(facts.homes.religion[home])
    if theirs in _NOT_SAID:
        return "the religion of the home is not recorded"
    if theirs == faith_of_child:
        return "the home is of the child's religion"
    return "another religion is recorded: ask how the home would support the child's"


@consideration(
    "faith",
    says=_faith_words,
    rests_on=lambda facts: (_faith(facts), _late(facts)),
    looks_at="100 where the home is of the child's religion (75 with adoptive and early permanence homes), else 50, "
    "the same as not recorded. Does not apply to a child recorded as having none, nor to adopters once the child has "
    "waited `identity_delay_days`.",
    law="Children Act 1989, s22(5)(c); Adoption and Children Act 2002, s1(4); IDN-01 to IDN-04",
)
def faith(facts: Facts) -> Score:
    """Supports the child's faith."""
    faith_of_child = _faith(facts)
    theirs = facts.homes.religion
    shared = np.where(facts.for_adoption, SHARED_IN_ADOPTION, SHARED)
    recorded = ~np.isin(theirs, sorted(_NOT_SAID)) & (faith_of_child is not None)
    value = np.select([recorded & (theirs == (faith_of_child or "")), recorded], [shared, MIDDLE], default=np.nan)
    return _gaining(facts, value, ~_waited_too_long(facts) & (faith_of_child not in _NO_FAITH))


def _ethnicity(facts: Facts) -> str | None:
    said = facts.child.ethnicity or ""
    return None if said in _ETHNICITY_NOT_SAID else said


def _partly_shared_codes(code: str) -> list[str]:
    """Codes that share part of the background of this one: a mixed code and those it names."""
    within = _BACKGROUNDS.get(code, frozenset())
    return sorted(within | {mixed for mixed, parts in _BACKGROUNDS.items() if code in parts})


def _identity_words(facts: Facts, home: int) -> str:
    code = _ethnicity(facts)
    if _waited_too_long(facts)[home]:
        return _NO_DELAY
    if code is None:
        return "the child's ethnicity is not recorded"
    theirs = str(facts.homes.ethnicity[home])
    if theirs in _ETHNICITY_NOT_SAID:
        return "the ethnicity of the home is not recorded"
    if theirs == code:
        return "the home shares the child's recorded ethnicity"
    if theirs in _partly_shared_codes(code):
        return "the home shares part of the child's recorded ethnicity"
    return "another ethnicity is recorded: ask how the home would support the child's identity"


@consideration(
    "identity",
    says=_identity_words,
    rests_on=lambda facts: (_ethnicity(facts), _late(facts)),
    looks_at="100 where the home shares the child's recorded ethnicity, 75 where one is mixed and names the other's "
    "(75 and 62.5 with adoptive and early permanence homes), else 50, the same as not recorded. Does not apply to "
    "adopters once the child has waited `identity_delay_days`.",
    law="Children Act 1989, s22(5)(c); Adoption and Children Act 2002, s1(4); Equality Act 2010; IDN-01 to IDN-03",
)
def identity(facts: Facts) -> Score:
    """Supports the child's ethnic identity."""
    code = _ethnicity(facts)
    theirs = facts.homes.ethnicity
    recorded = ~np.isin(theirs, _ETHNICITY_NOT_SAID) & (code is not None)
    shared = np.where(facts.for_adoption, SHARED_IN_ADOPTION, SHARED)
    partly = np.where(facts.for_adoption, PARTLY_SHARED_IN_ADOPTION, PARTLY_SHARED)
    value = np.select(
        [recorded & (theirs == (code or "")), recorded & np.isin(theirs, _partly_shared_codes(code or "")), recorded],
        [shared, partly, MIDDLE],
        default=np.nan,
    )
    return _gaining(facts, value, ~_waited_too_long(facts))
