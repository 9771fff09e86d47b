"""What a person sees of a page that was run without a browser."""

from __future__ import annotations

import html
import re

from streamlit.testing.v1 import AppTest


def markup(page: AppTest) -> str:
    """The HTML that the page drew, the style sheet left out, main part and side bar."""
    drawn = [one.proto.body for one in (*page.main.get("html"), *page.sidebar.get("html"))]
    return "\n".join(one for one in drawn if not one.startswith("<style"))


def text(page: AppTest) -> str:
    """The words of it, as they would be read out."""
    plain = re.sub(r"<(style|script)\b.*?</\1>", " ", markup(page), flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", plain)).split())


def headings(page: AppTest) -> list[str]:
    """Its headings, in order."""
    found = re.findall(r"<h([1-6])[^>]*>(.*?)</h\1>", markup(page), flags=re.DOTALL)
    return [" ".join(html.unescape(re.sub(r"<[^>]*>", " ", words)).split()) for _, words in found]


def links(page: AppTest) -> list[str]:
    """The pages to which the side bar leads."""
    return [one.proto.label for one in page.sidebar.get("page_link")]


def problems(page: AppTest) -> list[str]:
    """What stands under “There is a problem”, one text for each."""
    found = re.findall(r'<div class="pw problem".*?(?=<div class="pw problem"|\Z)', markup(page), flags=re.DOTALL)
    return [" ".join(html.unescape(re.sub(r"<[^>]*>", " ", one)).split()) for one in found]
