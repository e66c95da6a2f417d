"""What a recorded conveyance is: texts as people write them, each with its kind and the rule that must say so."""

from collections import Counter

import duckdb
import pytest

from expectations.tables.transfers import KINDS
from pipelines.patents import conveyance

PERSONS, GOVERNMENT, EMPLOYER = {"from_persons": True}, {"to_government": True}, {"employer_assign": True}
TO_PERSON = {"from_persons": True, "to_organisation": False}

TEXTS = [
    # (text, type of UPAD's, what is told of the parties, kind, rule)
    ("ASSIGNMENT OF ASSIGNOR'S INTEREST", "", {}, "assignment", "assignment"),
    ("ASSIGNMENT OF ASSIGNORS INTEREST (SEE DOCUMENT FOR DETAILS).", "assignment", {}, "assignment", "assignment"),
    ("Assignment of assignor’s  interest ", "", PERSONS, "employer_assignment", "assignment_by_persons"),
    ("ASSIGNMENT OF ASSIGNORS INTEREST", "", TO_PERSON, "assignment", "assignment"),
    ("ASSIGNMENT OF ASSIGNORS INTEREST", "assignment", EMPLOYER, "employer_assignment", "assignment_to_employer"),
    ("ASSIGNMENT OF ASSIGNORS INTEREST", "employee", {}, "employer_assignment", "assignment_by_employee"),
    ("ASSIGNMENT OF 50% UNDIVIDED INTEREST", "", {}, "assignment", "assignment"),
    ("CONFIRMATORY ASSIGNMENT", "", {}, "assignment", "assignment"),
    ("QUITCLAIM ASSIGNMENT", "", {}, "assignment", "assignment"),
    ("QUIT-CLAIM", "", {}, "assignment", "assignment"),
    ("BILL OF SALE", "", {}, "assignment", "assignment"),
    ("ASSET PURCHASE AGREEMENT", "", {}, "assignment", "assignment"),
    ("TRANSFER OF OWNERSHIP", "", {}, "assignment", "assignment"),
    ("COMBINED DECLARATION AND ASSIGNMENT", "", PERSONS, "employer_assignment", "assignment_by_persons"),
    ("EMPLOYEE INVENTION AGREEMENT", "", PERSONS, "employer_assignment", "employee_agreement"),
    ("EMPLOYMENT AGREEMENT", "other", PERSONS, "employer_assignment", "employee_agreement"),
    ("PROPRIETARY INFORMATION AND INVENTIONS ASSIGNMENT AGREEMENT", "", PERSONS, "employer_assignment",
     "employee_agreement"),
    ("LICENSE", "", {}, "licence", "licence"),
    ("EXCLUSIVE LICENSE AGREEMENT", "other", {}, "licence", "licence"),
    ("NON-EXCLUSIVE PATENT LICENCE", "", {}, "licence", "licence"),
    ("MEMORANDUM OF EXCLUSIVE LICENSE", "", {}, "licence", "licence"),
    ("SUBLICENSE AGREEMENT", "", {}, "licence", "licence"),
    ("LICENSE TO U.S. PATENT 5,123,456", "", {}, "licence", "licence"),
    ("LICENSE TO UNITED STATES PATENT NO. 5123456", "", {}, "licence", "licence"),
    ("LICENSE NUNC PRO TUNC", "", {}, "licence", "licence"),
    ("SETTLEMENT, RELEASE AND LICENSE AGREEMENT", "", {}, "licence", "licence"),
    ("LICENSE AND OPTION AGREEMENT", "", {}, "licence", "licence_with_option"),
    ("OPTION AGREEMENT", "", {}, "option", "option"),
    ("EXCLUSIVE OPTION TO LICENSE", "", {}, "option", "option"),
    ("CONFIRMATORY LICENSE", "govern", {}, "confirmatory_licence", "confirmatory_licence"),
    ("CONFIRMATORY LICENSE (SEE DOCUMENT FOR DETAILS).", "", GOVERNMENT, "confirmatory_licence",
     "confirmatory_licence"),
    ("CONFIRMATORY LICENCE", "", {}, "confirmatory_licence", "confirmatory_licence"),
    ("Confirmatory Patent License", "", {}, "confirmatory_licence", "confirmatory_licence"),
    ("LICENSE, CONFIRMATORY", "", {}, "confirmatory_licence", "confirmatory_licence"),
    ("EXECUTIVE ORDER 9424, CONFIRMATORY LICENSE", "", {}, "confirmatory_licence", "confirmatory_licence"),
    ("CONFIRMATORY INSTRUMENT", "", {}, "confirmatory_licence", "confirmatory_licence"),
    ("EXECUTIVE ORDER 9424", "", {}, "confirmatory_licence", "executive_order_9424"),
    ("GOVERNMENT INTEREST AGREEMENT", "", {}, "confirmatory_licence", "government_interest_agreement"),
    ("LICENSE TO THE UNITED STATES GOVERNMENT", "", {}, "confirmatory_licence", "licence_to_government"),
    ("LICENSE TO U.S. GOVERNMENT", "", {}, "confirmatory_licence", "licence_to_government"),
    ("NONEXCLUSIVE LICENSE TO THE UNITED STATES OF AMERICA AS REPRESENTED BY THE SECRETARY OF THE NAVY", "", {},
     "confirmatory_licence", "licence_to_government"),
    ("GOVERNMENT USE LICENSE", "", {}, "confirmatory_licence", "licence_to_government"),
    ("LICENSE", "", GOVERNMENT, "confirmatory_licence", "licence_to_government_party"),
    ("LICENSE", "govern", {}, "confirmatory_licence", "licence_of_government_type"),
    ("GOVERNMENT INTEREST", "", {}, "government_interest", "government_interest"),
    ("STATEMENT OF RIGHTS OF THE GOVERNMENT", "", {}, "government_interest", "government_interest"),
    ("ASSIGNMENT OF LICENSE AGREEMENT", "", {}, "other", "licence_handed_on"),
    ("LICENSE ASSIGNMENT", "", {}, "other", "licence_handed_on"),
    ("FIRST AMENDMENT TO EXCLUSIVE LICENSE AGREEMENT", "", {}, "other", "licence_amended"),
    ("AMENDED AND RESTATED LICENSE AGREEMENT", "", {}, "other", "licence_amended"),
    ("TERMINATION OF LICENSE AGREEMENT", "", {}, "termination", "termination_of_licence"),
    ("TERMINATION OF CONFIRMATORY LICENSE", "", {}, "termination", "termination_of_licence"),
    ("CANCELLATION OF OPTION", "", {}, "termination", "termination_of_licence"),
    ("LICENSE TERMINATION AGREEMENT", "", {}, "termination", "licence_terminated"),
    ("SECURITY AGREEMENT", "", {}, "security", "security"),
    ("PATENT SECURITY AGREEMENT", "", {}, "security", "security"),
    ("GRANT OF SECURITY INTEREST IN PATENTS AND LICENSES", "", {}, "security", "security"),
    ("LICENSE AND SECURITY AGREEMENT", "", {}, "security", "security"),
    ("LICENSE", "security", {}, "security", "licence_of_security_type"),
    ("LIEN", "", {}, "security", "security"),
    ("MORTGAGE", "", {}, "security", "security"),
    ("PLEDGE AGREEMENT", "", {}, "security", "security"),
    ("COLLATERAL ASSIGNMENT", "", {}, "security", "security"),
    ("CONDITIONAL ASSIGNMENT (SEE DOCUMENT FOR DETAILS).", "", PERSONS, "security", "security"),
    ("NOTICE OF SUCCESSION OF AGENCY", "", {}, "security", "security"),
    ("RELEASE OF SECURITY INTEREST IN PATENT APPLICATION", "", {}, "release", "release_of_security"),
    ("RELEASE BY SECURED PARTY (SEE DOCUMENT FOR DETAILS).", "", {}, "release", "release_of_security"),
    ("RELEASE OF SECURITY INTEREST PREVIOUSLY RECORDED AT REEL 030947 FRAME 0464", "", {}, "release",
     "release_of_security"),
    ("TERMINATION OF SECURITY AGREEMENT", "", {}, "release", "release_of_security"),
    ("DISCHARGE OF LIEN", "", {}, "release", "release_of_security"),
    ("TERMINATION AND RELEASE OF SECURITY INTEREST IN LICENSES", "", {}, "release", "release_of_security"),
    ("SECURITY INTEREST RELEASE", "", {}, "release", "security_released"),
    ("PARTIAL RELEASE", "", {}, "release", "release"),
    ("MERGER", "", {}, "merger", "merger"),
    ("MERGER AND CHANGE OF NAME", "", {}, "merger", "merger"),
    ("CERTIFICATE OF MERGER", "", {}, "merger", "merger"),
    ("AMALGAMATION", "", {}, "merger", "merger"),
    ("COMPANY SPLIT", "", {}, "merger", "company_split"),
    ("CHANGE OF NAME", "", {}, "name_change", "name_change"),
    ("CONVEYANCE CHANGE OF NAME", "", {}, "name_change", "name_change"),
    ("CHANGE OF NAME (SEE DOCUMENT FOR DETAILS).", "namechg", {}, "name_change", "name_change"),
    ("CHANGE OF ASSIGNEE NAME", "", {}, "name_change", "name_change"),
    ("CHANGE OF NAME NUNC PRO TUNC", "", {}, "name_change", "name_change"),
    ("ENTITY  CONVERSION", "", {}, "name_change", "entity_conversion"),
    ("ENTITY CONVEYANCE", "", {}, "name_change", "entity_conversion"),
    ("CERTIFICATE OF CONVERSION", "", {}, "name_change", "entity_conversion"),
    ("CORRECTIVE ASSIGNMENT TO CORRECT THE THE ASSIGNEE NAME PREVIOUSLY RECORDED AT REEL: 65806 FRAME: 762. "
     "ASSIGNOR(S) HEREBY CONFIRMS THE ASSIGNMENT.", "", PERSONS, "correction", "correction"),
    ("CORRECTIVE ASSIGNMENT TO CORRECT THE CONVEYING PARTY EXECUTION DATE FROM 9/30/2017 TO 9/29/2017 PREVIOUSLY "
     "RECORDED ON REEL 61204 FRAME 541. ASSIGNOR(S) HEREBY CONFIRMS THE CHANGE OF NAME.", "", {}, "correction",
     "correction"),
    ("CORRECTIVE ASSIGNMENT TO CORRECT THE NATURE OF CONVEYANCE FROM LICENSE TO SECURITY AGREEMENT", "", {},
     "correction", "correction"),
    ("RE-RECORD TO CORRECT THE NAME OF THE ASSIGNEE", "", {}, "correction", "correction"),
    ("NUNC PRO TUNC ASSIGNMENT (SEE DOCUMENT FOR DETAILS).", "", {}, "nunc_pro_tunc", "nunc_pro_tunc"),
    ("NUNC PRO TUNC ASSIGNMENT", "", PERSONS, "nunc_pro_tunc", "nunc_pro_tunc"),
    ("DOCUMENT", "assignment", PERSONS, "employer_assignment", "type_assignment_by_persons"),
    ("ASIGNEMENT", "assignment", {}, "assignment", "type_assignment"),
    ("DOCUMENT", "namechg", {}, "name_change", "type_name_change"),
    ("DOCUMENT", "merger", {}, "merger", "type_merger"),
    ("DOCUMENT", "security", {}, "security", "type_security"),
    ("DOCUMENT", "release", {}, "release", "type_release"),
    ("DOCUMENT", "correct", {}, "correction", "type_correction"),
    ("DOCUMENT", "govern", {}, "government_interest", "type_government"),
    ("", "missing", {}, "other", "other"),
    ("COURT ORDER", "", {}, "other", "other"),
    ("CHANGE OF ADDRESS", "other", {}, "other", "other"),
    ("COVENANT NOT TO SUE", "", {}, "other", "other"),
]  # fmt: skip


@pytest.fixture(scope="module")
def connection():
    with duckdb.connect() as found:
        conveyance.install(found)
        yield found


@pytest.mark.parametrize(("text", "type_", "told", "kind", "rule"), TEXTS)
def test_a_text_is_of_its_kind(text, type_, told, kind, rule):
    assert conveyance.classify(text, type_, **told) == (kind, rule)


def test_sql_says_the_same_of_every_text(connection):
    for text, type_, told, kind, rule in TEXTS:
        conditions = [
            told.get(name, name == "to_organisation")
            for name in ("from_persons", "to_organisation", "to_government", "employer_assign")
        ]
        found = connection.execute(
            "SELECT k.kind, k.rule FROM conveyance_kind AS k "
            "WHERE k.rule = conveyance_rule(conveyance_text(?), ?, ?, ?, ?, ?)",
            [text, type_, *conditions],
        ).fetchall()
        assert found == [(kind, rule)], text


def test_every_rule_decides_some_text_here_and_gives_a_kind_of_the_contract():
    rules = conveyance.rules()
    assert {rule.name for rule in rules} == {rule for *_, rule in TEXTS}, "a rule that nothing shows is of no use"
    assert {rule.kind for rule in rules} == set(KINDS)
    assert not [name for name, times in Counter(rule.name for rule in rules).items() if times > 1]
    assert all(rule.reason and rule.source for rule in rules)


def test_a_confirmatory_licence_is_never_a_licence_to_a_company():
    """Whoever the grantee is taken for, and whatever else the paper is called."""
    texts = ("CONFIRMATORY LICENSE", "CONFIRMATORY LICENCE", "EXECUTIVE ORDER 9424", "LICENSE TO U.S. GOVERNMENT")
    for more in ("", " AGREEMENT", ", EXCLUSIVE LICENSE", " AND OPTION", " NUNC PRO TUNC"):
        for text in texts:
            for type_ in ("", "other", "assignment", "govern"):
                assert conveyance.classify(text + more, type_)[0] == "confirmatory_licence"


def test_of_a_correction_the_persons_it_quotes_are_not_kept(connection):
    def shown(text, kind):
        query = "SELECT conveyance_shown(conveyance_text(?), ?)"
        return connection.execute(query, [text, kind]).fetchall()[0][0]

    text = (
        "CORRECTIVE ASSIGNMENT TO CORRECT THE 4TH INVENTOR'S MIDDLE NAME, INCORRECTLY SPELLED QUORVANEVITCH PREVIOUSLY "
        "RECORDED ON REEL 66282 FRAME 120. ASSIGNOR(S) HEREBY CONFIRMS ADALIND QUORVANE."
    )
    assert shown(text, "correction") == "CORRECTIVE ASSIGNMENT PREVIOUSLY RECORDED ON REEL 66282 FRAME 120"
    assert shown("RE-RECORD TO CORRECT ADALIND", "correction") == "RE-RECORD TO CORRECT"
    assert shown("MENDED FOR ADALIND", "correction") is None
    assert shown("Assignment of  assignor's interest", "assignment") == "ASSIGNMENT OF ASSIGNORS INTEREST"


def test_the_page_shows_the_rules():
    from tests.conftest import ROOT

    assert (ROOT / "docs" / "conveyances.md").read_text(encoding="utf-8") == conveyance.page(), "make docs"
