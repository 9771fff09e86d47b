"""Whether brothers and sisters live together: told by a register alone, for returns do not say who they are."""

from __future__ import annotations

from collections import defaultdict

from records.model import Records, ResidentStatus


def sibling_rows(register: Records, on: str) -> list[tuple[object, ...]]:
    """Children fostered in the register's homes with a brother or sister there too, and those who live with all.

    No row where no two fostered children have a family in common.
    """
    families: dict[str, list[str]] = defaultdict(list)
    for one in register.residents:
        if one.status is ResidentStatus.FOSTERED and one.family_id:
            families[one.family_id].append(one.home_id)
    groups = [homes for homes in families.values() if len(homes) > 1]
    base = sum(len(homes) for homes in groups)
    part = sum(len(homes) for homes in groups if len(set(homes)) == 1)
    return [("siblings_together", on, part, base)] if base else []
