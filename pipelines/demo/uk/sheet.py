"""HESA's open data files: a preamble, a header, then a line a figure; byte-order mark, CRLF, totals without UKPRN.

The preamble says that the file is simulated. Lines are joined by Arrow a year at a time, so that a file of any
size is written in the memory of a year.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.demo.records import JANUARY, World
from pipelines.demo.uk.providers import academic, providers

NOTICE = "SIMULATED FIGURES - no provider reported any of them"
COMMON = ("UKPRN", "HE Provider", "Country of HE provider", "Region of HE provider")

TEXTS = ("", "..", "Suppressed", "")
"""What stands in a cell that holds no number; the first is for one that does."""


@dataclass(frozen=True)
class Column:
    """A column of a year's lines: its values, and whether there is one by `reporter`, by `cell` or for `all`."""

    values: Sequence[str]
    by: str


def quoted(text: str) -> str:
    """Write a cell: in quotes where it holds a comma or a quote."""
    return '"' + text.replace('"', '""') + '"' if "," in text or '"' in text else text


@lru_cache(maxsize=4)
def reporters(world: World) -> tuple[tuple[str, ...], np.ndarray]:
    """Return the head of every reporter's lines, and a matrix that adds up providers to sectors.

    Behind the providers come the sectors: every region that has a provider, and the whole.
    """
    there = providers(world)
    places = [(p.country, p.region) for p in there]
    sectors = [*dict.fromkeys(places), ("All", "All")]
    heads = [",".join(map(quoted, (p.ukprn, p.name, p.country, p.region))) for p in there]
    heads += [",".join(("", "Total", *map(quoted, place))) for place in sectors]
    adds = np.array([[place == sector or sector[0] == "All" for place in places] for sector in sectors])
    return tuple(heads), adds.astype(np.int64)


def write_preamble(path: Path, world: World, title: str, address: str, years: range) -> None:
    """Begin a file: as many lines as there are years, and some more; HESA's length varies from table to table."""
    updated = f"{JANUARY.replace(day=15):%d/%m/%Y} edition {world.edition}"
    lines = [
        ("Title:", f"{title} ({NOTICE})"),
        ("Location:", "UK (simulated)"),
        *(("Academic years:" if year == years[0] else "", academic(year)) for year in reversed(years)),
        ("Data source:", "Simulated publisher on this machine"),
        ("Data source link:", "https://example.org/simulated"),
        ("Data file canonical link:", f"https://example.org/simulated{address}"),
        ("Licence:", "Simulated figures: use them for nothing but trying this software"),
        ("Disclaimer:", 'None of this is true, and "none" includes totals'),
        ("Last updated:", updated),
        *[("Note:", "simulated")] * (len(title) % 4),
        ("", ""),
    ]
    text = "\ufeff" + "".join(f"{key},{quoted(value)}\r\n" for key, value in lines)
    path.write_bytes(text.encode())


def write_header(path: Path, names: Sequence[str]) -> None:
    """Write the names of the columns, the common ones in front."""
    with path.open("ab") as file:
        file.write((",".join(map(quoted, (*COMMON, *names))) + "\r\n").encode())


def write_lines(
    path: Path,
    world: World,
    columns: Sequence[Column | None],
    values: np.ndarray,
    marks: np.ndarray,
    has_commas: bool = False,
) -> None:
    """Append a line for every reporter and cell; None stands for the column of figures.

    `values` are the providers' figures by cell, added up here for the sectors; `marks` index TEXTS. Thousands
    are parted by commas, and such cells quoted, where the table `has_commas`.
    """
    heads, adds = reporters(world)
    published = np.vstack([values, adds @ np.where(marks > 0, 0, values)])
    # A total of nothing at all is no total.
    kinds = np.vstack([marks, np.where(adds @ (marks == 0) == 0, 3, 0)])
    count = published.size
    reporter, cell = (pa.array(i.ravel()) for i in np.indices(published.shape))
    kind, number = pa.array(kinds.ravel()), pa.array(published.ravel()).cast(pa.string())
    if has_commas:
        number = pa.array([quoted(f"{value:,}") for value in published.ravel().tolist()])
    figures = pc.if_else(pc.greater(kind, 0), pa.array(TEXTS).take(kind), number)
    pieces = [pa.array(heads).take(reporter)]
    for column in columns:
        if column is None:
            pieces.append(figures)
            continue
        texts = pa.array([quoted(value) for value in column.values])
        place = {"reporter": reporter, "cell": cell, "all": pa.array(np.zeros(count, np.int64))}[column.by]
        pieces.append(texts.take(place))
    lines = pc.binary_join_element_wise(pc.binary_join_element_wise(*pieces, ","), "", "\r\n")
    with path.open("ab") as file:
        file.write(_bytes(lines))


def _bytes(lines: pa.Array) -> memoryview:
    """Return the texts of an Arrow array end to end, as they lie in memory."""
    _, offsets, data = lines.buffers()
    ends = np.frombuffer(offsets, np.int32)[lines.offset : lines.offset + len(lines) + 1]
    return memoryview(data)[ends[0] : ends[-1]]
