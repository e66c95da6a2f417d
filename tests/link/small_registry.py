"""A small registry of true ROR records."""

import pyarrow as pa

from expectations.contract import arrow_schema
from expectations.tables import table

ROR = "https://ror.org/"
# tail, display name, country, city, types, status, other names (kind, name)
ORGANISATIONS = (
    ("052gg0110", "University of Oxford", "GB", "Oxford", "education", "active", (("acronym", "OU"),)),
    ("013meh722", "University of Cambridge", "GB", "Cambridge", "education", "active", ()),
    ("02kkvpp62", "Technical University of Munich", "DE", "Munich", "education", "active",
     (("label", "Technische Universität München"), ("acronym", "TUM"))),
    ("05591te55", "Ludwig-Maximilians-Universität München", "DE", "Munich", "education", "active",
     (("label", "University of Munich"), ("acronym", "LMU"))),
    ("035b05819", "University of Copenhagen", "DK", "Copenhagen", "education", "active",
     (("label", "Københavns Universitet"),)),
    ("017wvtq80", "University of Patras", "GR", "Patras", "education", "active",
     (("label", "Πανεπιστήμιο Πατρών"),)),
    ("02feahw73", "Centre National de la Recherche Scientifique", "FR", "Paris", "government,funder",
     "active", (("acronym", "CNRS"),)),
    ("034t30j35", "Chinese Academy of Sciences", "CN", "Beijing", "government", "active", ()),
    ("007ffzr57", "Lanzhou Institute of Chemical Physics", "CN", "Lanzhou", "facility", "active", ()),
    ("01y2jtd41", "University of Wisconsin–Madison", "US", "Madison", "education", "active", ()),
    ("00hwxbz16", "Wisconsin Alumni Research Foundation", "US", "Madison", "nonprofit", "active", ()),
    ("05e94g991", "University of Illinois System", "US", "Urbana", "education", "active",
     (("alias", "University of Illinois"),)),
    ("02mpq6x41", "University of Illinois Chicago", "US", "Chicago", "education", "active", ()),
    ("03efmqc40", "Arizona State University", "US", "Tempe", "education", "active", ()),
    ("0054f1w39", "Arizona's Public Universities", "US", "Phoenix", "government", "active",
     (("label", "Arizona Board of Regents"),)),
    ("057q6n778", "Dongguk University", "KR", "Seoul", "education", "active", ()),
    ("01kj2bm70", "Newcastle University", "GB", "Newcastle", "education", "active", ()),
    ("00eae9z71", "University of Newcastle Australia", "AU", "Newcastle", "education", "active",
     (("alias", "University of Newcastle"),)),
    ("059mq0909", "Siemens (Germany)", "DE", "Munich", "company", "active", ()),
    ("027bh9e22", "Leiden University", "NL", "Leiden", "education", "active", ()),
    ("05xvt9f17", "Leiden University Medical Center", "NL", "Leiden", "healthcare", "active", ()),
    ("03q83t159", "Fund for Scientific Research", "BE", "Brussels", "nonprofit,funder", "active", ()),
    ("001anga17", "Université Bordeaux-I", "FR", "Bordeaux", "education", "inactive", ()),
    ("057qpr032", "Université de Bordeaux", "FR", "Bordeaux", "education", "active", ()),
)  # fmt: skip
NO_RECORDS = ("patent", "patent_party", "transfer", "transfer_party", "publication_share", "award_output_party")
"""Tables of records that linking reads, beside those of awards and surveys."""

RELATIONS = (
    ("007ffzr57", "parent", "034t30j35"),
    ("034t30j35", "child", "007ffzr57"),
    ("05e94g991", "child", "02mpq6x41"),
    ("02mpq6x41", "child", "05e94g991"),  # ROR holds cycles like this one
    ("001anga17", "successor", "057qpr032"),
)


def tables(organisations=ORGANISATIONS, relations=RELATIONS) -> tuple[pa.Table, pa.Table, pa.Table]:
    """Return the three registry tables with the columns linking reads."""
    listed = [
        {"source": "ror", "part": "all", "organisation_id": ROR + tail, "name": name, "status": status,
         "types": types.split(","), "established": None, "country": country, "region": None, "city": city,
         "latitude": None, "longitude": None, "domains": [], "external_ids": [f"grid:{tail}"],
         "record_url": ROR + tail}
        for tail, name, country, city, types, status, _ in organisations
    ]  # fmt: skip
    names = [
        {"source": "ror", "part": "all", "organisation_id": ROR + tail, "name_no": n, "name": name,
         "kinds": [kind], "language": None}
        for tail, display, _, _, _, _, others in organisations
        for n, (kind, name) in enumerate((("ror_display", display), *others), 1)
    ]  # fmt: skip
    linked = [
        {"source": "ror", "part": "all", "organisation_id": ROR + a, "kind": kind, "related_id": ROR + b}
        for a, kind, b in relations
    ]
    rows = {"registry_organisation": listed, "registry_name": names, "registry_relation": linked}
    made = [pa.Table.from_pylist(r, schema=arrow_schema(table(name))) for name, r in rows.items()]
    return made[0], made[1], made[2]
