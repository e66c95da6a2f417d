"""Print the explanation of a value: formula, numbers, interval, and the records behind it with links."""

from dataclasses import asdict
from typing import Any

import click

from pipelines import lookup, terminal
from pipelines.indicators.catalogue import catalogue
from pipelines.indicators.explain import Explanation, Record, Value, explain
from warehouse import Release

SHOWN = 25
"""Records listed unless all are asked for."""


def show(release: Release, org: str, indicator: str, year: int, everything: bool, as_json: bool) -> None:
    """Print the explanation of an institution's value, or raise NotFoundError with the nearest names."""
    indicator = lookup.nearest("indicator", indicator, list(catalogue()))
    with release.connect() as connection:
        id_, name = lookup.institution(connection, org)
        years = [y for (y,) in connection.execute("SELECT DISTINCT year FROM coverage ORDER BY year").fetchall()]
        if year not in years:
            there = f"{years[0]} to {years[-1]}" if years else "none"
            raise lookup.NotFoundError(f"no year {year} in release {release.vintage}: it has {there}")
        found = explain(connection, id_, indicator, year)
    if as_json:
        terminal.dump(_plain(found, release))
        return
    _print(found, name, release, everything)


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
        "values": [asdict(v) for v in found.values],
        "alternatives": [asdict(v) for v in found.alternatives],
        "records": [asdict(r) for r in found.records],
    }


def _print(found: Explanation, name: str, release: Release, everything: bool) -> None:
    indicator = found.indicator
    mark = " · SIMULATED RECORDS" if release.is_simulated else ""
    click.echo(f"{indicator.title} · {name} · {found.year}")
    click.echo(f"{indicator.id} · {found.institution_id} · release {release.vintage}{mark}\n")
    click.echo(indicator.meaning)
    click.echo(f"formula   {found.formula}")
    for value in found.values:
        click.echo(f"value     {found.calculation[value.source]}   [{value.status}, {value.source}]")
        click.echo(f"interval  {_interval(value)}")
        window = f"{found.year - value.window_years + 1}–{found.year}" if value.window_years > 1 else f"{found.year}"
        known = "" if value.coverage_sector is None else f"; sector known of {value.coverage_sector:.1%} of the parties"
        click.echo(f"base      {terminal.number(value.records)} records, {window}{known}")
    for why in found.reason.values():
        if why:
            click.echo(f"why       {why}")
    if not found.values and not any(found.reason.values()):
        click.echo("value     none in this release")
    for other in found.alternatives:
        if other.value is not None:
            click.echo(f"also      {_other(other, indicator.intensity)}")
    for caveat in indicator.caveats:
        click.echo(f"caution   {caveat}")
    _records(found.records, everything)


def _interval(value: Value) -> str:
    if value.lower is None or value.upper is None:
        return "none: not given for this kind of value or base"
    means = {
        "stability": "of stability: what the same process would give again",
        "wilson": "95 %, Wilson",
        "delta": "95 %, delta method",
        "bootstrap": "95 %, bootstrap-t",
    }.get(value.basis, value.basis)
    return f"{terminal.number(value.lower)} to {terminal.number(value.upper)} ({means})"


def _other(value: Value, headline: str) -> str:
    said = [
        value.counting if value.counting != "whole" else "",
        "with its institutional children" if value.rollup == "with_children" else "",
        f"partners: {value.partner}" if value.partner != "all" else "",
        f"{value.intensity} collaborations" if value.intensity != headline else "",
    ]
    return f"{terminal.number(value.value)} {value.unit}: {', '.join(s for s in said if s)} [{value.status}]"


def _records(records: tuple[Record, ...], everything: bool) -> None:
    for side in ("numerator", "denominator"):
        there = [r for r in records if r.side == side]
        if not there or (side == "denominator" and not everything):
            continue
        there.sort(key=lambda r: (-(r.amount_eur or r.amount or 0), r.record_id, r.partner_id))
        listed = there if everything else there[:SHOWN]
        click.echo(f"\n{len(there):,} records in the {side} ({there[0].measure})")
        terminal.listing("", [_row(r) for r in listed], False)
        if len(listed) < len(there):
            click.echo(f"the {len(listed)} largest; all of them with --all")


def _row(record: Record) -> dict[str, Any]:
    money = record.currency is not None
    row: dict[str, Any] = {
        "record": record.record_id,
        "starts": str(record.starts_on or ""),
        "title": (record.acronym or record.title or "")[:40],
    }
    if record.partner_id:
        row["partner"] = record.partner_name or record.partner_id
    row["EUR" if money else "counts"] = record.amount_eur if money else record.amount
    if not money and record.share is not None:
        row["share"] = record.share
    return row | {"link": record.record_url or ""}
