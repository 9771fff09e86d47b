"""The arrows of the house: who may import whom."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MAY_USE = {
    "records": {"records"},
    "reporting": {"reporting"},
    "matching": {"matching", "records", "reporting"},
    "sufficiency": {"sufficiency", "matching", "records", "reporting"},
    "frontend": {"frontend", "sufficiency", "matching", "records", "reporting"},
}


def imported_packages(path: Path) -> set[str]:
    """Top-level names a module imports, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("package", sorted(MAY_USE))
def test_each_package_uses_only_what_stands_below_it(package: str) -> None:
    """Imports point one way, so that the facts never depend on the screens."""
    modules = sorted((ROOT / package).rglob("*.py"))
    assert modules, f"no modules found in {package}"
    wrong = {
        f"{module.relative_to(ROOT)} imports {used}"
        for module in modules
        for used in imported_packages(module) & set(MAY_USE) - MAY_USE[package]
    }
    assert not wrong


def test_the_app_stands_on_the_frontend_alone() -> None:
    """The file that Streamlit runs holds no logic of its own."""
    assert imported_packages(ROOT / "app.py") & {*MAY_USE, "streamlit"} == {"frontend"}


def test_what_pages_say_is_worked_out_without_streamlit() -> None:
    """Only what draws, and the session, know the screen; the rest can be tested, and used, without it."""
    knows = {p.name for p in (ROOT / "frontend").glob("*.py") if "streamlit" in imported_packages(p)}
    assert not {name for name in knows if name.endswith("_view.py")}
    assert not knows & {"open_round.py", "rounds.py", "office.py", "sign_in.py", "doors.py", "quiet.py", "demo.py"}


def test_solvers_know_nothing_of_records_or_rules() -> None:
    """A solver reads arrays only: it cannot peek at a child."""
    for module in sorted((ROOT / "matching" / "solvers").glob("*.py")):
        tree = ast.parse(module.read_text(encoding="utf-8"))
        names = {n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
        names |= {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
        assert not [n for n in names if n.startswith(("records", "matching.rules", "matching.considerations"))]


def test_the_audit_shares_no_code_with_what_it_audits() -> None:
    """The last wall stands alone."""
    names = {
        node.module or ""
        for node in ast.walk(ast.parse((ROOT / "matching" / "audit.py").read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
    }
    assert not names & {"matching.question", "matching.pose", "matching.bundles"}
    assert not [n for n in names if n.startswith("matching.solvers")]
