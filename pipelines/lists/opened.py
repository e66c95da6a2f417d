"""The files of a list: read packed or not, by what they hold; written whole or not at all, by their name's ending."""

import fcntl
import gzip
import io
import signal
import sys
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import IO, BinaryIO, cast

from pipelines.source import SourceError
from warehouse import files

STANDARD = Path("-")


@contextmanager
def read(path: Path) -> Iterator[tuple[IO[bytes], Callable[[], float | None]]]:
    """Open a file, or standard input for `-`; yield its bytes, unpacked, and a function that tells the share read."""
    source = sys.stdin.buffer if path == STANDARD else path.open("rb")
    plain = cast(io.BufferedReader, source)
    size = path.stat().st_size if path != STANDARD else 0
    head = plain.peek(4)[:4]
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise SourceError(
            "is an archive or a workbook, not text", file=name(path), rule="text", mend="save it as CSV, or unpack it"
        )
    packed = gzip.GzipFile(fileobj=plain) if head.startswith(b"\x1f\x8b") else None
    try:
        yield cast(IO[bytes], packed or plain), lambda: plain.tell() / size if size else None
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise SourceError(
            f"is a damaged gzip file: {error}", file=name(path), rule="gzip", mend="fetch or pack it again"
        ) from error
    finally:
        if path != STANDARD:
            plain.close()


def is_parquet(path: Path) -> bool:
    """Tell whether a file is Parquet, by its first bytes."""
    if path == STANDARD or not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(4) == b"PAR1"


@contextmanager
def write(path: Path) -> Iterator[IO[bytes]]:
    """Open what takes a file's place when the block ends, and leaves nothing when it fails; `-` is standard output.

    A name that ends in .gz is packed. Raises SourceError where another run writes the same file now.
    """
    if path == STANDARD:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    beside = path.with_name(f".{path.name}.partial")
    try:
        file = beside.open("ab")
    except OSError as error:
        raise SourceError(
            f"cannot be written: {error.strerror}", file=str(path), rule="output", mend="choose another --out"
        ) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SourceError(
                "is being written by another run", file=str(path), rule="output", mend="wait, or choose another --out"
            ) from None
        try:
            file.truncate(0)
            with _ended_by_signals():
                if path.suffix == ".gz":
                    with gzip.GzipFile("", "wb", 6, cast(BinaryIO, file), mtime=0) as packed:
                        yield cast(IO[bytes], packed)
                else:
                    yield file
                file.flush()
                files.sync(beside)
                beside.replace(path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Let a request to end be an exception, so that what was begun is removed."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    former = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, former)


def name(path: Path) -> str:
    """Return the name of a file in messages."""
    return "standard input" if path == STANDARD else path.name
