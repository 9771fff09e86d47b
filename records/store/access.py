"""Who may do what: roles, the one table of every call, and the person who acts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What a person does here. A person may hold several; each act is done in one of them."""

    FAMILY_FINDER = "family_finder"
    PANEL_MEMBER = "panel_member"
    PANEL_CHAIR = "panel_chair"
    DECISION_MAKER = "decision_maker"
    """Whoever the council's scheme of delegation lets decide: a panel recommends, it does not decide [GOV-07]."""
    COMMISSIONER = "commissioner"
    """Totals only: never a child or a home."""
    AUDITOR = "auditor"
    """The trail only: who did what when, never what was written about a child."""
    ADMINISTRATOR = "administrator"
    """Keeps the store and says who may use it: no casework."""


_FINDER: Final = frozenset({Role.FAMILY_FINDER})
_PANEL: Final = frozenset({Role.PANEL_MEMBER, Role.PANEL_CHAIR})
_DECIDES: Final = frozenset({Role.DECISION_MAKER})
_CASEWORK: Final = _FINDER | _PANEL | _DECIDES
_COMMISSIONER: Final = frozenset({Role.COMMISSIONER})
_PLANS: Final = _COMMISSIONER | _DECIDES
"""Whoever may read what is planned: totals, and never a child."""
_ADMINISTRATOR: Final = frozenset({Role.ADMINISTRATOR})
_AUDITOR: Final = frozenset({Role.AUDITOR})
ANYBODY: Final = frozenset(Role)

MAY: Final[dict[str, frozenset[Role]]] = {
    # coming and going
    "sign_in": ANYBODY,
    "sign_out": ANYBODY,
    "stay": ANYBODY,
    # looking
    "look": _CASEWORK,
    "standing": ANYBODY,
    "open_round": _CASEWORK,
    "runs_made": _CASEWORK,
    "snapshots_made": _CASEWORK,
    # facts and rounds
    "keep_snapshot": _FINDER,
    "read_snapshot": _CASEWORK,
    "keep_run": _FINDER,
    "list_runs": _CASEWORK,
    "read_run": _CASEWORK,
    "read_plan": _CASEWORK,
    "read_file": _CASEWORK,
    # what people say before a round
    "pin": _FINDER,
    "veto": _FINDER,
    "ask_question": _CASEWORK,
    "answer_question": _CASEWORK,
    "edit": _CASEWORK,
    "list_things": _CASEWORK,
    "history": _CASEWORK,
    "next_round": _FINDER,
    # decisions
    "propose_match": _FINDER,
    "take_step": _CASEWORK,
    "read_match": _CASEWORK,
    "home_enquiries": _CASEWORK,
    "enquiries_made": _CASEWORK,
    "list_matches": _CASEWORK,
    "matches_due": _CASEWORK,
    "places_held": _CASEWORK,
    # meetings
    "none_proposed": _FINDER | frozenset({Role.PANEL_CHAIR}),
    "list_none_proposed": _CASEWORK,
    "make_pack": _CASEWORK,
    # totals
    "totals": _CASEWORK | {Role.COMMISSIONER},
    "fairness_over_time": _CASEWORK | {Role.COMMISSIONER},
    # enough homes
    "keep_scenario": _COMMISSIONER,
    "change_scenario": _COMMISSIONER,
    "list_scenarios": _PLANS,
    "scenario_history": _PLANS,
    "keep_work": _COMMISSIONER,
    "list_works": _PLANS,
    "read_work": _PLANS,
    "keep_words": _COMMISSIONER,
    "read_words": _PLANS,
    "prepare_edition": _COMMISSIONER,
    "sign_edition": _DECIDES,
    "withdraw_edition": _PLANS,
    "list_editions": _PLANS,
    "read_edition": _PLANS,
    "adopt_targets": _COMMISSIONER,
    "record_approvals": _COMMISSIONER,
    "targets_so_far": _PLANS,
    # the trail
    "read_trail": _AUDITOR,
    "verify": _AUDITOR | _ADMINISTRATOR,
    "head": _AUDITOR | _ADMINISTRATOR,
    "check_head": _AUDITOR | _ADMINISTRATOR,
    # who may do what
    "set_standing": _ADMINISTRATOR,
    "list_standings": _ADMINISTRATOR | _AUDITOR,
    "bar": _ADMINISTRATOR,
    "lift_bar": _ADMINISTRATOR,
    "list_bars": _ADMINISTRATOR | _AUDITOR,
    # keeping
    "hold": _ADMINISTRATOR,
    "lift_hold": _ADMINISTRATOR,
    "list_holds": _ADMINISTRATOR | _AUDITOR,
    "purge_report": _ADMINISTRATOR,
    "purge": _ADMINISTRATOR,
    "backup": _ADMINISTRATOR,
    "export_subject": frozenset({Role.PANEL_CHAIR, Role.DECISION_MAKER}),
    "export_analysis": frozenset({Role.PANEL_CHAIR, Role.DECISION_MAKER}),
}
"""Every public call of a store and the roles that may make it. What is not here, nobody may do."""


@dataclass(frozen=True, slots=True)
class Actor:
    """The person who acts, as the sign-in told it; handed to every call.

    `roles` may be narrowed by what an administrator has set (`Store.set_standing`), never widened. `session` is the
    id that `Store.sign_in` gave; only the one user of a computer without a sign-in has none. `acting_as`: the one
    role of several in which the person acts now.
    """

    user_id: str
    name: str
    roles: frozenset[Role]
    session: str | None = None
    local: bool = False
    acting_as: Role | None = None


def local_actor(user_id: str = "local", name: str = "Single user, this computer") -> Actor:
    """The one user of a computer that has no sign-in: holds every role, and the trail says `local`."""
    return Actor(user_id, name, frozenset(Role), local=True)
