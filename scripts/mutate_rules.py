"""Break the rules on purpose, one small change at a time, and see whether some test notices.

    python scripts/mutate_rules.py                       every mutant; prints the score and the survivors
    python scripts/mutate_rules.py capacity safety       only these modules
    python scripts/mutate_rules.py --report benchmarks/mutation.md

Each mutant is one change in one module of `matching/rules` or in one number of `law.toml`: an edge moved by one, a
comparison turned, a condition dropped, another column, kind or number of the law read instead, a whole rule always
met. The tests of `tests/matching/rules` are run on it in this process until one fails. The printed handbook is left
out of them, so that a change counts as noticed only by what the rules answer. Survivors that change no answer are
listed with the reason in `scripts/equivalent_mutants.toml`; any other survivor makes the exit code 1.
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib
import importlib.util
import itertools
import sys
import time
import tomllib
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RULES = ROOT / "matching" / "rules"
TESTS = ROOT / "tests" / "matching" / "rules"
PACKAGE, TEST_PACKAGE = "matching.rules", "tests.matching.rules"
LEFT_OUT = {"handbook"}
LAW = "law.toml"

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.Mod: ast.Mult,
}
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any", "minimum": "maximum", "maximum": "minimum"}
ALIKE = (
    # columns of the homes, by type
    ("approved_from", "approved_to", "last_review_on", "notice_received_on", "available_from", "available_to"),
    ("approved_places", "vacancies", "bedrooms_free"),
    ("approved_age_min", "approved_age_max", "advice_age_min", "advice_age_max"),
    ("exempting_authority", "authority"),
    ("on_hold", "pets", "smoker", "step_free"),
    ("approved_needs_listed", "names_children", "meets_needs_recorded", "categories_recorded"),
    ("approved_sex", "preferred_sex"),
    ("easting", "northing"),
    ("kind", "provider"),
    ("exempt", "fostered"),
    ("meets", "names", "exempts", "registered_for", "approved_for_need", "speaks"),
    # facts of the child, by type
    ("needs_must", "needs_helpful"),
    ("referred_on", "needed_by", "expected_end", "looked_after_since", "views_recorded_on"),
    ("adoption_decision_on", "placement_order_on", "parental_consent_on"),
    # of the law
    ("usual_fostering_limit", "own_bedroom_from_age", "share_bedroom_under_age", "lodgings_from_age"),
    ("notice_days", "adoption_entry_days", "adoption_match_days"),
    ("temporary_approval_weeks", "temporary_extension_weeks", "consent_from_age_weeks"),
    ("emergency_outside_terms_working_days", "placement_plan_working_days"),
    ("area_notice_working_days", "emergency_outside_terms_working_days"),
    ("key_stage_4_from_year", "key_stage_4_to_year"),
    ("school_from_age", "smoke_free_usual_under_age", "own_bedroom_from_age"),
    # of enumerations
    ("FOSTER", "CONNECTED_PERSON", "SUPPORTED_LODGINGS", "ADOPTER", "EARLY_PERMANENCE"),
    ("ADOPTION", "SUPPORTED_LODGINGS"),
    ("IN_HOUSE", "AGENCY"),
    ("EMERGENCY", "SHORT_TERM", "LONG_TERM", "SHORT_BREAKS", "REMAND", "PARENT_AND_CHILD"),
    ("SOLO", "ONLY_OLDER", "ONLY_YOUNGER"),
    ("KIN", "PREVIOUS_CARER", "CURRENT_CARER", "BARRED"),
    ("SAFEGUARDING", "FAMILY_PREFERENCE"),
    ("FOSTERED", "OWN_CHILD", "LODGER", "STAYING_PUT"),
    ("MET", "NEEDS_SIGN_OFF", "UNKNOWN"),
    ("OWN", "ADJOINING", "DISTANT"),
    ("SECTOR", "DISTRICT"),
    ("APART", "UNDECIDED"),
)
OF_NO_MEANING = ("dtype", "encoding", "strict")
"""Arguments that only guard against the platform or a slip of the programmer."""
ANSWERS = ("barred", "unknown", "needs_sign_off")


@dataclass(frozen=True)
class Mutant:
    """One change. `name` says which, without line numbers, so that it keeps its name when lines move."""

    module: str
    name: str
    line: int
    change: Callable[[], Any]
    """Gives the changed module as a tree, or the changed table of the law."""


# ---- making mutants --------------------------------------------------------------------------------------------


def mutants_of(module: str) -> Iterator[Mutant]:
    """Every mutant of one module of rules, in the order of its lines."""
    tree = ast.parse((RULES / f"{module}.py").read_text(encoding="utf-8"))
    count: Counter[str] = Counter()
    for path, node, where in _places(tree, [], ""):
        for label, new in _changes(node, path):
            name = f"{where}: {label}"
            count[name] += 1
            if count[name] > 1:
                name += f" (no. {count[name]})"
            yield Mutant(module, name, getattr(node, "lineno", 0), _replacing(tree, path, new))


def _places(
    node: ast.AST, path: list[tuple[str, int | None]], where: str
) -> Iterator[tuple[list[tuple[str, int | None]], ast.AST, str]]:
    """Every node that may be changed: not decorators, annotations, docstrings, imports or error messages."""
    for name, value in ast.iter_fields(node):
        if name in ("decorator_list", "annotation", "returns"):
            continue
        children = value if isinstance(value, list) else [value]
        for i, child in enumerate(children):
            if not isinstance(child, ast.AST) or _to_be_left(child):
                continue
            here = [*path, (name, i if isinstance(value, list) else None)]
            inside = f"{where}.{child.name}".lstrip(".") if isinstance(child, ast.FunctionDef | ast.ClassDef) else where
            yield here, child, inside or "(module)"
            yield from _places(child, here, inside)


def _to_be_left(node: ast.AST) -> bool:
    docstring = (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    )
    type_checking = isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    alias = (
        isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Subscript)
        and isinstance(node.targets[0], ast.Name)
        and node.col_offset == 0
    )
    exported = isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
    raising = isinstance(node, ast.Raise | ast.JoinedStr)
    names = isinstance(node, ast.Import | ast.ImportFrom)
    guard = isinstance(node, ast.keyword) and node.arg in OF_NO_MEANING
    return docstring or type_checking or alias or exported or raising or names or guard


def _replacing(tree: ast.Module, path: list[tuple[str, int | None]], new: ast.AST) -> Callable[[], ast.Module]:
    def change() -> ast.Module:
        changed = copy.deepcopy(tree)
        at: Any = changed
        for name, i in path[:-1]:
            at = getattr(at, name) if i is None else getattr(at, name)[i]
        name, i = path[-1]
        if i is None:
            setattr(at, name, new)
        else:
            getattr(at, name)[i] = new
        return ast.fix_missing_locations(changed)

    return change


def _changes(node: ast.AST, path: list[tuple[str, int | None]]) -> Iterator[tuple[str, ast.AST]]:
    """Every change of one node, with what it says before and after."""
    old = _text(node)
    for new in _new_nodes(node, path):
        ast.copy_location(new, node)
        if isinstance(new, ast.FunctionDef):
            yield f"{old} -> {_text(new.body[-1])}", new
        elif isinstance(node, ast.Tuple | ast.List) and isinstance(new, ast.Tuple | ast.List):
            dropped = next(a for a, b in itertools.zip_longest(node.elts, new.elts) if a is not b)
            yield f"a list without {_text(dropped)}", new
        else:
            yield f"{old} -> {_text(new)}", new


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.FunctionDef):
        return f"def {node.name}"
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 110 else f"{text[:80]} ... {text[-25:]}"


def _new_nodes(node: ast.AST, path: list[tuple[str, int | None]]) -> Iterator[ast.AST]:
    if isinstance(node, ast.FunctionDef):
        yield from _whole_rules(node)
    elif isinstance(node, ast.Compare):
        for i, op in enumerate(node.ops):
            for other in COMPARISONS[type(op)]:
                yield ast.Compare(node.left, [*node.ops[:i], other(), *node.ops[i + 1 :]], node.comparators)
    elif isinstance(node, ast.BinOp):
        if type(node.op) in OPERATORS:
            yield ast.BinOp(node.left, OPERATORS[type(node.op)](), node.right)
        if isinstance(node.op, ast.BitAnd | ast.BitOr):
            yield node.left
            yield node.right
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.And() if isinstance(node.op, ast.Or) else ast.Or(), node.values)
        for i in range(len(node.values)):
            rest = [*node.values[:i], *node.values[i + 1 :]]
            yield rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Invert | ast.Not):
        yield node.operand
    elif isinstance(node, ast.Constant):
        yield from _constants(node)
    elif isinstance(node, ast.Call):
        yield from _calls(node)
    elif isinstance(node, ast.Attribute):
        yield from (ast.Attribute(node.value, other, node.ctx) for other in _alike(node.attr))
        if node.attr in NAMES:
            yield ast.Attribute(node.value, NAMES[node.attr], node.ctx)
    elif isinstance(node, ast.Name) and node.id in NAMES and isinstance(node.ctx, ast.Load):
        yield ast.Name(NAMES[node.id], node.ctx)
    elif isinstance(node, ast.If):
        yield ast.If(ast.Constant(True), node.body, node.orelse)
        yield ast.If(ast.Constant(False), node.body, node.orelse)
    elif isinstance(node, ast.IfExp):
        yield node.body
        yield node.orelse
    elif isinstance(node, ast.AugAssign) or (
        isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript)
    ):
        yield ast.Pass()
    elif isinstance(node, ast.For):
        first = ast.parse("list(x)[:1]", mode="eval").body
        first.value.args[0] = node.iter  # type: ignore[attr-defined]
        yield ast.For(node.target, first, node.body, node.orelse)
    elif isinstance(node, ast.Tuple | ast.List) and isinstance(node.ctx, ast.Load) and path[-1][0] != "slice":
        for i in range(len(node.elts) if len(node.elts) > 1 else 0):
            yield type(node)([*node.elts[:i], *node.elts[i + 1 :]], node.ctx)


def _whole_rules(node: ast.FunctionDef) -> Iterator[ast.AST]:
    """A rule that is always met; a gate that never applies, and one that always does."""
    made_by = [d.func.id for d in node.decorator_list if isinstance(d, ast.Call) and isinstance(d.func, ast.Name)]
    bodies = {
        "rule": ["return met_unless(homes)"],
        "rule_for_each_child": ["return met_unless(register.homes)"],
        "gate": [f"return register.homes.ids {sign} register.homes.ids" for sign in ("!=", "==")],
    }
    for maker in made_by:
        for body in bodies.get(maker, []):
            changed = copy.copy(node)
            changed.body = [node.body[0], *ast.parse(body).body]
            yield changed


def _constants(node: ast.Constant) -> Iterator[ast.AST]:
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int | float):
        yield ast.Constant(value + 1)
        yield ast.Constant(value - 1)
    elif isinstance(value, str):
        yield ast.Constant("changed")


def _calls(node: ast.Call) -> Iterator[ast.AST]:
    for i, keyword in enumerate(node.keywords):
        if keyword.arg in OF_NO_MEANING:
            continue
        rest = [*node.keywords[:i], *node.keywords[i + 1 :]]
        yield ast.Call(node.func, node.args, rest)
        for other in ANSWERS if keyword.arg in ANSWERS else ():
            if other not in [k.arg for k in node.keywords]:
                yield ast.Call(node.func, node.args, [*rest, ast.keyword(other, keyword.value)])
    starred = [i for i, a in enumerate(node.args) if not isinstance(a, ast.Starred)]
    if isinstance(node.func, ast.Attribute) and node.func.attr == "is_kind" and len(starred) > 1:
        for i in starred:
            yield ast.Call(node.func, [*node.args[:i], *node.args[i + 1 :]], node.keywords)


def _alike(name: str) -> Iterator[str]:
    for group in ALIKE:
        if name in group:
            yield group[(group.index(name) + 1) % len(group)]


def mutants_of_the_law() -> Iterator[Mutant]:
    """Each value of the law one more and one less, or turned; and each that came later, a day sooner or later."""
    table = tomllib.loads((RULES / LAW).read_text(encoding="utf-8"))
    for name, entry in table.items():
        for since, value in entry["values"].items():
            for new in (not value,) if isinstance(value, bool) else (value + 1, value - 1):
                yield Mutant(LAW, f"{name}: {since} = {value} -> {new}", 0, _law(table, name, {since: new}))
        for since in list(entry["values"])[1:]:
            for days in (1, -1):
                moved = date.fromordinal(date.fromisoformat(since).toordinal() + days).isoformat()
                values = {k: v for k, v in entry["values"].items() if k != since} | {moved: entry["values"][since]}
                yield Mutant(LAW, f"{name}: from {since} -> {moved}", 0, _law(table, name, values, whole=True))


def _law(table: dict[str, Any], name: str, values: dict[str, Any], *, whole: bool = False) -> Callable[[], Any]:
    def change() -> dict[str, Any]:
        changed = copy.deepcopy(table)
        changed[name]["values"] = values if whole else changed[name]["values"] | values
        return changed

    return change


# ---- running the tests on them -----------------------------------------------------------------------------------


class _Changed(MetaPathFinder):
    """Imports one module from a tree in place of its file."""

    def __init__(self, module: str, tree: ast.Module) -> None:
        self.module, self.tree = module, tree
        self.package = module == PACKAGE
        self.file = str(RULES / f"{'__init__' if self.package else module.rpartition('.')[2]}.py")

    def find_spec(self, fullname: str, _path: Any, _target: ModuleType | None = None) -> ModuleSpec | None:
        if fullname != self.module:
            return None
        return importlib.util.spec_from_file_location(
            fullname,
            self.file,
            loader=_FromTree(fullname, self.file, self.tree),
            submodule_search_locations=[str(RULES)] if self.package else None,
        )


class _FromTree(SourceFileLoader):
    def __init__(self, fullname: str, file: str, tree: ast.Module) -> None:
        super().__init__(fullname, file)
        self.tree = tree

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.tree, f"<{fullname}>", "exec")


def _forget() -> None:
    for name in [n for n in sys.modules if n.startswith((PACKAGE, TEST_PACKAGE))]:
        del sys.modules[name]


def noticed_by(mutant: Mutant) -> str | None:
    """The first test that fails on a mutant; None when all pass."""
    changed = mutant.change()
    finder: _Changed | None = None
    loads = tomllib.loads
    if mutant.module == LAW:
        tomllib.loads = lambda text: changed if "[usual_fostering_limit]" in text else loads(text)  # type: ignore
    else:
        full = PACKAGE if mutant.module == "__init__" else f"{PACKAGE}.{mutant.module}"
        finder = _Changed(full, changed)
        sys.meta_path.insert(0, finder)
    try:
        _forget()
        return first_failure(mutant.module)
    finally:
        tomllib.loads = loads
        if finder is not None:
            sys.meta_path.remove(finder)
        _forget()


def first_failure(module: str) -> str | None:
    """Run the tests in this process, those of the module first; the first that fails, by name."""
    names = sorted(p.stem for p in TESTS.glob("test_*.py") if p.stem != "test_handbook")
    names.sort(key=lambda name: name != f"test_{module.removesuffix('.toml')}")
    for name in names:
        try:
            tests = importlib.import_module(f"{TEST_PACKAGE}.{name}")
        except Exception as error:  # whatever a mutant breaks counts as noticed
            return f"{name} (import: {type(error).__name__})"
        for test_name, test in vars(tests).items():
            if isinstance(test, FunctionType) and test_name.startswith("test_"):
                for arguments in _cases(test):
                    try:
                        test(**arguments)
                    except BaseException as error:  # pytest's own failures are no Exceptions
                        if isinstance(error, KeyboardInterrupt):
                            raise
                        return f"{name}::{test_name}"
    return None


def _cases(test: FunctionType) -> Iterator[dict[str, Any]]:
    """The arguments of each case of a test, from its `parametrize` marks."""
    tables: list[list[dict[str, Any]]] = []
    for mark in getattr(test, "pytestmark", []):
        if mark.name != "parametrize":
            continue
        names = mark.args[0]
        listed = [n.strip() for n in names.split(",")] if isinstance(names, str) else list(names)
        single = isinstance(names, str) and len(listed) == 1
        tables.append([dict(zip(listed, (row,) if single else row, strict=True)) for row in mark.args[1]])
    for rows in itertools.product(*tables):
        yield {k: v for row in rows for k, v in row.items()}


# ---- the report --------------------------------------------------------------------------------------------------


def main() -> int:
    """Run the mutants, print the score and the survivors; 1 if any survivor is not explained."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("modules", nargs="*", help="modules of matching/rules, or law.toml; all by default")
    parser.add_argument("--report", type=Path, help="write the result as Markdown")
    options = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    sys.dont_write_bytecode = True
    warnings.simplefilter("error")

    every = [p.stem for p in sorted(RULES.glob("*.py")) if p.stem not in LEFT_OUT] + [LAW]
    modules = options.modules or every
    if unknown := set(modules) - set(every):
        parser.error(f"no such modules: {', '.join(sorted(unknown))}; there are {', '.join(every)}")
    if (broken := first_failure("")) is not None:
        print(f"The tests fail on the rules as they are ({broken}): mend that first.")
        return 2
    reasons: dict[str, dict[str, str]] = tomllib.loads(
        (ROOT / "scripts" / "equivalent_mutants.toml").read_text(encoding="utf-8")
    )
    began = time.perf_counter()
    rows: list[tuple[str, int, int, int]] = []
    unexplained: list[Mutant] = []
    explained: list[tuple[Mutant, str]] = []
    stale: list[str] = []
    for module in modules:
        listed = list(mutants_of_the_law() if module == LAW else mutants_of(module))
        survivors = [m for m in listed if noticed_by(m) is None]
        known = reasons.get(module.removesuffix(".toml") if module == LAW else module, {})
        for one in survivors:
            if one.name in known:
                explained.append((one, known[one.name]))
            else:
                unexplained.append(one)
                print(f"SURVIVED {module}:{one.line} {one.name}", flush=True)
        stale += [f"{module}: {name}" for name in set(known) - {m.name for m in survivors}]
        rows.append((module, len(listed), len(listed) - len(survivors), len([m for m in survivors if m.name in known])))
        print(f"{module}: {len(listed) - len(survivors)} of {len(listed)} noticed", flush=True)
    seconds = time.perf_counter() - began
    total, noticed = sum(r[1] for r in rows), sum(r[2] for r in rows)
    print(f"{noticed} of {total} mutants noticed, {len(explained)} change no answer, {len(unexplained)} survive, "
          f"in {seconds:.0f} s")  # fmt: skip
    for name in sorted(stale):
        print(f"No longer a survivor, take it off the list: {name}")
    if options.report:
        options.report.write_text(_report(rows, explained, unexplained), encoding="utf-8", newline="\n")
    return 1 if unexplained or stale else 0


def _report(
    rows: list[tuple[str, int, int, int]], explained: list[tuple[Mutant, str]], unexplained: list[Mutant]
) -> str:
    total, noticed, same = (sum(row) for row in zip(*(r[1:] for r in rows), strict=True))
    lines = [
        "# Breaking the rules on purpose",
        "",
        "Each module of `matching/rules` and each number of `law.toml` is changed in one place at a time: an edge",
        "moved by one, a comparison turned, a condition dropped, another column, kind or number of the law read",
        "instead, a whole rule always met or left out of the list. The tests of `tests/matching/rules` (without the",
        "printed handbook) are run on each. Made by `python scripts/mutate_rules.py --report benchmarks/mutation.md`.",
        "",
        f"**{noticed} of {total} mutants are noticed; {same} change no answer, for the reasons below; "
        f"{len(unexplained)} survive unexplained.** Score, without those that change nothing: "
        f"{100 * noticed / (total - same):.1f}%.",
        "",
        "| Module | Mutants | Noticed | Change no answer | Survive |",
        "|---|---|---|---|---|",
        *(f"| {m} | {n} | {k} | {e} | {n - k - e} |" for m, n, k, e in rows),
        "",
        "## Mutants that change no answer",
        "",
        "| Module | Change | Why nobody can notice |",
        "|---|---|---|",
        *(f"| {m.module} | `{m.name.replace('|', chr(92) + '|')}` | {why} |" for m, why in explained),
    ]
    if unexplained:
        lines += ["", "## Survivors", "", *(f"- {m.module}: `{m.name}`" for m in unexplained)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
