"""Find the institution, indicator or year a person means, or say which come near."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb


class NotFoundError(Exception):
    """Nothing of that name; the message holds the nearest names."""


def _suggest(what: str, said: str, near: list[str]) -> NotFoundError:
    hint = "\n  nearest: " + "\n           ".join(near) if near else ""
    return NotFoundError(f"no {what} {said!r}{hint}")


def institution(connection: "duckdb.DuckDBPyConnection", said: str) -> tuple[str, str]:
    """Return (organisation_id, name) of an institution, by ROR id or any name ROR knows.

    Of several with one name, the one with more records wins. Raises NotFoundError with the nearest names.
    """
    text = said.strip()
    if text.startswith(("https://ror.org/", "ror.org/", "local:")) or (len(text) == 9 and text.startswith("0")):
        wanted = text if text.startswith(("https://", "local:")) else f"https://ror.org/{text.rpartition('/')[2]}"
        found = connection.execute(
            "SELECT organisation_id, name FROM institution WHERE organisation_id = ?", [wanted]
        ).fetchall()
        if found:
            return found[0]
        other = connection.execute(
            "SELECT name, sector FROM organisation WHERE organisation_id = ?", [wanted]
        ).fetchall()
        if other:
            raise NotFoundError(
                f"{other[0][0]} ({wanted}) is no institution with indicators: its sector is {other[0][1]}"
            )
        raise _suggest("institution", said, [])
    found = connection.execute(
        """
        WITH names AS (
            SELECT organisation_id, name FROM registry_name
            UNION
            SELECT organisation_id, name FROM institution
        )
        SELECT i.organisation_id, i.name
        FROM institution AS i
        JOIN names AS n ON n.organisation_id = i.organisation_id
        LEFT JOIN (
            SELECT institution_id, sum(records) AS records FROM coverage_institution GROUP BY institution_id
        ) AS c ON c.institution_id = i.organisation_id
        WHERE lower(strip_accents(n.name)) = lower(strip_accents(?))
        GROUP BY i.organisation_id, i.name
        ORDER BY max(coalesce(c.records, 0)) DESC, i.organisation_id
        """,
        [text],
    ).fetchall()
    if found:
        return found[0]
    raise _suggest("institution", said, _nearest_names(connection, text))


def _nearest_names(connection: "duckdb.DuckDBPyConnection", text: str) -> list[str]:
    from rapidfuzz import fuzz, process, utils

    rows = connection.execute(
        """
        SELECT DISTINCT n.name, i.name, i.organisation_id, coalesce(i.country, '')
        FROM institution AS i JOIN registry_name AS n USING (organisation_id)
        WHERE NOT list_contains(n.kinds, 'acronym')
        ORDER BY i.organisation_id, n.name
        """
    ).fetchall()
    scored = process.extract(
        text, [row[0] for row in rows], scorer=fuzz.WRatio, processor=utils.default_process, limit=15
    )
    near = [f"{rows[i][1]} ({rows[i][3]}, {rows[i][2]})" for _, score, i in scored if score >= 60]
    return list(dict.fromkeys(near))[:5]


def nearest(what: str, said: str, there: list[str]) -> str:
    """Return the entry of a list that was said, or raise NotFoundError with the nearest ones."""
    from rapidfuzz import fuzz, process

    if said in there:
        return said
    scored = process.extract(said, there, scorer=fuzz.WRatio, limit=5)
    raise _suggest(what, said, [name for name, score, _ in scored if score >= 50] or there[:10])
