"""From what a person writes to who asks: a company or institution with its own profile, or a description in words."""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import click

from pipelines import lookup
from pipelines.link.topmost import HEADS
from pipelines.partners import company, place, prepared, terms, words
from pipelines.partners.component import counted
from pipelines.partners.place import Place
from pipelines.partners.seeker import Seeker, main_classes
from pipelines.partners.terms import Terms

if TYPE_CHECKING:
    import duckdb

_SYMBOL = re.compile(r"([A-HY]\d{2}[A-Z])(?:\s*\d+/\d+)?")


@dataclass(frozen=True)
class Asked:
    """What the command line was given, as it was written; '' where nothing was."""

    company: str = ""
    institution: str = ""
    text: str | None = None
    cpc: tuple[str, ...] = ()
    near: str = ""
    country: str = ""
    is_sme: bool = False


def check(asked: Asked) -> None:
    """Raise click.UsageError for what cannot be answered, whatever the release."""
    if asked.company and asked.institution:
        raise click.UsageError("--company asks for institutions and --institution for companies: give one of them")
    if asked.text is not None and not asked.text.strip():
        raise click.UsageError('--text is empty: say what is wanted, as --text "solid-state battery electrolytes"')
    if not (asked.company or asked.institution or asked.text or asked.cpc):
        raise click.UsageError(
            'say who asks or for what: --company NAME, --text "…", --cpc C, or --institution ORG for the reverse'
        )
    subclasses(asked.cpc)


def subclasses(symbols: tuple[str, ...]) -> tuple[str, ...]:
    """Return the CPC subclasses of symbols (H01M, or H01M10/0525), each once; click.UsageError for anything else."""
    found = []
    for symbol in (one.strip().upper() for said in symbols for one in said.split(",")):
        if not (read := _SYMBOL.fullmatch(symbol)):
            raise click.UsageError(f"--cpc {symbol}: a CPC subclass is written as H01M, a group as H01M10/0525")
        found.append(read[1])
    return tuple(dict.fromkeys(found))


def seeker(connection: "duckdb.DuckDBPyConnection", asked: Asked) -> Seeker:
    """Return who asks. Creates and replaces the tables of `prepared.prepare`.

    Raises NotFoundError for a company, institution or place nobody knows, click.UsageError for a text without words.
    """
    if asked.institution:
        found = _institution(connection, asked)
    elif asked.company:
        found = _company(connection, asked)
    else:
        name = f'"{asked.text.strip()}"' if asked.text else ", ".join(asked.cpc)
        found = Seeker("company", {}, "sme" if asked.is_sme else "all", name=name, country=asked.country)
    found = _described(connection, asked, found)
    return _placed(connection, asked, found)


def _institution(connection: "duckdb.DuckDBPyConnection", asked: Asked) -> Seeker:
    id_, name = lookup.institution(connection, asked.institution)
    ((kind,),) = connection.execute("SELECT kind FROM institution WHERE organisation_id = ?", [id_]).fetchall()
    held = terms.terms_of(connection, [id_]).get(id_, Terms({}))
    country, where = company.address(connection, id_)
    classes, notes = main_classes(held.counts), (_told(name, held),)
    return Seeker("institution", held.counts, kind, id_, name, country, where, frozenset({id_}), classes, notes=notes)


def _company(connection: "duckdb.DuckDBPyConnection", asked: Asked) -> Seeker:
    id_, _, note = company.find(connection, asked.company, asked.country)
    (found,) = companies(connection, [id_])
    notes = tuple(filter(None, (note, *found.notes)))
    return replace(found, kind="sme" if asked.is_sme else found.kind, notes=notes)


def companies(connection: "duckdb.DuckDBPyConnection", ids: Collection[str]) -> list[Seeker]:
    """Return companies as those who ask, each with its profile, size, place and group, in the order of their ids."""
    held = terms.terms_of(connection, ids)
    prepared.prepare(connection, of=sorted(ids))
    rows = connection.execute(
        f"""WITH size AS (
            SELECT organisation_id, bool_or(is_sme) AS is_sme
            FROM partner_party WHERE is_company GROUP BY organisation_id
        )
        SELECT s.organisation_id, s.name, s.country, s.city, s.latitude, s.longitude, z.is_sme, g.head_id
        FROM partner_asked AS a
        JOIN partner_site AS s USING (organisation_id)
        JOIN ({HEADS}) AS g USING (organisation_id)
        LEFT JOIN size AS z USING (organisation_id)
        ORDER BY s.organisation_id"""
    ).fetchall()
    found = []
    for id_, name, country, city, latitude, longitude, is_sme, head in rows:
        mine = held.get(id_, Terms({}))
        kind = "all" if is_sme is None else "sme" if is_sme else "large"
        where = None if latitude is None else Place(city or name, country, latitude, longitude)
        classes, notes = main_classes(mine.counts), (_told(name, mine),)
        found.append(
            Seeker("company", mine.counts, kind, id_, name, country, where, frozenset({head}), classes, notes=notes)
        )
    return found


def _told(name: str, terms: Terms) -> str:
    """Say what a profile is made of."""
    records = counted(terms.records, "record")
    if not terms.counts:
        told = f"{records}, and no title or class is told in them" if terms.records else "no record"
        return f"profile of {name}: none ({told}); --text or --cpc say what is wanted"
    years = f"{terms.first}–{terms.last}" if terms.first < terms.last else f"{terms.first}"
    return f"profile of {name}: {records} of {years}, {len(terms.counts):,} words and classes"


def _described(connection: "duckdb.DuckDBPyConnection", asked: Asked, found: Seeker) -> Seeker:
    """Let text and classes, where they are given, take the place of the profile of who asks."""
    if asked.text is None and not asked.cpc:
        return found
    wanted = words.of_text(connection, asked.text or "")
    if asked.text is not None and not wanted and not asked.cpc:
        raise click.UsageError(f"--text {asked.text!r} has no word that says what is wanted")
    classes = subclasses(asked.cpc)
    terms = dict.fromkeys([*wanted, *(words.CLASS + name for name in classes)], 1)
    return replace(found, terms=terms, classes=classes, notes=tuple(n for n in found.notes if "profile of" not in n))


def _placed(connection: "duckdb.DuckDBPyConnection", asked: Asked, found: Seeker) -> Seeker:
    if not asked.near:
        return found
    where, note = place.find(connection, asked.near, asked.country)
    notes = (*found.notes, note) if note else found.notes
    return replace(found, place=where, country=found.country or where.country, notes=notes)
