"""Explain a value: its formula with the numbers in it, its status and why, and the records behind it.

Data only; printing is the command line's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

import duckdb

from pipelines.indicators import prices
from pipelines.indicators.catalogue import catalogue
from pipelines.indicators.explain_records import Record, records
from pipelines.indicators.indicator import Indicator, formula
from pipelines.indicators.observe import Part, telling
from pipelines.indicators.reason import facts_of, reason
from pipelines.indicators.survey import explain as cells_explained
from pipelines.indicators.survey.explain import Year
from pipelines.indicators.window import complete, formed, windowed
from pipelines.shown import unit_of
from pipelines.source import Source, facts


@dataclass(frozen=True)
class Value:
    """A row of the table `indicator`, without the institution, the year and the indicator."""

    counting: str
    rollup: str
    partner: str
    intensity: str
    field: str
    window_years: int
    value: float | None
    value_national: float | None
    value_fixed: float | None
    currency: str | None
    numerator: float | None
    denominator: float | None
    lower: float | None
    upper: float | None
    basis: str
    unit: str
    status: str
    records: int | None
    years_used: int
    coverage_sector: float | None
    source: str


@dataclass(frozen=True)
class Explanation:
    """A value of an institution and year, taken apart.

    `values` are the headline rows, one a source; `alternatives` the other countings, sizes, fields and
    roll-ups. `calculation` writes the numbers into the formula and `reason` says why a value is missing or
    partial, both by source. `years` are the single years of a value with a reported side. `records` are those
    of the headline, credited directly; their amounts are as published. `money` says, of money stated otherwise than
    in euro, by what each currency and year was multiplied.
    """

    indicator: Indicator
    institution_id: str
    institution_name: str | None
    year: int
    formula: str
    values: tuple[Value, ...]
    alternatives: tuple[Value, ...]
    calculation: dict[str, str]
    reason: dict[str, str]
    years: tuple[Year, ...]
    records: tuple[Record, ...]
    money: tuple[str, ...] = ()


def explain(
    where: duckdb.DuckDBPyConnection | Path | str,
    institution_id: str,
    indicator_id: str,
    year: int,
    *,
    window: int | None = None,
    money: str = "",
    sources: Mapping[str, Source] | None = None,
) -> Explanation:
    """Explain an indicator's value from a connection with the tables of a release, or a release's folder.

    `window` asks for another window than the release has; its value is formed from the release's evidence.
    `money` asks for amounts stated otherwise than in euro, as `prices.KINDS` are. Raises KeyError with the ids there
    are where the indicator is unknown, WindowError where it cannot have the window, MoneyError where it is no money.
    """
    if indicator_id not in catalogue():
        raise KeyError(f"no indicator {indicator_id}; there are {', '.join(catalogue())}")
    indicator = catalogue()[indicator_id]
    indicator, asked = windowed(indicator, window or indicator.window_years), indicator
    connection = where if isinstance(where, duckdb.DuckDBPyConnection) else _open(Path(where))
    complete(connection)
    known = facts() if sources is None else sources
    told = facts_of(connection, known, indicator)
    of_country = indicator.of == "country"
    read = _of_country if of_country else _values
    values = read(connection, institution_id, indicator_id, year)
    years: tuple[Year, ...] = ()
    stated: tuple[str, ...] = ()
    if money or indicator != asked or indicator.is_reported or indicator.is_mixed:
        with formed(connection, [indicator], institution_id, told, known, money) as scratch:
            if money:
                stated = prices.said(scratch, indicator, institution_id, year)
            if money or indicator != asked:
                values = _values(scratch, institution_id, indicator_id, year)
            if indicator.is_reported or indicator.is_mixed:
                years = cells_explained.years(scratch, indicator, institution_id, year)
    headline = tuple(v for v in values if _is_headline(v, indicator))
    reasons = {}
    if headline or not values:
        reasons = _reasons(connection, indicator, institution_id, year, headline, told, known, years)
    if lacking := prices.lacking(stated):
        reasons |= {v.source: f"{v.source}: {'; '.join(lacking)}" for v in headline if v.value is None}
    names = connection.execute("SELECT name FROM organisation WHERE organisation_id = ?", [institution_id]).fetchall()
    # All records of a country are too many to list, and no institution's own.
    telling_it = () if of_country else telling(told, _needs(indicator), indicator.beside)
    return Explanation(
        indicator,
        institution_id,
        names[0][0] if names else None,
        year,
        formula(indicator),
        headline,
        tuple(v for v in values if not _is_headline(v, indicator)),
        {v.source: _calculation(v, indicator, years) for v in headline},
        reasons,
        years,
        records(connection, indicator, institution_id, year, telling_it, years),
        stated,
    )


def _needs(indicator: Indicator) -> frozenset[str]:
    """Return what a part must tell for its records to be listed: of a reported denominator, nothing."""
    return indicator.numerator.needs if indicator.is_mixed else indicator.needs


def _reasons(
    connection: duckdb.DuckDBPyConnection,
    indicator: Indicator,
    institution_id: str,
    year: int,
    headline: tuple[Value, ...],
    told: Mapping[Part, frozenset[str]],
    known: Mapping[str, Source],
    years: tuple[Year, ...],
) -> dict[str, str]:
    statuses = {v.source: v.status for v in headline}
    if not headline:
        # Of sources that could tell it, if there are any: why the others have nothing to say needs no words.
        could = {s for s, source in known.items() if indicator.numerator.needs <= set(source.observes)}
        there = {s for s, _ in told}
        if absent := sorted(could) if not could & there else []:
            return {s: f"{s}, which would tell it, is not in this release" for s in absent}
        statuses = dict.fromkeys(sorted(could & there or there), "")
    return {
        source: reason(connection, indicator, institution_id, year, source, status, told, years)
        for source, status in statuses.items()
    }


def _open(release: Path) -> duckdb.DuckDBPyConnection:
    """Open the tables of a release's folder as views."""
    connection = duckdb.connect()
    wanted = (
        "indicator",
        "evidence",
        "coverage",
        "coverage_institution",
        "organisation",
        "award",
        "award_party",
        "award_programme",
        "award_output",
        "award_obligation",
        "patent",
        "patent_party",
        "patent_funding",
        "patent_citation",
        "patent_fee",
        "transfer",
        "linked_party",
        "survey_value",
        "country_series",
        "institution",
        "country_indicator",
    )
    for table in wanted:
        pattern = str(release / table / "*.parquet").replace("'", "''")
        if any((release / table).glob("*.parquet")):
            connection.execute(f"CREATE VIEW {table} AS SELECT * FROM read_parquet('{pattern}')")
    return connection


def _values(
    connection: duckdb.DuckDBPyConnection, institution_id: str, indicator_id: str, year: int
) -> tuple[Value, ...]:
    columns = ", ".join(f.name for f in fields(Value))
    rows = connection.execute(
        f"""SELECT {columns} FROM indicator
        WHERE institution_id = ? AND indicator = ? AND year = ?
        ORDER BY source, counting DESC, rollup, partner, intensity, field, window_years""",
        [institution_id, indicator_id, year],
    ).fetchall()
    return tuple(Value(*row) for row in rows)


def _of_country(
    connection: duckdb.DuckDBPyConnection, institution_id: str, indicator_id: str, year: int
) -> tuple[Value, ...]:
    """Return the values of the institution's country, one a source and field."""
    rows = connection.execute(
        """SELECT 'whole', 'direct', 'all', 'all', v.field, v.window_years, v.value, NULL, NULL, NULL, NULL, NULL, NULL,
            NULL, 'none', v.unit, v.status, v.records, v.years_used, NULL, v.source
        FROM country_indicator AS v
        JOIN institution AS i ON i.country = v.country
        WHERE i.organisation_id = ? AND v.indicator = ? AND v.year = ?
        ORDER BY v.source, v.field""",
        [institution_id, indicator_id, year],
    ).fetchall()
    return tuple(Value(*row) for row in rows)


def _is_headline(value: Value, indicator: Indicator) -> bool:
    own = (value.counting, value.rollup, value.partner, value.intensity, value.field, value.window_years)
    return own == ("whole", "direct", "all", indicator.intensity, "all", indicator.window_years)


def _calculation(value: Value, indicator: Indicator, years: tuple[Year, ...]) -> str:
    """Write the numbers of a value as an equation; of a value with a reported side, year by year."""
    if value.value is not None:
        is_share = value.unit == "fraction"
        unit = unit_of(value.value, value.unit)
        result = f"{100 * value.value:,.4g} %" if is_share else f"{_number(value.value)} {unit}"
        if value.value_national is not None and value.currency not in (None, "EUR"):
            result += f" = {_number(value.value_national)} {value.currency}"
    elif value.value_national is not None:
        result = f"{_number(value.value_national)} {value.currency}, no euro value"
    else:
        result = "no value"
    scale = f" × {indicator.scale:,g}" if indicator.scale != 1 else ""
    used = [y for y in years if y.source == value.source and y.is_used]
    figures, bases = cells_explained.sums(used)
    if value.numerator is None or value.denominator is None:
        if len(used) > 1 and value.value is not None:
            over = f" ÷ {len(used)}" if indicator.aggregate == "mean" else ""
            money = f" {value.currency}" if value.currency else ""
            return f"{figures}{money}{over}{scale} = {result}"
        return result
    # Years in several currencies do not add up to the two sides, which are then in euro.
    if indicator.aggregate != "ratio" or not cells_explained.is_sum_of(used, value.numerator, value.denominator):
        figures, bases = _number(value.numerator), _number(value.denominator)
    return f"{figures} ÷ {bases}{scale} = {result}"


def _number(value: float) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".")
