"""Weekly grants: both layouts, whatever is damaged alone, and no entity that could do harm."""

import datetime as dt
import io
import tracemalloc
from collections import defaultdict
from types import SimpleNamespace

import pyarrow.parquet as pq
import pytest

from pipelines import odp, read, steps
from pipelines.patents import grant_fields, grant_xml
from pipelines.source import RawFile, SourceError
from pipelines.sources import uspto_grants
from tests import golden
from tests.small_grants import HEAD, LISTING, OF_2007, OF_2022, numbered, packed

GOLDEN = (1, "34ca59e588e0e244")


def rows(path, reading=None):
    """Normalise a zip; return its rows by table, without what is null."""
    found = defaultdict(list)
    for table, batch in uspto_grants.normalise([RawFile(path.name, path)], None, None, reading or read.Reading()):
        found[table] += [golden.told(row) for row in batch.to_pylist()]
    return found


@pytest.fixture
def week(tmp_path):
    """Return a function that normalises a week made of some documents."""
    return lambda *documents: rows(packed(tmp_path / "ipg070102.zip", *documents))


def only(found, *names):
    return [tuple(row.get(name) for name in names) for row in found]


def test_a_grant_of_2007_gives_its_rows(week):
    found = week(OF_2007)
    (patent,) = found["patent"]
    assert {name: patent[name] for name in ("patent_id", "number", "kind", "type", "is_granted", "claims")} == {
        "patent_id": "us:7158706", "number": "us:7158706", "kind": "B2", "type": "utility", "is_granted": True,
        "claims": 7,
    }  # fmt: skip
    assert (patent["application_id"], patent["filed_on"]) == ("us-app:10360119", dt.date(2003, 2, 7))
    assert patent["granted_on"] == patent["published_on"] == dt.date(2007, 1, 2)
    assert patent["title"] == "Fibre of E. coli & H2O"
    assert (patent["_file"], patent["_line"]) == ("ipg070102.zip/ipg070102.xml", 1)
    assert not found["patent_class"]


def test_inventors_were_applicants_and_persons_have_no_name(week):
    found = week(OF_2007)["patent_party"]
    columns = ("party_no", "role", "name", "is_person", "type_code", "is_part_interest", "country", "city", "_dropped")
    assert only(found, *columns) == [
        (10001, "inventor", None, True, None, None, "US", "Madison", None),
        (1001, "applicant", "Estate Trust", False, None, None, "DE", "Jena", None),
        (1, "assignee", "Wisconsin Alumni Research Foundation", False, "2", False, "US", "Madison", None),
        (2, "assignee", None, True, "5", False, None, "Zurich", None),
        (3, "assignee", "Acme & Sons", False, "12", True, None, None, None),
        (4, "assignee", None, False, "3", False, None, None, "no_name"),
    ]
    assert not any("Doe" in str(value) or "Roe" in str(value) for row in found for value in row.values())


def test_citations_are_us_grants_in_the_publishers_order(week):
    assert only(week(OF_2007)["patent_citation"], "sequence", "cited_id", "category") == [
        (0, "us:4000001", "cited by examiner"),
        (4, "us:D424790", "cited by other"),
    ]


def test_a_statement_stands_between_two_instructions(week):
    found = week(OF_2007)["patent_funding"]
    assert only(found, "kind", "sequence", "agency", "award_number", "statement") == [
        ("statement", 0, None, None, "This work was supported by grant DMR–0520415 of the National Science Foundation "
         "and R01 CA123456 of the NIH. The government has rights."),
        ("agency", 0, "National Science Foundation", None, None),
        ("agency", 1, "National Institutes of Health", None, None),
        ("award", 0, "National Science Foundation", "DMR-0520415", None),
        ("award", 1, "National Institutes of Health", "R01 CA123456", None),
    ]  # fmt: skip


def test_a_grant_of_2022_gives_classes_and_applicants(week):
    found = week(OF_2022)
    assert only(found["patent"], "patent_id", "type", "kind", "application_id") == [
        ("us:RE49000", "reissue", "E1", "us-app:16123456")
    ]
    assert only(found["patent_class"], "sequence", "symbol", "subclass", "is_inventive") == [
        (0, "G06N3/08", "G06N", True),
        (1, "A61K31/4985", "A61K", False),
    ]
    assert only(found["patent_party"], "party_no", "role", "name", "is_person") == [
        (1001, "applicant", "University of Somewhere", False),
        (1002, "applicant", None, True),
        (10001, "inventor", None, True),
        (1, "assignee", "University of Somewhere", False),
    ]


def test_a_listing_of_sequences_is_dropped_and_an_application_refused(week):
    application = OF_2007.replace("us-patent-grant", "us-patent-application")
    found = week(OF_2007, LISTING, application)["patent"]
    assert [row.get("_dropped") for row in found] == [None, "sequence_listing", None]
    assert found[2]["_problem"] == "the document is us-patent-application, no us-patent-grant"


def spoilt(of, old, new):
    assert old in of
    return of.replace(old, new)


LINES = OF_2007.count("\n")
"""Lines of a document: the second one begins on the next."""

DAMAGED = {
    "not well formed at its end": (spoilt(OF_2007, "</description>", "</descriptio>"), "mismatched tag", LINES - 1),
    "cut in its text": (OF_2007[: OF_2007.index("Nothing of this")], "no element found", None),
    "cut in a tag": (OF_2007[: OF_2007.index("<assignees") + 4], "unclosed token", None),
    "bytes that are not UTF-8": (OF_2007.encode().replace(b"Jena", b"J\xe9na"), "invalid token", None),
    "an entity of its own": (spoilt(OF_2007, "[ ]", '[<!ENTITY a "b">]'), "declares the entity a", 2),
    "a bomb of entities": (
        spoilt(OF_2007, "[ ]", '[<!ENTITY a "bbbbbbbb"><!ENTITY b "&a;&a;&a;">]').replace("7</number", "&b;</number"),
        "declares the entity a", 2,
    ),
    "an entity that is a file": (
        spoilt(OF_2007, "[ ]", '[<!ENTITY a SYSTEM "file:///etc/passwd">]').replace("Jena", "&a;"),
        "declares the entity a", 2,
    ),
    "an encoding that there is none of": (spoilt(OF_2007, "UTF-8", "UTF-77"), "unknown encoding", 1),
}  # fmt: skip


@pytest.mark.parametrize("size", [grant_xml.BLOCK, 17])
@pytest.mark.parametrize("kind", DAMAGED)
def test_a_damaged_document_is_refused_alone_with_its_line(week, monkeypatch, kind, size):
    monkeypatch.setattr(grant_xml, "BLOCK", size)
    document, says, line = DAMAGED[kind]
    found = week(numbered(7000001), document, numbered(7000003), numbered(7000004))
    assert [row.get("patent_id") for row in found["patent"]] == ["us:7000001", None, "us:7000003", "us:7000004"]
    refused = found["patent"][1]
    assert says in refused["_problem"]
    assert LINES < refused["_line"] <= 2 * LINES + 1
    if line:
        assert refused["_line"] == LINES + line
    assert {row["patent_id"] for row in found["patent_party"]} == {"us:7000001", "us:7000003", "us:7000004"}
    assert not [row for row in found["patent"] if row.get("_problem") and row is not refused]


def test_a_document_whose_prolog_is_lost_begins_at_its_type(week):
    lost = numbered(7000002).removeprefix('<?xml version="1.0" encoding="UTF-8"?>\n')
    found = week(numbered(7000001), lost, numbered(7000003))["patent"]
    assert only(found, "patent_id", "_line") == [
        ("us:7000001", 1), ("us:7000002", LINES + 1), ("us:7000003", 2 * LINES)
    ]  # fmt: skip


def test_what_stands_between_two_documents_spoils_neither(week):
    found = week("\ufeff", numbered(7000001), "xxx\n", numbered(7000002), "\n\n")["patent"]
    assert [row.get("patent_id") for row in found] == ["us:7000001", None, "us:7000002"]
    assert found[1]["_problem"] == "not well-formed XML: junk after document element, column 1"
    assert found[1]["_line"] == LINES + 1


def test_a_letter_that_the_publishers_definitions_name_is_put_in(week):
    found = week(OF_2007.replace("Jena", "M&uuml;nchen").replace("The government", "The &eacute;tat"))
    assert "München" in [row.get("city") for row in found["patent_party"]]
    assert found["patent_funding"][0]["statement"].endswith("The état has rights.")


def test_values_that_cannot_be_refuse_their_document(week):
    document = OF_2007.replace("07158706", "2007123456", 1).replace(">B2<", ">A1<").replace("20070102", "20070132")
    (row,) = week(document.replace(">7</", ">seven</"))["patent"]
    assert row["_problem"].split("; ") == [
        "doc-number: 2007123456 is no patent's",
        "kind A1 is no grant's",
        "date: 20070132 is not a day",
        "number-of-claims: seven is not a number",
    ]


def test_a_statement_without_an_end_is_taken_as_far_as_it_goes(tmp_path, monkeypatch):
    monkeypatch.setattr(grant_fields, "LONGEST", 200)
    open_ = OF_2007.replace('<?GOVINT description="Government Interest" end="tail"?>', "")
    reading = read.Reading()
    found = rows(packed(tmp_path / "ipg070102.zip", open_), reading)
    assert len(found["patent_funding"][0]["statement"]) <= 200
    assert reading.warnings == ["ipg070102.zip: 1 statements of government interest have no end: they are cut"]


def test_a_promised_element_that_is_nowhere_fails_and_a_new_one_is_told(tmp_path):
    path = tmp_path / "ipg070102.zip"
    with pytest.raises(SourceError, match="grant: number-of-claims; not known: claims-number"):
        rows(packed(path, OF_2007.replace("number-of-claims", "claims-number"), LISTING))
    reading = read.Reading()
    rows(packed(path, OF_2007.replace("<examiners>", "<robots/><examiners>")), reading)
    assert reading.warnings == ["ipg070102.zip: new element robots in 1 places"]


def test_a_document_without_an_end_takes_no_memory(tmp_path):
    endless = OF_2007[: OF_2007.index("Nothing of this")].encode() + b"<p>word</p>\n" * 2_000_000
    census = grant_fields.Census()
    stream = io.BytesIO(endless)
    tracemalloc.start()
    found = list(grant_xml.split(stream, census))
    (_, peak), _ = tracemalloc.get_traced_memory(), tracemalloc.stop()
    assert [problem.says.partition(",")[0] for _, problem in found] == ["not well-formed XML: no element found"]
    assert peak < len(endless) / 3


def test_a_week_with_a_damaged_document_is_kept_but_for_it(home, tmp_path):
    documents = [numbered(7_000_000 + n) for n in range(150)]
    documents[75] = documents[75].replace("</description>", "")
    packed(tmp_path / "uspto_grants" / "ipg070102.zip", *documents, LISTING)
    (outcome,) = steps.ingest(home, "uspto_grants", tmp_path)
    assert (outcome.part, outcome.failed) == ("2007-01-02", "")
    book = outcome.manifest["balance"]["patent"]
    assert (book["read"], book["kept"], book["quarantined"], book["dropped"]) == (151, 149, 1, {"sequence_listing": 1})
    (refused,) = pq.read_table(home.quarantine / "patent" / "uspto_grants--2007-01-02.parquet").to_pylist()
    assert refused["_line"] == 76 * LINES
    assert "mismatched tag" in refused["reason"]


def test_a_damaged_archive_and_one_without_documents_fail(tmp_path):
    path = packed(tmp_path / "ipg070102.zip", OF_2007)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(SourceError, match="not a whole zip"):
        rows(path)
    with pytest.raises(SourceError, match="without a document"):
        rows(packed(path, OF_2007, name="ipg070102lst.txt"))


def entry(name, changed, is_data=True):
    moment = dt.datetime.fromisoformat(changed)
    return odp.Entry(name, f"https://example.org/{name}", is_data, 1, moment.date(), moment.date(), moment, moment)


def test_a_part_is_a_week_and_its_newest_issue(monkeypatch):
    listed = [
        entry("ipg260106.zip", "2026-01-06"), entry("ipg260113.zip", "2026-01-13"),
        entry("ipg260106_r1.zip", "2026-02-01"), entry("us-patent-grant-v47.dtd", "2026-01-01", is_data=False),
        entry("ipg020101.zip", "2026-01-06"), entry("readme.zip", "2026-01-06"),
    ]  # fmt: skip
    monkeypatch.setattr(odp, "disabled", str)
    monkeypatch.setattr(odp, "files", lambda session, product: listed)
    offers = uspto_grants.parts(SimpleNamespace())
    assert [(o.part, o.urls) for o in offers] == [
        ("2026-01-06", ("https://example.org/ipg260106_r1.zip",)),
        ("2026-01-13", ("https://example.org/ipg260113.zip",)),
    ]


def test_golden_sample(week):
    """Change VERSION in pipelines/sources/uspto_grants.py together with this digest."""
    found = week(OF_2007, OF_2022, LISTING, HEAD)
    assert (uspto_grants.VERSION, golden.digest([row for table in sorted(found) for row in found[table]])) == GOLDEN
