"""Compare institutions side by side by one or more indicators: same source and year, with interval, base and place.

The year is the newest in which all of them have a published value; where there is none, the newest in which most have.
A value is compared with values of the same source alone. Places are among each institution's own peers, so that they
can be compared across systems where levels cannot.
"""

from typing import TYPE_CHECKING, Any

import click

from pipelines import lookup, shown, standing, terminal
from pipelines.indicators import composite
from pipelines.indicators.catalogue import catalogue
from warehouse import Release

if TYPE_CHECKING:
    import duckdb

_VALUES = """
    SELECT institution_id, source, year, value, value_national, currency, lower, upper, basis, unit, status, numerator,
        denominator, records, years_used
    FROM indicator
    WHERE indicator = ? AND list_contains(?, institution_id) AND counting = 'whole' AND rollup = 'direct'
        AND partner = 'all' AND field = 'all' AND intensity = ? AND window_years = ? AND year BETWEEN ? AND ?
    ORDER BY source, institution_id, year
"""


def show(
    release: Release, orgs: tuple[str, ...], indicators: tuple[str, ...], years: tuple[int, int] | None, as_json: bool
) -> None:
    """Print institutions side by side; click.UsageError for fewer than two, NotFoundError with the nearest names."""
    if not indicators:
        raise click.UsageError("--indicator ID: say by which indicator (iur indicators lists them)")
    asked = [lookup.nearest("indicator", i, [*catalogue(), composite.ID]) for i in indicators]
    with release.connect() as connection:
        found = dict(lookup.institution(connection, org) for org in orgs)
        if len(found) < 2:
            raise click.UsageError("name two institutions or more")
        places = {id_: standing.places(connection, id_) if standing.is_formed(release) else {} for id_ in found}
        tables = [table for id_ in asked for table in _tables(connection, id_, found, places, years)]
    if as_json:
        terminal.dump({"release": release.vintage, "simulated": release.is_simulated, "comparisons": tables})
        return
    for table in tables:
        _print(table)
    if cautions := _cautions(tables):
        click.echo("\n" + shown.lines(cautions))
    if missing := [i for i in asked if i not in {t["indicator"] for t in tables}]:
        click.echo(f"none of them has a value of {', '.join(missing)} in release {release.vintage}")
    mark = " · SIMULATED RECORDS" if release.is_simulated else ""
    click.echo(f"\nrelease {release.vintage}{mark}")


def _tables(
    connection: "duckdb.DuckDBPyConnection",
    indicator: str,
    names: dict[str, str],
    places: dict[str, standing.Places],
    years: tuple[int, int] | None,
) -> list[dict[str, Any]]:
    """Return a comparison for each source that has values of any of the institutions."""
    intensity, window = _headline(indicator)
    span = years or (0, 9999)
    rows = standing.dicts(connection, _VALUES, [indicator, list(names), intensity, window, *span])
    found = []
    for source in dict.fromkeys(row["source"] for row in rows):
        held = {(row["institution_id"], row["year"]): row for row in rows if row["source"] == source}
        if any(_value(row) is not None for row in held.values()):
            year = _year(held)
            mine = [_one(connection, indicator, source, year, id_, names[id_], held, places[id_]) for id_ in names]
            found.append({"indicator": indicator, "source": source, "year": year, "institutions": mine})
    return found


def _headline(indicator: str) -> tuple[str, int]:
    if indicator == composite.ID:
        return "all", 1
    return catalogue()[indicator].intensity, catalogue()[indicator].window_years


def _value(row: dict[str, Any]) -> float | None:
    return row["value"] if row["value"] is not None else row["value_national"]


def _year(held: dict[tuple[str, int], dict[str, Any]]) -> int:
    """Return the newest of the years in which the most institutions have a published value, or any value at all."""
    good: dict[int, int] = {}
    for (_, year), row in held.items():
        if _value(row) is not None:
            # A published value counts for more than any number of others.
            good[year] = good.get(year, 0) + (len(held) if row["status"] == "published" else 1)
    return max(good, key=lambda year: (good[year], year))


def _one(
    connection: "duckdb.DuckDBPyConnection",
    indicator: str,
    source: str,
    year: int,
    id_: str,
    name: str,
    held: dict[tuple[str, int], dict[str, Any]],
    places: standing.Places,
) -> dict[str, Any]:
    row = held.get((id_, year), {})
    at = places.get((indicator, source, year), {})
    told = {"institution_id": id_, "name": name} | {
        k: v for k, v in row.items() if k not in ("institution_id", "source")
    }
    if indicator == composite.ID:
        ranks = standing.composite(connection, id_, year, year)
        at = {"group": ranks[0]} if ranks else {}
    trend = {y: _value(r) for (of, y), r in sorted(held.items()) if of == id_}
    return told | {"places": at, "size": standing.size(connection, id_, year), "trend": trend}


def _print(table: dict[str, Any]) -> None:
    id_ = table["indicator"]
    title = composite.TITLE if id_ == composite.ID else catalogue()[id_].title
    meaning = composite.MEANING if id_ == composite.ID else catalogue()[id_].meaning
    click.echo(f"\n{title} · {id_} · {table['source']} · {table['year']}")
    click.echo(shown.lines([meaning], hang=""))
    years = sorted({y for one in table["institutions"] for y in one["trend"]})[-10:]
    rows = [_row(one, years) for one in table["institutions"]]
    empty = {name for name in rows[0] if not any(row[name] for row in rows)}
    terminal.whole([{name: cell for name, cell in row.items() if name not in empty} for row in rows])


def _row(one: dict[str, Any], years: list[int]) -> dict[str, str]:
    span = f"{years[0]}–{years[-1] % 100:02}"
    trend = terminal.sparkline([one["trend"].get(y) for y in years])
    row = {"institution": _short(one["name"])}
    if "status" not in one:
        return row | {"value": "no row", "95 %": "", "base": "", span: trend, "place": "", "alike": ""}
    currency = one["currency"] if one["value"] is None else None
    value = _value(one)
    mark = shown.MARKS.get(one["status"], "")
    base = "" if one["denominator"] is None else f"{shown.short(one['numerator'])}/{shown.short(one['denominator'])}"
    group, alike = one["places"].get("group"), one["places"].get("neighbours")
    return row | {
        "value": one["status"] if value is None else shown.amount(value, one["unit"], currency) + mark,
        "95 %": shown.between(one["lower"], one["upper"], one["unit"], currency),
        "base": base,
        span: trend,
        "place": f"{group['place']:g}/{group['members']} {shown.group(group['peer_group'])}" if group else "",
        "alike": f"{alike['place']:g}/{alike['members']}" if alike else "",
    }


def _short(name: str) -> str:
    return name if len(name) <= 34 else f"{name[:33]}…"


def _cautions(tables: list[dict[str, Any]]) -> list[str]:
    """Say how large they are, and what keeps the figures from being compared as they stand."""
    told = [one for table in tables for one in table["institutions"] if "status" in one]
    newest: dict[str, dict[str, Any]] = {}
    for one in told:
        if one["size"] and one["size"]["year"] >= newest.get(one["name"], one["size"])["year"]:
            newest[one["name"]] = one["size"]
    said = [f"{name}: {standing.said_size(size)}" for name, size in newest.items()]
    said.append(shown.PLACES)
    if statuses := {one["status"] for one in told} - {"published"}:
        marked = [f"{status}{shown.MARKS.get(status, '')}" for status in sorted(statuses)]
        said.append(f"not all are published values: {', '.join(marked)} (iur explain says why)")
    if any(one["value"] is None and one["value_national"] is not None for one in told):
        said.append("some amounts have no rate into euro, and stand in their own currency")
    known = [catalogue()[t["indicator"]] for t in tables if t["indicator"] in catalogue()]
    if growing := list(dict.fromkeys(i.id for i in known if not i.is_ratio)):
        verb = "grows" if len(growing) == 1 else "grow"
        said.append(f"{', '.join(growing)} {verb} with the size of an institution: compare places, or a share")
    if len({size["profile"] for size in newest.values()}) > 1:
        said.append("they belong to different source systems: compare places, not levels")
    if any(one["lower"] is not None for one in told):
        said.append("overlap of intervals does not rank institutions")
    return said
