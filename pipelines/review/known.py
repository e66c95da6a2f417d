"""What a release knows of: organisations of its registry, names and ids of its records."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from pipelines.link import holders, names
from pipelines.review import worklist
from pipelines.source import SourceError
from warehouse import Release

if TYPE_CHECKING:
    import duckdb

_ROR = re.compile(r"(?:(?:https?://)?ror\.org/)?(0[a-z0-9]{6}\d{2})")


def organisation(connection: "duckdb.DuckDBPyConnection", release: Release, said: str, notes: list[str]) -> str:
    """Return the full address of an organisation in the release's registry, by ROR id in any spelling.

    Adds to `notes` what is odd about it. Raises SourceError for one that is unknown or withdrawn.
    """
    found = _ROR.fullmatch(said.strip().lower().rstrip("/"))
    if not found:
        raise SourceError(
            f"{said!r} is no ROR id", rule="ror_id", mend="write it as https://ror.org/02e2c7k09, or as 02e2c7k09"
        )
    id_ = f"https://ror.org/{found.group(1)}"
    rows = connection.execute(
        """SELECT o.name, o.status, c.name, c.organisation_id
        FROM organisation AS o
        LEFT JOIN organisation AS c ON c.organisation_id = o.current_id AND c.organisation_id <> o.organisation_id
        WHERE o.organisation_id = ?""",
        [id_],
    ).fetchall()
    if not rows:
        raise SourceError(
            f"the registry in release {release.vintage} has no {id_}",
            rule="ror_id",
            mend="look it up with iur resolve NAME; a record made since comes with iur ingest ror and iur release",
        )
    name, status, successor, successor_id = rows[0]
    if status == "withdrawn":
        instead = f"take its successor {successor}: {successor_id}" if successor_id else "it has no one successor"
        raise SourceError(f"{name} ({id_}) is withdrawn from the registry", rule="withdrawn", mend=instead)
    if successor_id:
        notes.append(f"{name} is {status}; its successor is credited: {successor} ({successor_id})")
    return id_


def country(connection: "duckdb.DuckDBPyConnection", name: str, said: str | None) -> str:
    """Return the country a name is answered for, that which is said or the one there is.

    Raises SourceError where no record has the name there, and where linking could not know it by its letters.
    """
    core = names.forms(name).core
    if not core:
        raise SourceError(f"{name!r} has no letter to know it by", rule="name", mend="answer for an --id")
    there = [
        code
        for (code,) in connection.execute(
            "SELECT DISTINCT country FROM name_link WHERE lower(trim(name)) = lower(trim(?)) ORDER BY country",
            [name],
        ).fetchall()
    ]
    if said is None and len(there) > 1:
        raise SourceError(
            f"records have {name!r} in {', '.join(c or 'no country' for c in there)}",
            rule="country",
            mend="say which with --country CC ('' for records that tell none)",
        )
    found = said if said is not None else next(iter(there), None)
    if found is None or found not in there:
        near = worklist.nearest(connection, name, found)
        raise SourceError(
            f"no record has {name!r}" + (f" in {found}" if found else ""),
            rule="name",
            mend=f"nearest: {'; '.join(near)}" if near else "iur review lists names as records write them",
        )
    if not found and len(core) < holders.LONG:
        raise SourceError(
            f"{name!r} is too short to know it by where no country is told",
            rule="name",
            mend=f"a name without a country needs {holders.LONG} letters; answer for an --id if its records have one",
        )
    return found


def source_id(connection: "duckdb.DuckDBPyConnection", id_: str) -> None:
    """Raise SourceError where no record has an organisation with a source's id."""
    found = connection.execute(
        "SELECT 1 FROM name_link WHERE list_contains(string_split(context, ' | '), 'id:' || ?) LIMIT 1", [id_]
    ).fetchall()
    if not found:
        raise SourceError(
            f"no record has an organisation with the id {id_!r}",
            rule="id",
            mend="write it as in the context of name_link: pic:999977366",
        )


def named(connection: "duckdb.DuckDBPyConnection", ids: Iterable[str]) -> dict[str, str]:
    """Return the names of organisations by id."""
    return dict(
        connection.execute(
            "SELECT organisation_id, name FROM organisation WHERE list_contains(?::VARCHAR[], organisation_id)",
            [sorted(set(ids))],
        ).fetchall()
    )
