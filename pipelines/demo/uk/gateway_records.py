"""The simulated gateway's records as the API writes them, one by one: a page is the texts of its records.

Addresses have a port and, in every second record, a slash too many; a third of the titles hold entities.
"""

import datetime as dt
import json

from pipelines.demo import invented
from pipelines.demo.records import JANUARY
from pipelines.demo.uk.gateway import CHAIN, FEW, KINDS, Gateway, day, guid, midnight

HOST = "http://gtr.ukri.org:80/gtr/api/"
WRITTEN = midnight(JANUARY)
"""When every record was written: the real sample of 2006 was written in 2018, so that this tells how late we know."""

SUBJECTS = (
    "Materials sciences",
    "Medical &amp; health interface",
    "Info. &amp; commun. Technol.",
    "Chemical synthesis",
)
"""Names of subjects as the publisher writes them, entities included."""

COUNTRIES = {"GB": "United Kingdom", "DE": "Germany"}


def _link(rel: str, path: str, id_: str, more: str = "") -> str:
    slash = "/" if id_[-1] in "02468ACE" else ""
    return f'{{"href":"{HOST}{slash}{path}/{id_}","rel":"{rel}",{more}"otherAttributes":{{}}}}'


def _head(path: str, id_: str, links: list[str]) -> str:
    return f'{{"links":{{"link":[{",".join(links)}]}},"id":"{id_}","href":"{HOST}{path}/{id_}","created":{WRITTEN},'


def _organisation(rel: str, number: int) -> str:
    return _link(rel, "organisations", guid(2, number))


def _period(there: Gateway, n: int) -> str:
    first = day(int(there.month[n]))
    after = day(int(there.month[n] + there.months[n]))
    return f'"start":{midnight(first)},"end":{midnight(after - dt.timedelta(1))},'


def project(there: Gateway, n: int) -> str:
    """Write a project."""
    kind, id_ = KINDS[there.kind[n]], guid(1, n)
    links = [_organisation(rel, number) for rel, number in there.links(n)]
    links.append(_link("PI_PER", "persons", guid(99, n)))
    links.append(_link("FUND", "funds", guid(3, 2 * n), _period(there, n)))
    if n in CHAIN:
        at = CHAIN.index(n)
        links += [_link("TRANSFER", "projects", guid(1, m)) for m in CHAIN[at + 1 : at + 2]]
        links += [_link("TRANSFER_FROM", "projects", guid(1, m)) for m in CHAIN[max(0, at - 1) : at]]
    values = ",".join(
        f'{{"organisationId":"{guid(2, number)}","organisationName":{json.dumps(there.organisations[number][0])},'
        f'"role":"{role}","projectCost":{cost},"grantOffer":{offer}}}'
        for number, role, cost, offer in there.values(n)
    )
    told = f'"participantValues":{{"participant":[{values}]}},' if values else ""
    ends = day(int(there.month[n] + there.months[n]))
    title = f"Simulated project {n}{' of R&amp;D in Wales&#39; mines' if n % 3 == 0 else ''}"
    return (
        f"{_head('projects', id_, links)}{told}"
        f'"identifiers":{{"identifier":[{{"value":"ZZ/S{n:06d}/1","type":"RCUK"}}]}},'
        f'"title":"{title}","status":"{"Active" if ends > dt.date(2026, 1, 1) else "Closed"}",'
        f'"grantCategory":"{kind.category}","leadFunder":"{kind.funder}","abstractText":"Simulated, about nothing.",'
        '"healthCategories":{"healthCategory":[]},'
        f'"researchSubjects":{{"researchSubject":[{_told(subjects(n), 1)}]}},'
        f'"researchTopics":{{"researchTopic":[{_told(topics(n), 2)}]}}}}'
    )


def subjects(n: int) -> list[tuple[str, int]]:
    """Return the research subjects of a project and the percentage of each: none, one or two."""
    first = SUBJECTS[n % len(SUBJECTS)]
    return [[], [(first, 100)], [(first, 60), (SUBJECTS[(n + 1) % len(SUBJECTS)], 40)]][n % 3]


def topics(n: int) -> list[tuple[str, int]]:
    """Return the topics of a project: of one without a subject, that it is not classified."""
    return [(f"Simulated topic {n % 7}", 100)] if subjects(n) else [("Unclassified", 0)]


def _told(fields: list[tuple[str, int]], kind: int) -> str:
    return ",".join(
        f'{{"id":"{guid(7, 1000 * kind + sum(name.encode()))}","text":"{name}"'
        + (f',"percentage":{part}}}' if part else "}")
        for name, part in fields
    )


def fund(there: Gateway, number: int) -> str:
    """Write a fund: an even number is what a project was given, the odd one after it what was spent."""
    n = number // 2
    links = [_link("FUNDER", "organisations", guid(2, FEW - 1)), _link("FUNDED", "projects", guid(1, n))]
    amount = int(there.amount[n]) * (9 if number % 2 else 10) // 10
    return (
        f'{_head("funds", guid(3, number), links)}"category":"{"EXPENDITURE" if number % 2 else "INCOME"}_ACTUAL",'
        f'{_period(there, n)}"valuePounds":{{"currencyCode":"GBP","amount":{amount}}}}}'
    )


def organisation(there: Gateway, number: int) -> str:
    """Write an organisation: a third leave the country out, and a third call it Unknown."""
    name, who = there.organisations[number]
    at = number % 3
    country = ("", "Unknown", COUNTRIES[who.country])[at if who.country == "GB" else 2]
    lines = {
        "line1": "Unknown",
        "line4": who.city,
        "postCode": f"ZZ{number % 90 + 1} 9ZZ" if who.country == "GB" else "",
    }
    address = lines | {"region": who.region if who.country == "GB" else "Outside UK", "country": country}
    told = json.dumps({"type": "MAIN_ADDRESS", **{k: v for k, v in address.items() if v}})
    text = json.dumps(name.replace("&", "&amp;"))
    return f'{_head("organisations", guid(2, number), [])}"name":{text},"addresses":{{"address":[{told}]}}}}'


def claims(there: Gateway, number: int) -> list[int]:
    """Return the projects that claim an outcome: mostly one, two of every fifth, and none of the thirteenth."""
    if number == 13:
        return []
    first = number * 7 % there.base
    return [first, (first + 1) % there.base] if number % 5 == 2 else [first]


def _outcome(there: Gateway, kind: int, path: str, number: int) -> str:
    links = [_link("PROJECT", "projects", guid(1, n)) for n in claims(there, number)]
    return f'{_head(f"outcomes/{path}", guid(kind, number), links)}"outcomeid":"simulated-{number}",'


LICENSED = ("Yes", "No", "Commercial In Confidence", "No")


def intellectual_property(there: Gateway, number: int) -> str:
    """Write a piece of intellectual property; of patents the number as people write it, or what they write instead."""
    written = (f"US {90_000_000 + number:,} B2", "pending", f"EP{9_000_000 + number}B1")[number % 3]
    patent = written if number % 2 == 0 else ""
    return (
        f'{_outcome(there, 4, "intellectualproperties", number)}"title":"Simulated invention {number}",'
        f'"protection":"{("Patent granted", "Copyrighted (e.g. software)")[number % 2]}",'
        f'"patentId":"{patent}","yearProtectedGranted":{2008 + number % 16},"licensed":"{LICENSED[number % 4]}"}}'
    )


def spin_out(there: Gateway, number: int) -> str:
    """Write a spin-out: every second has a number, of the length of real ones and beyond them."""
    told = f'"registrationNumber":"99{number:06d}",' if number % 2 == 0 else ""
    return (
        f'{_outcome(there, 5, "spinouts", number)}"companyName":"{invented.word(700_000 + number)} Ltd",{told}'
        f'"yearEstablished":{2008 + number % 16},"website":"https://example.org/{number}"}}'
    )


SECTORS = ("Private", "Academic/University", "Public", "Charity/Non Profit", "Private", "Hospitals", "Learned Society")


def collaboration(there: Gateway, number: int) -> str:
    """Write a collaboration with an organisation that is named, not linked."""
    name, who = there.organisations[-1 - number % len(there.organisations)]
    return (
        f'{_outcome(there, 6, "collaborations", number)}"parentOrganisation":{json.dumps(name)},'
        f'"sector":"{SECTORS[number % 7]}","country":"{COUNTRIES[who.country]}",'
        f'"start":{midnight(day(24 + number % 180))}}}'
    )


def further_funding(there: Gateway, number: int) -> str:
    """Write further funding."""
    name, who = there.organisations[-1 - number % len(there.organisations)]
    return (
        f'{_outcome(there, 7, "furtherfundings", number)}"organisation":{json.dumps(name)},'
        f'"sector":"{SECTORS[number % 7]}","country":"{COUNTRIES[who.country]}",'
        f'"amount":{{"currencyCode":"GBP","amount":{10_000 * (1 + number % 40)}}},'
        f'"start":{midnight(day(24 + number % 180))},"end":{midnight(day(40 + number % 180))}}}'
    )
