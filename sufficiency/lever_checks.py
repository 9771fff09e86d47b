"""What is wrong with the levers of a scenario beside its figures: less than nothing, or more than the whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from sufficiency.lever_figures import RECRUITED
from sufficiency.scenario_faults import NO_FORECAST, Fault, nearest, shown
from sufficiency.scenario_values import Figure, Quantity, Span

_RECRUITMENT: Final = "levers.recruitment."
_LESS: Final = "Write a smaller cut, or a narrower interval."
_MORE: Final = "Write less, or a narrower interval."


def not_recruited(file: str, dotted: str) -> Fault | None:
    """What is wrong with a table of recruitment that names nobody who can be recruited, or None for any other."""
    name = dotted.removeprefix(_RECRUITMENT)
    if name == dotted or name.split(".")[0] in RECRUITED:
        return None
    if name == "kin":
        return Fault(
            file,
            dotted,
            "nobody can be recruited as kin: relatives and friends are approved for a named child, and do not enquire.",
            "The lever could not work.",
            "Change supply.kin_approved instead, or take the lever out.",
        )
    what = f"there is no segment of households {shown(name)[:80]}{nearest(name, RECRUITED)}."
    return Fault(
        file, dotted[:120], what, "Nobody could be recruited for it.", f"Write one of: {', '.join(RECRUITED)}."
    )


def check_levers(figures: Mapping[str, Figure]) -> Iterator[Fault]:
    """What the levers come to with the figures that they change; what is missing is said elsewhere."""
    yield from _below_nought(figures)
    yield from _above_the_whole(figures)
    yield from _nobody_to_assess(figures)


def _below_nought(figures: Mapping[str, Figure]) -> Iterator[Fault]:
    cut = {
        "levers.assessors": ("supply.assessments", "assessments that can begin in a month"),
        "levers.transfers": ("supply.transfers_in", "households a year that come over from agencies"),
        "levers.supported_lodgings_scheme": ("supply.enquiries.supported_lodgings", "enquiries a year from hosts"),
    } | {f"{_RECRUITMENT}{name}": (f"supply.enquiries.{name}", "enquiries a year") for name in RECRUITED}
    for name, (of, what) in cut.items():
        lever, base = _number(figures, name), _span(figures, of)
        if lever is None or base is None:
            continue
        others = [key for key, (same, _) in cut.items() if same == of and key != name]
        beside = sum(one.low for one in (_number(figures, key) for key in others) if one is not None)
        if lever.low < 0 and base[0] + beside + lever.low < 0:
            left = base[0] + beside + lever.low
            words = f"with it there would be as few as {left:,.9g} {what} ({of} is {base[0]:g})."
            yield Fault(lever.file, name, words, "Less than none cannot be.", _LESS)
    lever = _number(figures, "levers.assessment_time")
    takes, panel = (
        _span(figures, "fostering.pipeline.months_to_approval"),
        _span(figures, "supply.pipeline.months_at_panel"),
    )
    if lever is not None and takes is not None and panel is not None and lever.high > takes[0] - panel[2]:
        stage = f"{takes[0] - panel[2]:g} (fostering.pipeline.months_to_approval less supply.pipeline.months_at_panel)"
        words = f"it takes up to {lever.high:g} months off an assessment that takes {stage}."
        yield Fault(lever.file, lever.key, words, "No assessment can end before it begins.", _MORE)


def _above_the_whole(figures: Mapping[str, Figure]) -> Iterator[Fault]:
    lever, share = _number(figures, "levers.conversion"), "fostering.pipeline.approved_per_completed_application"
    base, panel = _span(figures, share), _span(figures, "supply.pipeline.approved_at_panel")
    if lever is not None and base is not None and panel is not None:
        yield from _outside(lever, base, panel[0], "of assessments would end in approval", f"{share} is")
    lever, each = _number(figures, "levers.hub"), "fostering.pipeline.enquiries_per_application_council"
    number = _span(figures, each)
    if lever is not None and number is not None:
        base = (1 / number[2], 1 / number[1], 1 / number[0])
        yield from _outside(lever, base, 1.0, "of enquirers would apply", f"one over {each} is")
    lever, fewer = _number(figures, "levers.fees"), _span(figures, "supply.leaving.fewer_for_fees")
    if lever is not None and fewer is not None and lever.high / 10 * fewer[2] > 1:
        words = (
            f"up to £{lever.high:g} a week more would keep {lever.high / 10 * fewer[2]:.0%} of those who leave "
            f"(supply.leaving.fewer_for_fees is up to {fewer[2]:g} for each £10)."
        )
        yield Fault(lever.file, lever.key, words, "Nobody keeps more than all of them.", _MORE)


def _outside(lever: Quantity, base: Span, most: float, what: str, where: str) -> Iterator[Fault]:
    """Shares that a lever is added to, where they would leave 0 to `most`."""
    if lever.low + base[0] < 0:
        words = f"with it as few as {lever.low + base[0]:.0%} {what} ({where} {base[0]:g})."
        yield Fault(lever.file, lever.key, words, "Less than none cannot be.", _LESS)
    if lever.high + base[2] > most:
        words = f"with it up to {lever.high + base[2]:.0%} {what}, and {most:.4g} is the most ({where} {base[2]:g})."
        yield Fault(lever.file, lever.key, words, "They are shares of the same people.", _MORE)


def _nobody_to_assess(figures: Mapping[str, Figure]) -> Iterator[Fault]:
    able, more = _span(figures, "supply.assessments"), _number(figures, "levers.assessors")
    if able is None or able[2] + (0.0 if more is None else more.high) > 0:
        return
    for name in (
        *(f"{_RECRUITMENT}{segment}" for segment in RECRUITED),
        "levers.supported_lodgings_scheme",
        "levers.hub",
    ):
        lever = _number(figures, name)
        if lever is not None and lever.high > 0:
            words = "nobody can be assessed: supply.assessments and levers.assessors come to none a month."
            mend = "State how many assessments can begin in a month, or take the lever out."
            yield Fault(lever.file, name, words, f"Nobody would be approved. {NO_FORECAST}", mend)


def _number(figures: Mapping[str, Figure], key: str) -> Quantity | None:
    figure = figures.get(key)
    return figure if isinstance(figure, Quantity) else None


def _span(figures: Mapping[str, Figure], key: str) -> Span | None:
    figure = _number(figures, key)
    return None if figure is None else figure.span
