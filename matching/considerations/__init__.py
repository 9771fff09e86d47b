"""What makes one lawful home better than another: each consideration 0 to 100, with its own reason in words.

`CONSIDERATIONS` is the contents page, `weigh` turns it into points. Cost is not among them [GOV-10].
"""

from matching.considerations.consideration import Consideration, Facts, Score
from matching.considerations.contents import CONSIDERATIONS
from matching.considerations.weigh import MOST_POINTS, Part, SetAside, Weighed, cautions, weigh

__all__ = [
    "CONSIDERATIONS",
    "MOST_POINTS",
    "Consideration",
    "Facts",
    "Part",
    "Score",
    "SetAside",
    "Weighed",
    "cautions",
    "weigh",
]
