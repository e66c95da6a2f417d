"""The seed `link_overrides`: the reviewers' answers in force, shipped ones first, then the home's own."""

import csv
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipelines.link import names, seeds
from pipelines.source import SourceError
from warehouse import files
from warehouse.store import Home

SEED = "link_overrides"
COLUMNS = ("source_org_id", "name", "country", "named_ror_id", "credited_ror_id", "reason", "source")


@dataclass(frozen=True)
class Key:
    """What a row answers for: a source's id of an organisation, or a name's normal form within a country."""

    kind: str
    value: str
    country: str = ""

    @staticmethod
    def of_name(name: str, country: str) -> "Key":
        """Return the key by which linking finds a name."""
        return Key("name", names.forms(name).core, country)


@dataclass(frozen=True)
class Override:
    """A row of the seed; both ids empty: no organisation of the registry. `file` and `line`: where it stands."""

    source_org_id: str
    name: str
    country: str
    named_ror_id: str
    credited_ror_id: str
    reason: str
    source: str
    file: Path | None = None
    line: int = 0

    @property
    def keys(self) -> frozenset[Key]:
        """What it answers for."""
        found = {Key("id", self.source_org_id)} if self.source_org_id else set()
        return frozenset(found | ({Key.of_name(self.name, self.country)} if self.name else set()))

    @property
    def answer(self) -> tuple[str, str]:
        """The organisations named and credited."""
        return self.named_ror_id, self.credited_ror_id or self.named_ror_id

    @property
    def where(self) -> str:
        """The file and line that it stands in."""
        return f"{self.file}, line {self.line}"

    def row(self) -> dict[str, str]:
        """Return its cells, each on one line: seeds are read by lines, and a name is compared by its words."""
        return {column: " ".join(str(getattr(self, column)).split()) for column in COLUMNS}


def path(home: Home) -> Path:
    """Return the home's own file."""
    return home.seeds / f"{SEED}.csv"


def standing(home: Home) -> list[Override]:
    """Return the rows in force, in the order in which later ones overrule earlier ones."""
    return [*_read(seeds.SHIPPED / f"{SEED}.csv"), *_read(path(home))]


def own(home: Home) -> list[Override]:
    """Return the home's own rows."""
    return _read(path(home))


def in_force(row: Override, among: Iterable[Override]) -> list[Override]:
    """Return the rows that answer now for what a row would answer for, the last of each key."""
    last = {key: other for other in among for key in other.keys & row.keys}
    return list(dict.fromkeys(last.values()))


@contextmanager
def editing(home: Home) -> Iterator[None]:
    """Hold the lock of the file, from reading what stands to writing what shall."""
    with files.lock(home.root / "locks" / f"{SEED}.lock"):
        yield


def write(home: Home, gone: Iterable[Override], added: Iterable[Override]) -> None:
    """Take rows out of the home's file and add others at its end; all at once, columns of the user's own stay.

    The caller is `editing`.
    """
    target = path(home)
    left_out = {row.line for row in gone}
    fields, rows = _cells(target) if target.exists() else (list(COLUMNS), [])
    fields += [c for c in COLUMNS if c not in fields]
    out = io.StringIO()
    writer = csv.DictWriter(out, fields, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(cells for line, cells in rows if line not in left_out)
    writer.writerows(row.row() for row in added)
    files.write(target, out.getvalue())


def _read(file: Path) -> list[Override]:
    if not file.exists():
        return []
    fields, rows = _cells(file)
    if missing := [c for c in COLUMNS if c not in fields and c != "source"]:
        raise SourceError(
            f"no column {', '.join(missing)}",
            file=str(file),
            line=1,
            rule="columns",
            mend=f"its first line must be {','.join(COLUMNS)}",
        )
    found = []
    for line, cells in rows:
        told = {column: (cells.get(column) or "").strip() for column in COLUMNS}
        found.append(Override(**told, file=file, line=line))
    return found


def _cells(file: Path) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    """Return the columns and the rows with their lines, read as linking reads a seed."""
    reader = csv.DictReader(file.read_text("utf-8-sig").splitlines(), restkey="", restval="")
    rows = [(reader.line_num, {k: v for k, v in row.items() if k}) for row in reader]
    return list(reader.fieldnames or COLUMNS), rows
