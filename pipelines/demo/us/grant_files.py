"""The patent office's weekly grants of a world: XML documents one after the other, as they have been since 2013.

Designs come first, then reissues, then the others by number; behind them stands a listing of sequences, which is no
grant. Each document has its own prolog and a document type that names definitions elsewhere. Inventors' names are
invented. Their texts are short: a measurement gives them texts of the length that real ones have.
"""

import datetime as dt
import zipfile
from collections.abc import Iterator, Sequence
from html import escape, unescape
from pathlib import Path

from pipelines.demo.records import World
from pipelines.demo.us.patents import AGENCY, LAST_ISSUES, PERSON, Owner, Patent, patents

TYPES = {"S": 0, "E": 1}
PARAGRAPH = (
    "This simulated paragraph says at some length what nobody has invented, with reference to <b>10</b> and "
    '<figref idref="DRAWINGS">FIG. 1</figref>, at 20&#xb0; C. &#x26; 5 &#x3bc;m, so that a reader has something to do. '
)


def weeks(world: World) -> dict[dt.date, tuple[Patent, ...]]:
    """Return the patents by the Tuesday of their grant; those of the first week stand in PatentsView as well."""
    found: dict[dt.date, list[Patent]] = {day: [] for day in LAST_ISSUES}
    for patent in (p for p in patents(world) if p.granted_on in found):
        found[patent.granted_on].append(patent)
    return {day: tuple(sorted(of_week, key=_place)) for day, of_week in found.items()}


def _place(patent: Patent) -> tuple[int, str]:
    return TYPES.get(patent.kind[0], 2), patent.number


def name_of(day: dt.date) -> str:
    """Return the publisher's name of a week's file."""
    return f"ipg{day:%y%m%d}.zip"


def write(world: World, day: dt.date, path: Path) -> None:
    """Write a week's zip, the same bytes for the same world; one week is issued anew in a later edition."""
    claims = world.edition - 1 if day == reissued() else 0
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        member = zipfile.ZipInfo(name_of(day).replace(".zip", ".xml"), (2026, 1, 15, 0, 0, 0))
        text = "".join([*(document(patent, more_claims=claims) for patent in weeks(world)[day]), listing(day)])
        archive.writestr(member, text, zipfile.ZIP_DEFLATED)


def reissued() -> dt.date:
    """Return the week that a later edition changes: the last but one."""
    return LAST_ISSUES[-2]


def listing(day: dt.date) -> str:
    """Return a document of sequences, as it stands beside the grant it belongs to."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE sequence-cwu SYSTEM "us-sequence-listing-v1_3.dtd" [ ]>\n'
        '<sequence-cwu id="SEQLST-1">\n<publication-reference>\n<document-id>\n<country>US</country>\n'
        f"<doc-number>90000000</doc-number>\n<kind>B2</kind>\n<date>{day:%Y%m%d}</date>\n</document-id>\n"
        "</publication-reference>\n<s200>\n<s210>1</s210>\n</s200>\n</sequence-cwu>\n"
    )


def document(patent: Patent, more_claims: int = 0, texts: Sequence[str] = (PARAGRAPH, PARAGRAPH)) -> str:
    """Return the XML of a grant, whose description has some paragraphs of text."""
    padded, day = padded_number(patent.number), f"{patent.granted_on:%Y%m%d}"
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<!DOCTYPE us-patent-grant SYSTEM "us-patent-grant-v47-2022-02-17.dtd" [ ]>',
            f'<us-patent-grant lang="EN" dtd-version="v4.7 2022-02-17" file="US{padded}-{day}.XML" '
            f'status="PRODUCTION" id="us-patent-grant" country="US" date-produced="{day}" date-publ="{day}">',
            "<us-bibliographic-data-grant>",
            f"<publication-reference>\n{_id(padded, patent.kind, patent.granted_on)}\n</publication-reference>",
            f'<application-reference appl-type="{patent.type}">\n{_id(patent.application, "", patent.filed_on)}\n'
            "</application-reference>",
            f"<us-application-series-code>{patent.application[:2]}</us-application-series-code>",
            *_classes(patent),
            f'<invention-title id="d2e43">{escape(patent.title)}</invention-title>',
            *_citations(patent),
            f"<number-of-claims>{patent.claims + more_claims}</number-of-claims>",
            "<us-exemplary-claim>1</us-exemplary-claim>",
            *_parties(patent),
            *_assignees(patent),
            "</us-bibliographic-data-grant>",
            '<abstract id="abstract">\n<p id="p-0001" num="0000">A simulated abstract.</p>\n</abstract>',
            '<description id="description">',
            *_statement(patent),
            '<?BRFSUM description="Brief Summary" end="lead"?>',
            *(f'<p id="p-{n:04d}" num="{n:04d}">{text}</p>' for n, text in enumerate(texts, start=2)),
            '<?BRFSUM description="Brief Summary" end="tail"?>',
            "</description>",
            '<us-claim-statement>What is claimed is:</us-claim-statement>\n<claims id="claims">\n'
            '<claim id="CLM-00001" num="00001">\n<claim-text>1. A simulated claim.</claim-text>\n</claim>\n</claims>',
            "</us-patent-grant>\n",
        ]
    )


def padded_number(number: str) -> str:
    """Write a number in eight signs: letters, then noughts.

    >>> padded_number("90000001"), padded_number("D9000011"), padded_number("RE900017"), padded_number("7158706")
    ('90000001', 'D9000011', 'RE900017', '07158706')
    """
    letters = number.rstrip("0123456789")
    return letters + number.removeprefix(letters).rjust(8 - len(letters), "0")


def _id(number: str, kind: str, day: dt.date | str) -> str:
    said = f"<kind>{kind}</kind>\n" if kind else ""
    told = day if isinstance(day, str) else f"{day:%Y%m%d}"
    return (
        f"<document-id>\n<country>US</country>\n<doc-number>{number}</doc-number>\n{said}<date>{told}</date>\n"
        "</document-id>"
    )


def _classes(patent: Patent) -> Iterator[str]:
    if not patent.classes:
        return
    yield "<classifications-cpc>"
    for nth, symbol in enumerate(patent.classes):
        group, _, subgroup = symbol[4:].partition("/")
        which = "further" if nth else "main"
        yield (
            f"<{which}-cpc>\n<classification-cpc>\n<cpc-version-indicator><date>20130101</date></cpc-version-indicator>\n"
            f"<section>{symbol[0]}</section>\n<class>{symbol[1:3]}</class>\n<subclass>{symbol[3]}</subclass>\n"
            f"<main-group>{group}</main-group>\n<subgroup>{subgroup}</subgroup>\n"
            f"<symbol-position>{'L' if nth else 'F'}</symbol-position>\n"
            f"<classification-value>{'A' if nth else 'I'}</classification-value>\n</classification-cpc>\n</{which}-cpc>"
        )
    yield "</classifications-cpc>"


def _citations(patent: Patent) -> Iterator[str]:
    """Yield citations: the patent's own, and an application, a foreign patent and an article: no US grants."""
    yield "<us-references-cited>"
    kinds = {"D": "S", "R": "E"}
    for nth, cited in enumerate(patent.cites):
        who = "examiner" if nth % 2 else "applicant"
        yield (
            f'<us-citation>\n<patcit num="{nth + 1:05d}">\n{_id(cited, kinds.get(cited[0], "B2"), "20200100")}\n'
            f"</patcit>\n<category>cited by {who}</category>\n</us-citation>"
        )
    foreign = _id("2020123456", "A", "20200100").replace(">US<", ">WO<")
    for cited in (_id("2020/0123456", "A1", "20200400"), foreign):
        yield (
            f'<us-citation>\n<patcit num="00098">\n{cited}\n</patcit>\n<category>cited by examiner</category>\n'
            "</us-citation>"
        )
    yield '<us-citation>\n<nplcit num="00099">\n<othercit>A simulated article.</othercit>\n</nplcit>\n</us-citation>'
    yield "</us-references-cited>"


def applicants(patent: Patent) -> list[Owner]:
    """Return the owners that apply themselves: organisations; inventors apply where there is none."""
    return [owner for owner in patent.owners if owner.cast != PERSON]


def _parties(patent: Patent) -> Iterator[str]:
    yield "<us-parties>\n<us-applicants>"
    for nth, owner in enumerate(applicants(patent), start=1):
        yield (
            f'<us-applicant sequence="{nth:03d}" app-type="applicant" designation="us-only" '
            f'applicant-authority-category="assignee">\n{_book(owner, "")}\n</us-applicant>'
        )
    if not applicants(patent):
        yield (
            '<us-applicant sequence="001" app-type="applicant-inventor" designation="us-only">\n'
            f"{_inventor_book(patent, 0)}\n</us-applicant>"
        )
    yield "</us-applicants>\n<inventors>"
    for nth in range(patent.inventors):
        yield f'<inventor sequence="{nth + 1:03d}" designation="us-only">\n{_inventor_book(patent, nth)}\n</inventor>'
    yield "</inventors>\n</us-parties>"


def _assignees(patent: Patent) -> Iterator[str]:
    if patent.owners:
        yield "<assignees>"
        for owner in patent.owners:
            yield f"<assignee>\n{_book(owner, owner.code)}\n</assignee>"
        yield "</assignees>"


def _book(owner: Owner, code: str) -> str:
    """Return an address book as printed; the office's role codes have a nought in front."""
    name = (
        "<last-name>Simulated</last-name>\n<first-name>Owner</first-name>"
        if owner.cast == PERSON
        else f"<orgname>{escape(unescape(owner.printed), quote=False)}</orgname>"
    )
    role = f"\n<role>{code.rjust(2, '0')}</role>" if code else ""
    # The office has no country for some: an agency of the government is where the government is.
    country = "omitted" if owner.cast == AGENCY else owner.country
    state = f"<state>{owner.state}</state>\n" if owner.state else ""
    return (
        f"<addressbook>\n{name}{role}\n<address>\n<city>{escape(owner.city)}</city>\n{state}<country>{country}</country>\n"
        "</address>\n</addressbook>"
    )


def _inventor_book(patent: Patent, nth: int) -> str:
    return (
        f"<addressbook>\n<last-name>Simulated {nth}</last-name>\n<first-name>Inventor of {patent.number}</first-name>\n"
        "<address>\n<city>Springfield</city>\n<state>OH</state>\n<country>US</country>\n</address>\n</addressbook>"
    )


def _statement(patent: Patent) -> Iterator[str]:
    if patent.statement:
        yield '<?GOVINT description="Government Interest" end="lead"?>'
        yield '<heading id="h-0001" level="1">STATEMENT OF GOVERNMENT INTEREST</heading>'
        yield f'<p id="p-0001" num="0001">{escape(patent.statement)}</p>'
        yield '<?GOVINT description="Government Interest" end="tail"?>'
