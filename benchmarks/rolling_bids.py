"""The prices that a panel is shown, played over a year: the tier `keep`, every week, by the product's own forecast.

A round's prices (`matching.prices`) say what a home costs children who are expected in the next quarter. Here each
week's round is held against them as the app does it, and kept as `--keep-scarce` keeps: the tier `keep` before
`points`. The forecast is made from the returns of the years before. The prices of a week stand when a carer says no.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from matching.ahead import keeping
from matching.coming import Coming
from matching.prices import Prices, bid_prices
from matching.prices_lawful import room_of
from matching.question import Question
from matching.rolling import Moment, Way
from matching.rolling_homes import Lived
from matching.solvers import solve_bundles
from sufficiency.coming import Expected, coming_from
from sufficiency.usable_places import spots_of
from sufficiency.year import YearOf

NAME = "all together, tier keep"


def keeping_by_prices(of: YearOf, expected: Expected) -> Way:
    """The weekly plan with the tier `keep`. For one year only."""
    known: dict[int, Prices] = {}

    def asks(moment: Moment) -> Question:
        if moment.week not in known:
            known.clear()
            known[moment.week] = _prices(moment, of, expected)
        return keeping(moment.question, known[moment.week])

    return Way(NAME, together=True, asks=asks)


def _prices(moment: Moment, of: YearOf, expected: Expected) -> Prices:
    """The prices of the homes in this week, each as if the rest of the week's plan stood."""
    year = moment.asked.year
    lived = Lived(moment.asked, moment.lives_in)
    every = np.arange(len(year.homes), dtype=np.int64)
    register = lived.register(moment.groups[:0], moment.week, every)
    day = year.day + timedelta(days=7 * moment.week)
    coming = _of_day(coming_from(expected, spots_of(of.area), day), year.day)
    room = room_of(register, year.asked, coming.groups, moment.asked.allowed)
    at = {home_id: number for number, home_id in enumerate(room.home_ids)}
    planned = np.zeros(len(room.home_ids), dtype=np.int64)
    question = moment.question
    home_of = solve_bundles(question).home_of
    np.add.at(planned, [at[question.home_ids[home]] for home in home_of[home_of >= 0].tolist()], 1)
    return bid_prices(coming, room, planned=planned)


def _of_day(coming: Coming, day: date) -> Coming:
    """The same children, as old on another day: the rules of a year are asked as of its first day."""
    younger = coming.day - day
    groups = tuple(
        tuple(replace(one, date_of_birth=one.date_of_birth - younger) for one in group) for group in coming.groups
    )
    return replace(coming, groups=groups, day=day)
