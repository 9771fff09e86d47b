"""A moved lever is previewed at once; the full result follows by itself, asked for once and replaced when moved."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from frontend.office import Office
from frontend.planning import scenario_preview
from frontend.planning.orders import WorkOrder
from frontend.planning.planning import Planning
from frontend.planning.previews import Fault, Waiting
from frontend.rounds import Job
from sufficiency.scenario import scenario_from
from tests.frontend import seen
from tests.frontend.planning.conftest import COMMISSIONER, OpenPage
from tests.frontend.planning.made import FIRST, SMALL, assert_no_child

PAGE, RETENTION = "scenarios.py", "scenarios levers.retention"


@dataclass
class Asked:
    """Stands in for the process that works out previews, and notes what it was asked."""

    asks: list[tuple[str, ...]] = field(default_factory=list)
    answers: Any = field(default_factory=lambda: Waiting("Playing the futures"))

    warmed: list[tuple[str, str]] = field(default_factory=list)
    futures: list[dict[str, Any]] = field(default_factory=list)

    def ask(self, *what: str, **asked: Any) -> None:
        """A preview is asked for."""
        self.asks.append(what)
        self.futures.append(asked)

    def warm(self, council: str, first: str, **asked: Any) -> None:
        """The process is to be ready."""
        self.warmed.append((council, first))
        self.futures.append(asked)

    def answer(self, key: str) -> Any:
        """What came of it."""
        return self.answers

    def forget(self, key: str) -> None:
        """The tab looks at nothing."""

    def close(self) -> None:
        """The app ends."""


@dataclass
class Queue:
    """Stands in for the process that works out forecasts: what is asked stays at work."""

    jobs: dict[str, Job] = field(default_factory=dict)
    orders: list[WorkOrder] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)

    def start(self, store: Any, actor: Any, order: WorkOrder) -> str:
        """A full run is asked for."""
        job = Job(f"job{len(self.jobs)}", actor.user_id, actor.name, order.title)
        self.jobs[job.job_id] = job
        self.orders.append(order)
        return job.job_id

    def job(self, job_id: str, user_id: str) -> Job | None:
        """One job."""
        return self.jobs.get(job_id)

    def jobs_of(self, user_id: str) -> list[Job]:
        """None that this tab would follow."""
        return []

    def line(self) -> list[Job]:
        """Nothing for the strip above the page."""
        return []

    def cancel(self, job_id: str, user_id: str) -> None:
        """Stop one."""
        self.cancelled.append(job_id)

    def keep_what_waits(self, store: Any, actor: Any) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """The app ends."""


@pytest.fixture
def planning(planning_office: Office) -> Planning:
    """What the office has for planning, with nothing that begins a process."""
    found = planning_office.planning
    assert found is not None
    found.previews.close()
    found.previews, found.queue = Asked(), Queue()  # type: ignore[assignment]
    return found


def test_a_moved_lever_is_previewed_and_the_full_result_follows(
    planning: Planning, planning_office: Office, planning_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each move asks anew; after some seconds without one the whole is begun; a move then takes its place."""
    previews: Any = planning.previews
    queue: Any = planning.queue
    at = planning_page(PAGE, before={"scenarios find": "fewer foster carers and hosts leave"})
    assert previews.asks == []
    assert {council for council, _ in previews.warmed} == {SMALL.name}
    at.number_input(key=RETENTION).set_value(10.0).run()
    at.number_input(key=RETENTION).set_value(20.0).run()
    (_, council, first, one), (_, _, _, other) = previews.asks
    asked = planning.document(planning_office.store, COMMISSIONER, _work(planning_office))["asked"]
    assert all(one == {name: asked[name] for name in ("months", "seed", "usable_days")} for one in previews.futures)
    assert council == SMALL.name
    assert scenario_from(other.encode()).number("levers.retention").value == 0.2
    assert scenario_from(one.encode()).number("levers.retention").value == 0.1
    assert scenario_from(first.encode()).get("levers.retention") is None
    assert "Working out a preview: playing the futures" in seen.text(at)
    previews.answers = Fault(("The preview took too long.",))
    monkeypatch.setattr(scenario_preview, "STILL", 0.0)
    at.run()
    assert "The preview took too long." in seen.text(at)
    assert queue.orders == []  # what cannot be previewed is not begun by itself
    at.button(key="scenarios full").click().run()
    (order,) = queue.orders
    assert order.first == FIRST
    assert [name for name, _ in order.scenarios] == [FIRST, "My scenario"]
    assert (
        order.replications
        == planning.document(planning_office.store, COMMISSIONER, _work(planning_office))["asked"]["draws"]
    )
    assert "The full result is being worked out" in seen.text(at)
    at.number_input(key=RETENTION).set_value(30.0).run()
    assert queue.cancelled == []  # it was asked for, and is left to end
    assert len(previews.asks) == 3
    assert_no_child(seen.markup(at))


def test_a_full_run_that_began_by_itself_gives_way_to_the_next(planning: Planning, planning_page: OpenPage) -> None:
    """What nobody asked for is stopped when a lever is moved; nothing is asked of what changes nothing."""
    queue: Any = planning.queue
    at = planning_page(PAGE, before={"scenarios find": "fewer foster carers and hosts leave"})
    at.number_input(key=RETENTION).set_value(10.0).run()
    state = at.session_state["scenarios previewed"]
    state.job = queue.start(None, COMMISSIONER, WorkOrder(planning.inputs, (), FIRST))
    at.number_input(key=RETENTION).set_value(20.0).run()
    assert queue.cancelled == [state.job]
    at.button(key="scenarios undo all").click().run()
    assert "Move a lever, and see here what that does." in seen.text(at)
    assert "scenarios previewed" not in at.session_state


def test_scenarios_of_the_open_forecast_are_held_side_by_side(planning: Planning, planning_page: OpenPage) -> None:
    """Every measure, what each lever does, and what a pound buys; nothing of a child."""
    at = planning_page(PAGE, before={"scenarios part": "Compare scenarios"})
    assert "What a pound buys" in seen.text(at)
    assert "Difference in 8 of 10 futures" in seen.text(at)
    assert_no_child(seen.markup(at))


def _work(office: Office) -> str:
    return office.store.list_works(COMMISSIONER)[0].work_id
