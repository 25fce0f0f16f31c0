"""`python -m tools.docs.sample OUT [--tasks N] [--seed N]`: makes the sample repository in the new folder OUT."""

from __future__ import annotations

import argparse
import time

from tools.docs.sample.make import make_sample


def main() -> None:
    """Make the repository that the command line asks for, and say where it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", help="a folder that does not exist or is empty")
    parser.add_argument("--tasks", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    started = time.perf_counter()
    top = make_sample(asked.out, tasks=asked.tasks, seed=asked.seed)
    print(f"{top}: {asked.tasks} tasks in {time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    main()
