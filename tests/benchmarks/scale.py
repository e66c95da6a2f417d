"""Measure how the pipeline grows: CPU seconds and peak memory per stage of the demonstration at several scales.

Run as `python -m tests.benchmarks.scale 1 10 100 [--out docs/scale.md]`. The publishers and each stage run in
processes of their own, so that no peak of memory hides another and the simulation is not counted. After the first
release a night with nothing new is measured, and one with the next edition of one CORDIS programme: both as a whole,
Python's start included, against the first night, which is all its stages together. The growth exponent is
log(time ratio) / log(row ratio).
"""

import argparse
import json
import logging
import math
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

CONTEXT = multiprocessing.get_context("spawn")
RELEASE = ("freeze and settle", "link", "compute", "write, judge, publish")
WHOLE = ("first night", "nothing new", "one part changed")


def _serve(scale: float, pipe: Any) -> None:
    """Be the publishers: tell the variables, bring out the next edition of CORDIS when asked."""
    from pipelines import demo
    from pipelines.demo.publishers import PUBLISHERS
    from pipelines.demo.run import YEARS, windows

    with demo.publish(scale) as publishers:
        told = windows(publishers.world)
        pipe.send((publishers.variables, {name: told.get(name, YEARS) for name in PUBLISHERS}))
        first = publishers.world
        while pipe.recv() == "next":
            publishers.publish(first.next())
            pipe.send("published")


def _usage() -> tuple[float, float]:
    return time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def _ingest(home: Path, source: str, window: Any) -> dict[str, Any]:
    from pipelines import steps
    from warehouse.store import Home

    outcomes = steps.ingest(Home(home), source, window=window)
    assert not any(o.failed for o in outcomes), [o.failed for o in outcomes]
    tables = [table for o in outcomes if o.built for table in (o.manifest or {})["balance"].values()]
    return {"rows": sum(table["read"] for table in tables), "built": sum(o.built for o in outcomes)}


def _release(home: Path) -> dict[str, Any]:
    """Release, with CPU and peak memory at each mark that the log makes."""
    from pipelines import release
    from warehouse.store import Home

    marks = [_usage()]

    class Marks(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.getMessage().startswith(("frozen", "linked", "computed")):  # and not what else is said
                marks.append(_usage())

    logger = logging.getLogger("iur")
    logger.setLevel(logging.INFO)
    logger.addHandler(Marks())
    made = release.make(Home(home))
    marks.append(_usage())
    assert made is not None
    return {"marks": marks, "is_new": made.is_new, "release": str(made.path)}


def _night(home: Path, sources: dict[str, Any]) -> dict[str, Any]:
    """Do what `iur run` does of some sources, each with its window of years."""
    built = sum(_ingest(home, source, window)["built"] for source, window in sources.items())
    return {"built": built} | _release(home)


def _warm() -> None:
    """Import what is heavy before the clock of a stage starts: it is the same at every scale."""
    from expectations import gate
    from pipelines import part, release, write  # noqa: F401
    from pipelines.indicators import compute  # noqa: F401
    from pipelines.link import parties  # noqa: F401

    gate.judge_aggregates({"ready": (1, 1, 1)})


def _run(work: Callable[..., dict[str, Any]], arguments: tuple[Any, ...], warm: bool, pipe: Any) -> None:
    if warm:
        _warm()
    begun, _ = _usage()
    wall = time.monotonic()
    done = work(*arguments)
    seconds, peak = _usage()
    pipe.send(done | {"seconds": seconds - begun if warm else seconds, "peak": peak, "wall": time.monotonic() - wall})


def stage(work: Callable[..., dict[str, Any]], *arguments: Any, warm: bool = True) -> dict[str, Any]:
    """Do some work in a fresh process; return what it returns, with its CPU seconds and peak memory."""
    ours, theirs = CONTEXT.Pipe()
    child = CONTEXT.Process(target=_run, args=(work, arguments, warm, theirs))
    child.start()
    theirs.close()
    try:
        done: dict[str, Any] = ours.recv()
    except EOFError as error:
        raise SystemExit(f"{work.__name__}{arguments[1:]} failed") from error
    child.join()
    asked = arguments[1] if len(arguments) > 1 else ""
    said = asked if isinstance(asked, str) else ", ".join(asked)
    said = f"{work.__name__.strip('_')} {said}: {done['seconds']:.1f} s, {done['peak']:.2f} GB"
    print(f"{said}, {done['wall']:.1f} s by the clock", file=sys.stderr)
    return done


def measure(scale: float) -> dict[str, Any]:
    """Run the demonstration at one scale; return rows, and seconds and peak memory by stage."""
    pipe, theirs = CONTEXT.Pipe()
    publisher = CONTEXT.Process(target=_serve, args=(scale, theirs), daemon=True)
    publisher.start()
    variables, sources = pipe.recv()
    os.environ |= variables | {"no_proxy": "127.0.0.1", "NO_PROXY": "127.0.0.1"}
    found: dict[str, Any] = {"scale": scale, "rows": 0, "stages": {}}
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir()
        (home / "simulated").touch()
        waited = 0.0
        for source, window in sources.items():
            done = stage(_ingest, home, source, window)
            waited += done["wall"]
            found["rows"] += done["rows"]
            found["stages"][f"ingest {source}"] = {k: done[k] for k in ("seconds", "peak")}
        done = stage(_release, home)
        marks = done["marks"]
        for name, (before, _), (after, peak) in zip(RELEASE, marks[:-1], marks[1:], strict=True):
            found["stages"][name] = {"seconds": after - before, "peak": peak}
            print(f"  {name}: {after - before:.1f} s, {peak:.2f} GB", file=sys.stderr)
        first = {
            "seconds": sum(s["seconds"] for s in found["stages"].values()),
            "peak": max(s["peak"] for s in found["stages"].values()),
            "wall": waited + done["wall"],
        }
        nothing = stage(_night, home, sources, warm=False)
        assert not nothing["is_new"]
        pipe.send("next")
        pipe.recv()
        # ROR's next edition comes by another night: one part changes here.
        changed = stage(_night, home, {"cordis": sources["cordis"]}, warm=False)
        assert changed["built"] == 1
        assert changed["is_new"]
        nights = zip(WHOLE, (first, nothing, changed), strict=True)
        found["nights"] = {name: {k: night[k] for k in ("seconds", "peak", "wall")} for name, night in nights}
    pipe.send("stop")
    publisher.join()
    return found


def table(runs: list[dict[str, Any]]) -> str:
    """Write the runs as Markdown: stages by scale with the growth of the last step, then the nights as wholes."""
    head = "| stage | " + " | ".join(f"×{r['scale']:g}, {r['rows']:,} rows" for r in runs) + " | exponent |"
    lines = [head, "|---|" + "---:|" * (len(runs) + 1)]
    for name in (*runs[0]["stages"], "all stages"):
        each = [[r["stages"][name]] if name in r["stages"] else list(r["stages"].values()) for r in runs]
        seconds = [sum(s["seconds"] for s in some) for some in each]
        peaks = [max(s["peak"] for s in some) for some in each]
        cells = " | ".join(f"{s:.1f} s, {p:.2f} GB" for s, p in zip(seconds, peaks, strict=True))
        lines.append(f"| {name} | {cells} | {_exponent(runs, seconds)} |")
    lines += ["", "| night | " + " | ".join(f"×{r['scale']:g}" for r in runs) + " |", "|---|" + "---:|" * len(runs)]
    for name in WHOLE:
        cells = []
        for r in runs:
            if "nights" not in r:
                cells.append("not measured")
                continue
            night, first = r["nights"][name], r["nights"][WHOLE[0]]
            share = "" if name == WHOLE[0] else f" ({night['seconds'] / first['seconds']:.1%})"
            cells.append(f"{night['seconds']:.1f} s of CPU{share}, {night['wall']:.1f} s, {night['peak']:.2f} GB")
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _exponent(runs: list[dict[str, Any]], seconds: list[float]) -> str:
    if len(runs) < 2 or seconds[-2] < 0.5:
        return ""
    return f"{math.log(seconds[-1] / seconds[-2]) / math.log(runs[-1]['rows'] / runs[-2]['rows']):.2f}"


def main() -> None:
    """Measure the scales asked for and print or write the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scales", nargs="+", type=float)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--keep", type=Path, help="file of the figures of scales measured before; added to")
    options = parser.parse_args()
    runs = json.loads(options.keep.read_text()) if options.keep and options.keep.exists() else []
    for scale in options.scales:
        runs = [r for r in runs if r["scale"] != scale] + [measure(scale)]
        runs.sort(key=lambda r: r["scale"])
        print(f"×{scale:g}: {runs[-1]['nights'][WHOLE[0]]['seconds']:.1f} s of CPU", file=sys.stderr)
        if options.keep:
            options.keep.write_text(json.dumps(runs, indent=1))
    if not options.out:
        print(table(runs))
        return
    head, _, rest = options.out.read_text().partition("<!-- table -->\n")
    _, _, tail = rest.partition("<!-- end -->")
    options.out.write_text(f"{head}<!-- table -->\n{table(runs)}\n<!-- end -->{tail}")


if __name__ == "__main__":
    main()
