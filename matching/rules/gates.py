"""What the law wants done before a match is confirmed, and the records cannot show as done.

A gate never changes an answer: it is listed beside the match. Those marked `always` are ordinary for every home
of their kind; the others apply because of what is, or is not, recorded for this child and this home.
"""

# Every rule and gate is handed the same things, whether or not it needs them all.
# ruff: noqa: ARG001

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from matching.rules.adoption import placing_for_adoption
from matching.rules.approval import terms_of_approval
from matching.rules.asked import Asked
from matching.rules.capacity import HARM_TO_OTHERS
from matching.rules.education import key_stage_4, other_school_years
from matching.rules.kinds import ADOPTIVE, FOSTERING
from matching.rules.location import Area, homes_in
from matching.rules.register import Mask, Register
from matching.rules.rule import Answer, Gate, gate
from matching.rules.safety import needs_smoke_free
from records.ages import age_on
from records.model import Alongside, Child, DistanceReason, HomeKind, PetsWish, PlacementNeed, Provider, Route
from records.working_days import add_working_days

DAYS_A_WEEK = 7
ENGLAND = "E"
"""First letter of the code of every authority in England."""


def _all(register: Register, condition: bool = True) -> Mask:
    return np.full(len(register.homes), condition, dtype=np.bool_)


def _if(condition: bool, homes: Mask) -> Mask:
    """These homes if the condition holds, else none."""
    return homes if condition else np.zeros_like(homes)


def _moving(child: Child, register: Register) -> Mask:
    """Homes that would be new to the child."""
    return ~register.lives_there(child.child_id)


def _family(child: Child, register: Register) -> tuple[Child, ...]:
    """The child and the brothers and sisters in this round."""
    return (child,) if child.family_id is None else register.families[child.family_id]


def months_before(day: date, months: int) -> date:
    """The same day of the month so many months earlier, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_after(day: date, months: int) -> date:
    """The same day of the month so many months later, or that month's last day."""
    return months_before(day, -months)


def birthday(child: Child, age: int) -> date:
    """The day on which the child reaches this age; 1 March for somebody born on 29 February in other years."""
    born = child.date_of_birth
    if (born.month, born.day) == (2, 29) and monthrange(born.year + age, 2)[1] == 28:
        return date(born.year + age, 3, 1)
    return born.replace(year=born.year + age)


def _within_stay(child: Child, on: date, asked: Asked) -> bool:
    """Whether a day is still to come and falls before the stay is expected to end, or no end is recorded."""
    return asked.day < on and (child.expected_end is None or on < child.expected_end)


def _plan_due(child: Child, asked: Asked) -> date:
    return add_working_days(asked.day, asked.law.placement_plan_working_days)


def _area_notice_due(child: Child, asked: Asked) -> date:
    return add_working_days(asked.day, asked.law.area_notice_working_days)


def _emergency_ends(child: Child, asked: Asked) -> date:
    return add_working_days(asked.day, asked.law.emergency_outside_terms_working_days)


# ---- The child's wishes and plan -------------------------------------------------------------------------------


@gate("GOV-08", law="Children Act 1989, section 22(4) and (5)", mark="primary")
def wishes_and_feelings(child: Child, register: Register, asked: Asked) -> Mask:
    """No wishes and feelings are recorded since the referral: the social worker asks the child, the parents and
    others with parental responsibility, and writes down what they say.
    """
    stale = child.views_recorded_on is None or child.views_recorded_on < child.referred_on
    return _all(register, stale)


@gate("SAFE-04", law="Placements data standard version 2", mark="primary")
def alongside_not_recorded(child: Child, register: Register, asked: Asked) -> Mask:
    """Who may live alongside the child is not recorded, and other children live here or could be placed here: ask
    the child's social worker.
    """
    homes = register.homes
    residents = homes.residents
    others = residents.ids != child.child_id
    company = homes.any_resident(others & (residents.child != 0)) | (homes.vacancies > 1)
    return _if(child.alongside is None, company)


@gate("HLT-05", law="Local smoking policy, after CoramBAAF Practice Note 68", mark="secondary")
def smoke_free_not_recorded(child: Child, register: Register, asked: Asked) -> Mask:
    """Somebody smokes here, or it is not recorded, and nobody has recorded whether the child needs a smoke-free
    home: ask. Young children, and those with illness of the chest or heart, are not normally placed with smokers.
    """
    open_question = child.smoke_free is None and not needs_smoke_free(child, asked)
    return _if(open_question, register.homes.smoker != 0)


@gate("HLT-05", law="Local smoking policy, after CoramBAAF Practice Note 68", mark="secondary")
def young_child_with_smokers(child: Child, register: Register, asked: Asked) -> Mask:
    """The child is of an age at which children are not normally placed with smokers, and is recorded as not needing
    a smoke-free home: the supervising social worker says why this home will do.
    """
    young = age_on(child.date_of_birth, asked.day) < asked.law.smoke_free_usual_under_age
    accepted = child.smoke_free is False and not needs_smoke_free(child, asked)
    return _if(young and accepted, register.homes.smoker != 0)


@gate("HLT-07", law="Placements data standard version 2: pets", mark="primary")
def pets_not_recorded(child: Child, register: Register, asked: Asked) -> Mask:
    """There are animals here, or it is not recorded, and nobody has recorded whether the child can live with
    animals: ask about fear, allergy and risk to the animals.
    """
    return _if(child.pets in (None, PetsWish.UNKNOWN), register.homes.pets != 0)


@gate("HLT-04", law="Local: allergies", mark="local policy", always=True)
def allergies(child: Child, register: Register, asked: Asked) -> Mask:
    """Ask about allergies, to animals, foods, latex and the like: a severe one means no, until a health
    professional is satisfied that the home is free of it.
    """
    return _all(register)


@gate("PLC-01", law="Children Act 1989, section 22C(2) to (4)", mark="primary", always=True)
def family_first(child: Child, register: Register, asked: Asked) -> Mask:
    """The social worker records that living with a parent, or somebody with parental responsibility, was
    considered and ruled out, and who explored the wider family.
    """
    return _all(register)


@gate("EPM-01", law="Children Act 1989, section 22C(9A) and (9B)", mark="primary", always=True)
def kin_before_early_permanence(child: Child, register: Register, asked: Asked) -> Mask:
    """The social worker records that family and friends were considered before carers who may adopt."""
    return register.homes.is_kind(HomeKind.EARLY_PERMANENCE)


@gate("CNT-01", law="Children Act 1989, section 34", mark="primary", always=True)
def contact_orders(child: Child, register: Register, asked: Asked) -> Mask:
    """Where a court has ordered family time, the social worker checks that it stays workable from here; no-contact
    and bail terms belong in zones and separations (CNT-03).
    """
    return ~register.homes.is_kind(HomeKind.ADOPTER)


@gate("LOC-11", law="Care Planning Regulations 2010, regulation 13(3)", mark="primary")
def confidential_address(child: Child, register: Register, asked: Asked) -> Mask:
    """There are safety reasons about where the child lives: the team manager settles whether the address is to be
    confidential, and checks the carers' links to those who must not find the child.
    """
    at_risk = child.distance_reason is DistanceReason.SAFEGUARDING or bool(register.zones_of(child.child_id))
    return _all(register, at_risk)


@gate("PLC-10", law="Care Planning Regulations 2010, regulation 14", mark="primary")
def review_before_moving(child: Child, register: Register, asked: Asked) -> Mask:
    """The child lives in another home: it is ended only after a review of the case, unless there is immediate risk
    of harm.
    """
    there = register.lives_there(child.child_id)
    return ~there & there.any()


@gate("SIB-06", law="Practice: an emergency split of brothers and sisters", mark="unchecked")
def emergency_split(child: Child, register: Register, asked: Asked) -> Mask:
    """Brothers and sisters who need homes in an emergency: if they are split, it is for a time only, with a date for
    review, a plan for contact, and the search for one home goes on.
    """
    several = len(_family(child, register)) > 1
    return _all(register, several and child.placement_need is PlacementNeed.EMERGENCY)


@gate("SHB-01", law="Care Planning Regulations 2010, regulation 48", mark="primary")
def short_breaks(child: Child, register: Register, asked: Asked) -> Mask:
    """Short breaks count as one arrangement only within the limits on each stay and on any 12 months, with the
    child going home between them: the social worker checks the dates.
    """
    return _all(register, child.placement_need is PlacementNeed.SHORT_BREAKS)


@gate("STB-03", law="Care Planning Regulations 2010, regulation 22B (SI 2015/495)", mark="secondary")
def long_term_foster_placement(child: Child, register: Register, asked: Asked) -> Mask:
    """A long-term foster placement: the plan is permanence by fostering, the carer agrees to care for the child until
    care ends, and the council has confirmed this to the carer, the child and the parents.
    """
    return _if(child.placement_need is PlacementNeed.LONG_TERM, register.homes.is_kind(*FOSTERING))


@gate(
    "REM-01",
    law="Legal Aid, Sentencing and Punishment of Offenders Act 2012, sections 91 to 93",
    mark="unchecked",
)
def remand_conditions(child: Child, register: Register, asked: Asked) -> Mask:
    """Remand: the social worker checks the court's conditions on area, curfew and company against this home."""
    return _all(register, child.placement_need is PlacementNeed.REMAND)


@gate("PAC-02", law="Children Act 1989, Schedule 7", mark="unchecked")
def who_counts_with_a_parent(child: Child, register: Register, asked: Asked) -> Mask:
    """A parent and child move together: take advice on which of them is fostered here, and so counts towards the
    limit, and say how long they are to stay.
    """
    together = child.placement_need is PlacementNeed.PARENT_AND_CHILD or "parent_and_child" in child.needs_must
    return _all(register, together)


# ---- The carer and those who live there ------------------------------------------------------------------------


@gate("FOST-21", law="Care Planning Regulations 2010, regulation 9(3)", mark="primary", always=True)
def the_carer_agrees(child: Child, register: Register, asked: Asked) -> Mask:
    """The carer is asked about this child, and agrees. What they have wished for before is not consent."""
    return _all(register)


@gate(
    "FOST-23",
    law="Fostering Services National Minimum Standards 2011, standard 15.2",
    mark="primary",
    always=True,
)
def information_for_carers(child: Child, register: Register, asked: Asked) -> Mask:
    """The carer has, in writing, all the information held that they need."""
    return ~register.homes.is_kind(HomeKind.ADOPTER)


@gate("PLC-09", law="Care Planning Regulations 2010, regulation 9", mark="primary", always=True, by=_plan_due)
def placement_plan(child: Child, register: Register, asked: Asked) -> Mask:
    """The placement plan is agreed and signed by the carer before the stay begins, or soon after where that cannot
    be done; it says which everyday decisions the carer may take (PLC-12).
    """
    return ~register.homes.is_kind(HomeKind.ADOPTER)


@gate("FOST-13", law="Care Planning Regulations 2010, regulation 22(2)(c)", mark="secondary", always=True)
def foster_care_agreement(child: Child, register: Register, asked: Asked) -> Mask:
    """A signed foster care agreement is in force."""
    return register.homes.is_kind(*FOSTERING)


@gate("SAFE-06", law="Children Act 1989, section 22(3)", mark="unchecked", always=True)
def household_links(child: Child, register: Register, asked: Asked) -> Mask:
    """The team manager checks that nobody in the home is linked to the birth family, an alleged perpetrator or the
    case.
    """
    return _all(register)


@gate("SAFE-08", law="Local: the home's safe-care plan", mark="local policy", always=True)
def safe_care_plan(child: Child, register: Register, asked: Asked) -> Mask:
    """The supervising social worker goes over the home's safe-care plan for this child."""
    return register.homes.is_kind(*FOSTERING)


@gate("SAFE-05", law="Fostering Services National Minimum Standards 2011, standard 15.1", mark="primary")
def effect_on_the_household(child: Child, register: Register, asked: Asked) -> Mask:
    """Others live here: the supervising social worker notes what this would mean for each of them (FOST-22), and
    tells the councils of the children already placed.
    """
    return register.homes.any_resident(register.homes.residents.ids != child.child_id)


@gate("SAFE-04", law="Placements data standard version 2", mark="primary")
def residents_own_company(child: Child, register: Register, asked: Asked) -> Mask:
    """A child of this round lives here, and it is recorded who may live alongside that child: ask that child's
    social worker too.
    """
    homes = register.homes
    asks = np.zeros(len(homes), dtype=np.bool_)
    for other_id in register.lives_in:
        other = register.children[register.child_index[other_id]]
        limits_company = other.alongside in (Alongside.SOLO, Alongside.ONLY_OLDER, Alongside.ONLY_YOUNGER)
        if limits_company and other.child_id != child.child_id:
            asks |= register.lives_there(other.child_id)
    return asks


@gate("SAFE-02", law="Practice: harmful sexual behaviour", mark="unchecked")
def harmful_behaviour(child: Child, register: Register, asked: Asked) -> Mask:
    """Harmful sexual behaviour is recorded, and other children live here or would: no placement without a specific
    assessment of the risk to younger or vulnerable children, agreed by the nominated officer.
    """

    def recorded(one: Child) -> bool:
        return HARM_TO_OTHERS in one.needs_must or HARM_TO_OTHERS in one.needs_helpful

    residents = register.homes.residents
    company = register.homes.any_resident((residents.child != 0) & (residents.ids != child.child_id))
    family = _family(child, register)
    return _all(register, len(family) > 1 and any(map(recorded, family))) | (company & recorded(child))


@gate("FOST-01", law="Care Planning Regulations 2010, regulation 22", mark="secondary")
def approval_ends_during_the_stay(child: Child, register: Register, asked: Asked) -> Mask:
    """The approval ends before the stay is expected to: ask what happens then, before the child moves in. A child
    may not stay where approval has lapsed.
    """
    ends = register.homes.approved_to
    if child.expected_end is None:
        return ~np.isnat(ends)
    cut_short: Mask = ends < np.datetime64(child.expected_end, "D")
    return cut_short


def _approval_days(register: Register) -> NDArray[np.float64]:
    """Days from the first to the last day of approval, both counted; not-a-number where either is not recorded."""
    homes = register.homes
    days = (homes.approved_to - homes.approved_from) / np.timedelta64(1, "D")
    return np.asarray(days + 1, dtype=np.float64)


@gate("CON-01", law="Care Planning Regulations 2010, regulation 24 and Schedule 4", mark="secondary")
def temporary_kinship_approval(child: Child, register: Register, asked: Asked) -> Mask:
    """The approval is as short as a temporary one: the accommodation and every adult in the home were checked, the
    nominated officer approved it, and the full assessment has begun.
    """
    homes = register.homes
    longest = asked.law.temporary_approval_weeks + asked.law.temporary_extension_weeks
    return homes.is_kind(HomeKind.CONNECTED_PERSON) & (_approval_days(register) <= longest * DAYS_A_WEEK)


@gate("CON-02", law="Care Planning Regulations 2010, regulation 25", mark="primary")
def extended_kinship_approval(child: Child, register: Register, asked: Asked) -> Mask:
    """The approval looks like a temporary one that was extended: this is done once only, with the panel's view sought,
    the reviewing officer told, and the nominated officer's approval.
    """
    homes = register.homes
    first = asked.law.temporary_approval_weeks
    longest = first + asked.law.temporary_extension_weeks
    days = _approval_days(register)
    extended = (days > first * DAYS_A_WEEK) & (days <= longest * DAYS_A_WEEK)
    return homes.is_kind(HomeKind.CONNECTED_PERSON) & extended


@gate("FOST-15", law="Fostering Services Regulations 2011, regulation 28", mark="secondary")
def review_in_date(child: Child, register: Register, asked: Asked) -> Mask:
    """The carer's review is out of date or not recorded: the fostering manager says when it was, or has it done."""
    homes = register.homes
    oldest = np.datetime64(months_before(asked.day, asked.policy.review_months), "D")
    overdue: Mask = np.isnat(homes.last_review_on) | (homes.last_review_on < oldest)
    return homes.is_kind(*FOSTERING) & overdue


@gate(
    "FOST-11",
    law="Care Planning Regulations 2010, regulation 23",
    mark="secondary",
    by=_emergency_ends,
)
def emergency_outside_terms(child: Child, register: Register, asked: Asked) -> Mask:
    """An emergency outside the carer's terms: only for a few working days, the first of them counted. By then the
    terms are changed or the stay ends; the usual fostering limit holds all the same.
    """
    homes = register.homes
    if child.placement_need is not PlacementNeed.EMERGENCY:
        return _all(register, False)
    alone = register.group(child.child_id)
    applies: Mask = homes.is_kind(*FOSTERING) & (terms_of_approval(alone, homes, asked) != Answer.MET)
    return applies


@gate("FOST-12", law="Care Planning Regulations 2010, regulations 22(3) and 26", mark="secondary")
def approved_by_another_service(child: Child, register: Register, asked: Asked) -> Mask:
    """Another service approved the carer: it consents, and so does every other council with a child here; with an
    agency there is a written agreement on what it does for the council.
    """
    homes = register.homes
    others: Mask = homes.provider != Provider.IN_HOUSE
    return homes.is_kind(*FOSTERING) & others


# ---- Place and rooms -------------------------------------------------------------------------------------------


@gate("LOC-06", law="Care Planning Regulations 2010, regulation 13(4)", mark="primary", by=_area_notice_due)
def notice_to_the_area(child: Child, register: Register, asked: Asked) -> Mask:
    """The home is in another council's area, or that is not known: that council is told in writing before the
    placement, with needs, reasons and care plan. Only in an emergency may it be after.
    """
    homes = register.homes
    return ~homes.is_kind(HomeKind.ADOPTER) & ~homes_in(Area.OWN, homes, asked)


@gate("LOC-12", law="Care Planning Regulations 2010, regulation 12", mark="secondary")
def outside_england(child: Child, register: Register, asked: Asked) -> Mask:
    """The home is outside England: take legal advice, because other approvals or another law apply."""
    authority = register.homes.authority
    abroad: Mask = (authority != "") & ~np.char.startswith(authority, ENGLAND)
    return abroad


@gate("BED-02", law="Fostering Services National Minimum Standards 2011, standard 10.6", mark="primary")
def room_when_older(child: Child, register: Register, asked: Asked) -> Mask:
    """During the stay the child reaches an age for a bedroom of their own, and there may be none: the supervising
    social worker plans for it now.
    """
    law = asked.law
    own_room = birthday(child, law.own_bedroom_from_age)
    no_sharing = birthday(child, law.share_bedroom_under_age)
    family = _family(child, register)
    could_share = any(one is not child and one.sex == child.sex and child.sex in ("M", "F") for one in family)
    comes = _within_stay(child, own_room, asked) or (could_share and _within_stay(child, no_sharing, asked))
    room_for_each = register.homes.bedrooms_free >= len(family)
    return _if(comes, _moving(child, register) & ~room_for_each)


# ---- Supported lodgings ----------------------------------------------------------------------------------------


@gate("PLC-08", law="Children Act 1989, section 22D", mark="secondary")
def review_before_lodgings(child: Child, register: Register, asked: Asked) -> Mask:
    """The young person lives with foster carers, or may do so: a review of the case, chaired by the reviewing
    officer, comes before a move to lodgings (SLG-05).
    """
    homes = register.homes
    hosts = homes.is_kind(HomeKind.SUPPORTED_LODGINGS)
    there = register.lives_there(child.child_id)
    if there.any():
        leaves_care = bool((there & ~hosts).any())
    else:
        leaves_care = child.looked_after_since is None or child.looked_after_since <= asked.day
    return _if(leaves_care, hosts)


@gate("SLG-04", law="Care Planning Regulations 2010, regulation 27 and Schedule 6", mark="primary", always=True)
def lodgings_are_suitable(child: Child, register: Register, asked: Asked) -> Mask:
    """The social worker is satisfied that the lodgings suit, the young person has visited unless that cannot be
    done, and the reviewing officer is told.
    """
    return register.homes.is_kind(HomeKind.SUPPORTED_LODGINGS)


@gate(
    "SLG-06",
    law="Supported Accommodation (England) Regulations 2023, quality standards",
    mark="primary",
    always=True,
)
def support_not_care(child: Child, register: Register, asked: Asked) -> Mask:
    """The young person was assessed as needing support, not care: one who needs care is not placed in lodgings."""
    return register.homes.is_kind(HomeKind.SUPPORTED_LODGINGS)


@gate(
    "SLG-12",
    law="Supported Accommodation (England) Regulations 2023, regulation 6",
    mark="primary",
    always=True,
)
def lodgings_location(child: Child, register: Register, asked: Asked) -> Mask:
    """The registered manager has reviewed the premises and their location this year (BED-08)."""
    return register.homes.is_kind(HomeKind.SUPPORTED_LODGINGS)


# ---- Adoption and early permanence -----------------------------------------------------------------------------


@gate("EPM-05", law="Care Planning Regulations 2010, regulation 22A", mark="unchecked", always=True)
def early_permanence_approval(child: Child, register: Register, asked: Asked) -> Mask:
    """The nominated officer approves the early-permanence placement, and the parents are told, before it begins."""
    return register.homes.is_kind(HomeKind.EARLY_PERMANENCE)


@gate("ADO-01", law="Adoption and Children Act 2002, sections 18 and 52(3)", mark="secondary")
def consent_of_parents_of_a_newborn(child: Child, register: Register, asked: Asked) -> Mask:
    """The parents' consent was given while the child was a few weeks old, and there is no placement order: take
    legal advice; such a consent may not be good, and a very young child needs the parents' written agreement.
    """
    ordered = child.placement_order_on is not None and child.placement_order_on <= asked.day
    old_enough = child.date_of_birth + timedelta(weeks=asked.law.consent_from_age_weeks)
    too_early = child.parental_consent_on is not None and child.parental_consent_on < old_enough
    return _if(too_early and not ordered, placing_for_adoption(child, register.homes))


@gate("ADO-07", law="Adoption Agencies Regulations 2005, regulation 31", mark="primary", always=True)
def adoption_placement_report(child: Child, register: Register, asked: Asked) -> Mask:
    """Before the match goes to panel: the adopters have the permanence report, are met and give their views, support
    needs are assessed, and the adoption placement report is written and commented on.
    """
    return _adopting(child, register)


@gate("ADO-08", law="Adoption Agencies Regulations 2005, regulation 32", mark="primary", always=True)
def adoption_panel(child: Child, register: Register, asked: Asked) -> Mask:
    """The adoption panel considers the match and recommends."""
    return _adopting(child, register)


@gate("ADO-09", law="Adoption Agencies Regulations 2005, regulation 33", mark="primary", always=True)
def adoption_decision_maker(child: Child, register: Register, asked: Asked) -> Mask:
    """The agency decision maker of the child's agency decides, after the panel."""
    return _adopting(child, register)


@gate("ADO-10", law="Adoption Agencies Regulations 2005, regulation 35", mark="primary", always=True)
def adoption_placement_plan(child: Child, register: Register, asked: Asked) -> Mask:
    """The adoption placement plan is made, the adopters confirm, and health, education and the council of the area
    are told; then the child moves in.
    """
    return _adopting(child, register)


def _adopting(child: Child, register: Register) -> Mask:
    homes = register.homes
    if Route.ADOPTION not in child.routes:
        return homes.is_kind(HomeKind.ADOPTER)
    return homes.is_kind(*ADOPTIVE)


@gate("ADO-11", law="Adoption scorecards, indicator A1 (now A10)", mark="secondary")
def long_in_care(child: Child, register: Register, asked: Asked) -> Mask:
    """The time expected from coming into care to moving in with adopters has passed: the plan explains why."""
    since = child.looked_after_since
    late = since is not None and (asked.day - since).days > asked.law.adoption_entry_days
    return _if(late, placing_for_adoption(child, register.homes))


@gate("ADO-12", law="Adoption scorecards, indicator A2", mark="secondary")
def long_since_the_order(child: Child, register: Register, asked: Asked) -> Mask:
    """The time expected from the court's authority to a match has passed: the plan explains why."""
    authority = [d for d in (child.placement_order_on, child.parental_consent_on) if d is not None]
    late = bool(authority) and (asked.day - min(authority)).days > asked.law.adoption_match_days
    return _if(late, placing_for_adoption(child, register.homes))


@gate("ADO-13", law="Adoption National Minimum Standards 2014, standards 13.1 and 13.2", mark="primary")
def wider_search(child: Child, register: Register, asked: Asked) -> Mask:
    """Months have passed since the decision that the child should be adopted: search more widely, through the
    national linking platforms, beside this match.
    """
    decided = child.adoption_decision_on
    months = asked.law.wider_adoption_search_months
    late = decided is not None and months_after(decided, months) < asked.day
    return _if(late, placing_for_adoption(child, register.homes))


@gate("ADO-14", law="Practice: matches between agencies", mark="unchecked")
def match_between_agencies(child: Child, register: Register, asked: Asked) -> Mask:
    """The adopters were approved by another agency, as is normal: the two agencies agree who pays the fee, and it
    delays nothing.
    """
    adopters: Mask = _adopting(child, register) & (register.homes.provider != Provider.IN_HOUSE)
    return adopters


GATES: tuple[Gate, ...] = (
    wishes_and_feelings,
    family_first,
    kin_before_early_permanence,
    the_carer_agrees,
    placement_plan,
    information_for_carers,
    foster_care_agreement,
    review_before_moving,
    review_before_lodgings,
    early_permanence_approval,
    emergency_outside_terms,
    long_term_foster_placement,
    approval_ends_during_the_stay,
    temporary_kinship_approval,
    extended_kinship_approval,
    review_in_date,
    approved_by_another_service,
    notice_to_the_area,
    outside_england,
    key_stage_4,
    other_school_years,
    effect_on_the_household,
    alongside_not_recorded,
    residents_own_company,
    harmful_behaviour,
    emergency_split,
    household_links,
    confidential_address,
    safe_care_plan,
    contact_orders,
    room_when_older,
    smoke_free_not_recorded,
    young_child_with_smokers,
    pets_not_recorded,
    allergies,
    short_breaks,
    remand_conditions,
    who_counts_with_a_parent,
    lodgings_are_suitable,
    support_not_care,
    lodgings_location,
    consent_of_parents_of_a_newborn,
    adoption_placement_report,
    adoption_panel,
    adoption_decision_maker,
    adoption_placement_plan,
    long_in_care,
    long_since_the_order,
    wider_search,
    match_between_agencies,
)
