"""Reads random valid returns in every form, one by one: `python -m benchmarks.random_returns --returns 200`.

Prints how many were read whole and everything that was said of their rows; ends with an error where one row of one
return was left out or mended, or was not counted.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from records.made_903 import FORMS, made_return, write_return
from records.sources.return_903 import read_903


def main(arguments: Sequence[str] | None = None) -> None:
    """Read them all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.random_returns", description=__doc__)
    parser.add_argument("--returns", type=int, default=200)
    parser.add_argument("--first", type=int, default=0, help="seed of the first")
    options = parser.parse_args(arguments)
    said: Counter[str] = Counter()
    rows = spoilt = 0
    for seed in range(options.first, options.first + options.returns):
        for form in FORMS:
            with TemporaryDirectory() as folder:
                made = made_return(seed)
                read = read_903(write_return(made, Path(folder), form))
            counts = read.counts.values()
            rows += sum(count.read for count in counts)
            whole = all(c.read == c.kept + c.repeated and not c.mended + c.left_out for c in counts)
            written = sum(len(of) for files in made.years.values() for of in files.values())
            if not whole or sum(count.read for count in counts) != written:
                spoilt += 1
                print(f"seed {seed}, {form}: {dict(read.counts)}")
            said.update(read.findings["rule"])
    print(f"{options.returns} returns in {len(FORMS)} forms, {rows:,} rows: {spoilt} not read whole")
    print(", ".join(f"{rule} {count:,}" for rule, count in said.most_common()))
    if spoilt:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
