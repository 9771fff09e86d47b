"""The SSDA903 return of children looked after, in every form councils keep it, into frozen typed columns."""

from records.sources.return_903.model import Children, Count, End, Episodes, Return
from records.sources.return_903.read import read_903

__all__ = ["Children", "Count", "End", "Episodes", "Return", "read_903"]
