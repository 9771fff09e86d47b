"""How the tests are run."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# A busy computer is no fault of what is tested: how long an example takes says nothing.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

# Tests run beside each other; matrix libraries with threads of their own would only get in each other's way.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: a test that drives a browser, or waits for a session to end, waits a good deal."""
    return (os.cpu_count() or 1) + 1
