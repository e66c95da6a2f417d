"""The columns of the bulk tables that are read; what stands in `unread` is known, and nothing is made of it."""

from pipelines.source import RawTable

REQUIRED = ("g_patent", "g_assignee_disambiguated")
"""Tables without which there is nothing to count. The others may be missing from a mirror, with a warning."""

RAW = {
    "g_patent": RawTable(
        ("patent_id", "patent_type", "patent_date", "patent_title", "wipo_kind", "num_claims", "withdrawn"),
        core="patent",
        key=("patent_id",),
        unread=("filename",),
    ),
    "g_application": RawTable(
        ("application_id", "patent_id", "filing_date", "series_code"),
        core="patent",
        key=("patent_id",),
        unread=("patent_application_type", "rule_47_flag"),
    ),
    "g_assignee_disambiguated": RawTable(
        ("patent_id", "assignee_sequence", "assignee_id", "disambig_assignee_individual_name_first",
         "disambig_assignee_individual_name_last", "disambig_assignee_organization", "assignee_type", "location_id"),
        core="patent_party",
        key=("patent_id", "assignee_sequence"),
    ),
    "g_assignee_not_disambiguated": RawTable(
        ("patent_id", "assignee_sequence", "raw_assignee_individual_name_first", "raw_assignee_individual_name_last",
         "raw_assignee_organization"),
        core="patent_party",
        key=("patent_id", "assignee_sequence"),
        unread=("assignee_id", "assignee_type", "rawlocation_id"),
    ),
    "g_location_disambiguated": RawTable(
        ("location_id", "disambig_city", "disambig_state", "disambig_country", "latitude", "longitude"),
        core="patent_party",
        key=("location_id",),
        unread=("county", "state_fips", "county_fips"),
    ),
    "g_inventor_disambiguated": RawTable(
        ("patent_id", "inventor_sequence", "inventor_id", "location_id"),
        core="patent_party",
        key=("patent_id", "inventor_sequence"),
        # Persons: an id and a place are all that is kept of them.
        unread=("disambig_inventor_name_first", "disambig_inventor_name_last", "gender_code"),
    ),
    "g_cpc_current": RawTable(
        ("patent_id", "cpc_sequence", "cpc_subclass", "cpc_group", "cpc_type"),
        core="patent_class",
        key=("patent_id", "cpc_sequence"),
        unread=("cpc_section", "cpc_class"),
    ),
    "g_gov_interest": RawTable(("patent_id", "gi_statement"), core="patent_funding", key=("patent_id",)),
    "g_gov_interest_org": RawTable(
        ("patent_id", "gi_organization_id", "fedagency_name", "level_one"),
        core="patent_funding",
        key=("patent_id", "gi_organization_id"),
        unread=("level_two", "level_three"),
    ),
    "g_gov_interest_contracts": RawTable(
        ("patent_id", "contract_award_number"),
        core="patent_funding",
        key=("patent_id", "contract_award_number"),
    ),
    "g_us_patent_citation": RawTable(
        ("patent_id", "citation_sequence", "citation_patent_id", "citation_category"),
        core="patent_citation",
        key=("patent_id", "citation_sequence"),
        unread=("citation_date", "record_name", "wipo_kind"),
    ),
    # One column more with each release, disamb_assignee_id_<day>: the newest is read under the name without a day.
    "g_persistent_assignee": RawTable(
        ("patent_id", "assignee_sequence"),
        core="patent_party",
        key=("patent_id", "assignee_sequence"),
        optional=("disamb_assignee_id",),
    ),
}  # fmt: skip

BESIDE = ("g_application", "g_assignee_not_disambiguated", "g_location_disambiguated", "g_persistent_assignee")
"""Tables whose rows tell more of the rows of others, and are none of their own in core."""
