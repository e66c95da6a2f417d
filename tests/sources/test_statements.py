"""What statements of government interest say: hand-made ones in the manners attorneys write them."""

import doctest

import pytest

from pipelines.patents import statement

NSF, NIH, DOE = "National Science Foundation", "National Institutes of Health", "Department of Energy"
ONR, AFOSR = "Office of Naval Research", "Air Force Office of Scientific Research"
ARMY, DARPA = "Army Research Office", "Defense Advanced Research Projects Agency"
NASA, USDA = "National Aeronautics and Space Administration", "Department of Agriculture"

SAID = {
    "This invention was made with U.S. Government support under Grant No. ECS-0601345 awarded by the National Science "
    "Foundation (NSF). The government has certain rights in the invention.": [("ECS-0601345", NSF)],
    "made with government support under CHE 9876543, CHE9876544 and 0312345 awarded by NSF": [
        ("CHE 9876543", NSF), ("CHE9876544", NSF), ("0312345", NSF)],
    "This invention was made with government support under grant number 5R01GM012345-03 awarded by the National "
    "Institutes of Health.": [("5R01GM012345-03", NIH)],
    "supported by NIH grants RO1-HL 54321, GM12345 and P50 CA-98765-01A1": [
        ("RO1-HL 54321", NIH), ("GM12345", NIH), ("P50 CA-98765-01A1", NIH)],
    "under Contract No. HHSN261200800001E, and N01-CO-12400, from the National Cancer Institute": [
        ("HHSN261200800001E", NIH), ("N01-CO-12400", NIH)],
    "under Contract No. DE-AC02-05CH11231 between the U.S. Department of Energy and The Regents": [
        ("DE-AC02-05CH11231", DOE)],
    "pursuant to Contract No. W-7405-ENG-48 and DE-SC0001234 and DE-FG02-05ER46239": [
        ("W-7405-ENG-48", DOE), ("DE-SC0001234", DOE), ("DE-FG02-05ER46239", DOE)],
    "under grant N00014-05-1-0909 awarded by the Office of Naval Research, and FA9550-07-1-0264 awarded by AFOSR": [
        ("N00014-05-1-0909", ONR), ("FA9550-07-1-0264", AFOSR)],
    "This work was supported by DARPA under contract HR0011-15-C-0084. Portions were funded by the Army Research "
    "Office, Grant W911NF-09-1-0001.": [("HR0011-15-C-0084", DARPA), ("W911NF-09-1-0001", ARMY)],
    "under W911NF0910001 and DAAD19–03–D–0004": [("W911NF0910001", None), ("DAAD19-03-D-0004", None)],
    "awarded by NASA under NNX08AC13G, NAS7-1407 and 80NSSC18K0416": [
        ("NNX08AC13G", NASA), ("NAS7-1407", NASA), ("80NSSC18K0416", NASA)],
    "Grant No. 2008-35504-04852 from the U.S. Department of Agriculture": [("2008-35504-04852", USDA)],
    # A number of one form twice is one award; a phrase without an agency names none.
    "Grant DMR-0520415 from NSF. NSF grant DMR-0520415.": [("DMR-0520415", NSF)],
    # What only looks like an award: telephone, provisional application, patent, statute, an institute without NIH.
    "Call 555-1234567 on 60/123,456; see U.S. Pat. No. 7,158,706 and 35 U.S.C. 202(c)(6).": [],
    "under NSF support; application Ser. No. 12/345,678, Patent 7,158,706": [],
    "the reagent GM12345 was used, on plate 1234567": [],
}  # fmt: skip


@pytest.mark.parametrize("text", SAID)
def test_awards_are_known_by_their_forms(text):
    assert [(award.number, award.agency) for award in statement.awards(text)] == SAID[text]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("awarded by the National Institute of Allergy and Infectious Diseases and the NSF", [NIH, NSF]),
        ("awarded by the National Institute of Standards and Technology", [
            "National Institute of Standards and Technology"]),
        ("funded by ARPA-E of the Department of Energy", ["Advanced Research Projects Agency-Energy", DOE]),
        ("by the Department of the Navy and the U.S. Army", ["Department of the Navy", "Department of the Army"]),
        ("The United States Government has rights in this invention under 37 CFR 1.27.", []),
    ],
)  # fmt: skip
def test_agencies_are_named_once_in_their_order(text, names):
    assert [agency.name for agency in statement.agencies(text)] == names


def test_the_examples_hold():
    failed, tried = doctest.testmod(statement)
    assert (failed, tried > 3) == (0, True)
