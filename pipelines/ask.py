"""Answer a person's own query over a release: one SELECT, read-only, confined to the release's files."""

from typing import Any

import duckdb

from pipelines import terminal
from pipelines.source import SourceError
from warehouse import Release


def rows(release: Release, sql: str, limit: int = 0) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Return the column names and rows of a query, at most `limit` where that is not 0.

    Raises SourceError for anything but one SELECT, and for what DuckDB refuses.
    """
    try:
        statements = duckdb.extract_statements(sql)
    except duckdb.Error as error:
        raise _refused(error) from error
    # EXPLAIN is refused as well: EXPLAIN ANALYZE runs what it explains, a COPY into the release among it.
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise SourceError(
            "only one SELECT at a time is answered: a release is never edited",
            rule="read-only",
            mend='write it as iur query "SELECT …"',
        )
    with release.connect() as connection:
        try:
            found = connection.execute(sql)
            names = [column[0] for column in found.description or ()]
            return names, found.fetchmany(limit) if limit else found.fetchall()
        except duckdb.Error as error:
            raise _refused(error) from error


def _refused(error: duckdb.Error) -> SourceError:
    said = str(error).strip().partition("\n\n")[0]
    return SourceError(said, rule="query", mend="iur tables lists the tables, iur describe TABLE their columns")


def show(release: Release, sql: str, limit: int, as_json: bool) -> None:
    """Print the rows of a query."""
    names, found = rows(release, sql, limit)
    listed = [dict(zip(names, row, strict=True)) for row in found]
    note = f"first {limit} rows; more with --limit" if limit and len(found) == limit else f"{len(found):,} rows"
    terminal.listing("", listed, as_json, note=f"{note} · release {release.vintage}")
