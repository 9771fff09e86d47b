"""Whether a carer would say yes, from what was asked and answered before: bands in words, never a score.

What a child is (ethnicity, religion, sex, disability) plays no part: `what_is_asked` is the whole of what is looked
at. Needs that may stem from a disability, from where somebody comes from or from parenthood are not counted. A band
neither bars a home nor ranks it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

import numpy as np

from matching.acceptance_fit import Fitted, Floats, Rows, fit
from matching.acceptance_tried import EDGES, LEAST_HOMES, LEAST_SCORED, Tried, rate_of, tried
from records.model import CarersAnswer, Enquiry, Home, PlacementNeed
from records.reading import sort_key

FEW: Final = 5
"""Carers who answered fewer times are not told apart from others of their kind, in words."""
LEAST_FOR_A_RATE: Final = 10
"""With fewer answers from the whole council not even one rate for all is shown."""
SAFETY_NEEDS: Final = frozenset(
    {"exploitation", "missing", "harmful_sexual_behaviour", "drugs_alcohol", "fire_setting", "infant_care"}
)
"""The needs that are counted. Those that are, or may well stem from, a disability (physical, learning, autism, health,
sign language, emotional needs, behaviour, trauma, self-harm), a nationality (`uasc`) or parenthood are left out."""
FEATURES: Final = (
    "a child outside the ages they prefer",
    "each child more than one",
    "each need that calls for watchfulness",
    "an emergency",
    "each ten miles",
)
"""What is asked of the carers, in words: the columns of `what_is_asked`."""


class Band(StrEnum):
    """How often carers say yes, as people may say it."""

    USUALLY = "usually says yes"
    MORE_OFTEN = "more often yes than no"
    NOT_MORE = "as often no as yes, or less"
    NOT_KNOWN = f"not known: answered fewer than {FEW} times"
    ALIKE = "not told apart from other carers"


@dataclass(frozen=True, slots=True)
class Counts:
    """How often the carers of one home were asked and what they said."""

    asked: int
    yes: int
    no: int

    @property
    def answered(self) -> int:
        """How often they answered."""
        return self.yes + self.no

    @property
    def words(self) -> str:
        """The counts as a sentence would say them."""
        if not self.asked:
            return "never asked, as far as is recorded"
        open_ = self.asked - self.answered
        parts = [f"{self.yes} yes", f"{self.no} no", *([f"{open_} not answered"] if open_ else [])]
        return f"asked {self.asked} {'time' if self.asked == 1 else 'times'}: {', '.join(parts)}"


NEVER: Final = Counts(0, 0, 0)


@dataclass(frozen=True, slots=True, eq=False)
class Acceptance:
    """What the recorded answers say. `rate`: one for all carers; None with too few answers.

    `used`: carers are told apart, because that foretold answers better than the one rate; `why` says so or why not.
    `tried`: how it did; None where it could not be tried. `counts`: home id to what its carers said.
    """

    answered: int
    accepted: int
    rate: float | None
    used: bool
    why: str
    tried: Tried | None
    counts: Mapping[str, Counts]
    _model: Fitted | None
    _home: Mapping[str, int]
    _kind: Mapping[str, int]

    def chances(self, homes: Sequence[Home], asked: Sequence[Enquiry]) -> Floats:
        """The chance of a yes to each request of one home, shape (requests,); NaN where nothing can be said.

        The answers in `asked` are not looked at. Where carers are not told apart, it is the one rate for all.
        """
        if self.used and self._model is not None:
            return self._model.chance(self._rows(homes, asked))
        return np.full(len(asked), np.nan if self.rate is None else self.rate)

    def band(self, home: Home, asked: Enquiry | None = None) -> Band:
        """How often the carers of a home say yes, to a request or to an ordinary one."""
        if self.count(home.home_id).answered < FEW:
            return Band.NOT_KNOWN
        if not self.used:
            return Band.ALIKE
        chance = float(self.chances([home], [asked or Enquiry(home.home_id, date.min)])[0])
        if chance >= EDGES[2]:
            return Band.USUALLY
        return Band.MORE_OFTEN if chance > EDGES[1] else Band.NOT_MORE

    def count(self, home_id: str) -> Counts:
        """What the carers of a home were asked and said."""
        return self.counts.get(home_id, NEVER)

    @property
    def weight_of_requests(self) -> dict[str, float]:
        """What each feature of a request does to the log-odds of a yes; empty where carers are not told apart."""
        if not self.used or self._model is None:
            return {}
        return dict(zip(FEATURES, self._model.common[1 + len(self._kind) :].tolist(), strict=True))

    def _rows(self, homes: Sequence[Home], asked: Sequence[Enquiry]) -> Rows:
        return Rows(
            np.array([self._home.get(one.home_id, -1) for one in homes], dtype=np.int64),
            np.array([self._kind.get(_kind_of(one), -1) for one in homes], dtype=np.int64),
            what_is_asked(homes, asked),
        )


def acceptance(enquiries: Iterable[Enquiry], homes: Iterable[Home]) -> Acceptance:
    """What recorded enquiries say of carers. Their order plays no part. `homes`: the register."""
    listed = sorted(enquiries, key=sort_key)
    register = {home.home_id: home for home in homes}
    answers = [one for one in listed if one.answer is not None]
    ids = sorted({one.home_id for one in answers})
    number = {home_id: at for at, home_id in enumerate(ids)}
    kinds = {kind: at for at, kind in enumerate(sorted({_kind_of(home) for home in register.values()}))}
    yes = np.array([one.answer is CarersAnswer.ACCEPTS for one in answers], dtype=np.float64)
    known = [register.get(one.home_id) for one in answers]
    rows = Rows(
        np.array([number[one.home_id] for one in answers], dtype=np.int64),
        np.array([-1 if home is None else kinds[_kind_of(home)] for home in known], dtype=np.int64),
        what_is_asked(known, answers),
    )
    asked_on = np.array([one.asked_on.toordinal() for one in answers], dtype=np.int64)
    known_on = np.array([(one.answered_on or one.asked_on).toordinal() for one in answers], dtype=np.int64)
    trial = tried(rows, yes, asked_on, known_on, len(kinds), len(ids)) if len(answers) else None
    used = trial is not None and trial.beats_one_rate
    return Acceptance(
        answered=len(answers),
        accepted=int(yes.sum()),
        rate=rate_of(yes) if len(answers) >= LEAST_FOR_A_RATE else None,
        used=used,
        why=_why(trial, len(answers)),
        tried=trial,
        counts=_counts(listed),
        _model=fit(rows, yes, len(kinds), len(ids)) if used else None,
        _home=number,
        _kind=kinds,
    )


def what_is_asked(homes: Sequence[Home | None], asked: Sequence[Enquiry]) -> Floats:
    """What each request asks of the carers, shape (requests, features); NaN where it is not recorded."""
    found = np.full((len(asked), len(FEATURES)), np.nan)
    for at, (home, one) in enumerate(zip(homes, asked, strict=True)):
        found[at, 0] = _outside_preferred(home, one)
        if one.children is not None:
            found[at, 1] = min(one.children - 1, 4)
        found[at, 2] = len(SAFETY_NEEDS.intersection(one.needs_must))
        if one.placement_need is not None:
            found[at, 3] = one.placement_need is PlacementNeed.EMERGENCY
        if one.miles is not None:
            found[at, 4] = min(one.miles, 100.0) / 10.0
    return found


def _outside_preferred(home: Home | None, one: Enquiry) -> float:
    if home is None or (home.preferred_age_min is None and home.preferred_age_max is None):
        return float("nan")
    if one.youngest_age is None or one.oldest_age is None:
        return float("nan")
    too_young = home.preferred_age_min is not None and one.youngest_age < home.preferred_age_min
    too_old = home.preferred_age_max is not None and one.oldest_age > home.preferred_age_max
    return float(too_young or too_old)


def _kind_of(home: Home) -> str:
    return f"{home.kind.value}/{home.provider.value}"


def _counts(listed: Sequence[Enquiry]) -> dict[str, Counts]:
    found: dict[str, list[int]] = {}
    for one in listed:
        mine = found.setdefault(one.home_id, [0, 0, 0])
        mine[0] += 1
        if one.answer is not None:
            mine[1 if one.answer is CarersAnswer.ACCEPTS else 2] += 1
    return {home_id: Counts(*mine) for home_id, mine in found.items()}


def _why(trial: Tried | None, answered: int) -> str:
    if answered < LEAST_FOR_A_RATE:
        return (
            f"Too little is recorded: {answered} answers in all, and at least {LEAST_FOR_A_RATE} are needed to say "
            "even how often carers say yes. Nothing is foretold of anybody."
        )
    if trial is None or trial.scored < LEAST_SCORED or trial.homes < LEAST_HOMES:
        scored = 0 if trial is None else trial.scored
        return (
            f"Too little is recorded to tell carers apart: {answered} answers in all, of which {scored} came late "
            f"enough to be foretold, and {LEAST_SCORED} of at least {LEAST_HOMES} homes are needed. One rate for all "
            "is shown, and used nowhere to rank."
        )
    gain = f"{trial.log_gain:+.3f} an answer (95 in 100: {trial.log_low:+.3f} to {trial.log_high:+.3f})"
    if not trial.beats_one_rate:
        return (
            "Recorded answers do not tell carers apart better than one rate for all; the one rate is shown and used "
            f"nowhere to rank. On {trial.scored} answers not seen before, the log score changed by {gain}."
        )
    return (
        f"Carers are told apart, because that foretold {trial.scored} answers not seen before better than one rate for "
        f"all did: the log score gains {gain}. It still bars and ranks no home."
    )
