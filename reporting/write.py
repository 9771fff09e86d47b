"""Sections on paper: one HTML file that needs no network and no script, and CSV that is safe in a spreadsheet.

The same sections always give the same bytes.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import cache
from importlib.resources import files
from itertools import count
from typing import TYPE_CHECKING, Any

import jinja2
import numpy as np
import pandas as pd
from markupsafe import Markup

from reporting.paper import check, figure, part, sources_said
from reporting.section import Bar, Cell, Picture, Section

if TYPE_CHECKING:
    from reporting.open_data import OpenTable

FORMULA_STARTS = "=+-@\t\r\n＝＋－＠"
"""What makes a spreadsheet read a cell as a formula when it comes first; the last four are full-width forms."""

_PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_NEEDS_QUOTES = re.compile(r'[",\r\n]')


class Form(StrEnum):
    """A kind of file that sections can be written as."""

    PDF = "pdf"
    WORD = "docx"
    HTML = "html"
    SHEET = "xlsx"

    @property
    def media_type(self) -> str:
        """What the file says it is."""
        return _MEDIA_TYPES[self]


_MEDIA_TYPES = {
    Form.PDF: "application/pdf",
    Form.WORD: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Form.HTML: "text/html; charset=utf-8",
    Form.SHEET: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def write(
    form: Form,
    title: str,
    sections: Sequence[Section],
    *,
    lead: str = "",
    marking: str = "",
    footer: Iterable[str] = (),
    contents: bool = False,
    template: bytes | None = None,
    notes: Sequence[str] = (),
    tables: Sequence[OpenTable] = (),
) -> bytes:
    """All sections as one file of this form; the value of the form is the file's suffix. Parameters as in `html`.

    `contents`: whether paper begins with a list of chapters. `template`: the council's own Word document. `notes` and
    open `tables` stand in a workbook besides.
    """
    match form:
        case Form.PDF:
            from reporting.pdf import pdf  # these two are slow to import, and only paper needs them

            return pdf(title, sections, lead=lead, marking=marking, footer=footer, contents=contents)
        case Form.WORD:
            from reporting.word import word

            return word(
                title, sections, lead=lead, marking=marking, footer=footer, contents=contents, template=template
            )
        case Form.SHEET:
            from reporting.spreadsheet import spreadsheet

            return spreadsheet(title, sections, lead=lead, marking=marking, footer=footer, notes=notes, tables=tables)
        case Form.HTML:
            return html(title, sections, lead=lead, marking=marking, footer=footer).encode("utf-8")


def html(
    title: str,
    sections: Sequence[Section],
    *,
    lead: str = "",
    marking: str = "",
    footer: Iterable[str] = (),
) -> str:
    """One page with all sections: read without network or script, and printed as it stands.

    `lead` stands under the title, `marking` (who may see it) above it and at the foot of every printed page.
    Raises ValueError when headings skip a level, an anchor stands twice or a link leads nowhere.
    """
    check(sections)
    numbers = count(1)
    css_marking = re.sub(r'[^ -~]|[<>"\\]', " ", marking)
    return _template("page.html.jinja").render(
        title=title,
        lead=lead,
        marking=marking,
        css=Markup(_text("page.css").replace("MARKING", f'"{css_marking}"')),  # noqa: S704 - nothing in it can end the style
        contents=[s for s in sections if s.level == 2 and s.contents and s.anchor],
        sections=sections,
        footer=tuple(footer),
        next_id=lambda: f"table-{next(numbers)}",
        as_drawn=_inline,
    )


def fragment(sections: Sequence[Section], name: str = "part") -> str:
    """The same sections as part of a page that somebody else frames, in `<div class="pw">`; a heading may be empty.

    `name` begins the ids of its tables, so that two fragments on one page do not share any. Links lead nowhere.
    """
    numbers = count(1)
    return _template("fragment.html.jinja").render(
        sections=sections, next_id=lambda: f"{name}-{next(numbers)}", as_drawn=_as_image
    )


def _inline(picture: Picture) -> Markup:
    return Markup(picture.svg)  # noqa: S704 - made by `drawing.py`, every word in it escaped


def _as_image(picture: Picture) -> Markup:
    """The drawing as an image within the page: whoever frames a fragment may let no other markup through."""
    alone = picture.svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    data = base64.b64encode(alone.encode()).decode()
    return Markup('<img src="data:image/svg+xml;base64,{}" alt="{}">').format(data, picture.alt)


def csv_text(table: pd.DataFrame) -> str:
    """The table as CSV that no spreadsheet takes for formulas: UTF-8 text, comma, `\\n` ends, a header row.

    A text cell that begins like a formula (see `FORMULA_STARTS`) gets an apostrophe before it; every other text,
    ids among them, is written as it is and reads back the same. Numbers, and text that is no more than a plain
    number, stay numbers. Missing values are blank, dates are YYYY-MM-DD, yes and no are Y and N.
    """
    lines = [",".join(_field(str(name)) for name in table.columns)]
    columns = [table[name].tolist() for name in table.columns]
    lines.extend(",".join(map(_field, row)) for row in zip(*columns, strict=True))
    return "\n".join(lines) + "\n"


def safe_cell(text: str) -> str:
    """The text as it may stand in a spreadsheet cell: an apostrophe before anything that begins like a formula."""
    if text[:1] and text[0] in FORMULA_STARTS and not _PLAIN_NUMBER.fullmatch(text):
        return "'" + text
    return text


def _field(value: object) -> str:
    if isinstance(value, str):
        text = safe_cell(value)
        return '"' + text.replace('"', '""') + '"' if _NEEDS_QUOTES.search(text) else text
    if value is None or value is pd.NaT or value is pd.NA:
        return ""
    if isinstance(value, bool | np.bool_):
        return "Y" if value else "N"
    if isinstance(value, float | np.floating):
        return "" if np.isnan(value) else repr(float(value))
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    return _field(str(value))


def _per_cent(length: float, whole: float) -> str:
    return f"{100 * part(length, whole):.1f}".removesuffix(".0")


def _bar_start(bar: Bar) -> str:
    return _per_cent(bar.start, bar.whole)


def _bar_length(bar: Bar) -> str:
    return _per_cent(bar.length, bar.whole)


def _kind(value: Cell | Any) -> str:
    return type(value).__name__


def _text(name: str) -> str:
    return files("reporting").joinpath(name).read_text(encoding="utf-8").replace("\r\n", "\n")


@cache
def _template(name: str) -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True,
        loader=jinja2.FunctionLoader(_text),
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        sources_said=sources_said, figure=figure, bar_start=_bar_start, bar_length=_bar_length, kind=_kind
    )
    return environment.get_template(name)
