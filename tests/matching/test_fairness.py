"""Is everybody served alike: figures as pandas has them, words that allow for chance, nobody found in what is told."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from matching.fairness import FAIRNESS_COLUMNS, fairness_of, fairness_table
from matching.fairness_figures import FEW, holm, newcombe, welch, wilson
from matching.fairness_groups import TITLES, UNKNOWN, groups_of, religion_group
from matching.fairness_hiding import Safe, attacked, safely, said, tables_of
from matching.fairness_outcomes import MEASURES, SHARES, outcomes
from matching.fairness_proxies import proxies
from matching.fairness_sections import round_sentence
from matching.fairness_time import attacked_together, told_of_period, whole_period
from matching.floors import Outcome, price_of
from matching.policy import Policy
from matching.propose import Proposal, propose
from matching.solvers.exhaustive import MOST_PLANS, _choices, _lawful_plans
from records import synthetic
from records.check import check
from records.geography import Directory
from records.model import Location
from records.sources.folder import read
from records.store.fairness import KeptRound
from reporting.disclosure import Rules
from tests.matching.questions import FromSeed, random_question
from tests.ordinary import DAY, TRAFFORD, child, home, lives_with, miles_east, records

RULES = Rules()


@pytest.fixture(scope="module")
def made_round(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Proposal]:
    """A made-up council as files, what came of it with counts, and the round."""
    folder, out = tmp_path_factory.mktemp("fair") / "records", tmp_path_factory.mktemp("fair") / "out"
    synthetic.write(synthetic.council(60, 60, seed=4), folder)
    proposal = propose(check(read(folder), synthetic.DAY, Directory()), Policy())
    ids = np.array([*proposal.question.home_ids, ""])[proposal.home_of]
    out.mkdir()
    pd.DataFrame({"child_id": proposal.question.child_ids, "home_id": ids}).to_csv(out / "plan.csv", index=False)
    fairness_table(fairness_of(proposal), counts=True).to_csv(out / "fairness.csv", index=False)
    return folder, out, proposal


# ---- the same as somebody else works out ---------------------------------------------------------------------------


def by_pandas(folder: Path, out: Path, day: pd.Timestamp) -> pd.DataFrame:
    """Measures of each child and their groups, from the files alone."""
    children = pd.read_csv(folder / "children.csv", dtype=str).merge(
        pd.read_csv(out / "plan.csv", dtype=str)[["child_id", "home_id"]], on="child_id"
    )
    homes = pd.read_csv(folder / "homes.csv", dtype=str)
    frame = children.merge(homes[["home_id", "authority", "kind"]], on="home_id", how="left")
    has = frame["home_id"].notna()
    frame["placed"] = has.astype(float)
    frame["waiting"] = (day - pd.to_datetime(frame["referred_on"])).dt.days.astype(float)
    letters = {"W": "White", "M": "Mixed", "A": "Asian", "B": "Black", "C": "Asian", "O": "Other"}
    ethnic = frame["ethnicity"].fillna("").map(lambda code: letters.get(code[:1], UNKNOWN))
    frame["g_ethnicity"] = ethnic
    frame["g_sex"] = frame["sex"].map({"M": "boys", "F": "girls"}).fillna(UNKNOWN)
    needs = (frame["needs_must"].fillna("") + ";" + frame["needs_helpful"].fillna("")).map(
        lambda text: {one for one in text.split(";") if one}
    )
    codes = {"physical_disability", "learning_disability", "autism", "complex_health", "sign_language"}
    for name, of in (("disability", codes), ("unaccompanied", {"uasc"})):
        frame[f"g_{name}"] = [UNKNOWN if not n else "need listed" if n & of else "no such need listed" for n in needs]
    born = pd.to_datetime(frame["date_of_birth"])
    years = day.year - born.dt.year - ((born.dt.month * 100 + born.dt.day) > day.month * 100 + day.day)
    frame["g_age"] = pd.cut(years, [-1, 0, 4, 9, 15, 30],
                            labels=["under 1", "1 to 4", "5 to 9", "10 to 15", "16 and over"]).astype(str)  # fmt: skip
    size = frame["family_id"].map(frame["family_id"].value_counts()).fillna(1)
    frame["g_siblings"] = np.select([size >= 3, size == 2], ["three or more", "two"], "one child")
    # straight lines, unrounded
    located = check(read(folder), day.date(), Directory())
    where: dict[str, Location | None] = {h.home_id: h.location for h in located.homes}

    def miles(place: Location | None, home_id: str) -> float:
        there = where.get(home_id)
        if place is None or there is None:
            return np.nan
        return float(np.hypot(place.easting - there.easting, place.northing - there.northing) / 1609.3)

    kept = {c.child_id: c for c in located.children}
    pairs = list(zip(frame["child_id"], frame["home_id"], strict=True))
    frame["miles_home"] = [miles(kept[c].home, h) for c, h in pairs]
    to_school = pd.Series([miles(kept[c].school, h) for c, h in pairs])
    frame["school_kept"] = np.where(to_school.isna(), np.nan, to_school <= 5.0)
    wanted = has & frame["distance_reason"].isna() & ~frame["kind"].isin(["adopter", "early_permanence"])
    near = (frame["miles_home"] <= 10.0) | (frame["authority"] == TRAFFORD)
    known = frame["miles_home"].notna() | frame["authority"].notna()
    frame["local"] = np.where(wanted & (near | known), near.astype(float), np.nan)
    return frame


def test_figures_are_those_of_pandas(made_round: tuple[Path, Path, Proposal]) -> None:
    """Everything fairness.csv says of placed, local, school, waiting and miles, worked out afresh from the files."""
    folder, out, proposal = made_round
    frame = by_pandas(folder, out, pd.Timestamp(proposal.register.day))
    told = pd.read_csv(out / "fairness.csv", dtype=str, keep_default_na=False)
    assert list(told.columns) == list(FAIRNESS_COLUMNS)
    checked = 0
    for row in told.itertuples(index=False):
        if row.measure not in ("placed", "local", "school_kept", "waiting", "miles_home"):
            continue
        if row.characteristic not in ("ethnicity", "sex", "disability", "unaccompanied", "age", "siblings"):
            continue
        mine = frame[f"g_{row.characteristic}"] == row.group
        one, rest = frame.loc[mine, row.measure].dropna(), frame.loc[~mine, row.measure].dropna()
        assert int(row.n) == len(one), row
        checked += 1
        if len(one):
            assert float(row.value) == pytest.approx(one.mean(), abs=1e-4)
        if len(one) and len(rest):
            assert float(row.difference) == pytest.approx(one.mean() - rest.mean(), abs=2e-4)
        if row.measure in ("waiting", "miles_home") and min(one.nunique(), rest.nunique()) > 1:
            assert float(row.chance) == pytest.approx(stats.ttest_ind(one, rest, equal_var=False).pvalue, abs=1e-4)
    assert checked > 60


def test_nobody_is_dropped(made_round: tuple[Path, Path, Proposal]) -> None:
    """The groups of every characteristic add up to all children, those of whom it is not recorded among them."""
    found = fairness_of(made_round[2])
    for name in TITLES:
        counted = [one.n for one in found.figures if one.characteristic == name and one.measure.key == "placed"]
        assert sum(counted) == len(made_round[2].register.children)


def test_a_round_in_which_nothing_is_recorded_says_so() -> None:
    """Every child is in the group of those of whom it is not recorded, and no difference is made up."""
    blank = {"sex": None, "ethnicity": None, "religion": None}
    told = records([child(f"C{i}", **blank) for i in range(6)], [home("H1")])
    found = fairness_of(propose(told, Policy(), council=TRAFFORD))
    for name in ("ethnicity", "sex", "religion", "disability", "unaccompanied"):
        assert found.not_recorded[name] == 6
        assert {one.group for one in found.figures if one.characteristic == name} == {UNKNOWN}
    assert not found.stand_out
    assert "c" in set(fairness_table(found)["value"])


def test_outcomes_by_hand() -> None:
    """Brothers together but not with the third; a move away from carers; a school a mile off, and one far away."""
    children = [
        child("C1", family_id="F", school=miles_east(1)),
        child("C2", family_id="F", school=miles_east(30)),
        child("C3", family_id="F"),
        child("C4", home=None),
    ]
    told = records(children, [home("H1"), home("H2", location=miles_east(12), authority="E08000006")],
                   links=(lives_with("C4", "H1"),))  # fmt: skip
    found = outcomes(told, Policy(), TRAFFORD, np.array([0, 0, -1, 1]))
    assert found["siblings_together"][:2].tolist() == [0.0, 0.0]
    assert np.isnan(found["siblings_together"][2:]).all()
    assert found["school_kept"][:2].tolist() == [1.0, 0.0]
    assert found["moves"][3] == 1.0
    assert np.isnan(found["moves"][:3]).all()
    assert found["local"][:2].tolist() == [1.0, 1.0]
    assert found["local"][3] == 0.0
    assert np.isnan(found["miles_home"][2:]).all()


@pytest.mark.parametrize(
    ("written", "group"),
    [("Roman Catholic", "Christian"), ("none", "No religion"), ("ISLAM", "Muslim"), ("Jain", "Another religion"),
     ("", UNKNOWN), (None, UNKNOWN), ("refused", UNKNOWN), ("Buddhism", "Buddhist")],
)  # fmt: skip
def test_religion_as_it_is_written(written: str | None, group: str) -> None:
    """Free text finds its group; what is not said is not recorded."""
    assert religion_group(written) == group


# ---- intervals and words -------------------------------------------------------------------------------------------


def test_intervals_are_those_in_print() -> None:
    """Newcombe (1998): 56 of 70 less 48 of 80 is 0.0524 to 0.3339; 81 of 263, 0.2553 to 0.3662."""
    assert newcombe(56, 70, 48, 80) == pytest.approx((0.0524, 0.3339), abs=1e-4)
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    rng = np.random.default_rng(1)
    a, b = rng.normal(3, 1, 9), rng.normal(4, 3, 14)
    ours = stats.ttest_ind(a, b, equal_var=False)
    assert welch(a, b)[2] == pytest.approx(ours.pvalue)
    assert welch(a, b)[:2] == pytest.approx(tuple(ours.confidence_interval(0.95)))
    assert holm({"a": 0.01, "b": 0.04, "c": 0.03}) == {"a": True, "b": False, "c": False}


def unequal(many: int) -> Proposal:
    """A round in which boys alone find no home, as the homes take girls only."""
    children = [child(f"C{i:02d}", sex="MF"[i % 2], needed_by=None) for i in range(2 * many)]
    return propose(
        records(children, [home(f"H{i}", approved_sex="F") for i in range(many)]), Policy(), council=TRAFFORD
    )


def test_a_large_difference_is_said_and_one_of_few_children_is_not() -> None:
    """Twelve of either sex: no boy has a home. Four of either: too few to say."""
    found = fairness_of(unequal(12))
    boys = next(one for one in found.figures if (one.measure.key, one.group) == ("placed", "boys"))
    assert boys.worse
    assert "sex boys" in round_sentence(found)
    few = fairness_of(unequal(FEW - 1))
    assert not few.stand_out
    assert "too few" in round_sentence(few)


# ---- small numbers -------------------------------------------------------------------------------------------------


def made_up(seed: int, children: int) -> tuple[dict, dict]:
    """Groups and outcomes of children made up at random."""
    rng = np.random.default_rng(seed)
    told = records(
        [
            child(
                f"C{i:03d}",
                sex=rng.choice(["M", "F", None], p=[0.5, 0.45, 0.05]),
                ethnicity=rng.choice(
                    ["WBRI", "MWBC", "AIND", "BAFR", "OOTH", None], p=[0.6, 0.1, 0.1, 0.1, 0.05, 0.05]
                ),
                religion=rng.choice(["christian", "muslim", "none", None]),
                needs_must=tuple(rng.choice(["autism", "uasc", "trauma"], rng.integers(0, 2))),
                family_id=f"F{rng.integers(0, children)}",
                date_of_birth=DAY - timedelta(days=int(rng.integers(100, 6500))),
            )
            for i in range(children)
        ],
        [home("H1")],
    )
    values = {one.key: rng.random(children).round() for one in MEASURES}
    for one in MEASURES:
        values[one.key][rng.random(children) < (0.0 if one.key == "placed" else 0.3)] = np.nan
        if one.of_placed:
            values[one.key][values["placed"] == 0] = np.nan
    groups = groups_of(told)
    values["siblings_together"][groups["siblings"].members("one child")] = np.nan
    return groups, values


@pytest.mark.parametrize("seed", range(6))
def test_nobody_can_be_found_in_what_is_told(seed: int) -> None:
    """The project's attacker reads all tables of a round together and works out no small number."""
    groups, values = made_up(seed, 25 + 40 * seed)
    safe = safely(tables_of(groups, values), RULES)
    assert attacked(safe, RULES) == 0
    small = ((safe.cells.counts[0] > 0) & (safe.cells.counts[0] <= RULES.small_to)).sum()
    assert small
    printed = [text for text in safe.text.values() if text not in ("c", "k")]
    assert all(int(text) % 5 == 0 for text in printed)


def test_the_attack_finds_what_is_told_by_mistake() -> None:
    """Told exactly, a small number and its neighbours are worked out: the attack is one that can succeed."""
    groups, values = made_up(1, 60)
    tables = tables_of(groups, values)
    safe = safely(tables, RULES)
    at = next(
        n
        for n, c in safe.built.number.items()
        if 0 < safe.cells.counts[0][c] <= 4 and safe.text[n] == "c" and len(n) == 1
    )
    exact = Rules(round_totals_to=1)
    told = {n: str(int(safe.cells.counts[0][c])) for n, c in safe.built.number.items()} | {at: "c"}
    assert attacked(Safe(safe.cells, safe.built, told, safe.hidden, True), exact) == 1


def test_what_is_told_follows_from_what_is_printed() -> None:
    """Another round with the same printed counts tells the same shares, intervals and words."""
    groups, values = made_up(3, 220)
    rows, _ = said(groups, values, RULES)
    for one in rows:
        if one.figure.value is not None and one.figure.measure.share:
            assert one.figure.value == pytest.approx(int(one.part) / int(one.n))
            assert int(one.n) >= RULES.least_base
            assert (one.figure.low, one.figure.high) == pytest.approx(wilson(int(one.part), int(one.n)))
    assert any(not one.hidden and one.figure.characteristic != "everybody" for one in rows)


def test_means_that_are_left_over_tell_nobody() -> None:
    """In no characteristic can the mean of fewer than ten children be had by taking the others from everybody's."""
    for seed in range(4):
        groups, values = made_up(seed, 40 + 60 * seed)
        rows, _ = said(groups, values, RULES)
        for key, (name, grouped) in ((m, g) for m in ("waiting", "miles_home") for g in groups.items()):
            told = {o.figure.group for o in rows if o.figure.measure.key == key and o.figure.characteristic == name
                    and o.figure.value is not None}  # fmt: skip
            asked = ~np.isnan(values[key])
            hidden = sum(int((grouped.members(g) & asked).sum()) for g in grouped.names if g not in told)
            assert not told or hidden == 0 or hidden >= RULES.least_mean


def test_the_file_hides_unless_it_is_asked_for(made_round: tuple[Path, Path, Proposal]) -> None:
    """fairness.csv without counts has the same rows for every round, and no number that is not of five."""
    found = fairness_of(made_round[2])
    hidden, told = fairness_table(found), fairness_table(found, counts=True)
    assert len(hidden) == len(MEASURES) + sum(len(g.names) for g in found.groups.values()) * len(MEASURES)
    assert set(told["hidden"]) == {"N"}
    counts = [one for one in (*hidden["n"], *hidden["part"]) if re.fullmatch(r"\d+", one)]
    assert all(int(one) % 5 == 0 for one in counts)
    assert (hidden.loc[hidden["hidden"] == "Y", ["value", "low", "difference", "chance"]].isin(["", "c"])).all().all()


def test_row_order_changes_nothing() -> None:
    """The same children in any order give the same file."""
    groups, values = made_up(2, 90)
    order = np.random.default_rng(0).permutation(90)
    turned = {n: type(g)(g.characteristic, g.names, g.of[order]) for n, g in groups.items()}
    again, _ = said(turned, {k: v[order] for k, v in values.items()}, RULES)
    rows, _ = said(groups, values, RULES)
    assert [(o.n, o.part, o.figure.said) for o in rows] == [(o.n, o.part, o.figure.said) for o in again]


# ---- stand-ins and floors ------------------------------------------------------------------------------------------


def test_where_ethnicity_goes_with_a_district_it_is_said() -> None:
    """Two districts, one of each group: told surely; dealt at random it is not told."""

    def mixed(i: int, district: str) -> object:
        return child(f"C{i:02d}", ethnicity="WBRI" if i % 2 else "BAFR", home_postcode=f"{district} 1AA")

    for districts, stands in ((("M1", "M9"), True), (("M1", "M1"), False)):
        both = [mixed(i, districts[i % 2]) if stands else mixed(i, ("M1", "M9")[i // 2 % 2]) for i in range(24)]
        proposal = propose(records(both, [home("H1")]), Policy(), council=TRAFFORD)
        found = proxies(proposal, {"ethnicity": groups_of(proposal.register.records)["ethnicity"]})
        one = next(o for o in found if o.fact == "postcode district")
        assert one.stands is stands
        assert one.strength == pytest.approx(1.0 if stands else 0.0)


def test_the_price_of_a_floor_is_that_of_trying_every_plan() -> None:
    """Against all lawful plans of small questions: what can be reached, and what the best plan then loses."""
    seen = set()
    for seed in range(60):
        q = random_question(FromSeed(seed), children=6)
        choices = _choices(q)
        if np.prod([len(c) for c in choices]) > min(MOST_PLANS, 4_000):
            continue
        plans = [np.array(plan) for plan in _lawful_plans(q, choices)]

        def worth(plan: np.ndarray, q=q) -> list[int]:
            values = q.values_of(plan)
            return [-values[t] if t == "cost" else values[t] for t in q.tiers]

        from matching.solvers import SOLVERS

        solution = SOLVERS["bundles"](q)
        members = np.random.default_rng(seed).random(q.children) < 0.5
        for kind, least in (("placed", int(members.sum())), ("local", 1), ("placed", 1)):
            local = {(c, h) for c, h, one in zip(q.pair_child, q.pair_home, q.pair_local, strict=True) if one}

            def has(plan: np.ndarray, kind=kind, local=local, members=members) -> int:
                mine = [(c, h) for c, h in enumerate(plan) if members[c] and h >= 0]
                return len(mine) if kind == "placed" else sum(pair in local for pair in mine)

            found = price_of(q, solution, members, kind, ("sex", "boys"), least=least)
            seen.add(found.outcome)
            lawful = [plan for plan in plans if has(plan) >= least]
            if has(solution.home_of) >= least:
                assert found.outcome is Outcome.MET
            elif not lawful:
                assert found.outcome is Outcome.IMPOSSIBLE
                assert found.most == max(map(has, plans))
            else:
                assert found.outcome is Outcome.PRICED
                assert worth(found.home_of) == max(map(worth, lawful))
    assert seen == {Outcome.MET, Outcome.IMPOSSIBLE, Outcome.PRICED}


def test_every_share_is_of_the_placed_or_of_all() -> None:
    """What the tables are built on: only `placed` asks children without a home."""
    assert [one.key for one in SHARES if not one.of_placed] == ["placed"]
    assert all(a.key != b.key for a, b in combinations(MEASURES, 2))


# ---- over time -----------------------------------------------------------------------------------------------------


def test_each_child_counts_once_as_of_the_last_round() -> None:
    """One who waited and was then placed is placed; one who left before the last round is as that round had it."""
    first = records([child("C1"), child("C2"), child("C3", sex="M")], [home("H1")])
    second = records([child("C1", sex="M"), child("C4")], [home("H1"), home("H2")])
    policy = Policy().as_dict()
    rounds = (KeptRound(first, {"C1": None, "C2": "H1", "C3": None}, policy, TRAFFORD),
              KeptRound(second, {"C1": "H2", "C4": None}, policy, TRAFFORD))  # fmt: skip
    groups, values = whole_period(rounds)
    assert values["placed"].tolist() == [1.0, 1.0, 0.0, 0.0]
    assert groups["sex"].members("boys").tolist() == [True, False, True, False]
    assert told_of_period(()) is None


@pytest.mark.parametrize("seed", range(4))
def test_two_periods_cannot_be_taken_from_one_another(seed: int) -> None:
    """A reader of two prints, who knows that children may be in both, works out no small number of either, nor of
    those who came or left between them.
    """
    groups, values = made_up(seed, 160)
    here = (np.arange(160) < 130, np.arange(160) >= 8 + 20 * (seed % 2))
    prints = []
    for mask in here:
        part = {n: type(g)(g.characteristic, g.names, g.of[mask]) for n, g in groups.items()}
        prints.append(safely(tables_of(part, {k: v[mask] for k, v in values.items()}), RULES))
    flows = {}
    for name, grouped in groups.items():
        for at, group in enumerate(grouped.names):
            mine = grouped.of == at
            flows[((name, group),)] = (int((mine & here[0] & ~here[1]).sum()), int((mine & ~here[0] & here[1]).sum()))
    assert any(0 < n <= 4 for flow in flows.values() for n in flow)
    assert attacked_together(prints[0], prints[1], flows, RULES) == 0
