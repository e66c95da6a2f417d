"""The lists of the Gateway to Research, and the fields of their records as published."""

from dataclasses import dataclass

from pipelines.source import RawTable


@dataclass(frozen=True)
class Resource:
    """A list of the API: its path, the name of the array on its pages, and the field it is sorted by.

    The sort fields are those that clients of the API list (unverified). Outcomes but collaborations have none but
    the score, which is the same for all where nothing is searched for; they are short lists, below the thousand
    pages from which on that order moves.
    """

    path: str
    array: str
    sort: str


RESOURCES = {
    "projects": Resource("projects", "project", "pro.sd"),
    "projects-funds": Resource("funds", "fund", "fu.sd"),
    "projects-organisations": Resource("organisations", "organisation", "org.n"),
    "intellectualproperties": Resource("outcomes/intellectualproperties", "intellectualProperty", "score"),
    "spinouts": Resource("outcomes/spinouts", "spinOut", "score"),
    "collaborations": Resource("outcomes/collaborations", "collaboration", "col.std"),
    "furtherfundings": Resource("outcomes/furtherfundings", "furtherFunding", "score"),
}
"""By the name of the file that a list is kept in, without its ending; the part is what stands before a hyphen."""

PARTS = {
    part: tuple(name for name in RESOURCES if name.partition("-")[0] == part)
    for part in dict.fromkeys(name.partition("-")[0] for name in RESOURCES)
}
"""The lists of each part; the first one's records are what the part is made of."""

RECORD = ("created", "outcomeid", "otherAttributes")


def _outcome(columns: tuple[str, ...], optional: tuple[str, ...]) -> RawTable:
    return RawTable(("id", *columns, "links"), "award_output", ("id",), ("href", *optional, *RECORD))


RAW = {
    "project": RawTable(
        ("id", "title", "status", "grantCategory", "leadFunder", "links"),
        core="award",
        key=("id",),
        optional=("href", "created", "identifiers", "start", "end", "participantValues", "leadOrganisationDepartment",
                  "abstractText", "techAbstractText", "potentialImpact", "healthCategories", "researchActivities",
                  "researchSubjects", "researchTopics", "rcukProgrammes", "otherAttributes"),
    ),
    # No record of ours has one: the names of its members are what clients of the API call them.
    "participant": RawTable(
        (), "award_party", (),
        ("organisationId", "organisationName", "role", "projectCost", "grantOffer"),
    ),
    "fund": RawTable(
        ("id", "category", "valuePounds", "links"), "award", ("id",),
        ("href", "start", "end", "type", "created", "otherAttributes"),
    ),
    "organisation": RawTable(
        ("id", "name"), "award_party", ("id",),
        ("href", "addresses", "links", "website", "regNumber", "created", "otherAttributes"),
    ),
    "intellectualProperty": _outcome(
        ("title", "licensed"), ("protection", "patentId", "yearProtectedGranted", "description", "impact", "start",
                                "end", "patentUrl"),
    ),
    "spinOut": _outcome(
        ("companyName",), ("registrationNumber", "yearEstablished", "website", "description", "companyDescription",
                           "title", "impact", "ipExploited", "jointVenture"),
    ),
    "collaboration": _outcome(
        ("sector",), ("parentOrganisation", "childOrganisation", "country", "start", "end", "description", "title",
                      "principalInvestigatorContribution", "partnerContribution", "impact"),
    ),
    "furtherFunding": _outcome(
        ("amount", "sector"), ("organisation", "country", "start", "end", "fundingId", "description", "title",
                               "department", "narrative"),
    ),
}  # fmt: skip
"""Raw tables by the name of the array on a page; every outcome's row stands once for each project that claims it."""

UNREAD = frozenset(
    """abstractText techAbstractText potentialImpact healthCategories researchActivities rcukProgrammes
    leadOrganisationDepartment description companyDescription impact narrative
    principalInvestigatorContribution partnerContribution otherAttributes outcomeid patentUrl ipExploited
    jointVenture fundingId department regNumber type""".split()
)
"""Fields of which nothing is read: long texts, in which persons are named, and what no table has a place for."""

_LINKS = 'STRUCT(link STRUCT(rel VARCHAR, href VARCHAR, "start" VARCHAR, "end" VARCHAR)[])'
_MONEY = "STRUCT(amount VARCHAR, currencyCode VARCHAR)"
_FIELD = 'STRUCT(id VARCHAR, "text" VARCHAR, percentage VARCHAR)'
_ADDRESS = "line1 line2 line3 line4 line5 postCode region country type"

_PARTICIPANT = ", ".join(f"{name} VARCHAR" for name in RAW["participant"].optional)

NESTED = {
    "links": _LINKS,
    "identifiers": "STRUCT(identifier STRUCT(value VARCHAR, type VARCHAR)[])",
    "participantValues": f"STRUCT(participant STRUCT({_PARTICIPANT})[])",
    "researchSubjects": f"STRUCT(researchSubject {_FIELD}[])",
    "researchTopics": f"STRUCT(researchTopic {_FIELD}[])",
    "valuePounds": _MONEY,
    "amount": _MONEY,
    "addresses": f"STRUCT(address STRUCT({', '.join(f'{n} VARCHAR' for n in _ADDRESS.split())})[])",
}
"""The fields that are no text, with their DuckDB types; numbers are read as text and keep the publisher's spelling."""
