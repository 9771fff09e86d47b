"""One cell at a time: text into a value, or the reason why it cannot be read.

A reader takes the trimmed text of a filled cell and gives an `Outcome`. Nothing here knows which file a cell
stands in or what a garbled cell does to its row: that is in `records/columns.py`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from records.codes import ETHNIC_CODES, LEGAL_STATUS_CODES, NEED_CODES
from records.model import Severity

LONGEST_ID = 100
SHOWN = 60
"""Characters of a cell that a finding shows."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a cell says. `severity` is None where nothing is doubtful; LEFT_OUT means it cannot be read."""

    value: object = None
    severity: Severity | None = None
    message: str = ""
    mend: str = ""

    @property
    def garbled(self) -> bool:
        """Whether the cell cannot be read at all."""
        return self.severity is Severity.LEFT_OUT


Reader = Callable[[str], Outcome]


def garbled(message: str, mend: str) -> Outcome:
    """A cell that cannot be read."""
    return Outcome(None, Severity.LEFT_OUT, message, mend)


def noted(value: object, message: str, mend: str) -> Outcome:
    """A cell that is read as it stands, though somebody should look."""
    return Outcome(value, Severity.NOTE, message, mend)


def mended(value: object, message: str, mend: str) -> Outcome:
    """A cell that is read in the way the message states."""
    return Outcome(value, Severity.MENDED, message, mend)


def shown(text: str) -> str:
    """Shorten a cell for a finding, with every character that cannot be seen written out as an escape."""
    visible = "".join(_visible(c) for c in text[: SHOWN + 1])
    return visible if len(visible) <= SHOWN else visible[: SHOWN - 1] + "…"


def _visible(character: str) -> str:
    if character == " " or unicodedata.category(character)[0] not in "CZ":
        return character
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


_EXCEL_ERRORS = re.compile(r"#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA|FIELD!)")
MERGED = "#MERGED!"
UNCALCULATED = "#UNCALCULATED!"
_TYPE_AGAIN = "Type the value again in the case system."


def has_hidden_characters(text: str) -> bool:
    """Whether a text holds control, formatting or unassigned characters, line ends among them."""
    return not text.isprintable()


def screen(text: str) -> Outcome | None:
    """Say why a filled cell cannot be what somebody typed, or None where it may be."""
    if text.startswith("#"):
        if text == MERGED:
            return garbled("The cell is part of a merged cell, so it has no value of its own.", "Unmerge the cells.")
        if text == UNCALCULATED:
            return garbled(
                "The cell holds a formula that was never worked out.",
                "Open the workbook in Excel, let it calculate, and save it; or paste the values.",
            )
        if _EXCEL_ERRORS.fullmatch(text.upper()):
            return garbled("The cell holds a spreadsheet error.", "Mend the formula, or type the value.")
    elif text.startswith("="):
        return garbled("The cell holds a formula, not its value.", "Paste the value in place of the formula.")
    if "\ufffd" in text:
        return garbled("The cell holds a character that was lost when the file was saved.", _TYPE_AGAIN)
    if has_hidden_characters(text):
        return garbled("The cell holds characters that cannot be seen.", _TYPE_AGAIN)
    return None


def words(text: str) -> Outcome:
    """Read a short text as it stands."""
    return Outcome(text)


def free_text(text: str) -> Outcome:
    """Read somebody's own words; only characters that cannot be seen are taken out."""
    kept = "".join(c for c in text if c.isprintable() or c in "\n\t")
    if kept == text or kept == text.replace("\r\n", "\n"):
        return Outcome(kept)
    return mended(kept or None, "The text holds characters that cannot be seen; they were taken out.", _TYPE_AGAIN)


def identifier(text: str) -> Outcome:
    """Read an id: at most 100 characters that can all be seen, without `;`."""
    if len(text) > LONGEST_ID:
        return garbled(f"An id has at most {LONGEST_ID} characters; this has {len(text):,}.", "Give the id alone.")
    if ";" in text:
        return garbled("An id may not hold a semicolon, which separates ids in a list.", "Give one id.")
    return Outcome(text)


_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_DAY_FIRST = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")
_SERIAL = re.compile(r"[0-9]{5}")
_DATE_FORM = "Give the date as YYYY-MM-DD or DD/MM/YYYY."
_EXCEL_DAY_0 = date(1899, 12, 30)
_YEARS = range(1900, 2101)


def day(text: str) -> Outcome:
    """Read a date: `YYYY-MM-DD` or `DD/MM/YYYY`, years 1900 to 2100, ordinary digits."""
    if match := _ISO.fullmatch(text):
        year, month, number = (int(part) for part in match.groups())
    elif match := _DAY_FIRST.fullmatch(text):
        number, month, year = (int(part) for part in match.groups())
    else:
        return _not_a_date(text)
    if year not in _YEARS:
        return garbled(f"The year {year} is not between 1900 and 2100.", _DATE_FORM)
    try:
        return Outcome(date(year, month, number))
    except ValueError:
        return garbled("There is no such day.", _DATE_FORM)


def _not_a_date(text: str) -> Outcome:
    if _SERIAL.fullmatch(text) and (would_be := _EXCEL_DAY_0 + timedelta(days=int(text))).year in _YEARS:
        return garbled(
            f"This looks like Excel's number for a day. It would be {would_be.isoformat()}, "
            "but it is not used without somebody saying so.",
            f"Format the column as a date in Excel, or type {would_be.isoformat()}.",
        )
    if _odd_digits(text):
        return garbled("The digits are not the ordinary digits 0 to 9.", _DATE_FORM)
    return garbled("This is not a date in either form that is read.", _DATE_FORM)


def _odd_digits(text: str) -> bool:
    return any(c.isnumeric() and c not in "0123456789" for c in text)


_WHOLE = re.compile(r"(-?)([0-9]{1,9})(?:\.0+)?")


def whole(lowest: int, highest: int) -> Reader:
    """Make a reader of whole numbers from `lowest` to `highest`; `2.0` is 2, `1e3` is not a number here."""
    mend = f"Give a whole number from {lowest} to {highest}."

    def read(text: str) -> Outcome:
        match = _WHOLE.fullmatch(text)
        if match is None:
            if _odd_digits(text):
                return garbled("The digits are not the ordinary digits 0 to 9.", mend)
            return garbled("This is not a whole number.", mend)
        number = -int(match[2]) if match[1] else int(match[2])
        if not lowest <= number <= highest:
            return garbled(f"The number is not between {lowest} and {highest}.", mend)
        return Outcome(number)

    return read


_DECIMAL = re.compile(r"(-?)([0-9]{1,9})(?:\.([0-9]{1,12}))?")


def measure(lowest: float, highest: float, unit: str, *, above: bool = False) -> Reader:
    """Make a reader of decimal numbers in `unit`; with `above`, `lowest` itself is too little."""
    mend = f"Give a number of {unit} {'above' if above else 'from'} {lowest:,.0f}, at most {highest:,.0f}."

    def read(text: str) -> Outcome:
        if _DECIMAL.fullmatch(text) is None:
            if _odd_digits(text):
                return garbled("The digits are not the ordinary digits 0 to 9.", mend)
            return garbled("This is not a plain decimal number.", mend)
        number = float(text)
        if not lowest <= number <= highest or (above and number == lowest):
            return garbled(f"The number of {unit} is out of range.", mend)
        return Outcome(number)

    return read


_POUNDS = re.compile(r"£?((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,9})(?:\.[0-9]{1,12})?)")


def pounds(text: str) -> Outcome:
    """Read an amount of pounds that is not negative; a pound sign and thousands commas are allowed."""
    match = _POUNDS.fullmatch(text)
    if match is None:
        return garbled("This is not an amount in pounds.", "Give a plain number, such as 450.00.")
    return Outcome(float(match[1].replace(",", "")))


_NO = {"N": False, "Y": True}
_WORDY = {"YES": True, "TRUE": True, "NO": False, "FALSE": False}


def yes_or_no(text: str) -> Outcome:
    """Read Y or N; yes, no, true and false are read and said."""
    upper = text.upper()
    if upper in _NO:
        return Outcome(_NO[upper])
    if upper in _WORDY:
        letter = "Y" if _WORDY[upper] else "N"
        return mended(_WORDY[upper], f"Read as {letter}.", f"Write {letter}.")
    return garbled("This is neither Y nor N.", "Write Y or N, or leave the cell blank if it is not known.")


def _plain(text: str) -> str:
    return re.sub(r"[\s\-]+", "_", text.casefold())


def one_of(kind: type[StrEnum]) -> Reader:
    """Make a reader of one code of an enumeration; capitals, and spaces for underscores, do not matter."""
    known = {str(member): member for member in kind}
    mend = f"Use one of: {', '.join(known)}."

    def read(text: str) -> Outcome:
        member = known.get(_plain(text))
        return garbled("This is not a known code.", mend) if member is None else Outcome(member)

    return read


def letter(allowed: str) -> Reader:
    """Make a reader of one capital letter out of `allowed`."""
    mend = f"Use one of: {', '.join(allowed)}."

    def read(text: str) -> Outcome:
        upper = text.upper()
        if len(upper) == 1 and upper in allowed:
            return Outcome(upper)
        return garbled("This is not a known code.", mend)

    return read


def _code_of(known: Collection[str], what: str) -> Reader:
    def read(text: str) -> Outcome:
        if text.upper() in known:
            return Outcome(text.upper())
        return garbled(f"This is not {what} of the SSDA903 return.", f"Use one of: {', '.join(known)}.")

    return read


legal_status = _code_of(LEGAL_STATUS_CODES, "a legal status code")
ethnic_code = _code_of(ETHNIC_CODES, "an ethnic code")


def items(text: str) -> tuple[str, ...]:
    """Split a list at `;`; blank items are nothing, an item said twice counts once, order is kept."""
    return tuple(dict.fromkeys(part for raw in text.split(";") if (part := raw.strip())))


def list_of(read_item: Reader) -> Reader:
    """Make a reader of a list of which every item must be readable."""

    def read(text: str) -> Outcome:
        values: dict[object, None] = {}
        doubt: Outcome | None = None
        for item in items(text):
            outcome = read_item(item)
            if outcome.garbled:
                return garbled(f"In the list, “{shown(item)}”: {outcome.message}", outcome.mend)
            doubt = doubt or (outcome if outcome.severity else None)
            values[outcome.value] = None
        if doubt is not None:
            return Outcome(tuple(values), doubt.severity, doubt.message, doubt.mend)
        return Outcome(tuple(values))

    return read


def _need(text: str) -> Outcome:
    code = _plain(text)
    if code in NEED_CODES:
        return Outcome(code)
    if len(text) > LONGEST_ID:
        return garbled("This is too long to be a need code.", f"Use: {', '.join(NEED_CODES)}.")
    return noted(
        code,
        f"“{shown(text)}” is not a known need code; it is kept, and met only by a home that lists the same.",
        f"Use one of: {', '.join(NEED_CODES)}.",
    )


_list_of_needs = list_of(_need)


def needs(text: str) -> Outcome:
    """Read a list of need codes; an unknown one is kept and noted. Commas between known codes are read as `;`."""
    parts = [item.split(",") for item in items(text)]
    by_comma = [len(codes) > 1 and all(_plain(code.strip()) in NEED_CODES for code in codes) for codes in parts]
    if not any(by_comma):
        return _list_of_needs(text)
    mended = ";".join((";" if apart else ",").join(codes) for codes, apart in zip(parts, by_comma, strict=True))
    outcome = _list_of_needs(mended)
    if outcome.severity is not None:
        return outcome
    return Outcome(
        outcome.value, Severity.MENDED, "The needs stand apart by commas; they are read one by one.", "Use `;` between."
    )


def _category(text: str) -> Outcome:
    return Outcome(_plain(text))


categories = list_of(_category)
"""A list of Ofsted categories; capitals, and spaces for underscores, do not matter."""
identifiers = list_of(identifier)
texts = list_of(words)

_AUTHORITY = re.compile(r"[EWSN][0-9]{8}")


def authority(text: str) -> Outcome:
    """Read the nine-character GSS code of an authority."""
    upper = text.upper()
    if _AUTHORITY.fullmatch(upper):
        return Outcome(upper)
    return garbled("This is not a GSS code of an authority.", "Give the letter and eight digits, such as E08000009.")


def postcode(text: str) -> Outcome:
    """Read a postcode as text in capitals; whether it exists is asked of the postcode directory."""
    return Outcome(" ".join(text.upper().split()))
