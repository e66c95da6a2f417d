"""Explain a score of the composite: what adds how much, its place and the range of it, and what that hangs on."""

from typing import Any

import click

from pipelines import lookup, shown, standing, terminal
from pipelines.indicators import composite
from pipelines.indicators.weights import weights
from warehouse import Release

_PARTS = """
    SELECT indicator, source, concept, years, value, lower, upper, weight, percentile, adds
    FROM composite_part WHERE institution_id = ? AND year = ? ORDER BY adds DESC NULLS LAST, indicator
"""

_SENSITIVITY = """
    SELECT choice, members, mean_shift, largest_shift, agreement
    FROM sensitivity WHERE profile = ? AND peer_group = ? AND year = ? ORDER BY mean_shift DESC, choice
"""


def show(release: Release, org: str, year: int, as_json: bool) -> None:
    """Print the explanation of an institution's score, or raise NotFoundError with the nearest names and the years."""
    with release.connect() as connection:
        id_, name = lookup.institution(connection, org)
        parts = standing.dicts(connection, _PARTS, [id_, year]) if standing.is_formed(release) else []
        if not parts:
            query = "SELECT DISTINCT year FROM composite_part WHERE institution_id = ? ORDER BY year"
            years = connection.execute(query, [id_]).fetchall() if standing.is_formed(release) else []
            there = f"it has {terminal.runs([y for (y,) in years])}" if years else "it has none in this release"
            raise lookup.NotFoundError(f"{name} has nothing that {composite.ID} weighs in {year}: {there}")
        rank = next(iter(standing.composite(connection, id_, year, year)), None)
        key = [rank["profile"], rank["peer_group"], year] if rank else []
        shifts = standing.dicts(connection, _SENSITIVITY, key) if rank else []
    if as_json:
        told = {"institution_id": id_, "institution": name, "year": year, "indicator": composite.ID}
        about = {"release": release.vintage, "simulated": release.is_simulated}
        terminal.dump(
            about | told | {"formula": composite.FORMULA, "rank": rank, "parts": parts, "sensitivity": shifts}
        )
        return
    mark = " · SIMULATED RECORDS" if release.is_simulated else ""
    click.echo(f"{composite.TITLE} · {name} · {year}")
    click.echo(f"{composite.ID} · {id_} · release {release.vintage}{mark}\n")
    click.echo(shown.lines([composite.MEANING], ""))
    click.echo(_said("formula", composite.FORMULA))
    _score(rank, parts)
    for caveat in composite.CAVEATS:
        click.echo(_said("caution", caveat))
    terminal.listing("\nWhat it is made of", [_part(part) for part in parts], False)
    if shifts:
        click.echo("\nHow far places in this group move when one choice alone is made otherwise:")
        click.echo(shown.lines(_shift(shift) for shift in shifts))


def _said(what: str, says: str) -> str:
    return shown.lines([f"{what:<10}{says}"], " " * 10)


def _score(rank: dict[str, Any] | None, parts: list[dict[str, Any]]) -> None:
    told = sum(part["weight"] for part in parts)
    if rank is None:
        why = (
            f"{told:.0%} of the weight has data, and half is needed" if told < 0.5 else "too few peers to compare with"
        )
        click.echo(_said("value", f"none: {why}"))
        return
    sums = " + ".join(f"{part['adds']:.1f}" for part in parts if part["adds"] is not None)
    click.echo(_said("value", f"{sums} = {rank['score']:.1f} of 100   [published, {rank['profile']}]"))
    place = shown.place(rank["place"], rank["members"])
    click.echo(_said("place", f"{place} in {shown.group(rank['peer_group'])}"))
    click.echo(
        _said(
            "range",
            f"{rank['place_low']:g} to {rank['place_high']:g} in 90 % of {rank['draws']:,} draws of weights, left-out "
            f"indicator, values within their intervals, normalisation and aggregation; {rank['place_median']:g} in the "
            "middle",
        )
    )
    absent = [w for w in weights() if w.profile == rank["profile"]]
    there = {(part["indicator"], part["source"]) for part in parts}
    lacking = [w.indicator for w in absent if (w.indicator, w.source) not in there]
    click.echo(_said("base", f"{told:.0%} of the weight" + (f"; without {', '.join(lacking)}" if lacking else "")))


def _part(part: dict[str, Any]) -> dict[str, str]:
    unit = _unit(part["indicator"])
    return {
        "indicator": part["indicator"],
        "source": part["source"],
        "years": str(part["years"]),
        "value": shown.amount(part["value"], unit),
        "weight": f"{part['weight']:.1%}",
        "percentile": "" if part["percentile"] is None else f"{part['percentile']:.1f}",
        "adds": "" if part["adds"] is None else f"{part['adds']:.1f}",
    }


def _unit(indicator: str) -> str:
    from pipelines.indicators.catalogue import catalogue

    return catalogue()[indicator].unit if indicator in catalogue() else ""


_CHOICES = {
    "all": "all at once",
    "weights": "other weights",
    "values": "values within their intervals",
    "normalisation": "min–max or standard scores instead of percentiles",
    "aggregation": "geometric instead of arithmetic mean",
}


def _shift(shift: dict[str, Any]) -> str:
    kind, _, indicator = shift["choice"].partition(":")
    choice = f"without {indicator}" if indicator else _CHOICES[kind]
    agreed = "" if shift["agreement"] is None else f"; order agrees to {shift['agreement']:.2f}"
    return f"{shift['mean_shift']:.1f} places, {shift['largest_shift']:.1f} at most: {choice}{agreed}"
