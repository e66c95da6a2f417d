"""The company a person means: by id, by a name in the registry or the records, or by what linking makes of it."""

from typing import TYPE_CHECKING

from pipelines.lookup import NotFoundError
from pipelines.partners.place import Place

if TYPE_CHECKING:
    import duckdb

_NAMED = """
    WITH named AS (
        SELECT organisation_id, name FROM organisation
        UNION
        SELECT organisation_id, name FROM registry_name
        UNION
        SELECT organisation_id, name FROM linked_party WHERE organisation_id IS NOT NULL
        UNION
        -- The registry tells the firms of a group apart by country: Siemens (Germany).
        SELECT organisation_id, regexp_replace(name, ' \\([^()]+\\)$', '') FROM organisation
        WHERE sector = 'company' AND status <> 'named'
    ),
    asked AS (
        SELECT organisation_id FROM named
        WHERE lower(strip_accents(name)) = lower(strip_accents(?)) OR organisation_id IN (SELECT unnest(?))
    )
    SELECT o.organisation_id, o.name, o.sector, o.is_institution, coalesce(o.country, ''),
        (SELECT count(*) FROM linked_party AS p WHERE p.organisation_id = o.organisation_id) AS records
    FROM organisation AS o
    WHERE o.organisation_id IN (SELECT organisation_id FROM asked)
    ORDER BY o.sector <> 'company' OR o.is_institution, o.country IS DISTINCT FROM ?, records DESC, o.organisation_id
"""


def find(connection: "duckdb.DuckDBPyConnection", said: str, country: str = "") -> tuple[str, str, str]:
    """Return id and name of a company, and what to say where several have the name.

    Of these it is one of the country, if any is, and the one with most records.

    Raises NotFoundError with near names, or with what the name is if it is no company's.
    """
    text = said.strip()
    if not text:
        raise NotFoundError("no company without a name: --company NAME, or say what is wanted with --text")
    found = connection.execute(_NAMED, [text, _ids(connection, text), country]).fetchall()
    companies = [row for row in found if row[2] == "company" and not row[3]]
    if companies:
        id_, name, *_ = companies[0]
        others = ", ".join(f"{row[1]} ({row[4] or '?'}, {row[0]})" for row in companies[1:4])
        return id_, name, f"{said!r} is taken as {name} ({id_}); there is also {others}" if others else ""
    if found:
        id_, name, sector, is_institution, *_ = found[0]
        mend = f'\n  mend: iur partners --institution "{name}"' if is_institution else ""
        raise NotFoundError(f"{name} ({id_}) is no company: its sector is {sector.replace('_', ' ')}{mend}")
    near = "".join(f"\n  nearest: {one}" for one in _nearest(connection, text))
    mend = '\n  mend: iur partners --text "what is wanted" --near PLACE asks for a company that no record names'
    raise NotFoundError(f"no company {said!r} in this release{near}{mend}")


def _ids(connection: "duckdb.DuckDBPyConnection", text: str) -> list[str]:
    """Return the ids that a text may be: an id itself, or that of a company known by this name in any country."""
    from pipelines.link import company

    if text.startswith(("https://ror.org/", "local:")):
        return [text]
    if text.startswith("ror.org/") or (len(text) == 9 and text.startswith("0")):
        return [f"https://ror.org/{text.rpartition('/')[2]}"]
    countries = connection.execute(
        "SELECT DISTINCT coalesce(country, '') FROM organisation WHERE status = 'named' ORDER BY ALL"
    ).fetchall()
    return [id_ for (country,) in [*countries, ("",)] if (id_ := company.local_id(text, country))]


def _nearest(connection: "duckdb.DuckDBPyConnection", text: str) -> list[str]:
    from rapidfuzz import fuzz, process, utils

    rows = connection.execute(
        """SELECT name, coalesce(country, '?'), organisation_id FROM organisation
        WHERE sector = 'company' AND NOT is_institution ORDER BY organisation_id"""
    ).fetchall()
    scored = process.extract(
        text, [row[0] for row in rows], scorer=fuzz.WRatio, processor=utils.default_process, limit=5, score_cutoff=60
    )
    return [f"{rows[i][0]} ({rows[i][1]}, {rows[i][2]})" for _, _, i in scored]


def address(connection: "duckdb.DuckDBPyConnection", id_: str) -> tuple[str, Place | None]:
    """Return country and place of an organisation, no place where none is known. Needs `prepared.prepare`."""
    ((name, country, city, latitude, longitude),) = connection.execute(
        "SELECT name, country, city, latitude, longitude FROM partner_site WHERE organisation_id = ?", [id_]
    ).fetchall()
    if latitude is None or longitude is None:
        return country, None
    return country, Place(city or name, country, latitude, longitude)
