"""Measure how the pipeline grows: CPU seconds and peak memory per stage of the demonstration at several scales.

Run as `python -m tests.benchmarks.scale 1 10 100 [--out docs/scale.md]`. Each scale runs in a process of its own,
so that memory peaks do not hide each other. The growth exponent of a stage is log(time ratio) / log(row ratio).
"""

import argparse
import itertools
import json
import logging
import math
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

STAGES = ("generate and serve", "ingest ror", "ingest cordis", "freeze", "link", "compute", "write, judge, publish")


def measure(scale: float) -> dict[str, object]:
    """Run the demonstration once in this process; return seconds of CPU by stage, rows and peak memory."""
    from pipelines import demo, release, steps
    from warehouse.store import Home

    marks: list[tuple[str, float]] = []

    class Marks(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            marks.append((record.getMessage(), time.process_time()))

    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        home.mark_simulated()
        times = [time.process_time()]
        with demo.publish(scale):
            times.append(time.process_time())
            rows = 0
            for source in ("ror", "cordis"):
                outcomes = steps.ingest(home, source)
                assert not any(o.failed for o in outcomes), outcomes
                rows += sum(b["read"] for o in outcomes for b in o.manifest["balance"].values())
                times.append(time.process_time())
        logging.getLogger("iur").setLevel(logging.INFO)
        logging.getLogger("iur").addHandler(Marks())
        release.make(home)
        assert len(marks) == 3, marks
        times += [at for _, at in marks] + [time.process_time()]
    seconds = [after - before for before, after in itertools.pairwise(times)]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    return {"scale": scale, "rows": rows, "seconds": dict(zip(STAGES, seconds, strict=True)), "peak_gb": peak}


def table(runs: list[dict]) -> str:
    """Write the runs as a Markdown table with the growth from the second-largest to the largest scale."""
    head = "| stage | " + " | ".join(f"×{r['scale']:g}, {r['rows']:,} rows" for r in runs) + " | exponent |"
    lines = [head, "|---|" + "---:|" * (len(runs) + 1)]
    for stage in (*STAGES, "all"):
        cells = [sum(r["seconds"].values()) if stage == "all" else r["seconds"][stage] for r in runs]
        growth = ""
        if len(runs) > 1 and cells[-2] > 0.5:
            growth = f"{math.log(cells[-1] / cells[-2]) / math.log(runs[-1]['rows'] / runs[-2]['rows']):.2f}"
        lines.append(f"| {stage} | " + " | ".join(f"{c:.1f} s" for c in cells) + f" | {growth} |")
    peaks = " | ".join(f"{r['peak_gb']:.2f} GB" for r in runs)
    return "\n".join([*lines, f"| peak memory | {peaks} | |"])


def main() -> None:
    """Measure the scales asked for, each in a fresh process, and print or write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scales", nargs="+", type=float)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(options.scales[0])))
        return
    runs = []
    for scale in options.scales:
        command = [sys.executable, "-m", "tests.benchmarks.scale", "--one", str(scale)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        runs.append(json.loads(done.stdout.splitlines()[-1]))
        print(f"×{scale:g}: {sum(runs[-1]['seconds'].values()):.1f} s of CPU", file=sys.stderr)
    if options.out:
        text = options.out.read_text()
        head, _, rest = text.partition("<!-- table -->\n")
        _, _, tail = rest.partition("<!-- end -->")
        options.out.write_text(f"{head}<!-- table -->\n{table(runs)}\n<!-- end -->{tail}")
    else:
        print(table(runs))


if __name__ == "__main__":
    main()
