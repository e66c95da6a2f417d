"""The label sets as one kind of row: a name as written, what its record says beside it, and the right organisations.

Seven public files, two of their columns for patents, read from beside the project and never copied into it.
Publisher-asserted labels are noisy and hold one organisation each where the string may name several.
"""

import ast
import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pipelines.link import context

REAL = Path(__file__).resolve().parents[3].parent / "shared" / "real"
ROR = "https://ror.org/"


@dataclass(frozen=True)
class Label:
    """A name with its country (ISO 3166 alpha-2 or '') and context, and the ROR ids that are right: none, one or many.

    `asks` says which of the two answers the label is about: the organisation `named` or the institution `credited`;
    `set` is the name of its set.
    """

    name: str
    right: frozenset[str]
    country: str = ""
    context: str = ""
    asks: str = "named"
    set: str = ""


def read(folder: Path = REAL / "labels") -> dict[str, list[Label]]:
    """Read every label set, by its name in the bench."""

    def rows(file: str) -> Iterator[dict[str, str]]:
        with (folder / file).open(encoding="utf-8-sig", newline="") as opened:
            yield from csv.DictReader(opened)

    def listed(file: str) -> list[dict[str, str]]:
        found: list[dict[str, str]] = json.loads((folder / file).read_text("utf-8"))
        return found

    patents = list(rows("patent_assignees.csv"))
    found = {
        "crossref_2024": [
            Label(r["affiliation"], ids(*r["ror_ids"])) for r in listed("affiliations_crossref_2024.json")
        ],
        "organisation_names": [Label(r["affiliation"], ids(r["ror-id"])) for r in listed("organisation_names.json")],
        "ipeds_names": [
            Label(r["org_name"], ids(r["ror_id"]), "US", context.write(context.Context(state=r["state"])))
            for r in rows("ipeds_names.csv")
        ],
        "patent_assignees_named": [Label(r["assignee_string"], ids(r["ror_named"])) for r in patents],
        "patent_assignees_credited": [
            Label(r["assignee_string"], ids(r["ror_rollup"]), asks="credited") for r in patents
        ],
        "api_logs": [Label(r["affiliation"], ids(r["ror_id"])) for r in rows("affiliations_api_logs.csv")],
        "s2aff": [
            Label(r["original_affiliation"], ids(*ast.literal_eval(r["labels"])))
            for r in rows("affiliations_s2aff.csv")
        ],
        "publisher_asserted": [
            Label(r["affiliation"], ids(r["ror_id"])) for r in rows("affiliations_publisher_asserted.csv")
        ],
    }
    return {name: [replace(label, set=name) for label in some] for name, some in found.items()}


def ids(*values: str) -> frozenset[str]:
    """Keep the ROR addresses among some values; `NP` and blanks mean that no organisation is right.

    >>> sorted(ids("https://ror.org/02kzqn938; https://ror.org/02vjkv261", "NP", ""))
    ['https://ror.org/02kzqn938', 'https://ror.org/02vjkv261']
    """
    told = (id_.strip() for value in values for id_ in value.split(";"))
    return frozenset(id_ for id_ in told if id_.startswith(ROR))
