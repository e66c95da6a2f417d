"""Print the scorecard of an institution: every headline value, its trend, its peers, and how far to trust it."""

from typing import TYPE_CHECKING, Any

import click

from pipelines import lookup, terminal
from pipelines.indicators.catalogue import catalogue
from pipelines.indicators.indicator import Indicator
from warehouse import Release

if TYPE_CHECKING:
    import duckdb

# A release has a file an indicator: each of these reads all of them once, and not each of them in turn.
_HEADLINE = """
    SELECT indicator, source, year, value, value_national, value_fixed, currency, lower, upper, unit, status,
        intensity, window_years
    FROM indicator
    WHERE institution_id = ? AND counting = 'whole' AND rollup = 'direct' AND partner = 'all' AND field = 'all'
        AND year BETWEEN ? AND ?
    ORDER BY source, year
"""

_PEERS = """
    WITH asked(indicator, intensity, window_years, year, source) AS (VALUES {asked})
    SELECT p.indicator, p.source, median(p.value), count(*)
    FROM indicator AS p
    JOIN asked AS a USING (indicator, intensity, window_years, year, source)
    JOIN institution AS i ON i.organisation_id = p.institution_id
    WHERE p.counting = 'whole' AND p.rollup = 'direct' AND p.partner = 'all' AND p.field = 'all'
        AND p.status = 'published'
        AND i.kind = ? AND i.country IS NOT DISTINCT FROM ?
    GROUP BY p.indicator, p.source
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


def show(
    release: Release,
    org: str,
    years: tuple[int, int] | None,
    as_json: bool,
    window_years: int | None = None,
    money: str = "",
) -> None:
    """Print the scorecard of an institution by name or ROR id; over another window than the release's, if asked.

    With `money` (one of `prices.KINDS`) it shows amounts of money alone, stated so. Raises click.UsageError for a
    window that no indicator has, and for money that the release cannot state so.
    """
    with release.connect() as connection:
        id_, name = lookup.institution(connection, org)
        ((country, kind),) = connection.execute(
            "SELECT country, kind FROM institution WHERE organisation_id = ?", [id_]
        ).fetchall()
        coverage = connection.execute(
            """SELECT source, list(year ORDER BY year) FILTER (is_complete), min(year), max(year)
            FROM coverage GROUP BY source ORDER BY source"""
        ).fetchall()
        seen = connection.execute(
            "SELECT source, records, first_year, last_year FROM coverage_institution WHERE institution_id = ?"
            " ORDER BY source",
            [id_],
        ).fetchall()
        linking = _linking(release, connection, country)
        # The years of its own sources: a stray record of another's would stretch every trend.
        mine = {source for source, *_ in seen}
        spans = [(whole[0], whole[-1]) for source, whole, *_ in coverage if whole and source in mine]
        spans += [(first, last) for _, _, first, last in seen if first]
        window = years or (min((f for f, _ in spans), default=0), max((t for _, t in spans), default=0))
        if window_years is None and not money:
            rows = _values(connection, connection, list(catalogue().values()), id_, kind, country, window)
        else:
            rows = _formed(connection, window_years, money, id_, kind, country, window)
        partners = _dicts(connection, _PARTNERS, [id_, *window])
    if as_json:
        card = {"institution_id": id_, "name": name, "country": country, "kind": kind, "release": release.vintage}
        terminal.dump(card | {"simulated": release.is_simulated, "values": rows, "partners": partners})
        return
    mark = "   ** SIMULATED RECORDS **" if release.is_simulated else ""
    click.echo(f"\n{name} · {country or '?'} · {kind.replace('_', ' ')} · {id_}{mark}")
    _coverage(seen, coverage)
    if linking:
        click.echo(linking)
    told = [row for row in rows if any(v is not None for v in row["trend"].values())]
    terminal.listing("", [_shown(row, window) for row in told], False)
    click.echo("* touches an incomplete year · (s) small base · peers: median of the same kind and country, same year")
    if any(_is_national(row) for row in told):
        click.echo("† in the records' own currency: the release has no rate into euro (iur ingest ecb_rates)")
    if closed := [name for name in release.restricted if name in {row["source"] for row in told}]:
        click.echo(f"values of {', '.join(closed)} are for your own use: an export leaves them out (iur export)")
    valued = {row["indicator"] for row in told}
    if untold := list(dict.fromkeys(row["indicator"] for row in rows if row["indicator"] not in valued)):
        click.echo(f"\nno value from any source: {', '.join(untold)}")
    if partners:
        terminal.listing("\nCompanies with most records in common", partners, False)
    click.echo(f'\nrelease {release.vintage} · why a value: iur explain "{name}" INDICATOR YEAR')


def _coverage(seen: list[Any], coverage: list[Any]) -> None:
    """Print which records there are of the institution, and which years the release has whole."""
    held = {
        source: (terminal.runs(complete or []) or "none", first, last) for source, complete, first, last in coverage
    }
    for source, records, first, last in seen:
        whole, since, until = held[source]
        click.echo(f"{source}: {records:,} records, {first}–{last} (release {since}–{until}; complete years: {whole})")
    if others := sorted(held.keys() - {source for source, *_ in seen}):
        click.echo(f"no record in {', '.join(others)}")


def _linking(release: Release, connection: "duckdb.DuckDBPyConnection", country: str | None) -> str:
    """Say what became of the names of parties in its country: what is open may hide records of it."""
    if "link_coverage" not in release.tables():  # made before the table was
        return ""
    ((rows, linked, known, open_),) = connection.execute(
        """SELECT sum(party_rows), sum(institution_rows + company_rows + other_rows), sum(name_only_rows),
            sum(ambiguous_rows + unlinked_rows)
        FROM link_coverage WHERE country = ?""",
        [country],
    ).fetchall()
    if not rows:
        return ""
    shares = f"{linked / rows:.1%} linked, {known / rows:.1%} companies known by name, {open_ / rows:.1%} open"
    return f"names of parties in {country}, all sources: {shares} (iur review --country {country})"


def _dicts(connection: "duckdb.DuckDBPyConnection", query: str, values: list[Any]) -> list[dict[str, Any]]:
    found = connection.execute(query, values)
    names = [c[0] for c in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _formed(
    connection: "duckdb.DuckDBPyConnection",
    years: int | None,
    money: str,
    id_: str,
    kind: str,
    country: str | None,
    window: tuple[int, int],
) -> list[dict[str, Any]]:
    """Return values formed anew: over a window of so many years, or with money stated otherwise, or both.

    Indicators that cannot have the window are left out, and said; those that are no money, where it is about money.
    """
    from pipelines import source
    from pipelines.indicators import prices
    from pipelines.indicators.reason import facts_of
    from pipelines.indicators.window import WINDOWS, WindowError, formed, windowed

    if years not in (None, *WINDOWS):
        raise click.UsageError(f"--window {years}: there are {', '.join(map(str, WINDOWS))}")
    chosen = []
    for indicator in catalogue().values():
        if money and not prices.is_amount(indicator):
            continue
        try:
            chosen.append(windowed(indicator, years or indicator.window_years))
        except WindowError as error:
            click.echo(str(error), err=True)
    known = source.facts()
    try:
        with formed(connection, chosen, id_, facts_of(connection, known), known, money) as scratch:
            # What peers have is in euro.
            peers_of = None if money else connection
            return _values(scratch, peers_of, chosen, id_, kind, country, window)
    except prices.MoneyError as error:
        raise click.UsageError(str(error)) from error


def _values(
    connection: "duckdb.DuckDBPyConnection",
    peers_of: "duckdb.DuckDBPyConnection | None",
    indicators: list[Indicator],
    id_: str,
    kind: str,
    country: str | None,
    window: tuple[int, int],
) -> list[dict[str, Any]]:
    """Return, per indicator and source, the last year that has a value (a published one if any) and the trend.

    Peers are those of the release, which has one window per indicator; of another window, and without `peers_of`,
    there are none.
    """
    told: dict[tuple[str, str, int], list[dict[str, Any]]] = {}
    for row in _dicts(connection, _HEADLINE, [id_, *window]):
        told.setdefault((row["indicator"], row.pop("intensity"), row.pop("window_years")), []).append(row)
    found, asked = [], []
    for indicator in indicators:
        headline = (indicator.id, indicator.intensity, indicator.window_years)
        rows = told.get(headline, [])
        for source in dict.fromkeys(row["source"] for row in rows):
            mine = [row for row in rows if row["source"] == source]
            with_value = [r for r in mine if r["value"] is not None or r["value_national"] is not None]
            published = [r for r in with_value if r["status"] == "published"]
            last = (published or with_value or mine)[-1]
            asked.append((*headline, last["year"], source))
            # A trend in one unit: where a year has no euro value, all are shown in the records' currency.
            unit = "value" if all(r["value"] is not None for r in with_value) else "value_national"
            found.append(last | {"trend": {r["year"]: r[unit] for r in mine}})
    peers = {}
    if peers_of and asked:
        query = _PEERS.format(asked=", ".join(["(?, ?, ?, ?, ?)"] * len(asked)))
        at = [value for one in asked for value in one]
        peers = {(i, s): figures for i, s, *figures in peers_of.execute(query, [*at, kind, country]).fetchall()}
    for row in found:
        row["peer_median"], row["peers"] = peers.get((row["indicator"], row["source"]), (None, 0))
    return found


def _is_national(row: dict[str, Any]) -> bool:
    """Tell whether a row has a value in the records' own currency alone, for want of a rate into euro."""
    return row["value"] is None and row["value_national"] is not None


def _shown(row: dict[str, Any], window: tuple[int, int]) -> dict[str, Any]:
    mark = {"partial_year": " *", "small_base": " (s)", "published": ""}.get(row["status"], "")
    shown, unit = row["value"], row["unit"]
    if _is_national(row):
        shown, unit, mark = row["value_national"], row["currency"], " †"
    value = row["status"] if shown is None else terminal.number(shown) + mark
    interval = "" if row["lower"] is None else f"{terminal.number(row['lower'])} – {terminal.number(row['upper'])}"
    years = range(window[0], window[1] + 1)
    return {
        "indicator": row["indicator"],
        "source": row["source"],
        "year": str(row["year"]),
        "value": value,
        "unit": unit,
        "95 %": interval,
        f"{window[0]}–{window[1]}": terminal.sparkline([row["trend"].get(y) for y in years]),
        "peers": f"{terminal.number(row['peer_median'])} ({row['peers']})" if row["peers"] else "",
    }
