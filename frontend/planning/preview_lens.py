"""What a page may say of a preview: by the rules of the edition that is open, and nothing behind it."""

from __future__ import annotations

from frontend.planning.opened import Opened
from reporting.lens import Lens
from reporting.publish_beside import published_beside
from sufficiency.compared import SENTENCE, Compared
from sufficiency.preview import Preview


def preview_lens(opened: Opened, preview: Preview) -> Lens:
    """The official edition of a preview's tables, as the full comparison's would be: hidden where today's count is.

    It is fast, because nothing is hidden anew. It is stricter than the full comparison in two ways: a count that is
    small in the returns that the preview read is hidden although the open forecast showed it, and where the open
    forecast is of another day, or of another council, it hides every placement group. It holds those tables alone.
    """
    about = {
        **opened.about,
        "draws": str(preview.draws),
        "months": str(preview.months),
        "known_until": preview.known_until,
        "scenario": preview.other,
    }
    other = opened.council not in ("", preview.council)
    groups = {str(one) for facts in preview.tables.values() if "group" in facts.by for one in facts.rows["group"]}
    few = frozenset(groups) if other else preview.few
    return published_beside(opened.lens, tuple(preview.tables.values()), about, SENTENCE, few=few - {"all"})


def compared_in(preview: Preview) -> Compared:
    """Which scenarios a preview set side by side, for the sections of documents."""
    return Compared(preview.first, (preview.first, preview.other))
