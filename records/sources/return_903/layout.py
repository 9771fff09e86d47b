"""The files of the SSDA903 return and their columns, as published.

Source: Department for Education, children looked after return, technical specifications 2024 to 2025 and
2025 to 2026. SWEpisodes begins with the collection of 2024, DoLo with that of 2027.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from records import cells
from records.columns import Column, File


class Kind(StrEnum):
    """What a column holds."""

    CHILD = "child"
    DATE = "date"
    PARTIAL = "partial"
    """A date of which day, month or all may be written `zz`."""
    CODE = "code"
    FLAG = "flag"
    SCORE = "score"
    POSTCODE = "postcode"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Item:
    """One column of one file, with the public rule that says its content is not valid."""

    name: str
    kind: Kind
    public: str = ""
    needed: bool = False
    """The heading must stand in the file; what a blank cell does is said by the rules."""


@dataclass(frozen=True, slots=True)
class Layout:
    """One file of the return."""

    name: str
    items: tuple[Item, ...]
    key: tuple[str, ...]
    """What tells one row from another."""
    once: str = ""
    """Public rule by which a child stands in this file once, if there is one."""
    orphan: str = ""
    """Public rule by which every child of this file stands in Header."""
    birth: str = ""
    """Public rule by which the date of birth is that of Header."""

    def file(self) -> File:
        """The same as the reader of delimited text takes it; headings may differ in capitals."""
        columns = [Column(i.name, cells.words, "", required=i.needed) for i in self.items]
        columns += [Column("la", cells.words, ""), Column("year", cells.words, "")]
        return File(self.name, "", "The row is not used.", tuple(columns))


def _item(said: str) -> Item:
    """Read `NAME kind public-rule`; a `*` after the name says that the heading must be there."""
    name, kind, *public = said.split()
    return Item(name.rstrip("*").lower(), Kind(kind), public[0] if public else "", name.endswith("*"))


def _items(*said: str) -> tuple[Item, ...]:
    return tuple(_item(one) for one in said)


_CHILD = ("CHILD* child", "DOB date")
LAYOUTS: Final = MappingProxyType(
    {
        layout.name: layout
        for layout in (
            Layout(
                "Header",
                _items(
                    "CHILD* child",
                    "SEX code 101",
                    "DOB* date 102",
                    "ETHNIC code 103",
                    "UPN text",
                    "MOTHER flag 165",
                    "MC_DOB date 171",
                ),
                ("child",),
                once="INT32",
            ),
            Layout(
                "Episodes",
                _items(
                    "CHILD* child",
                    "DECOM* date 141",
                    "RNE* code 143",
                    "LS* code 144",
                    "CIN code 145",
                    "PLACE* code 146",
                    "PLACE_PROVIDER code 178",
                    "DEC* date 147",
                    "REC* code 149",
                    "REASON_PLACE_CHANGE code 1009",
                    "HOME_POST postcode 392c",
                    "PL_POST postcode 392c",
                    "URN text",
                ),
                ("child", "decom"),
                orphan="INT03",
            ),
            Layout(
                "Reviews",
                _items(*_CHILD, "REVIEW* date 166", "REVIEW_CODE code 167"),
                ("child", "review", "review_code"),
                orphan="INT08",
            ),
            Layout(
                "UASC",
                _items("CHILD* child", "SEX code", "DOB date", "DUC* date 104"),
                ("child",),
                once="INT36",
                orphan="INT09",
                birth="INT18",
            ),
            Layout(
                "OC2",
                _items(
                    *_CHILD,
                    "SDQ_SCORE* score 180",
                    "SDQ_REASON code 196",
                    *(
                        f"{name} flag 181"
                        for name in (
                            "CONVICTED",
                            "HEALTH_CHECK",
                            "IMMUNISATIONS",
                            "TEETH_CHECK",
                            "HEALTH_ASSESSMENT",
                            "SUBSTANCE_MISUSE",
                            "INTERVENTION_RECEIVED",
                            "INTERVENTION_OFFERED",
                        )
                    ),
                ),
                ("child",),
                once="INT33",
                orphan="INT05",
                birth="INT14",
            ),
            Layout(
                "OC3",
                _items(*_CHILD, "IN_TOUCH* code 131", "ACTIV code 132", "ACCOM code 133"),
                ("child",),
                once="INT34",
                orphan="INT06",
                birth="INT15",
            ),
            Layout(
                "AD1",
                _items(
                    *_CHILD,
                    "DATE_INT* date 112",
                    "DATE_MATCH date 113",
                    "FOSTER_CARE flag 114",
                    "NB_ADOPTR code 175",
                    "SEX_ADOPTR code 176",
                    "LS_ADOPTR code 177",
                ),
                ("child",),
                once="INT31",
                orphan="INT01",
                birth="INT11",
            ),
            Layout(
                "PlacedAdoption",
                _items(
                    *_CHILD, "DATE_PLACED* date 115", "DATE_PLACED_CEASED date 116", "REASON_PLACED_CEASED code 120"
                ),
                ("child", "date_placed"),
                orphan="INT02",
                birth="INT12",
            ),
            Layout(
                "PrevPerm",
                _items(*_CHILD, "PREV_PERM* code 631", "LA_PERM text 633", "DATE_PERM partial 632"),
                ("child",),
                once="INT35",
                orphan="INT07",
                birth="INT16",
            ),
            Layout(
                "Missing",
                _items(*_CHILD, "MISSING* code 1006", "MIS_START* date 1004", "MIS_END date 1005"),
                ("child", "mis_start"),
                orphan="INT04",
                birth="INT13",
            ),
            Layout(
                "SWEpisodes",
                _items(
                    *_CHILD,
                    "SW_ID text",
                    "SW_DECOM* date SW05STG1",
                    "SW_DEC date SW04STG1",
                    "SW_REASON code SW13STG1",
                ),
                ("child", "sw_decom", "sw_id"),
            ),
            Layout("DoLo", _items(*_CHILD, "DOLO_START* date", "DOLO_END date"), ("child", "dolo_start")),
        )
    }
)
"""File of the return, as the specification names it, to what it holds."""

ALIASES: Final = (
    ("swepisode", "SWEpisodes"),
    ("placedadoption", "PlacedAdoption"),
    ("placedforadoption", "PlacedAdoption"),
    ("previouspermanence", "PrevPerm"),
    ("prevperm", "PrevPerm"),
    ("episode", "Episodes"),
    ("header", "Header"),
    ("review", "Reviews"),
    ("missing", "Missing"),
    ("uasc", "UASC"),
    ("dolo", "DoLo"),
    ("oc2", "OC2"),
    ("oc3", "OC3"),
    ("ad1", "AD1"),
)
"""What a file's name holds, capitals and marks aside, to the file it is; the first that fits counts."""
