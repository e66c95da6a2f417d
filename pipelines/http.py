"""One polite session: conditional requests, retries that honour Retry-After, resume of cut bodies.

It refuses what is not the promised data: a web page where a file was promised, a body shorter than
announced, a checksum that is not the publisher's.
"""

import hashlib
import json
import os
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter

from pipelines import read
from pipelines.source import MissingError, SourceError
from warehouse import files

ATTEMPTS = 5
CHUNK = 1 << 18


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


class Session:
    """Requests to publishers. `former` holds the validators of what we already have, by address.

    A host is asked for one thing at a time, by all the sessions of a `home` together, whichever process they are
    in. Raises SourceError for every failure, `transient` where trying again later may help.
    """

    def __init__(self, home: Path | None = None) -> None:
        self.former: dict[str, Validators] = {}
        self._home = home
        self._session = requests.Session()
        contact = os.environ.get("IUR_CONTACT", "")
        self._session.headers["User-Agent"] = f"iur-observatory/0.1 ({contact or 'no contact given'})"
        # Bodies must arrive as announced to be resumed, so no transport compression.
        self._session.headers["Accept-Encoding"] = "identity"
        self._wait = float(os.environ.get("IUR_RETRY_SECONDS", "1"))
        retries = urllib3.Retry(
            total=ATTEMPTS,
            backoff_factor=self._wait,
            backoff_max=120,
            status_forcelist=(429, 500, 502, 503, 504),
            respect_retry_after_header=True,
            retry_after_max=600,
            raise_on_status=False,
        )
        self._session.mount("http://", HTTPAdapter(max_retries=retries))
        self._session.mount("https://", HTTPAdapter(max_retries=retries))

    def _turn(self, url: str) -> AbstractContextManager[None]:
        """Wait until no other session of the home asks the host for anything."""
        if self._home is None:
            return nullcontext()
        host = urlsplit(url).netloc.replace(":", "-")
        return files.lock(self._home / "locks" / f"host={host}.lock")

    def text(self, url: str) -> str:
        """Return the text at an address; a listing that is cut on the way is asked for again."""
        with self._turn(url):
            return self._text(url)

    def _text(self, url: str) -> str:
        for attempt in range(ATTEMPTS):
            answer = self._get(url, {}, stream=True)
            try:
                return str(answer.text)
            except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
                if attempt == ATTEMPTS - 1:
                    raise SourceError(
                        f"the listing was cut {ATTEMPTS} times",
                        file=url,
                        rule="whole body",
                        mend="try again later",
                        transient=True,
                    ) from error
        raise AssertionError  # the loop returns or raises

    def json(self, url: str) -> Any:
        """Return the parsed JSON at an address."""
        text = self.text(url)
        try:
            return json.loads(text)
        except ValueError as error:
            raise SourceError(
                f"answered something that is not JSON: {text[:80]!r}",
                file=url,
                rule="listing",
                mend="open the address in a browser: the listing has moved or is being repaired",
            ) from error

    def download(self, url: str, into: Path, checksum: str = "") -> Download:
        """Bring a file, whole, under its path `into`; nothing if the server says it did not change.

        A body that was cut, now or in an earlier run, is resumed where the server vouches that it is the same
        file. `checksum` is `algorithm:hex` as announced by the publisher.
        """
        with self._turn(url):
            return self._download(url, into, checksum)

    def _download(self, url: str, into: Path, checksum: str) -> Download:
        partial, notes = into.with_name(into.name + ".partial"), into.with_name(into.name + ".validators")
        for attempt in range(ATTEMPTS):
            headers = self._conditions(url, partial, notes)
            answer = self._get(url, headers, stream=True)
            if answer.status_code == 304:
                return Download(url, None, self.former[url])
            validators = Validators(answer.headers.get("ETag", ""), answer.headers.get("Last-Modified", ""))
            if answer.status_code == 416 or (answer.status_code == 206 and _total(answer) is None):
                partial.unlink(missing_ok=True)
                continue
            resumed = partial.stat().st_size if answer.status_code == 206 and partial.exists() else 0
            notes.write_text(json.dumps(vars(validators)))
            if self._body(answer, partial, resumed):
                break
            if attempt == ATTEMPTS - 1:
                raise SourceError(
                    f"the body was cut {ATTEMPTS} times, at {partial.stat().st_size:,} bytes",
                    file=url,
                    rule="whole body",
                    mend="run it again: it resumes where it stopped",
                    transient=True,
                )
        else:
            raise SourceError("cannot be resumed", file=url, rule="whole body", mend="run it again", transient=True)
        read.refuse_html(partial, url)
        _verify(partial, checksum, url)
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

    def _get(self, url: str, headers: dict[str, str], stream: bool = False) -> requests.Response:
        try:
            answer = self._session.get(url, headers=headers, stream=stream, timeout=(10, 60))
        except requests.RequestException as error:
            raise SourceError(
                f"cannot be reached: {type(error).__name__}",
                file=url,
                rule="network",
                mend="check the network, or read files brought by hand with --mirror DIR",
                transient=True,
            ) from error
        if answer.status_code >= 400 and answer.status_code != 416:
            later = answer.status_code == 429 or answer.status_code >= 500
            kind = MissingError if answer.status_code in (404, 410) else SourceError
            raise kind(
                f"answered {answer.status_code} {answer.reason}",
                file=url,
                rule="network",
                mend="try again later" if later else "the address has moved: compare it with the source's page",
                transient=later,
            )
        return answer

    def _body(self, answer: requests.Response, partial: Path, resumed: int) -> bool:
        """Write the body; return whether it arrived whole."""
        announced = _total(answer) if resumed else _length(answer)
        try:
            with partial.open("ab" if resumed else "wb") as file:
                # read1 hands over what has arrived: iter_content would lose the piece in which the body is cut.
                while chunk := answer.raw.read1(CHUNK):
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
        except (requests.RequestException, urllib3.exceptions.HTTPError):
            return False
        return announced is None or partial.stat().st_size == announced


def _length(answer: requests.Response) -> int | None:
    said = answer.headers.get("Content-Length", "")
    return int(said) if said.isdigit() else None


def _total(answer: requests.Response) -> int | None:
    said = answer.headers.get("Content-Range", "").rpartition("/")[2]
    return int(said) if said.isdigit() else None


def _verify(path: Path, checksum: str, url: str) -> None:
    if not checksum:
        return
    algorithm, _, expected = checksum.partition(":")
    with path.open("rb") as file:
        found = hashlib.file_digest(file, algorithm).hexdigest()
    if found != expected:
        path.unlink()
        raise SourceError(
            f"has {algorithm} {found}, the publisher announces {expected}",
            file=url,
            rule="checksum",
            mend="run it again; if it stays so, the publisher's listing or file is wrong",
            transient=True,
        )
