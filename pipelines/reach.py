"""How far each indicator reaches in a release: institutions by year with a published value, or why there is none.

Of what is of a country, countries are counted.
"""

from typing import TYPE_CHECKING, Any

import click

from expectations.contract import literal
from pipelines import shown, source, terminal
from pipelines.indicators import composite, framework, gap, headline, helix, weights
from pipelines.indicators.catalogue import catalogue
from pipelines.indicators.reason import facts_of
from pipelines.indicators.window import complete
from warehouse import Release

if TYPE_CHECKING:
    import duckdb

_REACH = """
    SELECT indicator, source, year, count(*) AS institutions
    FROM iur_headline
    WHERE status = 'published'
    GROUP BY indicator, source, year
    UNION ALL
    SELECT indicator, source, year, count(*)
    FROM indicator
    WHERE indicator = ? AND status = 'published'
    GROUP BY indicator, source, year
    UNION ALL
    SELECT indicator, source, year, count(DISTINCT country)
    FROM iur_country
    WHERE status = 'published'
    GROUP BY indicator, source, year
    ORDER BY indicator, source, year
"""

_WHO = """
    SELECT indicator, source, count(DISTINCT institution_id)
    FROM (SELECT indicator, source, institution_id FROM iur_headline WHERE status = 'published'
        UNION ALL SELECT indicator, source, institution_id FROM indicator WHERE indicator = ? AND status = 'published'
        UNION ALL SELECT indicator, source, country FROM iur_country WHERE status = 'published')
    GROUP BY indicator, source
"""

_COUNTRY = """
    CREATE OR REPLACE TEMP VIEW iur_country AS
    SELECT * FROM country_indicator WHERE (indicator, window_years) IN ({headline})
"""
"""What is of countries, in its headline window: a year of a longer one counts there alone."""


def reach(release: Release) -> list[dict[str, Any]]:
    """Return, per indicator and source, the institutions of each year with a published value; of none, why.

    Of an indicator without a value the source is empty.
    """
    with release.connect() as connection:
        complete(connection)
        headline.show(connection, catalogue().values())
        own = ", ".join(f"({literal(i.id)}, {i.window_years})" for i in catalogue().values() if i.of == "country")
        connection.execute(_COUNTRY.format(headline=own))
        by_year: dict[tuple[str, str], dict[int, int]] = {}
        for id_, name, year, number in connection.execute(_REACH, [composite.ID]).fetchall():
            by_year.setdefault((id_, name), {})[year] = number
        who = {(i, s): n for i, s, n in connection.execute(_WHO, [composite.ID]).fetchall()}
        sources = _sources(connection)
        here = gap.read(connection, sources, facts_of(connection, sources))
        why = framework.reasons(connection, catalogue(), here)
        why |= _of_countries(connection, here) | {composite.ID: _of_composite(here)}
    found = []
    for id_ in [*catalogue(), composite.ID]:
        mine = {name: years for (of, name), years in by_year.items() if of == id_}
        for name, years in mine.items():
            found.append(_row(id_, name, who[id_, name], years, ""))
        if not mine:
            found.append(_row(id_, "", 0, {}, why[id_]))
    return found


def _of_composite(here: gap.Here) -> str:
    """Say why the composite has no value: of the sources of its weights, which are not here."""
    absent = sorted({w.source for w in weights.weights()} - here.sources.keys())
    feeds = here.named(absent) or "more years of the sources that are here"
    return f"no_data: under half of the weight has data everywhere; it would come from {feeds}"


def _of_countries(connection: "duckdb.DuckDBPyConnection", here: gap.Here) -> dict[str, str]:
    """Say of what is of a country why no value is published, where countries have rows."""
    rows = connection.execute(
        """SELECT indicator, status, count(*), max(records), list_sort(list(DISTINCT source)) FROM iur_country
        WHERE indicator NOT IN (SELECT indicator FROM iur_country WHERE status = 'published')
        GROUP BY indicator, status ORDER BY indicator, status"""
    ).fetchall()
    found = {}
    for id_, status, count, most, sources in rows:  # no_data before partial_year, which says more
        of = f"{count:,} row{'' if count == 1 else 's'} of {here.named(sources)}"
        few = f"small_base: {of}, none of {helix.LEAST_RECORDS} records in whole years (at most {most:,})"
        said = f"partial_year: {of}, none of whole years" if status == "partial_year" else few
        found[id_] = f"{said}; {here.more(sources)}"
    return found


def _sources(connection: "duckdb.DuckDBPyConnection") -> dict[str, source.Source]:
    """Return the facts about the sources of a release by name."""
    known = source.facts()
    there = connection.execute("SELECT DISTINCT source FROM receipt ORDER BY source").fetchall()
    return {name: known[name] for (name,) in there if name in known}


def _row(indicator: str, name: str, institutions: int, years: dict[int, int], why: str) -> dict[str, Any]:
    return {
        "indicator": indicator,
        "source": name,
        "institutions": institutions,
        "values": sum(years.values()),
        "first_year": min(years, default=None),
        "last_year": max(years, default=None),
        "by_year": years,
        "why": why,
    }


def show(release: Release, as_json: bool) -> None:
    """Print institutions × years of each indicator of a release."""
    rows = reach(release)
    if as_json:
        terminal.dump({"release": release.vintage, "simulated": release.is_simulated, "indicators": rows})
        return
    there = [row for row in rows if row["by_year"]]
    since = min((row["first_year"] for row in there), default=0)
    until = max((row["last_year"] for row in there), default=0)
    since = max(since, until - 15)
    terminal.whole([_line(row, since, until) for row in there])
    click.echo("inst.: institutions (synergy.*: countries) with a published value · values: those × years")
    click.echo("bars: those of each year")
    if none := [row for row in rows if not row["by_year"]]:
        click.echo(f"\nNo published value: {len(none)} of {len({row['indicator'] for row in rows})} indicators")
        click.echo(shown.lines(f"{row['indicator']}: {row['why']}" for row in none))
    mark = " · SIMULATED RECORDS" if release.is_simulated else ""
    click.echo(f'\nrelease {release.vintage}{mark} · by element of collaboration: iur query "SELECT * FROM framework"')


def _line(row: dict[str, Any], since: int, until: int) -> dict[str, str]:
    return {
        "indicator": row["indicator"],
        "source": row["source"],
        "inst.": f"{row['institutions']:,}",
        "values": f"{row['values']:,}",
        "years": _span(row["first_year"], row["last_year"]),
        f"{since}–{until}": terminal.sparkline([row["by_year"].get(y) for y in range(since, until + 1)]),
    }


def _span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}–{last % 100:02}"
