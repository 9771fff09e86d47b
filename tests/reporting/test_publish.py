"""What is published of a whole book tells no figure that may not be told, in any table, edition or scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting import publish as publish_module
from reporting.disclosure import HIDDEN, Refused, Rules
from reporting.fact import Book, Facts, Kind, Unit, Value
from reporting.lens import Lens
from reporting.publish import publish
from reporting.publish_attack import attack
from reporting.publish_before import Before
from reporting.publish_forecasts import found_ahead, said_ahead
from reporting.section import Edition
from tests.sufficiency.a_book import LATEST, a_book

PEOPLE = (Value("children", "Children"),)
PARTS = (Value("part", "Children"), Value("base", "Of"))


def made(
    key: str,
    title: str,
    kind: Kind,
    by: Sequence[str],
    columns: Sequence[Value],
    rows: Sequence[Sequence[Any]],
    **more: Any,
) -> Facts:
    """One table."""
    frame = pd.DataFrame([list(row) for row in rows], columns=[*by, *(one.name for one in columns)])
    return Facts(key, title, kind, tuple(by), tuple(columns), frame, "returns", **more)


def book_of(*tables: Facts) -> Book:
    """A book of these tables alone."""
    return Book({"council": "Anyborough"}, {one.key: one for one in tables}, {"returns": "Returns."})


def ages(counts: Mapping[str, int], key: str = "children.age", on: str = LATEST) -> Facts:
    """Children in care by age, with their sum."""
    rows = [("in_care", on, age, n) for age, n in (*counts.items(), ("all", sum(counts.values())))]
    return made(key, "Children by age", Kind.COUNT, ("what", "on", "age"), PEOPLE, rows)


def ahead(counts: Mapping[str, float], total: float | None = None) -> Facts:
    """A forecast that sets out from the same ages."""
    rows = [(on, age, n, n) for on in ("2026-04-30", "2026-05-31")
            for age, n in (*counts.items(), ("all", sum(counts.values()) if total is None else total))]  # fmt: skip
    return made("forecast.age", "Ahead", Kind.FORECAST, ("on", "age"), (Value("mean", "Mean"), Value("p90", "High")),
                rows, like={"what": "in_care", "on": LATEST})  # fmt: skip


@pytest.fixture(scope="module")
def whole() -> Book:
    """A book of every kind of table."""
    return a_book()


@pytest.fixture(scope="module")
def public(whole: Book) -> Lens:
    """What may be said of it in public."""
    return publish(whole, Edition.PUBLIC)


def test_every_kind_of_table_in_one_go(whole: Book, public: Lens) -> None:
    """A book of every kind of table passes its own attack, and no small count is said anywhere."""
    group_age = whole.facts["children.group_age"].rows
    said = public.texts["children.group_age"]["children"]
    small = group_age["children"].between(1, 4)
    assert small.any()
    assert (said[small] == HIDDEN).all()
    assert not public.has("money.weekly")
    assert {one.why for one in public.hidden_rows()} >= {"small", "protects another"}


def test_two_editions_hide_the_same(whole: Book, public: Lens) -> None:
    """The official edition says more tables than the public one, and not one count more."""
    official = publish(whole, Edition.OFFICIAL).open_tables()
    assert set(public.open_tables()) < set(official)
    for key, frame in public.open_tables().items():
        pd.testing.assert_frame_equal(frame, official[key])


def test_the_confidential_edition_says_all(whole: Book) -> None:
    """Nothing is hidden in a confidential edition."""
    lens = publish(whole, Edition.CONFIDENTIAL)
    assert not lens.hidden_rows()
    assert "c" not in lens.symbols()


def test_numbers_are_gone_from_what_sections_are_handed(public: Lens) -> None:
    """The lens of an edition holds texts in place of numbers: nobody can say by mistake what is hidden."""
    rows = public.facts("children.group_age").rows
    assert rows["children"].map(type).eq(str).all()
    assert "money.weekly" not in public.book.facts


def test_the_order_of_rows_and_tables_does_not_matter() -> None:
    """The same book in any order is published alike."""
    young = ages({"a": 3, "b": 4, "c": 9, "d": 20, "e": 31})
    rows = [("in_care", LATEST, sex, n) for sex, n in (("F", 30), ("M", 37), ("all", 67))]
    sexes = made("children.sex", "By sex", Kind.COUNT, ("what", "on", "sex"), PEOPLE, rows)
    mixed = replace(young, rows=young.rows.iloc[::-1].reset_index(drop=True))
    one = publish(book_of(young, sexes), Edition.PUBLIC).texts["children.age"]
    other = publish(book_of(sexes, mixed), Edition.PUBLIC).texts["children.age"]
    pd.testing.assert_frame_equal(one, other.iloc[::-1].reset_index(drop=True))


@pytest.mark.parametrize(
    ("part", "base", "share"),
    [(30, 100, "30%"), (3, 100, HIDDEN), (97, 100, HIDDEN), (10, 19, HIDDEN), (0, 100, "0%"), (100, 100, "100%")],
    ids=["said", "small part", "small rest", "small base", "nobody", "everybody"],
)
def test_shares(part: int, base: int, share: str) -> None:
    """A percentage is hidden for a small part, a small rest or a small base."""
    table = made("shares", "Shares", Kind.SHARE, ("measure", "on"), PARTS, [("m", LATEST, part, base)])
    lens = publish(book_of(table), Edition.PUBLIC)
    assert lens.text("shares", "share", measure="m") == share


def test_the_same_children_in_a_share_are_hidden_with_the_count() -> None:
    """A part that another table counts is the same cell: hidden here because it is hidden there."""
    counted = ages({"a": 3, "b": 7, "c": 60, "d": 70})
    rows = [("in_care", LATEST, age, n, 140) for age, n in (("a", 3), ("b", 7), ("c", 60), ("d", 70), ("all", 140))]
    parts = made("performance.mix", "Mix", Kind.SHARE, ("what", "on", "age"), PARTS, rows)
    lens = publish(book_of(counted, parts), Edition.PUBLIC)
    for age in ("a", "b", "c", "d"):
        assert lens.text("children.age", "children", age=age) == lens.text("performance.mix", "part", age=age)
    assert lens.text("performance.mix", "share", age="a") == HIDDEN


def test_means_of_few_are_hidden_and_not_alone() -> None:
    """A mean of few is hidden, and with it the next fewest, lest the mean of all tell it; totals are never said."""
    rows = [
        ("a1", "2025-26", where, total, base)
        for where, total, base in (("x", 900.0, 6), ("y", 2600.0, 20), ("z", 5000.0, 40), ("all", 8500.0, 66))
    ]
    columns = (Value("total", "Days", Unit.DAYS), Value("base", "Children"))
    table = made("means", "Means", Kind.MEAN, ("measure", "on", "where"), columns, rows)
    lens = publish(book_of(table), Edition.PUBLIC)
    said = [lens.text("means", "mean", where=where) for where in ("x", "y", "z", "all")]
    assert said == [HIDDEN, HIDDEN, "125", "129"]
    assert set(lens.texts["means"]["total"]) == {HIDDEN}


def test_forecasts_are_hidden_with_their_counts_and_not_alone() -> None:
    """A forecast that sets out from a hidden count is hidden, and the next smallest with it; few are said in words."""
    counts = {"a": 2, "b": 7, "c": 60, "d": 75}
    lens = publish(book_of(ages(counts), ahead({"a": 2.2, "b": 4.4, "c": 61.3, "d": 75.0})), Edition.PUBLIC)
    said = {age: lens.text("forecast.age", "mean", on="2026-04-30", age=age) for age in (*counts, "all")}
    assert said == {"a": HIDDEN, "b": HIDDEN, "c": "61", "d": "75", "all": "145"}
    assert lens.text("forecast.age", "p90", on="2026-04-30", age="c") == "65"


def test_few_ahead_are_said_in_words() -> None:
    """A forecast of fewer than five is a few; nought is nought; the ends of a band go outwards and never cross."""
    lens = publish(book_of(ahead({"a": 0.0, "b": 4.4, "c": 6.2})), Edition.PUBLIC)
    said = [lens.text("forecast.age", "mean", on="2026-05-31", age=age) for age in ("a", "b", "c", "all")]
    assert said == ["0", "fewer than 5", "6", "10"]
    assert lens.number("forecast.age", "p90", on="2026-05-31", age="c") == 10


@pytest.mark.parametrize(("rest", "whole", "told"), [("−7", "−9", True), ("7", "9", True), ("−7", HIDDEN, False)])
def test_a_hidden_difference_is_worked_out_below_nought_too(rest: str, whole: str, told: bool) -> None:
    """What a whole and its other part leave of a difference is found, whichever side of nought they lie."""
    rows = [("2026-05-31", age, 0.0) for age in ("a", "b", "all")]
    facts = made(
        "d.age",
        "Differences",
        Kind.FORECAST,
        ("on", "age"),
        (Value("difference_mean", "D", Unit.PEOPLE),),
        rows,
        like={"what": "in_care", "on": LATEST},
    )
    printed = facts.rows.assign(difference_mean=[HIDDEN, rest, whole])
    found = found_ahead({"d.age": facts}, {"d.age": printed}, Rules(round_forecasts_to=1, width=3))
    assert found == ([("d.age", 0)] if told else [])


def test_hidden_alike_in_scenarios() -> None:
    """What is hidden in the forecast of one scenario is hidden in those that are published with it."""
    counts = ages({"a": 2, "b": 7, "c": 60, "d": 75})
    one = book_of(counts, ahead({"a": 2.0, "b": 7.0, "c": 60.0, "d": 75.0}))
    other = book_of(counts, ahead({"a": 0.1, "b": 0.2, "c": 60.0, "d": 75.0}, 137.4))
    first, second = publish(one, Edition.PUBLIC, alongside=[other]), publish(other, Edition.PUBLIC, alongside=[one])
    hidden = [lens.texts["forecast.age"]["mean"] == HIDDEN for lens in (first, second)]
    assert hidden[0].tolist() == hidden[1].tolist()
    with pytest.raises(Refused, match="same counts"):
        publish(one, Edition.PUBLIC, alongside=[book_of(ages({"a": 9, "b": 9, "c": 9, "d": 9}))])


def test_money_of_few_is_hidden_and_not_alone() -> None:
    """Costs of few children or providers are hidden, and so is the least other line of their sum, in every year."""
    lines = [("secure", 2.0, 1.0), ("residential", 40.0, 9.0), ("agency", 60.0, 12.0), ("kin", 30.0, 8.0)]
    rows = [
        (year, name, 1e5 * people, people, firms) for year in ("2026-27", "2027-28") for name, people, firms in lines
    ]
    rows += [(year, "all", 132e5, 132.0, 20.0) for year in ("2026-27", "2027-28")]
    columns = (Value("mean", "Mean", Unit.POUNDS), Value("people", "Children"),
               Value("providers", "Providers", Unit.NUMBER))  # fmt: skip
    table = made("money.cost", "Cost", Kind.MONEY, ("on", "group"), columns, rows, edition=Edition.OFFICIAL)
    assert not publish(book_of(table), Edition.PUBLIC).has("money.cost")
    lens = publish(book_of(table), Edition.OFFICIAL)
    said = [lens.text("money.cost", "mean", on="2027-28", group=name) for name in ("secure", "kin", "agency", "all")]
    assert said == [HIDDEN, HIDDEN, "£6,000,000", "£13,200,000"]


def test_people_in_a_plain_table_are_refused() -> None:
    """A table that is printed as it stands may count nobody."""
    plain = made("plain", "Plain", Kind.PLAIN, ("name",), PEOPLE, [("a", 3)])
    with pytest.raises(Refused, match="counts people"):
        publish(book_of(plain), Edition.PUBLIC)
    assert publish(book_of(replace(plain, edition=Edition.CONFIDENTIAL)), Edition.PUBLIC).book.facts == {}


def test_a_book_that_contradicts_itself_is_refused() -> None:
    """Parts that do not add up, a count that is none, a part above its base: nothing can then be said of the rest."""
    wrong = ages({"a": 20, "b": 30})
    with pytest.raises(Refused, match="contradict"):
        publish(book_of(replace(wrong, rows=wrong.rows.assign(children=[20, 30, 51]))), Edition.PUBLIC)
    with pytest.raises(Refused, match="no count"):
        publish(book_of(replace(wrong, rows=wrong.rows.assign(children=[20.5, 29.5, 50]))), Edition.PUBLIC)
    share = made("shares", "Shares", Kind.SHARE, ("measure", "on"), PARTS, [("m", LATEST, 31, 30)])
    with pytest.raises(Refused, match="more than its base"):
        publish(book_of(share), Edition.PUBLIC)


SABOTAGE = {
    "a small count": ("children.age", "children", "2"),
    "a percentage": ("performance.shares", "share", "1%"),
    "a forecast": ("forecast.age", "mean", "3"),
    "a mean": ("performance.means", "mean", "41"),
}


@pytest.fixture(scope="module")
def with_few() -> Book:
    """A book with a small share, a mean of few and a forecast of few."""
    counts = {"a": 2, "b": 7, "c": 60, "d": 75}
    shares = made("performance.shares", "Shares", Kind.SHARE, ("measure", "on"), PARTS, [("m", LATEST, 3, 300)])
    columns = (Value("total", "Days", Unit.DAYS), Value("base", "Children"))
    means = made("performance.means", "Means", Kind.MEAN, ("measure", "on"), columns, [("m", LATEST, 900.0, 6)])
    return book_of(ages(counts), ahead(dict(counts)), shares, means)


@pytest.mark.parametrize("what", SABOTAGE)
def test_sabotage_is_refused(with_few: Book, what: str) -> None:
    """Whatever hidden figure is shown all the same, the publication is refused."""
    key, column, text = SABOTAGE[what]
    texts = {name: frame.copy() for name, frame in publish(with_few, Edition.PUBLIC).texts.items()}
    attack(with_few, texts, Rules(), None)
    shown = texts[key]
    shown.loc[shown.index[shown[column] == HIDDEN][0], column] = text
    with pytest.raises(Refused, match="Nothing was published"):
        attack(with_few, texts, Rules(), None)


def test_sabotage_of_the_choice_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing protects the small counts, the attack finds them out and the publication is refused."""
    real = publish_module.safely

    def careless(*given: object) -> object:
        safe = real(*given)  # type: ignore[arg-type]
        texts = {
            name: text if safe.chosen.primary[safe.number[name]] or text != HIDDEN else str(safe.value(name))
            for name, text in safe.text.items()
        }
        return replace(safe, text=texts)

    monkeypatch.setattr(publish_module, "safely", careless)
    rules = Rules(round_totals_to=1)
    with pytest.raises(Refused, match="Nothing was published"):
        publish(book_of(ages({"a": 3, "b": 20, "c": 30})), Edition.PUBLIC, rules)


def two_by_two(counts: Sequence[int]) -> tuple[Facts, Facts]:
    """Four counts as a crossed table with all its sums, and the shares of its rows."""
    a, b, c, d = counts
    cells = {("x", "p"): a, ("x", "q"): b, ("y", "p"): c, ("y", "q"): d, ("x", "all"): a + b, ("y", "all"): c + d,
             ("all", "p"): a + c, ("all", "q"): b + d, ("all", "all"): a + b + c + d}  # fmt: skip
    crossed = made("crossed", "Crossed", Kind.COUNT, ("what", "on", "down", "across"), PEOPLE,
                   [("in_care", LATEST, *at, n) for at, n in cells.items()])  # fmt: skip
    shares = made("shares", "Shares", Kind.SHARE, ("what", "on", "down"), PARTS,
                  [("in_care", LATEST, row, cells[row, "all"], sum(counts)) for row in ("x", "y", "all")])  # fmt: skip
    return crossed, shares


def rounded(counts: npt.NDArray[np.int64], unit: int) -> npt.NDArray[np.int64]:
    """To the nearest multiple, as it is printed."""
    return unit * ((2 * counts + unit) // (2 * unit))


def everything_that_fits(lens: Lens, rules: Rules, most: int) -> Mapping[tuple[str, str], npt.NDArray[np.int64]]:
    """Every four whole numbers that would be printed so, tried one by one; as what each cell would be."""
    a, b, c, d = (one.ravel() for one in np.indices((most + 1,) * 4))
    cells = {("x", "p"): a, ("x", "q"): b, ("y", "p"): c, ("y", "q"): d, ("x", "all"): a + b, ("y", "all"): c + d,
             ("all", "p"): a + c, ("all", "q"): b + d, ("all", "all"): a + b + c + d}  # fmt: skip
    fits = np.ones(len(a), dtype=bool)
    for (row, column), counts in cells.items():
        text = lens.text("crossed", "children", down=row, across=column)
        if text != HIDDEN:
            unit = rules.round_totals_to if "all" in (row, column) else 1
            fits &= (rounded(counts, unit) == int(text)) & ((counts == 0) | (counts > rules.small_to))
    for row in ("x", "y"):
        text = lens.text("shares", "share", down=row)
        if text.endswith("%"):
            part, base = (rounded(cells[at], rules.round_totals_to) for at in ((row, "all"), ("all", "all")))
            fits &= np.floor(100 * part / np.maximum(base, 1) + 0.5) == int(text[:-1])
    return {at: counts[fits] for at, counts in cells.items()}


@settings(max_examples=8, deadline=None)
@given(
    counts=st.lists(st.integers(0, 6), min_size=4, max_size=4).filter(any),
    to=st.sampled_from([1, 5]),
    small_to=st.sampled_from([2, 4]),
)
def test_no_hidden_count_can_be_told_by_trying_everything(counts: list[int], to: int, small_to: int) -> None:
    """Somebody who tries all tables that would be printed so finds at least two numbers for each hidden cell."""
    rules = Rules(round_totals_to=to, small_to=small_to, least_base=5)
    lens = publish(book_of(*two_by_two(counts)), Edition.PUBLIC, rules)
    fitting = everything_that_fits(lens, rules, 2 * 6 + 4)
    assert len(fitting["all", "all"])
    for (row, column), possible in fitting.items():
        if lens.text("crossed", "children", down=row, across=column) == HIDDEN:
            assert len(np.unique(possible)) > 1


@settings(max_examples=3, deadline=None)
@given(
    counts=st.lists(st.integers(0, 40), min_size=4, max_size=5),
    first=st.lists(st.floats(0, 40), min_size=5, max_size=5),
    second=st.lists(st.floats(0, 40), min_size=5, max_size=5),
)
def test_scenarios_and_editions_hide_the_same(counts: list[int], first: list[float], second: list[float]) -> None:
    """Whatever two scenarios foretell, and whoever reads, the same rows are hidden; so no difference shows one."""
    names = "abcde"[: len(counts)]
    count = ages(dict(zip(names, counts, strict=True)))
    books = [book_of(count, ahead(dict(zip(names, one, strict=False)))) for one in (first, second)]
    hidden = [
        [
            (frame == HIDDEN).to_numpy().tolist()
            for _, frame in sorted(publish(own, edition, alongside=[other]).texts.items())
        ]
        for own, other in (books, books[::-1])
        for edition in (Edition.PUBLIC, Edition.OFFICIAL)
    ]
    assert all(one == hidden[0] for one in hidden)


@given(low=st.floats(0, 500), more=st.floats(0, 50), still=st.floats(0, 50), total=st.booleans())
def test_the_ends_of_a_band_never_cross_its_middle(low: float, more: float, still: float, total: bool) -> None:
    """Rounded outwards, a band holds its middle: a larger forecast is never printed as a smaller one."""
    rules = Rules()
    texts = [said_ahead(Value(name, ""), number, total, rules) for name, number in
             (("p10", low), ("mean", low + more), ("p90", low + more + still))]  # fmt: skip
    numbers = [0.0 if text.startswith("fewer") else float(text) for text in texts]
    assert numbers[0] <= numbers[1]
    assert numbers[1] <= numbers[2]


def test_pounds_for_a_hidden_count_are_hidden() -> None:
    """Pounds divided by a price tell how many they are paid for: hidden with the count, and not alone."""
    counts = {"a": 2, "b": 7, "c": 60, "d": 75}
    rows = [(age, 1e5 * n, float(n) + 4.0) for age, n in counts.items()]
    table = made("money.age", "Cost", Kind.MONEY, ("age",), (Value("mean", "", Unit.POUNDS), Value("people", "")), rows)
    lens = publish(book_of(ages(counts), table), Edition.OFFICIAL, Rules(round_totals_to=1))
    said = {age: lens.text("money.age", "mean", age=age) for age in counts}
    assert said == {"a": HIDDEN, "b": HIDDEN, "c": "£6,000,000", "d": "£7,500,000"}


def test_scenarios_that_foretell_other_months_hide_alike() -> None:
    """One scenario may have months, kinds or tables that another has not: what both have is hidden alike."""
    counts = {"a": 2, "b": 7, "c": 60, "d": 75}
    longer = ahead(counts)
    shorter = replace(longer, rows=longer.rows.iloc[6:].iloc[::-1].reset_index(drop=True))
    one, other = book_of(ages(counts), longer), book_of(ages(counts), shorter, ahead_of("forecast.other"))
    for own, along in ((one, other), (other, one)):
        lens = publish(own, Edition.PUBLIC, alongside=[along])
        assert lens.text("forecast.age", "mean", on="2026-05-31", age="b") == HIDDEN
        assert lens.text("forecast.age", "mean", on="2026-05-31", age="c") == "60"


def ahead_of(key: str) -> Facts:
    """A forecast that sets out from no count."""
    return made(key, "Other", Kind.FORECAST, ("on",), (Value("mean", "Mean"),), [("2026-27", 12.0)])


@pytest.mark.parametrize("small_to", range(1, 6))
def test_every_setting_of_what_is_small_can_be_published(small_to: int) -> None:
    """A sum that is rounded to five is read as what may be printed so: of six or seven where fives are hidden."""
    tables = [ages({"a": n, "b": 0, "c": 0}, f"children.of_{n}", f"2020-01-{n:02d}") for n in range(1, 15)]
    lens = publish(book_of(*tables, ages({"a": 2, "b": 9, "c": 30})), Edition.PUBLIC, Rules(small_to=small_to))
    for n in range(1, 15):
        assert (HIDDEN in lens.texts[f"children.of_{n}"]["children"].tolist()) == (n <= small_to)


def by_age(what: str, on: str, *counts: int) -> list[tuple[str, str, str, int]]:
    """Rows of a table by age, with their sum."""
    told = dict(zip("abcdef", counts, strict=False)) | {"all": sum(counts)}
    return [(what, on, age, n) for age, n in told.items()]


@pytest.mark.parametrize("adopted", [False, True])
def test_who_ceased_is_not_told_by_who_was_there_and_who_came(adopted: bool) -> None:
    """Children in care before, and who came, less children in care after, tell who left: no figure is hidden by it."""
    stock, come, go = ("in_care", "placed", "came_back") if adopted else ("in_care", "started", "ceased")
    by = ("what", "on", "group", "age") if adopted else ("what", "on", "age")
    group = ("placed_for_adoption",) if adopted else ()
    tables = [
        made(f"children.{on}", "There", Kind.COUNT, by, PEOPLE,
             [(what, day, *group, age, n) for what, day, age, n in by_age(stock, on, *counts)])
        for on, counts in (("2025-03-31", (20, 30, 40)), ("2026-03-31", (21, 31, 41)))
    ]  # fmt: skip
    flows = {come: (13, 10, 7), go: (3, 14, 10)}
    if adopted:
        left = [("ceased", "2025-26", "adopted", 12)]
        tables.append(made("adoption", "A", Kind.COUNT, ("what", "on", "way_out"), PEOPLE, left))
        flows[come] = (23, 12, 7)
    tables += [
        made(f"{what}.age", "Came or went", Kind.COUNT, ("what", "on", "age"), PEOPLE, by_age(what, "2025-26", *counts))
        for what, counts in flows.items()
    ]
    book = book_of(*tables)
    lens = publish(book, Edition.PUBLIC)
    texts = {key: frame.copy() for key, frame in lens.texts.items()}
    assert sum(int((frame == HIDDEN).to_numpy().sum()) for frame in texts.values()) > 1
    for frame in texts.values():
        counts = frame["children"] == HIDDEN
        frame.loc[counts, "children"] = [
            HIDDEN if n == 3 else str(n) for n in book.facts[_key_of(texts, frame)].rows["children"][counts]
        ]
    with pytest.raises(Refused, match="may not be told"):
        attack(book, texts, Rules())


def _key_of(texts: Mapping[str, pd.DataFrame], frame: pd.DataFrame) -> str:
    return next(key for key, one in texts.items() if one is frame)


def test_what_an_earlier_edition_showed_protects_nothing() -> None:
    """Of the same day, an edition hides what the last one hid: two choices together would tell what each hides."""
    book, rules = book_of(ages({"a": 3, "b": 9, "c": 12, "d": 40})), Rules(round_totals_to=1)
    alone = publish(book, Edition.PUBLIC, rules).open_tables()["children.age"]
    assert alone["children"].tolist() == ["c", "c", "12", "40", "64"]
    last = alone.assign(children=["c", "9", "c", "40", "64"])
    after = publish(book, Edition.PUBLIC, rules, before=Before({"children.age": last}, rules))
    assert after.open_tables()["children.age"]["children"].tolist() == last["children"].tolist()
    revised = last.assign(children=["c", "8", "c", "40", "64"])
    other = publish(book, Edition.PUBLIC, rules, before=Before({"children.age": revised}, rules))
    assert other.open_tables()["children.age"]["children"].tolist().count("c") >= 2
    told = last.assign(children=["c", "9", "12", "40", "64"])
    more = publish(book, Edition.PUBLIC, rules, before=Before({"children.age": told}, rules))
    assert more.open_tables()["children.age"]["children"].iloc[0] == "c"


def test_days_in_care_do_not_tell_how_many_children_there_were() -> None:
    """Three children who were there all year are 1,095 days: a mean of the days of few is hidden with its base."""
    columns = (Value("total", "Moves", Unit.NUMBER), Value("base", "Days in care", Unit.DAYS))
    days = [("few", LATEST, 3000.0, 3 * 365), ("many", LATEST, 150_000.0, 45 * 365)]
    moves = made("performance.moves", "Moves", Kind.MEAN, ("measure", "on"), columns, days)
    told = publish(book_of(moves), Edition.PUBLIC).texts["performance.moves"]
    assert told[["base", "mean"]].to_numpy().tolist() == [["c", "c"], ["16,000", "9.1"]]
