"""How the simulated publishers answer: as the real ones do where a client could tell.

Redirects, strong ETags, dates or neither, 304, ranges that hold only for the same bytes, 403 for whoever does not
say what he is. Files are sent from the disk, so that their size is nobody's memory.
"""

from contextlib import nullcontext
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http.server import BaseHTTPRequestHandler
from io import BytesIO
from typing import Protocol
from urllib.parse import parse_qs

from pipelines.demo.faults import Fault, changed, send, spoil
from pipelines.demo.publisher import Endpoint, Guard, Question, Reply, Stored


@dataclass(frozen=True)
class Resource:
    """What lies at an address: bytes on the disk and how they are described, or a redirect `to` another."""

    stored: Stored | None = None
    kind: str = ""
    validators: dict[str, str] | None = None
    is_guarded: bool = False
    to: str = ""
    guard: Guard | None = None


@dataclass(frozen=True)
class Asked:
    """One request that came in, and the status it was answered with (-1: the connection was reset)."""

    path: str
    status: int
    range: str = ""


UNNAMED = ("python-requests", "Python-urllib", "curl")
"""What clients call themselves that do not say who is asking; a guarded file is not for them."""


class Answering(Protocol):
    """What a handler asks of the publishers it answers for."""

    def answer(self, path: str) -> tuple[str, Resource | Endpoint | None, Fault]:
        """Return the address that is meant, what lies there and what is wrong with it, once."""

    def repeat(self, endpoint: Endpoint, fault: Fault) -> Reply | None:
        """Return the page an endpoint gave before, where the fault says to give it again."""

    def remember(self, endpoint: Endpoint, reply: Reply) -> None:
        """Keep the page that an endpoint gave."""

    def note(self, asked: Asked) -> None:
        """Write down a request."""


def handler(publishers: Answering) -> type[BaseHTTPRequestHandler]:
    """Return the handler of requests to some publishers."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Answers are small and many: waiting to fill packets would cost 40 ms each.
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self._meant, resource, fault = publishers.answer(self.path)
            # What is asked is read whole before anything is answered: else the connection cannot be used again.
            question = self._question()
            if fault.is_reset:
                self._note(-1)
            if spoil(self, fault):
                return
            if isinstance(resource, Endpoint):
                self._reply(resource, question, fault)
                return
            with resource.guard(question) if resource and resource.guard else nullcontext() as instead:
                if instead:
                    self._say(instead, fault)
                else:
                    self._serve(resource, fault)

        do_POST = do_GET  # noqa: N815  (the name is the base class's)

        def _question(self) -> Question:
            path, _, query = self.path.partition("?")
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            return Question(self.command, path, parse_qs(query, keep_blank_values=True), headers, body)

        def _reply(self, endpoint: Endpoint, question: Question, fault: Fault) -> None:
            reply = publishers.repeat(endpoint, fault) or endpoint.answer(question, fault)
            publishers.remember(endpoint, reply)
            self._say(reply, fault)

        def _say(self, reply: Reply, fault: Fault) -> None:
            body, said = changed(reply.body, fault)
            described = {"Content-Type": reply.kind, "Content-Length": str(len(body) + fault.longer), **said}
            self._head(reply.status, described | dict(reply.headers))
            send(self, BytesIO(body), len(body), fault)

        def send_response(self, code: int, message: str | None = None) -> None:
            """Write the request down before it is answered: who asked may count as soon as he has the answer."""
            self._note(code)
            super().send_response(code, message)

        def _note(self, status: int) -> None:
            publishers.note(Asked(self._meant, status, self.headers.get("Range", "")))

        def _serve(self, resource: Resource | None, fault: Fault) -> None:
            if resource is None:
                spoil(self, Fault(status=404))
                return
            if resource.is_guarded and self.headers.get("User-Agent", "").startswith(UNNAMED):
                spoil(self, Fault(status=403))
                return
            if resource.stored is None:
                self._head(302, {"Location": resource.to, "Content-Length": "0"})
                return
            if fault.change or fault.is_damaged_gzip:
                body, said = changed(resource.stored.path.read_bytes(), fault)
                self._head(200, {"Content-Type": resource.kind, "Content-Length": str(len(body)), **said})
                self.wfile.write(body)
                return
            size, described = resource.stored.size, dict(resource.validators or {})
            if self._has_already(described):
                self._head(304, described)
                return
            start = None if fault.ignores_range else self._start(described)
            if start is not None and start >= size:
                self._head(416, {"Content-Range": f"bytes */{size}", "Content-Length": "0"})
                return
            length = size - (start or 0)
            described |= {
                "Accept-Ranges": "bytes",
                "Content-Type": resource.kind,
                "Content-Length": str(length + fault.longer),
            }
            if start is not None:
                described["Content-Range"] = f"bytes {start}-{size - 1}/{size}"
            self._head(200 if start is None else 206, described)
            with resource.stored.path.open("rb") as file:
                file.seek(start or 0)
                send(self, file, length, fault)

        def _head(self, status: int, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        def _has_already(self, described: dict[str, str]) -> bool:
            """Judge the conditions of a request: an entity tag outranks a date (RFC 9110, 13.2.2)."""
            tags, etag = self.headers.get("If-None-Match"), described.get("ETag")
            if tags is not None and etag:
                return etag in (tag.strip() for tag in tags.split(","))
            since, modified = self.headers.get("If-Modified-Since"), described.get("Last-Modified")
            if not since or not modified:
                return False
            return parsedate_to_datetime(modified) <= parsedate_to_datetime(since)

        def _start(self, described: dict[str, str]) -> int | None:
            """Return where an open range begins, or None for the whole: the validator must be today's."""
            unit, _, wanted = self.headers.get("Range", "").partition("=")
            first = wanted.partition("-")[0]
            if unit != "bytes" or not first.isdigit() or not wanted.endswith("-"):
                return None
            held = self.headers.get("If-Range")
            return int(first) if held is None or held in described.values() else None

        def log_message(self, format: str, *args: object) -> None:
            """Stay silent: requests are counted, not printed."""

    return Handler
