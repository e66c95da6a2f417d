"""Hold fetching by pages against a bare loop of requests, a million simulated records of each source.

Run as `python -m tests.benchmarks.fetch [--records 1000000] [--rounds 3] [--out docs/fetch.md]`. The publisher and
each side run in processes of their own, pacing off, one side after the other in every round. Both bring the same
records in pages of the same size. The bare loop knows beforehand which queries are under the publisher's cap: it
asks for their pages with `requests`, reads the bodies and keeps nothing. Fetching is what a night does: it finds
the cuts, reads every page's ids, holds their number against what is announced, and writes the pages to the disk.
Memory is the peak of the fetching process at each tenth of the records.
"""

import argparse
import multiprocessing
import os
import resource
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

CONTEXT = multiprocessing.get_context("spawn")
SOURCES = ("nih_reporter", "gtr")
TENTHS = 10


def _serve(source: str, records: int, pipe: Any) -> None:
    """Be the publisher, until told to stop."""
    from pipelines.demo.publishers import PUBLISHERS, gtr
    from pipelines.demo.records import World
    from pipelines.demo.server import Publishers
    from pipelines.demo.us import health

    health.RECORDS = records
    world = World()
    if source == "gtr":
        many = gtr.endpoints(world, records)
        gtr.endpoints = lambda _: many  # type: ignore[assignment]
    assert source in PUBLISHERS
    with Publishers(world, [source]) as publishers:
        publishers.note = lambda asked: None  # type: ignore[method-assign]
        pipe.send((publishers.base, health.running(world)))
        pipe.recv()


def _subject(source: str, base: str, year: int) -> tuple[Any, Any]:
    """Return how a source's records are paged, and the query for all of them."""
    from pipelines.demo.publishers import PUBLISHERS

    address = {variable: base + path for variable, path in PUBLISHERS[source].ADDRESSES.items()}
    if source == "nih_reporter":
        from pipelines.nih.api import Projects, Query

        return Projects(address["IUR_NIH_REPORTER_API_URL"]), Query(year)
    os.environ.update(address)
    from pipelines.sources import gtr

    return gtr._pages("projects"), ""


def _leaves(subject: tuple[Any, Any], home: str) -> list[tuple[Any, int]]:
    """Return the queries under the cap, with their totals: what a bare loop must know."""
    from pipelines import paging
    from pipelines.http import Session

    pages, query = subject
    with open(os.devnull, "wb") as nowhere:
        reading = paging._Reading(Session(Path(home)), pages, nowhere)
        return [(leaf, first[0].total) for leaf, first in reading._parts(query, paging.DEEPEST)]


def _bare(source: str, base: str, year: int, leaves: list[tuple[Any, int]], home: str) -> dict[str, Any]:
    import requests

    pages, _ = _subject(source, base, year)
    session, brought, begun = requests.Session(), 0, time.perf_counter()
    session.headers["Accept-Encoding"] = "identity"
    for query, total in leaves:
        for offset in range(0, total, pages.size):
            ask = pages.ask(query, offset)
            method = "GET" if ask.json is None else "POST"
            answer = session.request(method, ask.url, json=ask.json, headers=dict(ask.headers or {}))
            assert answer.status_code == 200
            brought += len(answer.content)
    return {"seconds": time.perf_counter() - begun, "bytes": brought, "cpu": time.process_time()}


def _fetched(source: str, base: str, year: int, leaves: list[tuple[Any, int]], home: str) -> dict[str, Any]:
    from pipelines import paging
    from pipelines.http import Session

    pages, query = _subject(source, base, year)
    peaks: list[float] = []
    every = sum(total for _, total in leaves) / TENTHS
    body = paging._Reading._body

    def noting(self: Any, query: Any, offset: int) -> Any:
        if len(self._seen) >= every * len(peaks):
            peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3)
        return body(self, query, offset)

    paging._Reading._body = noting  # type: ignore[method-assign]
    begun, cpu = time.perf_counter(), time.process_time()
    into = Path(home) / f"{source}.json"
    download = paging.collect(Session(Path(home)), pages, query, into)
    seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
    return {
        "seconds": seconds, "bytes": into.stat().st_size, "cpu": cpu, "records": download.announced,
        "peaks": [*peaks, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3],
    }  # fmt: skip


def _apart(function: Any, *arguments: Any) -> Any:
    with CONTEXT.Pool(1) as pool:
        return pool.apply(function, arguments)


def measure(source: str, records: int, rounds: int) -> dict[str, Any]:
    """Measure a source; return the medians of both sides, of their ratio in each round, and the peaks of memory."""
    ours, theirs = CONTEXT.Pipe()
    publisher = CONTEXT.Process(target=_serve, args=(source, records, theirs))
    publisher.start()
    try:
        base, year = ours.recv()
        with tempfile.TemporaryDirectory() as home:
            leaves = _leaves(_subject(source, base, year), home)
            sides: dict[str, list[dict[str, Any]]] = {"bare": [], "fetched": []}
            for nth in range(rounds):
                order = [("bare", _bare), ("fetched", _fetched)]
                for name, side in order if nth % 2 == 0 else order[::-1]:
                    sides[name].append(_apart(side, source, base, year, leaves, home))
                    print(source, name, {k: v for k, v in sides[name][-1].items() if k != "peaks"}, flush=True)
    finally:
        ours.send("stop")
        publisher.join()
    total = sum(count for _, count in leaves)
    assert all(fetched["records"] == total for fetched in sides["fetched"])
    ratios = [b["seconds"] / f["seconds"] for b, f in zip(sides["bare"], sides["fetched"], strict=True)]
    return {
        "source": source, "records": total, "queries": len(leaves),
        "megabytes": sides["fetched"][0]["bytes"] / 1e6,
        **{name: statistics.median(s["seconds"] for s in found) for name, found in sides.items()},
        "cpu": statistics.median(f["cpu"] for f in sides["fetched"]),
        "ratio": statistics.median(ratios), "worst": min(ratios),
        "peaks": sides["fetched"][-1]["peaks"],
    }  # fmt: skip


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", type=Path)
    wanted = parser.parse_args()
    os.environ |= {"no_proxy": "127.0.0.1", "NO_PROXY": "127.0.0.1", "IUR_PACE_SECONDS": "0"}
    found = [measure(source, wanted.records, wanted.rounds) for source in SOURCES]
    text = page(found, wanted.rounds)
    print(text)
    if wanted.out:
        wanted.out.write_text(text, encoding="utf-8")


COLUMNS = (
    "source", "records", "MB", "queries", "bare, s", "fetching, s", "of that CPU, s", "rate", "worst round",
    "peak memory, MB: first page, half, end",
)  # fmt: skip
HEAD = f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}"


def page(found: list[dict[str, Any]], rounds: int) -> str:
    """Write the figures as a page."""
    rows = [
        f"| `{f['source']}` | {f['records']:,} | {f['megabytes']:,.0f} | {f['queries']:,} | {f['bare']:.1f} | "
        f"{f['fetched']:.1f} | {f['cpu']:.1f} | {f['ratio']:.0%} | {f['worst']:.0%} | "
        f"{f['peaks'][0]:.0f} → {f['peaks'][len(f['peaks']) // 2]:.0f} → {f['peaks'][-1]:.0f} |"
        for f in found
    ]
    return f"""# Fetching by pages, against a bare loop of requests

Simulated records, pacing off, the publisher in a process of its own on the same two cores; medians of {rounds} rounds
with both sides in each. The bare loop is given the queries that lie under the publisher's cap, and throws away what
it reads; fetching finds them, holds every record against what is announced, and writes the pages.

{HEAD}
{chr(10).join(rows)}

Written by `python -m tests.benchmarks.fetch`.
"""


if __name__ == "__main__":
    main()
