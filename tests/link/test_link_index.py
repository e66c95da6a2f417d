"""The kept index: the same as a built one, rebuilt when damaged or foreign, built once by two processes."""

import fcntl
import logging
import multiprocessing
import pickle

import pytest

from pipelines.link import index, match
from pipelines.link.match import Linker
from pipelines.link.registry import Registry
from tests.link.small_registry import tables

KEY = "ab" * 32


class Counted:
    def __init__(self):
        self.times = 0

    def __call__(self):
        self.times += 1
        return Registry.build(*tables())


def _file(cache):
    (path,) = (cache / "index").glob("*.pickle")
    return path


def test_an_index_read_back_is_the_one_built(tmp_path, registry):
    build = Counted()
    built, read = index.kept(tmp_path, KEY, build), index.kept(tmp_path, KEY, build)
    assert build.times == 1
    assert read == built == registry
    assert vars(read).keys() == vars(built).keys()
    assert {"weight", "by_word", "number"} <= vars(read).keys()  # what is worked out at first use is kept too
    assert match.one(Linker.of(read), "University of Oxford", "GB") == match.one(
        Linker.of(registry), "University of Oxford", "GB"
    )


def test_another_registry_or_other_code_is_another_index(tmp_path):
    build = Counted()
    index.kept(tmp_path, KEY, build)
    index.kept(tmp_path, "cd" * 32, build)
    assert build.times == 2


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[: len(data) // 2],
        lambda data: b"",
        lambda data: data[:-9] + bytes([data[-9] ^ 1]) + data[-8:],
        lambda data: data.replace(KEY.encode(), b"cd" * 32),
        lambda data: b"\x80\x05N.",
    ],
)
def test_a_damaged_index_is_built_again_and_said(tmp_path, caplog, damage):
    build = Counted()
    index.kept(tmp_path, KEY, build)
    path = _file(tmp_path)
    path.write_bytes(damage(path.read_bytes()))
    with caplog.at_level(logging.WARNING):
        assert index.kept(tmp_path, KEY, build) == build()
    assert "is damaged" in caplog.text
    assert build.times == 3
    caplog.clear()
    index.kept(tmp_path, KEY, build)
    assert build.times == 3
    assert not caplog.records


class Evil:
    def __init__(self, mark):
        self.mark = mark

    def __reduce__(self):
        return (open, (str(self.mark), "w"))


def test_a_file_of_somebody_elses_runs_no_code(tmp_path, caplog):
    import hashlib

    build = Counted()
    index.kept(tmp_path, KEY, build)
    payload = pickle.dumps(Evil(tmp_path / "mark"))
    digest = hashlib.sha256(payload).hexdigest()
    _file(tmp_path).write_bytes(f"iur-index {KEY} {digest}\n".encode() + payload)
    index.kept(tmp_path, KEY, build)
    assert "which no index holds" in caplog.text
    assert build.times == 2
    assert not (tmp_path / "mark").exists()


def test_a_cache_that_cannot_be_written_is_said(tmp_path, caplog):
    (tmp_path / "cache").write_text("a file where the folder should be")
    assert index.kept(tmp_path / "cache", KEY, Counted()) == Counted()()
    assert "is not kept" in caplog.text


def test_what_a_killed_writer_left_is_removed_and_old_indexes_go(tmp_path):
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / ".old.pickle.new").write_text("half")
    for n in range(5):
        index.kept(tmp_path, f"{n}" * 64, Counted())
    assert len(list((tmp_path / "index").glob("*.pickle"))) == index.KEPT
    assert not list((tmp_path / "index").glob(".*.new"))


def _one_of_two(cache, log, start):
    def build():
        with log.open("a") as file:
            file.write("built\n")
        with (cache / "index" / "index.lock").open() as lock, pytest.raises(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return Registry.build(*tables())

    start.wait()
    assert len(index.kept(cache, KEY, build).ids) == 24


def test_of_two_processes_one_builds(tmp_path):
    context = multiprocessing.get_context("fork")
    start = context.Barrier(2)
    two = [context.Process(target=_one_of_two, args=(tmp_path, tmp_path / "log", start)) for _ in range(2)]
    for process in two:
        process.start()
    for process in two:
        process.join()
    assert [process.exitcode for process in two] == [0, 0]
    assert (tmp_path / "log").read_text() == "built\n"


def test_a_folder_of_tables_has_one_index_until_its_bytes_change(tmp_path, monkeypatch):
    import pyarrow.parquet as pq

    for name, table in zip(index.TABLES, tables(), strict=True):
        (tmp_path / name).mkdir()
        pq.write_table(table, tmp_path / name / "ror--all.parquet")
    built, build = [], Registry.build
    monkeypatch.setattr(Registry, "build", staticmethod(lambda *held: built.append(1) or build(*held)))
    first, again = index.of_folder(tmp_path, tmp_path), index.of_folder(tmp_path, tmp_path)
    assert first == again == build(*tables())
    assert len(built) == 1
    pq.write_table(tables()[2].slice(1), tmp_path / "registry_relation" / "ror--all.parquet")
    index.of_folder(tmp_path, tmp_path)
    assert len(built) == 2


def test_a_folder_without_a_registry_has_an_index_without_rows(tmp_path):
    assert index.of_folder(tmp_path, tmp_path).ids == []
