"""Bodies of answers on their way to the disk: whole or not, resumed, unpacked, given up where they drip."""

import hashlib
import os
import time
from pathlib import Path

import requests
import urllib3

CHUNK = 1 << 18
SLOW, PATIENCE = 100, 300
"""Bytes a second under which a body is given up, once it has taken so many seconds."""


def write(answer: requests.Response, partial: Path, resumed: int) -> bool:
    """Write a body, after the `resumed` bytes that are there; return whether it arrived whole."""
    announced = whole(answer) if resumed else _length(answer)
    # Packed although it was asked for as it is: such a body is unpacked, and cannot be resumed by its length.
    is_packed = answer.headers.get("Content-Encoding", "identity") != "identity"
    began, got = time.monotonic(), 0
    try:
        with partial.open("ab" if resumed else "wb") as file:
            # read1 hands over what has arrived: iter_content would lose the piece in which the body is cut.
            while chunk := answer.raw.read1(CHUNK, decode_content=is_packed):
                file.write(chunk)
                got += len(chunk)
                spent = time.monotonic() - began
                if spent > PATIENCE and got < SLOW * spent:
                    return False
            file.flush()
            os.fsync(file.fileno())
    except (requests.RequestException, urllib3.exceptions.HTTPError):
        if is_packed:
            partial.write_bytes(b"")
        return False
    finally:
        answer.close()
    return is_packed or announced is None or partial.stat().st_size == announced


def other_checksum(path: Path, checksum: str) -> str:
    """Say in what a file differs from its checksum (`algorithm:hex`, as announced); '' where it does not."""
    if not checksum:
        return ""
    algorithm, _, expected = checksum.partition(":")
    with path.open("rb") as file:
        found = hashlib.file_digest(file, algorithm).hexdigest()
    return "" if found == expected else f"has {algorithm} {found}, the publisher announces {expected}"


def whole(answer: requests.Response) -> int | None:
    """Return the size of the whole file of which an answer holds a range, or None where it is not told."""
    said = answer.headers.get("Content-Range", "").rpartition("/")[2]
    return int(said) if said.isdigit() else None


def _length(answer: requests.Response) -> int | None:
    said = answer.headers.get("Content-Length", "")
    return int(said) if said.isdigit() else None
