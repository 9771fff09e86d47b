"""The rules: every one of them, in the order in which a panel asks."""

from __future__ import annotations

from matching.rules.adoption import adoption_decision, authority_to_place_for_adoption
from matching.rules.approval import (
    approved_adopters,
    approved_for_this_child,
    approved_foster_carer,
    carer_is_available,
    early_permanence_for_this_child,
    host_in_a_registered_service,
    in_the_specialist_scheme,
    kind_of_home,
    kinship_approval_has_not_lapsed,
    not_on_hold,
    notice_of_resignation,
    settled_children_stay,
    terms_of_approval,
)
from matching.rules.capacity import (
    bedrooms,
    exemption_from_the_limit,
    one_child_or_the_whole_family,
    usual_fostering_limit,
)
from matching.rules.gates import GATES
from matching.rules.location import at_a_distance, in_the_councils_area, outside_zones
from matching.rules.needs import (
    complex_health,
    exploitation,
    fire_setting,
    other_needs,
    parent_and_child,
    physical_disability,
    sign_language,
    supervision,
)
from matching.rules.rule import Gate, Rule
from matching.rules.safety import barred_home, cared_for_alongside, no_pets, separated, smoke_free
from matching.rules.siblings import assessed_apart
from matching.rules.sixteen_plus import lodgings_from_sixteen, registered_for_private_residences

RULES: tuple[Rule, ...] = (
    # May the child go to such a home at all?
    kind_of_home,
    settled_children_stay,
    lodgings_from_sixteen,
    registered_for_private_residences,
    adoption_decision,
    authority_to_place_for_adoption,
    # Is it safe?
    barred_home,
    separated,
    assessed_apart,
    outside_zones,
    cared_for_alongside,
    # Is the home approved, for this child, and free?
    approved_foster_carer,
    kinship_approval_has_not_lapsed,
    approved_adopters,
    host_in_a_registered_service,
    notice_of_resignation,
    not_on_hold,
    carer_is_available,
    approved_for_this_child,
    early_permanence_for_this_child,
    terms_of_approval,
    in_the_specialist_scheme,
    # Is there room for all of them?
    usual_fostering_limit,
    exemption_from_the_limit,
    one_child_or_the_whole_family,
    bedrooms,
    # Can it meet what they need?
    physical_disability,
    complex_health,
    supervision,
    fire_setting,
    exploitation,
    sign_language,
    parent_and_child,
    other_needs,
    smoke_free,
    no_pets,
    # Where is it?
    in_the_councils_area,
    at_a_distance,
)

__all__ = ["GATES", "RULES", "Gate", "Rule"]
