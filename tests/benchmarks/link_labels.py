"""Measure linking on the label sets: python -m tests.benchmarks.link_labels.

Prints set × precision, recall, F1 over string–id pairs, and strings a second.
"""

import ast
import csv
import json
import time
from pathlib import Path

from pipelines import resolve
from pipelines.link import context, match
from pipelines.link.match import Linker

REAL = Path(__file__).resolve().parents[2].parent / "shared" / "real"
Labels = list[tuple[str, str, frozenset[str]]]


def label_sets(labels: Path) -> dict[str, Labels]:
    """Read the label sets as (name, context, right ids); patents by the institution credited."""

    def rows(name: str) -> list[dict[str, str]]:
        with (labels / name).open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    def ids(*values: str) -> frozenset[str]:
        return frozenset(v for v in values if v.startswith("https://ror.org/"))

    names = json.loads((labels / "organisation_names.json").read_text("utf-8"))
    crossref = json.loads((labels / "affiliations_crossref_2024.json").read_text("utf-8"))
    return {
        "organisation_names": [(r["affiliation"], "", ids(r["ror-id"])) for r in names],
        "ipeds_names": [
            (r["org_name"], context.write(context.Context(state=r["state"])), ids(r["ror_id"]))
            for r in rows("ipeds_names.csv")
        ],
        "patent_assignees": [(r["assignee_string"], "", ids(r["ror_rollup"])) for r in rows("patent_assignees.csv")],
        "crossref_2024": [(r["affiliation"], "", ids(*r["ror_ids"])) for r in crossref],
        "api_logs": [(r["affiliation"], "", ids(r["ror_id"])) for r in rows("affiliations_api_logs.csv")],
        "s2aff": [
            (r["original_affiliation"], "", ids(*ast.literal_eval(r["labels"]))) for r in rows("affiliations_s2aff.csv")
        ],
    }


def measure(linker: Linker, labels: Labels, answer: str, country: str = "") -> tuple[float, float, float]:
    """Return precision, recall over string–id pairs, and strings a second; `answer` is a field of Link."""
    start = time.perf_counter()
    found = [frozenset(getattr(match.one(linker, name, country, about), answer)) for name, about, _ in labels]
    seconds = time.perf_counter() - start
    right = sum(len(f & w) for f, (_, _, w) in zip(found, labels, strict=True))
    said, wanted = sum(map(len, found)), sum(len(w) for _, _, w in labels)
    return right / max(said, 1), right / max(wanted, 1), len(labels) / seconds


def main() -> None:
    """Print a table of all sets, by the organisation named and by the one credited."""
    linker = resolve.linker(next((REAL / "ror").glob("*.zip")))
    match.one(linker, "Warm up the retrieval")  # its index is built at first use
    print(f"{'set':<20}{'answer':<14}{'strings':>8}{'precision':>11}{'recall':>8}{'F1':>8}{'strings/s':>11}")
    for name, labels in label_sets(REAL / "labels").items():
        for answer in ("named_ids", "credited_ids"):
            p, r, speed = measure(linker, labels, answer, "US" if name == "ipeds_names" else "")
            f1 = 2 * p * r / (p + r)
            print(f"{name:<20}{answer:<14}{len(labels):>8,}{p:>11.3f}{r:>8.3f}{f1:>8.3f}{speed:>11,.0f}")


if __name__ == "__main__":
    main()
