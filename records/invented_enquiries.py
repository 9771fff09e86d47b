"""Made-up answers of made-up carers over two years; some say yes more often than others. Nobody in it exists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import numpy as np

from records.model import CarersAnswer, Enquiry, Home, PlacementNeed
from records.reading import sort_key

DAYS: Final = 730
EACH: Final = 10
"""About how often a home is asked in that time."""
CARERS_DIFFER: Final = 1.6
"""Standard deviation of the carers' own log-odds of a yes."""
YES: Final = 0.6
UNANSWERED: Final = 0.06
NEEDS: Final = ("missing", "exploitation", "trauma", "behaviour")


def enquiries(homes: Sequence[Home], day: date, *, seed: int) -> tuple[Enquiry, ...]:
    """What the carers of these homes were asked before a day, and what they said; the same for the same seed."""
    rng = np.random.default_rng([seed, 7])
    ordered = sorted(homes, key=lambda home: home.home_id)
    own = rng.normal(0.0, CARERS_DIFFER, len(ordered))
    often = rng.gamma(2.0, EACH / 2.0, len(ordered))
    found: list[Enquiry] = []
    for home, carers, times in zip(ordered, own.tolist(), rng.poisson(often).tolist(), strict=True):
        for _ in range(times):
            asked_on = day - timedelta(days=int(rng.integers(14, DAYS)))
            youngest, group = int(rng.integers(0, 16)), int(rng.choice([1, 1, 1, 2, 3]))
            oldest = min(youngest + (group - 1) * int(rng.integers(1, 4)), 17)
            urgent = bool(rng.random() < 0.2)
            miles = round(float(rng.gamma(2.0, 5.0)), 1)
            needs = tuple(sorted(need for need in NEEDS if rng.random() < 0.15))
            odds = YES + carers - 0.3 * (group - 1) - 0.4 * urgent - miles / 40 - 0.3 * len(needs)
            yes, silent = rng.random() < 1.0 / (1.0 + np.exp(-odds)), rng.random() < UNANSWERED
            found.append(
                Enquiry(
                    home.home_id,
                    asked_on,
                    None if silent else asked_on + timedelta(days=int(rng.integers(0, 5))),
                    None if silent else CarersAnswer.ACCEPTS if yes else CarersAnswer.DECLINES,
                    group,
                    youngest,
                    oldest,
                    needs,
                    PlacementNeed.EMERGENCY if urgent else PlacementNeed.SHORT_TERM,
                    miles,
                )
            )
    return tuple(sorted(set(found), key=sort_key))


def rows(some: Sequence[Enquiry]) -> list[dict[str, str]]:
    """The rows of an `enquiries.csv`."""
    return [
        {
            "home_id": one.home_id,
            "asked_on": one.asked_on.isoformat(),
            "answered_on": "" if one.answered_on is None else one.answered_on.isoformat(),
            "answer": "" if one.answer is None else one.answer.value,
            "children": _text(one.children),
            "youngest_age": _text(one.youngest_age),
            "oldest_age": _text(one.oldest_age),
            "needs_must": ";".join(one.needs_must),
            "placement_need": "" if one.placement_need is None else one.placement_need.value,
            "miles": _text(one.miles),
        }
        for one in some
    ]


def _text(value: float | None) -> str:
    return "" if value is None else str(value)
