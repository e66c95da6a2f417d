"""Print the scorecard of an institution: every headline value, its trend, its peers, and how far to trust it."""

from typing import TYPE_CHECKING, Any

import click

from pipelines import lookup, terminal
from pipelines.indicators.catalogue import catalogue
from warehouse import Release

if TYPE_CHECKING:
    import duckdb

_HEADLINE = """
    SELECT indicator, source, year, value, lower, upper, unit, status
    FROM indicator
    WHERE institution_id = ? AND counting = 'whole' AND rollup = 'direct' AND partner = 'all' AND field = 'all'
        AND indicator = ? AND intensity = ? AND window_years = ? AND year BETWEEN ? AND ?
    ORDER BY source, year
"""

_PEERS = """
    SELECT median(p.value), count(*)
    FROM indicator AS p
    JOIN institution AS i ON i.organisation_id = p.institution_id
    WHERE p.indicator = ? AND p.intensity = ? AND p.window_years = ? AND p.year = ? AND p.source = ?
        AND p.counting = 'whole' AND p.rollup = 'direct' AND p.partner = 'all' AND p.status = 'published'
        AND i.kind = ? AND i.country IS NOT DISTINCT FROM ?
"""

_PARTNERS = """
    SELECT o.name AS partner, coalesce(o.country, '') AS country, count(DISTINCT c.record_id) AS records,
        min(c.year) AS first_year, max(c.year) AS last_year
    FROM collaboration AS c JOIN organisation AS o ON o.organisation_id = c.partner_id
    WHERE c.institution_id = ? AND c.partner_sector = 'company' AND c.year BETWEEN ? AND ?
    GROUP BY c.partner_id, o.name, o.country
    ORDER BY records DESC, o.name, c.partner_id
    LIMIT 5
"""


def span(said: str | None) -> tuple[int, int] | None:
    """Read `2015:2020` or `2017`; click.UsageError for anything else."""
    if said is None:
        return None
    first, _, last = said.partition(":")
    if not first.isdigit() or not (last or first).isdigit():
        raise click.UsageError(f"--years {said}: write it as 2015:2020")
    return int(first), int(last or first)


def show(release: Release, org: str, years: tuple[int, int] | None, as_json: bool) -> None:
    """Print the scorecard of an institution by name or ROR id."""
    with release.connect() as connection:
        id_, name = lookup.institution(connection, org)
        ((country, kind),) = connection.execute(
            "SELECT country, kind FROM institution WHERE organisation_id = ?", [id_]
        ).fetchall()
        coverage = connection.execute(
            """SELECT source, list(year ORDER BY year) FILTER (is_complete), min(year), max(year)
            FROM coverage GROUP BY source ORDER BY source"""
        ).fetchall()
        covered = [(f, t) for _, _, f, t in coverage]
        window = years or (min((f for f, _ in covered), default=0), max((t for _, t in covered), default=0))
        rows = _values(connection, id_, kind, country, window)
        partners = _dicts(connection, _PARTNERS, [id_, *window])
        seen = connection.execute(
            "SELECT source, records, first_year, last_year FROM coverage_institution WHERE institution_id = ?"
            " ORDER BY source",
            [id_],
        ).fetchall()
    if as_json:
        card = {"institution_id": id_, "name": name, "country": country, "kind": kind, "release": release.vintage}
        terminal.dump(card | {"simulated": release.is_simulated, "values": rows, "partners": partners})
        return
    mark = "   ** SIMULATED RECORDS **" if release.is_simulated else ""
    click.echo(f"\n{name} · {country or '?'} · {kind.replace('_', ' ')} · {id_}{mark}")
    for source, records, first, last in seen:
        click.echo(f"{source}: {records:,} records, {first}–{last}")
    for source, complete, first, last in coverage:
        whole = terminal.runs(complete or []) or "none"
        click.echo(f"{source} in this release: {first}–{last}; complete years {whole}; others are partial (*)")
    if not seen:
        click.echo("no record of this institution in the release")
    terminal.listing("", [_shown(row, window) for row in rows], False)
    click.echo("* touches an incomplete year · (s) small base · peers: median of the same kind and country, same year")
    if partners:
        terminal.listing("\nCompanies with most records in common", partners, False)
    click.echo(f'\nrelease {release.vintage} · why a value: iur explain "{name}" INDICATOR YEAR')


def _dicts(connection: "duckdb.DuckDBPyConnection", query: str, values: list[Any]) -> list[dict[str, Any]]:
    found = connection.execute(query, values)
    names = [c[0] for c in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _values(
    connection: "duckdb.DuckDBPyConnection", id_: str, kind: str, country: str | None, window: tuple[int, int]
) -> list[dict[str, Any]]:
    """Return, per indicator and source, the last year that has a value (a published one if any) and the trend."""
    found = []
    for indicator in catalogue().values():
        rows = _dicts(connection, _HEADLINE, [id_, indicator.id, indicator.intensity, indicator.window_years, *window])
        for source in dict.fromkeys(row["source"] for row in rows):
            mine = [row for row in rows if row["source"] == source]
            with_value = [r for r in mine if r["value"] is not None]
            published = [r for r in with_value if r["status"] == "published"]
            last = (published or with_value or mine)[-1]
            at = [indicator.id, indicator.intensity, indicator.window_years, last["year"], source, kind, country]
            ((median, peers),) = connection.execute(_PEERS, at).fetchall()
            found.append(last | {"trend": {r["year"]: r["value"] for r in mine}, "peer_median": median, "peers": peers})
    return found


def _shown(row: dict[str, Any], window: tuple[int, int]) -> dict[str, Any]:
    mark = {"partial_year": " *", "small_base": " (s)", "published": ""}.get(row["status"], "")
    value = row["status"] if row["value"] is None else terminal.number(row["value"]) + mark
    interval = "" if row["lower"] is None else f"{terminal.number(row['lower'])} – {terminal.number(row['upper'])}"
    years = range(window[0], window[1] + 1)
    return {
        "indicator": row["indicator"],
        "year": str(row["year"]),
        "value": value,
        "unit": row["unit"],
        "95 %": interval,
        f"{window[0]}–{window[1]}": terminal.sparkline([row["trend"].get(y) for y in years]),
        "peers": f"{terminal.number(row['peer_median'])} ({row['peers']})" if row["peers"] else "",
    }
