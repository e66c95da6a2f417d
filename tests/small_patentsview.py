"""PatentsView's tables written by hand: three patents of invented owners, as a mirror."""

import csv
import io
import zipfile
from pathlib import Path

UNIVERSITY = "11111111-0000-4000-8000-000000000001"
COMPANY = "11111111-0000-4000-8000-000000000002"
SPRINGFIELD = "22222222-0000-4000-8000-000000000001"
PERSON = "Quorvane"
"""What must never reach core."""

COLUMNS = {
    "g_patent": "patent_id patent_type patent_date patent_title wipo_kind num_claims withdrawn filename",
    "g_application": "application_id patent_id patent_application_type filing_date series_code rule_47_flag",
    "g_assignee_disambiguated": "patent_id assignee_sequence assignee_id disambig_assignee_individual_name_first "
    "disambig_assignee_individual_name_last disambig_assignee_organization assignee_type location_id",
    "g_assignee_not_disambiguated": "patent_id assignee_sequence assignee_id raw_assignee_individual_name_first "
    "raw_assignee_individual_name_last raw_assignee_organization assignee_type rawlocation_id",
    "g_inventor_disambiguated": "patent_id inventor_sequence inventor_id disambig_inventor_name_first "
    "disambig_inventor_name_last gender_code location_id",
    "g_location_disambiguated": "location_id disambig_city disambig_state disambig_country latitude longitude county "
    "state_fips county_fips",
    "g_cpc_current": "patent_id cpc_sequence cpc_section cpc_class cpc_subclass cpc_group cpc_type",
    "g_gov_interest": "patent_id gi_statement",
    "g_gov_interest_org": "patent_id gi_organization_id fedagency_name level_one level_two level_three",
    "g_gov_interest_contracts": "patent_id contract_award_number",
    "g_us_patent_citation": "patent_id citation_sequence citation_patent_id citation_date record_name wipo_kind "
    "citation_category",
    "g_persistent_assignee": "patent_id assignee_sequence disamb_assignee_id_20250630 disamb_assignee_id_20250930",
}
"""The columns of each table as published."""

ROWS: dict[str, list[tuple[str | int | float, ...]]] = {
    "g_patent": [
        ("9000001", "utility", "2024-03-05", "Widgets &#x2013; and how", "B2", 12, 0, "ipg240305.xml"),
        ("D900002", "design", "2024-12-31", "Widget", "S1", 1, 0, "ipg241231.xml"),
        ("RE90003", "reissue", "2025-01-07", "", "E1", "", 1, "ipg250107.xml"),
    ],
    "g_application": [
        ("16123456", "9000001", "16", "2019-02-28", "16", 0),
        ("29/345,678", "D900002", "29", "2023-01-02", "29", 0),
        ("123456", "RE90003", "17", "2025-02-01", "17", 0),  # after the grant
    ],
    # The second-named before the first.
    "g_assignee_disambiguated": [
        ("9000001", 1, COMPANY, "", "", "Quill &amp; Vane GmbH", "13", "nowhere"),
        ("9000001", 0, UNIVERSITY, "", "", "University of Almere", "2", SPRINGFIELD),
        ("D900002", 0, "p1", "Ada", PERSON, "", "4", SPRINGFIELD),
        ("RE90003", 0, "n1", "", "", "", "2", ""),
        ("RE90003", 1, "n2", "", "", "", "", ""),
    ],
    "g_assignee_not_disambiguated": [
        ("9000001", 0, UNIVERSITY, "", "", "THE UNIVERSITY OF ALMERE", "02", "r1"),
        ("9000001", 1, COMPANY, "", "", "QUILL &amp; VANE GMBH", "13", "r2"),
        ("D900002", 0, "p1", "Ada", PERSON, "", "04", "r3"),
        ("RE90003", 1, "n2", "", "", "Almere Foundry", "", "r4"),
    ],
    "g_inventor_disambiguated": [
        ("9000001", 1, "fl:ad_ln:quorvane-1", "Ada", PERSON, "F", SPRINGFIELD),
        ("9000001", 0, "x7", "Bo", PERSON, "M", ""),
    ],
    "g_location_disambiguated": [(SPRINGFIELD, "Springfield", "IL", "US", 39.8, -89.6, "Sangamon", "17", "167")],
    "g_cpc_current": [
        ("9000001", 1, "Y", "Y10", "Y10S", "Y10S901/02", "additional"),
        ("9000001", 0, "B", "B25", "B25J", "B25J 9/16", "inventional"),
    ],
    "g_gov_interest": [("9000001", "Made under DMR-0800014.\nThe government has &quot;rights&quot;.")],
    "g_gov_interest_org": [
        ("9000001", 7, "National Science Foundation", "National Science Foundation", "", ""),
        ("9000001", 9, "National Institutes of Health", "Department of Health &amp; Human Services", "x", ""),
    ],
    "g_gov_interest_contracts": [("9000001", "DMR-0800014"), ("9000001", "R01 GM1"), ("9000001", "DMR-0800014")],
    "g_us_patent_citation": [
        ("RE90003", 1, "D345,393", "1994-03-01", PERSON, "S", "cited by applicant"),
        ("RE90003", 0, "9000001", "2024-03-01", PERSON, "B2", "cited by examiner"),
    ],
    "g_persistent_assignee": [
        ("9000001", 0, "", UNIVERSITY),
        ("9000001", 1, "former", COMPANY),
        ("D900002", 0, "p1", "p1"),
    ],
}


def write(mirror: Path, without: tuple[str, ...] = (), **changed) -> Path:
    """Write the tables into a mirror; `changed` has other rows of some, or other columns with `<table>_columns`."""
    folder = mirror / "patentsview"
    folder.mkdir(parents=True, exist_ok=True)
    for table, columns in COLUMNS.items():
        if table in without:
            continue
        names = changed.get(f"{table}_columns", columns).split()
        text = io.StringIO()
        writer = csv.writer(text, delimiter="\t", quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
        writer.writerows([names, *changed.get(table, ROWS[table])])
        with zipfile.ZipFile(folder / f"{table}.tsv.zip", "w") as archive:
            archive.writestr(f"{table}.tsv", text.getvalue())
    return mirror
