"""A drawing as a picture of dots, for what cannot show SVG: in the typefaces that paper is set in, the same bytes."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any, Final

import typst

from reporting.fonts import FAMILIES, drawn
from reporting.paper import PICTURE_MM, standing_alone
from reporting.pdf import fonts

DOTS_AN_INCH: Final = 220.0
_PAGE: Final = """#set page(width: auto, height: auto, margin: 0pt)
#set text(font: json(bytes(sys.inputs.fonts)), fallback: true)
#image(bytes(sys.inputs.svg), format: "svg", width: {across}mm)
"""


@lru_cache(maxsize=64)
def png(svg: str) -> bytes:
    """An inline `<svg>` element, as `drawing.py` and `fan.py` make them, as a PNG fit for print."""
    data: Any = typst.compile(
        _PAGE.replace("{across}", str(PICTURE_MM)).encode(),
        font_paths=fonts(),
        ignore_system_fonts=True,
        format="png",
        ppi=DOTS_AN_INCH,
        sys_inputs={"svg": standing_alone(svg, drawn()), "fonts": json.dumps(FAMILIES)},
        timestamp=0,
    )
    return bytes(data)
