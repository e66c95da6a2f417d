"""EPO's publications: documents, parties in two forms, classes, traps; expected values by hand from the documents."""

import datetime as dt
from xml.etree import ElementTree

import duckdb
import pyarrow.parquet as pq
import pytest

from pipelines import steps
from pipelines.epo import applicants
from pipelines.epo.documents import party_rows, patent
from pipelines.patents import persons
from pipelines.source import SourceError
from pipelines.sources import epo_ops
from tests import golden
from tests import small_epo as epo
from tests.small_epo import EN, FIRM, UNIVERSITY, cpc, document, page


def rows(home, table, part="2024"):
    return pq.read_table(home.core / table / f"epo_ops--{part}.parquet").to_pylist()


@pytest.fixture
def ingest(home, tmp_path):
    """Return a function that puts answers into the mirror and ingests them; the part's outcome."""

    def put(*texts, name="epo_almere_2024.xml"):
        epo.put(tmp_path / "mirror", name, *texts)
        return steps.ingest(home, "epo_ops", tmp_path / "mirror")[-1]

    return put


def read(text):
    """Return an exchange-document as the normaliser gets it."""
    return ElementTree.fromstring(page(text).partition("?>")[2]).find(".//{*}exchange-document")


def applied(home):
    found = [p for p in rows(home, "patent_party") if p["role"] == "applicant"]
    return [(p["party_no"], p["name"], p["country"], p["is_person"]) for p in found]


def test_an_application_is_what_its_document_says(home, ingest):
    done = ingest(page(document("2400812", priorities=("20220701", "20220620"))))
    assert (done.failed, done.warnings) == ("", [])
    (row,) = rows(home, "patent")
    assert {k: v for k, v in row.items() if v is not None} == {
        "source": "epo_ops",
        "part": "2024",
        "patent_id": "epo:EP.2400812.A1",
        "office": "EP",
        "kind": "A1",
        "is_granted": False,
        "filed_on": dt.date(2022, 12, 20),
        "published_on": dt.date(2024, 1, 3),
        # The earliest of its claims, whatever their order.
        "priority_on": dt.date(2022, 6, 20),
        "title": "Widget and method",
        "family_id": "70000001",
        "record_url": "https://worldwide.espacenet.com/patent/search?q=pn%3DEP2400812A1",
    }
    assert set(done.manifest["observes"]) == {"applicants", "families"}


@pytest.mark.parametrize(
    ("country", "number", "kind", "told"),
    [
        ("EP", "2400812", "B1", ("ep:2400812", True, None)),
        # Amended after opposition, and corrected: the same grant, but not on this day.
        ("EP", "2400812", "B2", ("ep:2400812", False, None)),
        ("EP", "2400812", "B9", ("ep:2400812", False, None)),
        ("US", "7186302", "B2", ("us:7186302", True, "utility")),
        ("US", "6000000", "A", ("us:6000000", True, "utility")),
        ("US", "RE46493", "E1", ("us:RE46493", True, "reissue")),
        ("US", "2005123456", "A1", (None, False, None)),
        ("WO", "2024012345", "A1", (None, False, None)),
        # A translation that takes effect nationally is no grant of its own.
        ("DK", "3740998", "T3", (None, False, None)),
        ("JP", "0045678", "B2", ("jp:45678", True, None)),
    ],
)
def test_a_grant_has_the_number_that_all_sources_share(country, number, kind, told):
    row = patent(read(document(number, country, kind)))
    assert (row["patent_id"], row["office"]) == (f"epo:{country}.{number}.{kind}", country)
    assert (row["number"], row["granted_on"] is not None, row["type"]) == told
    assert row["is_granted"] is (told[0] is not None)
    assert row["granted_on"] in (None, row["published_on"])


@pytest.mark.parametrize("claims", [(), ("19991200",)])
def test_without_a_claim_the_application_itself_was_first(claims):
    assert patent(read(document("1", priorities=claims)))["priority_on"] == dt.date(2022, 12, 20)


def test_the_title_is_the_english_one_or_the_first():
    titles = ((("fr", "CHOSE"), ("de", "DING")), (("fr", "CHOSE"), ("en", "THING")), ())
    assert [patent(read(document("1", titles=told)))["title"] for told in titles] == ["CHOSE", "THING", None]


def test_an_applicant_counts_once_by_its_printed_name_and_its_coded_country(home, ingest):
    both = (UNIVERSITY, FIRM)
    assert not ingest(
        page(document("1", epodoc=[code for code, _ in both], original=[f"{name}, " for _, name in both]))
    ).failed
    assert applied(home) == [
        (1001, "Universiteit van Almere", "NL", False), (1002, "Brellow Systems B.V.", "NL", False),
    ]  # fmt: skip


def test_one_company_printed_twice_is_one_applicant(home, ingest):
    """As in EP 2400812 A1: `9SOLUTIONS OY, ` and `9Solutions Oy` beside one coded name."""
    done = ingest(page(document("1", epodoc=[f"9BRELLOW OY{EN}[FI]\n"], original=["9BRELLOW OY, ", "9Brellow Oy"])))
    assert applied(home) == [(1001, "9BRELLOW OY", "FI", False)]
    assert not done.warnings


def test_where_the_forms_name_different_numbers_the_coded_one_tells_how_many(home, ingest):
    codes = [UNIVERSITY[0], f"BRELLOW{EN}[DE]"]
    done = ingest(page(document("1", epodoc=codes, original=["Brellow", "Quorvane", "Universiteit"])))
    assert applied(home) == [(1001, "UNIV ALMERE", "NL", False), (1002, "Brellow", "DE", False)]
    assert done.warnings == [
        "1 publications name more applicants in one form than in the other: those with a country are taken"
    ]


@pytest.mark.parametrize(
    ("epodoc", "original", "told"),
    [
        (["BRELLOW GMBH"], ["Brellow GmbH"], [("Brellow GmbH", None)]),
        ([], ["Brellow GmbH, ", "BRELLOW GMBH"], [("Brellow GmbH", None)]),
        ([f"BRELLOW GMBH{EN}[DE]"], [], [("BRELLOW GMBH", "DE")]),
        ([(2, f"B AG{EN}[DE]"), (1, f"A AG{EN}[CH]")], [(2, "B AG"), (1, "A AG")], [("A AG", "CH"), ("B AG", "DE")]),
    ],
)
def test_a_form_that_is_not_there_and_an_order_of_its_own(epodoc, original, told):
    found, _ = party_rows(read(document("1", epodoc=epodoc, original=original)))
    assert [(p["name"], p["country"]) for p in found if p["role"] == "applicant"] == told


def test_an_applicant_who_is_an_inventor_or_is_written_as_one_is_a_person(home, ingest):
    """Quist invented it; Delacroix did not, and is written with a comma."""
    codes = [UNIVERSITY[0], f"QUIST TOMAS{EN}[NL]", f"DELACROIX INES{EN}[FR]"]
    printed = ["Universiteit van Almere, ", "Quist, Tomás, ", "Delacroix, Inès"]
    assert not ingest(page(document("1", epodoc=codes, original=printed))).failed
    assert applied(home) == [
        (1001, "Universiteit van Almere", "NL", False), (1002, None, "NL", True), (1003, None, "FR", True),
    ]  # fmt: skip
    (inventor,) = [p for p in rows(home, "patent_party") if p["role"] == "inventor"]
    assert (inventor["party_no"], inventor["name"], inventor["country"], inventor["is_person"]) == (
        10001, None, "NL", True,
    )  # fmt: skip
    assert not [p for p in rows(home, "patent_party") if "uist" in str(p) or "elacroix" in str(p)]


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("Müller, Hans-Peter", True),
        ("VAN DER MEER, Jan W.", True),
        ("O'Brellow, Aoife", True),
        ("Siemens AG, München", False),
        ("Regents of the University of California, The", False),
        ("Hewlett-Packard Development Company, L.P.", False),
        ("Brellow & Quist, Ltd", False),
        ("École Polytechnique, Palaiseau", False),
        ("Rolls Royce", False),
        ("3M, Company", False),
        ("Politecnico di Milano, Milano", False),
        ("Max-Planck-Gesellschaft zur Förderung der Wissenschaften, e.V.", False),
        ("Eidgenössische Technische Hochschule, Zürich", False),
        ("Chalmers Tekniska Högskola, Göteborg", False),
        ("Helsingin yliopisto, Helsinki", False),
        ("Uniwersytet Jagielloński, Kraków", False),
    ],
)
def test_a_person_is_written_with_a_comma_and_no_word_of_a_body(name, is_one):
    connection = duckdb.connect()
    persons.install(connection)
    assert connection.execute("SELECT is_person(?)", [name]).fetchall() == [(is_one,)]


def test_a_class_that_several_offices_give_is_one(home, ingest):
    classes = [
        cpc("H04W84/20", "US", "A"), cpc("H04W84/20", "EP", "I"), cpc("H04W88/04", "EP", "A"),
        cpc("H04W88/04", "US", "A"), cpc("G06F17/30", "US", "I", scheme="UC"),
    ]  # fmt: skip
    assert not ingest(page(document("1", classes=classes))).failed
    assert [(c["sequence"], c["symbol"], c["subclass"], c["is_inventive"]) for c in rows(home, "patent_class")] == [
        (0, "H04W84/20", "H04W", True), (1, "H04W88/04", "H04W", False),
    ]  # fmt: skip


def test_a_publication_of_two_applicants_is_kept_once(home, ingest, tmp_path):
    both = document("1", epodoc=[UNIVERSITY[0], FIRM[0]], original=[UNIVERSITY[1], FIRM[1]], classes=[cpc("H04W84/20")])
    epo.put(tmp_path / "mirror", "epo_brellow_2024.xml", page(both, document("3"), query='pa="brellow"'))
    done = ingest(page(both, document("2")), page(document("4"), query="another"))
    assert not done.failed
    assert [row["patent_id"] for row in rows(home, "patent")] == [f"epo:EP.{n}.A1" for n in (1, 2, 3, 4)]
    books = {t: (b["read"], b["kept"], dict(b["dropped"])) for t, b in done.manifest["balance"].items()}
    assert books == {
        "patent": (5, 4, {"publication_repeated": 1}),
        # Two applicants and an inventor twice, three times an applicant and an inventor.
        "patent_party": (12, 9, {"publication_repeated": 3}),
        "patent_class": (2, 1, {"publication_repeated": 1}),
    }


def test_a_single_document_and_a_search_without_result_are_answers_too(home, ingest):
    alone = f"{epo.HEAD}{document('7')}</ops:world-patent-data>"
    assert not ingest(epo.NOTHING, alone).failed
    assert [row["patent_id"] for row in rows(home, "patent")] == ["epo:EP.7.A1"]


def test_what_is_odd_is_said(home, ingest):
    done = ingest(
        page(document("1"), document("2", published="20230104", more="<new-thing>1</new-thing>"), announced=10_000)
    )
    assert set(done.warnings) == {
        'epo_almere_2024.xml: 2 of the 10,000 publications announced for pa="almere" are there',
        "1 publications are of another year than their file is named by",
        "epo_almere_2024.xml: new column new-thing",
    }


def test_a_document_that_cannot_be_read_is_refused(home, ingest):
    many = [document(str(n)) for n in range(1, 151)]
    many[4] = document("5", published="20241301")
    done = ingest(page(*many))
    assert not done.failed
    (refused,) = pq.read_table(home.quarantine / "patent" / "epo_ops--2024.parquet").to_pylist()
    assert (refused["_file"], refused["_line"]) == ("epo_almere_2024.xml", 5)
    assert "date of publication: 20241301 is not a day" in refused["reason"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (page(document("1"))[:-40], "ends within an answer"),
        (page(document("1")).replace("</parties>", ""), "answer 1 cannot be read as XML"),
        (page(document("1")).replace("parties>", "people>"), "column missing: parties; not known: people"),
        (page(document("1")).replace("<ops:world", "<!DOCTYPE x><ops:world", 1), "declares a document type"),
        (epo.NOTHING, "has no row for patent"),
        ("<fault><code>CLIENT.CQL</code><message>no</message></fault>", "is the service's refusal: CLIENT.CQL no"),
        ("<html><body>Moved</body></html>", "is a web page"),
        (" ", "is empty"),
    ],
)
def test_what_is_no_answer_of_the_service_fails(ingest, text, says):
    done = ingest(text)
    assert says in done.failed
    assert "mend: " in done.failed


def test_the_shipped_applicants_can_be_asked_for():
    found = applicants.read()
    assert len(found) == 40
    assert all(a.institution.startswith("https://ror.org/0") for a in found)


def test_a_users_applicants_stand_in_for_the_shipped_ones(home):
    home.seeds.mkdir(parents=True)
    (home.seeds / "epo_applicants.csv").write_text("slug,applicant\nalmere,Universiteit van Almere\n")
    assert [(a.slug, a.name) for a in applicants.of_home(home.root)] == [("almere", "Universiteit van Almere")]
    assert applicants.of_home(None) == applicants.read()


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("Almere,Universiteit", "slug is no word"),
        ('almere,"Univ ""X"""', "applicant is blank, or has quotes"),
        ("almere,", "applicant is blank"),
        ("almere,Universiteit\nother,UNIVERSITEIT", "stands twice"),
    ],
)
def test_a_row_that_cannot_be_asked_for_is_said(tmp_path, row, says):
    path = tmp_path / "epo_applicants.csv"
    path.write_text(f"slug,applicant\n{row}\n")
    with pytest.raises(SourceError, match=says):
        applicants.read(path)


def test_without_a_key_there_is_nothing_to_ask(home, monkeypatch):
    monkeypatch.delenv("IUR_EPO_OPS_KEY", raising=False)
    monkeypatch.setenv("IUR_EPO_OPS_SECRET", "s")
    assert epo_ops.disabled() == "no key: IUR_EPO_OPS_KEY not set (register at developers.epo.org)"
    assert steps.ingest(home, "epo_ops") == []


def test_golden_sample(home, ingest):
    """Rows of this sample may only change with a new VERSION."""
    sample = [
        document("1", epodoc=[UNIVERSITY[0], FIRM[0]], original=[UNIVERSITY[1], FIRM[1]], classes=[cpc("H04W84/20")]),
        document("2400812", kind="B1", published="20240605"),
        document("12000001", "US", "B2", family="70000002", published="20240702", priorities=()),
    ]
    assert not ingest(page(*sample)).failed
    digests = [golden.digest(rows(home, t)) for t in ("patent", "patent_party", "patent_class")]
    assert (epo_ops.VERSION, digests) == (1, ["d639746604478fb4", "03faee8c4c5baffc", "4a7861bccd37f76f"])
