"""`refusals.csv`: whom a plan has to ask, how they answered before, where to turn; and what refusals at once do."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from matching.asking import Asking
from matching.question import Ints
from matching.refusals import Refusals

LIST = ";"
FIRST = ("row", "refusals", "child_ids", "home_ids", "asked", "yes", "no", "band", "turn_to")
LAST = ("moved", "left_without", "proved")


def refusals_table(asking: Asking, found: Refusals) -> pd.DataFrame:
    """One row for each group to be asked (`ask`: with nobody else moving), then one for each number of refusals at once
    (`likeliest`, `worst` or `chosen`: everybody may move). Losses are those of the whole plan, above nought is worse.
    """
    q = asking.proposal.question
    tiers = q.tiers
    rows: list[dict[str, object]] = []
    for one in found.back_ups:
        home = asking.proposal.register.records.homes[one.group.home]
        count = asking.acceptance.count(home.home_id)
        rows.append(
            {
                "row": "ask",
                "refusals": 1,
                "child_ids": _ids(q.child_ids, one.group.children),
                "home_ids": home.home_id,
                "asked": count.asked,
                "yes": count.yes,
                "no": count.no,
                "band": asking.acceptance.band(home, asking.request(one.group)).value,
                "turn_to": _homes(q.home_ids, one.alone.home_of, one.group.children),
                **_losses(tiers, one.alone.loss),
                "moved": _ids(q.child_ids, one.alone.moved),
                "left_without": _ids(q.child_ids, one.alone.without),
                "proved": all(one.alone.proved),
            }
        )
    for refused in found.refused:
        children = [child for group in refused.groups for child in group.children]
        rows.append(
            {
                "row": "worst" if found.worst else "likeliest" if found.likeliest else "chosen",
                "refusals": len(refused.groups),
                "child_ids": _ids(q.child_ids, children),
                "home_ids": _ids(q.home_ids, (group.home for group in refused.groups)),
                "turn_to": _homes(q.home_ids, refused.after.home_of, children),
                **_losses(tiers, refused.after.loss),
                "moved": _ids(q.child_ids, refused.after.moved),
                "left_without": _ids(q.child_ids, refused.after.without),
                "proved": all(refused.after.proved),
            }
        )
    names = (*FIRST, *(f"loss_{tier}" for tier in tiers), *LAST)
    return pd.DataFrame({name: pd.Series([row.get(name) for row in rows], dtype=object) for name in names})


def _ids(ids: tuple[str, ...], which: Iterable[int]) -> str:
    return LIST.join(ids[at] for at in which)


def _homes(ids: tuple[str, ...], home_of: Ints, children: Iterable[int]) -> str:
    """The home of each child, in their order; blank for none."""
    return LIST.join(ids[home] if home >= 0 else "" for home in (int(home_of[child]) for child in children))


def _losses(tiers: tuple[str, ...], loss: dict[str, int]) -> dict[str, object]:
    return {f"loss_{tier}": loss[tier] / 100 if tier == "cost" else loss[tier] for tier in tiers}
