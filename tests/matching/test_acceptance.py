"""Whether carers say yes: drawn towards what is common, tried on what came later, and blind to who a child is."""

from __future__ import annotations

import random
from dataclasses import fields, replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import expit

from benchmarks.acceptance import council
from matching.acceptance import FEATURES, FEW, Acceptance, Band, acceptance
from matching.acceptance_fit import SPREAD_OF_COUNCIL, Fitted, Rows, Spread, fit, fit_with
from matching.acceptance_tried import LEAST_SCORED, tried
from records.enquiries import asked_for
from records.model import CarersAnswer, Child, Enquiry, Home, HomeKind, Provider
from tests.ordinary import DAY, child, home

YES, NO = CarersAnswer.ACCEPTS, CarersAnswer.DECLINES


def random_rows(seed: int, many: int = 60, homes: int = 6, kinds: int = 2) -> tuple[Rows, np.ndarray]:
    """Enquiries at random, with gaps in what was asked."""
    rng = np.random.default_rng(seed)
    asked = rng.normal(size=(many, 3))
    asked[rng.random(asked.shape) < 0.2] = np.nan
    home = rng.integers(0, homes, many)
    return Rows(home, home % kinds, asked), (rng.random(many) < 0.6).astype(float)


# ---- a second, slow computation ----


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("spread", [Spread(0.5, 0.5, 0.8), Spread(0.0, 0.5, 1.8), Spread(1.0, 0.0, 0.0)])
def test_newton_finds_the_top_that_a_plain_search_finds(seed: int, spread: Spread) -> None:
    """The same parts as minimising the whole log posterior at once, written out in full."""
    rows, yes = random_rows(seed)
    mine = fit_with(rows, yes, 2, 6, spread)
    middle = np.nanmean(rows.asked, axis=0)
    x = np.column_stack(
        [
            np.ones(60),
            *(rows.kind == k for k in (0, 1)),
            np.nan_to_num(rows.asked - middle),
            *(rows.home == h for h in range(6)),
        ]
    ).astype(float)
    wide = np.array([SPREAD_OF_COUNCIL, *[spread.kinds] * 2, *[spread.requests] * 3, *[spread.homes] * 6])
    x, scale = x[:, wide > 0], wide[wide > 0]

    def down(part: np.ndarray) -> float:
        eta = x @ part
        return float(-(yes * eta - np.logaddexp(0, eta)).sum() + 0.5 * ((part / scale) ** 2).sum())

    plain = minimize(down, np.zeros(x.shape[1]), method="BFGS", options={"gtol": 1e-9}).x
    assert np.concatenate((mine.common, mine.own))[wide > 0] == pytest.approx(plain, abs=1e-4)
    p = expit(x @ plain)
    curvature = (x.T * (p * (1 - p))) @ x + np.diag(scale**-2.0)
    evidence = -down(plain) - np.log(scale).sum() - 0.5 * np.linalg.slogdet(curvature)[1]
    assert mine.evidence == pytest.approx(evidence, abs=1e-6)
    variance = np.einsum("ij,jk,ik->i", x, np.linalg.inv(curvature), x)
    chance = expit(x @ plain / np.sqrt(1 + np.pi * variance / 8))
    assert mine.chance(rows) == pytest.approx(chance, abs=1e-5)


@pytest.mark.parametrize(("yes", "no"), [(0, 0), (1, 0), (4, 1), (0, 6), (30, 10)])
def test_a_chance_is_the_mean_over_a_grid(yes: int, no: int) -> None:
    """One home and the council's rate, integrated over a fine grid of both.

    With six answers in a whole council the chance is within four in a hundred; with forty, within one.
    """
    rows = Rows(np.zeros(yes + no, dtype=int), np.full(yes + no, -1), np.zeros((yes + no, 0)))
    fitted = fit_with(rows, np.repeat([1.0, 0.0], [yes, no]), 0, 1, Spread(0.0, 0.0, 0.8))
    council_, own = np.meshgrid(np.linspace(-8, 8, 641), np.linspace(-5, 5, 401))
    p = expit(council_ + own)
    weight = np.exp(-0.5 * (council_ / SPREAD_OF_COUNCIL) ** 2 - 0.5 * (own / 0.8) ** 2) * p**yes * (1 - p) ** no
    here = fitted.chance(Rows(np.array([0]), np.array([-1]), np.zeros((1, 0))))[0]
    assert here == pytest.approx((p * weight).sum() / weight.sum(), abs=0.01 if yes + no >= 40 else 0.04)


# ---- shrinking ----


def told(home_id: str, yes: int, no: int, first: date = DAY - timedelta(days=900)) -> list[Enquiry]:
    """Answers of one home, three days apart."""
    answers = [YES] * yes + [NO] * no
    random.Random(home_id).shuffle(answers)
    days = [first + timedelta(days=3 * at) for at in range(len(answers))]
    return [Enquiry(home_id, on, on, answer) for on, answer in zip(days, answers, strict=True)]


def fitted_of(counts: dict[int, tuple[int, int]], homes: int) -> Fitted:
    """The model on so many yeses and noes of each home, all of one kind."""
    home = np.concatenate([np.full(y + n, at) for at, (y, n) in counts.items()])
    yes = np.concatenate([np.repeat([1.0, 0.0], pair) for pair in counts.values()])
    return fit(Rows(home, np.zeros(len(home), dtype=int), np.zeros((len(home), 0))), yes, 2, homes)


def chance(fitted: Fitted, home_: int, kind: int = 0) -> float:
    """The chance of one home."""
    return float(fitted.chance(Rows(np.array([home_]), np.array([kind]), np.zeros((1, 0))))[0])


def test_much_is_believed_and_nothing_is_not() -> None:
    """With hundreds of answers a home has its own rate; one never asked, that of its kind; one answer, in between."""
    often = dict.fromkeys(range(4), (270, 30)) | dict.fromkeys(range(4, 8), (30, 270)) | {8: (1, 0)}
    fitted = fitted_of(often, 10)
    assert [chance(fitted, at) for at in (0, 4)] == pytest.approx([0.9, 0.1], abs=0.01)
    assert chance(fitted, 9) == pytest.approx(chance(fitted, -1), abs=1e-9)
    assert chance(fitted, 9) == pytest.approx(0.5, abs=0.05)
    assert chance(fitted, 9) < chance(fitted, 8) < 0.9


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=6), st.integers(0, 5))
@settings(max_examples=25, deadline=None)
def test_one_more_yes_never_lowers_a_chance_of_that_home(counts: list[tuple[int, int]], at: int) -> None:
    """Under one spread, a yes more makes the next yes no less likely, there or anywhere else."""
    at %= len(counts)

    def chances(pairs: list[tuple[int, int]]) -> np.ndarray:
        home_ = np.concatenate([np.full(y + n, i) for i, (y, n) in enumerate(pairs)]).astype(int)
        yes = np.concatenate([np.repeat([1.0, 0.0], pair) for pair in pairs])
        none = np.zeros((len(home_), 0))
        one = fit_with(Rows(home_, np.zeros(len(home_), dtype=int), none), yes, 1, len(pairs), Spread(0.5, 0.0, 0.8))
        every = np.arange(len(pairs))
        return one.common[0] + one.common[1] + one.own[every]

    more = [(y + (i == at), n) for i, (y, n) in enumerate(counts)]
    assert (chances(more) >= chances(counts) - 1e-6).all()


# ---- what is used, and what it says ----


@pytest.fixture(scope="module")
def strong() -> Acceptance:
    """A council whose carers differ greatly."""
    made = council("strong", "150 homes, 600 answers", 5)
    return acceptance(made.enquiries, made.homes)


def test_it_is_used_where_carers_differ_and_not_where_they_do_not(strong: Acceptance) -> None:
    """Strong differences are found; without any, one rate stands, and it says so."""
    assert strong.used
    assert strong.tried is not None
    assert strong.tried.log_low > 0
    assert sum(one.answers for one in strong.tried.calibration) == strong.tried.scored
    for seed in range(6):
        made = council("none", "150 homes, 600 answers", seed)
        found = acceptance(made.enquiries, made.homes)
        assert not found.used
        assert "do not tell carers apart better than one rate for all" in found.why
        assert set(found.chances(made.homes[:3], made.requests[:3])) == {found.rate}
        assert {found.band(one) for one in made.homes} <= {Band.ALIKE, Band.NOT_KNOWN}
        assert not found.weight_of_requests


def test_too_few_answers_say_so() -> None:
    """Nothing recorded, a handful, and fewer than it takes to try: what can be said grows, and is said."""
    homes = [home("H1"), home("H2")]
    none = acceptance([], homes)
    assert (none.rate, none.used, none.count("H1").words) == (None, False, "never asked, as far as is recorded")
    assert np.isnan(none.chances(homes[:1], [Enquiry("H1", DAY)])).all()
    some = acceptance([*told("H1", 9, 3), Enquiry("H1", DAY), *told("H2", 1, 2)], homes)
    assert some.rate == pytest.approx(11 / 17)
    assert not some.used
    assert str(LEAST_SCORED) in some.why
    assert some.count("H1").words == "asked 13 times: 9 yes, 3 no, 1 not answered"
    assert [some.band(one) for one in homes] == [Band.ALIKE, Band.NOT_KNOWN]


def test_bands_are_words_for_the_chance_and_need_answers(strong: Acceptance) -> None:
    """Each band holds the homes of its chances; whoever answered fewer than five times is not told apart."""
    made = council("strong", "150 homes, 600 answers", 5)
    seen = set()
    for one in made.homes:
        band, p = strong.band(one), float(strong.chances([one], [Enquiry(one.home_id, DAY)])[0])
        seen.add(band)
        if strong.count(one.home_id).answered < FEW:
            assert band is Band.NOT_KNOWN
        else:
            assert band is (Band.USUALLY if p >= 0.75 else Band.MORE_OFTEN if p > 0.5 else Band.NOT_MORE)
    assert seen == {Band.USUALLY, Band.MORE_OFTEN, Band.NOT_MORE, Band.NOT_KNOWN}


def test_an_enquiry_without_an_answer_is_neither_a_yes_nor_a_no(strong: Acceptance) -> None:
    """Any number of enquiries that were not answered change no chance."""
    made = council("strong", "150 homes, 600 answers", 5)
    silent = [Enquiry(one.home_id, DAY) for one in made.homes]
    more = acceptance([*made.enquiries, *silent], made.homes)
    assert more.chances(made.homes, silent).tolist() == strong.chances(made.homes, silent).tolist()


def test_order_of_rows_and_names_of_homes_change_nothing(strong: Acceptance) -> None:
    """Rows in another order give the same numbers to the last bit; homes under other ids the same up to rounding."""
    made = council("strong", "150 homes, 600 answers", 5)
    shuffled = list(made.enquiries)
    random.Random(3).shuffle(shuffled)
    again = acceptance(shuffled, made.homes[::-1])
    asked = [Enquiry(one.home_id, DAY) for one in made.homes]
    assert again.tried == strong.tried
    assert again.chances(made.homes, asked).tolist() == strong.chances(made.homes, asked).tolist()
    renamed = {one.home_id: f"Z{hash((3, at)) % 10**9}-{at}" for at, one in enumerate(made.homes)}
    others = [replace(one, home_id=renamed[one.home_id]) for one in made.homes]
    other = acceptance([replace(one, home_id=renamed[one.home_id]) for one in made.enquiries], others)
    assert other.tried is not None
    assert strong.tried is not None
    assert other.tried.log_low == pytest.approx(strong.tried.log_low, abs=1e-6)
    assert other.chances(others, asked) == pytest.approx(strong.chances(made.homes, asked), abs=1e-6)


def test_only_answers_known_before_are_learned_from() -> None:
    """Answers that all came after the last day of asking can teach nothing, so nothing can be tried."""
    rows, yes = random_rows(4, many=200)
    asked_on = np.arange(200)
    assert tried(rows, yes, asked_on, asked_on, 2, 6) is not None
    assert tried(rows, yes, asked_on, asked_on + 1_000, 2, 6) is None


# ---- who a child is plays no part ----


def test_who_a_child_is_changes_nothing(strong: Acceptance) -> None:
    """Ethnicity, religion, languages, sex, disability, nationality, parenthood: swapped, no chance is another."""
    register = [replace(home(f"H{at:04}"), preferred_age_min=5, preferred_age_max=12) for at in range(20)]
    plain = child("C1", ethnicity="WBRI", religion="none", sex="F", needs_must=("missing",))
    swaps = (
        {"ethnicity": "BAFR", "religion": "Muslim", "languages": ("Somali",)},
        {"sex": "M"},
        {"needs_must": ("missing", "physical_disability", "learning_disability", "autism", "sign_language")},
        {"needs_must": ("missing", "complex_health", "emotional_support", "self_harm", "trauma", "behaviour")},
        {"needs_must": ("missing", "uasc", "parent_and_child")},
    )

    def chances(one: Child) -> list[float]:
        asked = [asked_for([one], h.home_id, h, DAY) for h in register]
        return strong.chances(register, asked).tolist()

    for swap in swaps:
        assert chances(replace(plain, **swap)) == chances(plain)  # type: ignore[arg-type]
    assert chances(replace(plain, needs_must=())) != chances(plain)
    assert not {"ethnicity", "religion", "languages", "sex", "child_id"} & {f.name for f in fields(Enquiry)}


def test_a_hard_request_is_declined_more_often(strong: Acceptance) -> None:
    """What the made-up carers were given to mind, they are found to mind; the weights are in words."""
    assert set(strong.weight_of_requests) == set(FEATURES)
    one = Home("H0001", HomeKind.FOSTER, Provider.IN_HOUSE, 2, 2, preferred_age_min=5, preferred_age_max=12)
    easy, hard = (Enquiry("H0001", DAY, None, None, *ask) for ask in ((1, 8, 8), (3, 2, 15)))
    assert strong.chances([one], [easy]) > strong.chances([one], [hard])
