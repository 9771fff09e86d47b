"""How many carers to approve by when: what is asked, in plain arrays, and what is answered.

Here and now a council decides approvals by segment and quarter, beds bought in block and what is spent on keeping
carers. In each of many equally likely futures children are then placed as well as that allows. `targets_saa` answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Array = npt.NDArray[Any]

Kind = Literal["share", "futures", "tail"]
NO_LIMIT: Final = 1e6
"""Children, or households: as many as anybody may need."""


@dataclass(frozen=True, slots=True, eq=False)
class TargetQuestion:
    """What is known before the decision. F futures, Q quarters, Y years, H kinds of home, N needs, K other places.

    Children and places are means over a quarter and need not be whole. Homes and needs are indexed each by its own
    names. Pounds are those of the quarter; `worth` discounts them.
    """

    quarters: tuple[str, ...]
    """Names: "2027-Q2" begins in April 2027."""
    years: tuple[str, ...]
    """[Q] the financial year that each quarter lies in: "2027-28"."""
    homes: tuple[str, ...]
    needs: tuple[str, ...]
    elsewhere: tuple[str, ...]
    """Where children without a home of the council's own live, in the order in which places are looked for."""
    number: Whole
    """[F] number of each future: the order of the futures has no bearing on the answer."""
    wanted: Floats
    """[F, Q, N] children who need a local family home."""
    places: Floats
    """[F, Q, H] places of the council's own without the plan, of those who are there and of today's pipeline."""
    usable: Floats
    """[H, N] share of the places of such homes that a child with such a need may live in."""
    brings: Floats
    """[Q, H] places that one household more has so many quarters after its approval, those who left counted out."""
    there: Floats
    """[Q, H] share of households still approved so many quarters after their approval."""
    pipeline: Floats
    """[Q, H] approvals that today's pipeline brings, on average: `places` holds theirs."""
    most: Whole
    """[Q, H] most approvals beyond those."""
    effort: Floats
    """[H] assessments that one approval takes, those that end without one counted in."""
    capacity: Floats
    """[Q] assessments that can be done for approvals of the quarter, beyond those of today's pipeline. What is left
    over is there for later quarters, though none can have more than its own and what one approval takes."""
    enquiries: Floats
    """[H] enquiries that one approval takes."""
    lead: int
    """Quarters from enquiry to approval."""
    recruit: Floats
    """[H] £ to recruit and assess one household that is approved."""
    support: Floats
    """[H] £ a quarter for one approved household."""
    own_price: Floats
    """[Q] £ a quarter for a child in a home of the council's own."""
    price: Floats
    """[Q, K] £ a quarter for a child elsewhere; never less than the one before, nor than `own_price`."""
    limit: Floats
    """[F, Q, K] most children there; the last is taken to have room for all."""
    takes: Floats
    """[K, N] share of the room there that a child with such a need can have, for places before the beds."""
    beds_at: int
    """Which of `elsewhere` the beds belong to: children's homes."""
    beds_wanted: Floats
    """[F, Q] children who need a children's home: they come first into the beds."""
    bed_price: Floats
    """[Q] £ a quarter for a bed bought in block, full or empty."""
    most_beds: int
    keeps: Floats
    """[Y, Q, H] places that are not lost where all is done in a year to keep carers."""
    keeping_price: Floats
    """[Y] £ for all of that."""
    keeping_steps: int
    """In how many steps it can be done; 0: any part of it."""
    budget: Floats
    """[Y] £ for the plan itself: recruitment, support, beds and keeping; placements are not in it."""
    worth: Floats
    """[Q] what a pound of the quarter counts today."""

    def __post_init__(self) -> None:
        f, q = self.wanted.shape[:2]
        h, n, k, y = len(self.homes), len(self.needs), len(self.elsewhere), len(self.named)
        shapes: dict[str, tuple[int, ...]] = {
            "number": (f,),
            "wanted": (f, q, n),
            "places": (f, q, h),
            "usable": (h, n),
            "brings": (q, h),
            "there": (q, h),
            "pipeline": (q, h),
            "most": (q, h),
            "effort": (h,),
            "capacity": (q,),
            "enquiries": (h,),
            "recruit": (h,),
            "support": (h,),
            "own_price": (q,),
            "price": (q, k),
            "limit": (f, q, k),
            "takes": (k, n),
            "beds_wanted": (f, q),
            "bed_price": (q,),
            "keeps": (y, q, h),
            "keeping_price": (y,),
            "budget": (y,),
            "worth": (q,),
        }
        for name, shape in shapes.items():
            values = getattr(self, name)
            if values.shape != shape:
                raise ValueError(f"{name} has the shape {values.shape}; it should be {shape}.")
            if (np.isnan(values).any() or (values < 0).any()) and name != "number":
                raise ValueError(f"{name} holds a number below nought, or none at all.")
        if len(self.quarters) != q or len(self.years) != q or not f or not q or not h or not n:
            raise ValueError("Each quarter has a name and a year, and there is at least one future, home and need.")
        if len(np.unique(self.number)) != f:
            raise ValueError("Two futures have the same number.")
        if n > 12:
            raise ValueError(f"{n} needs: more than 12 kinds of need cannot be told apart.")
        if not 1 <= self.beds_at < k:
            raise ValueError("Beds belong to one of the places elsewhere, and not to the first.")
        for name in ("usable", "takes", "there"):
            if (getattr(self, name) > 1).any():
                raise ValueError(f"{name} holds a share above 1.")
        if (np.diff(np.column_stack([self.own_price, self.price]), axis=1) < 0).any():
            raise ValueError(
                "A place is cheaper than the one that is looked for before it: the plan would be to have no homes."
            )

    @property
    def named(self) -> tuple[str, ...]:
        """The financial years, in order."""
        return tuple(dict.fromkeys(self.years))

    @property
    def year_of(self) -> Whole:
        """[Q] index of each quarter's year."""
        return np.array([self.named.index(year) for year in self.years], dtype=np.int64)

    def only(self, some: Array | slice) -> TargetQuestion:
        """The same question with some futures only: row numbers, a mask or a stretch."""
        cut = {name: getattr(self, name)[some] for name in ("number", "wanted", "places", "limit", "beds_wanted")}
        return replace(self, **cut)

    def in_order(self) -> TargetQuestion:
        """The same question with its futures in the order of their numbers."""
        return self.only(np.argsort(self.number, kind="stable"))


@dataclass(frozen=True, slots=True)
class Aim:
    """What is promised, and from when.

    `share`: the chance that a child who needs a local family home has one, taken over futures and children, is at
    least `level` in each quarter. `futures`: in a share `level` of the futures at least a share `enough` of all who
    need one in those quarters have one. `tail`: in the worst `worst` of futures, on average, a share `level` of them
    have one.
    """

    level: float
    kind: Kind = "share"
    from_quarter: int = 0
    """First quarter that the promise holds for, 0 the first."""
    each_need: bool = False
    """`share` only: for children of each need by itself, not of all needs together."""
    enough: float = 1.0
    worst: float = 0.1

    def __post_init__(self) -> None:
        for name in ("level", "enough"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is a share, from 0 to 1, not {getattr(self, name)}.")
        if not 0 < self.worst <= 1:
            raise ValueError(f"worst is a share above 0, and at most 1, not {self.worst}.")
        if self.from_quarter < 0:
            raise ValueError(f"A promise cannot hold from quarter {self.from_quarter}: that is in the past.")
        if self.each_need and self.kind != "share":
            raise ValueError("Only a promise of the kind `share` can be made for each need.")


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """What is decided here and now."""

    approvals: Array
    """[Q, H] households approved beyond those that today's pipeline brings; whole, but where whole ones are not asked
    for yet."""
    beds: Array
    """[Y] beds bought in block, likewise."""
    keeping: Floats
    """[Y] share done of what can be done to keep carers."""

    @classmethod
    def nothing(cls, question: TargetQuestion) -> Plan:
        """Today's pipeline goes on, and nothing else."""
        years = len(question.named)
        return cls(np.zeros(question.most.shape, np.int64), np.zeros(years, np.int64), np.zeros(years))

    def with_one_more(self, quarter: int, home: int) -> Plan:
        """The same plan with one household more."""
        approvals = self.approvals.copy()
        approvals[quarter, home] += 1
        return replace(self, approvals=approvals)

    def same(self, other: Plan) -> bool:
        """Whether two plans decide the same."""
        return all(np.array_equal(getattr(self, one.name), getattr(other, one.name)) for one in fields(self))


@dataclass(frozen=True, slots=True)
class Band:
    """A figure over futures: its mean, how far chance may have moved the mean, and where the middle 80% lie."""

    mean: float
    error: float
    """Standard error of the mean."""
    p10: float
    p90: float

    @classmethod
    def of(cls, values: Sequence[float] | Floats) -> Band:
        """The band of one value for each future."""
        drawn = np.asarray(values, dtype=np.float64)
        error = float(drawn.std(ddof=1) / np.sqrt(len(drawn))) if len(drawn) > 1 else 0.0
        p10, p90 = np.quantile(drawn, [0.1, 0.9])
        return cls(float(drawn.mean()), error, float(p10), float(p90))
