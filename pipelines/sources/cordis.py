"""CORDIS: projects of the EU framework programmes and the organisations taking part in them.

Published by the Publications Office of the EU, about monthly, as one zip per programme and format; CC BY
4.0. It tells each party's kind, its SME flag and its money. Traps: one row mixes decimal points and commas;
a beneficiary's ecContribution includes its linked third parties, whose own share stands in
netEcContribution, so that summing both doubles; the same organisation has several PICs, and Greece and the
United Kingdom are written EL and UK. What form of collaboration a funding scheme stands for (a partnership
with industry, a doctoral network) is said by the seed programme_codes, and stands in award_programme.

Patents of FP7's and H2020's projects stand in a table a programme, which is a part: a row is an applicant and a
document of one country, so that families are counted; what partners brought with them (BACKGROUND) is dropped.

Fields of research are EuroSciVoc's (euroSciVoc.csv in the zip of a programme), given to a project by a machine that
read its text, several to most; older releases of the zips lack the table.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from pipelines import cordis_patents, programmes, read
from pipelines.source import Offer, RawFile, RawTable, Source, SourceError, Span

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from pipelines.http import Download, Session

VERSION = 5
SEEDS = ("programme_codes",)
FUNDER = "European Commission"

SOURCE = Source(
    name="cordis",
    title="CORDIS: projects of FP7, Horizon 2020 and Horizon Europe",
    publisher="Publications Office of the European Union",
    topic="grants",
    homepage="https://cordis.europa.eu",
    licence="CC BY 4.0",
    licence_url="https://creativecommons.org/licenses/by/4.0/",
    is_redistributable=True,
    citation="European Union, CORDIS: EU research projects under FP7, Horizon 2020 and Horizon Europe",
    cadence="monthly",
    part_kind="snapshot",
    changes_by="etag",
    first_part="fp7",
    tables=("award", "award_party", "award_programme", "award_field", "award_output", "award_output_party"),
    mirror=r"(?i:cordis-(?P<part>(fp7|h2020)projectirps(?=\.csv)|fp7|h2020|horizon)"
    r"(\.csv(?<=irps\.csv)|projects-(csv|json)\.zip|(projects|organizations)\.csv))",
    mirror_example="cordis-h2020projects-csv.zip",
    observes={
        "partners": "award_party.name",
        "all_parties": "award_party.name",
        "amounts": "award_party.amount",
        "cost": "award_party.cost",
        "sme": "award_party.is_sme",
        "status": "award.status",
        "departures": "award_party.has_left",
        "scheme": "award.scheme",
        "individual_schemes": "award.scheme",
        "centres": "award.scheme",
        "doctoral_networks": "award.scheme",
        "talent_programmes": "award.scheme",
        "dates": "award.starts_on",
        "fields": "award_field.code",
        "project_patents": "award_output.output_id WHERE kind = 'patent'",
    },
    primaries={"fp7projectirps": "award_output", "h2020projectirps": "award_output"},
    # Grants of a call are signed before they start; a snapshot knows a year's starts once the year is over.
    lag_days=0,
    # Last calls of FP7 were in 2013 and of H2020 in 2020; their projects start up to a year later.
    spans={"fp7": Span(2007, 2014), "h2020": Span(2014, 2021), "horizon": Span(2021)},
)

RAW = {
    "project": RawTable(
        ("id", "status", "title", "startDate", "endDate", "totalCost", "ecMaxContribution", "topics",
         "frameworkProgramme", "fundingScheme"),
        core="award",
        key=("id",),
        optional=("acronym", "ecSignatureDate", "contentUpdateDate", "legalBasis", "masterCall", "subCall", "nature",
                  "objective", "rcn", "grantDoi", "programme", "projectUrl", "call", "coordinator",
                  "coordinatorCountry", "participants", "participantCountries", "subjects", "keywords"),
    ),
    "organization": RawTable(
        ("projectID", "organisationID", "name", "activityType", "country", "role", "ecContribution"),
        core="award_party",
        key=("projectID", "organisationID", "role", "order"),
        optional=("order", "netEcContribution", "totalCost", "SME", "shortName", "city", "geolocation",
                  "endOfParticipation", "projectAcronym", "vatNumber", "street", "postCode", "nutsCode",
                  "organizationURL", "contactForm", "contentUpdateDate", "rcn", "active", "projectRcn",
                  "contactType", "contactTitle", "contactFirstNames", "contactLastNames", "contactFunction",
                  "contactTelephoneNumber", "contactFaxNumber"),
        formerly={"organisationID": ("id",), "organizationURL": ("organizationUrl",)},
    ),
    "euroSciVoc": RawTable(
        ("projectID", "euroSciVocCode", "euroSciVocPath", "euroSciVocTitle"),
        core="award_field",
        key=("projectID", "euroSciVocCode"),
        optional=("euroSciVocDescription", "description"),
    ),
    "projectIrps": cordis_patents.RAW,
}  # fmt: skip

FEEDS = {
    "fp7": "cordisfp7projects",
    "h2020": "cordish2020projects",
    "horizon": "cordis-eu-research-projects-under-horizon-europe-2021-2027",
}
FEED = "https://data.europa.eu/api/hub/search/en/feeds/datasets/{dataset}.rss"
"""The publisher's listing of a programme's files. IUR_CORDIS_URL replaces it, with {dataset} in it."""

PATENTS = {"fp7": "cordis-fp7projectIrps.csv", "h2020": "cordis-h2020projectIrps.csv"}
"""The tables of patents, beside the zips of these programmes where the listing does not name them."""


def parts(session: "Session") -> list[Offer | SourceError]:
    """Return one part per programme, at the address the programme's feed lists for the zip of CSV tables, and patents.

    What changed is told by the conditional request for the zip itself: the feed's dates are the catalogue's.
    A feed that fails stands in the place of its programme alone.
    """
    offers: list[Offer | SourceError] = []
    for part in FEEDS:
        try:
            offers += _offers(part, session)
        except SourceError as error:
            offers.append(error.at("cordis", part))
    return offers


def _offers(part: str, session: "Session") -> list[Offer]:
    feed = os.environ.get("IUR_CORDIS_URL", FEED).format(dataset=FEEDS[part])
    text = session.text(feed)
    found = re.findall(r"""[^\s"'<>()=]*cordis-[A-Za-z0-9]+projects-csv\.zip""", text)
    urls = sorted({urljoin(feed, address) for address in found})
    if len(urls) != 1:
        raise SourceError(
            f"the feed lists {len(urls)} files named cordis-…projects-csv.zip",
            file=feed,
            rule="listing",
            mend="if the files have other names now, change the pattern in cordis and SOURCE.mirror",
        )
    offers = [Offer("cordis", part, (urls[0],))]
    if name := PATENTS.get(part):
        listed = re.findall(rf"""[^\s"'<>()=]*{re.escape(name)}""", text)
        address = urljoin(feed, listed[0]) if listed else urljoin(urls[0], name)
        offers.append(Offer("cordis", f"{part}projectirps", (address,), is_certain=bool(listed)))
    return offers


def fetch(part: Offer, session: "Session", into: Path) -> "list[tuple[str, Download]]":
    """Bring the files of a programme that changed; return them under the publisher's names."""
    names = [(url.rpartition("/")[2], url) for url in part.urls]
    return [(name, session.download(url, into / name)) for name, url in names]


def normalise(
    files: list[RawFile], connection: "duckdb.DuckDBPyConnection", scratch: Path, reading: read.Reading
) -> "Iterator[tuple[str, pa.RecordBatch]]":
    """Yield awards, then their parties and fields, of one programme's zip, or of its plain files in older releases.

    Of a table of patents it yields these, and who applied for them.
    """
    if any(cordis_patents.is_table(file.name) for file in files):
        yield from cordis_patents.normalise(files, connection, reading)
        return
    tables = _tables(files, scratch)
    for entity, there in tables.items():
        _load(connection, entity, RAW[entity], there, reading)
    queries = {"award": _AWARD, "award_party": _PARTY, "award_programme": _PROGRAMME}
    queries |= {"award_field": _FIELD} if tables["euroSciVoc"] else {}
    programmes.install(connection, FUNDER)
    connection.execute(_WRITTEN)
    programmes.match(connection)
    reading.warnings += programmes.warnings(connection, ", ".join(file.name for file in files))
    for table, query in queries.items():
        for batch in connection.sql(query).to_arrow_reader(read.ROWS):
            yield table, batch


def _tables(files: list[RawFile], scratch: Path) -> dict[str, list[tuple[Path, str]]]:
    """Find the files of each table: members sit at the root or under csv/, and large tables are split (_2 …)."""
    found: list[tuple[Path, str]] = []
    for file in files:
        if file.name.lower().endswith(".zip"):
            found += [(path, f"{file.name}/{path.name}") for path in read.members(file.path, file.name, scratch)]
        else:
            found.append((file.path, file.name))
    patterns = {
        "project": r"(cordis-\w+?projects|projects?)(_\d+)?\.(csv|json)",
        "organization": r"(cordis-\w+?organi[sz]ations|organi[sz]ations?)(_\d+)?\.(csv|json)",
        "euroSciVoc": r"euroscivoc(_\d+)?\.(csv|json)",
    }
    tables = {
        entity: [(path, name) for path, name in found if re.fullmatch(pattern, name.rpartition("/")[2], re.I)]
        for entity, pattern in patterns.items()
    }
    if missing := [entity for entity, there in tables.items() if not there and entity != "euroSciVoc"]:
        raise SourceError(
            f"no {' and no '.join(missing)} table among: {', '.join(name for _, name in found)}",
            source="cordis",
            file=", ".join(file.name for file in files),
            rule="tables of a programme",
            mend="fetch the zip named cordis-…projects-csv.zip; both tables are in it",
        )
    return tables


def _load(
    connection: "duckdb.DuckDBPyConnection",
    entity: str,
    raw: RawTable,
    there: list[tuple[Path, str]],
    reading: read.Reading,
) -> None:
    import pyarrow as pa

    names = (*raw.columns, *raw.optional)
    columns = ", ".join(f'"{n}" VARCHAR' for n in names)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {entity} ({columns}, _file VARCHAR, _line BIGINT, _problem VARCHAR)"
    )
    for path, name in there:
        if name.endswith(".json"):
            batches = read.json_array(connection, path, raw, name, reading)
            rows = pa.Table.from_batches(list(batches))
            connection.execute(f"INSERT INTO {entity} SELECT * FROM rows")
            continue
        for batch in read.delimited(path, raw, name, reading):
            rows = pa.Table.from_batches([batch])  # noqa: F841  (DuckDB reads it by name)
            connection.execute(f"INSERT INTO {entity} SELECT * FROM rows")


# A scheme is the programme's code, whatever its case ("EuroHPC-RIA"), and its own label. One project has one.
_WRITTEN = """
    CREATE OR REPLACE TEMP TABLE written AS
    SELECT
        'element' AS kind,
        upper(blank(fundingScheme)) AS code,
        blank(fundingScheme) AS label,
        CAST(extract(year FROM day(startDate)) AS BIGINT) AS year,
        row_number() OVER (ORDER BY _file, _line) AS _file,
        1 AS _nth,
        blank(id) AS id,
        _file AS file,
        _line AS line
    FROM project
    WHERE blank(fundingScheme) IS NOT NULL
"""

_PROGRAMME = """
    SELECT
        'cordis:' || id AS award_id,
        'all' AS period,
        kind,
        code,
        label,
        form,
        centre_type,
        requires_industry,
        file AS _file,
        line AS _line,
        NULL::VARCHAR AS _problem,
        NULL::VARCHAR AS _dropped
    FROM programme
"""

_FIELD = """
    SELECT
        'cordis:' || blank(projectID) AS award_id,
        'euroscivoc' AS scheme,
        blank(euroSciVocCode) AS code,
        blank(euroSciVocTitle) AS label,
        blank(euroSciVocPath) AS path,
        NULL::DOUBLE AS share,
        _file,
        _line,
        _problem,
        CASE WHEN blank(projectID) NOT IN (SELECT blank(id) FROM project WHERE blank(id) IS NOT NULL)
            THEN 'no_project' END AS _dropped
    FROM euroSciVoc
"""

_AWARD = """
    WITH form_by_project AS (
        SELECT file AS form_file, line AS form_line, form FROM programme WHERE form IS NOT NULL
    ),
    read_ AS (
        SELECT
            *,
            number(ecMaxContribution) AS amount_,
            number(totalCost) AS cost_,
            day(startDate) AS starts_on_,
            day(endDate) AS ends_on_,
            CASE upper(trim(status))
                WHEN 'SIGNED' THEN 'signed' WHEN 'CLOSED' THEN 'closed' WHEN 'TERMINATED' THEN 'terminated'
                WHEN 'ONG' THEN 'ongoing'
            END AS status_
        FROM project
    )
    SELECT
        'cordis:' || blank(id) AS award_id,
        'all' AS period,
        'European Commission' AS funder,
        blank(frameworkProgramme) AS programme,
        blank(fundingScheme) AS scheme,
        form,
        blank(title) AS title,
        blank(acronym) AS acronym,
        status_ AS status,
        starts_on_ AS starts_on,
        ends_on_ AS ends_on,
        day(ecSignatureDate) AS awarded_on,
        amount_ AS amount,
        nullif(cost_, 0) AS total_cost,
        CASE WHEN amount_ IS NOT NULL OR cost_ IS NOT NULL THEN 'EUR' END AS currency,
        blank(topics) AS topic,
        day(contentUpdateDate) AS updated_on,
        'https://cordis.europa.eu/project/id/' || blank(id) AS record_url,
        _file,
        _line,
        nullif(concat_ws('; ',
            _problem,
            problem('id', id, TRY_CAST(trim(id) AS BIGINT), 'a project number'),
            problem('ecMaxContribution', ecMaxContribution, amount_, 'a number'),
            problem('totalCost', totalCost, cost_, 'a number'),
            problem('startDate', startDate, starts_on_, 'a date'),
            problem('endDate', endDate, ends_on_, 'a date'),
            problem('ecSignatureDate', ecSignatureDate, day(ecSignatureDate), 'a date'),
            problem('contentUpdateDate', contentUpdateDate, day(contentUpdateDate), 'a date'),
            problem('status', status, status_, 'a known status')
        ), '') AS _problem,
        NULL::VARCHAR AS _dropped
    FROM read_
    LEFT JOIN form_by_project ON form_file = _file AND form_line = _line
"""

_PARTY = """
    WITH read_ AS (
        SELECT
            *,
            number(ecContribution) AS gross,
            number(netEcContribution) AS net,
            number(totalCost) AS cost_,
            CASE trim("role")
                WHEN 'thirdParty' THEN 'third_party' WHEN 'associatedPartner' THEN 'associated_partner'
                WHEN 'internationalPartner' THEN 'international_partner' ELSE trim("role")
            END AS role_,
            split_part(geolocation, ',', 1) AS latitude_,
            split_part(geolocation, ',', 2) AS longitude_
        FROM organization
    ),
    -- The publisher's own key numbers the parties, so that two rows with one key collide.
    numbered AS (
        SELECT
            *,
            dense_rank() OVER (
                PARTITION BY projectID ORDER BY TRY_CAST("order" AS BIGINT), organisationID, role_
            ) AS party_no,
            -- Net amounts replace gross ones only where the whole project tells them: beside a gross amount,
            -- which includes it, the net amount of a linked third party would be counted twice.
            coalesce(bool_and(net IS NOT NULL OR gross IS NULL) FILTER (role_ <> 'third_party')
                OVER (PARTITION BY projectID), true) AS is_net
        FROM read_
    )
    SELECT
        'cordis:' || blank(projectID) AS award_id,
        'all' AS period,
        party_no,
        role_ AS role,
        blank(name) AS name,
        blank(shortName) AS short_name,
        country(once(blank(country))) AS country,
        blank(city) AS city,
        TRY_CAST(latitude_ AS DOUBLE) AS latitude,
        TRY_CAST(longitude_ AS DOUBLE) AS longitude,
        'pic:' || blank(organisationID) AS source_org_id,
        once(blank(activityType)) AS source_type,
        truth(SME) AS is_sme,
        CASE WHEN is_net THEN coalesce(net, gross) ELSE gross END AS amount,
        gross AS amount_gross,
        CASE WHEN net IS NOT NULL OR gross IS NOT NULL OR cost_ IS NOT NULL THEN 'EUR' END AS currency,
        nullif(cost_, 0) AS cost,
        truth(endOfParticipation) AS has_left,
        _file,
        _line,
        nullif(concat_ws('; ',
            _problem,
            problem('projectID', projectID, TRY_CAST(trim(projectID) AS BIGINT), 'a project number'),
            problem('organisationID', organisationID, TRY_CAST(trim(organisationID) AS BIGINT), 'a PIC'),
            problem('ecContribution', ecContribution, gross, 'a number'),
            problem('netEcContribution', netEcContribution, net, 'a number'),
            problem('totalCost', totalCost, cost_, 'a number'),
            problem('SME', SME, truth(SME), 'true or false'),
            problem('endOfParticipation', endOfParticipation, truth(endOfParticipation), 'true or false'),
            problem('geolocation', geolocation, TRY_CAST(latitude_ AS DOUBLE) + TRY_CAST(longitude_ AS DOUBLE),
                'a place')
        ), '') AS _problem,
        NULL::VARCHAR AS _dropped
    FROM numbered
"""
