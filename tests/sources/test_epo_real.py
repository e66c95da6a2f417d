"""The EPO's own answers: three publications of a search and one document, read again by hand."""

import datetime as dt
import re
import shutil

import pyarrow.parquet as pq
import pytest

from pipelines import steps
from warehouse.store import Home

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def samples(real):
    return real / "epo_ops" / "samples"


@pytest.fixture(scope="module")
def ingested(samples, tmp_path_factory):
    """Both samples under the names a user would save them by; legal events are no part of the source."""
    mirror = tmp_path_factory.mktemp("mirror")
    (mirror / "epo_ops").mkdir()
    shutil.copy(samples / "search_with_constituent.xml", mirror / "epo_ops" / "epo_siemens_2025.xml")
    shutil.copy(samples / "get_biblio.xml", mirror / "epo_ops" / "epo_9solutions_2011.xml")
    home = Home(tmp_path_factory.mktemp("epo"))
    outcomes = {o.part: o for o in steps.ingest(home, "epo_ops", mirror)}
    assert not [o.failed for o in outcomes.values() if o.failed]
    return home, outcomes


def table(ingested, name, part):
    return pq.read_table(ingested[0].core / name / f"epo_ops--{part}.parquet").to_pylist()


def test_every_document_is_kept_and_nothing_is_new(ingested):
    _, outcomes = ingested
    assert {part: o.manifest["balance"]["patent"]["kept"] for part, o in outcomes.items()} == {"2011": 1, "2025": 3}
    assert outcomes["2011"].warnings == []
    assert outcomes["2025"].warnings == [
        "epo_siemens_2025.xml: 3 of the 10,000 publications announced for pa = Siemens are there"
    ]
    assert not any(b["quarantined"] for o in outcomes.values() for b in o.manifest["balance"].values())


def test_the_application_of_one_company_that_stands_there_three_times(ingested):
    (row,) = table(ingested, "patent", "2011")
    assert (row["patent_id"], row["family_id"], row["title"]) == (
        "epo:EP.2400812.A1", "43088294", "BLUETOOTH NETWORKING",
    )  # fmt: skip
    assert (row["published_on"], row["filed_on"], row["priority_on"], row["is_granted"]) == (
        dt.date(2011, 12, 28), dt.date(2010, 6, 24), dt.date(2010, 6, 24), False,
    )  # fmt: skip
    parties = table(ingested, "patent_party", "2011")
    assert [(p["role"], p["name"], p["country"]) for p in parties] == [
        ("applicant", "9SOLUTIONS OY", "FI"), *[("inventor", None, "FI")] * 3,
    ]  # fmt: skip
    # Four classifications of two offices are two classes.
    assert [(c["symbol"], c["is_inventive"]) for c in table(ingested, "patent_class", "2011")] == [
        ("H04W84/20", True), ("H04W88/04", False),
    ]  # fmt: skip


def test_the_publications_of_a_search(ingested):
    found = {row["patent_id"]: row for row in table(ingested, "patent", "2025")}
    assert {
        id_: (row["family_id"], row["published_on"], row["filed_on"], row["priority_on"], row["title"][:16])
        for id_, row in found.items()
    } == {
        "epo:AU.2024270787.A1": ("86386685", dt.date(2025, 10, 23), dt.date(2024, 5, 16), dt.date(2023, 5, 17),
                                 "MONITORING THE O"),
        "epo:AU.2024265697.A1": ("86763335", dt.date(2025, 10, 23), dt.date(2024, 4, 10), dt.date(2023, 5, 4),
                                 "A STEAM TURBINE "),
        "epo:DK.3740998.T3": ("61256235", dt.date(2025, 10, 20), dt.date(2019, 1, 14), dt.date(2018, 1, 17),
                              "ENERGILAGRINGSSY"),
    }  # fmt: skip
    # A Danish translation of a European patent is no grant of its own.
    assert {row["number"] for row in found.values()} == {None}


def test_printed_spellings_and_coded_countries(ingested):
    parties = table(ingested, "patent_party", "2025")
    assert sorted((p["patent_id"], p["name"], p["country"]) for p in parties if p["role"] == "applicant") == [
        ("epo:AU.2024265697.A1", "SIEMENS ENERGY GLOBAL GMBH & CO. KG", None),
        ("epo:AU.2024270787.A1", "SIEMENS GAMESA RENEWABLE ENERGY A/S", None),
        ("epo:DK.3740998.T3", "Siemens Energy AS", "NO"),
    ]
    # Two, three and three inventors, each in two forms; Norway is told of one document's alone.
    assert [p["country"] for p in parties if p["role"] == "inventor"].count("NO") == 3
    assert sum(p["role"] == "inventor" for p in parties) == 2 + 3 + 3
    assert not [p for p in parties if p["is_person"] and p["name"]]


def test_classes_are_those_of_the_text_each_once(ingested, samples):
    text = (samples / "search_with_constituent.xml").read_text(encoding="utf-8")
    expected = set()
    for number, body in re.findall(r'doc-number="(\w+)" kind=(.*?)</exchange-document>', text, re.DOTALL):
        plain = re.sub(r"\s+", "", body)
        for parts in re.findall(
            r"<section>(\w)</section><class>(\d\d)</class><subclass>(\w)</subclass>"
            r"<main-group>(\d+)</main-group><subgroup>(\d+)</subgroup>", plain,
        ):  # fmt: skip
            expected.add((number, "{}{}{}{}/{}".format(*parts)))
    found = [(c["patent_id"].split(".")[1], c["symbol"]) for c in table(ingested, "patent_class", "2025")]
    assert len(found) == len(set(found))
    assert set(found) == expected
    # AU 2024265697 has F01D15/10 of two offices.
    assert text.count("<patent-classification ") == 53 > len(found)
