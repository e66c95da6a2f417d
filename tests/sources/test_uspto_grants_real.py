"""The real weekly files: 296 grants and a listing of sequences, held against counts in their raw text."""

import html
import re
import zipfile
from collections import Counter

import pyarrow.parquet as pq
import pytest

from pipelines import steps
from warehouse.store import Home

pytestmark = pytest.mark.real

WEEKS = {"2005-01-04": "ipg050104", "2007-01-02": "ipg070102", "2009-01-06": "ipg090106", "2011-01-04": "ipg110104",
         "2012-03-27": "ipg120327"}  # fmt: skip


@pytest.fixture(scope="module")
def texts(real):
    """The text of each week's grants, a document each."""
    found = {}
    for part, name in WEEKS.items():
        with zipfile.ZipFile(real / "uspto_grants" / f"{name}.zip") as archive:
            documents = archive.read(f"{name}.xml").decode().split("<?xml ")
        found[part] = [document for document in documents if "<us-patent-grant " in document]
    return found


@pytest.fixture(scope="module")
def ingested(real, tmp_path_factory):
    home = Home(tmp_path_factory.mktemp("grants"))
    outcomes = steps.ingest(home, "uspto_grants", real)
    assert not [o.failed for o in outcomes if o.failed]
    assert not [warning for o in outcomes for warning in o.warnings]
    return home, {o.part: o.manifest["balance"] for o in outcomes}


def table(ingested, name):
    paths = sorted((ingested[0].core / name).glob("uspto_grants--*.parquet"))
    return [row for path in paths for row in pq.read_table(path).to_pylist()]


def bibliography(document):
    return document[: document.index("</us-bibliographic-data-grant>")]


def test_every_grant_is_kept_and_the_listing_is_dropped(ingested):
    books = {part: (b["patent"]["read"], b["patent"]["kept"]) for part, b in ingested[1].items()}
    assert books == {
        "2005-01-04": (25, 25), "2007-01-02": (26, 25), "2009-01-06": (25, 25), "2011-01-04": (25, 25),
        "2012-03-27": (196, 196),
    }  # fmt: skip
    assert ingested[1]["2007-01-02"]["patent"]["dropped"] == {"sequence_listing": 1}
    assert not any(book["quarantined"] for tables in ingested[1].values() for book in tables.values())


def test_kinds_and_types_are_those_of_the_text(ingested, texts):
    patents = table(ingested, "patent")
    assert Counter(p["kind"] for p in patents) == {"S1": 204, "B2": 76, "B1": 16}
    assert Counter(p["type"] for p in patents) == {"design": 204, "utility": 92}
    told = Counter(re.search(r'appl-type="(\w+)"', d)[1] for documents in texts.values() for d in documents)
    assert told == Counter(p["type"] for p in patents)
    claims = {p["part"]: 0 for p in patents}
    for patent in patents:
        claims[patent["part"]] += patent["claims"]
    assert claims == {
        part: sum(int(re.search(r"<number-of-claims>(\d+)", d)[1]) for d in documents)
        for part, documents in texts.items()
    }
    assert {p["granted_on"].isoformat() == p["part"] for p in patents} == {True}
    assert len({p["application_id"] for p in patents}) == 296


def test_assignees_and_inventors_are_those_of_the_text(ingested, texts):
    parties = table(ingested, "patent_party")
    heads = [bibliography(d) for documents in texts.values() for d in documents]
    assignees = [p for p in parties if p["role"] == "assignee"]
    assert len(assignees) == sum(head.count("<assignee>") for head in heads) == 253
    assert Counter(p["type_code"] for p in assignees) == {"2": 109, "3": 136, "4": 6, "5": 1, "6": 1}
    assert sum(p["is_person"] for p in assignees) == 7
    blocks = [b for head in heads for b in re.findall(r"<assignee>.*?</assignee>", head, re.S)]
    names = Counter(html.unescape(m[1]) for b in blocks if (m := re.search(r"<orgname>([^<]*)</orgname>", b)))
    assert names == Counter(p["name"] for p in assignees if p["name"])
    inventors = sum(head.count('app-type="applicant-inventor"') for head in heads)
    inventors += sum(head.count("<inventor ") for head in heads)
    assert sum(p["role"] == "inventor" for p in parties) == inventors == 585
    assert sum(p["role"] == "applicant" for p in parties) == 2


def test_citations_are_those_of_us_grants_in_the_text(ingested, texts):
    found = Counter()
    for part, documents in texts.items():
        for head in map(bibliography, documents):
            for cited in re.findall(r"<patcit.*?</patcit>", head, re.S):
                kind = re.search(r"<kind>(\w+)", cited)
                found[part] += "<country>US<" in cited and kind[1] in ("A", "B1", "B2", "S", "S1", "E", "E1", "P", "H")
    citations = table(ingested, "patent_citation")
    assert Counter(c["part"] for c in citations) == found
    assert {c["category"] for c in citations} == {"cited by examiner", "cited by other"}


def test_two_patents_tell_of_the_government(ingested):
    told = [(f["patent_id"], f["kind"], f["agency"], f["award_number"]) for f in table(ingested, "patent_funding")]
    assert told == [
        ("us:7157516", "agency", "Department of Energy", None),
        ("us:7157516", "award", "Department of Energy", "W-31-109-ENG-38"),
        ("us:7157516", "statement", None, None),
        ("us:7472652", "statement", None, None),  # royalty-free use, and no agency
    ]
