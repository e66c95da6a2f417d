"""JSON texts one after the other in a file, as pages of records are kept: read some at a time, whatever the size.

DuckDB reads such a file as well, but holds what it unpacks of it in memory, and room for the largest text it might
meet besides: a hundred thousand records take more than the bound on its memory.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from expectations.contract import literal
from pipelines.source import SourceError

AT_ONCE = 16 << 20
"""Characters read at once; of a text that is larger twice as many, and so on."""

_BLANK = re.compile(r"\s*")


def batches(path: Path, name: str, scratch: Path, mend: str) -> Iterator[str]:
    """Yield the arguments by which DuckDB's JSON readers read the next texts of a file, all of them in their order.

    The texts lie in one file of `scratch`, which is written anew for every batch. Raises SourceError where the file
    is not made of JSON texts.
    """
    there = scratch / f"{path.name}.texts"
    try:
        for texts in _texts(path):
            there.write_text("\n".join(texts), encoding="utf-8")
            size = max(len(text.encode()) for text in texts) + 1024
            yield f"{literal(str(there))}, format = 'unstructured', maximum_object_size = {max(size, 1 << 20)}"
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise SourceError(f"is not JSON as promised: {error}", file=name, rule="JSON", mend=mend) from error
    finally:
        there.unlink(missing_ok=True)


def _texts(path: Path) -> Iterator[list[str]]:
    """Yield the texts of a file, as many as end in what was read."""
    decoder = json.JSONDecoder()
    with path.open(encoding="utf-8-sig") as file:
        held, more = "", AT_ONCE
        while True:
            piece = file.read(more)
            held += piece
            found, at = [], _end_of_blank(held, 0)
            while at < len(held):
                try:
                    _, end = decoder.raw_decode(held, at)
                except json.JSONDecodeError:
                    if not piece:
                        raise
                    break  # it goes on in the next piece
                found.append(held[at:end])
                at = _end_of_blank(held, end)
            more = AT_ONCE if found else 2 * more
            held = held[at:]
            if found:
                yield found
            if not piece:
                return


def _end_of_blank(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    assert found is not None  # no blank is a blank, too
    return found.end()
