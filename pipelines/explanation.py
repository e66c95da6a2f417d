"""Print the explanation of a value: formula, numbers, interval, and the records behind it with links."""

from dataclasses import asdict
from typing import Any

import click

from pipelines import composite_explanation, explanation_lines, lookup, shown, terminal
from pipelines.explanation_lines import counted
from pipelines.indicators import composite
from pipelines.indicators.catalogue import catalogue
from pipelines.indicators.explain import Explanation, Value, explain
from pipelines.indicators.explain_records import Record
from pipelines.indicators.money import FIXED_YEAR
from pipelines.indicators.otherwise import Otherwise, otherwise
from pipelines.indicators.prices import MoneyError
from pipelines.indicators.survey.explain import Year
from pipelines.indicators.window import WindowError
from warehouse import Release

SHOWN = 25
"""Records listed unless all are asked for."""


def show(
    release: Release,
    org: str,
    indicator: str,
    year: int,
    everything: bool,
    as_json: bool,
    window: int | None = None,
    money: str = "",
) -> None:
    """Print the explanation of an institution's value, or raise NotFoundError with the nearest names.

    Raises click.UsageError where the indicator cannot have the window, or be stated in the money, that is asked for.
    """
    indicator = lookup.nearest("indicator", indicator, [*catalogue(), composite.ID])
    if indicator == composite.ID:
        if window or money:
            raise click.UsageError(f"{composite.ID} has one window, and no money")
        composite_explanation.show(release, org, year, as_json)
        return
    with release.connect() as connection:
        id_, name = lookup.institution(connection, org)
        years = [y for (y,) in connection.execute("SELECT DISTINCT year FROM coverage ORDER BY year").fetchall()]
        if year not in years:
            there = f"{years[0]} to {years[-1]}" if years else "none"
            raise lookup.NotFoundError(f"no year {year} in release {release.vintage}: it has {there}")
        try:
            found = explain(connection, id_, indicator, year, window=window, money=money)
        except (WindowError, MoneyError) as error:
            raise click.UsageError(str(error)) from error
    # Another window, or money stated otherwise, is formed for the institution alone, without its children.
    others = otherwise(found.indicator, found.values, found.alternatives, has_rollups=window is None and not money)
    if as_json:
        terminal.dump(_plain(found, release) | {"otherwise": [asdict(o) for o in others]})
        return
    _print(found, name, release, others, everything)
    _records(found, everything)


def _plain(found: Explanation, release: Release) -> dict[str, Any]:
    return {
        "release": release.vintage,
        "simulated": release.is_simulated,
        "indicator": found.indicator.id,
        "institution_id": found.institution_id,
        "institution": found.institution_name,
        "year": found.year,
        "meaning": found.indicator.meaning,
        "formula": found.formula,
        "calculation": found.calculation,
        "reason": found.reason,
        "money": found.money,
        "values": [asdict(v) for v in found.values],
        "alternatives": [asdict(v) for v in found.alternatives],
        "years": [asdict(y) for y in found.years],
        "records": [asdict(r) for r in found.records],
    }


def _print(found: Explanation, name: str, release: Release, others: tuple[Otherwise, ...], everything: bool) -> None:
    indicator = found.indicator
    mark = " · SIMULATED RECORDS" if release.is_simulated else ""
    click.echo(f"{indicator.title} · {name} · {found.year}")
    click.echo(f"{indicator.id} · {found.institution_id} · release {release.vintage}{mark}\n")
    click.echo(indicator.meaning)
    if indicator.of == "country":
        click.echo(f"of        the country of {name}, and all records in it")
    click.echo(f"formula   {found.formula}")
    for value in found.values:
        click.echo(f"value     {found.calculation[value.source]}   [{value.status}, {value.source}]")
        if between := explanation_lines.interval(value, indicator):
            click.echo(f"interval  {between}")
        if value.value_fixed is not None:
            click.echo(f"fixed     {terminal.number(value.value_fixed)} {value.unit} at the rates of {FIXED_YEAR}")
        click.echo(f"base      {_base(value, found)}")
    for line in found.money:
        click.echo(f"money     {line}")
    if not found.values:
        click.echo("value     none in this release")
    for why in explanation_lines.why(found, name):
        click.echo(f"why       {why}")
    if same := explanation_lines.again(found):
        click.echo(shown.lines([f"again     {same}"], " " * 10))
    several = len(found.values) > 1
    for choice in others if indicator.of == "institution" else ():
        click.echo(shown.lines([f"instead   {f'{choice.source}: ' if several else ''}{choice.says}"], " " * 10))
    for other in explanation_lines.others(found, everything):
        click.echo(f"also      {other}")
    for caveat in indicator.caveats:
        click.echo(f"caution   {caveat}")


def _base(value: Value, found: Explanation) -> str:
    """Say how many records stand behind a value, of which years; of a reported one, which years were used."""
    window = f"{found.year - value.window_years + 1}–{found.year}" if value.window_years > 1 else f"{found.year}"
    known = "" if value.coverage_sector is None else f"; sector known of {value.coverage_sector:.1%} of the parties"
    if not found.years:
        return f"{counted(value.records, 'record')}, {window}{known}"
    used = [y for y in found.years if y.source == value.source and y.is_used]
    years = ", ".join(_pair(y, found.indicator.lag) for y in used) or "none"
    reporters = sorted({name for y in used for name in (*y.reporters, *y.base_reporters)})
    by = f"; reported by {', '.join(reporters)}" if reporters else ""
    return f"{counted(value.records, 'reported cell')}, {window}; years used: {years}{by}{known}"


def _pair(year: Year, lag: int) -> str:
    other = f" ÷ {year.base_year}" if lag else ""
    return f"{year.year}{other}" + (f" (÷ {year.base_source})" if year.base_source not in (None, year.source) else "")


def _records(found: Explanation, everything: bool) -> None:
    unit = found.indicator.numerator.unit
    for side in ("numerator", "denominator"):
        there = [r for r in found.records if r.side == side]
        if not there:
            continue
        if there[0].record_table == "survey_value":
            click.echo(f"\n{counted(len(there), 'reported cell')} in the {side} ({there[0].measure})")
            terminal.listing("", [_cell(r) for r in there], False)
            continue
        held = counted(len({(r.record_table, r.record_id) for r in there}), "record")
        pairs = f", {counted(len(there), 'pair')} of record and partner," if there[0].partner_id else ""
        if side == "denominator" and not everything:
            click.echo(f"\n{held}{pairs} in the denominator ({there[0].measure}): --all lists them")
            continue
        there.sort(key=lambda r: (-(r.amount_eur or r.amount or 0), r.record_id, r.partner_id))
        listed = there if everything else there[:SHOWN]
        click.echo(f"\n{held}{pairs} in the {side} ({there[0].measure})")
        terminal.listing("", [_row(r, unit) for r in listed], False)
        if len(listed) < len(there):
            click.echo(f"the first {len(listed)}, largest first; all of them with --all")


def _cell(record: Record) -> dict[str, Any]:
    """Lay out a reported cell: who, which period, which cell, as published, and what it adds."""
    return {
        "reporter": record.reporter,
        "period": f"{record.period_start} to {record.period_end}",
        "cell": record.cell,
        "partner": record.cell_partner,
        "breakdown": record.breakdown,
        "published": record.value_as_published or record.status or "",
        "adds": record.amount,
        "in": record.currency or "",
        "year used": "yes" if record.is_used else "no",
    }


def _row(record: Record, unit: str) -> dict[str, Any]:
    """Lay out a record, of a numerator in a unit (`measure.UNITS`)."""
    money = record.currency is not None
    row: dict[str, Any] = {
        "record": record.record_id,
        "starts": str(record.starts_on or ""),
        "title": (record.acronym or record.title or "")[:40],
    }
    if record.partner_id:
        row["partner"] = record.partner_name or record.partner_id
    if money and record.currency != "EUR":
        row["amount"] = f"{terminal.number(record.amount)} {record.currency}"
    row["EUR" if money else _COLUMN.get(unit, "counts")] = record.amount_eur if money else record.amount
    if not money and unit not in _COLUMN and record.share is not None:
        row["share"] = record.share
    return row | {"link": record.record_url or ""}


_COLUMN = {"km": "km", "years": "years"}
"""What a record tells where it is measured, and not counted or shared out."""
