"""A few NIH records written by hand, in each of the three layouts, and a mirror that holds them."""

import csv
import io
import json
import zipfile

EXPORTER = (
    "APPLICATION_ID", "ACTIVITY", "ADMINISTERING_IC", "AWARD_NOTICE_DATE", "BUDGET_START", "BUDGET_END",
    "CORE_PROJECT_NUM", "ED_INST_TYPE", "FULL_PROJECT_NUM", "FUNDING_ICs", "FY", "IC_NAME", "ORG_CITY", "ORG_COUNTRY",
    "ORG_DUNS", "ORG_IPF_CODE", "ORG_UEI", "ORG_NAME", "ORG_STATE", "PROJECT_START", "PROJECT_END", "PROJECT_TITLE",
    "SUBPROJECT_ID", "SUPPORT_YEAR", "TOTAL_COST", "TOTAL_COST_SUB_PROJECT",
)  # fmt: skip

GRANT = {
    "APPLICATION_ID": "90000001", "ACTIVITY": "R01", "ADMINISTERING_IC": "DA", "AWARD_NOTICE_DATE": "06/30/2014",
    "BUDGET_START": "07/01/2014", "BUDGET_END": "06/30/2015", "CORE_PROJECT_NUM": "R01DA900001", "ED_INST_TYPE": "",
    "FULL_PROJECT_NUM": "5R01DA900001-03", "FUNDING_ICs": "NIDA:212488\\", "FY": "2014",
    "IC_NAME": "NATIONAL INSTITUTE ON DRUG ABUSE", "ORG_CITY": "ALMERE", "ORG_COUNTRY": "UNITED STATES",
    "ORG_DUNS": "12345678; 987654321", "ORG_IPF_CODE": "99000001", "ORG_UEI": "", "ORG_NAME": "UNIVERSITY OF ALMERE",
    "ORG_STATE": "OR", "PROJECT_START": "07/01/2012", "PROJECT_END": "06/30/2017", "PROJECT_TITLE": "Widgets",
    "SUBPROJECT_ID": "", "SUPPORT_YEAR": "3", "TOTAL_COST": "212488", "TOTAL_COST_SUB_PROJECT": "",
}  # fmt: skip
"""A grant in its third year."""

CENTRE = GRANT | {
    "APPLICATION_ID": "90000002", "ACTIVITY": "P50", "CORE_PROJECT_NUM": "P50DA900002",
    "FULL_PROJECT_NUM": "5P50DA900002-08", "TOTAL_COST": "1000000", "PROJECT_START": "", "PROJECT_END": "",
}  # fmt: skip
"""A centre whose project dates are not told."""

CORE = CENTRE | {
    "APPLICATION_ID": "90000003", "SUBPROJECT_ID": "6488", "TOTAL_COST": "", "TOTAL_COST_SUB_PROJECT": "400000",
    "ORG_NAME": "CORWEN WIDGETS, INC.", "ORG_IPF_CODE": "99000002", "ORG_DUNS": "",
}  # fmt: skip
"""A subproject of the centre at a company: its money is the centre's."""

FIRM = GRANT | {
    "APPLICATION_ID": "90000004", "ACTIVITY": "R43", "CORE_PROJECT_NUM": "R43DA900004",
    "FULL_PROJECT_NUM": "1R43DA900004-01", "ORG_NAME": "GIZMO, INC.", "ORG_IPF_CODE": "", "ORG_DUNS": "",
    "ORG_UEI": "S1M0000000gz", "TOTAL_COST": "150000", "SUPPORT_YEAR": "1",
}  # fmt: skip
"""A small company's first grant."""

RECORDS = (GRANT, CENTRE, CORE, FIRM)

WEB = {
    "APPLICATION_ID": "Application ID", "ACTIVITY": "Activity", "ADMINISTERING_IC": "Administering IC",
    "AWARD_NOTICE_DATE": "Award Notice Date", "BUDGET_START": "Budget Start Date", "BUDGET_END": "Budget End Date",
    "PROJECT_START": "Project Start Date", "PROJECT_END": "Project End Date", "FULL_PROJECT_NUM": "Project Number",
    "FUNDING_ICs": "Funding IC(s)", "FY": "Fiscal Year", "SUPPORT_YEAR": "Support Year",
    "ORG_NAME": "Organization Name", "ORG_CITY": "Organization City", "ORG_STATE": "Organization State",
    "ORG_COUNTRY": "Organization Country", "ORG_DUNS": "DUNS Number", "ORG_IPF_CODE": "Organization ID (IPF)",
    "ED_INST_TYPE": "Organization Type", "PROJECT_TITLE": "Project Title", "SUBPROJECT_ID": "Subproject Number",
    "TOTAL_COST": "Total Cost", "TOTAL_COST_SUB_PROJECT": "Total Cost (Sub Projects)",
}  # fmt: skip
"""The web export's names of ExPORTER's columns."""


def table(rows, columns):
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([columns, *rows])
    return text.getvalue()


def exporter(records, columns=EXPORTER):
    return table([[record.get(c, "") for c in columns] for record in records], columns)


def web(records):
    return table([[record.get(c, "") for c in WEB] for record in records], tuple(WEB.values()))


def as_json(record):
    """Return a record as the interface gives it: one amount, days with a time, nulls."""
    r = {k: v or None for k, v in record.items()}

    def day(text):
        return text and f"{text[6:]}-{text[:2]}-{text[3:5]}T00:00:00"

    amount = r["TOTAL_COST"] or r["TOTAL_COST_SUB_PROJECT"]
    return {
        "appl_id": int(r["APPLICATION_ID"]), "subproject_id": r["SUBPROJECT_ID"], "fiscal_year": int(r["FY"]),
        "project_num": r["FULL_PROJECT_NUM"], "core_project_num": r["CORE_PROJECT_NUM"],
        "activity_code": r["ACTIVITY"], "award_amount": amount and int(amount),
        "agency_ic_admin": {"code": r["ADMINISTERING_IC"], "name": (r["IC_NAME"] or "").title()},
        "organization": {"org_name": r["ORG_NAME"], "org_city": r["ORG_CITY"], "org_country": r["ORG_COUNTRY"],
                         "org_state": r["ORG_STATE"], "primary_uei": r["ORG_UEI"], "org_ipf_code": r["ORG_IPF_CODE"],
                         "primary_duns": r["ORG_DUNS"] and r["ORG_DUNS"].partition(";")[0]},
        "organization_type": {"name": r["ED_INST_TYPE"]}, "project_title": r["PROJECT_TITLE"],
        "project_start_date": day(r["PROJECT_START"]), "project_end_date": day(r["PROJECT_END"]),
        "budget_start": day(r["BUDGET_START"]), "budget_end": day(r["BUDGET_END"]),
        "award_notice_date": day(r["AWARD_NOTICE_DATE"]),
    }  # fmt: skip


def pages(records, size=2):
    """Return records as pages with their envelope, one after the other."""
    found = [as_json(r) for r in records]
    return "".join(
        json.dumps({"meta": {"total": len(found), "offset": at}, "results": found[at : at + size]}) + "\n"
        for at in range(0, len(found), size)
    )


def put(mirror, name, content, made=(2015, 3, 4, 0, 0, 0)):
    """Write a file of the mirror; text into a zip where the name says so."""
    folder = mirror / "nih_reporter"
    folder.mkdir(parents=True, exist_ok=True)
    data = content.encode() if isinstance(content, str) else content
    if not name.endswith(".zip"):
        (folder / name).write_bytes(data)
        return
    with zipfile.ZipFile(folder / name, "w") as archive:
        archive.writestr(zipfile.ZipInfo(name.replace(".zip", ".csv"), made), data)
