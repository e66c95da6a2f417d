"""The names that matter most: records behind them times the doubt about their link, one row per name and country."""

import heapq
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pipelines.link import names
from pipelines.review import doubt
from pipelines.review.overrides import Key

if TYPE_CHECKING:
    import duckdb

_NAMES = """
WITH
one AS (
    SELECT
        *,
        regexp_extract(context, '(?:^| \\| )type:([^|]*[^| ])', 1) AS type
    FROM name_link
    -- What a person answered is settled, and a row without a name has nothing to ask about.
    WHERE status IN ('linked', 'ambiguous', 'unlinked') AND method <> 'override' AND {where}
),
near AS (  -- open names with an institution among their candidates
    SELECT DISTINCT c.source, c.name, c.country, c.context
    FROM (SELECT source, name, country, context, unnest(candidates) AS id FROM one WHERE status <> 'linked') AS c
    JOIN organisation AS o ON o.organisation_id = c.id AND o.is_institution
),
weighed AS (
    SELECT
        o.*,
        o.status <> 'linked' AS is_open,
        n.source IS NOT NULL AS has_institution,
        o.records * CASE
            WHEN o.status = 'linked' THEN 1 - o.score
            WHEN n.source IS NOT NULL THEN {near}
            ELSE {alone}
        END AS bound
    FROM one AS o
    LEFT JOIN near AS n USING (source, name, country, context)
)
SELECT
    name, country,
    list_sort(list(DISTINCT source)) AS sources,
    CAST(sum(records) AS BIGINT) AS records,
    coalesce(sum(bound) FILTER (NOT is_open), 0) AS linked_weight,
    CAST(coalesce(sum(records) FILTER (is_open AND has_institution), 0) AS BIGINT) AS near_records,
    CAST(coalesce(sum(records) FILTER (is_open AND NOT has_institution), 0) AS BIGINT) AS alone_records,
    coalesce(list_sort(list(DISTINCT type) FILTER (is_open AND type <> '')), []) AS types,
    -- What is said of it now: the answer with the greatest doubt behind it.
    arg_max(
        {{'status': status, 'method': method, 'score': score, 'id': coalesce(credited_id, named_id)}},
        (bound, records, status, source, context)
    ) AS answer,
    count(DISTINCT (status, credited_id)) AS answers,
    flatten(list(candidates ORDER BY bound DESC, source, context)) AS candidates,
    sum(bound) AS bound
FROM weighed
GROUP BY name, country
HAVING sum(bound) > 0
ORDER BY bound DESC, name, country
"""

_DESCRIBED = """
SELECT organisation_id, name, coalesce(city, ''), coalesce(country, ''), is_institution, status
FROM organisation
WHERE list_contains($ids::VARCHAR[], organisation_id)
"""

_MONEY = """
WITH asked AS (SELECT unnest($names::VARCHAR[]) AS name, unnest($countries::VARCHAR[]) AS country)
SELECT name, country, currency, CAST(sum(CAST(amount AS DECIMAL(18, 4))) AS DOUBLE) AS amount
FROM linked_party
SEMI JOIN asked USING (name, country)
WHERE amount IS NOT NULL AND currency IS NOT NULL AND ($source = '' OR source = $source)
GROUP BY ALL
ORDER BY name, country, amount DESC, currency
"""

CANDIDATES = 5
AT_ONCE = 1_000


@dataclass(frozen=True)
class Candidate:
    """An organisation of the registry that a name may mean."""

    id: str
    name: str
    city: str
    country: str
    is_institution: bool
    status: str

    @property
    def place(self) -> str:
        """City and country, as far as known."""
        return ", ".join(filter(None, (self.city, self.country)))


@dataclass(frozen=True)
class Item:
    """A name to review: what is behind it, what is said of it now, and why that is doubted.

    `doubt` is the probability that the present answer is wrong, over its `records`; `weight` their product. `money` is
    what its records tell, by currency. `answers`: how many different ones what else records say gives rise to.
    """

    name: str
    country: str
    sources: list[str]
    records: int
    money: dict[str, float]
    status: str
    method: str
    score: float | None
    answer_id: str
    answer_name: str
    answers: int
    doubt: float
    weight: float
    why: str
    candidates: list[Candidate] = field(default_factory=list)


def items(
    connection: "duckdb.DuckDBPyConnection",
    limit: int = 20,
    source: str = "",
    country: str | None = None,
    status: str = "",
    name: str = "",
    answered: Collection[Key] = frozenset(),
) -> list[Item]:
    """Return the names with the most records times doubt, at most `limit` where that is not 0.

    `country` None takes any, '' names without one. Names whose keys are `answered` wait for the next release, and are
    left out, as are those a person answered before it.
    """
    where, values = ["true"], {}
    for column, value in (("source", source or None), ("country", country), ("status", status or None)):
        if value is not None:
            where.append(f"{column} = ${column}")
            values[column] = value
    if name:
        where.append("lower(trim(name)) = lower(trim($name))")
        values["name"] = name
    query = _NAMES.format(where=" AND ".join(where), near=doubt.CANDIDATE_ACADEMIC, alone=doubt.ALONE_ACADEMIC)
    best: list[tuple[float, int, dict[str, Any]]] = []
    for place, row in enumerate(_rows(connection, query, values)):
        if limit and len(best) == limit and row["bound"] <= best[0][0]:
            break  # in the order of what a name can weigh at most: none after this weighs more
        if {Key.of_name(row["name"], row["country"]), Key.of_name(row["name"], "")} & set(answered):
            continue
        weight, why = _weigh(row)
        if weight > 0:
            found = (weight, -place, row | {"weight": weight, "why": why})
            if limit and len(best) == limit:
                heapq.heappushpop(best, found)
            else:
                heapq.heappush(best, found)
    rows = [row for *_, row in sorted(best, key=lambda one: (-one[0], -one[1]))]
    candidates = {at: row["candidates"] for at, row in enumerate(rows)}
    return _described(connection, [_item(row) for row in rows], candidates, source)


def _rows(connection: "duckdb.DuckDBPyConnection", query: str, values: dict[str, str]) -> Iterator[dict[str, Any]]:
    found = connection.execute(query, values)
    names_ = [c[0] for c in found.description or ()]
    while some := found.fetchmany(AT_ONCE):
        yield from (dict(zip(names_, row, strict=True)) for row in some)


def _weigh(row: dict[str, Any]) -> tuple[float, str]:
    """Return records times doubt, and why it is doubted."""
    near = doubt.of(row["name"], row["types"], True)
    alone = doubt.of(row["name"], row["types"], False)
    answer = row["answer"]
    if answer["status"] == "linked":
        why = f"linked by the rule {answer['method']} with score {answer['score']:.2f}"
    else:
        why = (near if row["near_records"] else alone).why
    if row["answers"] > 1:
        why += f"; {row['answers']} different answers, by what else the records say"
    weight = row["linked_weight"] + row["near_records"] * near.chance + row["alone_records"] * alone.chance
    return float(weight), why


def _item(row: dict[str, Any]) -> Item:
    answer = row["answer"]
    return Item(
        row["name"], row["country"], row["sources"], row["records"], {}, answer["status"], answer["method"],
        answer["score"], answer["id"] or "", "", row["answers"], row["weight"] / row["records"], row["weight"],
        row["why"],
    )  # fmt: skip


def _described(
    connection: "duckdb.DuckDBPyConnection", rows: list[Item], candidates: dict[int, list[str]], source: str
) -> list[Item]:
    """Add names and places of organisations, and the money told."""
    wanted = {id_ for ids in candidates.values() for id_ in ids} | {row.answer_id for row in rows}
    told = connection.execute(_DESCRIBED, {"ids": sorted(wanted)}).fetchall()
    known = {id_: Candidate(id_, *rest) for id_, *rest in told}
    money: dict[tuple[str, str], dict[str, float]] = {}
    asked = {"names": [r.name for r in rows], "countries": [r.country for r in rows], "source": source}
    for name, country, currency, amount in connection.execute(_MONEY, asked).fetchall():
        money.setdefault((name, country), {})[currency] = amount
    return [
        replace(
            row,
            money=money.get((row.name, row.country), {}),
            answer_name=known[row.answer_id].name if row.answer_id in known else "",
            candidates=[known[id_] for id_ in dict.fromkeys(candidates[at]) if id_ in known][:CANDIDATES],
        )
        for at, row in enumerate(rows)
    ]


def nearest(connection: "duckdb.DuckDBPyConnection", name: str, country: str | None) -> list[str]:
    """Return names of the records, with their country, that come nearest to one that no record has."""
    from rapidfuzz import fuzz, process

    where = "" if country is None else "WHERE country = $country"
    found = connection.execute(
        f"SELECT DISTINCT name, country FROM name_link {where} ORDER BY ALL",
        {} if country is None else {"country": country},
    ).fetchall()
    scored = process.extract(
        names.normal(name), [names.normal(n) for n, _ in found], scorer=fuzz.WRatio, limit=5, score_cutoff=70
    )
    return [f"{found[at][0]} ({found[at][1] or 'no country'})" for *_, at in scored]
