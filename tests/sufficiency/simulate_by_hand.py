"""A second player of need, one child at a time and in plain Python: slow, and too simple to be wrong."""

from __future__ import annotations

from typing import Any

import numpy as np

from sufficiency.groups import AGE_EDGES, EXITS, GROUPS, TURNED_18
from sufficiency.rates import CARE_CUTS, MOVE_KINDS, MOVES, PLACEMENT_CUTS
from sufficiency.simulate import Cast, Risks
from sufficiency.stays import birthday
from sufficiency.streams import uniform


def play_by_hand(cast: Cast, risks: Risks, origin: int, month_ends: Any) -> tuple[Any, Any, Any]:
    """Stock, exits and moves, as `simulate.play` counts them."""
    futures, months = risks.exits_by_month.shape
    points = [int(day) + 1 - origin for day in month_ends]
    stock = np.zeros((futures, months, len(GROUPS), len(AGE_EDGES) - 1), dtype=np.int32)
    exits = np.zeros((futures, months, len(GROUPS), len(EXITS)), dtype=np.int32)
    moves = np.zeros((futures, months, len(GROUPS), len(GROUPS)), dtype=np.int32)

    def month_of(time: float) -> int:
        return sum(time >= point for point in points)

    for child in range(len(cast.start)):
        f, now, group = int(cast.future[child]), float(cast.start[child]), int(cast.group[child])
        placed, key = float(cast.placed[child]), cast.key[child : child + 1]
        ages = [float(birthday(cast.dob[child : child + 1], age)[0] - origin) for age in AGE_EDGES[1:]]
        cares = [float(cast.entered[child]) + cut for cut in CARE_CUTS]
        alone = (risks.alone_exits[f], risks.alone_moves[f]) if cast.alone[child] else (1.0, 1.0)
        if now >= points[-1]:
            continue
        if now >= ages[-1]:
            exits[f, month_of(now), group, TURNED_18] += 1
            continue
        turn, where = 0, {}
        while now < points[-1]:
            stays = [placed + cut for cut in PLACEMENT_CUTS]
            age, care, stay = (sum(now >= cut for cut in cuts) for cuts in (ages, cares, stays))
            where = {"group": group, "age": age}
            until = min(cut for cut in (*ages, *cares, *stays, points[-1]) if cut > now)
            leave = risks.exits[f, group, age, care, stay] * alone[0]
            move = risks.moves[f, group, age, care, stay] * alone[1]
            most = leave * risks.exits_by_month[f].max() + move * risks.moves_by_month[f].max()
            luck = [float(uniform(key, turn + k)[0]) for k in range(4)]
            turn += 4
            when = now - np.log(luck[0]) / most if most > 0 else np.inf
            before, now = month_of(now), min(when, until)
            for month in range(before, min(month_of(now), months)):
                stock[f, month, where["group"], where["age"]] += 1
            if when >= until:
                if now == ages[-1] and now < points[-1]:
                    exits[f, month_of(now), group, TURNED_18] += 1
                    break
                continue
            month = month_of(now)
            leave_now, move_now = leave * risks.exits_by_month[f, month], move * risks.moves_by_month[f, month]
            if luck[1] * most < leave_now:
                kind = MOVE_KINDS + _which(risks.exit_kind[f, group, age, care, stay], luck[2])
                exits[f, month, group, _which(risks.leads_to[f, group, age, kind], luck[3]) - MOVES] += 1
                break
            if luck[1] * most < leave_now + move_now:
                kind = _which(risks.move_kind[f, group, age, care, stay], luck[2])
                to = _which(risks.leads_to[f, group, age, kind], luck[3])
                moves[f, month, group, to] += 1
                group, placed = to, now
    return stock, exits, moves


def _which(cumulative: Any, at: float) -> int:
    return sum(bool(share <= at) for share in cumulative[:-1])
