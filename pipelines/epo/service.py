"""Open Patent Services as they answer: a token that expires, colours that say how busy they are, quotas, XML faults.

A session's requests with what OPS adds to them. Neither key, secret nor token is in anything that is said. Not tried
on the live service: the words of a fault for an expired token, and how long a token lasts.
"""

import base64
import json
import re

from pipelines import keys
from pipelines.epo.search import differs
from pipelines.http import Answer, Ask, Session
from pipelines.source import MissingError, SourceError

KEY, SECRET = "IUR_EPO_OPS_KEY", "IUR_EPO_OPS_SECRET"

PACES = {"yellow": 2.0, "red": 6.0}
"""How many paces more to wait before the next request, by the colour of the search service; none where it is green."""

QUOTAS = {
    "IndividualQuotaPerHourExceeded": ("this hour's quota is used up", "run it again in an hour"),
    "RegisteredQuotaPerWeekExceeded": ("this week's quota is used up", "run it again next week, for fewer applicants"),
}
"""What a refusal's X-Rejection-Reason means, and what to do."""

_JUDGED = frozenset((400, 401, 403, 404, 413))
"""Statuses whose meaning is told by headers or body, and not by the session."""


def without_key() -> str:
    """Return what is missing to ask the service, or an empty text."""
    missing = [variable for variable in (KEY, SECRET) if not keys.key(variable)]
    return f"no key: {' and '.join(missing)} not set (register at developers.epo.org)" if missing else ""


class Service:
    """OPS at an address, asked through a session; `answer`, `failure` and `refused` are what paging needs of it."""

    def __init__(self, session: Session, base: str) -> None:
        self._session, self._base = session, base
        self._key, self._secret, self._token = keys.key(KEY), keys.key(SECRET), ""
        self._is_black = False

    def answer(self, ask: Ask, expected: frozenset[int] = frozenset()) -> tuple[int, bytes, str]:
        """Return status, body and encoding of a search's answer; 404 is one where the service found nothing.

        Raises SourceError for a used-up quota, a refused query and everything else that is no answer to what was
        asked; it is not transient: trying again would be refused again.
        """
        if self._is_black:
            raise self._black(ask.url)
        got = self._authorised(ask)
        self._heed(ask.url, got)
        if got.status == 404 and is_nothing(got.body) and 404 in expected:
            return got.status, got.body, got.encoding
        if got.status >= 400:
            raise self._refusal(ask.url, got)
        if said := differs(ask.url, got.body):
            raise self.failure(
                f"answered something that is not the page asked for ({said}): {got.body[:80]!r}",
                file=ask.url,
                rule="page of records",
                mend="open the address in a browser: the service has changed, or is being repaired",
            )
        return got.status, got.body, got.encoding

    def _authorised(self, ask: Ask) -> Answer:
        """Send a request with the token; where it has expired, once more with a new one."""
        for is_new in (not self._token, True):
            if is_new:
                self._token = self._new_token()
            headers = {"Accept": "application/xml", "Authorization": f"Bearer {self._token}"}
            got = self._session.exchange(Ask(ask.url, headers=headers), _JUDGED)
            if is_new or not _is_expired(got):
                return got
        raise AssertionError  # the second round returns

    def _new_token(self) -> str:
        url = f"{self._base}/auth/accesstoken"
        pair = base64.b64encode(f"{self._key}:{self._secret}".encode()).decode()
        headers = {"Authorization": f"Basic {pair}"}
        got = self._session.exchange(Ask(url, headers=headers, form={"grant_type": "client_credentials"}), _JUDGED)
        mend = f"compare {KEY} and {SECRET} with those of your application at developers.epo.org"
        if got.status >= 400:
            raise self.failure(f"answered {got.status} to the key", file=url, rule="key", mend=mend)
        try:
            return str(json.loads(got.body)["access_token"])
        except (ValueError, KeyError, TypeError):
            # The body may hold a token: it is not shown.
            raise self.failure("gave no access token", file=url, rule="key", mend=mend) from None

    def _heed(self, url: str, got: Answer) -> None:
        """Wait as the colour of the search service says; black is the last answer but refusals."""
        colour = colour_of(got.headers.get("X-Throttling-Control", ""))
        self._is_black = colour == "black"
        if paces := PACES.get(colour):
            self._session.pause(url, paces)

    def _refusal(self, url: str, got: Answer) -> SourceError:
        reason = got.headers.get("X-Rejection-Reason", "")
        if got.status == 403 and (reason or self._is_black):
            what, mend = next((said for name, said in QUOTAS.items() if name in reason), ("", ""))
            return self.failure(what, file=url, rule="quota", mend=_resumes(mend)) if what else self._black(url)
        if got.status in (400, 413):
            return self.failure(
                f"answered {got.status} to the query: {fault_of(got.body)}",
                file=url,
                rule="query",
                mend="mend the applicant in the seed epo_applicants: its name as the service writes it, without quotes",
            )
        if got.status in (401, 403):
            what = f"answered {got.status}: {fault_of(got.body)}"
            return self.failure(what, file=url, rule="network", mend=f"look at {KEY} at developers.epo.org")
        return self.refused(url, got.status, got.body)

    def _black(self, url: str) -> SourceError:
        what = "searches are suspended for us (black): too much was asked for"
        return self.failure(what, file=url, rule="quota", mend=_resumes("run it again in an hour"))

    def refused(self, url: str, status: int, body: bytes = b"") -> SourceError:
        """Return the failure that a status stands for: an address that is not there is none that is not out yet."""
        found = self._session.refused(url, status, self._hidden(body.decode(errors="replace")).encode())
        if isinstance(found, MissingError):
            return self.failure(found.what, file=url, rule=found.rule, mend=found.mend)
        return found

    def failure(
        self,
        what: str,
        kind: type[SourceError] = SourceError,
        *,
        file: str,
        rule: str,
        mend: str,
        transient: bool = False,
    ) -> SourceError:
        """Return a failure in whose words neither key, secret nor token can be read."""
        what, file = self._hidden(what), self._hidden(file)
        return self._session.failure(what, kind, file=file, rule=rule, mend=mend, transient=transient)

    def _hidden(self, text: str) -> str:
        for secret in (self._key, self._secret, self._token):
            text = keys.hide(text, secret)
        return text


def colour_of(header: str) -> str:
    """Return the colour of the search service in X-Throttling-Control; empty where it tells none.

    >>> colour_of("busy (images=green:100, inpadoc=yellow:45, search=red:5)"), colour_of("idle"), colour_of("black")
    ('red', '', 'black')
    """
    found = re.search(r"\bsearch\s*=\s*(\w+)", header)
    return found[1].lower() if found else "black" if header.strip().lower() == "black" else ""


def is_nothing(body: bytes) -> bool:
    """Say whether a fault means that nothing was found."""
    return b"EntityNotFound" in body or b"No results found" in body


def fault_of(body: bytes) -> str:
    """Return what a fault says, as one line."""
    text = re.sub(r"<[^>]*>", " ", body.decode(errors="replace"))
    return " ".join(text.split())[:200] or "no reason given"


def _is_expired(got: Answer) -> bool:
    return got.status == 401 or (got.status == 400 and b"token" in got.body.lower())


def _resumes(mend: str) -> str:
    return f"{mend}: what was brought of a year is kept, and the rest is asked for"
