"""The groups of placement and the age bands that everything about need is counted in."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

GROUPS: Final = (
    "foster_kin",
    "foster_in_house",
    "foster_agency",
    "foster_other_authority",
    "residential",
    "secure",
    "supported",
    "placed_for_adoption",
    "with_parents",
    "other",
)
"""In the order in which every array here holds them."""
KIN, IN_HOUSE, AGENCY, OTHER_AUTHORITY, RESIDENTIAL, SECURE, SUPPORTED, ADOPTION, PARENTS, OTHER = range(len(GROUPS))
FOSTER: Final = (KIN, IN_HOUSE, AGENCY, OTHER_AUTHORITY)

GROUP_NAMES: Final = {
    "foster_kin": "foster care with relatives or friends",
    "foster_in_house": "the council's own foster carers",
    "foster_agency": "agency foster carers",
    "foster_other_authority": "another council's foster carers",
    "residential": "children's homes and residential schools",
    "secure": "secure homes and custody",
    "supported": "supported accommodation",
    "placed_for_adoption": "placed for adoption",
    "with_parents": "placed with parents",
    "other": "elsewhere",
}

AGE_BANDS: Final = ("under_1", "1_to_4", "5_to_9", "10_to_15", "16_plus")
AGE_EDGES: Final = (0, 1, 5, 10, 16, 18)
"""Birthdays between which each band lies: a band holds its first birthday and not its last."""
AGE_NAMES: Final = {
    "under_1": "under 1",
    "1_to_4": "1 to 4",
    "5_to_9": "5 to 9",
    "10_to_15": "10 to 15",
    "16_plus": "16 and 17",
}

EXITS: Final = (
    "returned_home",
    "special_guardianship",
    "adopted",
    "custody",
    "independence",
    "other_exit",
    "turned_18",
)
"""Ways out of care. `turned_18` is not a risk but a birthday: it is never drawn, only reached."""
HOME, GUARDIANSHIP, ADOPTED, CUSTODY, INDEPENDENCE, OTHER_EXIT, TURNED_18 = range(len(EXITS))
EXIT_NAMES: Final = {
    "returned_home": "returned to parents or relatives",
    "special_guardianship": "special guardianship",
    "adopted": "adopted",
    "custody": "sentenced to custody",
    "independence": "left for independent living or adult care before 18",
    "other_exit": "left for another reason",
    "turned_18": "turned 18",
}

_EXIT_OF = {
    "E4A": HOME, "E4B": HOME, "E13": HOME, "E41": HOME,
    "E43": GUARDIANSHIP, "E44": GUARDIANSHIP, "E45": GUARDIANSHIP, "E46": GUARDIANSHIP, "E47": GUARDIANSHIP,
    "E48": GUARDIANSHIP,
    "E11": ADOPTED, "E12": ADOPTED,
    "E9": CUSTODY,
    "E5": INDEPENDENCE, "E6": INDEPENDENCE, "E7": INDEPENDENCE,
    "E15": TURNED_18, "E17": TURNED_18,
}  # fmt: skip

_GROUP_OF_PLACE = {
    "U1": KIN, "U2": KIN, "U3": KIN,
    "A3": ADOPTION, "A4": ADOPTION, "A5": ADOPTION, "A6": ADOPTION,
    "K1": SECURE, "R5": SECURE,
    "K2": RESIDENTIAL, "R1": RESIDENTIAL, "R3": RESIDENTIAL, "S1": RESIDENTIAL,
    "K3": SUPPORTED, "H5": SUPPORTED, "P2": SUPPORTED,
    "P1": PARENTS,
}  # fmt: skip
_FOSTER_BY_PROVIDER = {"PR1": IN_HOUSE, "PR2": OTHER_AUTHORITY, "PR3": AGENCY, "PR4": AGENCY, "PR5": AGENCY}
_FOSTER_PLACES = ("U4", "U5", "U6")


def group_of(place: Array, provider: Array) -> npt.NDArray[np.int8]:
    """Group of each placement, from SSDA903 PLACE and PLACE_PROVIDER (sections 3.3 and 3.4 of the DfE guide).

    Foster care whose provider is not recorded counts with the council's own carers; temporary (T) and unlisted
    places count as `other` here, and `history` gives a temporary stay the group of the stay it interrupts.
    """
    codes, back = np.unique(place, return_inverse=True)
    group = np.array([_GROUP_OF_PLACE.get(str(code), OTHER) for code in codes], dtype=np.int8)[back]
    foster = np.isin(place, _FOSTER_PLACES)
    providers, where = np.unique(provider, return_inverse=True)
    by_provider = np.array([_FOSTER_BY_PROVIDER.get(str(p), IN_HOUSE) for p in providers], dtype=np.int8)[where]
    return np.where(foster, by_provider, group).astype(np.int8)


def exit_of(rec: Array) -> npt.NDArray[np.int8]:
    """Way out of each ended period, from SSDA903 REC; a blank or unknown reason is `other_exit`."""
    codes, back = np.unique(rec, return_inverse=True)
    return np.array([_EXIT_OF.get(str(code), OTHER_EXIT) for code in codes], dtype=np.int8)[back]
