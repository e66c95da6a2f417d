"""Every source meets every fault of a network: it ends with complete data or fails clearly, never with less.

The table in docs/faults.md is what came out here: `IUR_WRITE_DOCS=1 pytest tests/faults/test_matrix.py` writes it
anew.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from expectations.tables import table
from pipelines import demo, source, steps
from pipelines.demo.faults import Fault
from pipelines.demo.publishers import PUBLISHERS
from pipelines.demo.records import World
from pipelines.demo.server import Publishers
from pipelines.demo.us import portal
from pipelines.epo import search
from pipelines.nih import api
from pipelines.window import Window
from tests.faults.spoil import renamed, widened
from warehouse import files
from warehouse.store import Home

PAGE = Path(__file__).resolve().parents[2] / "docs" / "faults.md"

WORLD = World(projects=120)

FAULTS = {
    "429 twice, with Retry-After": Fault(status=429, retry_after=0, times=2),
    "429 twice, without": Fault(status=429, times=2),
    "500 twice, then good": Fault(status=500, times=2),
    "503 for ever": Fault(status=503, retry_after=0),
    "connection reset twice": Fault(is_reset=True, times=2),
    "connection reset for ever": Fault(is_reset=True),
    "cut at 10 %, twice": Fault(cut=0.1, times=2),
    "cut at 50 %, twice": Fault(cut=0.5, times=2),
    "cut at 99 %, twice": Fault(cut=0.99, times=2),
    "cut at once, for ever": Fault(cut=0),
    "slow drip": Fault(drip=0.0005),
    "more bytes announced than sent": Fault(longer=7),
    "fewer bytes announced than there are": Fault(longer=-100),
    "web page with status 200": Fault(is_page=True),
    "redirect loop": Fault(is_loop=True),
    "401": Fault(status=401),
    "403": Fault(status=403),
    "404": Fault(status=404),
    "empty result": Fault(is_empty=True),
    "page repeated": Fault(repeats=True),
    "total changed between pages": Fault(moves=3),
    "cap reached": Fault(cap=7),
    "gzip damaged": Fault(is_damaged_gzip=True),
    "unexpected column": Fault(),
    "missing column": Fault(),
}
PAGED = ("page repeated", "total changed between pages", "cap reached")
"""Faults that only records given by pages can have."""

RULE = re.compile(r"\[rule ([^\]]+)\]")


@dataclass(frozen=True)
class Subject:
    """What a source is tried on: one of its parts, and the address its records come from."""

    source: str
    part: str
    name: str
    is_paged: bool


def subjects(name: str) -> Iterator[tuple[str, Subject]]:
    """Yield what a source is tried on: its newest part that is published whole, and the first that is asked for."""
    publisher = PUBLISHERS[name]
    posted = publisher.files(WORLD)
    # A source says how many of the last years may not be out yet: there a 404 is no fault.
    late = {str(WORLD.today.year - back) for back in range(getattr(source.load(name), "LATE", 1))}
    parts = [file.part for file in posted if file.part not in late]
    dated = [part for part in parts if part.isdigit()]
    for file in [file for file in posted if file.part == (dated or parts)[-1]][:1]:
        yield name, Subject(name, file.part, file.name, False)
    asked = [e for e in getattr(publisher, "endpoints", lambda _: ())(WORLD) if e.part not in parts]
    for endpoint in asked[:1]:
        label = f"{name}, API" if posted else name
        yield label, Subject(name, endpoint.part, endpoint.name, True)


SUBJECTS = dict(pair for name in PUBLISHERS if PUBLISHERS[name].ADDRESSES for pair in subjects(name))


@pytest.fixture(scope="module", autouse=True)
def small_pages():
    """Ask for small pages: a small world's records must not all be on one. A file is asked for a hundred times."""
    former = api.SIZE, search.SIZE, portal.QUOTA
    api.SIZE, search.SIZE, portal.QUOTA = 20, 3, 10_000
    yield
    api.SIZE, search.SIZE, portal.QUOTA = former


@pytest.fixture(scope="module")
def serving() -> Iterator[Publishers]:
    with Publishers(WORLD) as running, demo.pointed_to(running):
        yield running


@pytest.fixture
def publishers(serving) -> Iterator[Publishers]:
    yield serving
    serving.heal()


def night(home: Home, name: str, fetch_only: bool) -> steps.Outcome:
    part = SUBJECTS[name].part
    found = steps.ingest(home, SUBJECTS[name].source, window=Window(part, part), fetch_only=fetch_only)
    (outcome,) = [o for o in found if o.part in (part, "*")]
    return outcome


def raw(home: Home, name: str) -> dict[str, str] | None:
    receipt = files.read_json(home.receipt(SUBJECTS[name].source, SUBJECTS[name].part))
    return receipt and {file["name"]: file["sha256"] for file in receipt["files"]}


def core(home: Home, name: str) -> dict[str, str]:
    manifest = files.read_json(home.manifest(SUBJECTS[name].source, SUBJECTS[name].part))
    return {table: facts["sha256"] for table, facts in manifest["tables"].items()}


def keys(home: Home, name: str) -> list:
    its = SUBJECTS[name]
    primary = table(source.load(its.source).SOURCE.primary(its.part))
    path = home.core / primary.name / f"{its.source}--{its.part}.parquet"
    return pq.read_table(path, columns=list(primary.key)).to_pylist()


@pytest.fixture(scope="module")
def healthy(serving, tmp_path_factory):
    """Return a function that gives a home which got a source's part without any fault: made once for each source."""
    made: dict[str, Home] = {}

    def home(name: str) -> Home:
        if name not in made:
            made[name] = Home(tmp_path_factory.mktemp("healthy") / "home")
            serving.forget()
            assert not night(made[name], name, fetch_only=False).failed
            # A listing may lie at the same address: two pages are there if it was asked three times.
            assert serving.count(SUBJECTS[name].name) > 2 * SUBJECTS[name].is_paged, "nothing to spoil"
        return made[name]

    return home


@pytest.fixture(scope="module")
def outcomes():
    """What came out so far: (fault, source) → words."""
    return {}


CASES = [
    pytest.param(fault, name, id=f"{name}-{fault}")
    for name, its in SUBJECTS.items()
    for fault in FAULTS
    if its.is_paged or fault not in PAGED
]


@pytest.mark.parametrize(("fault", "name"), CASES)
def test_a_fault_ends_with_complete_data_or_a_clear_failure(home, publishers, healthy, outcomes, fault, name):
    whole, its = healthy(name), SUBJECTS[name]
    spoilt: list[str] = []
    publishers.fail(its.name, spoiling(name, fault, spoilt))
    publishers.forget()
    outcome = night(home, name, fetch_only=True)
    assert publishers.count(its.name), "the fault was met"
    assert spoilt or not fault.endswith("column"), "no body had the column"
    if not outcome.failed and raw(home, name) != raw(whole, name):
        outcome = night(home, name, fetch_only=False)
    publishers.heal()
    if not outcome.failed:
        if raw(home, name).keys() == raw(whole, name).keys():
            same = raw(home, name) == raw(whole, name) or core(home, name) == core(whole, name)
            outcomes[fault, name] = "complete"
        else:  # brought in another way, which writes some values differently: the records are the same
            same = keys(home, name) == keys(whole, name)
            outcomes[fault, name] = "complete, by the other way"
        assert same, "fewer rows, green light"
        return
    assert outcome.failed.startswith(f"{its.source} · ")
    assert "\n  mend: " in outcome.failed
    outcomes[fault, name] = RULE.findall(outcome.failed)[-1]
    assert not night(home, name, fetch_only=True).failed
    assert raw(home, name) == raw(whole, name), "the night after is whole"


def spoiling(name: str, fault: str, spoilt: list[str]) -> Fault:
    """Return a fault as the test of a source needs it; what `spoilt` names was changed on its way.

    A service also gives answers that hold no record, such as the number of records: they stay as they are.
    """
    its = SUBJECTS[name]
    if fault == "empty result" and not its.is_paged:
        return Fault(change=lambda _: b"")
    if fault in ("unexpected column", "missing column"):
        change = widened if fault == "unexpected column" else renamed
        columns = required(name)

        def changed(body: bytes) -> bytes:
            try:
                body = change(body, columns)
            except LookupError:
                return body
            spoilt.append(fault)
            return body

        return Fault(change=changed)
    return FAULTS[fault]


def required(name: str) -> tuple[str, ...]:
    """Return the columns a source cannot do without, under all their names, those that say least of a row first."""
    found = []
    for raw_table in source.load(SUBJECTS[name].source).RAW.values():
        for column in reversed(raw_table.columns):
            found += [column, *raw_table.formerly.get(column, ())]
    return tuple(found)


def test_the_table_in_the_documentation_is_what_came_out(outcomes):
    if os.environ.get("IUR_WRITE_DOCS"):
        PAGE.write_text(page(outcomes), encoding="utf-8")
    if len(outcomes) < len(CASES):
        pytest.skip("needs all cases of this file")
    assert PAGE.read_text(encoding="utf-8") == page(outcomes), "IUR_WRITE_DOCS=1 pytest tests/faults/test_matrix.py"


def page(outcomes) -> str:
    rows = [f"| fault | {' | '.join(f'`{name}`' for name in SUBJECTS)} |", f"|---|{'---|' * len(SUBJECTS)}"]
    rows += [f"| {fault} | {' | '.join(outcomes.get((fault, n), '—') for n in SUBJECTS)} |" for fault in FAULTS]
    return f"""# What a misbehaving network does to each source

Every source was fetched from its simulated publisher over real sockets while the publisher misbehaved in one way.
**complete**: the data that came are those of a healthy night, byte for byte or, where a publisher added a column,
row for row; **by the other way**: the file was not there, and the service gave the same records. Anything else is
the rule by which the part failed, with nothing of it taken in and the former data left as they were; the night
after, with the publisher in good health, each of these was complete. **—**: the source does not come by pages.

{chr(10).join(rows)}

Written by `tests/faults/test_matrix.py`.
"""
