"""PatentsView: US patents granted since 1976, with assignees told apart, inventors' places, classes, federal funding.

Bulk tables of the US patent office (Open Data Portal, product PVGPATDIS), each a zip of one quoted TSV file, renewed
every quarter as a whole, three to five months behind; CC BY 4.0. One part, `all`: the tables of one release together.
The portal is asked with a key, IUR_USPTO_ODP_KEY; `IUR_USPTO_ODP_URL` replaces its address. A mirror may hold some of
the tables: g_patent and g_assignee_disambiguated it must, what the others tell is unknown then. The table of citations
is two gigabytes packed, and serves the citation indicators alone.

Traps: nothing marks a university: assignee types say US company, foreign company, person, government, so that
universities are found by name. A leading 1 of a type (12, 13, 14) is part interest, and an owner all the same. An
assignee that was not told apart has no name in its table: the printed one stands for it. Rows are in no order of their
sequence; the first-named has 0. Numbers are text (D345393, RE46493, PP36776). Names hold entities of HTML. An assignee
id lasts for one release. Twenty thousand patents have no class, some lack their assignee, agencies are matched by
program and wrong in places, and foreign funders stand among the statements.

Counting: utility patents that were not withdrawn, by the year of grant, and as said beside each figure the first-named
assignee or any. Assignees are those at issue: what became of the patent afterwards stands in assignments. Persons among
assignees have no name here and are nobody's partners; of inventors an id and a place are kept, no name.
"""

from collections.abc import Iterator
from pathlib import Path

import duckdb

from pipelines import odp, read, read_large
from pipelines.http import Download, Session
from pipelines.patentsview import layouts, load, tables
from pipelines.source import Offer, RawFile, Source, SourceError, Span

VERSION = 1

SOURCE = Source(
    name="patentsview",
    title="PatentsView: US patents with disambiguated assignees",
    publisher="US Patent and Trademark Office",
    topic="patents",
    homepage="https://data.uspto.gov/bulkdata/datasets/pvgpatdis",
    licence="CC BY 4.0",
    licence_url="https://creativecommons.org/licenses/by/4.0/",
    is_redistributable=True,
    citation="US Patent and Trademark Office, PatentsView: granted patent disambiguated data",
    cadence="quarterly",
    part_kind="snapshot",
    changes_by="listing",
    first_part="all",
    tables=("patent", "patent_party", "patent_class", "patent_funding", "patent_citation"),
    mirror=r"(?i:g_(patent|application|assignee_disambiguated|assignee_not_disambiguated|location_disambiguated"
    r"|inventor_disambiguated|cpc_current|gov_interest|gov_interest_org|gov_interest_contracts|us_patent_citation"
    r"|persistent_assignee)\.tsv\.zip)",
    mirror_example="g_patent.tsv.zip",
    key_variable="IUR_USPTO_ODP_KEY",
    pace=2.0,
    observes={
        "us_patents": "patent.granted_on",
        "patent_owners": "patent_party.name WHERE role = 'assignee'",
        "partners": "patent_party.name WHERE role = 'assignee'",
        "patent_classes": "patent_class.symbol",
        "government_interest": "patent_funding.kind",
        "citations": "patent_citation.cited_id",
    },
    # A release is three to five months behind, and says so itself: what it has last is as far as its years go.
    # Grants come on Tuesdays: what is known up to one is known for the six days after it (`coverage.RECORDS`).
    lag_days=0,
    spans={"all": Span(1976)},
)

RAW = layouts.RAW

PRODUCT = "PVGPATDIS"


def disabled() -> str:
    """Return why the portal is not asked, or '': it needs a key."""
    return odp.disabled()


def parts(session: Session) -> list[Offer]:
    """Return the one part: those of the product's files that are read, none where there is no key.

    Raises SourceError where the product lists none of the tables that must be there.
    """
    if disabled():
        return []
    there = {entry.name.lower(): entry for entry in odp.files(session, PRODUCT) if entry.is_data}
    wanted = [there[f"{name}.tsv.zip"] for name in RAW if f"{name}.tsv.zip" in there]
    if missing := [name for name in layouts.REQUIRED if f"{name}.tsv.zip" not in there]:
        raise SourceError(
            f"the product {PRODUCT} lists no {' and no '.join(missing)} among {len(there)} files",
            rule="listing",
            mend="see the product's page at data.uspto.gov: a release may be on its way, or tables have other names",
        )
    return [odp.offer("patentsview", "all", wanted)]


def fetch(part: Offer, session: Session, into: Path) -> list[tuple[str, Download]]:
    """Bring the tables that changed."""
    return odp.fetch(part, session, into)


def normalise(
    files: list[RawFile], connection: duckdb.DuckDBPyConnection, scratch: Path, reading: read.Reading
) -> Iterator[tuple[str, str]]:
    """Yield patents, their assignees and inventors, classes, government interest and citations."""
    there = load.begin(connection, files, reading)
    giants = [giant for *_, giant in tables.QUERIES if giant]
    for name in (name for name in RAW if name not in giants):
        load.fill(connection, name, there.get(name), scratch, reading)
    load.unescape(connection)
    tables.make(connection)
    reading.warnings += tables.noticed(connection)
    for table, query, giant in tables.QUERIES:
        if giant:
            load.fill(connection, giant, there.get(giant), scratch, reading)
        yield table, query
        if giant in there:  # one of them is on the disk at a time
            read_large.drop(connection, giant)
