"""What the fault tests kill: whole ingests and releases, and commits that die at their n-th step on the disk."""

import os
import signal
from pathlib import Path

import great_expectations
import great_expectations.expectations  # noqa: F401

from expectations import gate
from pipelines import part, steps  # noqa: F401
from pipelines import release as releasing
from pipelines.indicators import compute  # noqa: F401
from pipelines.link import parties  # noqa: F401
from warehouse import files, store
from warehouse import publish as publishing
from warehouse.store import Home

# Great Expectations takes a second to get ready: once in the server, not in each of a hundred victims.
gate.judge_aggregates({"ready": (1, 1, 1)})


def ingest(home: Path, mirror: Path) -> None:
    """Ingest the small world."""
    for source in ("ror", "cordis"):
        outcomes = steps.ingest(Home(home), source, mirror)
        assert not any(o.failed for o in outcomes), outcomes


def release(home: Path, vintage: str) -> None:
    """Release what is in core."""
    assert releasing.make(Home(home), vintage)


def _die_at(step: int | None) -> None:
    """Die by SIGKILL at the n-th forced write: between any two changes of the disk there is one."""
    if step is None:
        return
    left = [step]
    synced = files.sync

    def sync(path: Path) -> None:
        synced(path)
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    files.sync = sync


def commit(home: Path, content: str, step: int | None) -> None:
    """Commit a part of two tables, dying at a step."""
    where = Home(home)
    with where.part_lock("demo", "all"), store.staging(where, "demo", "all") as staged:
        facts = {}
        for table in ("award", "award_party") if content == "new" else ("award", "former_table"):
            path = staged / "core" / f"{table}.parquet"
            path.write_text(f"{content} {table}")
            facts[table] = {"sha256": files.sha256(path), "bytes": path.stat().st_size, "rows": 1}
        _die_at(step)
        store.commit(
            where,
            staged,
            {"source": "demo", "part": "all", "tables": facts, "quarantine": {}, "content": content,
             "receipt": {"fetched_at": "", "version": ""}},
        )  # fmt: skip


def publish(home: Path, vintage: str, step: int | None) -> None:
    """Publish a release of one file, dying at a step."""
    where = Home(home)
    with where.publish_lock():
        built = publishing.building(where)
        (built / "table.parquet").write_text(vintage)
        _die_at(step)
        publishing.publish(where, built, vintage)
