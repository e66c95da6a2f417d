"""What can go wrong between a publisher and us, to be switched on for an address of the simulated ones."""

import gzip
import socket
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import IO

PIECE = 1 << 18

PAGE = b"<!DOCTYPE html>\n<html><head><title>Simulated page</title></head><body>Back soon.</body></html>\n"


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with the answers of an address.

    `status`: answers with it, and with `retry_after` seconds where given. `cut`: announces the whole body and
    hangs up after this fraction of it. `longer`: announces that many bytes more than there are (fewer where
    negative). `drip`: sends a kilobyte, then waits so many seconds. `is_page`: a web page with status 200.
    `is_reset`: the connection is reset before an answer. `ignores_range`: sends the whole body whatever part
    is asked for. `is_loop`: redirects to itself. `is_damaged_gzip`: sends the body compressed, though nobody asked
    for it, and only two thirds of that. `change`: what becomes of the body on the way.

    Of records given by pages, `repeats`: gives the page it gave before again. `moves`: the total announced grows by
    so many after the first page. `cap`: gives no record beyond that many of a query, and does not say so.
    `is_empty`: answers as for a query that has no records.

    `times`: how many requests it spoils; None for all until healed.
    """

    status: int = 0
    retry_after: int | None = None
    cut: float | None = None
    longer: int = 0
    drip: float = 0
    is_page: bool = False
    is_reset: bool = False
    ignores_range: bool = False
    is_loop: bool = False
    is_damaged_gzip: bool = False
    repeats: bool = False
    moves: int = 0
    cap: int | None = None
    is_empty: bool = False
    change: Callable[[bytes], bytes] | None = None
    times: int | None = None


def spoil(handler: BaseHTTPRequestHandler, fault: Fault) -> bool:
    """Answer as the fault says instead of serving; return whether it says so."""
    if fault.is_reset:
        # Lingering for no time makes closing a reset, as a crashed server or a firewall would send.
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        handler.connection.close()
        handler.close_connection = True
        return True
    if not (fault.status or fault.is_page or fault.is_loop):
        return False
    body = PAGE if fault.is_page else b"Simulated failure\n"
    handler.send_response(fault.status or (302 if fault.is_loop else 200))
    handler.send_header("Content-Type", "text/html; charset=utf-8" if fault.is_page else "text/plain")
    if fault.is_loop:
        handler.send_header("Location", handler.path)
    handler.send_header("Content-Length", str(len(body)))
    if fault.retry_after is not None:
        handler.send_header("Retry-After", str(fault.retry_after))
    handler.end_headers()
    handler.wfile.write(body)
    return True


def changed(body: bytes, fault: Fault) -> tuple[bytes, dict[str, str]]:
    """Return what becomes of a whole body on the way, and the headers that say so."""
    body = fault.change(body) if fault.change else body
    if not fault.is_damaged_gzip:
        return body, {}
    packed = gzip.compress(body)
    return packed[: len(packed) * 2 // 3], {"Content-Encoding": "gzip"}


def send(handler: BaseHTTPRequestHandler, file: IO[bytes], length: int, fault: Fault) -> None:
    """Send what is left of a file, dripping, cut or of another length than announced where the fault says so."""
    left = length if fault.cut is None else int(length * fault.cut)
    if fault.longer < 0:
        left = max(0, min(left, length + fault.longer))
    if fault.cut is not None or fault.longer:
        handler.close_connection = True
    while piece := file.read(min(left, 1024 if fault.drip else PIECE)):
        handler.wfile.write(piece)
        left -= len(piece)
        if fault.drip:
            handler.wfile.flush()
            time.sleep(fault.drip)
