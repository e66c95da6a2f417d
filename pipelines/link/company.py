"""The sector of an organisation, and who counts as an institution.

Precedence (INDICATORS §2, DESIGN §4): override seed, institution set, ROR's types, the source's type, the
legal form. An institution is never a company partner, whatever a source or a legal form says of it:
CHALMERS TEKNISKA HOEGSKOLA AB is a university.
"""

import hashlib

from pipelines.link import names

ROR_SECTOR = (
    ("education", "university"),
    ("healthcare", "healthcare"),
    ("facility", "research_institute"),
    ("company", "company"),
    ("government", "government"),
    ("nonprofit", "other"),
    ("archive", "other"),
    ("other", "other"),
)
"""Sector by ROR type, the first that an organisation has; `funder` alone says nothing."""

SOURCE_SECTOR = {
    "HES": "university",
    "REC": "research_institute",
    "PRC": "company",
    "PUB": "government",
    "OTH": "other",
    "SMALL_BUSINESS": "company",
    "FFRDC": "government",
    "DOMESTIC HIGHER EDUCATION": "university",
    "DOMESTIC FOR-PROFITS": "company",
    "INDEPENDENT HOSPITALS": "healthcare",
}
"""Sector by the kind a source states (CORDIS; SBIR.gov, whose awardees are small businesses by law, and which names
federally funded centres; NIH), for organisations known by name only. These are never in the institution
set, since nothing but a spelling identifies them; their sector keeps them from being taken for companies."""

TYPED_RECORDS = 3
"""Records typed HES or REC that make an institution of a body ROR calls government, nonprofit or other."""

_NOT_A_FIRM = {
    "academic": frozenset({"university", "college", "institute", "academy", "school", "faculty",
                           "polytechnic", "hochschule", "hogskolan", "fachhochschule", "hogeschool"}),
    "hospital": frozenset({"hospital", "clinic", "klinikum", "universitatsklinikum", "nhs", "krankenhaus"}),
    "agency": frozenset({"ministry", "ministerio", "ministere", "agency", "agencia", "agentur", "council",
                         "municipality", "government", "gemeente", "commune", "ayuntamiento", "comune",
                         "authority"}),
}  # fmt: skip


def ror_sector(types: frozenset[str]) -> str:
    """Return the sector ROR's types stand for, by precedence."""
    return next((sector for type_, sector in ROR_SECTOR if type_ in types), "unknown")


def local_sector(name: str, source_type: str, country: str = "") -> tuple[str, str]:
    """Return the sector of an organisation known by name, and the rule: the source's type, else its form.

    CORDIS sometimes writes a kind twice (`PRC;PRC`). NIH states schools of a university as well, which tell nothing:
    a hospital's school of medicine is no university.
    """
    kind = source_type.split(";")[0].upper()
    if kind in SOURCE_SECTOR:
        return SOURCE_SECTOR[kind], "source_type"
    if names.legal_form(name, country):
        words = set(names.forms(name).bag.split())
        if not any(words & tokens for tokens in _NOT_A_FIRM.values()):
            return "company", "legal_form"
    return "unknown", "none"


def local_id(name: str, country: str) -> str:
    """Return the id of an organisation known by name only, stable across spellings of its legal form."""
    form = names.identity(name, country)
    return f"local:{country.lower()}:{hashlib.sha256(form.encode()).hexdigest()[:16]}" if form else ""
