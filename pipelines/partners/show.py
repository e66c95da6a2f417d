"""Print partners for a person: the candidates with their five scores, then why, then how to begin."""

import textwrap
from typing import Any

import click

from pipelines import terminal
from pipelines.partners.component import counted
from pipelines.partners.run import Answer
from pipelines.partners.seeker import Seeker
from warehouse import Release

WIDTH = 100


def show(release: Release, answer: Answer, as_json: bool) -> None:
    """Print an answer, as text or as JSON."""
    seeker, rows = answer.ranking.seeker, list(answer.rows())
    if as_json:
        terminal.dump(
            {
                "release": release.vintage,
                "simulated": release.is_simulated,
                "asks": _asks(seeker),
                "weights": dict(answer.ranking.weights),
                "candidates": rows,
            }
        )
        return
    mark = "   ** SIMULATED RECORDS **" if release.is_simulated else ""
    click.echo(f"\n{_title(seeker)}{mark}")
    for line in _about(seeker):
        click.echo(textwrap.fill(line, WIDTH, subsequent_indent="  "))
    click.echo()
    terminal.listing("", [_line(row) for row in rows], False)
    weights = " · ".join(f"{name} {weight:.2f}" for name, weight in answer.ranking.weights.items())
    click.echo(textwrap.fill(f"total = mean of the scores, weighed by {weights} (--weights)", WIDTH))
    for component in answer.ranking.components:
        if component.score is None:
            click.echo(f"{component.name}: {component.why}; it is left out of the total")
    for row in rows:
        _explain(row, seeker)
    click.echo(f"\nrelease {release.vintage} · all figures: --json · what a word means: docs/partners.md")


def _asks(seeker: Seeker) -> dict[str, Any]:
    place = seeker.place
    return {
        "side": seeker.side,
        "id": seeker.id,
        "name": seeker.name,
        "kind": seeker.kind,
        "country": seeker.country,
        "place": place and {"name": place.name, "latitude": place.latitude, "longitude": place.longitude},
        "classes": seeker.classes,
        "key_words": seeker.key_words,
        "notes": seeker.notes,
    }


def _title(seeker: Seeker) -> str:
    who = f"{seeker.name} ({seeker.country or '?'}, {seeker.id})" if seeker.id else seeker.name
    return f"Institutions that fit {who}" if seeker.side == "company" else f"Companies that fit {who}"


def _about(seeker: Seeker) -> list[str]:
    """Say what was compared, so that a reader sees what the scores are about."""
    lines = list(seeker.notes)
    by = [f"classes {', '.join(seeker.classes)}"] if seeker.classes else []
    if seeker.key_words:
        least = "one of the words" if seeker.least_words == 1 else "two of the words"
        by.append(f"{least} {', '.join(seeker.key_words)} in the title")
    if by:
        lines.append(f"records in the field: {', or '.join(by)}")
    if seeker.side == "company":
        size = {"sme": "an SME", "large": "no SME"}.get(seeker.kind, "of unknown size (--sme: an SME)")
        where = f", at {seeker.place.name}" if seeker.place else ""
        lines.append(f"the company is {size}{where}{f', {seeker.country}' if seeker.country else ''}")
    return lines


def _line(row: dict[str, Any]) -> dict[str, Any]:
    scores = {name: _score(one["score"]) for name, one in row["components"].items()}
    name = textwrap.shorten(row["name"], 36, placeholder=" …")
    return {"": f"{row['place']}", "name": name, "in": row["country"], "total": _score(row["score"]), **scores}


def _score(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _explain(row: dict[str, Any], seeker: Seeker) -> None:
    click.echo(f"\n{row['place']}. {row['name']} · {row['country'] or '?'} · {row[f'{seeker.wanted}_id']}")
    for name, one in row["components"].items():
        if one["score"] is not None:
            line = f"   {name:<10}{_score(one['score'])}  {one['says']}"
            click.echo(textwrap.fill(line, WIDTH, subsequent_indent=" " * 19))
    for one in row["start_small"]:
        amount = f"{terminal.number(round(one['median_amount']))} {one['currency'] or ''}".strip()
        projects = counted(one["projects"], "project")
        if one["projects"] > 1:
            amount += f" (from {terminal.number(round(one['smallest_amount']))})"
        line = f"   start small     {one['instrument']} ({one['source']}): {projects}, median {amount}"
        line += f", last {one['last_year']}"
        click.echo(textwrap.fill(line, WIDTH, subsequent_indent=" " * 19))
