"""Every source meets every fault of a network: it ends with complete data or fails clearly, never with less.

The table in docs/faults.md is what came out here: `IUR_WRITE_DOCS=1 pytest tests/faults/test_matrix.py` writes it
anew.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipelines import demo, source, steps
from pipelines.demo.faults import Fault
from pipelines.demo.publishers import PUBLISHERS
from pipelines.demo.records import World
from pipelines.demo.server import Publishers
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

    part: str
    name: str
    is_paged: bool


def subject(name: str) -> Subject:
    """Return the newest part of a publisher that is published whole, by its first address."""
    publisher = PUBLISHERS[name]
    if answering := getattr(publisher, "endpoints", lambda _: ())(WORLD):
        return Subject(answering[0].part, answering[0].name, True)
    posted = publisher.files(WORLD)
    # A source says how many of the last years may not be out yet: there a 404 is no fault.
    late = {str(WORLD.today.year - back) for back in range(getattr(source.load(name), "LATE", 1))}
    whole = [file for file in posted if file.part not in late]
    last = [file for file in whole if file.part == whole[-1].part]
    return Subject(last[0].part, last[0].name, False)


SUBJECTS = {name: subject(name) for name in PUBLISHERS if PUBLISHERS[name].ADDRESSES}


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
    found = steps.ingest(home, name, window=Window(part, part), fetch_only=fetch_only)
    (outcome,) = [o for o in found if o.part in (part, "*")]
    return outcome


def raw(home: Home, name: str) -> dict[str, str] | None:
    receipt = files.read_json(home.receipt(name, SUBJECTS[name].part))
    return receipt and {file["name"]: file["sha256"] for file in receipt["files"]}


def core(home: Home, name: str) -> dict[str, str]:
    manifest = files.read_json(home.manifest(name, SUBJECTS[name].part))
    return {table: facts["sha256"] for table, facts in manifest["tables"].items()}


@pytest.fixture(scope="module")
def healthy(serving, tmp_path_factory):
    """Return a function that gives a home which got a source's part without any fault: made once for each source."""
    made: dict[str, Home] = {}

    def home(name: str) -> Home:
        if name not in made:
            made[name] = Home(tmp_path_factory.mktemp("healthy") / "home")
            assert not night(made[name], name, fetch_only=False).failed
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
    publishers.fail(its.name, spoiling(name, fault))
    outcome = night(home, name, fetch_only=True)
    if not outcome.failed and raw(home, name) != raw(whole, name):
        outcome = night(home, name, fetch_only=False)
    publishers.heal()
    if not outcome.failed:
        assert raw(home, name) == raw(whole, name) or core(home, name) == core(whole, name), "fewer rows, green light"
        outcomes[fault, name] = "complete"
        return
    assert outcome.failed.startswith(name)
    assert "\n  mend: " in outcome.failed
    outcomes[fault, name] = RULE.findall(outcome.failed)[-1]
    assert not night(home, name, fetch_only=True).failed
    assert raw(home, name) == raw(whole, name), "the night after is whole"


def spoiling(name: str, fault: str) -> Fault:
    its = SUBJECTS[name]
    if fault == "empty result" and not its.is_paged:
        return Fault(change=lambda _: b"")
    if fault in ("unexpected column", "missing column"):
        change = widened if fault == "unexpected column" else renamed
        columns = required(name)
        return Fault(change=lambda body: change(body, columns))
    return FAULTS[fault]


def required(name: str) -> tuple[str, ...]:
    """Return the columns a source cannot do without, under all their names, those that say least of a row first."""
    found = []
    for table in source.load(name).RAW.values():
        for column in reversed(table.columns):
            found += [column, *table.formerly.get(column, ())]
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
row for row. Anything else is the rule by which the part failed, with nothing of it taken in and the former data
left as they were; the night after, with the publisher in good health, each of these was complete. **—**: records of
this source do not come by pages.

{chr(10).join(rows)}

Written by `tests/faults/test_matrix.py`.
"""
