"""Hold evidence and indicators over millions of patents against one hand-written query for the same figures.

Run as `python -m tests.benchmarks.large_patents [--patents 10000000] [--rounds 3] [--out docs/large_patents.md]`. The
linked tables are simulated: seven owners for five patents, of whom one in twenty is one of 3,000 institutions, one in
ten is known to nobody and the others are companies; the larger an owner's number, the rarer it is. Linking is not
measured. Ours is all of `compute`: coverage of years and links, evidence, roll-up, windows, grid, status, intervals.
The bare side forms the values of the same indicators, by both countings, and nothing else. Both run in processes of
their own on the same database, one after the other in every round; every value that the bare query gives is held
against ours.
"""

import argparse
import multiprocessing
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

CONTEXT = multiprocessing.get_context("spawn")
INDICATORS = (
    "transfer.patents_granted",
    "transfer.first_named_patents",
    "joint.co_patents",
    "joint.co_patent_share",
)
SOURCE, PART = "patentsview", "all"
FIRST, LAST = 1976, 2025
INSTITUTIONS, COMPANIES = 3_000, 400_000

_PATENT = f"""
    INSERT INTO patent BY NAME
    SELECT
        '{SOURCE}' AS source, '{PART}' AS part, 'us:' || (4000000 + n) AS patent_id, 'US' AS office,
        'us:' || (4000000 + n) AS number, 'utility' AS type, true AS is_granted, n % 997 = 0 AS is_withdrawn,
        make_date({FIRST}, 1, 6) + CAST(7 * (n * 2605 // {{patents}}) AS INTEGER) AS granted_on
    FROM range({{patents}}) AS r(n)
"""
_PARTY = f"""
    INSERT INTO linked_party BY NAME
    WITH party AS (
        SELECT i, i * 5 // 7 AS n, hash(i) AS h FROM range({{patents}} * 7 // 5) AS r(i)
    ),
    drawn AS (
        SELECT
            n, i - (n * 7 + 4) // 5 + 1 AS party_no, h,
            CASE WHEN h % 20 = 0 THEN 'institution' WHEN h % 10 = 3 THEN 'nobody' ELSE 'company' END AS kind,
            -- Squared, so that few owners have many patents.
            pow(hash(h) % 1000003 / 1000003.0, 3) AS draw
        FROM party
    )
    SELECT
        '{SOURCE}' AS source, '{PART}' AS part, 'patent' AS record_table, 'us:' || (4000000 + n) AS record_id,
        'all' AS period, CAST(party_no AS BIGINT) AS party_no, 'assignee' AS role, 'US' AS country,
        kind || ' ' || CAST(draw * {COMPANIES} AS BIGINT) AS name,
        CASE kind
            WHEN 'institution'
            THEN 'https://ror.org/0s' || lpad(CAST(draw * {INSTITUTIONS} AS INTEGER)::VARCHAR, 7, '0')
            WHEN 'company' THEN 'local:' || lpad(CAST(draw * {COMPANIES} AS INTEGER)::VARCHAR, 16, '0')
        END AS organisation_id,
        CASE kind WHEN 'institution' THEN 'university' WHEN 'company' THEN 'company' ELSE 'unknown' END AS sector,
        kind = 'institution' AS is_institution,
        CASE kind WHEN 'nobody' THEN 'unlinked' ELSE 'linked' END AS link_status
    FROM drawn
"""
_ORGANISATIONS = """
    INSERT INTO patent_party BY NAME
    SELECT source, part, record_id AS patent_id, party_no, role, name, country FROM linked_party;
    INSERT INTO organisation BY NAME
    SELECT organisation_id, min(name) AS name, min(sector) AS sector, bool_or(is_institution) AS is_institution
    FROM linked_party WHERE organisation_id IS NOT NULL GROUP BY organisation_id;
    INSERT INTO institution BY NAME
    SELECT organisation_id, name, 'university' AS kind, 'US' AS country, 'ror_type' AS reason
    FROM organisation WHERE is_institution;
    CREATE TABLE descendant (ancestor_id VARCHAR, organisation_id VARCHAR);
"""

BARE = """
    CREATE TABLE bare AS
    WITH granted AS (
        SELECT patent_id, year(granted_on) AS year
        FROM patent
        WHERE office = 'US' AND type = 'utility' AND patent_id = number AND is_granted AND granted_on IS NOT NULL
            AND NOT coalesce(is_withdrawn, false)
    ),
    owner AS (
        SELECT record_id, coalesce(organisation_id, 'name:' || name) AS owner_id, bool_or(is_institution) AS is_ours,
            max(sector) = 'company' AND NOT bool_or(is_institution) AS is_company, min(party_no) AS first_no
        FROM linked_party WHERE record_table = 'patent' AND role = 'assignee'
        GROUP BY record_id, coalesce(organisation_id, 'name:' || name)
    ),
    patented AS (
        SELECT record_id, count(*) AS owners, count(*) FILTER (is_company) AS companies FROM owner GROUP BY record_id
    ),
    yearly AS (
        SELECT o.owner_id AS institution_id, g.year, count(*) AS patents, sum(1 / p.owners) AS patents_by_shares,
            count(*) FILTER (o.first_no = 1) AS first_named, count(*) FILTER (p.companies > 0) AS joint,
            coalesce(sum(1 / p.owners) FILTER (p.companies > 0), 0) AS joint_by_shares
        FROM owner AS o
        JOIN granted AS g ON g.patent_id = o.record_id
        JOIN patented AS p ON p.record_id = o.record_id
        WHERE o.is_ours
        GROUP BY o.owner_id, g.year
    ),
    windowed AS (
        SELECT y.institution_id, y.year + b.back AS year, sum(y.patents) AS patents, sum(y.joint) AS joint,
            sum(y.patents_by_shares) AS patents_by_shares, sum(y.joint_by_shares) AS joint_by_shares
        FROM yearly AS y CROSS JOIN (SELECT unnest(range({window})) AS back) AS b
        GROUP BY y.institution_id, y.year + b.back
    )
    SELECT institution_id, year, 'transfer.patents_granted' AS indicator, 'whole' AS counting, patents AS value
    FROM yearly
    UNION ALL SELECT institution_id, year, 'transfer.patents_granted', 'fractional', patents_by_shares FROM yearly
    UNION ALL SELECT institution_id, year, 'transfer.first_named_patents', 'whole', first_named FROM yearly
    UNION ALL SELECT institution_id, year, 'joint.co_patents', 'whole', joint FROM yearly
    UNION ALL SELECT institution_id, year, 'joint.co_patents', 'fractional', joint_by_shares FROM yearly
    UNION ALL SELECT institution_id, year, 'joint.co_patent_share', 'whole', joint / patents FROM windowed
    UNION ALL SELECT institution_id, year, 'joint.co_patent_share', 'fractional', joint_by_shares / patents_by_shares
        FROM windowed
"""


def lay_out(folder: Path, patents: int) -> tuple[int, int]:
    """Create the database that both sides read; return how many patents and owners it has."""
    from expectations.contract import arrow_schema
    from expectations.tables import tables
    from pipelines.indicators.rooms import TABLES
    from warehouse import scratch

    with scratch.connect(folder, "4GB") as connection:
        for table in tables().values():
            empty = arrow_schema(table).empty_table()  # noqa: F841  (DuckDB reads it by name)
            if table.layer == "core" or table.name in TABLES:
                connection.execute(f"CREATE TABLE {table.name} AS SELECT * FROM empty")
        for query in (_PATENT, _PARTY, _ORGANISATIONS):
            connection.execute(query.format(patents=patents))
        counted = [connection.execute(f"SELECT count(*) FROM {t}").fetchall()[0][0] for t in ("patent", "linked_party")]
        return counted[0], counted[1]


def ours(folder: Path) -> dict[str, Any]:
    """Compute the indicators as a release does."""
    from pipelines import source
    from pipelines.indicators import compute, link_coverage
    from pipelines.indicators.catalogue import catalogue
    from warehouse import scratch

    beside: list[float] = []

    def timed(work: Callable[..., None]) -> Callable[..., None]:
        def run(*given: Any) -> None:
            begun = time.process_time()
            work(*given)
            beside.append(time.process_time() - begun)

        return run

    with (
        scratch.connect(folder) as connection,
        mock.patch.object(compute, "cover", timed(compute.cover)),
        mock.patch.object(link_coverage, "write", timed(link_coverage.write)),
    ):
        begun, wall = time.process_time(), time.monotonic()
        compute.compute(connection, source.facts(), [(SOURCE, PART)], [catalogue()[i] for i in INDICATORS])
        return _done(begun, wall) | {"coverage": sum(beside)}


def bare(folder: Path) -> dict[str, Any]:
    """Run the hand-written query, with the same bound on memory."""
    from pipelines.indicators.catalogue import catalogue
    from warehouse import scratch

    window = catalogue()["joint.co_patent_share"].window_years
    with scratch.connect(folder) as connection:
        begun, wall = time.process_time(), time.monotonic()
        connection.execute(BARE.format(window=window))
        return _done(begun, wall)


def _done(begun: float, wall: float) -> dict[str, Any]:
    return {
        "seconds": time.process_time() - begun,
        "wall": time.monotonic() - wall,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6,
    }


def compared(folder: Path, ours_in: Path) -> tuple[int, int]:
    """Return how many values the bare query gives, and how many ours are within 1e-6 of; a 0 may have no row."""
    from warehouse import scratch

    with scratch.connect(folder) as connection:
        connection.execute(f"ATTACH '{ours_in / 'work.duckdb'}' AS ours (READ_ONLY)")
        ((values, alike),) = connection.execute(
            f"""SELECT count(*), count(*) FILTER (abs(b.value - coalesce(i.value, 0)) < 1e-6)
            FROM bare AS b
            LEFT JOIN (
                SELECT * FROM ours.indicator
                WHERE rollup = 'direct' AND partner = 'all' AND intensity = 'all' AND field = 'all'
            ) AS i
                ON i.institution_id = b.institution_id AND i.year = b.year AND i.indicator = b.indicator
                AND i.counting = b.counting
            WHERE b.year BETWEEN {FIRST + 2} AND {LAST}"""
        ).fetchall()
        return values, alike


def _apart(work: Callable[..., Any], *arguments: Any) -> Any:
    with CONTEXT.Pool(1) as pool:
        return pool.apply(work, arguments)


def main() -> None:
    """Measure both sides in turn and print or write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patents", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as held:
        laid = Path(held) / "laid"
        laid.mkdir()
        patents, parties = _apart(lay_out, laid, options.patents)
        found: dict[str, list[dict[str, Any]]] = {"ours": [], "bare": []}
        agreed = (0, 0)
        for _ in range(options.rounds):
            for name, work in (("ours", ours), ("bare", bare)):
                folder = Path(held) / name
                shutil.rmtree(folder, ignore_errors=True)
                shutil.copytree(laid, folder)
                found[name].append(_apart(work, folder))
                print(name, found[name][-1], file=sys.stderr)
            agreed = _apart(compared, Path(held) / "bare", Path(held) / "ours")
    text = page(patents, parties, found, agreed, options.rounds)
    if options.out:
        head, _, rest = options.out.read_text().partition("<!-- table -->\n")
        _, _, tail = rest.partition("<!-- end -->")
        options.out.write_text(f"{head}<!-- table -->\n{text}<!-- end -->{tail}")
    print(text)


def page(
    patents: int, parties: int, found: dict[str, list[dict[str, Any]]], agreed: tuple[int, int], rounds: int
) -> str:
    """Write the medians of both sides as Markdown."""

    def median(name: str, figure: str) -> float:
        return statistics.median(one[figure] for one in found[name])

    pairs = list(zip(found["ours"], found["bare"], strict=True))
    ratio = statistics.median((o["seconds"] - o["coverage"]) / b["seconds"] for o, b in pairs)
    every = statistics.median(o["seconds"] / b["seconds"] for o, b in pairs)
    lines = [
        f"{patents:,} patents, {parties:,} owners; medians of {rounds} rounds.",
        "",
        "| side | CPU | by the clock | peak memory |",
        "|---|---:|---:|---:|",
    ]
    for name, says in (("bare", "one hand-written query"), ("ours", "all of `compute`")):
        cells = f"{median(name, 'seconds'):.1f} s | {median(name, 'wall'):.1f} s | {median(name, 'peak'):.2f} GB"
        lines.append(f"| {says} | {cells} |")
    lines += [
        "",
        f"Of ours {median('ours', 'coverage'):.1f} s go into the coverage of years and links, which the query has not.",
        f"Ratio of CPU: evidence and indicators {ratio:.1f}, with coverage {every:.1f}.",
        f"Values: {agreed[1]:,} of the query's {agreed[0]:,} are ours as well.",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
