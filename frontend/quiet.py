"""Logs that name a fault and its place, never what it was about: messages of errors may hold what is recorded."""

from __future__ import annotations

import hashlib
import logging
import sys
import threading
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

OURS: Final = frozenset({"frontend", "sufficiency", "matching", "records", "reporting", "pages"})


def reference(error: BaseException) -> str:
    """Eight characters that stand for the kind and the place of a fault, the same each time it happens."""
    return hashlib.sha256(f"{type(error).__name__} {place(error)}".encode()).hexdigest()[:8].upper()


def place(error: BaseException) -> str:
    """File and line of the fault, in our own code where it passed through it."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if OURS.intersection(Path(f.filename).parts[-4:-1])] or list(frames)
    return f"{Path(ours[-1].filename).name}, line {ours[-1].lineno}" if ours else "an unknown place"


def said(error: BaseException) -> str:
    """What a log may say of an error."""
    return f"{type(error).__name__} in {place(error)}, reference {reference(error)}"


def quieten() -> None:
    """From now on every log record of this process gives the kind and place of an error, and not its message.

    So does what Python prints of an error that nothing caught.
    """
    if getattr(logging.getLogRecordFactory(), "is_quiet", False):
        return
    usual = logging.getLogRecordFactory()

    def quiet(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = usual(*args, **kwargs)
        if record.exc_info:
            error = record.exc_info[1]
            record.exc_info, record.exc_text, record.stack_info = None, None, None
            record.msg, record.args = f"A fault: {said(error)}" if error is not None else "A fault", ()
        if isinstance(record.msg, BaseException):
            record.msg, record.args = f"A fault: {said(record.msg)}", ()
        if isinstance(record.args, tuple):
            record.args = tuple(_without_message(one) for one in record.args)
        elif isinstance(record.args, Mapping):
            record.args = {name: _without_message(one) for name, one in record.args.items()}
        return record

    quiet.is_quiet = True  # type: ignore[attr-defined]
    logging.setLogRecordFactory(quiet)
    # what nothing caught is printed by Python itself, and not through a log
    sys.excepthook = lambda _kind, error, _trace: _uncaught(error)
    threading.excepthook = lambda told: _uncaught(told.exc_value)


def _without_message(value: object) -> object:
    return said(value) if isinstance(value, BaseException) else value


def _uncaught(error: BaseException | None) -> None:
    if error is not None and not isinstance(error, KeyboardInterrupt):
        logging.getLogger("placewell").critical("An error that nothing caught", exc_info=error)
