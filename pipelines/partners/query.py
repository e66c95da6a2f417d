"""From what a person writes to who asks: a company or institution with its own profile, or a description in words."""

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import click

from pipelines import lookup
from pipelines.lookup import NotFoundError
from pipelines.partners import company, gather, place, words
from pipelines.partners.seeker import Seeker, main_classes

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
    """Return who asks. Creates and replaces the tables of `gather.prepare`.

    Raises NotFoundError for a company, institution or place nobody knows, click.UsageError for a text without words.
    """
    if asked.institution:
        found = _institution(connection, asked)
    elif asked.company:
        found = _company(connection, asked)
    else:
        found = Seeker("company", {}, kind="sme" if asked.is_sme else "all", country=asked.country)
    found = _described(connection, asked, found)
    return _placed(connection, asked, found)


def _institution(connection: "duckdb.DuckDBPyConnection", asked: Asked) -> Seeker:
    id_, name = lookup.institution(connection, asked.institution)
    ((kind,),) = connection.execute("SELECT kind FROM institution WHERE organisation_id = ?", [id_]).fetchall()
    terms, note = _terms(connection, id_, name)
    country, where, _ = company.address(connection, id_)
    return Seeker("institution", terms, kind, id_, name, country, where, frozenset({id_}), notes=(note,))


def _company(connection: "duckdb.DuckDBPyConnection", asked: Asked) -> Seeker:
    id_, name, note = company.find(connection, asked.company, asked.country if not asked.near else "")
    terms, told = _terms(connection, id_, name)
    ((is_sme,),) = connection.execute(
        "SELECT bool_or(is_sme) FROM partner_party WHERE organisation_id = ? AND is_company", [id_]
    ).fetchall()
    kind = "sme" if asked.is_sme or is_sme else "all" if is_sme is None else "large"
    country, where, city = company.address(connection, id_)
    if where is None and city and not asked.near:
        try:
            where, _ = place.find(connection, city, country)
        except NotFoundError:
            where = None
    group = frozenset({company.head(connection, id_)})
    notes = tuple(filter(None, (note, told)))
    return Seeker("company", terms, kind, id_, name, country, where, group, notes=notes)


def _terms(connection: "duckdb.DuckDBPyConnection", id_: str, name: str) -> tuple[dict[str, int], str]:
    """Return the terms of an organisation's last years, or of all its years where these tell none, and which."""
    for years in (gather.YEARS, 1000):
        gather.prepare(connection, years, id_)
        terms, records, when = gather.terms_of(connection, id_)
        if terms:
            return terms, f"profile of {name}: {records:,} records of {when}, {len(terms):,} words and classes"
    told = f"{records:,} records, and no title or class is told in them" if records else "no records"
    return {}, f"profile of {name}: none ({told}): say what is wanted with --text or --cpc"


def _described(connection: "duckdb.DuckDBPyConnection", asked: Asked, found: Seeker) -> Seeker:
    """Let text and classes, where they are given, take the place of the profile of who asks."""
    if asked.text is None and not asked.cpc:
        return replace(found, classes=main_classes(found.terms))
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
