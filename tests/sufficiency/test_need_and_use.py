"""Use and need are two ends, always together, and what lies between them is counted child by child."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from sufficiency.forecast import Forecast
from sufficiency.groups import AGE_BANDS, EXITS, FOSTER, GROUPS, RESIDENTIAL
from sufficiency.history import History, age_band, birthday, history_of, stock
from sufficiency.need_and_use import LEAST_REFERRALS, LEVELS, bracket
from sufficiency.referrals import NEEDS, PREFERRED, SUITED, Referrals
from sufficiency.scenario import Scenario, baseline, read_scenario
from sufficiency.times_in_homes import doubtful_share, recorded, still_there, times_in_homes
from tests.records.made_returns import Row, episode, header
from tests.sufficiency.histories import Councils, day, lives

HOME = {"PLACE": "K2", "PLACE_PROVIDER": "PR4", "PL_POST": "M31 4AA"}
LATER = {"PLACE": "K2", "PLACE_PROVIDER": "PR4", "PL_POST": "OL1 1AA"}
BROKE = {"REC": "X1", "REASON_PLACE_CHANGE": "CREQB"}
PLANNED = {"REC": "X1", "REASON_PLACE_CHANGE": "CARPL"}
BETWEEN = {"PLACE": "P1", "PLACE_PROVIDER": "PR0", "PL_POST": "M20 2RN", "RNE": "P"}


def assuming(folder: Path, low: float, value: float, high: float) -> Scenario:
    """The baseline with another share of doubtful children who needed a foster home."""
    path = folder / "share.toml"
    path.write_text(
        'schema_version = 1\nextends = "baseline.toml"\n[need.use]\nfoster_share_of_young_residential = '
        f'{{ value = {value}, unit = "share", low = {low}, high = {high}, source = "a test", date = "2026", '
        'status = "council" }\n',
        encoding="utf-8",
    )
    return read_scenario(path)


def futures(counts: Sequence[Sequence[int]], draws: int = 400, months: int = 2, foster: int = 5) -> Forecast:
    """A forecast in which the same children live in homes in every future: ages by month."""
    stock = np.zeros((draws, months, len(GROUPS), len(AGE_BANDS)), dtype=np.int32)
    stock[:, :, RESIDENTIAL, :] = counts
    stock[:, :, FOSTER[1], 2] = foster
    stock[:, :, FOSTER[3], 2] = 1
    return Forecast(
        origin=day("2021-04-01"),
        month_ends=np.array([day("2021-04-30"), day("2021-05-31")][:months]),
        stock=stock,
        entries=np.zeros_like(stock),
        exits=np.zeros((draws, months, len(GROUPS), len(EXITS)), dtype=np.int32),
        moves=np.zeros((draws, months, len(GROUPS), len(GROUPS)), dtype=np.int32),
        parts={},
    )


def said(history: History) -> tuple[int, int, int]:
    """In homes on the last known day: all, doubtful, not known."""
    today = recorded(history, [history.until], baseline())
    return int(today.residential.sum()), int(today.doubtful.sum()), int(today.not_known.sum())


MOVED = {"DECOM": "01/09/2020", "RNE": "P"}
CASES: dict[str, tuple[str, list[Row], str]] = {
    "a day before the 13th birthday": ("02/06/2007", [HOME], "doubtful"),
    "on the 13th birthday": ("01/06/2007", [HOME], "not"),
    "before the returns begin, at 15": ("01/06/2005", [HOME | {"RNE": "L"}], "nobody can tell"),
    "before the returns begin, at 12": ("02/06/2007", [HOME | {"RNE": "L"}], "doubtful"),
    "after a breakdown": ("01/06/2005", [{"DEC": "01/09/2020"} | BROKE, HOME | MOVED], "doubtful"),
    "after a planned move": ("01/06/2005", [{"DEC": "01/09/2020"} | PLANNED, HOME | MOVED], "not"),
    "28 days after a breakdown": (
        "01/06/2005",
        [
            {"DEC": "01/09/2020"} | BROKE,
            BETWEEN | {"DECOM": "01/09/2020", "DEC": "29/09/2020"} | PLANNED,
            HOME | {"DECOM": "29/09/2020", "RNE": "P"},
        ],
        "doubtful",
    ),
    "29 days after a breakdown": (
        "01/06/2005",
        [
            {"DEC": "01/09/2020"} | BROKE,
            BETWEEN | {"DECOM": "01/09/2020", "DEC": "30/09/2020"} | PLANNED,
            HOME | {"DECOM": "30/09/2020", "RNE": "P"},
        ],
        "not",
    ),
    "from home to home, young at the first": (
        "02/08/2007",
        [HOME | {"DEC": "01/09/2020"} | PLANNED, LATER | MOVED],
        "doubtful",
    ),
    "young at first, then not in homes, then back at 13": (
        "02/06/2007",
        [
            HOME | {"DEC": "01/09/2020"} | PLANNED,
            BETWEEN | {"DECOM": "01/09/2020", "DEC": "01/10/2020"} | PLANNED,
            LATER | {"DECOM": "01/10/2020", "RNE": "P"},
        ],
        "not",
    ),
    "with foster carers": ("02/06/2007", [{}], "not in homes"),
    "when another child's placement broke down": ("01/06/2005", [HOME | {"DECOM": "01/09/2020"}], "not"),
}


@pytest.fixture(scope="module")
def councils(tmp_path_factory: pytest.TempPathFactory) -> dict[str, History]:
    """Four councils, read at once: the cases above, a hundred and twenty made-up children, a pair, and one child."""
    made, names = Councils(), {}
    people = [header(CHILD=f"C{i:02d}", UPN="", DOB=dob) for i, (dob, _, _) in enumerate(CASES.values())]
    rows = [episode(CHILD=f"C{i:02d}", **e) for i, (_, episodes, _) in enumerate(CASES.values()) for e in episodes]
    names["cases"] = made.add(*rows, people=people, years=range(2019, 2022))
    people, rows = lives(5, 120, date(2018, 4, 1), date(2021, 3, 31))
    names["many"] = made.add(*rows, people=people, years=range(2019, 2022))
    rows = [
        episode(CHILD="A0", DEC="01/09/2020", **BROKE),
        episode(CHILD="A0", RNE="P", DECOM="01/09/2020", **HOME),
        episode(CHILD="A1", DECOM="01/09/2020", **HOME),
    ]
    people = [header(CHILD=c, UPN="", DOB="01/07/2006") for c in ("A0", "A1")]
    names["pair"] = made.add(*rows, people=people)
    names["one"] = made.add(episode())
    ret = made.read(tmp_path_factory.mktemp("councils"))
    return {name: history_of(ret, la) for name, la in names.items()}


@pytest.fixture(scope="module")
def many(councils: dict[str, History]) -> History:
    """A hundred and twenty made-up children over three years."""
    return councils["many"]


def test_who_may_have_needed_a_foster_home(councils: dict[str, History]) -> None:
    """Children who came young or soon after a breakdown; of some nobody can tell; only their own past counts."""
    history = councils["cases"]
    times = times_in_homes(history, baseline())
    found = dict.fromkeys(range(len(CASES)), "not in homes")
    for at in np.flatnonzero(times.until == history.until):
        answer = "doubtful" if times.doubtful[at] else "not" if times.known[at] else "nobody can tell"
        found[int(times.child[at])] = answer
    assert dict(zip(CASES, found.values(), strict=True)) == {case: answer for case, (_, _, answer) in CASES.items()}


def test_the_counts_are_those_of_the_stock_and_of_a_plain_reading(many: History) -> None:
    """Foster and children's homes add up to the stock; who is doubtful agrees with a search child by child."""
    days = [many.first, many.first + 200, many.first + 777, many.until - 1, many.until]
    found = recorded(many, days, baseline())
    whole = stock(many, days)
    assert (found.foster == whole[:, list(FOSTER), :].sum(axis=1)).all()
    assert (found.residential == whole[:, RESIDENTIAL, :]).all()
    assert (found.doubtful + found.not_known <= found.residential).all()
    assert found.doubtful.sum() > 10
    spells, periods = many.placements, many.periods
    for i, on in enumerate(days[:-1]):
        doubtful = np.zeros(len(AGE_BANDS), dtype=np.int64)
        for s in np.flatnonzero((spells.group == RESIDENTIAL) & (spells.begin <= on) & (on < spells.until)):
            first = s
            while first and spells.period[first - 1] == spells.period[s] and spells.group[first - 1] == RESIDENTIAL:
                first -= 1
            child, came = periods.child[spells.period[s]], spells.begin[first]
            mine = periods.child[spells.period] == child
            broken = mine & spells.broke_down & np.isin(spells.group, FOSTER)
            after = bool((broken & (spells.until <= came) & (came - spells.until <= 28)).any())
            dob = periods.dob[spells.period[s]]
            if came < birthday(dob, 13) or (after and not spells.begun_before[first]):
                doubtful[age_band(dob, on)] += 1
        assert doubtful.tolist() == found.doubtful[i].tolist()
    with pytest.raises(ValueError, match="Nothing is known"):
        recorded(many, [many.until + 1], baseline())


def test_the_share_follows_from_young_ages_and_is_learnt_at_older_ones(many: History) -> None:
    """Below 13 everybody came young; above it the share lies between, on far fewer children than days."""
    learnt = doubtful_share(many, baseline())
    assert learnt.share[:3].tolist() == [1, 1, 1]
    assert np.isinf(learnt.children[:3]).all()
    assert 0 < learnt.share[3] < 1
    assert 1 < learnt.children[3] < 60


def test_evidence_is_counted_in_children(councils: dict[str, History]) -> None:
    """Two children in homes for as long, one of them doubtful: a half, on two children."""
    learnt = doubtful_share(councils["pair"], baseline())
    assert learnt.share[3] == pytest.approx(0.5)
    assert learnt.children[3] == pytest.approx(2)
    assert learnt.children[4] == 0


def test_the_ends_hold_the_same_children(many: History) -> None:
    """Need takes from children's homes what it gives to foster care, in every month and age, and use is as forecast."""
    made = bracket(many, futures([0, 2, 4, 12, 6]), baseline(), seed=3)
    assert made.use.residential.mean[0].tolist() == [0, 2, 4, 12, 6, 24]
    assert made.use.foster.mean[0].tolist() == [0, 0, 6, 0, 0, 6]
    both = [end.foster.mean + end.residential.mean for end in (made.use, made.need)]
    assert both[0] == pytest.approx(both[1])
    assert (made.need.foster.mean >= made.use.foster.mean).all()
    assert made.need.foster.quantiles.shape == (len(LEVELS), 2, len(AGE_BANDS) + 1)
    # A half of the six below ten on average, and of some of the rest; between none and all of them.
    assert made.need.foster.mean[0, 1:3] == pytest.approx([1, 8], abs=0.25)
    assert 0 < made.need.foster.mean[0, 3] < 8
    spread = made.need.foster.quantiles[[0, -1], 0, 2]
    assert spread[0] < 6.6
    assert spread[1] > 9.4
    again = bracket(many, futures([0, 2, 4, 12, 6]), baseline(), seed=3)
    assert again.need.foster.quantiles.tobytes() == made.need.foster.quantiles.tobytes()
    other = bracket(many, futures([0, 2, 4, 12, 6]), baseline(), seed=4)
    assert other.need.foster.quantiles.tobytes() != made.need.foster.quantiles.tobytes()


def test_todays_children_give_way_as_fast_as_they_did(councils: dict[str, History], tmp_path: Path) -> None:
    """Of those here a month later six sevenths were there before; today it is known that one of the two is doubtful."""
    pair, every = councils["pair"], assuming(tmp_path, 1, 1, 1)
    still = still_there(pair, times_in_homes(pair, every), 14)
    assert still[:2] == pytest.approx([12 / 14, 10 / 14])
    assert (np.diff(still) <= 0).all()
    made = bracket(pair, futures([0, 0, 0, 14, 0], draws=4000), every, seed=2)
    # Half of those of today and, with next to nothing known, on average half of those who will come.
    assert made.need.residential.mean[0, 3] == pytest.approx(7, abs=0.2)
    low, high = made.need.residential.quantiles[[1, 5], 0, 3]
    assert 3.5 < low < 5
    assert 9 < high < 10.5


def asked_for(history: History, suits: int, most: int) -> tuple[Referrals, np.ndarray]:
    """A referral for each of the doubtful, five days before they came, and names for all children."""
    times = times_in_homes(history, baseline())
    ids = np.array([f"K{number}" for number in range(int(history.periods.child.max()) + 1)])
    at = np.flatnonzero(times.doubtful)[:most]
    suited = np.full((len(at), len(SUITED)), -1, dtype=np.int8)
    suited[:, list(SUITED).index("foster")] = suits
    needs = np.full((len(at), len(NEEDS)), -1, dtype=np.int8)
    siblings = np.zeros(len(at), dtype=np.int64)
    return Referrals(ids[times.child[at]], times.begin[at] - 5, siblings, needs, suited, (), 0), ids


def test_referrals_say_how_many_needed_a_foster_home(many: History) -> None:
    """Where enough of the doubtful were referred for a foster home first of all, that share is taken."""
    seen = futures([0, 0, 8, 0, 0])
    for suits, moved in ((PREFERRED, 8), (PREFERRED - 1, 0), (0, 0)):
        referrals, ids = asked_for(many, suits, 40)
        made = bracket(many, seen, baseline(), seed=1, referrals=referrals, ids=ids)
        assert made.said.referrals >= LEAST_REFERRALS
        assert made.said.foster == (made.said.referrals if moved else 0)
        assert made.need.foster.mean[0, 2] - 6 == pytest.approx(moved, abs=0.6)
        assert f"for {made.said.foster} of them foster care was preferred" in made.words[2]
    few, ids = asked_for(many, PREFERRED, LEAST_REFERRALS - 2)
    made = bracket(many, seen, baseline(), seed=1, referrals=few, ids=ids)
    assert made.said.referrals < LEAST_REFERRALS
    assert made.need.foster.mean.tolist() == bracket(many, seen, baseline(), seed=1).need.foster.mean.tolist()
    assert "too few to go by" in made.words[2]
    early = Referrals(few.child, few.day - 2000, few.siblings, few.needs, few.suited, (), 0)
    assert bracket(many, seen, baseline(), seed=1, referrals=early, ids=ids).said.referrals == 0
    with pytest.raises(ValueError, match="give the ids"):
        bracket(many, seen, baseline(), seed=1, referrals=few)


def test_a_share_of_none_or_all_leaves_no_doubt_below_ten(many: History, tmp_path: Path) -> None:
    """With none of them need is use; with all of them no child below ten needs a children's home."""
    seen = futures([1, 2, 4, 0, 0], draws=50)
    none = bracket(many, seen, assuming(tmp_path, 0, 0, 0), seed=1)
    assert none.need.foster.mean.tolist() == none.use.foster.mean.tolist()
    every = bracket(many, seen, assuming(tmp_path, 1, 1, 1), seed=1)
    assert not every.need.residential.mean.any()
    assert every.need.foster.mean[0].tolist() == [1, 2, 10, 0, 0, 13]


def test_the_words_go_with_the_numbers(councils: dict[str, History], many: History) -> None:
    """They say what the ends are, how many children, what the scenario says and how it is known."""
    made = bracket(many, futures([0, 2, 4, 12, 6], draws=20), baseline(), seed=1)
    text = " ".join(made.words)
    living, doubtful, unknown = said(many)
    assert f"{living} children lived in children's homes. {doubtful} of them" in text
    assert "0% to 100%, 50% the likeliest (unverified: No study found" in text
    assert (f"{unknown} of the {living}" in text) == bool(unknown)
    nobody = bracket(councils["one"], futures([0, 0, 0, 0, 0], draws=20), baseline(), seed=1)
    assert "next to nothing is known of it" in nobody.words[-1]
    assert nobody.need.foster.mean[0, -1] == 6
