"""Why the plan leaves a child or family without a home, and the least that would change it, each claim re-solved."""

from matching.conflicts.authority import AUTHORITIES
from matching.conflicts.helping import Unplaced, unplaced

__all__ = ["AUTHORITIES", "Unplaced", "unplaced"]
