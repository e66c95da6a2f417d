"""The EPO's answers written by hand, with the oddities of the real ones. What they tell of is invented."""

from html import escape
from pathlib import Path

EN = "\u2002"
"""The EN SPACE that stands before a country."""

HEAD = """<?xml version="1.0" encoding="UTF-8"?><?xml-stylesheet type="text/xsl" href="exchange.xsl"?>
<ops:world-patent-data xmlns="http://www.epo.org/exchange" xmlns:ops="http://ops.epo.org">"""

UNIVERSITY = (f"UNIV ALMERE{EN}[NL]", "Universiteit van Almere, ")
FIRM = (f"BRELLOW SYSTEMS BV{EN}[NL]", "Brellow Systems B.V.")

NOTHING = """<?xml version="1.0" encoding="UTF-8"?>
<fault xmlns="http://ops.epo.org"><code>SERVER.EntityNotFound</code><message>No results found</message></fault>
"""


def party(kind, form, names):
    """Write the entries of a form: (sequence, name), or names that are numbered."""
    numbered = [entry if isinstance(entry, tuple) else (n, entry) for n, entry in enumerate(names, start=1)]
    return "".join(
        f'<{kind} sequence="{n}" data-format="{form}"><{kind}-name><name>{escape(name)}</name></{kind}-name></{kind}>'
        for n, name in numbered
    )


def cpc(symbol, office="EP", value="I", scheme="CPCI"):
    """Write a class as an office gave it: `H04W84/20`."""
    group, subgroup = symbol[4:].split("/")
    return (
        f'<patent-classification><classification-scheme office="EP" scheme="{scheme}"/><section>{symbol[0]}</section>'
        f"<class>{symbol[1:3]}</class><subclass>{symbol[3]}</subclass><main-group>{group}</main-group>"
        f"<subgroup>{subgroup}</subgroup><classification-value>{value}</classification-value>"
        f"<generating-office>{office}</generating-office></patent-classification>"
    )


def document(number, country="EP", kind="A1", family="70000001", published="20240103", filed="20221220",
             priorities=("20220620",), epodoc=(UNIVERSITY[0],), original=(UNIVERSITY[1],),
             inventors=(f"QUIST TOMAS{EN}[NL]",), printed=("Quist, Tomás",), classes=(),
             titles=(("de", "DING"), ("en", "Widget\n and method")), more=""):  # fmt: skip
    """Write an exchange-document."""
    claims = "".join(
        f'<priority-claim sequence="{n}" kind="national"><document-id document-id-type="epodoc"><doc-number>X{n}'
        f"</doc-number><date>{day}</date></document-id></priority-claim>"
        for n, day in enumerate(priorities, start=1)
    )
    return f"""
<exchange-documents><exchange-document system="ops.epo.org" family-id="{family}" country="{country}"
 doc-number="{number}" kind="{kind}"><bibliographic-data>
<publication-reference><document-id document-id-type="docdb"><country>{country}</country>
<doc-number>{number}</doc-number><kind>{kind}</kind><date>{published}</date></document-id></publication-reference>
<patent-classifications>{"".join(classes)}</patent-classifications>
<application-reference><document-id document-id-type="docdb"><country>{country}</country><doc-number>1</doc-number>
<kind>A</kind></document-id><document-id document-id-type="epodoc"><doc-number>{country}1</doc-number>
<date>{filed}</date></document-id></application-reference>
<priority-claims>{claims}</priority-claims>
<parties><applicants>{party("applicant", "epodoc", epodoc)}{party("applicant", "original", original)}</applicants>
<inventors>{party("inventor", "epodoc", inventors)}{party("inventor", "original", printed)}</inventors></parties>
{"".join(f'<invention-title lang="{lang}">{title}</invention-title>' for lang, title in titles)}{more}
</bibliographic-data></exchange-document></exchange-documents>"""


def page(*documents, announced=None, query='pa="almere"', begin=1):
    """Write a page of a search."""
    total = len(documents) if announced is None else announced
    return f"""{HEAD}<ops:biblio-search total-result-count="{total}"><ops:query syntax="CQL">{query}</ops:query>
<ops:range begin="{begin}" end="{begin + len(documents) - 1}"/>
<ops:search-result>{"".join(documents)}</ops:search-result></ops:biblio-search></ops:world-patent-data>
"""


def put(mirror: Path, name: str, *texts: str) -> None:
    """Put a file of answers into a mirror."""
    (mirror / "epo_ops").mkdir(parents=True, exist_ok=True)
    (mirror / "epo_ops" / name).write_text("".join(texts), encoding="utf-8")
