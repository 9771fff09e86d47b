"""How counts, bands and days of a forecast are said: whole children, and few of them in words."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import numpy as np

from sufficiency.forecast import Array, Forecast, middle_quantiles

FEW: Final = 5
"""A band that ends below this many children is said in words: its middle would be read as a fact."""
FEWER: Final = f"fewer than {FEW}"
FUTURES: Final = {0.5: "5 in 10 futures", 0.8: "8 in 10 futures", 0.95: "19 in 20 futures"}
MONTH_NAMES: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class Spread:
    """Where counts lie over the draws: the mean, the middle and the ends of the bands, each of shape [months]."""

    def __init__(self, counts: Array) -> None:
        self.mean = counts.mean(axis=0)
        ends = middle_quantiles(counts, (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975))
        self.middle = ends[3]
        self.bands = {0.95: (ends[0], ends[6]), 0.8: (ends[1], ends[5]), 0.5: (ends[2], ends[4])}
        """Share of the futures to the low and the high end, from the widest band to the narrowest."""

    def said(self, month: int) -> str:
        """The middle after so many months."""
        return middle_said(float(self.middle[month - 1]), float(self.bands[0.8][1][month - 1]))

    def both_said(self, month: int) -> tuple[str, ...]:
        """The middle over the band of 8 in 10 futures; once where both are so few."""
        return tuple(dict.fromkeys((self.said(month), self.band_said(month))))

    def band_said(self, month: int, share: float = 0.8) -> str:
        """The band after so many months."""
        low, high = self.bands[share]
        return band_said(float(low[month - 1]), float(high[month - 1]))


def whole(value: float) -> int:
    """To the nearest child."""
    return int(np.rint(value))


def middle_said(middle: float, high: float) -> str:
    """The middle of a band whose upper end is `high`."""
    return FEWER if whole(high) < FEW else f"{whole(middle):,}"


def band_said(low: float, high: float) -> str:
    """From the lower end of a band to its upper end."""
    if whole(high) < FEW:
        return FEWER
    return f"{whole(low):,} to {whole(high):,}"


def signed(change: float) -> str:
    """A change with its sign."""
    value = whole(change)
    return f"+{value:,}" if value > 0 else f"−{-value:,}" if value < 0 else "0"


def in_100(share: float) -> str:
    """A share as so many of a hundred, never none or all where it is neither."""
    many = whole(100 * share)
    if many <= 0 < share:
        return "fewer than 1 in 100"
    if many >= 100 and share < 1:
        return "more than 99 in 100"
    return f"{many} in 100"


def date_of(day: int) -> date:
    """The date of a whole day since 1970-01-01."""
    return date(1970, 1, 1) + timedelta(days=int(day))


def day_said(day: int | date) -> str:
    """31 March 2022."""
    one = day if isinstance(day, date) else date_of(day)
    return f"{one.day} {MONTH_NAMES[one.month - 1]} {one.year}"


def month_said(day: int | date) -> str:
    """March 2022."""
    one = day if isinstance(day, date) else date_of(day)
    return f"{MONTH_NAMES[one.month - 1]} {one.year}"


def after_said(forecast: Forecast, month: int) -> str:
    """In 12 months, on 31 March 2022."""
    return f"in {months_said(month)}, on {day_said(int(forecast.month_ends[month - 1]))}"


def months_said(months: int) -> str:
    """12 months; 1 month."""
    return f"{months} month{'' if months == 1 else 's'}"


def capital(text: str) -> str:
    """With a capital first letter."""
    return text[:1].upper() + text[1:]


def listed(parts: list[str]) -> str:
    """a, b and c."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
