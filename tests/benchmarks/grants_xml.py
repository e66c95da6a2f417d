"""Hold reading a weekly file of grants against a bare reading of the same zip, at 100 MB and at 1 GB.

Run as `python -m tests.benchmarks.grants_xml [--megabytes 100 1000] [--whole]`, the file is made of simulated grants
with descriptions of 60 to 150 kB, as real ones have. Each side runs in a process of its own, one after the other in
every round; the speed is megabytes of XML by second of CPU. The bare side unpacks the member and keeps nothing. The
reading side is the source's `normalise`: documents split and judged, rows made. Memory is the peak of the process above
what it held before it began; it must not grow with the file. `--whole` also brings the file through the gate into core.
"""

import argparse
import multiprocessing
import random
import resource
import statistics
import tempfile
import time
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

CONTEXT = multiprocessing.get_context("spawn")
BUDGET = 25.0
"""Megabytes by second of CPU that a core must read."""

GROWTH = 1.5
"""How much more memory ten times the file may take."""


def make(path: Path, megabytes: int) -> None:
    """Write a weekly zip of so many megabytes of XML: grants of a simulated world over and over, by other numbers."""
    from pipelines.demo.records import World
    from pipelines.demo.us.grant_files import document, listing
    from pipelines.demo.us.patents import patents

    models, chance = patents(World())[:200], random.Random(1)
    texts = [_paragraph(chance) for _ in range(5_000)]
    info = zipfile.ZipInfo("ipg260106.xml")
    info.compress_type = zipfile.ZIP_DEFLATED
    left, nth = megabytes * 1_000_000, 0
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open(info, "w", force_zip64=True) as member,
    ):
        while left > 0:
            model = models[nth % len(models)]
            own = replace(model, number=str(20_000_000 + nth))
            text = document(own, texts=chance.sample(texts, 60 + nth * 37 % 90)).encode()
            member.write(text)
            left, nth = left - len(text), nth + 1
        member.write(listing(models[-1].granted_on).encode())


def _paragraph(chance: random.Random) -> str:
    """Return a thousand letters of invented words, a reference and an entity: they pack about as real texts do."""
    words = ("".join(chance.choices("aeionrtlsdcmpu", k=chance.randint(2, 9))) for _ in range(150))
    return f'<b>{chance.randint(1, 99)}</b> &#xb0; <figref idref="DRAWINGS">FIG. 1</figref> {" ".join(words)}.'


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _bare(path: str, pipe: Any) -> None:
    before, begun, size = _peak(), time.process_time(), 0
    with zipfile.ZipFile(path) as archive, archive.open(archive.infolist()[0]) as member:
        while block := member.read(1 << 20):
            size += len(block)
    pipe.send((size, time.process_time() - begun, _peak() - before, 0))


def _normalise(path: str, pipe: Any) -> None:
    from pipelines import read
    from pipelines.source import RawFile
    from pipelines.sources import uspto_grants

    file, reading = RawFile(Path(path).name, Path(path)), read.Reading()
    before, begun, rows = _peak(), time.process_time(), 0
    for _, batch in uspto_grants.normalise([file], None, None, reading):  # type: ignore[arg-type]
        rows += batch.num_rows
    pipe.send((0, time.process_time() - begun, _peak() - before, rows))


def _ingest(path: str, pipe: Any) -> None:
    from pipelines import steps
    from warehouse.store import Home

    before, begun = _peak(), time.process_time()
    with tempfile.TemporaryDirectory() as home:
        (outcome,) = steps.ingest(Home(Path(home)), "uspto_grants", Path(path).parent.parent)
        assert outcome.manifest, outcome.failed
        rows = sum(book["kept"] for book in outcome.manifest["balance"].values())
    pipe.send((0, time.process_time() - begun, _peak() - before, rows))


def _run(side: Any, path: Path) -> tuple[int, float, float, int]:
    ours, theirs = CONTEXT.Pipe()
    process = CONTEXT.Process(target=side, args=(str(path), theirs))
    process.start()
    found = ours.recv()
    process.join()
    return found


def main() -> None:
    """Measure, print, and fail where a budget is not kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, nargs="+", default=[100, 1000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--whole", action="store_true")
    asked = parser.parse_args()
    sides = {"bare": _bare, "read": _normalise} | ({"into core": _ingest} if asked.whole else {})
    memory, failed = [], []
    print("MB of XML | side      | MB/s of CPU | peak memory, MB | rows")
    for megabytes in asked.megabytes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "uspto_grants" / "ipg260106.zip"
            path.parent.mkdir()
            make(path, megabytes)
            rounds = [{name: _run(side, path) for name, side in sides.items()} for _ in range(asked.rounds)]
        size = rounds[0]["bare"][0] / 1e6
        for name in sides:
            seconds = statistics.median(one[name][1] for one in rounds)
            peak = max(one[name][2] for one in rounds)
            print(f"{size:9,.0f} | {name:9} | {size / seconds:11,.0f} | {peak:15,.0f} | {rounds[0][name][3]:,}")
            if name == "read":
                memory.append(peak)
                failed += [f"{size / seconds:.0f} MB/s, less than {BUDGET:.0f}"] * (size / seconds < BUDGET)
    if len(memory) > 1 and memory[-1] > GROWTH * max(memory[0], 50):
        failed.append(f"memory grows with the file: {memory[0]:.0f} MB, then {memory[-1]:.0f} MB")
    if failed:
        raise SystemExit("over budget: " + "; ".join(failed))


if __name__ == "__main__":
    main()
