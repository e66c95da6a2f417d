"""Recordations from daily XML and from the research data set, by hand: every trap once, and the books of each."""

import datetime as dt

import pyarrow.parquet as pq
import pytest

from pipelines import steps
from pipelines.source import SourceError
from pipelines.sources import uspto_assignments
from tests.golden import digest
from tests.small_assignments import (
    LAWYER,
    PERSON,
    STREET,
    Normalised,
    deed,
    document,
    element,
    many,
    party,
    release,
    write,
)  # fmt: skip


def ingest(home, mirror):
    return {outcome.part: outcome for outcome in steps.ingest(home, "uspto_assignments", mirror)}


def day(home, mirror, deeds, part="20260105"):
    write(mirror, part, deeds)
    outcome = ingest(home, mirror)[part]
    assert not outcome.failed, outcome.failed
    return outcome


def rows(home, table, part="20260105", state="core"):
    path = getattr(home, state) / table / f"uspto_assignments--{part}.parquet"
    return pq.read_table(path).to_pylist() if path.exists() else []


def read_day(mirror, deeds):
    return Normalised(write(mirror, "20260105", deeds).parent)


def read_release(mirror, rows, **more):
    return Normalised(release(mirror / "uspto_assignments", rows, **more))


def books(outcome, table="transfer"):
    book = outcome.manifest["balance"][table]
    return book["read"], book["kept"], book["quarantined"], dict(book["dropped"])


def test_a_deed_is_a_conveyance_its_parties_and_what_it_conveys(home, mirror):
    sold = deed(
        frame=2,
        grantors=[party("UNIVERSITY OF ALMERE", on="20251103"), party("ALMERE, CITY OF", on="20251101")],
        grantees=[party("WIDGETS GMBH", city="MUNICH", country="GERMANY"), party(PERSON, city="BOSTON", state="MA")],
        properties=[
            {"app": "17900001", "filed": "20230102", "pub": "20240012345", "grant": "12345678", "granted": "20250304"},
            {"grant": "D0987654", "granted": "20240102"},
            {},
        ],
    )
    outcome = day(home, mirror, [deed(), sold])
    assert books(outcome) == (2, 2, 0, {})
    first, second = rows(home, "transfer")
    assert (first["transfer_id"], first["kind"], first["rule"]) == (
        "uspto:070001/0001", "employer_assignment", "assignment_by_persons")  # fmt: skip
    assert (second["kind"], second["executed_on"], second["recorded_on"], second["pages"], second["is_purged"]) == (
        "assignment", dt.date(2025, 11, 1), dt.date(2026, 1, 5), 3, False)  # fmt: skip
    assert second["conveyance_text"] == "ASSIGNMENT OF ASSIGNORS INTEREST"
    told = [
        (p["party_no"], p["role"], p["name"], p["is_person"], p["country"], p["state"], p["city"])
        for p in rows(home, "transfer_party")
        if p["transfer_id"] == second["transfer_id"]
    ]
    assert told == [
        (1, "grantor", "UNIVERSITY OF ALMERE", False, None, None, None),
        (2, "grantor", "ALMERE, CITY OF", False, None, None, None),
        (100_001, "grantee", "WIDGETS GMBH", False, "DE", None, "MUNICH"),
        (100_002, "grantee", None, True, "US", "MA", "BOSTON"),
    ]
    conveyed = [
        (p["property_no"], p["application_id"], p["patent_id"], p["publication_number"], p["filed_on"], p["granted_on"])
        for p in rows(home, "transfer_patent")
        if p["transfer_id"] == second["transfer_id"]
    ]
    assert conveyed == [
        (1, "us-app:17900001", "us:12345678", "20240012345", dt.date(2023, 1, 2), dt.date(2025, 3, 4)),
        (2, None, "us:D987654", None, None, dt.date(2024, 1, 2)),
        (3, None, None, None, None, None),
    ]


def test_nobody_who_is_a_person_and_nobodys_address_reaches_core_or_quarantine(home, mirror):
    correction = deed(
        frame=2,
        text=f"CORRECTIVE ASSIGNMENT TO CORRECT THE NAME {PERSON} PREVIOUSLY RECORDED ON REEL 69000 FRAME 12. "
        f"ASSIGNOR(S) HEREBY CONFIRMS {PERSON}.",
    )
    paper = deed(frame=3, text="AFFIDAVIT OF ADALIND QUORVANE")
    bad = deed(frame=4, grantors=[party(PERSON, on="SOON")])
    day(home, mirror, [deed(), correction, paper, bad, *many(200)])
    texts = {t["transfer_id"]: t["conveyance_text"] for t in rows(home, "transfer")}
    assert texts["uspto:070001/0002"] == "CORRECTIVE ASSIGNMENT PREVIOUSLY RECORDED ON REEL 69000 FRAME 12"
    assert texts["uspto:070001/0003"] == "AFFIDAVIT OF … …"
    kept = [str(rows(home, table, state=state)) for table in uspto_assignments.SOURCE.tables
            for state in ("core", "quarantine")]  # fmt: skip
    for word in (*PERSON.split(", "), LAWYER, "PETTIFOG", STREET, "73301"):
        assert not any(word in text for text in kept), word


def test_states_are_codes_and_countries_are_told_by_what_there_is(mirror):
    places = [
        ({"state": "MASSACHUSETTS"}, ("US", "MA")),
        ({"state": "PUERTO RICO"}, ("PR", "PR")),
        ({"city": "SEOUL", "country": "KOREA, REPUBLIC OF"}, ("KR", None)),
        ({"city": "SUWON-SI", "state": "KRX"}, ("KR", None)),
        ({"state": "ONTARIO", "country": "CANADA"}, ("CA", None)),
        ({"state": "BAVARIA"}, (None, None)),
        ({"city": "ATLANTIS", "country": "ATLANTIS"}, (None, None)),
        ({"country": "STATELESS"}, (None, None)),
        ({}, (None, None)),
    ]
    found = read_day(mirror, [deed(grantees=[party("WIDGETS INC.", **place) for place, _ in places])])
    assert found.of("transfer_party", "country", "state")[1:] == [told for _, told in places]
    assert found.said == ["country names that the seed country_names does not know: ATLANTIS 1"]


def test_a_part_of_a_date_is_unknown_and_what_is_no_date_refuses_its_row(mirror):
    parts = [deed(frame=n, grantors=[party("ALMERE INC.", on=on)])
             for n, on in enumerate(("20250300", "2025", "00010101", None), start=1)]  # fmt: skip
    bad = deed(frame=9, recorded="20261345", grantors=[party("ALMERE INC.", on="SOON")])
    found = read_day(mirror, [*parts, bad])
    assert found.of("transfer", "executed_on", "_problem") == [
        *[(None, None)] * 4, (None, "recorded-date: 20261345 is not a date")]  # fmt: skip
    assert found["transfer_party"][8]["_problem"] == "execution-date: SOON is not a date"
    assert found.said == ["3 dates tell a year or a month alone, or a year that cannot be, and are taken for unknown"]


def test_of_a_record_told_twice_on_a_day_the_later_change_counts(mirror):
    older = deed(updated="20260103", text="ASSIGNMENT", properties=[{"app": "18900009"}])
    found = read_day(mirror, [deed(updated="20260105", text="MERGER"), older, deed(frame=2)])
    assert found.of("transfer", "kind", "_dropped") == [
        ("merger", None), ("employer_assignment", "superseded"), ("employer_assignment", None)]  # fmt: skip
    assert found.of("transfer_patent", "application_id", "_dropped") == [
        ("us-app:18900001", None), ("us-app:18900009", "superseded"), ("us-app:18900001", None)]  # fmt: skip
    dropped = [d for (d,) in found.of("transfer_party", "_dropped")]
    assert dropped == [None, None, "superseded", "superseded", None, None]


def test_a_purged_record_stays_and_says_so(mirror):
    assert read_day(mirror, [deed(purge="Y"), deed(frame=2)]).of("transfer", "is_purged") == [(True,), (False,)]


def test_a_party_without_a_name_is_dropped_with_a_reason(mirror):
    found = read_day(mirror, [deed(grantees=[party(None), party("WIDGETS INC.")])])
    assert [d for (d,) in found.of("transfer_party", "_dropped")] == [None, "no_name", None]


def test_a_day_on_which_nobody_recorded_anything_is_whole(home, mirror):
    assert books(day(home, mirror, [])) == (0, 0, 0, {})
    assert rows(home, "transfer") == []


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (("</conveyance-text>", "</conveyance-txt>"), "not well-formed XML: mismatched tag"),
        (("</patent-assignment>", ""), "not well-formed XML: no element found"),
        (("WIDGETS", "WIDG\x01ETS"), "not well-formed XML: not well-formed"),
        (("<reel-no>70001<", "<reel-no>REEL<"), "reel REEL, frame 1 are no numbers of a record"),
        (("<reel-no>70001</reel-no>", ""), "reel , frame 1 are no numbers of a record"),
        (("<purge-indicator>N<", "<purge-indicator>?<"), "purge-indicator: ? is not Y or N"),
    ],
)
def test_a_damaged_element_is_refused_alone(mirror, damage, says):
    found = read_day(mirror, document([*many(3), element(deed()).replace(*damage, 1), *many(5)[3:]]))
    problems = [(row["_line"], row["_problem"]) for row in found["transfer"] if row["_problem"]]
    # After two lines of the head, and one for each of three deeds.
    assert [(line, said[: len(says)]) for line, said in problems] == [(6, says)]
    assert [row["transfer_id"][-4:] for row in found["transfer"] if not row["_problem"]] == [
        "0001", "0002", "0003", "0004", "0005"]  # fmt: skip


def test_a_bare_ampersand_and_an_unknown_entity_stand_for_themselves(mirror):
    text = element(deed(grantees=[party("A& B INC.")])).replace("A&amp; B", "A& B").replace("Widgets", "&ohm;")
    found = read_day(mirror, document([text]))
    assert found["transfer_party"][1]["name"] == "A& B INC."
    assert found.said == ["2 ampersands stand for themselves, and not for a character"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda text: text[: len(text) // 2], "breaks off: its root element is not closed"),
        (lambda text: text.replace("</us-patent-assignments>", ""), "breaks off: its root element is not closed"),
        (lambda text: "<nothing/>", "holds no patent-assignment, nor the root of them"),
        (lambda text: text.replace("purge-indicator", "purged"), "element missing: assignment/purge-indicator"),
    ],
)
def test_a_file_that_is_not_whole_fails(mirror, change, says):
    with pytest.raises(SourceError, match=says) as raised:
        read_day(mirror, change(document(many())))
    assert "\n  mend: " in str(raised.value)


def test_a_new_element_is_a_warning(mirror):
    text = document([deed()]).replace("<patent-assignors>", "<docket>7</docket><patent-assignors>")
    assert read_day(mirror, text.replace("<reel-no>", "<coverage>x</coverage><reel-no>")).said == [
        "new element assignment/coverage in 1 places", "new element patent-assignment/docket in 1 places"]  # fmt: skip


def test_a_promised_element_that_few_records_lack_together_is_missed_where_there_is_a_new_one(mirror):
    text = document([deed(grantors=[party("ALMERE INC.")])])
    assert read_day(mirror, text)["transfer"][0]["executed_on"] is None
    with pytest.raises(SourceError, match="element missing: assignor/execution-date; not known: assignor/signed"):
        read_day(mirror / "again", text.replace("<name>ALMERE", "<signed>20260101</signed><name>ALMERE"))
    with pytest.raises(SourceError, match="element missing: assignment/conveyance-text"):
        read_day(mirror / "more", document([deed(text=None)]))


def test_elements_without_a_root_are_read_as_well(mirror):
    assert len(read_day(mirror, element(deed()) + element(deed(frame=2)))["transfer"]) == 2


def test_numbers_that_are_none_are_passed_over_and_counted(mirror):
    properties = [{"app": "PCT/US2025/1", "grant": "NONE"}, {"app": "18900001", "country": "WO"}]
    found = read_day(mirror, [deed(properties=properties)])
    assert found.of("transfer_patent", "application_id", "patent_id") == [(None, None)] * 2
    assert found.said == [
        "1 numbers of applications are none of the US office's, and are passed over",
        "1 numbers of patents are none of the US office's, and are passed over",
    ]


RELEASE = {
    "assignment": [
        {"rf_id": "123450001", "cname": LAWYER, "reel_no": "12345", "frame_no": "1", "purge_in": "N", "page_count": "2",
         "convey_text": 'ASSIGNMENT OF ASSIGNORS INTEREST, "ALL"\n(SEE DOCUMENT FOR DETAILS).',
         "record_dt": "2015-03-12", "last_update_dt": "20150313"},
        {"rf_id": "123450002", "reel_no": "12345", "frame_no": "2", "purge_in": "N", "convey_text": "LICENSE",
         "record_dt": "12mar2015", "last_update_dt": "20159"},
        {"rf_id": "123450003", "reel_no": "12345", "frame_no": "3", "purge_in": "Y", "convey_text": "",
         "record_dt": "12Mar2015 00:00:00", "last_update_dt": ""},
    ],
    "assignor": [
        {"rf_id": "123450001", "or_name": "ADALIND QUORVANE INVENTOR", "exec_dt": "20149"},
        {"rf_id": "123450002", "or_name": "UNIVERSITY OF ALMERE", "exec_dt": "01feb2015"},
        {"rf_id": "123450003", "or_name": PERSON, "exec_dt": "2015-01-02"},
    ],
    "assignee": [
        {"rf_id": "123450001", "ee_name": "WIDGETS INC.", "ee_city": "AUSTIN", "ee_state": "TEXAS"},
        {"rf_id": "123450002", "ee_name": "SOME AGENCY", "ee_country": "NOT PROVIDED"},
        {"rf_id": "123450003", "ee_name": "WIDGETS INC.", "ee_state": "TEXAS"},
    ],
    "documentid": [
        {"rf_id": "123450001", "title": "x" * 200_000, "appno_doc_num": "12345678", "appno_date": "2014-01-02",
         "appno_country": "US", "grant_doc_num": "9000001", "grant_date": "2016-01-05"},
        {"rf_id": "123450002", "appno_doc_num": "12345679", "pgpub_doc_num": "20150123456"},
        {"rf_id": "123450003", "appno_doc_num": "12345680", "grant_doc_num": "9000003"},
    ],
    "assignment_conveyance": [
        {"rf_id": "123450001", "convey_ty": "assignment", "employer_assign": "1"},
        {"rf_id": "123450002", "convey_ty": "govern", "employer_assign": "0"},
        {"rf_id": "123450003", "convey_ty": "merger", "employer_assign": "0"},
    ],
    "documentid_admin": [
        {"rf_id": "123450001", "appno_doc_num": "12345678", "grant_doc_num": "9000001",
         "admin_pat_no_for_appno": "9000010", "error": "mismatch"},
        {"rf_id": "123450002", "appno_doc_num": "12345679", "admin_pat_no_for_appno": "9000002", "error": "none"},
    ],
}  # fmt: skip


def test_a_release_of_the_research_data_set_is_read_with_its_types_and_its_register(mirror):
    """Dates are told in five ways: 2015-03-12, 20150313, 12mar2015, and Stata's 20159, which is 12 March 2015."""
    found = read_release(mirror, RELEASE, packed=("documentid", "assignor"))
    march = dt.date(2015, 3, 12)
    assert found.of("transfer", "kind", "rule", "executed_on", "recorded_on", "updated_on", "is_purged") == [
        ("employer_assignment", "assignment_to_employer", dt.date(2015, 3, 2), march, dt.date(2015, 3, 13), False),
        ("confirmatory_licence", "licence_of_government_type", dt.date(2015, 2, 1), march, march, False),
        ("merger", "type_merger", dt.date(2015, 1, 2), march, None, True),
    ]
    assert found["transfer"][0]["conveyance_text"] == (
        'ASSIGNMENT OF ASSIGNORS INTEREST, "ALL" (SEE DOCUMENT FOR DETAILS).'
    )
    assert found.of("transfer_patent", "application_id", "patent_id", "publication_number", "granted_on") == [
        # The register contradicts 9000001, and knows the application's patent; it tells one that is missing.
        ("us-app:12345678", "us:9000010", None, None),
        ("us-app:12345679", "us:9000002", "20150123456", None),
        ("us-app:12345680", "us:9000003", None, None),
    ]
    assert found.reading.warnings == [
        "1 properties have numbers that the office's register contradicts: the register's patent number stands in "
        "their place, or none"
    ]


def test_what_belongs_to_no_record_and_what_is_no_row_is_refused(home, mirror):
    many_rows = [
        {"rf_id": f"50000{n:04d}", "reel_no": "50000", "frame_no": str(n), "purge_in": "N", "convey_text": "MERGER"}
        for n in range(1, 151)
    ]
    stranger = [{"rf_id": "1", "or_name": "STRANGER INC."}]
    stranger += [{"rf_id": r["rf_id"], "or_name": "ALMERE INC."} for r in many_rows]
    folder = release(mirror / "uspto_assignments", {"assignment": many_rows, "assignor": stranger})
    with (folder / "assignment.csv").open("a") as file:
        file.write("torn,row\n")
    outcome = ingest(home, mirror)["all"]
    assert not outcome.failed, outcome.failed
    assert books(outcome) == (151, 150, 1, {})
    assert "row cannot be split into cells" in rows(home, "transfer", "all", "quarantine")[0]["reason"]
    assert books(outcome, "transfer_party") == (151, 150, 1, {})
    assert "no recordation with rf_id 1" in rows(home, "transfer_party", "all", "quarantine")[0]["reason"]


@pytest.mark.parametrize(
    ("without", "says"),
    [("assignee", "the release has no assignee.csv"), ("assignment_conveyance", "has no assignment_conveyance.csv")],
)
def test_a_release_that_lacks_a_file_fails(mirror, without, says):
    with pytest.raises(SourceError, match=says):
        read_release(mirror, RELEASE, without=(without,))


def test_without_the_register_numbers_are_believed_and_it_says_so(mirror):
    found = read_release(mirror, RELEASE, without=("documentid_admin",))
    assert found.of("transfer_patent", "patent_id") == [("us:9000001",), (None,), ("us:9000003",)]
    assert any("mistyped numbers of patents are not known" in w for w in found.reading.warnings)


def test_releases_lie_where_the_user_says(monkeypatch, tmp_path):
    monkeypatch.delenv("IUR_UPAD_PATH", raising=False)
    monkeypatch.delenv("IUR_USPTO_ODP_KEY", raising=False)
    assert uspto_assignments.releases() == {}
    assert "IUR_USPTO_ODP_KEY" in uspto_assignments.disabled()
    release(tmp_path / "2022", RELEASE)
    release(tmp_path / "ECORSEXC-2023", RELEASE, packed=("assignment",))
    (tmp_path / "notes.txt").write_text("mine")
    monkeypatch.setenv("IUR_UPAD_PATH", str(tmp_path))
    offers = uspto_assignments.parts(None)
    assert [(o.part, o.is_standing, len(o.urls)) for o in offers] == [("upad-2022", True, 6), ("upad-2023", True, 6)]
    assert uspto_assignments.disabled() == ""
    (tmp_path / "into").mkdir()
    brought = dict(uspto_assignments.fetch(offers[1], None, tmp_path / "into"))
    assert brought["assignment.csv.zip"].path.read_bytes()[:2] == b"PK"
    release(tmp_path / "again-2023", RELEASE)
    with pytest.raises(SourceError, match="one release twice"):
        uspto_assignments.releases()


def test_a_release_that_was_taken_away_is_missed(monkeypatch, tmp_path):
    monkeypatch.delenv("IUR_USPTO_ODP_KEY", raising=False)
    monkeypatch.setenv("IUR_UPAD_PATH", str(release(tmp_path / "2022", RELEASE).parent))
    (offer,) = uspto_assignments.parts(None)
    (tmp_path / "2022" / "assignor.csv").unlink()
    with pytest.raises(SourceError, match="not there any more"):
        uspto_assignments.fetch(offer, None, tmp_path)


def test_the_golden_sample(mirror):
    """When this changes, raise VERSION of the source: what is in core no longer follows from the raw bytes."""
    deeds = [deed(), deed(frame=2, text="CHANGE OF NAME", grantors=[party("ALMERE INC.")])]
    read_ = [read_day(mirror, deeds), read_release(mirror / "release", RELEASE)]
    found = [row for normalised in read_ for rows_ in normalised.values() for row in rows_]
    assert (uspto_assignments.VERSION, digest(found)) == (1, "fc173b9ec10b9ac3")
