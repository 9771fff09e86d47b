"""Logs name a fault and its place; what was recorded about anybody never reaches them."""

from __future__ import annotations

import io
import logging
import sys
import threading
from collections.abc import Iterator

import pytest

from frontend.quiet import place, quieten, reference, said

NHS_NUMBER = "943 476 5919"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What a quiet process writes, with its usual tracebacks and stacks."""
    usual, hooks = logging.getLogRecordFactory(), (sys.excepthook, threading.excepthook)
    quieten()
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
    logger = logging.getLogger("planted")
    logger.addHandler(handler)
    logger.propagate = False
    yield written
    logger.removeHandler(handler)
    logger.propagate = True
    logging.setLogRecordFactory(usual)
    sys.excepthook, threading.excepthook = hooks


def planted() -> Exception:
    """An error whose message holds what it must not, raised and caught, with another as its cause."""
    try:
        try:
            raise KeyError(f"child {NHS_NUMBER}")
        except KeyError as cause:
            raise ValueError(f"no home for {NHS_NUMBER}") from cause
    except ValueError as error:
        return error


def test_a_traceback_never_reaches_the_log(log: io.StringIO) -> None:
    """With exc_info in each form: kind, place and reference are there, the message and its cause's are not."""
    logger, error = logging.getLogger("planted"), planted()
    logger.error("It failed for %s", NHS_NUMBER, exc_info=error)
    logger.error("It failed", exc_info=(type(error), error, error.__traceback__))
    try:
        raise error
    except ValueError:
        logger.exception("Uncaught app execution: %s", error)
    written = log.getvalue()
    assert NHS_NUMBER not in written
    assert "Traceback" not in written
    assert written.count("ValueError in test_quiet.py, line") == 3
    assert written.count(reference(error)) == 3 or reference(planted()) in written


def test_an_error_among_the_arguments_is_said_without_its_message(log: io.StringIO) -> None:
    """`logger.warning("%s", error)` and its like."""
    error = planted()
    logging.getLogger("planted").warning("Could not %s: %s (%r)", "open", error, error)
    assert NHS_NUMBER not in log.getvalue()
    assert log.getvalue().count(said(error)) >= 1
    assert "Could not open" in log.getvalue()


def test_an_error_as_the_message_itself_is_said_without_it(log: io.StringIO) -> None:
    """`logger.error(error)`."""
    logging.getLogger("planted").error(planted())
    assert NHS_NUMBER not in log.getvalue()
    assert "ValueError in test_quiet.py" in log.getvalue()


def test_an_error_under_a_name_is_said_without_its_message(log: io.StringIO) -> None:
    """`logger.error("%(error)s", {"error": error})`."""
    logging.getLogger("planted").error("Failed: %(error)s", {"error": planted()})
    assert NHS_NUMBER not in log.getvalue()
    assert "Failed: ValueError in test_quiet.py" in log.getvalue()


def test_what_nothing_caught_is_said_without_its_message(log: io.StringIO, capfd: pytest.CaptureFixture[str]) -> None:
    """An error that ends a thread, or the process, is printed by Python: as kind and place alone."""
    ours, error = logging.getLogger("placewell"), planted()
    handler = logging.getLogger("planted").handlers[0]
    ours.addHandler(handler)
    thread = threading.Thread(target=lambda: (_ for _ in ()).throw(error))
    thread.start()
    thread.join()
    sys.excepthook(type(error), error, error.__traceback__)
    ours.removeHandler(handler)
    printed = capfd.readouterr()
    assert NHS_NUMBER not in log.getvalue() + printed.out + printed.err
    assert log.getvalue().count("CRITICAL placewell A fault: ValueError in test_quiet.py") == 2


def test_the_usual_messages_are_left_as_they_are(log: io.StringIO) -> None:
    """What holds no error is written as before; being quiet twice is being quiet once."""
    quieten()
    logging.getLogger("planted").info("never shown")
    logging.getLogger("planted").warning("%d pages in %s", 8, "a second")
    logging.getLogger("planted").error("No error here", exc_info=True)
    assert log.getvalue() == "WARNING planted 8 pages in a second\nERROR planted A fault\n"


def test_a_reference_stands_for_the_place_of_a_fault_and_not_for_what_was_in_it() -> None:
    """The same fault about two children has one reference; another place has another."""

    def fault(about: str) -> ValueError:
        try:
            raise ValueError(about)
        except ValueError as error:
            return error

    assert reference(fault("C1")) == reference(fault("C2"))
    assert reference(fault("C1")) != reference(planted())
    assert len(reference(fault("C1"))) == 8
    assert place(ValueError("never raised")) == "an unknown place"
