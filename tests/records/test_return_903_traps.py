"""The twenty-two ways in which a return breaks a model of it, each met and said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.records.made_returns import adds_up, episode, header, one_year, public, rules, stays, years

MOVE = {"DECOM": "01/09/2020", "RNE": "P", "PL_POST": "M31 4AA", "URN": "SC765432"}
X1 = {"DEC": "01/09/2020", "REC": "X1", "REASON_PLACE_CHANGE": "CARPL"}


def test_a_plain_move_meets_no_rule(tmp_path: Path) -> None:
    """Two episodes that join share a day that counts once, and nothing is said."""
    made = one_year(tmp_path, episode(**X1), episode(**MOVE))
    assert stays(made) == [("2020-06-01", "2020-09-01", "ENDED"), ("2020-09-01", "2021-04-01", "OPEN")]
    assert list(made.episodes.period) == [0, 0]
    assert made.findings.empty
    assert adds_up(made)


def test_trap_1_an_overlap_is_cut_at_the_next_beginning(tmp_path: Path) -> None:
    """No day of care counts twice."""
    made = one_year(tmp_path, episode(**X1 | {"DEC": "20/09/2020"}), episode(**MOVE))
    assert stays(made)[0] == ("2020-06-01", "2020-09-01", "ENDED")
    assert "501" in public(made)


def test_trap_2_a_gap_is_no_care_and_no_exit(tmp_path: Path) -> None:
    """Days between an X1 and a later continuing episode are a gap in the data."""
    made = one_year(tmp_path, episode(**X1 | {"DEC": "20/08/2020"}), episode(**MOVE))
    assert stays(made)[0] == ("2020-06-01", "2020-08-20", "LOST")
    assert "433" in public(made)


def test_trap_3_a_new_period_on_the_day_the_last_one_ended_is_one_period(tmp_path: Path) -> None:
    """Neither an exit nor an entry is made of it."""
    made = one_year(tmp_path, episode(**X1 | {"REC": "E4A"}), episode(**MOVE | {"RNE": "S"}))
    assert list(made.episodes.period) == [0, 0]
    assert "431" in public(made)
    apart = one_year(
        tmp_path / "b", episode(**X1 | {"REC": "E4A", "DEC": "31/08/2020"}), episode(**MOVE | {"RNE": "S"})
    )
    assert list(apart.episodes.period) == [0, 1]
    assert "431" not in public(apart)


@pytest.mark.parametrize(("dec", "code"), [("01/06/2020", "355"), ("31/05/2020", "356")])
def test_trap_4_an_episode_without_length_is_left_out(tmp_path: Path, dec: str, code: str) -> None:
    """An episode that ends on the day it begins, or before, is no stay."""
    made = one_year(tmp_path, episode(DEC=dec, REC="E4A"))
    assert len(made.episodes) == 0
    assert public(made) == {code}
    assert made.counts["Episodes"].left_out == 1


def test_trap_5_only_the_latest_episode_may_be_open(tmp_path: Path) -> None:
    """An open episode that another follows ends where that begins; days and reasons go together."""
    made = one_year(tmp_path, episode(), episode(**MOVE))
    assert stays(made)[0] == ("2020-06-01", "2020-09-01", "ENDED")
    assert {"142"} <= public(made)
    assert "dec_alone" in rules(one_year(tmp_path / "b", episode(DEC="01/09/2020")))
    unknown = one_year(tmp_path / "c", episode(REC="E4A"))
    assert len(unknown.episodes) == 0
    assert rules(unknown) == {"rec_alone"}
    assert stays(one_year(tmp_path / "d", episode(REC="X1")))[0][2] == "OPEN"


def test_trap_6_the_year_end_cuts_and_the_latest_year_counts(tmp_path: Path) -> None:
    """An episode in two years' files is one; one that ends after its year is open on 31 March."""
    made = years(tmp_path, y2021=[episode()], y2022=[episode(DEC="05/05/2021", REC="E4A")])
    assert stays(made) == [("2020-06-01", "2021-05-05", "ENDED")]
    assert made.counts["Episodes"].repeated == 1
    late = one_year(tmp_path / "b", episode(DEC="05/05/2021", REC="E4A"))
    assert stays(late) == [("2020-06-01", "2021-04-01", "OPEN")]
    assert {"354", "385"} <= public(late)


@pytest.mark.parametrize(
    ("old", "new", "end", "accepted"),
    [("H5", "K3", 2025, True), ("Z1", "Z13", 2026, True), ("H5", "K2", 2025, False), ("U6", "K3", 2025, False)],
)
def test_trap_6_recodes_that_the_department_allows_are_no_contradiction(
    tmp_path: Path, old: str, new: str, end: int, accepted: bool
) -> None:
    """H5 to K3 and Z1 to its four parts are accepted; any other change of a code is said."""
    decom = f"01/06/{end - 2}"
    made = years(
        tmp_path, **{f"y{end - 1}": [episode(DECOM=decom, PLACE=old)], f"y{end}": [episode(DECOM=decom, PLACE=new)]}
    )
    assert made.episodes.place.tolist() == [new]
    assert ("503D" not in public(made)) == accepted
    assert ("recoded" in rules(made)) == accepted


def test_trap_7_open_in_an_old_file_and_absent_later_is_a_gap_in_the_data(tmp_path: Path) -> None:
    """Such a child is neither in care today nor known to have left."""
    other = episode(CHILD="B2", DECOM="01/05/2021")
    made = years(tmp_path, y2021=[episode()], y2022=[other])
    assert ("2020-06-01", "2021-04-01", "LOST") in stays(made)
    assert "stale" in rules(made)


def test_trap_8_a_child_open_in_the_last_file_is_censored_there(tmp_path: Path) -> None:
    """What happened after the last 31 March is not known, and a year between that is missing is named."""
    made = years(tmp_path, y2021=[episode()], y2023=[episode(DECOM="01/05/2022")])
    assert stays(made) == [("2020-06-01", "2021-04-01", "LOST"), ("2022-05-01", "2023-04-01", "OPEN")]
    assert made.missing_years == {"": (2022,)}


@pytest.mark.parametrize(
    ("second", "code"),
    [
        ({"RNE": "L", "LS": "C2", "PL_POST": "M31 4AA"}, "434"),
        ({"RNE": "P", "LS": "C1", "PL_POST": "M31 4AA"}, "435"),
        ({"RNE": "B", "LS": "C2", "PL_POST": "M31 4AA"}, "436"),
    ],
)
def test_trap_9_the_reason_fits_what_changed(tmp_path: Path, second: dict[str, str], code: str) -> None:
    """L changes the legal status alone, P the placement alone, B both."""
    made = one_year(tmp_path, episode(**X1), episode(**{"DECOM": "01/09/2020"} | second))
    assert code in public(made)


def test_trap_10_a_temporary_placement_is_neither_first_nor_last_and_is_returned_from(tmp_path: Path) -> None:
    """T codes stand inside a period, with the same placement before and after."""
    away = episode(DECOM="01/09/2020", RNE="P", PLACE="T4", PLACE_PROVIDER="", DEC="05/09/2020", REC="X1")
    before = episode(DEC="01/09/2020", REC="X1")
    back = one_year(tmp_path, before, away, episode(DECOM="05/09/2020", RNE="P"))
    assert back.findings.empty
    gone = one_year(tmp_path / "b", before, away, episode(DECOM="05/09/2020", RNE="P", PL_POST="M31 4AA"))
    assert public(gone) == {"383"}
    first = one_year(tmp_path / "c", away | {"RNE": "S", "REC": "E4A"})
    assert {"380", "381"} <= public(first)


@pytest.mark.parametrize(
    ("said", "days", "code"),
    [
        ({"PLACE": "T1"}, 42, "375"),
        ({"PLACE": "T3"}, 21, "376"),
        ({"PLACE": "T4"}, 7, "379"),
        ({"LS": "V3"}, 17, "365"),
        ({"LS": "L1"}, 3, "361"),
        ({"LS": "L2"}, 21, "362"),
        ({"LS": "L3"}, 7, "363"),
    ],
)
def test_trap_11_stays_have_limits(tmp_path: Path, said: dict[str, str], days: int, code: str) -> None:
    """The last day allowed is allowed, the next is not."""
    for over in (0, 1):
        dec = np.datetime64("2020-06-01") + days + over
        text = "/".join(reversed(str(dec).split("-")))
        made = one_year(tmp_path / str(over), episode(DEC=text, REC="E4A", **said))
        assert (code in public(made)) == bool(over)


def test_trap_11_short_breaks_are_75_days_a_year(tmp_path: Path) -> None:
    """Five breaks of 15 days are allowed; a day more is not, and V4 may not stand beside V3."""
    rows = [episode(DECOM=f"01/{m:02d}/2020", LS="V3", DEC=f"16/{m:02d}/2020", REC="E4A") for m in range(5, 10)]
    assert "367" not in public(one_year(tmp_path, *rows))
    rows[0]["DEC"] = "17/05/2020"
    assert "367" in public(one_year(tmp_path / "b", *rows))
    rows[0]["LS"] = "V4"
    assert "426" in public(one_year(tmp_path / "c", *rows))


def test_trap_12_care_ends_on_the_18th_birthday(tmp_path: Path) -> None:
    """But under V2 in a children's home it may go on; 29 February is 1 March in another year."""
    born = header(DOB="29/02/2004")
    made = one_year(tmp_path, episode(DECOM="01/06/2021"), year="2021-22", headers=[born])
    assert stays(made) == [("2021-06-01", "2022-03-01", "ENDED")]
    assert "359" in public(made)
    home = episode(DECOM="01/06/2021", LS="V2", PLACE="K2")
    assert stays(one_year(tmp_path / "b", home, year="2021-22", headers=[born]))[0][2] == "OPEN"
    old = one_year(tmp_path / "c", episode(DECOM="01/03/2022"), year="2021-22", headers=[born])
    assert public(old) == {"352"}
    assert len(old.episodes) == 0


@pytest.mark.parametrize(
    ("said", "age", "code", "year"),
    [
        ({"PLACE": "K3"}, 16, "371", 2026),
        ({"PLACE": "P3"}, 14, "374", 2021),
        ({"PLACE": "S1"}, 4, "373", 2021),
        ({"PLACE": "R5"}, 10, "372", 2021),
        ({"LS": "J1"}, 10, "358", 2021),
    ],
)
def test_trap_13_placements_have_ages(tmp_path: Path, said: dict[str, str], age: int, code: str, year: int) -> None:
    """On the birthday it is allowed, the day before it is not."""
    for day in (1, 2):
        born = header(DOB=f"{day:02d}/06/{year - 1 - age}", SEX="F" if year > 2024 else "2")
        name = f"{year - 1}-{year % 100}"
        made = one_year(tmp_path / str(day), episode(DECOM=f"01/06/{year - 1}", **said), year=name, headers=[born])
        assert (code in public(made)) == (day == 2)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"PLACE": "A5", "LS": "C2"}, "408"),
        ({"PLACE": "P1", "LS": "V2", "PLACE_PROVIDER": "PR0"}, "378"),
        ({"DEC": "01/09/2020", "REC": "E11"}, "390"),
        ({"PLACE": "U4", "LS": "V3"}, "384"),
        ({"PLACE": "A3", "RNE": "P"}, "217"),
    ],
)
def test_trap_14_placement_and_legal_status_fit(tmp_path: Path, said: dict[str, str], code: str) -> None:
    """A placement order for A5, no parents under V2, adoption from an adoptive placement, no long-term breaks."""
    assert code in public(one_year(tmp_path, episode(**said)))


@pytest.mark.parametrize(
    ("place", "provider", "code"),
    [
        ("U6", "PR0", "550"),
        ("P1", "PR4", "550"),
        ("R5", "PR1", "527"),
        ("P1", "PR2", "528"),
        ("K2", "PR3", "529"),
        ("P1", "PR5", "531"),
        ("U6", "", "526"),
        ("T4", "PR1", "213"),
    ],
)
def test_trap_15_placement_and_provider_fit(tmp_path: Path, place: str, provider: str, code: str) -> None:
    """Each provider stands only with placements it can provide."""
    assert code in public(one_year(tmp_path, episode(PLACE=place, PLACE_PROVIDER=provider)))


def test_trap_16_a_reason_stands_where_a_real_change_of_placement_follows(tmp_path: Path) -> None:
    """Neither missing there, nor given elsewhere."""
    assert public(one_year(tmp_path, episode(**X1 | {"REASON_PLACE_CHANGE": ""}), episode(**MOVE))) == {"225"}
    assert public(one_year(tmp_path / "b", episode(REASON_PLACE_CHANGE="CARPL"))) == {"226"}


def test_trap_17_the_category_of_need_is_one_through_a_period(tmp_path: Path) -> None:
    """It is the reason for entry; another in a later period is no contradiction."""
    assert public(one_year(tmp_path, episode(**X1), episode(**MOVE, CIN="N5"))) == {"504"}
    apart = episode(**X1 | {"REC": "E4A", "REASON_PLACE_CHANGE": ""})
    again = episode(**MOVE | {"RNE": "S", "DECOM": "03/09/2020"}, CIN="N5")
    assert one_year(tmp_path / "b", apart, again).findings.empty


def test_trap_18_sex_is_one_coding_whatever_the_year(tmp_path: Path) -> None:
    """2 in a file of 2024 and F in one of 2025 are the same; 2 in 2025 is read, and said."""
    rows = [episode(DECOM="01/06/2023")]
    made = years(tmp_path, y2024=rows, y2025=rows)
    assert made.children.sex.tolist() == ["F"]
    assert not {"sex_coding", "sex_changed"} & rules(made, "Header")
    old = one_year(tmp_path / "b", *rows, year="2024-25", headers=[header(SEX="1")])
    assert old.children.sex.tolist() == ["M"]
    assert "sex_coding" in rules(old, "Header")


def test_trap_19_postcodes_that_are_cut_or_lie_elsewhere_are_kept_and_said(tmp_path: Path) -> None:
    """A sector is a rough place, an island has none on the grid, and what is no postcode is not known."""
    made = one_year(tmp_path, episode(HOME_POST="m33 7", PL_POST="JE2 3AB"))
    assert (made.episodes.home_post[0], made.episodes.pl_post[0]) == ("M33 7", "JE2 3AB")
    assert rules(made) == {"postcode_cut", "postcode_island"}
    bad = one_year(tmp_path / "b", episode(PL_POST="not known"))
    assert bad.episodes.pl_post[0] == ""
    assert public(bad) == {"392c"}
    assert "392d" in public(one_year(tmp_path / "c", episode(PL_POST="M337BX")))


@pytest.mark.parametrize(
    ("table", "row", "change", "code"),
    [
        ("UASC", {"CHILD": "A1", "SEX": "2", "DOB": "10/06/2009", "DUC": ""}, {"DUC": "01/02/2021"}, "INT36"),
        ("AD1", {"CHILD": "A1", "DOB": "10/06/2009", "NB_ADOPTR": "1"}, {"NB_ADOPTR": "2"}, "INT31"),
        ("OC2", {"CHILD": "A1", "DOB": "10/06/2009", "SDQ_SCORE": "3"}, {"SDQ_SCORE": "4"}, "INT33"),
        ("OC3", {"CHILD": "A1", "DOB": "10/06/2009", "IN_TOUCH": "YES"}, {"IN_TOUCH": "NO"}, "INT34"),
        ("PrevPerm", {"CHILD": "A1", "DOB": "10/06/2009", "PREV_PERM": "P1"}, {"PREV_PERM": "P2"}, "INT35"),
    ],
)
def test_trap_20_a_child_stands_once_in_files_of_one_row_a_child(
    tmp_path: Path, table: str, row: dict[str, str], change: dict[str, str], code: str
) -> None:
    """Equal rows count once; rows that differ count not at all."""
    equal = one_year(tmp_path, episode(), **{table: [row, row]})
    assert equal.counts[table].repeated == 1
    differ = one_year(tmp_path / "b", episode(), **{table: [row, row | change]})
    assert differ.counts[table].left_out == 2
    assert code in public(equal) & public(differ)


def test_trap_20_a_child_is_not_lost_for_a_second_row_in_header(tmp_path: Path) -> None:
    """What two rows do not agree on is not known; where it is the date of birth, no row counts."""
    made = one_year(tmp_path, episode(), headers=[header(), header(ETHNIC="BAFR")])
    assert made.children.ethnic.tolist() == [""]
    assert len(made.episodes) == 1
    born = one_year(tmp_path / "b", episode(), headers=[header(), header(DOB="11/06/2009")])
    assert len(born.episodes) == 0
    assert {"INT32", "INT03"} <= public(born)


def test_trap_21_a_date_of_birth_that_is_not_headers_is_said(tmp_path: Path) -> None:
    """Header's counts; where there is none, another file's does."""
    row = {"CHILD": "A1", "DOB": "11/06/2009", "SDQ_SCORE": "3"}
    made = one_year(tmp_path, episode(), OC2=[row])
    assert str(made.children.dob[0]) == "2009-06-10"
    assert "INT14" in public(made)
    orphan = one_year(tmp_path / "b", episode(), headers=[header(CHILD="B2")], OC2=[row])
    assert "2009-06-11" in map(str, orphan.children.dob)
    assert len(orphan.episodes) == 1
    assert "INT03" in public(orphan)


def test_trap_22_capitals_do_not_decide(tmp_path: Path) -> None:
    """One public rule lists k3 in small letters: here a code means the same however it is written."""
    rows = [episode(DECOM="01/06/2025", PLACE=place) for place in ("K3", "k3")]
    made = [one_year(tmp_path / r["PLACE"], r, year="2025-26", headers=[header(SEX="F")]) for r in rows]
    assert made[0].episodes.place.tolist() == made[1].episodes.place.tolist() == ["K3"]
    assert "371" in public(made[0]) & public(made[1])
    assert "code_form" in rules(made[1])


def test_an_episode_whose_end_cannot_be_read_is_not_taken_for_open(tmp_path: Path) -> None:
    """A wrong "still in care" is worse than a row that is left out and said."""
    made = one_year(tmp_path, episode(DEC="31/02/2021", REC="E4A"))
    assert len(made.episodes) == 0
    assert "147" in public(made)
