"""Time `iur resolve --file`: python -m tests.benchmarks.resolve_file [--strings 100000] [--rounds 3] [--workers 2 1].

The list is made of the labelled affiliations and names, and of small variations of them until there are as many
distinct strings as asked for: other case, a room, a postcode, a letter lost or put in. Each round runs every number of
workers in turn, in a process of its own; printed are medians. The index is built once beforehand, apart, and its time
and peak memory are told; `peak` is the memory of the process that reads and writes, `private` the most that a worker
has for itself.
"""

import argparse
import csv
import multiprocessing
import random
import resource
import statistics
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from pipelines.link.training import labels

CONTEXT = multiprocessing.get_context("spawn")
SETS = ("crossref_2024", "s2aff", "api_logs", "organisation_names", "ipeds_names", "patent_assignees_named")


def strings(folder: Path, count: int) -> list[str]:
    """Return so many distinct strings, the same each time."""
    sets = labels.read(folder)
    base = list(dict.fromkeys(" ".join(label.name.split()) for chosen in SETS for label in sets[chosen]))
    dice, found = random.Random(20260605), dict.fromkeys(base[:count])
    while len(found) < count:
        found[_varied(dice.choice(base), dice)] = None
    mixed = list(found)
    dice.shuffle(mixed)
    return mixed


def _varied(text: str, dice: random.Random) -> str:
    kind = dice.randrange(5)
    if kind == 0:
        return f"Room {dice.randrange(999)}, {text}"
    if kind == 1:
        return f"{text}, {dice.randrange(10_000, 99_999)}"
    if kind == 2:
        return f"{text.upper()} {dice.choice('.;,')}"
    at = dice.randrange(len(text))
    return text[:at] + text[at + 1 :] if kind == 3 else text[:at] + dice.choice("aeiou") + text[at:]


def _apart(work: Any, *arguments: Any) -> dict[str, float]:
    """Run a measurement in a process of its own and return what it sends."""
    mine, theirs = CONTEXT.Pipe(duplex=False)
    process = CONTEXT.Process(target=work, args=(theirs, *arguments))
    process.start()
    theirs.close()
    found: dict[str, float] = mine.recv()
    process.join()
    return found


def _index(pipe: Any, dump: Path) -> None:
    from pipelines import resolve

    begun, spent = time.perf_counter(), time.process_time()
    resolve.linker(dump)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    pipe.send({"s": time.perf_counter() - begun, "cpu": time.process_time() - spent, "peak": peak})


def _private(of: int) -> float:
    """Return the most memory a child of a process has for itself, in MB."""
    most = 0.0
    for child in Path(f"/proc/{of}/task/{of}/children").read_text().split():
        try:
            lines = Path(f"/proc/{child}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        most = max(most, sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024)
    return most


def _run(pipe: Any, source: Path, dump: Path, workers: int) -> None:
    import os

    from pipelines import resolve

    private, over = [0.0], threading.Event()

    def watch() -> None:
        while not over.wait(2):
            private.append(_private(os.getpid()))

    threading.Thread(target=watch, daemon=True).start()
    begun = time.perf_counter()
    done = resolve.file(source, source.with_suffix(".out.csv"), {"name": "name"}, dump, workers=workers)
    seconds = time.perf_counter() - begun
    over.set()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    pipe.send({"s": seconds, "linked": done.linked / done.rows, "peak": peak, "private": max(private)})


def main() -> None:
    """Build the index, then print strings a second by number of workers."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--strings", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, nargs="+", default=[2, 1])
    asked = parser.parse_args()
    dump = next((labels.REAL / "ror").glob("*.zip"))
    with tempfile.TemporaryDirectory() as folder:
        import os

        os.environ["IUR_HOME"] = folder
        source = Path(folder) / "names.csv"
        with source.open("w", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["name"])
            rows.writerows([name] for name in strings(labels.REAL / "labels", asked.strings))
        for state in ("built", "read back"):
            told = _apart(_index, dump)
            print(f"index {state}: {told['s']:.1f} s, CPU {told['cpu']:.1f} s, peak {told['peak']:,.0f} MB", flush=True)
        runs: dict[int, list[dict[str, float]]] = {workers: [] for workers in asked.workers}
        for _ in range(asked.rounds):
            for workers in asked.workers:
                runs[workers].append(_apart(_run, source, dump, workers))
        print(f"{'workers':>8}{'strings':>10}{'s':>8}{'strings/s':>11}{'linked':>9}{'peak MB':>9}{'private MB':>12}")
        for workers, found in runs.items():
            s, linked, peak, private = (
                statistics.median(r[k] for r in found) for k in ("s", "linked", "peak", "private")
            )
            print(
                f"{workers:>8}{asked.strings:>10,}{s:>8.1f}{asked.strings / s:>11,.0f}{linked:>9.1%}"
                f"{peak:>9,.0f}{private:>12,.0f}",
                flush=True,
            )
        print(f"load of the machine over five minutes: {os.getloadavg()[1]:.1f}")


if __name__ == "__main__":
    main()
