"""PatentsView's tables, written by hand: who owns what, whatever order, spelling and gaps its rows have."""

import datetime as dt
import hashlib

import pyarrow.parquet as pq
import pytest

from pipelines import steps
from pipelines.http import Session
from pipelines.source import SourceError
from pipelines.sources import patentsview
from tests import golden
from tests import small_patentsview as small
from tests.golden import told

GOLDEN = (
    1,
    {
        "patent": "4b28f5ab5d9cb2f5",
        "patent_party": "e740562444e5569f",
        "patent_class": "567aec7a16a9fb45",
        "patent_funding": "265c608fb6ab8cf9",
        "patent_citation": "d12033a425fc32a2",
    },
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The tables as they are, ingested once: the home and the outcome."""
    from warehouse.store import Home

    root = tmp_path_factory.mktemp("patentsview")
    home = Home(root / "home")
    (outcome,) = steps.ingest(home, "patentsview", small.write(root / "mirror"))
    assert not outcome.failed, outcome.failed
    return home, outcome


@pytest.fixture
def ingest(home, tmp_path):
    def run(**changed):
        (outcome,) = steps.ingest(home, "patentsview", small.write(tmp_path / "mirror", **changed))
        return outcome

    return run


def table(home, name):
    return pq.read_table(home.core / name / "patentsview--all.parquet").to_pylist()


def rows(whole, name):
    return [{k: v for k, v in told(r).items() if k not in ("source", "part")} for r in table(whole[0], name)]


def page(number: str) -> str:
    return f"https://ppubs.uspto.gov/pubwebapp/external.html?q=({number}).pn."


def test_patents_have_their_normal_numbers_dates_and_applications(whole):
    assert rows(whole, "patent") == [
        {"patent_id": "us:9000001", "office": "US", "number": "us:9000001", "kind": "B2", "type": "utility",
         "is_granted": True, "is_withdrawn": False, "application_id": "us-app:16123456",
         "filed_on": dt.date(2019, 2, 28), "published_on": dt.date(2024, 3, 5), "granted_on": dt.date(2024, 3, 5),
         "title": "Widgets – and how", "claims": 12, "record_url": page("9000001")},
        {"patent_id": "us:D900002", "office": "US", "number": "us:D900002", "kind": "S1", "type": "design",
         "is_granted": True, "is_withdrawn": False, "application_id": "us-app:29345678",
         "filed_on": dt.date(2023, 1, 2), "published_on": dt.date(2024, 12, 31), "granted_on": dt.date(2024, 12, 31),
         "title": "Widget", "claims": 1, "record_url": page("D900002")},
        # Its number is put behind its series; a day of filing after the grant is none.
        {"patent_id": "us:RE90003", "office": "US", "number": "us:RE90003", "kind": "E1", "type": "reissue",
         "is_granted": True, "is_withdrawn": True, "application_id": "us-app:17123456",
         "published_on": dt.date(2025, 1, 7), "granted_on": dt.date(2025, 1, 7), "record_url": page("RE90003")},
    ]  # fmt: skip


def test_assignees_are_told_with_both_names_and_persons_without(whole):
    place = {"country": "US", "state": "IL", "city": "Springfield", "latitude": 39.8, "longitude": -89.6}
    assert [r for r in rows(whole, "patent_party") if r["role"] == "assignee"] == [
        {"patent_id": "us:9000001", "party_no": 1, "role": "assignee", "sequence": 0, "name": "University of Almere",
         "raw_name": "THE UNIVERSITY OF ALMERE", "is_person": False, "type_code": "2", "is_part_interest": False,
         **place, "source_org_id": f"pv:{small.UNIVERSITY}"},
        {"patent_id": "us:9000001", "party_no": 2, "role": "assignee", "sequence": 1, "name": "Quill & Vane GmbH",
         "raw_name": "QUILL & VANE GMBH", "is_person": False, "type_code": "13", "is_part_interest": True,
         "source_org_id": f"pv:{small.COMPANY}"},
        {"patent_id": "us:D900002", "party_no": 1, "role": "assignee", "sequence": 0, "is_person": True,
         "type_code": "4", "is_part_interest": False, **place, "source_org_id": "pv:p1"},
        # Not told apart: the printed name stands for it.
        {"patent_id": "us:RE90003", "party_no": 2, "role": "assignee", "sequence": 1, "name": "Almere Foundry",
         "raw_name": "Almere Foundry", "is_person": False, "source_org_id": "pv:n2"},
    ]  # fmt: skip


def test_inventors_are_a_digest_and_a_place(whole):
    digest = hashlib.md5(b"fl:ad_ln:quorvane-1").hexdigest()[:20]
    first, second = (r for r in rows(whole, "patent_party") if r["role"] == "inventor")
    assert (first["party_no"], first["sequence"], first["is_person"], first.get("city")) == (10_001, 0, True, None)
    assert (second["party_no"], second["city"], second["source_org_id"]) == (10_002, "Springfield", f"pv:{digest}")


def test_classes_interest_and_citations(whole):
    assert [(r["sequence"], r["symbol"], r["subclass"], r["is_inventive"]) for r in rows(whole, "patent_class")] == [
        (0, "B25J9/16", "B25J", True),
        (1, "Y10S901/02", "Y10S", False),
    ]
    patent = {"patent_id": "us:9000001"}
    assert rows(whole, "patent_funding") == [
        patent | {"kind": "agency", "sequence": 0, "agency": "National Science Foundation"},
        patent | {"kind": "agency", "sequence": 1, "agency": "National Institutes of Health",
                  "agency_above": "Department of Health & Human Services"},
        patent | {"kind": "award", "sequence": 0, "award_number": "DMR-0800014"},
        patent | {"kind": "award", "sequence": 1, "award_number": "R01 GM1"},
        patent | {"kind": "statement", "sequence": 0,
                  "statement": 'Made under DMR-0800014. The government has "rights".'},
    ]  # fmt: skip
    assert [(r["sequence"], r["cited_id"], r["category"]) for r in rows(whole, "patent_citation")] == [
        (0, "us:9000001", "cited by examiner"),
        (1, "us:D345393", "cited by applicant"),
    ]


def test_the_books_balance_and_say_what_was_dropped(whole):
    books = whole[1].manifest["balance"]
    assert {name: (b["read"], b["kept"], dict(b["dropped"])) for name, b in books.items()} == {
        "patent": (3, 3, {}),
        "patent_party": (7, 6, {"no_name": 1}),
        "patent_class": (2, 2, {}),
        "patent_funding": (6, 5, {"duplicate_row": 1}),
        "patent_citation": (2, 2, {}),
    }
    assert whole[1].manifest["observes"] == [
        "citations", "government_interest", "patent_classes", "patent_owners", "us_patents",
    ]  # fmt: skip
    assert whole[1].warnings == [
        "g_assignee_disambiguated: 1 assignees have a place that the table of places does not know",
        "g_application: 1 patents have a day of filing that is none, or after the grant, and is taken for unknown",
    ]


def test_no_name_of_a_person_reaches_core(whole):
    assert not [p for p in whole[0].core.rglob("*.parquet")
                if small.PERSON.lower() in str(pq.read_table(p).to_pydict()).lower()]  # fmt: skip


def test_a_mirror_with_the_two_tables_that_must_be_there_is_enough(ingest, home):
    outcome = ingest(without=tuple(set(small.COLUMNS) - {"g_patent", "g_assignee_disambiguated"}))
    assert not outcome.failed, outcome.failed
    assert outcome.warnings[0].startswith("patentsview: without g_application, g_assignee_not_disambiguated, g_loc")
    assert outcome.manifest["observes"] == ["patent_owners", "us_patents"]
    # The one that was not told apart has no name now, and the first-named of the reissue never had.
    assert outcome.manifest["balance"]["patent_party"]["dropped"] == {"no_name": 2}
    assert {r["country"] for r in table(home, "patent_party")} == {None}


def test_without_assignees_there_is_nothing_to_count(ingest):
    outcome = ingest(without=("g_assignee_disambiguated",))
    assert "no g_assignee_disambiguated among g_application.tsv.zip, " in outcome.failed
    assert "[rule tables as promised]" in outcome.failed


def test_a_renamed_column_fails_the_part(ingest):
    said = ingest(g_location_disambiguated_columns=small.COLUMNS["g_location_disambiguated"].replace("city", "town"))
    assert (
        "g_location_disambiguated.tsv · line 1: column missing: disambig_city; not known: disambig_town" in said.failed
    )


def test_a_new_column_is_said_but_that_of_another_release_is_none(ingest):
    outcome = ingest(
        g_gov_interest_columns=small.COLUMNS["g_gov_interest"] + " language",
        g_gov_interest=[(*small.ROWS["g_gov_interest"][0], "en")],
        g_persistent_assignee_columns=small.COLUMNS["g_persistent_assignee"] + " disamb_assignee_id_20251231",
        g_persistent_assignee=[(*row, "another") for row in small.ROWS["g_persistent_assignee"]],
    )
    assert [said for said in outcome.warnings if "new column" in said] == [
        "g_gov_interest.tsv.zip/g_gov_interest.tsv: new column language"
    ]
    # The newest column is not that of the assignees beside it: somebody mixed two releases.
    (said,) = (said for said in outcome.warnings if "two releases" in said)
    assert said.startswith("g_persistent_assignee: 3 assignees have another id in its newest column")


BAD = {
    "patent_id: 20050123456 is not the number of a patent":
        ("20050123456", "utility", "2024-03-05", "", "A1", 1, 0, ""),
    "patent_date: 2024-02-30 is not a date": ("9200001", "utility", "2024-02-30", "", "B2", 1, 0, ""),
    "patent_date is blank": ("9200002", "utility", "", "", "B2", 1, 0, ""),
    "type is one of": ("9200003", "wonder", "2024-03-05", "", "B2", 1, 0, ""),
    "num_claims: many is not a number": ("9200004", "utility", "2024-03-05", "", "B2", "many", 0, ""),
    "withdrawn: 2 is not 0 or 1": ("9200005", "utility", "2024-03-05", "", "B2", 1, 2, ""),
}  # fmt: skip
# So many patents more that those that are refused are within the tolerance.
MANY = [(str(9_100_000 + n), "utility", "2024-03-05", "", "B2", 1, 0, "") for n in range(700)]
WITHOUT_RIGHTS = [
    ("T900004", "defensive publication", "1984-05-01", "", "I4", 1, 0, ""),
    ("H900", "statutory invention registration", "1990-05-01", "", "H", 1, 0, ""),
]


def test_patents_that_cannot_be_read_are_refused_alone_and_publications_are_no_grants(ingest, home):
    outcome = ingest(g_patent=[*small.ROWS["g_patent"], *MANY, *WITHOUT_RIGHTS, *BAD.values()])
    assert not outcome.failed, outcome.failed
    book = outcome.manifest["balance"]["patent"]
    assert (book["read"], book["kept"], book["quarantined"]) == (711, 705, 6)
    refused = pq.read_table(home.quarantine / "patent" / "patentsview--all.parquet").to_pylist()
    assert [(r["_file"], r["_line"]) for r in refused] == [
        ("g_patent.tsv.zip/g_patent.tsv", line) for line in range(707, 713)
    ]
    assert all(reason in r["reason"] for reason, r in zip(BAD, refused, strict=True))
    found = {r["patent_id"]: r for r in table(home, "patent")}
    for id_, kind in (("us:T900004", "defensive_publication"), ("us:H900", "statutory_invention")):
        assert (found[id_]["type"], found[id_]["is_granted"], found[id_]["number"]) == (kind, False, None)
        assert found[id_]["granted_on"] is None
        assert found[id_]["published_on"]


def test_golden_sample(whole):
    """Change VERSION in pipelines/sources/patentsview.py together with these digests."""
    digests = {name: golden.digest(table(whole[0], name)) for name in patentsview.SOURCE.tables}
    assert (patentsview.VERSION, digests) == GOLDEN


def test_a_product_without_its_tables_is_a_listing_that_failed(monkeypatch):
    from pipelines import odp

    monkeypatch.setenv("IUR_USPTO_ODP_KEY", "x")
    monkeypatch.setattr(odp, "files", lambda session, product: [])
    with pytest.raises(SourceError, match="lists no g_patent and no g_assignee_disambiguated among 0 files"):
        patentsview.parts(Session())


def test_without_a_key_nothing_is_offered(monkeypatch):
    monkeypatch.delenv("IUR_USPTO_ODP_KEY", raising=False)
    assert patentsview.parts(Session()) == []
