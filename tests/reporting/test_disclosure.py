"""Nobody can be found in what is published: hidden as little as will do, attacked, refused where an attack succeeds."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array

from reporting.attacker import Impossible, Known, told, worked_out
from reporting.disclosure import HIDDEN, ROUNDS_TO_NOUGHT, Refused, Rules, money, percentage, published, recovered
from reporting.hiding import CannotHide, fewest, hide
from reporting.linked import ALL, Cells, Counted, DoNotAddUp, Name, linked

SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "dfe"
EXACT = Rules(round_totals_to=1)


def crossed(name: str, counts: np.ndarray, dims: Sequence[str] = ("age", "sex", "place")) -> Counted:
    """A table of any number of dimensions with all its sums."""
    by = tuple(dims[: counts.ndim])
    rows = []
    for at in np.ndindex(*(size + 1 for size in counts.shape)):
        cut = tuple(slice(None) if i == size else i for i, size in zip(at, counts.shape, strict=True))
        names = [ALL if i == size else f"{i}" for i, size in zip(at, counts.shape, strict=True)]
        rows.append((*names, int(counts[cut].sum())))
    return Counted(name, pd.DataFrame(rows, columns=[*by, "n"]), by, ("n",))


def attacked(cells: Cells, hidden: np.ndarray, floor: float = 1.0) -> int:
    """Hidden cells that can be worked out."""
    counts = cells.counts[0].astype(float)
    low, high = np.where(hidden, floor, counts), np.where(hidden, np.inf, counts)
    return int(worked_out(Known(low, high, cells.sums, cells.within)).recovered.sum())


def small(cells: Cells) -> np.ndarray:
    """Cells that are small in any version."""
    return np.asarray(((cells.counts > 0) & (cells.counts < 5)).any(axis=0))


def least_by_trying(cells: Cells, primary: np.ndarray, width: float) -> float:
    """The least that must be lost, by trying every choice of cells that are not nought."""
    weights = fewest(cells.counts)
    free = np.flatnonzero(~primary & (cells.counts.max(axis=0) > 0))
    best = np.inf
    for number in range(len(free) + 1):
        for more in combinations(free.tolist(), number):
            lost = float(weights[list(more)].sum())
            if lost < best and _safe(cells, primary, list(more), width):
                best = lost
    return best


def _safe(cells: Cells, primary: np.ndarray, more: list[int], width: float) -> bool:
    hidden = primary.copy()
    hidden[more] = True
    counts = cells.counts[0].astype(float)
    low, high = np.where(hidden, np.minimum(1.0, counts), counts), np.where(hidden, 1e6, counts)
    worked = worked_out(Known(low, high, cells.sums, cells.within))
    return bool((worked.most - worked.least >= width - 1e-6).all())


@pytest.mark.parametrize("seed", range(6))
def test_as_little_as_will_do(seed: int) -> None:
    """No other choice of cells would lose less, and what is chosen is proved to be the least."""
    rng = np.random.default_rng(seed)
    cells = linked([crossed("one", rng.poisson(rng.uniform(3, 9), (2, 2)))])
    primary = small(cells)
    found = hide(cells, primary)
    assert found.proved
    assert found.cost == pytest.approx(least_by_trying(cells, primary, 2.0))


@pytest.mark.parametrize("seed", range(12))
def test_nothing_hidden_can_be_worked_out(seed: int) -> None:
    """In linked tables of three dimensions and of their margins, nobody can tell a hidden figure."""
    rng = np.random.default_rng(seed)
    counts = rng.poisson(rng.uniform(1, 12), (3, 2, 2 + seed % 3))
    tables = [
        crossed("age by sex", counts.sum(axis=2)),
        crossed("age by place", counts.sum(axis=1), ("age", "place")),
        crossed("sex by place", counts.sum(axis=0), ("sex", "place")),
    ]
    if seed % 2:
        tables.append(crossed("all three", counts))
    cells = linked(tables)
    found = hide(cells, small(cells))
    assert attacked(cells, found.hidden) == 0
    assert (found.hidden >= found.primary).all()


def test_one_hidden_cell_alone_would_be_given_away() -> None:
    """The attack finds a lone hidden cell from its row, and the lesser of the others is hidden with it."""
    table = crossed("ages", np.array([3, 40, 60]))
    cells = linked([table])
    assert attacked(cells, small(cells)) == 1
    hidden = hide(cells, small(cells)).hidden
    assert {dict(name).get("age", ALL) for name, one in zip(cells.names, hidden, strict=True) if one} == {"0", "1"}


def test_two_of_one_each_are_told_by_their_sum() -> None:
    """Two hidden cells that add up to two can only be one each: the sum must go too, or a third."""
    cells = linked([crossed("ages", np.array([1, 1, 60]))])
    assert attacked(cells, small(cells) & (cells.counts[0] == 1)) == 2
    assert attacked(cells, hide(cells, small(cells)).hidden) == 0


def test_a_table_in_another_table_is_not_overlooked() -> None:
    """A cell hidden in one table and shown by another table's sums is found, and hidden in both."""
    ages = Counted("ages", pd.DataFrame({"age": ["young", "old", ALL], "n": [3, 50, 53]}), ("age",), ("n",))
    fine = pd.DataFrame({"age": ["baby", "toddler", "old"], "n": [1, 2, 50]})
    parents = {"age": {"baby": "young", "toddler": "young"}}
    found = published([ages, Counted("fine", fine, ("age",), ("n",))], EXACT, parents=parents)
    assert found.tables["ages"]["n"].tolist()[:2] == [HIDDEN, HIDDEN]
    assert found.tables["fine"]["n"].tolist() == [HIDDEN, HIDDEN, HIDDEN]


def test_hidden_alike_in_every_scenario() -> None:
    """A count small in one scenario is hidden in all, so that no difference of two scenarios shows it."""
    rows = pd.DataFrame({"age": ["a", "b", "c", ALL], "now": [3, 20, 30, 53], "later": [9, 20, 30, 59]})
    found = published([Counted("ages", rows, ("age",), ("now", "later"))], EXACT).tables["ages"]
    assert (found["now"] == HIDDEN).tolist() == (found["later"] == HIDDEN).tolist() == [True, True, False, False]


def test_nought_is_shown_and_is_nought() -> None:
    """A nought that is shown is nought; a council may say that none is hidden to protect another figure."""
    table = crossed("ages", np.array([0, 3, 7, 90]))
    shown = Rules(round_totals_to=1, hide_noughts=False)
    assert published([table], shown).tables["ages"]["n"].tolist() == ["0", HIDDEN, HIDDEN, "90", "100"]
    assert published([table], EXACT).tables["ages"]["n"].tolist() == [HIDDEN, HIDDEN, "7", "90", "100"]


def test_sums_are_rounded_and_parts_are_not() -> None:
    """Sums are rounded to five, wherever they stand; what is no sum is shown as it is."""
    found = published([crossed("ages", np.array([12, 31]))]).tables["ages"]["n"].tolist()
    assert found == ["12", "31", "45"]


def test_overlapping_categories_are_no_sum() -> None:
    """Needs of which a child may have several need not add up, but none can be more than the whole."""
    rows = pd.DataFrame({"need": ["a", "b", ALL], "n": [30, 3, 31]})
    table = Counted("needs", rows, ("need",), ("n",), overlap=frozenset({"need"}))
    assert published([table], EXACT).tables["needs"]["n"].tolist() == ["30", HIDDEN, "31"]
    with pytest.raises(DoNotAddUp, match="do not add up to the whole"):
        linked([Counted("needs", rows, ("need",), ("n",))])


def test_refused_where_an_attack_succeeds() -> None:
    """The attack reads what is printed: a table printed with a gap that a sum fills is found out."""
    table = crossed("ages", np.array([3, 40, 60]))
    naive = {"ages": table.rows.assign(n=[HIDDEN if 0 < n < 5 else str(n) for n in table.rows["n"]])}
    assert recovered([table], naive, EXACT) == 1
    assert issubclass(Refused, Exception)


def test_whole_people_tell_more_than_fractions() -> None:
    """Where only fractions would leave a choice, the attacker who knows that people come whole is not misled."""
    # a + b = 5, b + c = 4, a + c + t = 6 with t none or one: a is (7 - t) / 2, so t is one.
    sums = csr_array(np.array([[-1.0, -1, 0, 0, 1, 0, 0], [0, -1, -1, 0, 0, 1, 0], [-1, 0, -1, -1, 0, 0, 1]]))
    low = np.array([0.0, 0, 0, 0, 5, 4, 6])
    known = Known(low, np.array([9.0, 9, 9, 1, 5, 4, 6]), sums, csr_array((0, 7)))
    fractions = worked_out(known)
    assert (fractions.least[3], fractions.most[3]) == (0, 1)
    assert told(known, low == 0).tolist() == [True, True, True, True, False, False, False]


def test_what_rounding_leaves_open_protects() -> None:
    """A reader who knows a sum only to five cannot tell the one small count in it, so nothing else is hidden."""
    table = crossed("ages", np.array([3, 40, 60]))
    assert published([table], EXACT).tables["ages"]["n"].tolist() == [HIDDEN, HIDDEN, "60", "103"]
    assert published([table]).tables["ages"]["n"].tolist() == [HIDDEN, "40", "60", "105"]
    # 107 is at the end of what rounds to 105: less one is not enough of a doubt.
    edge = crossed("ages", np.array([1, 46, 60]))
    assert published([edge]).lost == 1


def test_safe_all_the_same_without_the_effort() -> None:
    """Where the search for the least is cut short what is chosen is safe, and not said to be the least."""
    rng = np.random.default_rng(11)
    cells = linked([crossed("one", rng.poisson(6, (4, 4)))])
    short = hide(cells, small(cells), effort=0)
    assert attacked(cells, short.hidden) == 0
    assert not short.proved
    assert short.cost >= hide(cells, small(cells)).cost


def test_what_must_be_shown_may_leave_no_way() -> None:
    """Where everything else must be shown, the answer is that it cannot be hidden."""
    cells = linked([crossed("ages", np.array([3, 40, 60]))])
    with pytest.raises(CannotHide, match="gives away"):
        hide(cells, small(cells), shown=~small(cells))


def test_figures_that_contradict_themselves() -> None:
    """A cell counted in two ways, and printed figures that no counts would give, are said."""
    rows = pd.DataFrame({"age": ["a", "a"], "n": [1, 2]})
    with pytest.raises(DoNotAddUp, match="age a otherwise"):
        linked([Counted("ages", rows, ("age",), ("n",))])
    table = crossed("ages", np.array([30, 40]))
    with pytest.raises(Impossible):
        recovered([table], {"ages": table.rows.assign(n=[HIDDEN, "40", "7"])}, EXACT)


def test_hidden_alike_in_any_order() -> None:
    """The same tables with their rows in another order hide the same."""
    rng = np.random.default_rng(4)
    table = crossed("one", rng.poisson(5, (4, 4)))
    shuffled = Counted("one", table.rows.sample(frac=1, random_state=1), table.by, table.counts)

    def hidden(cells: Cells) -> set[Name]:
        return {name for name, one in zip(cells.names, hide(cells, small(cells)).hidden, strict=True) if one}

    assert hidden(linked([table])) == hidden(linked([shuffled]))


@pytest.mark.parametrize(
    ("part", "base", "said"),
    [(5, 19, HIDDEN), (5, 20, "25"), (1, 400, ROUNDS_TO_NOUGHT), (0, 400, "0"), (13, 41, "38")],
    ids=["small base", "at the base", "rounds to nought", "nought", "of rounded counts"],
)
def test_percentages(part: int, base: int, said: str) -> None:
    """Percentages are of rounded counts, and hidden where the base is small."""
    assert percentage(part, base, Rules()) == said


@pytest.mark.parametrize(
    ("children", "providers", "said"),
    [(4.9, 9, HIDDEN), (5, 2, HIDDEN), (5, 3, "1230"), (5, None, "1230")],
    ids=["few children", "few providers", "enough of both", "nobody's price"],
)
def test_money(children: float, providers: int | None, said: str) -> None:
    """A price is hidden where few children or few providers are behind it."""
    assert money(1234, children, providers, Rules()) == said
