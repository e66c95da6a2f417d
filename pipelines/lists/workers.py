"""Who answers: this process, or several that share the registry's index.

Where processes can be forked, the index stands in memory once: it is loaded before, and put where Python's garbage
collector does not write. Elsewhere each process loads it from the cache. A process that dies ends the run with an
error, and the processes end with the one that started them, however it ends.
"""

import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from multiprocessing import connection, context

from pipelines.link import match
from pipelines.link.match import Linker
from pipelines.lists.block import Answer, Key
from pipelines.source import SourceError

Ask = Callable[[list[Key]], "Future[list[Answer]]"]

AT_ONCE = 500
"""Names a process is given at a time."""

_linker: Linker | None = None


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def answering(load: Callable[[], Linker], workers: int) -> Iterator[Ask]:
    """Give a function that answers names, by so many processes; `load` returns the linker in each of them."""
    if workers <= 1:
        linker = load()
        yield lambda keys: _done(answers(linker, keys))
        return
    is_forked = sys.platform == "linux"
    if is_forked:
        linker = load()
        match.one(linker, "Warm up what is worked out at first use, Somewhere")
        gc.freeze()
        load = partial(_itself, linker)
    how: context.BaseContext = multiprocessing.get_context("fork" if is_forked else "spawn")
    pool = ProcessPoolExecutor(workers, how, initializer=_begin, initargs=(load,))
    try:
        yield lambda keys: pool.submit(_answer, keys)
    except BrokenProcessPool as error:
        raise SourceError(
            f"one of {workers} processes ended before its work was done: it was killed, or memory ran out",
            rule="workers",
            mend="free memory, or use fewer: --workers 1",
        ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        if is_forked:
            gc.unfreeze()


def answers(linker: Linker, keys: list[Key]) -> list[Answer]:
    """Return the cells of `ADDED` for each name."""
    return [_cells(linker, link) for link in match.many(linker, keys)]


def _cells(linker: Linker, link: match.Link) -> Answer:
    registry = linker.registry

    def shown(ids: tuple[str, ...]) -> str:
        return ";".join(registry.display[registry.number[i]] for i in ids)

    score = "" if link.score is None else f"{link.score:.3f}"
    named, credited = link.named_ids, link.credited_ids
    return (";".join(named), shown(named), ";".join(credited), shown(credited), link.method, score, link.status)


def _itself(linker: Linker) -> Linker:
    return linker


def _done(found: list[Answer]) -> "Future[list[Answer]]":
    future: Future[list[Answer]] = Future()
    future.set_result(found)
    return future


def _begin(load: Callable[[], Linker]) -> None:
    """Begin a process: it leaves Ctrl-C to the one that started it, and ends when that one is gone."""
    global _linker
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _linker = load()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    connection.wait([parent.sentinel])
    os._exit(1)


def _answer(keys: list[Key]) -> list[Answer]:
    assert _linker is not None
    return answers(_linker, keys)
