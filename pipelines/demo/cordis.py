"""CORDIS's simulated files: a programme's zip of tables, in the publisher's dialect and with its quirks.

Every cell quoted, semicolons, points and commas for decimals in one row, EL and UK, a folder or none, a
byte-order mark or none, a table in two files. Titles, addresses and identifiers say that they are simulated.
"""

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from pipelines.demo import invented
from pipelines.demo.records import Snapshot, World
from pipelines.demo.registry import PAGE
from pipelines.demo.schemes import Programme

ROWS = 50_000
"""Rows written at once, so that a world of any size is written in the same memory."""

CLOSED_BEFORE = np.datetime64("2026-01-01")

_UPDATED, _CHANGED = "2026-01-15 06:00:00", "2026-02-15 06:00:00"
_TOPICS = ("clean energy", "new materials", "digital health", "safe transport", "healthy oceans")
FIELDS = (
    ("/25/57/1007", "/engineering and technology/environmental engineering/energy and fuels", "energy and fuels"),
    ("/25/73/1013", "/engineering and technology/materials engineering/composites", "composites"),
    ("/21/39/1017", "/medical and health sciences/clinical medicine/oncology", "oncology"),
    (
        "/23/47/1019",
        "/natural sciences/computer and information sciences/artificial intelligence/machine learning",
        "machine learning",
    ),
    ("/23/49/1021", "/natural sciences/biological sciences/ecology", "ecology"),
    ("/29", "/social sciences", "social sciences"),
)
"""Fields as EuroSciVoc tells them: paths of its own, with codes that are simulated. Those of _TOPICS come first."""
_DIALECT = csv.WriteOptions(include_header=False, delimiter=";", quoting_style="all_valid")
_STATES = pa.array(["SIGNED", "CLOSED", "TERMINATED"])
_OBJECTIVE = 'Simulated project; nobody does this. It tries readers with "quotes",\nlines and semicolons;'
_CENTS = pa.array([""] + [f"{c:02d}".rstrip("0") for c in range(1, 100)])

Changes = dict[int, Callable[[list[str]], Iterator[list[str]]]]
"""What is done to single rows: a flaw gives a row's cells back changed, fewer, or twice."""


def write(world: World, part: str, path: Path) -> None:
    """Write a programme's zip, the same bytes for the same world."""
    snapshot = world.snapshots[part]
    programme = snapshot.programme
    parties = len(snapshot.parties.project)
    half = parties // 2 if programme.is_split else parties
    cast = _Names(world)
    with zipfile.ZipFile(path, "w") as archive:
        _member(archive, programme, "project.csv", _projects(snapshot))
        _member(archive, programme, "organization.csv", _parties(snapshot, cast, 0, half))
        if half < parties:
            _member(archive, programme, "organization_2.csv", _parties(snapshot, cast, half, parties))
        for name, table in _labels(snapshot).items():
            _member(archive, programme, name, iter([(table, {})]))


def _member(
    archive: zipfile.ZipFile, programme: Programme, name: str, pieces: Iterator[tuple[pa.Table, Changes]]
) -> None:
    member = zipfile.ZipInfo(programme.folder + name, (2026, 1, 15, 0, 0, 0))
    member.compress_type = zipfile.ZIP_DEFLATED
    with archive.open(member, "w", force_zip64=True) as file:
        if programme.has_bom:
            file.write(b"\xef\xbb\xbf")
        for number, (table, flaws) in enumerate(pieces):
            if not number:
                file.write(_line(table.column_names))
            _rows(file, table, flaws)


def _rows(file: IO[bytes], table: pa.Table, flaws: Changes) -> None:
    done = 0
    for row in sorted(flaws):
        csv.write_csv(table.slice(done, row - done), file, _DIALECT)
        cells = [str(column[row]) for column in table.columns]
        file.writelines(_line(changed) for changed in flaws[row](cells))
        done = row + 1
    csv.write_csv(table.slice(done), file, _DIALECT)


def _line(cells: list[str]) -> bytes:
    return (";".join('"' + cell.replace('"', '""') + '"' for cell in cells) + "\n").encode()


class _Names:
    """The cast as columns: what CORDIS says of every name under which an organisation is registered."""

    def __init__(self, world: World) -> None:
        cast = world.cast
        self.first = np.cumsum([0, *(len(o.spellings) for o in cast)])[:-1]
        every = [(o, i) for o in cast for i in range(len(o.spellings))]
        self.columns = {
            "organisationID": pa.array([o.pics[i] for o, i in every]),
            "name": pa.array([o.spellings[i] for o, i in every]),
            # Some leave the short name out.
            "shortName": pa.array(["" if i == 1 else o.acronym for o, i in every]),
            "SME": pa.array(["true" if o.is_sme else "false" for o, _ in every]),
            "activityType": pa.array([_activity(o.activity, int(o.pics[i])) for o, i in every]),
            "city": pa.array([invented.capitals(o.city, o.country) for o, _ in every]),
            "country": pa.array([invented.EU_CODES.get(o.country, o.country) for o, _ in every]),
            "geolocation": pa.array([f"{o.latitude},{o.longitude}" for o, _ in every]),
            "organizationURL": pa.array([f"{PAGE}/{o.pics[i]}" for o, i in every]),
        }


def _activity(activity: str, pic: int) -> str:
    """Enter a few organisations' kind twice, and leave a few out, as the publisher's forms allow."""
    return {0: f"{activity};{activity}", 1: ""}.get(pic % 97, activity) if activity == "PRC" else activity


def _parties(snapshot: Snapshot, names: _Names, begin: int, end: int) -> Iterator[tuple[pa.Table, Changes]]:
    flaws, parties, money = snapshot.flaws, snapshot.parties, snapshot.money
    changes = {flaws.letters: _letters, flaws.cells: _fewer, flaws.twice: _twice}
    unfunded = snapshot.programme.unfunded_role or "participant"
    roles = pa.array(["coordinator", "participant", "thirdParty", unfunded])
    for at in range(begin, end, ROWS):
        rows = slice(at, min(at + ROWS, end))
        count = rows.stop - rows.start
        project = snapshot.projects.number[parties.project[rows]]
        name = pa.array(names.first[parties.organisation[rows]] + parties.registration[rows])
        who = {column: values.take(name) for column, values in names.columns.items()}
        # One row in thirty tells neither whether the organisation is small nor where it is.
        is_silent = pa.array((project + parties.order[rows]) % 30 == 0)
        blank, number = pa.array([""] * count), pa.array(project).cast(pa.string())
        net = money.net[rows] if snapshot.programme.has_net else np.full(count, -1)
        table = pa.table({
            "projectID": number,
            "projectAcronym": _joined("", "SIM", number),
            "organisationID": who["organisationID"],
            "vatNumber": blank,
            "name": who["name"],
            "shortName": who["shortName"],
            "SME": pc.if_else(is_silent, "", who["SME"]),
            "activityType": who["activityType"],
            "street": pa.array(["SIMULATED STREET 1"] * count),
            "postCode": pa.array(["00000"] * count),
            "city": who["city"],
            "country": who["country"],
            "nutsCode": blank,
            "geolocation": pc.if_else(is_silent, "", who["geolocation"]),
            "organizationURL": who["organizationURL"],
            "contactForm": blank,
            "contentUpdateDate": pa.array([_UPDATED] * count),
            "rcn": who["organisationID"],
            "order": pa.array(parties.order[rows]).cast(pa.string()),
            "role": roles.take(pa.array(parties.role[rows])),
            "ecContribution": _euros(money.gross[rows], "."),
            "netEcContribution": _euros(net, "."),
            "totalCost": _euros(money.cost[rows], ","),
            "endOfParticipation": pc.if_else(pa.array(parties.has_left[rows]), "true", "false"),
            "active": blank,
        })  # fmt: skip
        yield table, {row - at: change for row, change in changes.items() if rows.start <= row < rows.stop}


def _euros(cents: np.ndarray, point: str) -> pa.Array:
    """Write cents as euros with the given decimal separator; -1 is an empty cell."""
    whole, rest = pa.array(cents // 100).cast(pa.string()), cents % 100
    separator = pa.array(["", point]).take(pa.array((rest > 0).astype(int)))
    written = pc.binary_join_element_wise(whole, separator, _CENTS.take(pa.array(rest)), "")
    return pc.if_else(pa.array(cents < 0), "", written)


def _projects(snapshot: Snapshot) -> Iterator[tuple[pa.Table, Changes]]:
    projects, programme = snapshot.projects, snapshot.programme
    schemes = pa.array([s.name for s in programme.schemes])
    for at in range(0, len(projects.number), ROWS):
        rows = slice(at, min(at + ROWS, len(projects.number)))
        number = projects.number[rows]
        ids = pa.array(number).cast(pa.string())
        count, blank = len(ids), pa.array([""] * len(ids))
        topic = pa.array(_TOPICS).take(pa.array(number % len(_TOPICS)))
        is_closed = projects.ends_on[rows] < CLOSED_BEFORE
        # A terminated project has ended: one that would end later is still signed.
        state = np.where(is_closed, np.where(projects.is_terminated[rows], 2, 1), 0)
        starts, ends = (pa.array(day[rows]).cast(pa.string()) for day in (projects.starts_on, projects.ends_on))
        signed = pa.array(projects.starts_on[rows] - np.timedelta64(75, "D")).cast(pa.string())
        call = _joined("-", f"SIMULATED-{programme.name}", pc.utf8_slice_codeunits(signed, 0, 4))
        maximum = _euros(snapshot.money.maximum[rows], "," if programme.comma_maximum else ".")
        table = pa.table({
            "id": ids,
            "acronym": _joined("", "SIM", ids),
            "status": _STATES.take(pa.array(state, pa.int64())),
            "title": _joined(" ", "Simulated project:", topic, "no.", ids),
            "startDate": starts,
            "endDate": ends,
            "totalCost": _euros(snapshot.money.total_cost[rows], ","),
            "ecMaxContribution": maximum,
            "legalBasis": pa.array([f"SIMULATED.{programme.name}"] * count),
            "topics": call,
            "ecSignatureDate": signed,
            "frameworkProgramme": pa.array([programme.name] * count),
            "masterCall": call,
            "subCall": call,
            "fundingScheme": schemes.take(pa.array(projects.scheme[rows])),
            "nature": blank,
            "objective": pa.array([_OBJECTIVE] * count),
            "contentUpdateDate": pc.if_else(pa.array(projects.is_changed[rows]), _CHANGED, _UPDATED),
            "rcn": ids,
            # 10.5555 is the prefix kept for examples: no such identifier resolves.
            "grantDoi": _joined(".", "10.5555/simulated", ids),
        })  # fmt: skip
        row = snapshot.flaws.reversed
        yield table, {row - at: _reversed} if rows.start <= row < rows.stop else {}


def _joined(separator: str, *pieces: Any) -> pa.Array:
    return pc.binary_join_element_wise(*pieces, separator)


def _labels(snapshot: Snapshot) -> dict[str, pa.Table]:
    """Return the small tables beside the two large ones: fields are read, the others there to be passed over."""
    ids = pa.array(snapshot.projects.number).cast(pa.string())
    name = pa.array([f"SIMULATED.{snapshot.programme.name}"] * len(ids))
    title, is_main = pa.array(["Simulated"] * len(ids)), pa.array(["true"] * len(ids))
    project, field = fields(snapshot)
    codes, paths, titles = (pa.array(told).take(pa.array(field)) for told in zip(*FIELDS, strict=True))
    return {
        "topics.csv": pa.table({"projectID": ids, "topic": name, "title": title}),
        "legalBasis.csv": pa.table(
            {"projectID": ids, "legalBasis": name, "title": title, "uniqueProgrammePart": is_main}
        ),
        "euroSciVoc.csv": pa.table(
            {
                "projectID": pa.array(project).cast(pa.string()),
                "euroSciVocCode": codes,
                "euroSciVocPath": paths,
                "euroSciVocTitle": titles,
                "euroSciVocDescription": pa.array([""] * len(field)),
            }
        ),
    }


def fields(snapshot: Snapshot) -> tuple[np.ndarray, np.ndarray]:
    """Return the number of the project and the place in FIELDS of each row of fields: one in ten projects has none."""
    number = snapshot.projects.number
    # Projects of one topic are of one field, and every third of a second one.
    first = np.stack([number, number % len(_TOPICS)], axis=1)[number % 10 != 9]
    second = np.stack([number, (number + 1) % len(FIELDS)], axis=1)[number % 30 == 0]
    rows = np.concatenate([first, second])
    return rows[:, 0], rows[:, 1]


def _letters(cells: list[str]) -> Iterator[list[str]]:
    yield [*cells[:20], "xxxxxxx", "xxxxxxx", "xxxxxxx", *cells[23:]]


def _fewer(cells: list[str]) -> Iterator[list[str]]:
    yield cells[:-2]


def _twice(cells: list[str]) -> Iterator[list[str]]:
    yield cells
    yield cells


def _reversed(cells: list[str]) -> Iterator[list[str]]:
    yield [*cells[:4], cells[5], cells[4], *cells[6:]]
