"""Open Patent Services: tokens that expire, searches by pages, quotas with colours, faults as XML.

Totals stop at SATURATES, what lies beyond WINDOW cannot be reached, and a range without a publication is 404. A later
edition has one European application of the newest year more.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from html import escape
from itertools import chain
from threading import Lock

from pipelines.demo.epo.documents import document, written
from pipelines.demo.epo.families import FIRST, LAST, Publication, publications
from pipelines.demo.faults import Fault
from pipelines.demo.publisher import Book, Endpoint, Listing, Posted, Question, Reply, Stored
from pipelines.demo.records import World
from pipelines.epo import applicants

PATH = "/3.2"
ADDRESSES = {"IUR_EPO_OPS_URL": PATH}
KEYS = {"IUR_EPO_OPS_KEY": "simulated-key", "IUR_EPO_OPS_SECRET": "simulated-secret"}

SATURATES, WINDOW, LARGEST = 10_000, 2_000, 100
"""The most publications that are counted, that can be reached, and that stand on a page."""

USES = 400
"""Requests for which a token is good: the real one lasts some twenty minutes."""

QUOTA = 10_000_000
"""Requests an hour: from half of them on searches are yellow, from three quarters red; the last one is black."""

REJECTION = "IndividualQuotaPerHourExceeded"


@dataclass
class State:
    """What the service knows of its clients: how often each token was used, and how much was asked."""

    lock: Lock = field(default_factory=Lock)
    tokens: Counter[str] = field(default_factory=Counter)
    issued: int = 0
    asked: int = 0


def files(world: World) -> list[Posted]:
    """Return nothing: publications come by searches only."""
    return []


def listings(world: World, base: str, stored: Mapping[str, Stored]) -> list[Listing]:
    """Return nothing: there is a part for every year."""
    return []


def first_part(world: World) -> str:
    """Return the oldest year that is simulated."""
    return str(FIRST)


def endpoints(world: World) -> list[Endpoint]:
    """Return the searches, which answer for every year, and the address that gives tokens."""
    state, newest = State(), str(LAST)
    others = tuple(str(year) for year in range(FIRST, LAST))
    return [
        Endpoint("epo_ops", newest, f"{PATH}/rest-services/published-data/search", partial(_search, world, state),
                 since=world.edition, others=others),
        Endpoint("epo_ops/token", newest, f"{PATH}/auth/accesstoken", partial(_token, state)),
    ]  # fmt: skip


def _token(state: State, question: Question, fault: Fault) -> Reply:
    pair = "c2ltdWxhdGVkLWtleTpzaW11bGF0ZWQtc2VjcmV0"  # simulated-key:simulated-secret
    if question.headers.get("authorization") != f"Basic {pair}" or question.body != b"grant_type=client_credentials":
        return Reply(b'{"ErrorCode":"invalid_client","Error":"Client credentials are invalid"}', 401)
    with state.lock:
        state.issued += 1
        token = f"simulated-token-{state.issued}"
        state.tokens[token] = USES
    return Reply(f'{{"token_type":"BearerToken","access_token":"{token}","expires_in":"1199"}}'.encode())


def _search(world: World, state: State, question: Question, fault: Fault) -> Reply:
    token = question.headers.get("authorization", "").removeprefix("Bearer ")
    with state.lock:
        if state.tokens[token] <= 0:
            return _fault(400, "invalid_access_token", "Access token is invalid or has expired")
        state.tokens[token] -= 1
        state.asked += 1
        asked = state.asked
    if asked > QUOTA:
        headers = {"X-Throttling-Control": "overloaded (search=black:0)", "X-Rejection-Reason": REJECTION}
        return _fault(403, "CLIENT.RobotDetected", "This request has been rejected", headers)
    return _answer(world, question, fault, {"X-Throttling-Control": _colours(asked)})


def _colours(asked: int) -> str:
    used = asked / QUOTA
    colour = "green:30" if used < 0.5 else "yellow:15" if used < 0.75 else "red:5" if used < 1 else "black:0"
    return f"busy (images=green:100, inpadoc=green:45, other=green:1000, retrieval=green:100, search={colour})"


def _answer(world: World, question: Question, fault: Fault, headers: Mapping[str, str]) -> Reply:
    cql, range_ = question.one("q"), re.fullmatch(r"(\d+)-(\d+)", question.one("Range", "1-25"))
    asked = re.fullmatch(r'pa="([^"]+)" and pd within "(\d{8}) (\d{8})"', cql)
    if len(cql) > 1_500:
        return _fault(413, "CLIENT.AmbiguousRequest", "The query is too large", headers)
    if asked is None or range_ is None:
        return _fault(400, "CLIENT.CQL", "The query cannot be parsed", headers)
    begin, end = int(range_[1]), int(range_[2])
    if end - begin >= LARGEST or end > WINDOW:
        return _fault(413, "CLIENT.InvalidRange", "The range is too large", headers)
    found = _found(world, asked[1].casefold(), _day(asked[2]), _day(asked[3]))
    given = found[: fault.cap][begin - 1 : end]
    total = min(len(found), SATURATES) + (fault.moves if begin > 1 else 0)
    if fault.is_empty or (not given and fault.cap is None):
        return _fault(404, "SERVER.EntityNotFound", "No results found", headers)
    write = document if question.path.endswith("/biblio") else _reference
    body = f"""<?xml version="1.0" encoding="UTF-8"?>\
<?xml-stylesheet type="text/xsl" href="/3.0/style/exchange.xsl"?>
<ops:world-patent-data xmlns="http://www.epo.org/exchange" xmlns:ops="http://ops.epo.org" \
xmlns:xlink="http://www.w3.org/1999/xlink">
<ops:biblio-search total-result-count="{total}">
<ops:query syntax="CQL">{escape(cql)}</ops:query>
<ops:range begin="{begin}" end="{begin + len(given) - 1}"/>
<ops:search-result>{"".join(map(write, given))}</ops:search-result>
</ops:biblio-search>
</ops:world-patent-data>
"""
    return Reply(body.encode(), kind="application/xml", headers=headers)


def _reference(p: Publication) -> str:
    return (
        f'\n<ops:publication-reference system="ops.epo.org" family-id="{p.family}">'
        f'<document-id document-id-type="docdb"><country>{p.country}</country><doc-number>{p.number}</doc-number>'
        f"<kind>{p.kind}</kind></document-id></ops:publication-reference>"
    )


def _fault(status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> Reply:
    body = f"""<?xml version="1.0" encoding="UTF-8"?>
<fault xmlns="http://ops.epo.org">
<code>{code}</code>
<message>{message}</message>
</fault>
"""
    return Reply(body.encode(), status, "application/xml", headers or {})


def _day(text: str) -> dt.date:
    return dt.datetime.strptime(text, "%Y%m%d").date()


@lru_cache(maxsize=2_048)
def _found(world: World, phrase: str, first: dt.date, last: dt.date) -> tuple[Publication, ...]:
    """Return the publications of some days of which an applicant's name has a phrase, in either form."""
    return tuple(p for p in publications(world) if first <= p.published_on <= last and phrase in _named(p))


@lru_cache(maxsize=100_000)
def _named(p: Publication) -> str:
    both = (written(applicant, place, p.family) for place, applicant in enumerate(p.applicants))
    return "\n".join(chain.from_iterable(both)).casefold()


def books(world: World) -> dict[str, dict[str, Book]]:
    """Return what is kept: each publication once, though several searches find it."""
    return {str(year): _books_of(world, year) for year in range(FIRST, LAST + 1)}


def _books_of(world: World, year: int) -> dict[str, Book]:
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    read = [p for a in applicants.read() for p in _found(world, a.name.casefold(), first, last)]
    once = set(read)
    of: dict[str, Callable[[Publication], int]] = {
        "patent": lambda p: 1,
        "patent_party": lambda p: p.parties,
        "patent_class": lambda p: len(p.classes),
    }
    return {table: _book(sum(map(rows, read)), sum(map(rows, once))) for table, rows in of.items()}


def _book(read: int, kept: int) -> Book:
    return Book(read, kept, dropped={"publication_repeated": read - kept} if read > kept else {})
