"""Fields of records: of patents by the classes of what they claim, of awards as their funders say.

A patent is in every one of WIPO's 35 fields that one of its inventive CPC classes belongs to; classes that only add
what else the document tells say nothing. The concordance is one of IPC, whose subclasses and main groups CPC shares;
of the longest prefix that a symbol begins with the field is taken. Cross-cuts are told by classes, or by EuroSciVoc.
EuroSciVoc is cut at its second level, of some forty fields, those of the OECD's Frascati Manual. Publications have no
field here: what is read of OpenAlex are numbers by institution, year and sector, not works. Seeds: wipo_fields,
cross_cuts.

Reference: Schmoch (2008), Concept of a technology classification for country comparisons, report to WIPO.
"""

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from pipelines import parts
from warehouse.reuse import Reuse

if TYPE_CHECKING:
    import duckdb

SEEDS = Path(__file__).resolve().parents[2] / "warehouse" / "seeds"

PREFIX_COLUMNS = ("scheme", "of", "prefix", "field", "label")


def prefixes() -> list[tuple[str, ...]]:
    """Return what codes stand for, as PREFIX_COLUMNS: `of` is the classification, an empty field stands for none."""
    with (SEEDS / "wipo_fields.csv").open(encoding="utf-8", newline="") as file:
        found: list[tuple[str, ...]] = [
            ("wipo", "cpc", r["prefix"], f"wipo:{r['field']}", r["label"]) for r in csv.DictReader(file)
        ]
    with (SEEDS / "cross_cuts.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            field = f"cross_cut:{row['field']}" if row["field"] else ""
            found.append(("cross_cut", row["scheme"], row["prefix"], field, row["label"]))
    return found


def write(connection: "duckdb.DuckDBPyConnection", reuse: Reuse) -> None:
    """Create `record_field` from patent_class and award_field; parts of the same rows keep theirs."""
    changed = parts.changed(
        connection,
        reuse,
        "record_field",
        parts.digests(connection, "patent_class", ("patent_id", "symbol", "subclass", "is_inventive")),
        parts.digests(connection, "award_field"),
    )
    columns = zip(*prefixes(), strict=True)
    told = {name: pa.array(list(c), pa.string()) for name, c in zip(PREFIX_COLUMNS, columns, strict=True)}
    numbers = pa.array(range(len(told["field"])), pa.int16())
    connection.register("_prefix", pa.table(told | {"number": numbers}))
    changed.register(connection, "_changed")
    connection.execute(FIELD)
    connection.execute(SYMBOL)
    connection.execute(RECORD_FIELD)
    for scratch in ("_symbol", "_field"):
        connection.execute(f"DROP TABLE {scratch}")
    connection.unregister("_changed")
    connection.unregister("_prefix")
    changed.keep(connection, "record_field")


FIELD = """
CREATE OR REPLACE TEMP TABLE _field AS
SELECT field, min(label) AS label, min(number) AS number FROM _prefix WHERE field <> '' GROUP BY field
"""

SYMBOL = """
-- There are a quarter of a million symbols, and a hundred times as many classes of patents.
CREATE OR REPLACE TEMP TABLE _symbol AS
WITH symbol AS (
    SELECT DISTINCT symbol FROM patent_class SEMI JOIN _changed USING (source, part) WHERE scheme = 'cpc'
),
beginning AS (
    SELECT symbol, substr(symbol, 1, 3) AS prefix FROM symbol
    UNION ALL
    SELECT symbol, substr(symbol, 1, 4) AS prefix FROM symbol
    UNION ALL
    SELECT symbol, split_part(symbol, '/', 1) || '/' AS prefix FROM symbol
),
named AS (
    SELECT b.symbol, p.scheme, arg_max(p.number, length(p.prefix)) AS number
    FROM beginning AS b
    JOIN _prefix AS p ON p.of = 'cpc' AND p.prefix = b.prefix
    GROUP BY b.symbol, p.scheme
)
SELECT n.symbol, n.number FROM named AS n JOIN _prefix AS p ON p.number = n.number WHERE p.field <> ''
"""

_SLUG = r"trim(regexp_replace(lower({0}), '[^a-z0-9]+', '_', 'g'), '_')"

RECORD_FIELD = f"""
CREATE OR REPLACE TABLE record_field AS
WITH patent_told AS (
    -- By the number of a row of the seeds: numbers are several times faster to tell apart than names.
    SELECT c.source, c.part, c.patent_id, p.scheme, f.number
    FROM patent_class AS c
    SEMI JOIN _changed USING (source, part)
    JOIN _symbol AS s ON s.symbol = c.symbol
    JOIN _prefix AS p ON p.number = s.number
    JOIN _field AS f ON f.field = p.field
    WHERE c.scheme = 'cpc' AND coalesce(c.is_inventive, true)
    GROUP BY c.source, c.part, c.patent_id, p.scheme, f.number
),
patent_named AS (
    SELECT
        source, part, patent_id, scheme, number,
        CAST(1 AS DOUBLE) / count(*) OVER (PARTITION BY patent_id, scheme) AS share
    FROM patent_told
),
award_said AS (
    SELECT source, part, award_id, scheme, label, path, share,
        split_part(coalesce(path, ''), '/', 2) AS broad,
        split_part(coalesce(path, ''), '/', 3) AS narrow
    FROM award_field
    SEMI JOIN _changed USING (source, part)
),
award_named AS (
    SELECT source, part, award_id, scheme, share,
        CASE WHEN narrow <> '' THEN narrow WHEN broad <> '' THEN broad ELSE label END AS label,
        'euroscivoc:' || CASE
            WHEN narrow <> '' THEN {_SLUG.format("broad")} || '/' || {_SLUG.format("narrow")}
            WHEN broad <> '' THEN {_SLUG.format("broad")}
            ELSE {_SLUG.format("label")}
        END AS field
    FROM award_said
    WHERE scheme = 'euroscivoc'
    UNION ALL
    SELECT source, part, award_id, scheme, share, label, 'gtr_subject:' || {_SLUG.format("label")} AS field
    FROM award_said
    WHERE scheme = 'gtr_subject'
    UNION ALL
    SELECT a.source, a.part, a.award_id, p.scheme, CAST(NULL AS DOUBLE) AS share, p.label, p.field
    FROM award_said AS a
    JOIN _prefix AS p
        ON p.of = a.scheme AND (a.path = p.prefix OR starts_with(a.path, p.prefix || '/'))
),
award_told AS (
    SELECT source, part, award_id, scheme, field, min(label) AS label,
        -- Decimals add up to the same in any order.
        CASE WHEN count(*) = count(share) THEN sum(CAST(share AS DECIMAL(18, 9))) END AS share
    FROM award_named
    WHERE NOT ends_with(field, ':')
    GROUP BY source, part, award_id, scheme, field
),
weighed AS (
    SELECT
        *,
        count(*) OVER (PARTITION BY award_id, scheme) AS fields,
        count(share) OVER (PARTITION BY award_id, scheme) AS shares,
        sum(share) OVER (PARTITION BY award_id, scheme) AS whole
    FROM award_told
)
SELECT
    n.source, n.part, 'patent' AS record_table, n.patent_id AS record_id, n.scheme, f.field, f.label, n.share
FROM patent_named AS n
JOIN _field AS f ON f.number = n.number
UNION ALL
SELECT
    source, part, 'award' AS record_table, award_id AS record_id, scheme, field, label,
    -- Percentages that are not all told, or add up to nothing, tell no shares.
    CASE
        WHEN shares = fields AND whole > 0 THEN CAST(share AS DOUBLE) / CAST(whole AS DOUBLE)
        ELSE CAST(1 AS DOUBLE) / fields
    END AS share
FROM weighed
"""
