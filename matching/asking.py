"""Whom a plan has to ask: the request that carers would hear for each group of children, and how likely a yes is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from matching.acceptance import Acceptance
from matching.acceptance_fit import Floats
from matching.alternatives import Group, groups_of
from matching.propose import Proposal
from matching.question import Ints
from records.enquiries import asked_for
from records.model import Enquiry


class Asking:
    """The requests of one round, and what recorded answers say of each. Carers of homes that children live in now,
    and stay in, are not asked anew: their chance is 1.
    """

    def __init__(self, proposal: Proposal, acceptance: Acceptance) -> None:
        self.proposal, self.acceptance = proposal, acceptance
        q = proposal.question
        here = q.pair_lives_there
        self._lives = set(zip(q.pair_child[here].tolist(), q.pair_home[here].tolist(), strict=True))

    def groups(self, home_of: Ints) -> tuple[Group, ...]:
        """The groups of a plan whose carers have to be asked, in the order of their first child."""
        return tuple(g for g in groups_of(self.proposal.question, home_of) if g.home >= 0 and not self.stays(g))

    def stays(self, group: Group) -> bool:
        """Whether all of these children live in the home already."""
        return all((child, group.home) in self._lives for child in group.children)

    def request(self, group: Group) -> Enquiry:
        """What the carers would be asked. It names no child."""
        register = self.proposal.register
        home = register.records.homes[group.home]
        some = [register.children[child] for child in group.children]
        return asked_for(some, home.home_id, home, register.day)

    def chances(self, groups: Sequence[Group]) -> Floats:
        """The chance that the carers say yes to each group, shape (groups,); NaN where nothing can be said."""
        homes = [self.proposal.register.records.homes[group.home] for group in groups]
        found = self.acceptance.chances(homes, [self.request(group) for group in groups])
        stays = np.array([self.stays(group) for group in groups], dtype=np.bool_)
        return np.where(stays, 1.0, found) if len(groups) else found

    def chance_of_pairs(self, home_of: Ints) -> Floats:
        """The chance of each pair, shape (pairs,): of the child with those it is together with in a plan."""
        q = self.proposal.question
        together = {child: group.children for group in groups_of(q, home_of) for child in group.children}
        asked = dict.fromkeys(
            Group(together[child], home)
            for child, home in zip(q.pair_child.tolist(), q.pair_home.tolist(), strict=True)
        )
        known = dict(zip(asked, self.chances(list(asked)).tolist(), strict=True))
        return np.array(
            [
                1.0 if (child, home) in self._lives else known[Group(together[child], home)]
                for child, home in zip(q.pair_child.tolist(), q.pair_home.tolist(), strict=True)
            ],
            dtype=np.float64,
        )
