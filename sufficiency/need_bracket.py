"""What children use and what they may need: always both ends, never one number."""

from __future__ import annotations

from reporting.section import Bullets, Cell, Column, Section, Table
from sufficiency.forecast import Forecast
from sufficiency.need_and_use import LEVELS, Band, Bracket, Recorded
from sufficiency.need_words import band_said, day_said, middle_said, months_said
from sufficiency.outputs import headline_months

_LOW, _MIDDLE, _HIGH = (LEVELS.index(level) for level in (0.1, 0.5, 0.9))


def bracket_section(forecast: Forecast, ends: Bracket) -> Section:
    """Foster homes and children's homes, as used and as they may be needed."""
    rows: list[tuple[Cell, ...]] = []
    for name, now, use, need in _lines(ends):
        for end, band in (("if all use is need", use), ("if some in children's homes needed a foster home", need)):
            cells = [_said(band, month) for month in headline_months(forecast)]
            rows.append(((name, end), now, *cells))
    columns = (
        Column("Homes"),
        Column("Used now", number=True),
        *(
            Column(f"{months_said(month)}, {day_said(int(forecast.month_ends[month - 1]))}", number=True)
            for month in headline_months(forecast)
        ),
    )
    table = Table(
        "Children who use, and who may need, each kind of home",
        columns,
        tuple(rows),
        ("Middle, and 8 in 10 futures. The two ends belong together: neither is a forecast of need by itself.",),
    )
    return Section("What children use, and what they may need", (Bullets(ends.words), table), anchor="need")


def bracket_told(forecast: Forecast, ends: Bracket) -> list[dict[str, object]]:
    """Both ends after each of the months that are told first, for `summary.json`."""
    told: list[dict[str, object]] = []
    for month in headline_months(forecast):
        line: dict[str, object] = {"months": month}
        for kind, (_, _, use, need) in zip(("foster", "residential"), _lines(ends), strict=True):
            for end, band in (("if_all_use_is_need", use), ("if_some_needed_foster", need)):
                levels = (("p10", _LOW), ("p50", _MIDDLE), ("p90", _HIGH))
                figures = {name: round(float(band.quantiles[at, month - 1, -1]), 3) for name, at in levels}
                line[f"{kind}_{end}"] = {"mean": round(float(band.mean[month - 1, -1]), 3)} | figures
        told.append(line)
    return told


def _lines(ends: Bracket) -> tuple[tuple[str, int, Band, Band], ...]:
    now: Recorded = ends.today
    return (
        ("Foster homes of every kind", int(now.foster.sum()), ends.use.foster, ends.need.foster),
        (
            "Children's homes and residential schools",
            int(now.residential.sum()),
            ends.use.residential,
            ends.need.residential,
        ),
    )


def _said(band: Band, month: int) -> tuple[Cell, ...]:
    low, middle, high = (float(band.quantiles[at, month - 1, -1]) for at in (_LOW, _MIDDLE, _HIGH))
    return tuple(dict.fromkeys((middle_said(middle, high), band_said(low, high))))
