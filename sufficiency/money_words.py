"""How sums of money are said: with as many figures as a forecast of them can bear."""

from __future__ import annotations

from sufficiency.need_words import whole


def pounds(amount: float) -> str:
    """£12.3 million; £840,000; £9,400; £310: three figures at most, with its sign."""
    sign, size = ("−" if amount < 0 else ""), abs(amount)
    if size >= 999_500:
        millions = size / 1e6
        text = f"{millions:.2f}" if millions < 9.995 else f"{millions:.1f}" if millions < 99.95 else f"{millions:,.0f}"
        return f"{sign}£{text} million"
    step = 1_000 if size >= 99_950 else 100 if size >= 9_995 else 10 if size >= 995 else 1
    rounded = whole(size / step) * step
    return f"{sign if rounded else ''}£{rounded:,}"


def pounds_band(low: float, high: float) -> str:
    """From the lower end to the upper."""
    return f"{pounds(low)} to {pounds(high)}"
