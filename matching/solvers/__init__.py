"""Three solvers that share no formulation: each gives the same plan, which is how they are trusted."""

from matching.solvers.bundles import solve_bundles
from matching.solvers.cpsat import solve_cpsat
from matching.solvers.exhaustive import solve_exhaustive
from matching.solvers.milp import solve_milp
from matching.solvers.solver import TIE_BREAK, Keep, Solver, Watch

SOLVERS: dict[str, Solver] = {
    "bundles": solve_bundles,
    "cpsat": solve_cpsat,
    "milp": solve_milp,
    "exhaustive": solve_exhaustive,
}

__all__ = [
    "SOLVERS",
    "TIE_BREAK",
    "Keep",
    "Solver",
    "Watch",
    "solve_bundles",
    "solve_cpsat",
    "solve_exhaustive",
    "solve_milp",
]
