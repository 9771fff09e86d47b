"""The Department's XML of the return into the same tables of text as its CSV files.

One `CHILD` element holds a `HEADER`, with the yearly items of the child and their repeating groups, and an
`EPISODE` for each episode. Items keep their CSV names but `CHILDID` (CHILD) and `PL` (PLACE); the flag of an
unaccompanied child stands in the header.
"""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
from lxml import etree

from records.sources.limits import Limits
from records.sources.return_903.layout import LAYOUTS
from records.tables import Table, Unusable

_RENAMED: Final = {"childid": "child", "pl": "place"}
_GROUPS: Final = {
    "EPISODE": "Episodes",
    "AREVIEW": "Reviews",
    "AMISSING": "Missing",
    "OC2": "OC2",
    "OC3": "OC3",
    "AD1": "AD1",
    "PERMANENCE": "PrevPerm",
    "AD_PLACED": "PlacedAdoption",
    "SW_EPISODE": "SWEpisodes",
    "DOLO": "DoLo",
}
_LOOSE: Final = {"OC3": "in_touch", "AD1": "date_int"}
"""Files whose items may stand in the header without a group of their own, and the item that tells."""
_SAVE: Final = "Export the XML again from the case system."


def read_xml(label: str, data: bytes, limits: Limits) -> list[Table]:
    """Read the XML of one return: a table of text for each file, rows numbered by the line they stand on.

    Raises `Unusable` where it is no XML, or not of a return. Nothing outside the file is ever fetched, and
    entities are not expanded.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise Unusable(label, "The file is not XML that can be read.", _SAVE) from None
    children = [one for one in root if _tag(one) == "CHILD"]
    if not children:
        raise Unusable(label, "There is no CHILD element: this is not the XML of a return.", _SAVE)
    rows: dict[str, list[tuple[int, dict[str, str]]]] = {name: [] for name in LAYOUTS}
    for child in children:
        own: dict[str, str] = {}
        groups: list[tuple[str, Any]] = []
        for part in child:
            if _tag(part) == "EPISODE":
                groups.append(("Episodes", part))
                continue
            for item in part:
                name = _GROUPS.get(_tag(item))
                if name is not None and len(item):
                    groups.append((name, item))
                elif not len(item):
                    own[_name(item)] = _text(item)
        line = int(child.sourceline or 0)
        rows["Header"].append((line, own))
        if own.get("uasc") not in (None, "", "0"):
            rows["UASC"].append((line, own))
        for name, tell in _LOOSE.items():
            if own.get(tell):
                rows[name].append((line, own))
        for name, group in groups:
            here = {"child": own.get("child", ""), "dob": own.get("dob", "")}
            here |= {_name(item): _text(item) for item in group if not len(item)}
            rows[name].append((int(group.sourceline or 0), here))
    if sum(map(len, rows.values())) > limits.rows:
        raise Unusable(label, f"There are more than {limits.rows:,} rows.", "Give one year in a file.")
    return [_table(name, label, said) for name, said in rows.items() if said]


def _tag(element: Any) -> str:
    return element.tag.rpartition("}")[2].upper() if isinstance(element.tag, str) else ""


def _name(element: Any) -> str:
    name = _tag(element).lower()
    return _RENAMED.get(name, name)


def _text(element: Any) -> str:
    return element.text or ""


def _table(name: str, label: str, said: list[tuple[int, dict[str, str]]]) -> Table:
    columns = [item.name for item in LAYOUTS[name].items]
    frame = pd.DataFrame(
        {column: pd.array([row.get(column, "") for _, row in said], dtype="str") for column in columns},
        index=pd.Index([line for line, _ in said], dtype="int64"),
    )
    return Table(name, label, frame)
