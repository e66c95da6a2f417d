"""The tables of organisations: ROR's and those known by name; institutions; and who is below whom."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from expectations.contract import literal
from pipelines.link import company, towns
from pipelines.link.memory import Memory
from pipelines.link.registry import Registry
from pipelines.link.seeds import Seeds

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

_UNPLACED = "o.latitude IS NULL OR o.longitude IS NULL"

REGISTERED = """
CREATE OR REPLACE TEMP TABLE _registered AS
SELECT
    o.organisation_id,
    o.name,
    s.sector,
    s.sector_reason,
    o.country,
    o.city,
    o.latitude,
    o.longitude,
    o.status,
    s.is_institution,
    s.current_id,
    s.ultimate_parent_id
FROM registry_organisation AS o
JOIN _standing AS s USING (organisation_id)
ORDER BY organisation_id
"""

NAMED = f"""
CREATE OR REPLACE TABLE named_organisation AS
SELECT
    o.organisation_id,
    o.name,
    o.sector,
    o.sector_reason,
    nullif(o.country, '') AS country,
    o.city,
    CASE WHEN {_UNPLACED} THEN t.latitude ELSE o.latitude END AS latitude,
    CASE WHEN {_UNPLACED} THEN t.longitude ELSE o.longitude END AS longitude,
    'named' AS status,
    false AS is_institution,
    o.organisation_id AS current_id,
    o.organisation_id AS ultimate_parent_id
FROM _local_organisation AS o
LEFT JOIN ({towns.TOWN}) AS t ON t.town = lower(strip_accents(o.city)) AND t.country = o.country
"""

BELOW = """
CREATE OR REPLACE TEMP TABLE _below AS
WITH RECURSIVE
child AS (
    SELECT organisation_id AS ancestor_id, related_id AS organisation_id
    FROM registry_relation WHERE kind = 'child'
    UNION
    SELECT related_id, organisation_id
    FROM registry_relation WHERE kind = 'parent'
),
institutional AS (
    SELECT c.ancestor_id, c.organisation_id
    FROM child AS c
    JOIN _registered AS a ON a.organisation_id = c.ancestor_id AND a.is_institution
    JOIN _registered AS d ON d.organisation_id = c.organisation_id AND d.is_institution
),
below AS (
    SELECT ancestor_id, organisation_id FROM institutional
    UNION  -- and not UNION ALL: ROR's children form cycles
    SELECT b.ancestor_id, i.organisation_id
    FROM below AS b
    JOIN institutional AS i ON i.ancestor_id = b.organisation_id
)
SELECT ancestor_id, organisation_id
FROM below
WHERE ancestor_id <> organisation_id
ORDER BY ancestor_id, organisation_id
"""

INSTITUTION = """
CREATE OR REPLACE TABLE institution AS
WITH seen AS (
    SELECT organisation_id, list_sort(list(DISTINCT source)) AS source_profile
    FROM linked_party WHERE is_institution
    GROUP BY organisation_id
),
above AS (
    SELECT DISTINCT d.ancestor_id AS organisation_id
    FROM descendant AS d
    JOIN seen AS s USING (organisation_id)
)
SELECT
    o.organisation_id,
    o.name,
    CASE WHEN o.sector = 'university' THEN 'university' ELSE 'research_institute' END AS kind,
    o.country,
    o.sector_reason AS reason,
    coalesce(s.source_profile, []::VARCHAR[]) AS source_profile
FROM organisation AS o
LEFT JOIN seen AS s USING (organisation_id)
LEFT JOIN above AS a USING (organisation_id)
WHERE o.is_institution AND (s.organisation_id IS NOT NULL OR a.organisation_id IS NOT NULL)
ORDER BY o.organisation_id
"""

TYPED = """
-- Of what ROR calls a school or a facility a source's type changes nothing.
SELECT l.credited_id, p.source_type = 'HES' AS is_higher, count(DISTINCT (p.source, p.record_id)) AS records
FROM _party AS p
JOIN name_link AS l
    ON l.source = p.source AND l.name = p.name AND l.country = p.link_country AND l.context = p.context
JOIN registry_organisation AS o
    ON o.organisation_id = l.credited_id AND NOT list_has_any(o.types, ['education', 'facility'])
WHERE p.source_type IN ('HES', 'REC')
GROUP BY ALL
ORDER BY ALL
"""


def standing(registry: Registry, seeds: Seeds, kinds: dict[str, bool]) -> "pa.Table":
    """Decide sector, membership of the institution set, current id and topmost parent of ROR's organisations.

    `kinds` holds the organisations that enough records type as an institution: of higher education (True) or
    research (False).
    """
    import pyarrow as pa

    overrides = {r["organisation_id"]: r["sector"] for r in seeds["sector_overrides"] if r["organisation_id"]}
    institutes = {r["organisation_id"] for r in seeds["research_institutes"]}
    sectors, reasons, members = [], [], []
    for id_, types in zip(registry.ids, registry.types, strict=True):
        sector, reason, member = _stand(id_, types, overrides, institutes, kinds.get(id_))
        sectors.append(sector)
        reasons.append(reason)
        members.append(member)
    numbers = range(len(registry.ids))
    return pa.table(
        {
            "organisation_id": pa.array(registry.ids, pa.string()),
            "sector": pa.array(sectors, pa.string()),
            "sector_reason": pa.array(reasons, pa.string()),
            "is_institution": pa.array(members, pa.bool_()),
            "current_id": pa.array([registry.ids[registry.current(n)] for n in numbers], pa.string()),
            "ultimate_parent_id": pa.array(
                [registry.ids[_topmost(registry, sectors, n)] for n in numbers], pa.string()
            ),
        }
    )


def _stand(
    id_: str, types: frozenset[str], overrides: dict[str, str], institutes: set[str], is_higher: bool | None
) -> tuple[str, str, bool]:
    if sector := overrides.get(id_):
        return sector, "override", sector in ("university", "research_institute")
    if types & {"education", "facility"}:
        return ("university" if "education" in types else "research_institute"), "ror_type", True
    if id_ in institutes:
        return "research_institute", "research_institute_seed", True
    sector = company.ror_sector(types)
    if sector in ("government", "other") and is_higher is not None:
        return ("university" if is_higher else "research_institute"), "typed_records", True
    return sector, "ror_type", False


def _topmost(registry: Registry, sectors: list[str], organisation: int) -> int:
    """Climb to the topmost parent of the same sector; of several the first by id, each visited once."""
    seen = {organisation}
    while True:
        above = [n for n in registry.parents.get(organisation, ()) if sectors[n] == sectors[organisation]]
        above = [n for n in above if n not in seen]
        if not above:
            return organisation
        organisation = above[0]
        seen.add(organisation)


def write(
    connection: "duckdb.DuckDBPyConnection", registry: Callable[[], Registry], seeds: Seeds, memory: Memory | None
) -> None:
    """Create `organisation` and `descendant` from the registry, the seeds and the links made so far.

    What an organisation of the registry is depends on the records in one way alone: whether enough of them
    type it as an institution. It is remembered for the registry, the seeds and the organisations so typed.
    """
    connection.execute(NAMED)
    typed = connection.execute(TYPED).fetchall()
    kinds = _kinds(typed)
    also = [f"{id_} {is_higher}" for id_, is_higher in sorted(kinds.items())]
    kept = [memory.path(name, *also) for name in REMEMBERED] if memory else []
    if not kept or None in kept:
        connection.register("_standing", standing(registry(), seeds, kinds))
        connection.execute(REGISTERED)
        connection.execute(BELOW)
        connection.unregister("_standing")
        if memory:
            for name, made in REMEMBERED.items():
                memory.keep(name, connection.table(made).to_arrow_table(), *also)
            kept = [memory.path(name, *also) for name in REMEMBERED]
    registered, below = [f"read_parquet({literal(str(path))})" for path in kept] or REMEMBERED.values()
    shape = "VIEW" if kept else "TABLE"
    connection.execute(
        f"""CREATE OR REPLACE {shape} organisation AS
        SELECT * FROM {registered} UNION ALL SELECT * FROM named_organisation"""
    )
    connection.execute(f"CREATE OR REPLACE TABLE descendant AS SELECT * FROM {below}")


REMEMBERED = {"organisations": "_registered", "descendants": "_below"}
"""The tables that are remembered, and those they are made as."""


def _kinds(typed: list[tuple[str, bool, int]]) -> dict[str, bool]:
    """Say of each organisation that enough records type whether more of them call it higher education."""
    counts: dict[str, dict[bool, int]] = {}
    for id_, is_higher, records in typed:
        counts.setdefault(id_, {})[is_higher] = records
    return {
        id_: held.get(True, 0) > held.get(False, 0)
        for id_, held in counts.items()
        if sum(held.values()) >= company.TYPED_RECORDS
    }
