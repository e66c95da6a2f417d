"""Print the explanation of a value: formula, numbers, interval, and the records behind it with links."""

from dataclasses import asdict
from typing import Any

import click

from pipelines import composite_explanation, lookup, shown, terminal
from pipelines.indicators import composite
from pipelines.indicators.catalogue import catalogue
from pipelines.indicators.explain import Explanation, Value, explain
from pipelines.indicators.explain_records import Record
from pipelines.indicators.indicator import Indicator
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
    _print(found, name, release, others)
    _records(found.records, everything)


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


def _print(found: Explanation, name: str, release: Release, others: tuple[Otherwise, ...]) -> None:
    indicator = found.indicator
    mark = " · SIMULATED RECORDS" if release.is_simulated else ""
    click.echo(f"{indicator.title} · {name} · {found.year}")
    click.echo(f"{indicator.id} · {found.institution_id} · release {release.vintage}{mark}\n")
    click.echo(indicator.meaning)
    click.echo(f"formula   {found.formula}")
    for value in found.values:
        click.echo(f"value     {found.calculation[value.source]}   [{value.status}, {value.source}]")
        click.echo(f"interval  {_interval(value)}")
        if value.value_fixed is not None:
            click.echo(f"fixed     {terminal.number(value.value_fixed)} {value.unit} at the rates of {FIXED_YEAR}")
        click.echo(f"base      {_base(value, found)}")
    for line in found.money:
        click.echo(f"money     {line}")
    for why in found.reason.values():
        if why:
            click.echo(f"why       {why}")
    if not found.values and not any(found.reason.values()):
        click.echo("value     none in this release")
    several = len(found.values) > 1
    for choice in others:
        click.echo(shown.lines([f"instead   {f'{choice.source}: ' if several else ''}{choice.says}"], " " * 10))
    for other in found.alternatives:
        is_told = other.value is not None or other.value_national is not None
        if is_told and not _is_choice(other, indicator.intensity):
            click.echo(f"also      {_other(other, indicator)}")
    for caveat in indicator.caveats:
        click.echo(f"caution   {caveat}")


def _is_choice(value: Value, headline: str) -> bool:
    """Tell whether a value is one of the other choices that are told in words: by shares, or with children."""
    plain = (value.partner, value.intensity, value.field) == ("all", headline, "all")
    return plain and (value.counting, value.rollup) in (("fractional", "direct"), ("whole", "with_children"))


def _base(value: Value, found: Explanation) -> str:
    """Say how many records stand behind a value, of which years; of a reported one, which years were used."""
    window = f"{found.year - value.window_years + 1}–{found.year}" if value.window_years > 1 else f"{found.year}"
    known = "" if value.coverage_sector is None else f"; sector known of {value.coverage_sector:.1%} of the parties"
    if not found.years:
        return f"{terminal.number(value.records)} records, {window}{known}"
    used = [y for y in found.years if y.source == value.source and y.is_used]
    years = ", ".join(_pair(y, found.indicator.lag) for y in used) or "none"
    reporters = sorted({name for y in used for name in (*y.reporters, *y.base_reporters)})
    by = f"; reported by {', '.join(reporters)}" if reporters else ""
    return f"{terminal.number(value.records)} reported cells, {window}; years used: {years}{by}{known}"


def _pair(year: Year, lag: int) -> str:
    other = f" ÷ {year.base_year}" if lag else ""
    return f"{year.year}{other}" + (f" (÷ {year.base_source})" if year.base_source not in (None, year.source) else "")


def _interval(value: Value) -> str:
    if value.basis == "reported":
        return "none: the institution reports the figure about itself"
    if value.lower is None or value.upper is None:
        return "none: not given for this kind of value or base"
    means = {
        "stability": "of stability: what the same process would give again",
        "wilson": "95 %, Wilson",
        "delta": "95 %, delta method",
        "bootstrap": "95 %, bootstrap-t",
    }.get(value.basis, value.basis)
    return f"{terminal.number(value.lower)} to {terminal.number(value.upper)} ({means})"


def _other(value: Value, headline: Indicator) -> str:
    said = [
        value.counting if value.counting != "whole" else "",
        "with its institutional children" if value.rollup == "with_children" else "",
        f"partners: {value.partner}" if value.partner != "all" else "",
        f"{value.intensity} collaborations" if value.intensity != headline.intensity else "",
        f"field: {value.field}" if value.field != "all" else "",
        f"over {value.window_years} years" if value.window_years != headline.window_years else "",
    ]
    shown = f"{terminal.number(value.value)} {value.unit}"
    if value.value is None:
        shown = f"{terminal.number(value.value_national)} {value.currency}"
    return f"{shown}: {', '.join(s for s in said if s)} [{value.status}]"


def _records(records: tuple[Record, ...], everything: bool) -> None:
    for side in ("numerator", "denominator"):
        there = [r for r in records if r.side == side]
        if not there:
            continue
        if there[0].record_table == "survey_value":
            click.echo(f"\n{len(there):,} reported cells in the {side} ({there[0].measure})")
            terminal.listing("", [_cell(r) for r in there], False)
            continue
        if side == "denominator" and not everything:
            continue
        there.sort(key=lambda r: (-(r.amount_eur or r.amount or 0), r.record_id, r.partner_id))
        listed = there if everything else there[:SHOWN]
        click.echo(f"\n{len(there):,} records in the {side} ({there[0].measure})")
        terminal.listing("", [_row(r) for r in listed], False)
        if len(listed) < len(there):
            click.echo(f"the {len(listed)} largest; all of them with --all")


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


def _row(record: Record) -> dict[str, Any]:
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
    row["EUR" if money else "counts"] = record.amount_eur if money else record.amount
    if not money and record.share is not None:
        row["share"] = record.share
    return row | {"link": record.record_url or ""}
