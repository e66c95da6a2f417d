"""Measure linking on the label sets: python -m tests.benchmarks.link_labels [--errors SET].

Prints set × precision, recall, F1 over string–id pairs, and strings a second.
"""

import argparse
import time
from collections.abc import Sequence

from pipelines import resolve
from pipelines.link import match
from pipelines.link.match import Linker
from tests.benchmarks import labels, link_errors
from tests.benchmarks.labels import REAL, Label


def measure(linker: Linker, rows: Sequence[Label]) -> tuple[float, float, float]:
    """Return precision, recall over string–id pairs, and strings a second."""
    start = time.perf_counter()
    links = [match.one(linker, row.name, row.country, row.context) for row in rows]
    seconds = time.perf_counter() - start
    found = [
        frozenset(link.credited_ids if row.asks == "credited" else link.named_ids)
        for link, row in zip(links, rows, strict=True)
    ]
    right = sum(len(f & row.right) for f, row in zip(found, rows, strict=True))
    said, wanted = sum(map(len, found)), sum(len(row.right) for row in rows)
    return right / max(said, 1), right / max(wanted, 1), len(rows) / seconds


def main() -> None:
    """Print a table of all sets, or what was wrong and missed on one."""
    sets = labels.read()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--errors", metavar="SET", choices=sorted(sets), help=f"one of {', '.join(sets)}")
    asked = parser.parse_args()
    linker = resolve.linker(next((REAL / "ror").glob("*.zip")))
    if asked.errors:
        link_errors.show(linker, sets[asked.errors])
        return
    match.one(linker, "Warm up the retrieval")  # its index is built at first use
    print(f"{'set':<28}{'strings':>8}{'precision':>11}{'recall':>8}{'F1':>8}{'strings/s':>11}")
    for name, rows in sets.items():
        p, r, speed = measure(linker, rows)
        print(f"{name:<28}{len(rows):>8,}{p:>11.3f}{r:>8.3f}{2 * p * r / (p + r):>8.3f}{speed:>11,.0f}")


if __name__ == "__main__":
    main()
