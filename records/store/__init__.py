"""Kept and guarded: what was proposed, on which facts, who decided what and why, and who looked.

`open_store` gives a `Store`, whose every call takes an `Actor`. Nothing here decides, and nothing is changed once
it is written.
"""

from records.store.access import MAY, Actor, Role, local_actor
from records.store.bringing import Given, Override, Wishes
from records.store.decisions import Match
from records.store.desk import SessionRules
from records.store.due import OnItsWay
from records.store.errors import (
    Barred,
    Busy,
    Conflict,
    NotThere,
    OutOfOrder,
    Purged,
    Refused,
    SessionOver,
    StoreError,
)
from records.store.people import Token
from records.store.place import Store, create, migrate, open_store, prove, restore
from records.store.plans import OFFICES, KeptEdition, KeptScenario, KeptTable, KeptWork, TargetsSoFar
from records.store.proof import Head, Proof
from records.store.retention import read_retention

__all__ = [
    "MAY",
    "OFFICES",
    "Actor",
    "Barred",
    "Busy",
    "Conflict",
    "Given",
    "Head",
    "KeptEdition",
    "KeptScenario",
    "KeptTable",
    "KeptWork",
    "Match",
    "NotThere",
    "OnItsWay",
    "OutOfOrder",
    "Override",
    "Proof",
    "Purged",
    "Refused",
    "Role",
    "SessionOver",
    "SessionRules",
    "Store",
    "StoreError",
    "TargetsSoFar",
    "Token",
    "Wishes",
    "create",
    "local_actor",
    "migrate",
    "open_store",
    "prove",
    "read_retention",
    "restore",
]
