"""Gather the scorecard of an institution: its headline values with trend, place and what moved them; data only."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import click

from pipelines import lookup, movement, standing
from pipelines.indicators.catalogue import catalogue
from pipelines.indicators.indicator import Indicator
from warehouse import Release

if TYPE_CHECKING:
    import duckdb

_HEADLINE = """
    SELECT indicator, source, year, value, value_national, value_fixed, currency, lower, upper, unit, status,
        intensity, window_years, numerator, denominator, records
    FROM indicator
    WHERE institution_id = ? AND counting = 'whole' AND rollup = 'direct' AND partner = 'all' AND field = 'all'
        AND year BETWEEN ? AND ?
    ORDER BY source, year
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


@dataclass(frozen=True)
class Card:
    """An institution in a release.

    `values` are the headline rows, one an indicator and source, of the last year with a value; `window` the years of
    its sources. `seen` and `coverage` say which records there are, `linking` what became of the names of its country.
    Without places (`is_placed`) there are no peers, no size and no composite.
    """

    institution_id: str
    name: str
    country: str | None
    kind: str
    window: tuple[int, int]
    values: list[dict[str, Any]]
    moved: list[movement.Movement]
    partners: list[dict[str, Any]]
    seen: list[Any]
    coverage: list[Any]
    linking: str
    is_placed: bool
    size: dict[str, Any] | None = None
    alike: list[dict[str, Any]] = field(default_factory=list)
    composite: list[dict[str, Any]] = field(default_factory=list)


def gather(release: Release, org: str, years: tuple[int, int] | None, window_years: int | None, money: str) -> Card:
    """Return the scorecard of an institution by name or ROR id; over another window than the release's, if asked.

    With `money` (one of `prices.KINDS`) it holds amounts of money alone, stated so. Raises NotFoundError with the
    nearest names, click.UsageError for a window that no indicator has, and for money that the release cannot state so.
    """
    with release.connect() as connection:
        id_, name = lookup.institution(connection, org)
        ((country, kind),) = connection.execute(
            "SELECT country, kind FROM institution WHERE organisation_id = ?", [id_]
        ).fetchall()
        seen, coverage, window = _held(connection, id_, years)
        is_own = window_years is None and not money
        is_placed = is_own and standing.is_formed(release)
        if is_own:
            rows = _values(connection, list(catalogue().values()), id_, window)
        else:
            rows = _formed(connection, window_years, money, id_, window)
        moved = _place(rows, standing.places(connection, id_) if is_placed else {})
        partners = standing.dicts(connection, _PARTNERS, [id_, *window])
        linking = _linking(release, connection, country)
        found = Card(id_, name, country, kind, window, rows, moved, partners, seen, coverage, linking, is_placed)
        if not is_placed:
            return found
        return replace(
            found,
            size=standing.size(connection, id_, window[1]),
            alike=standing.alike(connection, id_),
            composite=standing.composite(connection, id_, *window),
        )


def _held(
    connection: "duckdb.DuckDBPyConnection", id_: str, years: tuple[int, int] | None
) -> tuple[list[Any], list[Any], tuple[int, int]]:
    """Return which records there are of the institution, what the release has of each source, and the years to show."""
    coverage = connection.execute(
        """SELECT source, list(year ORDER BY year) FILTER (is_complete), min(year), max(year)
        FROM coverage GROUP BY source ORDER BY source"""
    ).fetchall()
    seen = connection.execute(
        "SELECT source, records, first_year, last_year FROM coverage_institution WHERE institution_id = ?"
        " ORDER BY source",
        [id_],
    ).fetchall()
    # The years of its own sources: a stray record of another's would stretch every trend.
    mine = {source for source, *_ in seen}
    spans = [(whole[0], whole[-1]) for source, whole, *_ in coverage if whole and source in mine]
    spans += [(first, last) for _, _, first, last in seen if first]
    return seen, coverage, years or (min((f for f, _ in spans), default=0), max((t for _, t in spans), default=0))


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


def _formed(
    connection: "duckdb.DuckDBPyConnection",
    years: int | None,
    money: str,
    id_: str,
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
            return _values(scratch, chosen, id_, window)
    except prices.MoneyError as error:
        raise click.UsageError(str(error)) from error


def _values(
    connection: "duckdb.DuckDBPyConnection", indicators: list[Indicator], id_: str, window: tuple[int, int]
) -> list[dict[str, Any]]:
    """Return, per indicator and source, the last year that has a value (a published one if any) and the trend.

    Beside it stands the row of the year before, if any.
    """
    told: dict[tuple[str, str, int], list[dict[str, Any]]] = {}
    for row in standing.dicts(connection, _HEADLINE, [id_, *window]):
        told.setdefault((row["indicator"], row.pop("intensity"), row.pop("window_years")), []).append(row)
    found = []
    for indicator in indicators:
        rows = told.get((indicator.id, indicator.intensity, indicator.window_years), [])
        for source in dict.fromkeys(row["source"] for row in rows):
            mine = [row for row in rows if row["source"] == source]
            with_value = [r for r in mine if r["value"] is not None or r["value_national"] is not None]
            published = [r for r in with_value if r["status"] == "published"]
            last = (published or with_value or mine)[-1]
            # A trend in one unit: where a year has no euro value, all are shown in the records' currency.
            unit = "value" if all(r["value"] is not None for r in with_value) else "value_national"
            before = next((dict(r) for r in mine if r["year"] == last["year"] - 1), None)
            found.append(last | {"trend": {r["year"]: r[unit] for r in mine}, "before": before})
    return found


def _place(rows: list[dict[str, Any]], places: standing.Places) -> list[movement.Movement]:
    """Add to each row its places and what moved it; return the movements."""
    found = []
    for row in rows:
        before = row.pop("before")
        at = places.get((row["indicator"], row["source"], row["year"]), {})
        row["places"] = at
        row["peer_median"], row["peers"] = (at["group"]["median"], at["group"]["members"]) if at else (None, 0)
        row["moved"] = None
        if before is None:
            continue
        then = places.get((row["indicator"], row["source"], before["year"]), {})
        percentiles = [held.get("group", {}).get("percentile") for held in (at, then)]
        moved = movement.moved(
            catalogue()[row["indicator"]],
            row | {"percentile": percentiles[0]},
            before | {"percentile": percentiles[1]},
        )
        if moved is not None:
            row["moved"] = moved.says
            found.append(moved)
    return found
