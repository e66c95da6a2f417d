"""What a recorded conveyance is: the ordered rules of the seed `conveyance_rules`, in Python and as SQL macros.

The first rule wins whose pattern is found in the text and whose conditions hold. A confirmatory licence goes to the
government that paid for the research: no rule makes a licence to a company of it. Patterns keep to what Python and
DuckDB both understand, and a test holds the two against each other.
"""

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb

from expectations.contract import literal

SEED = Path(__file__).resolve().parents[2] / "warehouse" / "seeds" / "conveyance_rules.csv"

CONDITIONS = ("from_persons", "to_organisation", "to_government", "employer")
"""What a rule may ask of the parties: all grantors are persons; a grantee is none; a grantee is the government; the
research data set flags the inventors' first assignment to their employer."""


@dataclass(frozen=True)
class Rule:
    """A rule: its name, the kind it gives, a pattern of the text, a type of UPAD's, conditions, why, and whence."""

    name: str
    kind: str
    text: str
    convey_ty: str
    parties: tuple[str, ...]
    reason: str
    source: str


@cache
def rules() -> tuple[Rule, ...]:
    """Read the rules in their order. Raises ValueError where one names a condition that there is none of."""
    with SEED.open(encoding="utf-8", newline="") as file:
        found = tuple(
            Rule(r["rule"], r["kind"], r["text"], r["convey_ty"], tuple(r["parties"].split()), r["reason"], r["source"])
            for r in csv.DictReader(file)
        )
    if odd := {condition for rule in found for condition in rule.parties} - set(CONDITIONS):
        raise ValueError(f"{SEED.name}: no condition is called {', '.join(sorted(odd))}")
    return found


def normal(text: str | None) -> str:
    """Return a text in capitals, without apostrophes, with single blanks.

    >>> normal("Assignment of assignor’s  interest "), normal("ASSIGNMENT OF ASSIGNORS INTEREST"), normal(None)
    ('ASSIGNMENT OF ASSIGNORS INTEREST', 'ASSIGNMENT OF ASSIGNORS INTEREST', '')
    """
    return re.sub(r"\s+", " ", re.sub("['’‘`´]", "", text or "")).strip().upper()


def classify(
    text: str | None,
    convey_ty: str | None = "",
    employer_assign: bool = False,
    from_persons: bool = False,
    to_government: bool = False,
    to_organisation: bool = True,
) -> tuple[str, str]:
    """Return the kind of a conveyance, and the rule that says so.

    >>> classify("CONFIRMATORY LICENSE", to_government=True)
    ('confirmatory_licence', 'confirmatory_licence')
    >>> classify("ASSIGNMENT OF ASSIGNOR'S INTEREST", from_persons=True), classify("EXCLUSIVE LICENCE AGREEMENT")
    (('employer_assignment', 'assignment_by_persons'), ('licence', 'licence'))
    """
    plain, type_ = normal(text), (convey_ty or "").strip().lower()
    holds = dict(zip(CONDITIONS, (from_persons, to_organisation, to_government, employer_assign), strict=True))
    for rule in rules():
        if (
            re.search(rule.text, plain)
            and rule.convey_ty in ("", type_)
            and all(holds[condition] for condition in rule.parties)
        ):
            return rule.kind, rule.name
    raise AssertionError("the last rule has no condition")


def install(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the macros `conveyance_text(text)` and `conveyance_rule(normal text, type, conditions…)`.

    The conditions are those of CONDITIONS, in their order. The table `conveyance_kind` (rule, kind) tells the rules'
    kinds, and `conveyance_shown(text, kind)` what is kept of a text: a correction quotes persons' names, so that of
    one only its beginning and the record that it corrects stay.
    """
    cases = []
    for rule in rules():
        holds = [f"regexp_matches(text_, {literal(rule.text)})"] if rule.text else []
        holds += [f"type_ = {literal(rule.convey_ty)}"] if rule.convey_ty else []
        holds += [f"{condition}_" for condition in rule.parties]
        cases.append(f"WHEN {' AND '.join(holds) or 'true'} THEN {literal(rule.name)}")
    conditions = ", ".join(f"{condition}_" for condition in CONDITIONS)
    for macro in (
        r"""conveyance_text(text_) AS
            upper(trim(regexp_replace(regexp_replace(coalesce(text_, ''), '[''’‘`´]', '', 'g'), '\s+', ' ', 'g')))""",
        f"conveyance_rule(text_, type_, {conditions}) AS CASE {' '.join(cases)} END",
        f"conveyance_shown(text_, kind_) AS CASE WHEN kind_ = 'correction' THEN {_SHOWN} ELSE text_ END",
    ):
        connection.execute(f"CREATE OR REPLACE TEMP MACRO {macro}")
    kinds = ", ".join(f"({literal(rule.name)}, {literal(rule.kind)})" for rule in rules())
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE conveyance_kind AS SELECT * FROM (VALUES {kinds}) AS k(rule, kind)"
    )


_SHOWN = r"""
    nullif(concat_ws(' ',
        nullif(regexp_extract(text_, '^(.*?CORRECT(IVE|ED|ION)?( ASSIGNMENT)?|[A-Z ]*RE-? ?RECORD(ED|ING)?)\b', 1), ''),
        nullif(regexp_extract(text_, 'PREVIOUSLY RECORDED.*?REEL[^0-9]*[0-9]+[^0-9]*FRAME[^0-9]*[0-9]+'), '')
    ), '')"""


def page() -> str:
    """Return the rules as a page of the documentation."""
    rows = [
        f"| {nth} | `{r.name}` | **{r.kind}** | {_code(r.text)} | {_code(r.convey_ty)} | "
        f"{', '.join(r.parties)} | {r.reason} | {r.source} |"
        for nth, r in enumerate(rules(), start=1)
    ]
    return f"""# What is a transfer, a licence, a security: the rules for recorded conveyances

The office records what people send it, under the words they choose. Each text is put in capitals, without apostrophes
and with single blanks; then the first rule counts whose pattern is found in it and whose conditions hold:
`from_persons` (all grantors are persons), `to_organisation` (a grantee is none), `to_government` (a grantee is the US
government), `employer` (the research data set flags the inventors' first assignment). A type is the research data
set's `convey_ty`; the daily files have none.

A **confirmatory_licence** goes to the government that paid for the research and is never a licence to a company.
A **licence** here is a floor: recording one is voluntary, and hardly any are.

| | rule | kind | text | type | parties | why | whence |
|---|---|---|---|---|---|---|---|
{chr(10).join(rows)}

Written by `make docs` from `warehouse/seeds/conveyance_rules.csv`; `pipelines/patents/conveyance.py` reads it.
"""


def _code(text: str) -> str:
    shown = text.replace("|", r"\|")
    return f"`{shown}`" if text else ""
