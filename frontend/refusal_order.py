"""What refusals do to a kept plan, worked out in another process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from frontend.orders import Told
from matching.acceptance import acceptance
from matching.asking import Asking
from matching.kept import reopened
from matching.refusals import Refusals, refusals
from records.model import Enquiry, Records


@dataclass(frozen=True, slots=True)
class RefusalOrder:
    """`chosen`: the groups that refuse at once, by the ids of their children; none: the likeliest, or the worst."""

    document: Mapping[str, Any]
    records: Records
    points: bytes | None
    enquiries: tuple[Enquiry, ...]
    chosen: tuple[tuple[str, ...], ...] = ()
    likelier: bool = False
    time_limit: float = 60.0

    def work(self, told: Told) -> Refusals:
        """See `matching.refusals.refusals`."""
        told.stage("Opening the round")
        proposal = reopened(self.document, self.records, self.points)
        told.stage("Looking at what carers answered before")
        asking = Asking(proposal, acceptance(self.enquiries, proposal.register.records.homes))
        ids = proposal.question.child_ids
        wanted = set(self.chosen)
        groups = asking.groups(proposal.home_of)
        some = [group for group in groups if tuple(ids[child] for child in group.children) in wanted]
        told.stage("Looking at what becomes of the plan when carers say no")
        return refusals(asking, chosen=some or None, prefer_likelier=self.likelier, time_limit=self.time_limit)
