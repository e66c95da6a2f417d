"""The layouts in which NIH gives project records, and the one shape into which all are read.

The names of ExPORTER's columns stand for all of them. `READ` says which column, or which place of a JSON record,
tells each; what a layout does not tell is null.
"""

from dataclasses import dataclass

from pipelines.source import RawTable

NAMES = (
    "APPLICATION_ID", "ACTIVITY", "ADMINISTERING_IC", "IC_NAME", "AWARD_NOTICE_DATE", "BUDGET_START", "BUDGET_END",
    "PROJECT_START", "PROJECT_END", "CORE_PROJECT_NUM", "FULL_PROJECT_NUM", "FUNDING_ICs", "FY", "SUPPORT_YEAR",
    "ORG_NAME", "ORG_CITY", "ORG_STATE", "ORG_COUNTRY", "ORG_DUNS", "ORG_UEI", "ORG_IPF_CODE", "ORG_TYPE",
    "PROJECT_TITLE", "SUBPROJECT_ID", "TOTAL_COST", "TOTAL_COST_SUB_PROJECT", "DATE_ADDED",
)  # fmt: skip
"""The columns of the one shape."""

EXPORTER = RawTable(
    ("APPLICATION_ID", "ACTIVITY", "ADMINISTERING_IC", "BUDGET_START", "BUDGET_END", "CORE_PROJECT_NUM",
     "FULL_PROJECT_NUM", "FUNDING_ICs", "FY", "IC_NAME", "ORG_CITY", "ORG_COUNTRY", "ORG_NAME", "ORG_STATE",
     "PROJECT_START", "PROJECT_END", "PROJECT_TITLE", "SUBPROJECT_ID", "SUPPORT_YEAR", "TOTAL_COST",
     "TOTAL_COST_SUB_PROJECT"),
    core="award",
    key=("APPLICATION_ID",),
    # Which of these a file has depends on its year; persons, texts and codes among them are not kept.
    optional=("AWARD_NOTICE_DATE", "ED_INST_TYPE", "ORG_DUNS", "ORG_IPF_CODE", "ORG_UEI", "APPLICATION_TYPE",
              "ARRA_FUNDED", "CFDA_CODE", "FOA_NUMBER", "FUNDING_MECHANISM", "NIH_SPENDING_CATS", "ORG_DEPT",
              "ORG_DISTRICT", "ORG_FIPS", "ORG_ZIPCODE", "PHR", "PI_IDS", "PI_NAMEs", "PROGRAM_OFFICER_NAME",
              "PROJECT_TERMS", "SERIAL_NUMBER", "STUDY_SECTION", "STUDY_SECTION_NAME", "SUFFIX", "DIRECT_COST_AMT",
              "INDIRECT_COST_AMT"),
    formerly={"FULL_PROJECT_NUM": ("PROJECT_NUM",), "FOA_NUMBER": ("OPPORTUNITY NUMBER", "OPPORTUNITY_NUMBER")},
)  # fmt: skip

API = RawTable(
    ("appl_id", "subproject_id", "fiscal_year", "project_num", "organization", "activity_code", "award_amount",
     "agency_ic_admin", "project_start_date", "project_end_date", "core_project_num", "project_title",
     "budget_start", "budget_end"),
    core="award",
    key=("appl_id",),
    optional=("organization_type", "award_notice_date", "date_added", "project_serial_num", "award_type",
              "is_active", "project_num_split", "principal_investigators", "contact_pi_name", "program_officers",
              "agency_ic_fundings", "cong_dist", "spending_categories", "geo_lat_lon", "opportunity_number",
              "full_study_section", "is_new", "mechanism_code_dc", "terms", "pref_terms", "abstract_text",
              "phr_text", "spending_categories_desc", "agency_code", "covid_response", "arra_funded", "cfda_code",
              "funding_mechanism", "direct_cost_amt", "indirect_cost_amt", "project_detail_url"),
    formerly={"opportunity_number": ("full_foa",)},
)  # fmt: skip

WEB = RawTable(
    ("Project Title", "Administering IC", "Application ID", "Project Number", "Activity", "Project Start Date",
     "Project End Date", "Subproject Number", "Organization ID (IPF)", "Organization Name", "Organization City",
     "Organization State", "Organization Type", "Organization Country", "Budget Start Date", "Budget End Date",
     "Fiscal Year", "Total Cost", "Total Cost (Sub Projects)", "Funding IC(s)"),
    core="award",
    key=("Application ID",),
    optional=("Award Notice Date", "Support Year", "DUNS Number", "NIH Spending Categorization", "Project Terms",
              "Public Health Relevance", "FOA", "Type", "IC", "Serial Number", "Suffix",
              "Program Official Information", "Study Section", "Contact PI Person ID", "Contact PI / Project Leader",
              "Other PI or Project Leader(s)", "Congressional District", "Department", "FIPS", "Latitude",
              "Longitude", "Organization Zip", "ARRA Indicator", "CFDA Code", "Funding Mechanism", "Direct Cost IC",
              "InDirect Cost IC", "NIH COVID-19 Response", "Project Abstract", "Total Cost IC"),
)  # fmt: skip

PATENTS = RawTable(
    ("PATENT_ID", "PROJECT_ID"),
    core="award_output",
    key=("PATENT_ID", "PROJECT_ID"),
    optional=("PATENT_TITLE", "PATENT_ORG_NAME"),
)

RAW = {"project": EXPORTER, "project_by_api": API, "project_by_export": WEB, "patent": PATENTS}


@dataclass(frozen=True)
class Layout:
    """A layout of project records: its columns, and which of them tell those of the one shape."""

    name: str
    raw: RawTable
    read: dict[str, str]


_SAME = {name: name for name in NAMES if name in (*EXPORTER.columns, *EXPORTER.optional)}

LAYOUTS = {
    "exporter": Layout("exporter", EXPORTER, {**_SAME, "ORG_TYPE": "ED_INST_TYPE"}),
    "web": Layout(
        "web",
        WEB,
        {"APPLICATION_ID": "Application ID", "ACTIVITY": "Activity", "ADMINISTERING_IC": "Administering IC",
         "AWARD_NOTICE_DATE": "Award Notice Date", "BUDGET_START": "Budget Start Date",
         "BUDGET_END": "Budget End Date", "PROJECT_START": "Project Start Date", "PROJECT_END": "Project End Date",
         "FULL_PROJECT_NUM": "Project Number", "FUNDING_ICs": "Funding IC(s)", "FY": "Fiscal Year",
         "SUPPORT_YEAR": "Support Year", "ORG_NAME": "Organization Name", "ORG_CITY": "Organization City",
         "ORG_STATE": "Organization State", "ORG_COUNTRY": "Organization Country", "ORG_DUNS": "DUNS Number",
         "ORG_IPF_CODE": "Organization ID (IPF)", "ORG_TYPE": "Organization Type",
         "PROJECT_TITLE": "Project Title", "SUBPROJECT_ID": "Subproject Number", "TOTAL_COST": "Total Cost",
         "TOTAL_COST_SUB_PROJECT": "Total Cost (Sub Projects)"},
    ),
    "api": Layout(
        "api",
        API,
        {"APPLICATION_ID": "$.appl_id", "ACTIVITY": "$.activity_code", "ADMINISTERING_IC": "$.agency_ic_admin.code",
         "IC_NAME": "$.agency_ic_admin.name", "AWARD_NOTICE_DATE": "$.award_notice_date",
         "BUDGET_START": "$.budget_start", "BUDGET_END": "$.budget_end", "PROJECT_START": "$.project_start_date",
         "PROJECT_END": "$.project_end_date", "CORE_PROJECT_NUM": "$.core_project_num",
         "FULL_PROJECT_NUM": "$.project_num", "FY": "$.fiscal_year", "ORG_NAME": "$.organization.org_name",
         "ORG_CITY": "$.organization.org_city", "ORG_STATE": "$.organization.org_state",
         "ORG_COUNTRY": "$.organization.org_country", "ORG_DUNS": "$.organization.primary_duns",
         "ORG_UEI": "$.organization.primary_uei", "ORG_IPF_CODE": "$.organization.org_ipf_code",
         "ORG_TYPE": "$.organization_type.name", "PROJECT_TITLE": "$.project_title",
         "SUBPROJECT_ID": "$.subproject_id", "TOTAL_COST": "$.award_amount", "DATE_ADDED": "$.date_added"},
    ),
}  # fmt: skip
