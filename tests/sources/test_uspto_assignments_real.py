"""The real recordations: 1,327 of one day and two more, held against what patterns find in the text of the file."""

import re
import zipfile
from collections import Counter
from html import unescape

import pyarrow.parquet as pq
import pytest

from pipelines import steps
from warehouse.store import Home

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def deeds(real):
    with zipfile.ZipFile(real / "uspto_assignments" / "ad20260519.zip") as archive:
        text = archive.read("ad20260519.xml").decode()
    return text.split("<patent-assignment>")[1:]


@pytest.fixture(scope="module")
def day(real, tmp_path_factory):
    home = Home(tmp_path_factory.mktemp("assignments"))
    (outcome,) = steps.ingest(home, "uspto_assignments", real)
    assert not outcome.failed, outcome.failed
    return home, outcome


def table(day, name):
    return pq.read_table(day[0].core / name / "uspto_assignments--20260519.parquet").to_pylist()


def test_every_recordation_is_kept_and_the_books_balance(day, deeds):
    books = day[1].manifest["balance"]
    assert (books["transfer"]["read"], books["transfer"]["kept"]) == (1_327, 1_327) == (len(deeds), len(deeds))
    parties = sum(deed.count("<patent-assignor>") + deed.count("<patent-assignee>") for deed in deeds)
    assert (books["transfer_party"]["read"], books["transfer_party"]["kept"]) == (5_207, 5_207) == (parties, parties)
    assert (books["transfer_patent"]["read"], books["transfer_patent"]["kept"]) == (1_327, 1_327)
    assert not any(book["quarantined"] or book["dropped"] for book in books.values())
    assert day[1].warnings == []


def test_kinds_are_those_that_words_tell(day, deeds):
    """Of the texts 1,229 are assignments: 28 by companies, the others by inventors; 11 words tell the other kinds."""
    words = {
        "correction": "CORRECTIVE", "release": "RELEASE", "security": "^SECURITY AGREEMENT|^LIEN", "merger": "MERGER",
        "name_change": "^(CONVEYANCE )?CHANGE OF NAME|CONVERSION|ENTITY +CONVEYANCE",
    }  # fmt: skip
    texts = [re.search("<conveyance-text>([^<]*)", deed)[1] for deed in deeds]
    told = {kind: sum(bool(re.search(word, text)) and (kind == "correction" or "CORRECTIVE" not in text)
                      for text in texts) for kind, word in words.items()}  # fmt: skip
    plain = [deed for deed, text in zip(deeds, texts, strict=True) if text == "ASSIGNMENT OF ASSIGNOR'S INTEREST"]
    assert len(plain) == 1_229
    form = r"\bINC\.?|\bLLC|\bCORP(ORATION|\.)|\bLTD\.|L\.P\.|A/S|\bAB|TRUST I|ARULIDEN|&amp; WESTERMANN"
    firm = re.compile(rf"<patent-assignor><name>[^<]*({form})</name>")
    by_firms = sum(bool(firm.search(deed)) for deed in plain)
    assert Counter(t["kind"] for t in table(day, "transfer")) == {
        **told, "assignment": by_firms, "employer_assignment": 1_229 - by_firms}  # fmt: skip
    assert (told, by_firms) == (
        {"correction": 18, "release": 2, "security": 6, "merger": 3, "name_change": 69}, 28)  # fmt: skip


def test_no_persons_name_is_kept_and_no_organisations_is_lost(day, deeds):
    names = [unescape(n) for deed in deeds for n in re.findall("<patent-assign(?:or|ee)><name>([^<]*)", deed)]
    parties = table(day, "transfer_party")
    kept = Counter(p["name"] for p in parties if not p["is_person"])
    # Of names with a comma the organisations' end in a form, or have one of three more marks.
    form = re.compile(r"(INC\.?|LLC|L\.P\.|A/S)\)?$|SERIES 42|&|^GOOGLE")
    assert kept == Counter(n for n in names if "," not in n or form.search(n))
    assert sum(kept.values()) == sum(not p["is_person"] for p in parties)
    assert all(p["name"] is None for p in parties if p["is_person"])
    texts = " ".join(t["conveyance_text"] or "" for t in table(day, "transfer"))
    assert not re.search("NIKOLAYEVITCH|GONTMAK|GIUSTI|EDDO KIM", texts)  # persons whom corrections quote


def test_numbers_are_those_of_the_documents(day, deeds):
    found = table(day, "transfer_patent")
    kinds = Counter(kind for deed in deeds for kind in re.findall("<kind>([^<]*)", deed))
    assert kinds == {"X0": 1_247, "B2": 902, "A1": 780}
    for column, kind in (("application_id", "X0"), ("patent_id", "B2"), ("publication_number", "A1")):
        assert sum(p[column] is not None for p in found) == kinds[kind]
    assert sum(p["patent_id"] is None and p["application_id"] is None for p in found) == 80  # as many name no document
    assert sum((p["patent_id"] or "").startswith("us:D") for p in found) == 71
    assert sum((p["patent_id"] or "").startswith("us:RE") for p in found) == 1


def test_the_publishers_own_elements_are_read(real, tmp_path):
    """Authentix's reel 15946, frame 343, of 2005, and MIT's reel 31066, frame 972: each without a root element."""
    there = tmp_path / "mirror" / "uspto_assignments"
    there.mkdir(parents=True)
    folder = real / "uspto_assignments" / "bulk_xml"
    both = b"\n".join(path.read_bytes() for path in sorted(folder.iterdir()))
    (there / "ad20130824.xml").write_bytes(both)
    home = Home(tmp_path / "home")
    (outcome,) = steps.ingest(home, "uspto_assignments", tmp_path / "mirror")
    assert not outcome.failed, outcome.failed
    transfers, parties, conveyed = (
        pq.read_table(home.core / name / "uspto_assignments--20130824.parquet").to_pylist()
        for name in ("transfer", "transfer_party", "transfer_patent")
    )
    days = ("executed_on", "recorded_on", "updated_on")
    assert [(t["transfer_id"], t["kind"], *(str(t[on]) for on in days), t["pages"]) for t in transfers] == [
        ("uspto:015946/0343", "employer_assignment", "2005-04-12", "2005-04-25", "2013-01-17", 9),
        ("uspto:031066/0972", "employer_assignment", "2011-05-26", "2013-08-23", "2013-08-24", 4),
    ]  # fmt: skip
    assert [(p["name"], p["city"], p["state"], p["country"]) for p in parties if p["name"]] == [
        ("AUTHENTIX, INC.", "ADDISON", "TX", "US"),
        ("MASSACHUSETTS INSTITUTE OF TECHNOLOGY", "CAMBRIDGE", "MA", "US"),
    ]
    assert len(parties) == 9  # five inventors and two, and the two
    assert [(p["application_id"], p["patent_id"], p["publication_number"]) for p in conveyed] == [
        ("us-app:10852336", "us:7919325", "20050260764"), ("us-app:13116504", None, "20110289741")]  # fmt: skip
