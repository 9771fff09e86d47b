"""A limit on the memory of this process, for work on data that might be too large or hostile."""

from __future__ import annotations

import os
import sys

MEGABYTE = 1 << 20


def limit_memory(memory_mb: int | None) -> tuple[str, ...]:
    """Limit this process to so many megabytes; a note where the system cannot."""
    if memory_mb is None:
        return ()
    if sys.platform != "linux":
        return (f"The limit of {memory_mb:,} MB was not kept: this system has no such limit for a process.",)
    import resource

    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 (no path of ours)
        reserved, used = (int(pages) * os.sysconf("SC_PAGE_SIZE") for pages in file.read().split()[:2])
    # the limit is on memory reserved; libraries reserve far more than they use, and that is not the solver's
    limit = reserved - used + memory_mb * MEGABYTE
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))
    return ()
