"""Bodies of answers on their way to the disk: whole or not, resumed, unpacked, given up where they drip."""

import gzip
import hashlib
import os
import shutil
import time
import zlib
from pathlib import Path

import requests
import urllib3

CHUNK = 1 << 18
SLOW, PATIENCE = 100, 300
"""Bytes a second under which a body is given up, once it has taken so many seconds."""


def write(answer: requests.Response, partial: Path, resumed: int) -> bool:
    """Write a body, after the `resumed` bytes that are there; return whether it arrived whole."""
    announced = whole(answer) if resumed else _length(answer)
    began, got = time.monotonic(), 0
    try:
        with partial.open("ab" if resumed else "wb") as file:
            # read1 hands over what has arrived: iter_content would lose the piece in which the body is cut.
            while chunk := answer.raw.read1(CHUNK, decode_content=False):
                file.write(chunk)
                got += len(chunk)
                spent = time.monotonic() - began
                if spent > PATIENCE and got < SLOW * spent:
                    return False
            file.flush()
            os.fsync(file.fileno())
    except (requests.RequestException, urllib3.exceptions.HTTPError):
        return False
    finally:
        answer.close()
    return (announced is None or partial.stat().st_size == announced) and _unpacked(answer, partial)


def read(answer: requests.Response) -> bytes:
    """Return the whole body of an answer; DamagedError where it is cut or cannot be unpacked."""
    try:
        body = answer.raw.read(decode_content=False)
        return gzip.decompress(body) if packed(answer) else bytes(body)
    except (requests.RequestException, urllib3.exceptions.HTTPError, *_DAMAGED) as error:
        raise DamagedError(type(error).__name__) from error
    finally:
        answer.close()


class DamagedError(Exception):
    """A body that is not whole."""


_DAMAGED = (EOFError, gzip.BadGzipFile, zlib.error)


def packed(answer: requests.Response) -> bool:
    """Say whether a body was sent compressed, though it is always asked for as it is.

    Compressed bodies are unpacked here and not by the library, which takes the half of one for the whole.
    """
    return "gzip" in answer.headers.get("Content-Encoding", "")


def _unpacked(answer: requests.Response, partial: Path) -> bool:
    """Unpack a body that was sent compressed; False, and nothing of it left, where it is damaged."""
    if not packed(answer):
        return True
    whole_file = partial.with_name(partial.name + ".unpacked")
    try:
        with gzip.open(partial) as source, whole_file.open("wb") as target:
            shutil.copyfileobj(source, target, CHUNK)
            target.flush()
            os.fsync(target.fileno())
    except _DAMAGED:
        whole_file.unlink(missing_ok=True)
        partial.write_bytes(b"")
        return False
    whole_file.replace(partial)
    return True


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
