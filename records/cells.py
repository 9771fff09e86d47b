"""One cell at a time: text into a value, or the reason why it cannot be read.

A reader takes the trimmed text of a filled cell and gives an `Outcome`. Nothing here knows which file a cell
stands in or what a garbled cell does to its row: that is in `records/columns.py`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass
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
ROUNDED = "#ROUNDED!"
DATED = "#DATED!"
MARKS = (MERGED, UNCALCULATED, ROUNDED, DATED)
"""What stands in place of a value that a workbook does not hold; the cell's name in Excel may follow."""
_TYPE_AGAIN = "Type the value again in the case system."


def has_hidden_characters(text: str) -> bool:
    """Whether a text holds control, formatting or unassigned characters, line ends among them."""
    return not text.isprintable()


def screen(text: str) -> Outcome | None:
    """Say why a filled cell cannot be what somebody typed, or None where it may be."""
    if text.startswith("#"):
        mark, _, place = text.partition(" ")
        cell = f"Cell {place}" if place else "The cell"
        if mark == MERGED:
            return garbled(f"{cell} is part of a merged cell, so it has no value of its own.", "Unmerge the cells.")
        if mark == UNCALCULATED:
            return garbled(
                f"{cell} holds a formula that was never worked out.",
                "Open the workbook in Excel, let it calculate, and save it; or paste the values.",
            )
        if mark == ROUNDED:
            return garbled(
                f"{cell} holds a number of more than 15 digits; Excel keeps only 15 and puts noughts in place of "
                "the rest, so what was typed is lost.",
                "Format the column as Text, then type or paste the whole number again from the case system.",
            )
        if _EXCEL_ERRORS.fullmatch(text.upper()):
            return garbled("The cell holds a spreadsheet error.", "Mend the formula, or type the value.")
        if mark == DATED:
            return garbled(
                f"{cell} holds a day or a time: Excel takes an id such as 3-11 for one, and keeps nothing else of it.",
                "Format the column as Text, then type or paste the id again from the case system.",
            )
    elif text.startswith("="):
        return garbled("The cell holds a formula, not its value.", "Paste the value in place of the formula.")
    if "\ufffd" in text:
        return garbled("The cell holds a character that was lost when the file was saved.", _TYPE_AGAIN)
    if has_hidden_characters(text):
        return garbled("The cell holds characters that cannot be seen.", _TYPE_AGAIN)
    return None


_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"), "-")
_QUOTES = {ord(c): "'" for c in "\u2018\u2019\u201a\u201b\u2032\u02bc"} | {
    ord(c): '"' for c in "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb"
}
_STRAIGHT = _DASHES | _QUOTES


def spaced(text: str) -> str:
    """Put an ordinary space in place of every other kind that pasting leaves behind, non-breaking ones among them."""
    if text.isascii():
        return text
    return "".join(" " if unicodedata.category(c) == "Zs" else c for c in text)


def straight(text: str) -> str:
    """Put plain hyphens and quotation marks in place of those a word processor makes of them."""
    return text if text.isascii() else text.translate(_STRAIGHT)


def _bare(text: str) -> str:
    """Take away the quotation marks around a code or a number."""
    return straight(text).strip("\"' ")


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
    """Read an id: at most 100 characters that can all be seen, without `;`, not a number that Excel shortened."""
    if len(text) > LONGEST_ID:
        return garbled(f"An id has at most {LONGEST_ID} characters; this has {len(text):,}.", "Give the id alone.")
    if ";" in text:
        return garbled("An id may not hold a semicolon, which separates ids in a list.", "Give one id.")
    if _SHORTENED.fullmatch(text):
        return garbled(
            "This is how Excel writes a long number in short, so most of its digits are lost.",
            "Format the column as Text, then type or paste the whole number again from the case system.",
        )
    return Outcome(text)


_SHORTENED = re.compile(r"[0-9](\.[0-9]+)?[Ee]\+[0-9]{2,3}")


def odd_digits(text: str) -> bool:
    """Whether a text holds digits of another script, or wide ones."""
    return any(c.isnumeric() and c not in "0123456789" for c in text)


_WHOLE = re.compile(r"(-?)([0-9]{1,9})(?:\.0+)?")


def whole(lowest: int, highest: int) -> Reader:
    """Make a reader of whole numbers from `lowest` to `highest`; `2.0` is 2, `1e3` is not a number here."""
    mend = f"Give a whole number from {lowest} to {highest}."

    def read(text: str) -> Outcome:
        match = _WHOLE.fullmatch(_bare(text))
        if match is None:
            if odd_digits(text):
                return garbled("The digits are not the ordinary digits 0 to 9.", mend)
            return garbled("This is not a whole number.", mend)
        number = -int(match[2]) if match[1] else int(match[2])
        if not lowest <= number <= highest:
            return garbled(f"The number is not between {lowest} and {highest}.", mend)
        return Outcome(number)

    return read


_DECIMAL = re.compile(r"-?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,9})(?:\.[0-9]{1,20})?")


def measure(lowest: float, highest: float, unit: str, *, above: bool = False) -> Reader:
    """Make a reader of decimal numbers in `unit`; with `above`, `lowest` itself is too little."""
    mend = f"Give a number of {unit} {'above' if above else 'from'} {lowest:,.0f}, at most {highest:,.0f}."

    def read(text: str) -> Outcome:
        plain = _bare(text)
        if _DECIMAL.fullmatch(plain) is None:
            if odd_digits(text):
                return garbled("The digits are not the ordinary digits 0 to 9.", mend)
            return garbled("This is not a plain decimal number.", mend)
        number = float(plain.replace(",", ""))
        if not lowest <= number <= highest or (above and number == lowest):
            return garbled(f"The number of {unit} is out of range.", mend)
        return Outcome(number)

    return read


_POUNDS = re.compile(
    r"£? ?((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,9})(?:\.[0-9]{1,20})?)( ?(?:GBP|pw|p/w|(?:a|per|/) ?week))?",
    re.IGNORECASE,
)


def pounds(text: str) -> Outcome:
    """Read an amount of pounds a week that is not negative; a pound sign and thousands commas are allowed."""
    match = _POUNDS.fullmatch(_bare(text))
    if match is None:
        return garbled("This is not an amount in pounds.", "Give a plain number, such as 450.00.")
    return Outcome(float(match[1].replace(",", "")))


_NO = {"N": False, "Y": True}
_WORDY = {"YES": True, "TRUE": True, "1": True, "NO": False, "FALSE": False, "0": False}


def yes_or_no(text: str) -> Outcome:
    """Read Y or N; yes, no, true, false, 1 and 0 are read and said."""
    upper = _bare(text).upper()
    if upper in _NO:
        return Outcome(_NO[upper])
    if upper in _WORDY:
        letter = "Y" if _WORDY[upper] else "N"
        return mended(_WORDY[upper], f"Read as {letter}.", f"Write {letter}.")
    return garbled("This is neither Y nor N.", "Write Y or N, or leave the cell blank if it is not known.")


def _plain(text: str) -> str:
    return re.sub(r"[\s\-]+", "_", _bare(text).casefold())


def one_of(kind: type[StrEnum]) -> Reader:
    """Make a reader of one code of an enumeration; capitals, and spaces for underscores, do not matter."""
    known = {str(member): member for member in kind}
    mend = f"Use one of: {', '.join(known)}."

    def read(text: str) -> Outcome:
        member = known.get(_plain(text))
        return garbled("This is not a known code.", mend) if member is None else Outcome(member)

    return read


_SEXES = {
    "M": ("male", "males", "man", "men", "boy", "boys"),
    "F": ("female", "females", "woman", "women", "girl", "girls"),
    "U": ("unknown", "not known"),
}
_SEX_OF = {word: letter for letter, words in _SEXES.items() for word in words}
_ANY_SEX = frozenset(("any", "either", "both"))


def sex(allowed: str) -> Reader:
    """Make a reader of the letter of a sex out of `allowed`; plain words for it are read and said.

    Where U is not allowed the column is a restriction, and `any`, `either` or `both` is none.
    """
    mend = f"Use one of: {', '.join(allowed)}."

    def read(text: str) -> Outcome:
        plain = _bare(text)
        upper = plain.upper()
        if len(upper) == 1 and upper in allowed:
            return Outcome(upper)
        word = " ".join(plain.casefold().split())
        if (meant := _SEX_OF.get(word)) is not None and meant in allowed:
            return mended(meant, f"Read as {meant}.", f"Write {meant}.")
        if word in _ANY_SEX and "U" not in allowed:
            return mended(None, "Read as no restriction to one sex.", "Leave the cell blank.")
        return garbled("This is not a known code.", mend)

    return read


def _code_of(known: Collection[str], what: str) -> Reader:
    def read(text: str) -> Outcome:
        upper = _bare(text).upper()
        if upper in known:
            return Outcome(upper)
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
    upper = _bare(text).upper()
    if _AUTHORITY.fullmatch(upper):
        return Outcome(upper)
    return garbled("This is not a GSS code of an authority.", "Give the letter and eight digits, such as E08000009.")


def postcode(text: str) -> Outcome:
    """Read a postcode as text in capitals; whether it exists is asked of the postcode directory."""
    return Outcome(" ".join(_bare(text).upper().split()))
