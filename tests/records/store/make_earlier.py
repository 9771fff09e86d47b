"""Make the store that tests of later versions upgrade: python -m tests.records.store.make_earlier.

Run once for each new form, by the version that has it, and never again: the file is what that version wrote.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from records.store import create, local_actor, open_store
from records.store.forms import newest_revision
from tests.records.store.stories import FOSTERING, Clock, because, kept_run, override, take, wishes

EARLIER = Path(__file__).parent / "earlier"


def main() -> None:
    """Write `earlier/REVISION.zip`: a backup of a store with a little of everything."""
    clock, me = Clock(), local_actor()
    with tempfile.TemporaryDirectory() as folder:
        place = str(Path(folder) / "placewell.db")
        create(place, clock)
        store = open_store(place, clock=clock)
        run = kept_run(store, me)
        match = store.propose_match(me, run, "F1", "H2", "foster", because())
        approved = because(
            outcome="agreed", capacity="nominated officer", wishes=wishes("C1", "C2"), overrides=[override("LOC-03")]
        )
        take(store, me, match, *FOSTERING, decided=approved)
        store.pin(me, "C3", "H1", "promised")
        store.veto(me, ["C1", "C2"], "H1", "too far")
        question = store.ask_question(me, "C3", "H2", "HLT-05", "Does anybody smoke?")
        store.answer_question(me, question.thing_id, 1, "No.", "supervising social worker")
        store.bar(me, "ann", child_id="C1")
        store.hold(me, "home:H3", "an inquiry")
        store.backup(me, EARLIER / f"{newest_revision()}.zip")
        store.close()


if __name__ == "__main__":
    main()
