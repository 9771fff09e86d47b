"""What the app of a commissioner takes, in memory and in time: `python -m benchmarks.app_memory`.

Starts `placewell app --demo` as people do, waits for its first forecast, and then opens five browsers on it, each on
another planning page with the forecast open; then all five move a lever. Prints

- the memory (proportional set size, where the system tells it) of the app's process, and of all that it started: idle
  after the start, after a first page, with the forecast kept, with five people, and after they moved levers
- how long each planning page takes in a browser, from the press on its link until it stands still: middle and 95th
- how long a moved lever takes until its preview is there: the first, which reads the returns, and those after

`--runs 20`: how often each page is opened. `--wait 900`: the most seconds for the forecast. Linux alone, with Chromium
as for the tests of the browser.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import numpy as np
from playwright.sync_api import Browser, sync_playwright

from frontend.contents import ENOUGH, PAGES
from tests.browser.conftest import QUIET, chromium
from tests.browser.looking import WIDE, Watched, tab
from tests.browser.serving import Server, running

PEOPLE: Final = 5
LEVERS: Final = 5
AIM_PAGE, AIM_PREVIEW = 1.0, 3.0
PLANNING: Final = [entry.title for entry in PAGES if entry.group == ENOUGH]
PREVIEWED: Final = "Preview: 100 futures"


def memory(process: int) -> tuple[float, float, float]:
    """Megabytes of a process, of all its descendants, and of the largest of those."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            told = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        children.setdefault(int(told[1]), []).append(int(stat.parent.name))
    below, waiting = [], list(children.get(process, ()))
    while waiting:
        one = waiting.pop()
        below.append(_megabytes(one))
        waiting += children.get(one, ())
    return _megabytes(process), sum(below), max(below, default=0.0)


def _megabytes(process: int) -> float:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def say_memory(words: str, server: Server) -> None:
    """One line."""
    own, below, largest = memory(server.process.pid)
    print(f"{words:<46}{own:>7.0f} MB, and {below:.0f} MB beside it (largest {largest:.0f} MB)", flush=True)


@contextmanager
def tabs(browser: Browser, server: Server, many: int) -> Iterator[list[Watched]]:
    """So many people, each with a browser of their own."""
    with ExitStack() as left:
        found = []
        for _ in range(many):
            context = browser.new_context(viewport=WIDE, locale="en-GB", timezone_id="Europe/London")  # type: ignore
            left.callback(context.close)
            found.append(tab(context, server).open())
            found[-1].act_as("Commissioner")
        yield found


def is_at_work(one: Watched) -> bool:
    """Whether a forecast is still being worked out."""
    return "being worked out" in one.text or "No forecast has been worked out yet" in one.text


def page_times(one: Watched, runs: int) -> None:
    """How long each page takes from the press on its link."""
    print(f"\n{'page, in a browser':<34}{'first':>8}{'p50':>8}{'p95':>8}   goal {AIM_PAGE:g} s")
    seconds: dict[str, list[float]] = {title: [] for title in PLANNING}
    for _ in range(runs + 1):
        for title in PLANNING:
            began = time.perf_counter()
            one.go(title)
            seconds[title].append(time.perf_counter() - began)
    for title, (first, *later) in seconds.items():
        p50, p95 = np.percentile(later, [50, 95])
        print(f"{title:<34}{first:>8.2f}{p50:>8.2f}{p95:>8.2f}{'   LATE' if p95 > AIM_PAGE else ''}", flush=True)


def move(one: Watched, lever: int) -> float:
    """Move a lever of those that are shown a little further; seconds until its preview is there."""
    boxes = one.main.get_by_test_id("stNumberInput").locator("input")
    box = boxes.nth(lever % boxes.count())
    box.fill(str(float(box.get_attribute("min") or 0) + float(box.get_attribute("step") or 1) * (2 + lever)))
    began = time.perf_counter()
    box.press("Enter")
    one.page.wait_for_timeout(300)  # until then what stands there is the preview before
    one.sees(PREVIEWED, 300)
    return time.perf_counter() - began


def main() -> None:
    """Start, open, move, print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--runs", type=int, default=20)
    options.add_argument("--wait", type=float, default=900.0)
    given = options.parse_args()
    found = chromium()
    if found is None:
        raise SystemExit("There is no Chromium on this computer: install it, or set PLACEWELL_CHROMIUM.")
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder, began = Path(name), time.perf_counter()
        browser = playwright.chromium.launch(executable_path=found, args=list(QUIET))
        with running("--demo", "--out", str(folder / "council"), folder=folder) as server:
            print(f"Open after {time.perf_counter() - began:.0f} s")
            say_memory("idle, its first forecast at work", server)
            with tabs(browser, server, PEOPLE) as people:
                say_memory("five people on Today", server)
                first = people[0].go("Need")
                while is_at_work(first):
                    if time.perf_counter() - began > given.wait:
                        raise SystemExit(f"No forecast after {given.wait:.0f} s.")
                    first.page.wait_for_timeout(2000)
                print(f"Forecasts done after {time.perf_counter() - began:.0f} s")
                say_memory("forecast kept", server)
                for one, title in zip(people, PLANNING, strict=False):
                    one.go(title)
                say_memory("five people, each on another page", server)
                page_times(first, given.runs)
                say_memory("after every page", server)
                for one in people:
                    one.go("Scenarios").pick("What do you want to do?", "Build a scenario")
                print(f"\nfirst preview, from nothing: {move(people[0], 0):.1f} s")
                say_memory("council warm", server)
                later = [move(people[at % PEOPLE], at) for at in range(1, LEVERS + 1)]
                p50, p95 = np.percentile(later, [50, 95])
                print(f"previews after it, one person after the other: p50 {p50:.1f} s, p95 {p95:.1f} s")
                say_memory("five people moved levers", server)
        browser.close()


if __name__ == "__main__":
    main()
