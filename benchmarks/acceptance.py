"""Does the model of carers' answers find differences that are there, and none where there are none?

Made-up carers are asked for two years; each says yes with a chance of its own, drawn about one rate for all. How widely
those chances differ goes from not at all to strongly; asked for are made-up families. For each strength: how often the
model is used, what it gains for each later answer against one rate for all, and how far its chances are from the true
ones. Run: python -m benchmarks.acceptance [--councils N]
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from scipy.special import expit

from matching.acceptance import acceptance
from records.model import CarersAnswer, Enquiry, Home, HomeKind, PlacementNeed, Provider

FIRST = date(2024, 11, 1)
DAYS = 730
STRENGTHS = {
    "none": (0.0, 0.0, 0.0),
    "requests only": (0.0, 0.0, 0.8),
    "weak": (0.2, 0.4, 0.0),
    "middling": (0.4, 0.8, 0.4),
    "strong": (0.6, 1.5, 0.8),
}
"""Standard deviation of log-odds between kinds and between homes, and what a hard request takes away."""
SIZES = {
    "60 homes, 180 answers": (60, 180),
    "150 homes, 600 answers": (150, 600),
    "300 homes, 1,800 answers": (300, 1800),
}
KINDS = (
    (HomeKind.FOSTER, Provider.IN_HOUSE),
    (HomeKind.FOSTER, Provider.AGENCY),
    (HomeKind.CONNECTED_PERSON, Provider.IN_HOUSE),
    (HomeKind.SUPPORTED_LODGINGS, Provider.IN_HOUSE),
)


@dataclass(frozen=True, slots=True)
class Made:
    """A made-up council's carers, what they answered, and the true chance of each later request."""

    homes: list[Home]
    enquiries: list[Enquiry]
    requests: list[Enquiry]
    truth: np.ndarray[tuple[int], np.dtype[np.float64]]


def council(strength: str, size: str, seed: int) -> Made:
    """One council; the same for the same seed."""
    between_kinds, between_homes, hard = STRENGTHS[strength]
    many, answers = SIZES[size]
    rng = np.random.default_rng(seed)
    kind_of = rng.integers(0, len(KINDS), many)
    homes = [
        Home(
            f"H{at:04}", *KINDS[kind_of[at]], approved_places=2, vacancies=1, preferred_age_min=5, preferred_age_max=12
        )
        for at in range(many)
    ]
    own = rng.normal(0.0, between_kinds, len(KINDS))[kind_of] + rng.normal(0.0, between_homes, many)
    busy = rng.dirichlet(np.full(many, 1.0))

    def asked(count: int, first: date) -> Iterator[tuple[Enquiry, float]]:
        for at in rng.choice(many, count, p=busy).tolist():
            age, group = int(rng.integers(0, 17)), int(rng.choice([1, 1, 1, 2, 3]))
            urgent, miles = bool(rng.random() < 0.2), float(round(rng.gamma(2.0, 5.0), 1))
            load = (not 5 <= age <= 12) + (group - 1) + urgent + miles / 20 - 1.3
            need = PlacementNeed.EMERGENCY if urgent else PlacementNeed.SHORT_TERM
            on = first + timedelta(days=int(rng.integers(0, DAYS)))
            one = Enquiry(homes[at].home_id, on, None, None, group, age, age, (), need, miles)
            yield one, float(expit(0.5 + own[at] - hard * load))

    told = []
    for one, chance in asked(answers, FIRST):
        answer = CarersAnswer.ACCEPTS if rng.random() < chance else CarersAnswer.DECLINES
        later = one.asked_on + timedelta(days=int(rng.integers(0, 6)))
        told.append(Enquiry(one.home_id, one.asked_on, later, answer, *_asked_of(one)))
    ahead = list(asked(300, FIRST + timedelta(days=DAYS)))
    return Made(homes, told, [one for one, _ in ahead], np.array([chance for _, chance in ahead]))


def _asked_of(
    one: Enquiry,
) -> tuple[int | None, int | None, int | None, tuple[str, ...], PlacementNeed | None, float | None]:
    return one.children, one.youngest_age, one.oldest_age, one.needs_must, one.placement_need, one.miles


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one council."""

    used: bool
    gain: float
    covered: bool
    off: float
    off_one_rate: float
    calibrated: float


def judged(made: Made) -> Result:
    """The model on one council. `covered`: the interval holds the true gain, on requests yet to come."""
    found = acceptance(made.enquiries, made.homes)
    at = {home.home_id: home for home in made.homes}
    asked_of = [at[one.home_id] for one in made.requests]
    p = found.chances(asked_of, made.requests)
    base = np.full(len(p), found.rate)
    true_gain = float(
        (made.truth * np.log(p / base) + (1 - made.truth) * np.log((1 - p) / (1 - base))).mean() if found.used else 0.0
    )
    trial = found.tried
    assert trial is not None
    wrong = sum(one.answers * abs(one.foretold - one.came) for one in trial.calibration) / trial.scored
    return Result(
        found.used,
        true_gain,
        trial.log_low <= true_gain <= trial.log_high,
        float(np.abs(p - made.truth).mean()),
        float(np.abs(base - made.truth).mean()),
        wrong,
    )


def main() -> None:
    """Print the table of benchmarks/README.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--councils", type=int, default=40)
    councils = parser.parse_args().councils
    print(
        "| answers | true differences | used | gain an answer, where used | interval holds it | chances off by | "
        "one rate off by | calibration off by |"
    )
    print("|---|---|---:|---:|---:|---:|---:|---:|")
    for size in SIZES:
        for strength in STRENGTHS:
            found = [judged(council(strength, size, 1_000 + seed)) for seed in range(councils)]
            used = [one for one in found if one.used]
            gain = f"{np.mean([one.gain for one in used]):+.3f}" if used else ""
            covered = f"{sum(one.covered for one in used)} of {len(used)}" if used else ""
            off, one_rate, wrong = (
                100 * float(np.mean(some))
                for some in zip(*((one.off, one.off_one_rate, one.calibrated) for one in found), strict=True)
            )
            print(
                f"| {size} | {strength} | {len(used)} of {councils} | {gain} | {covered} | {off:.1f} | "
                f"{one_rate:.1f} | {wrong:.1f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
