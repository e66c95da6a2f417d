"""Open a publisher's zip, and say of a damaged one what is wrong and how to mend it."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.source import SourceError

MEND = "fetch it again (iur ingest SOURCE --force); if it stays so, the publisher's file is damaged"


@contextmanager
def opened(path: Path, name: str) -> Iterator[zipfile.ZipFile]:
    """Open an archive; raise SourceError where it, or a member while it is read, is truncated, damaged or locked."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise SourceError(f"is not a whole zip archive: {error}", file=name, rule="archive", mend=MEND) from error
