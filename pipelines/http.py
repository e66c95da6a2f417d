"""One polite session: paced by host, conditional requests, retries that honour Retry-After, resume of cut bodies.

It refuses what is not the promised data: a web page where a file was promised, a body shorter than
announced, a checksum that is not the publisher's.
"""

import json
import logging
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter

from pipelines import bodies, keys, lease, read
from pipelines.source import MissingError, Source, SourceError

log = logging.getLogger("iur")

ATTEMPTS = 5
REDIRECTS = 10
TIMEOUT = (10, 60)
"""Seconds to wait for a connection, and for the next bytes of an answer."""


@dataclass(frozen=True)
class Validators:
    """What a server said of the bytes it gave, to ask again with."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True)
class Download:
    """The outcome of asking for a file: `path` is None where the server says that nothing changed.

    `announced` is the number of records the publisher said there are, where it came by pages.
    """

    url: str
    path: Path | None
    validators: Validators
    announced: int | None = None


@dataclass(frozen=True)
class Ask:
    """One request: an address, the headers beside the session's own, and a body (JSON or a form): it makes a POST.

    `bare` leaves the session's key out: the address is another host's.
    """

    url: str
    json: Any = None
    headers: Mapping[str, str] | None = None
    form: Mapping[str, str] | None = None
    bare: bool = False


@dataclass(frozen=True)
class Answer:
    """A whole answer: its status, its body and encoding, and its headers, by names of any case."""

    status: int
    body: bytes
    encoding: str
    headers: Mapping[str, str]


class Session:
    """Requests to publishers. `former` holds the validators of what we already have, by address.

    A host is asked for one thing at a time and no sooner than `pace` seconds after the last request, by all the
    sessions of a `home` together, whichever process they are in. `secret` is sent in `header` to `hosts` alone; without
    a header it is only kept out of what is said.
    Raises SourceError for every failure, `transient` where trying again later may help.
    """

    def __init__(self, home: Path | None = None, pace: float = 0, secret: str = "", header: str = "") -> None:
        self.former: dict[str, Validators] = {}
        self._home = home
        said = os.environ.get("IUR_PACE_SECONDS")
        self._pace = pace if said is None else float(said)
        self._secret = secret
        header, _, scheme = header.partition(": ")
        self._header = header
        self._session = _KeepingSecrets(header)
        self._session.max_redirects = REDIRECTS
        contact = os.environ.get("IUR_CONTACT", "")
        self._session.headers["User-Agent"] = f"iur-observatory/0.1 ({contact or 'no contact given'})"
        # Bodies must arrive as announced to be resumed, so no transport compression.
        self._session.headers["Accept-Encoding"] = "identity"
        if secret and header:
            self._session.headers[header] = f"{scheme} {secret}".strip()
        # The library's own tries would not wait for the host's turn.
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=0))

    @classmethod
    def of(cls, home: Path | None, source: Source) -> "Session":
        """Return a session for a source: at its publisher's pace, with its key where it has one."""
        return cls(home, source.pace, keys.key(source.key_variable), source.key_header)

    def text(self, url: str, headers: Mapping[str, str] | None = None) -> str:
        """Return the text at an address; a listing that is cut on the way is asked for again."""
        _, body, encoding = self.answer(Ask(url, headers=headers))
        return body.decode(encoding or "utf-8", errors="replace")

    def json(self, url: str, headers: Mapping[str, str] | None = None) -> Any:
        """Return the parsed JSON at an address."""
        text = self.text(url, headers)
        try:
            return json.loads(text)
        except ValueError as error:
            raise self.failure(
                f"answered something that is not JSON: {text[:80]!r}",
                file=url,
                rule="listing",
                mend="open the address in a browser: the listing has moved or is being repaired",
            ) from error

    def answer(self, ask: Ask, expected: frozenset[int] = frozenset()) -> tuple[int, bytes, str]:
        """Return the status, the whole body and its encoding; statuses that are no failure are `expected`.

        An answer that is cut or damaged on the way is asked for again.
        """
        got = self.exchange(ask, expected)
        return got.status, got.body, got.encoding

    def exchange(self, ask: Ask, expected: frozenset[int] = frozenset()) -> Answer:
        """Return the whole answer with its headers, as `answer` does, for publishers that tell more in them."""
        with lease.turn(self._home, ask.url, self._pace) as turn:
            for attempt in range(ATTEMPTS):
                got = self._send(turn, ask, expected)
                try:
                    return Answer(got.status_code, bodies.read(got), got.encoding or "", got.headers)
                except bodies.DamagedError as error:
                    if attempt == ATTEMPTS - 1:
                        raise self.failure(
                            f"the answer was cut or damaged {ATTEMPTS} times",
                            file=ask.url,
                            rule="whole body",
                            mend="try again later",
                            transient=True,
                        ) from error
        raise AssertionError  # the loop returns or raises

    def pause(self, url: str, paces: float) -> None:
        """Let nobody ask an address's host for so many times the publisher's pace: it has said that it is busy."""
        with lease.turn(self._home, url, self._pace) as turn:
            turn.wait(paces * self._pace)

    @property
    def home(self) -> Path | None:
        """The data home the session belongs to, if any."""
        return self._home

    def download(self, url: str, into: Path, checksum: str = "", bare: bool = False) -> Download:
        """Bring a file, whole, under its path `into`; nothing if the server says it did not change.

        A body that was cut, now or in an earlier run, is resumed where the server vouches that it is the same
        file. `checksum` is `algorithm:hex` as announced by the publisher. `bare` leaves the key out.
        """
        with lease.turn(self._home, url, self._pace) as turn:
            return self._download(turn, Ask(url, bare=bare), into, checksum)

    def _download(self, turn: lease.Turn, ask: Ask, into: Path, checksum: str) -> Download:
        partial, notes = into.with_name(into.name + ".partial"), into.with_name(into.name + ".validators")
        url = ask.url
        for attempt in range(ATTEMPTS):
            conditions = self._conditions(url, partial, notes)
            answer = self._send(turn, replace(ask, headers=conditions), frozenset((304, 416)))
            if answer.status_code == 304:
                return Download(url, None, self.former[url])
            validators = Validators(answer.headers.get("ETag", ""), answer.headers.get("Last-Modified", ""))
            if answer.status_code == 416 or (answer.status_code == 206 and bodies.whole(answer) is None):
                partial.unlink(missing_ok=True)
                continue
            resumed = partial.stat().st_size if answer.status_code == 206 and partial.exists() else 0
            notes.write_text(json.dumps(vars(validators)))
            if bodies.write(answer, partial, resumed):
                break
            if attempt == ATTEMPTS - 1:
                raise self.failure(
                    f"the body was cut {ATTEMPTS} times, at {partial.stat().st_size:,} bytes",
                    file=url,
                    rule="whole body",
                    mend="run it again: it resumes where it stopped",
                    transient=True,
                )
        else:
            raise self.failure("cannot be resumed", file=url, rule="whole body", mend="run it again", transient=True)
        read.refuse_html(partial, url)
        if said := bodies.other_checksum(partial, checksum):
            partial.unlink()
            raise self.failure(
                said,
                file=url,
                rule="checksum",
                mend="run it again; if it stays so, the publisher's listing or file is wrong",
                transient=True,
            )
        notes.unlink(missing_ok=True)
        partial.replace(into)
        return Download(url, into, validators)

    def _conditions(self, url: str, partial: Path, notes: Path) -> dict[str, str]:
        if partial.exists() and notes.exists() and partial.stat().st_size:
            known = json.loads(notes.read_text())
            if known["etag"] and not known["etag"].startswith("W/"):
                return {"Range": f"bytes={partial.stat().st_size}-", "If-Range": known["etag"]}
        partial.unlink(missing_ok=True)
        had = self.former.get(url)
        if had is None:
            return {}
        asked = {"If-None-Match": had.etag, "If-Modified-Since": had.last_modified}
        return {name: value for name, value in asked.items() if value}

    def _send(self, turn: lease.Turn, ask: Ask, expected: frozenset[int]) -> requests.Response:
        """Ask until the publisher answers, or raise the last failure: each try takes its turn and backs off."""
        retries = urllib3.Retry(
            ATTEMPTS,
            backoff_factor=float(os.environ.get("IUR_RETRY_SECONDS", "1")),
            backoff_max=120,
        )
        while True:
            turn.begin()
            failure, answer = self._once(ask, expected)
            if failure is None:
                assert answer is not None
                return answer
            if not failure.transient:
                raise failure
            try:
                retries = retries.increment(error=failure)
            except urllib3.exceptions.MaxRetryError:
                raise failure from None
            asked = retries.get_retry_after(answer.raw) if answer is not None else None
            wait = min(asked or retries.get_backoff_time(), lease.MOST)
            log.info("%s; asking again in %.0f s", failure.what, wait)
            turn.wait(wait)

    def _once(self, ask: Ask, expected: frozenset[int]) -> tuple[SourceError | None, requests.Response | None]:
        headers: dict[str, str | None] = dict(ask.headers or {})
        if ask.bare and self._header:
            headers[self._header] = None
        try:
            answer = self._session.request(
                "GET" if ask.json is None and ask.form is None else "POST",
                ask.url,
                json=ask.json,
                data=ask.form,
                headers=headers,
                stream=True,
                timeout=TIMEOUT,
            )
        except requests.TooManyRedirects:
            mend = "open the address in a browser: the publisher's site is being repaired, or asks for a cookie"
            return self.failure("redirects in a circle", file=ask.url, rule="network", mend=mend), None
        except requests.RequestException as error:
            return self.failure(
                f"cannot be reached: {type(error).__name__}",
                file=ask.url,
                rule="network",
                mend="check the network, or read files brought by hand with --mirror DIR",
                transient=True,
            ), None
        if answer.status_code < 400 or answer.status_code in expected:
            return None, answer
        said = _words(answer) if answer.status_code == 429 else b""
        answer.close()
        return self.refused(ask.url, answer.status_code, said if USED_UP.search(said) else b""), answer

    def refused(self, url: str, status: int, body: bytes = b"") -> SourceError:
        """Return the failure that an answer's status stands for, with the first words of its body."""
        mend = "the address has moved: compare it with the source's page"
        is_used_up = status == 429 and USED_UP.search(body) is not None
        if is_used_up:
            mend = (
                "the publisher's quota is used up: wait for the next one, or bring the file by hand with --mirror DIR"
            )
        elif status in LATER:
            mend = "try again later"
        elif status in (401, 403):
            mend = "the publisher turns us away: see what the source's page asks for"
            mend = "the key may have expired: get a new one from the publisher" if self._secret else mend
        kind = MissingError if status in (404, 410) else SourceError
        words = body[:200].decode(errors="replace").strip()
        what = f"answered {status} {HTTPStatus(status).phrase if status in list(HTTPStatus) else ''}".strip()
        what += f": {words}" if words else ""
        return self.failure(
            what, kind, file=url, rule="network", mend=mend, transient=status in LATER and not is_used_up
        )

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
        """Return a failure in whose words the session's key cannot be read."""
        what, file = (keys.hide(text, self._secret) for text in (what, file))
        return kind(what, file=file, rule=rule, mend=mend, transient=transient)


LATER = frozenset((429, 500, 502, 503, 504))
"""Statuses after which trying again may help."""

USED_UP = re.compile(rb"(?i)\b(?:per|a|each|this) year\b|\byearly\b|\bannual")
"""What a 429 says whose quota is a year's: trying again tonight would not help, and may count as well."""


def _words(answer: requests.Response) -> bytes:
    """Return the first words of a refusal; none where it breaks off."""
    try:
        return answer.raw.read(200, decode_content=True)
    except (requests.RequestException, urllib3.exceptions.HTTPError):
        return b""


class _KeepingSecrets(requests.Session):
    """A session that takes its key off where it is redirected to another host: requests only does so for its own."""

    def __init__(self, header: str) -> None:
        super().__init__()
        self._header = header

    def rebuild_auth(self, prepared_request: requests.PreparedRequest, response: requests.Response) -> None:
        """Leave out what another host must not see."""
        super().rebuild_auth(prepared_request, response)
        if urlsplit(prepared_request.url).netloc != urlsplit(response.request.url).netloc:
            prepared_request.headers.pop(self._header, None)
