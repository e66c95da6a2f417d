"""What a measure sees: schemas in which the tables of a release hold the rows of some parts only, or all of them.

A measure of grants or surveys sees the parts that tell what it needs. Patents and conveyances have parts by how
publishers hand them out, and no measure of them ends at one: an owner stands in one source, the conveyance in
another, the award in a third. A measure that reads them sees every table whole, and of what it returns the rows
of parts that tell what it needs are kept (`evidence`).
"""

import re
from collections.abc import Collection, Iterable

import duckdb

from pipelines.indicators.measure import Idea, Measure, text
from pipelines.indicators.observe import Part

ACROSS = (
    "award_patent",
    "patent",
    "patent_party",
    "patent_class",
    "patent_funding",
    "patent_citation",
    "patent_fee",
    "transfer",
    "transfer_party",
    "transfer_patent",
    "title_chain",
)
"""The tables of patents and conveyances, which are never cut down to parts."""

BY_PART = (
    "award",
    "award_party",
    "award_programme",
    "award_output",
    "award_output_party",
    "venture",
    "publication_share",
    "linked_party",
    "collaboration",
    "survey_value",
)
"""The tables that are cut down to the parts that tell enough, for measures that read none of ACROSS."""

UNREAD = ("link_status", "link_score")
"""The columns of linked_party that no measure reads: how sure a link is moves no figure, only which link it is."""

TABLES = (*BY_PART, *ACROSS, "award_same", "organisation", "institution")
"""The tables a measure may read."""

_READS = re.compile(rf"\b(?:FROM|JOIN)\s+(?:{'|'.join(ACROSS)})\b", re.IGNORECASE)


def looks_across(measure: Measure) -> bool:
    """Tell whether a measure reads patents or conveyances, and so sees every table whole."""
    return _READS.search(text(measure)) is not None


def views(
    connection: duckdb.DuckDBPyConnection,
    room: str,
    parts: tuple[Part, ...],
    everything: tuple[Part, ...] | None,
    ideas: Iterable[str],
    home: str,
) -> None:
    """Create a schema in which tables and ideas hold the rows of some parts only, and `telling`, these parts."""
    connection.execute(f"CREATE SCHEMA {room}")
    keep = ""
    if parts != everything:
        connection.execute(f"CREATE TABLE {room}.telling (source VARCHAR, part VARCHAR)")
        if parts:
            connection.executemany(f"INSERT INTO {room}.telling VALUES (?, ?)", [list(p) for p in parts])
        keep = f" SEMI JOIN {room}.telling USING (source, part)"
    for table in TABLES:
        only = keep if table in BY_PART else ""
        connection.execute(f"CREATE VIEW {room}.{table} AS SELECT * FROM {home}.{table}{only}")
    for idea in ideas:
        connection.execute(f"CREATE VIEW {room}.{idea} AS SELECT * FROM iur_work.{idea}{keep}")


def whole(
    connection: duckdb.DuckDBPyConnection, measures: Collection[Measure], home: str, made: Collection[str] = ()
) -> None:
    """Create the schema `iur_seen_whole`, in which every table is whole, and so are the ideas of these measures.

    Ideas that were `made` of all parts already are shown, and not computed again.
    """
    connection.execute("CREATE SCHEMA iur_seen_whole")
    for table in TABLES:
        connection.execute(f"CREATE VIEW iur_seen_whole.{table} AS SELECT * FROM {home}.{table}")
    for idea in ideas(measures):
        if idea.name in made:
            connection.execute(f"CREATE VIEW iur_seen_whole.{idea.name} AS SELECT * FROM iur_work.{idea.name}")
        else:
            materialise(connection, idea, "iur_seen_whole", f"whole_{idea.name}")


def ideas(measures: Iterable[Measure]) -> list[Idea]:
    """Return the ideas that measures use, each once, in the order in which they build on each other."""
    return list({idea.name: idea for measure in measures for idea in measure.uses}.values())


def materialise(connection: duckdb.DuckDBPyConnection, idea: Idea, room: str, name: str) -> None:
    """Compute an idea from the tables of a room, once, and show it there."""
    connection.execute(f"USE {room}")
    connection.execute(f"CREATE TABLE iur_work.{name} AS {idea.sql}")
    connection.execute(f"CREATE VIEW {room}.{idea.name} AS SELECT * FROM iur_work.{name}")
