"""A policy written as the file that gives it: for copying out of a screen, to be agreed and kept by the council."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from matching.policy import KEYS, SCHEMA, Policy, default_weights


def as_toml(policy: Policy) -> str:
    """The policy as the text of a policy file, every choice stated: reading it gives the same policy."""
    values = policy.as_dict()
    lines = [f"schema = {SCHEMA}"]
    for key in KEYS:
        value = values[key.name]
        if key.name != "weights" and value is not None:
            lines.append(f"{key.name} = {_written(key.name, value)}")
    lines += ["", "[weights]", *(f"{name} = {weight}" for name, weight in values["weights"].items())]
    return "\n".join(lines) + "\n"


def _written(name: str, value: object) -> str:
    if name == "chosen_on":
        return date.fromisoformat(str(value)).isoformat()
    if isinstance(value, list):
        return "[" + ", ".join(_written("", one) for one in value) + "]"
    # a basic string of TOML is written as one of JSON, besides the letters that only TOML forbids
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def with_weights(policy: Policy, weights: Mapping[str, int]) -> Policy:
    """The policy with these weights in place of its own; those not named stay.

    Raises ValueError for a consideration there is not, or when every weight would be nought.
    """
    known = default_weights()
    if unknown := set(weights) - set(known):
        raise ValueError(f"there is no consideration {', '.join(sorted(unknown))}; known: {', '.join(known)}")
    changed = replace(policy, weights={**{name: policy.weight_of(name) for name in known}, **weights})
    if not any(changed.weights.values()):
        raise ValueError("every weight is 0: no lawful home would be better than another. Give at least one a weight.")
    return changed
