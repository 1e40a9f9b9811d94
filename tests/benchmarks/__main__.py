"""Run the benchmarks: ``python -m tests.benchmarks``; exit 1 if a goal is missed."""

from __future__ import annotations

import argparse
import sys

from tests.benchmarks import calling, generation, idle_plugin


def main() -> int:
    """Measure all; a missed goal does not stop the others."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="rounds of the generation benchmark")
    parser.add_argument("--calls", type=int, default=40, help="rounds of the benchmark of the links")
    parser.add_argument("--pairs", type=int, default=40, help="rounds of the start-up benchmark")
    asked = parser.parse_args()
    return 0 if all([generation.main(asked.rounds), calling.main(asked.calls), idle_plugin.main(asked.pairs)]) else 1


if __name__ == "__main__":
    sys.exit(main())
