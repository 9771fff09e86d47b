"""`placewell app --demo` without its forecasts, which would be worked out beside all other tests."""

from __future__ import annotations

import sys

import frontend.planning.demo
from frontend.cli import main

if __name__ == "__main__":
    frontend.planning.demo.begin = lambda *_: ("", "")
    sys.exit(main())
