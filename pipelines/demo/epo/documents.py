"""How the simulated service writes a publication, with the oddities of the real one.

Applicants stand in two forms, the first abbreviated, with its country behind an EN SPACE where it has one; printed
names end in commas, one is printed twice in another case; a line ends within the last name; classes come once an
office.
"""

import unicodedata
from html import escape

from pipelines.demo.epo.families import PERSON, Applicant, Publication

EN_SPACE = "\u2002"
_SHORT = {"UNIVERSITY": "UNIV", "UNIVERSIDAD": "UNIV", "TECHNISCHE": "TECH", "TECHNOLOGY": "TECH", "INSTITUTE": "INST"}


def coded(name: str, country: str) -> str:
    """Return a name as the epodoc form abbreviates it."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).upper()
    words = plain.replace(",", " ").replace(".", "").replace("/", "").split()
    text = " ".join(_SHORT.get(word, word) for word in words if word not in ("OF", "THE"))
    return f"{text}{EN_SPACE}[{country}]" if country else text


def written(applicant: Applicant, place: int, family: int) -> tuple[str, str]:
    """Return both forms of an applicant's name; of some the country is not told."""
    country = "" if family % 13 == 5 and place else applicant.country
    return coded(applicant.printed, country), applicant.printed


def document(publication: Publication) -> str:
    """Return a publication as an exchange-document."""
    p = publication
    whole = f"{p.country}{p.number}"
    return f"""
<exchange-documents>
<exchange-document system="ops.epo.org" family-id="{p.family}" country="{p.country}" doc-number="{p.number}" \
kind="{p.kind}">
<bibliographic-data>
<publication-reference>
<document-id document-id-type="docdb"><country>{p.country}</country><doc-number>{p.number}</doc-number>\
<kind>{p.kind}</kind><date>{p.published_on:%Y%m%d}</date></document-id>
<document-id document-id-type="epodoc"><doc-number>{whole}</doc-number><date>{p.published_on:%Y%m%d}</date>\
</document-id>
</publication-reference>
<patent-classifications>{_classes(p)}</patent-classifications>
<application-reference doc-id="{p.family}"><document-id document-id-type="docdb"><country>{p.country}</country>\
<doc-number>{p.number}</doc-number><kind>A</kind></document-id><document-id document-id-type="epodoc">\
<doc-number>{whole}</doc-number><date>{p.filed_on:%Y%m%d}</date></document-id></application-reference>
<priority-claims>
<priority-claim sequence="1" kind="national"><document-id document-id-type="epodoc"><doc-number>{whole}P</doc-number>\
<date>{p.filed_on:%Y%m%d}</date></document-id></priority-claim>
<priority-claim sequence="2" kind="national"><document-id document-id-type="epodoc"><doc-number>{whole}Q</doc-number>\
<date>{p.priority_on:%Y%m%d}</date></document-id></priority-claim>
</priority-claims>
<parties>
<applicants>{_applicants(p)}</applicants>
<inventors>{_inventors(p)}</inventors>
</parties>
<invention-title lang="de">{escape(p.title.upper())} (de)</invention-title>
<invention-title lang="en">{escape(p.title)}</invention-title>
</bibliographic-data>
</exchange-document>
</exchange-documents>"""


def _party(kind: str, sequence: int, form: str, name: str) -> str:
    inner = f"<{kind}-name>\n<name>{escape(name)}</name>\n</{kind}-name>"
    return f'\n<{kind} sequence="{sequence}" data-format="{form}">{inner}</{kind}>'


def _applicants(p: Publication) -> str:
    both = [written(applicant, place, p.family) for place, applicant in enumerate(p.applicants)]
    found = [_party("applicant", n, "epodoc", code) for n, (code, _) in enumerate(both, start=1)]
    printed = [f"{name}, " for _, name in both]
    if p.family % 17 == 3 and p.applicants[-1].cast != PERSON:
        printed.append(printed[-1].swapcase())
    printed[-1] = printed[-1].removesuffix(", ")
    return "".join((*found, *(_party("applicant", n, "original", name) for n, name in enumerate(printed, start=1))))


def _inventors(p: Publication) -> str:
    codes = [coded(f"{family} {given}", country) for family, given, country in p.inventors]
    codes[-1] += "\n"
    printed = [f"{family}, {given}, " for family, given, _ in p.inventors]
    rows = [_party("inventor", n, "epodoc", name) for n, name in enumerate(codes, start=1)]
    return "".join((*rows, *(_party("inventor", n, "original", name) for n, name in enumerate(printed, start=1))))


def _classes(p: Publication) -> str:
    """Write each class twice, as two offices gave it; only the first says what the invention is."""
    found: list[str] = []
    for nth, symbol in enumerate(p.classes):
        group, subgroup = symbol[4:].split("/")
        for office in ("EP", p.country if p.country != "EP" else "US"):
            found.append(
                f'<patent-classification sequence="{len(found) + 1}"><classification-scheme office="EP" scheme="CPCI"/>'
                f"<section>{symbol[0]}</section><class>{symbol[1:3]}</class><subclass>{symbol[3]}</subclass>"
                f"<main-group>{group}</main-group><subgroup>{subgroup}</subgroup>"
                f"<classification-value>{'A' if nth else 'I'}</classification-value>"
                f"<generating-office>{office}</generating-office></patent-classification>"
            )
    return "".join(found)
