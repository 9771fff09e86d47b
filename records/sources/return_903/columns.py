"""The text of a file of the return into typed columns; each different cell is read once."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from records.codes_903 import CODE_SETS
from records.days import day
from records.sources.return_903.layout import Item, Kind
from records.sources.return_903.sheet import Sheet

NO_DAY: Final = np.datetime64("NaT", "D")
LONGEST_ID: Final = 64
"""The return allows 20 characters; a regional extract may hold a hash in their place."""
LONGEST_TEXT: Final = 40
_DECIMAL: Final = re.compile(r"([0-9]+)\.0+")
_PARTIAL: Final = re.compile(r"(zz|[0-9]{2})/(zz|[0-9]{2})/(zzzz|[0-9]{4})", re.IGNORECASE)
_UNIT: Final = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][A-Z]{2})")
_SECTOR: Final = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?) ([0-9])")
_SEX: Final = {"1": "M", "2": "F"}
_ISLANDS: Final = ("JE", "GY", "IM")
_START: Final = {
    "Episodes": "decom",
    "Header": "dob",
    "Reviews": "review",
    "PlacedAdoption": "date_placed",
    "Missing": "mis_start",
    "SWEpisodes": "sw_decom",
    "DoLo": "dolo_start",
}
"""The date without which a row says nothing."""


def read_columns(sheet: Sheet) -> None:
    """Read every column of a file, and say of each cell that is not read as it stands."""
    for item in sheet.layout.items:
        _READ[item.kind](sheet, item)
    start = _START.get(sheet.layout.name)
    if start is not None:
        public = next(i.public for i in sheet.layout.items if i.name == start)
        key = "birth_date" if start == "dob" else "key_date"
        sheet.say(key, np.isnat(sheet.cells[start]), start, public=public)
    if sheet.layout.name == "Episodes":
        sheet.say("dec_unread", np.isnat(sheet.cells["dec"]) & filled(sheet, "dec"))


def filled(sheet: Sheet, name: str) -> npt.NDArray[np.bool_]:
    """Rows in which a cell holds something, whether it can be read or not."""
    return (sheet.text[name] != "").to_numpy(dtype=np.bool_)


def _once(
    sheet: Sheet, name: str, read: Callable[[str], tuple[Any, str]], kind: str
) -> tuple[npt.NDArray[Any], npt.NDArray[np.str_]]:
    """Read each different text once: the values, and a word for each row of what was odd."""
    codes, unique = pd.factorize(sheet.text[name].to_numpy(dtype=object))
    if not len(unique):
        return np.array([], dtype=kind), np.array([], dtype=np.str_)
    values, odd = zip(*(read(str(text)) for text in unique), strict=True)
    return np.array(values, dtype=kind)[codes], np.array(odd, dtype=np.str_)[codes]


def _child(sheet: Sheet, item: Item) -> None:
    def read(text: str) -> tuple[str, str]:
        if not text or len(text) > LONGEST_ID or not text.isprintable() or not re.search(r"\w", text):
            return "", "out"
        whole = _DECIMAL.fullmatch(text)
        if whole:
            return whole[1], "decimal"
        return text, "" if len(text) <= 20 and text.isascii() and text.isalnum() else "form"

    sheet.cells[item.name], odd = _once(sheet, item.name, read, "U")
    sheet.say("child", odd == "out")
    sheet.say("child_form", odd == "form")
    decimal = odd == "decimal"
    sheet.say("code_form", decimal, item.name, read_as=sheet.cells[item.name][decimal])


def _date(sheet: Sheet, item: Item) -> None:
    def read(text: str) -> tuple[Any, str]:
        if not text:
            return NO_DAY, ""
        outcome = day(text)
        return (NO_DAY, "bad") if outcome.garbled else (np.datetime64(str(outcome.value), "D"), "")

    sheet.cells[item.name], odd = _once(sheet, item.name, read, "datetime64[D]")
    # What cannot be read of a date the row hangs on is said once, by the rule that leaves the row out.
    if item.name not in (_START.get(sheet.layout.name), "dec"):
        sheet.say("bad_date", odd == "bad", item.name, public=item.public)


def _partial(sheet: Sheet, item: Item) -> None:
    def read(text: str) -> tuple[Any, str]:
        parts = _PARTIAL.fullmatch(text)
        if parts is None or "zz" not in text.casefold():
            if not text:
                return NO_DAY, ""
            outcome = day(text)
            return (NO_DAY, "bad") if outcome.garbled else (np.datetime64(str(outcome.value), "D"), "")
        known = parts[2].isdigit() and parts[3].isdigit()
        if (known and not 1 <= int(parts[2]) <= 12) or (parts[1].isdigit() and not known):
            return NO_DAY, "bad"
        return NO_DAY, "partial"

    sheet.cells[item.name], odd = _once(sheet, item.name, read, "datetime64[D]")
    written = sheet.text[item.name].str.casefold().where(odd == "partial", "").to_numpy(dtype=object)
    sheet.cells[f"{item.name}_partly"] = np.array(written, dtype="U10")
    sheet.say("bad_date", odd == "bad", item.name, public=item.public)


def _plain_code(text: str) -> str:
    return _DECIMAL.sub(r"\1", text.strip("\"' ").upper())


def _code(sheet: Sheet, item: Item) -> None:
    codes = CODE_SETS[item.name.upper()]

    def read(text: str) -> tuple[str, str]:
        code = _plain_code(text)
        if not code:
            return "", ""
        if code not in codes:
            return "", "bad"
        return code, "form" if code != text else "repair" if codes[code].repair else ""

    values, odd = _once(sheet, item.name, read, "U")
    sheet.say("bad_code", odd == "bad", item.name, public=item.public)
    form = odd == "form"
    sheet.say("code_form", form, item.name, public=item.public, read_as=values[form])
    sheet.say("repair_code", odd == "repair", item.name, public=item.public)
    first = np.zeros(len(values), dtype=np.int64)
    last = np.full(len(values), 9999)
    for code, about in codes.items():
        here = values == code
        first[here], last[here] = about.first, about.last
    off = (values != "") & (sheet.year > 0) & ((sheet.year < first) | (sheet.year > last))
    if item.name == "sex":
        shortened = np.where(values == "1", _SEX["1"], np.where(values == "2", _SEX["2"], values))
        sheet.say("sex_coding", off, read_as=shortened[off])
        values = shortened
    else:
        sheet.say("code_year", off, item.name, public=item.public)
    sheet.cells[item.name] = values


def _number(highest: int) -> Callable[[Sheet, Item], None]:
    def column(sheet: Sheet, item: Item) -> None:
        def read(text: str) -> tuple[int, str]:
            plain = {"TRUE": "1", "FALSE": "0"}.get(text.upper(), _plain_code(text)) if highest == 1 else text
            plain = _DECIMAL.sub(r"\1", plain)
            if not plain:
                return -1, ""
            if not re.fullmatch("[0-9]{1,3}", plain) or int(plain) > highest:
                return -1, "bad"
            return int(plain), "form" if plain != text else ""

        values, odd = _once(sheet, item.name, read, "int8")
        sheet.say("bad_number", odd == "bad", item.name, public=item.public)
        form = odd == "form"
        sheet.say("code_form", form, item.name, read_as=values[form])
        sheet.cells[item.name] = values

    return column


def _postcode(sheet: Sheet, item: Item) -> None:
    def read(text: str) -> tuple[str, str]:
        words = text.upper().split()
        if not words:
            return "", ""
        if len(text) <= 20 and text.isascii():
            if unit := _UNIT.fullmatch("".join(words)):
                return f"{unit[1]} {unit[2]}", "island" if unit[1].startswith(_ISLANDS) else ""
            if sector := _SECTOR.fullmatch(" ".join(words)):
                return f"{sector[1]} {sector[2]}", "cut"
        return "", "bad"

    sheet.cells[item.name], odd = _once(sheet, item.name, read, "U8")
    sheet.say("bad_postcode", odd == "bad", item.name)
    sheet.say("postcode_cut", odd == "cut", item.name)
    sheet.say("postcode_island", odd == "island", item.name)


def _text(sheet: Sheet, item: Item) -> None:
    def read(text: str) -> tuple[str, str]:
        return ("", "bad") if len(text) > LONGEST_TEXT or not text.isprintable() else (text, "")

    sheet.cells[item.name], odd = _once(sheet, item.name, read, "U")
    sheet.say("too_long", odd == "bad", item.name)


_READ: Final[dict[Kind, Callable[[Sheet, Item], None]]] = {
    Kind.CHILD: _child,
    Kind.DATE: _date,
    Kind.PARTIAL: _partial,
    Kind.CODE: _code,
    Kind.FLAG: _number(1),
    Kind.SCORE: _number(40),
    Kind.POSTCODE: _postcode,
    Kind.TEXT: _text,
}
