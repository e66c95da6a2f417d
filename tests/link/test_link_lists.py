"""`iur resolve --file`: rows, order and bytes stay; damage is told by its line; nothing half-written is left."""

import csv
import gzip
import io
import os
import signal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines import resolve
from pipelines.link import match
from pipelines.lists import block, stream, workers
from pipelines.source import SourceError

OXFORD, LEIDEN = "https://ror.org/052gg0110", "https://ror.org/027bh9e22"
NAMES = ["University of Oxford", "Nobody knows this", "", "Leiden University", "University of Oxford"]


@pytest.fixture
def run(tmp_path, linker, monkeypatch):
    """Resolve bytes as a file over the small registry; return the bytes written."""
    monkeypatch.setattr(resolve, "linker", lambda dump: linker)

    def _run(data, columns=None, name="in.csv", out="out.csv", **how):
        (tmp_path / name).write_bytes(data)
        into, to = tmp_path / name, tmp_path / out
        how = {"workers": 1} | how
        _run.done = resolve.file(into, to, columns or {"name": "name"}, **how)
        return to.read_bytes()

    return _run


def _rows(data):
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


def test_rows_order_and_bytes_stay_and_answers_follow(run):
    lines = ['id,"name",note', '1,University of Oxford,"a ""quoted"" note"', '2,"Nobody, knows",', "", "3,,x",
             '4,"Leiden University",é\u2028', "5,University of Oxford"]  # fmt: skip
    ends = ["\n", "\r\n", "\n", "\n", "\n", "\n", ""]
    written = run("".join(a + b for a, b in zip(lines, ends, strict=True)).encode())
    out = written.decode().split("\n")
    assert out[0] == lines[0] + "," + ",".join(block.ADDED)
    assert out[1].startswith(lines[1] + f",{OXFORD},University of Oxford,{OXFORD},")
    assert out[1].endswith("linked\r")
    assert out[3] == ""
    assert out[5].startswith(lines[5] + "," + LEIDEN)
    assert out[6].startswith(lines[6] + ",," + OXFORD)  # the cell that a spreadsheet left out is there
    rows = _rows(written)
    assert [r["credited_id"] for r in rows] == [OXFORD, "", "", LEIDEN, OXFORD]
    assert [r["status"] for r in rows] == ["linked", "unlinked", "no_organisation", "linked", "linked"]
    assert (run.done.rows, run.done.linked) == (5, 3)


@pytest.mark.parametrize("separator", ["\t", ";", "|"])
def test_the_separator_is_found_and_kept(run, separator):
    text = f"n{separator}name\n1{separator}Leiden University\n"
    rows = list(csv.DictReader(io.StringIO(run(text.encode()).decode()), delimiter=separator))
    assert rows[0]["credited_name"] == "Leiden University"


def test_packed_text_other_encodings_and_a_mark_at_the_beginning(run):
    text = "name\nUniversity of Oxford\n"
    assert b",linked" in gzip.decompress(run(gzip.compress(text.encode()), name="in.csv.gz", out="out.csv.gz"))
    assert run(b"\xef\xbb\xbf" + text.encode()).startswith(b"name,named_id")
    assert OXFORD.encode() in run(text.encode("utf-16"), encoding="utf-16")
    assert "Køge".encode() in run("name\nKøge\n".encode("latin-1"), encoding="latin-1")


def test_parquet_keeps_its_columns(tmp_path, run):
    table = pa.table({"n": [1, 2, 3], "name": ["Leiden University", None, "Nobody"]})
    sink = io.BytesIO()
    pq.write_table(table, sink)
    run(sink.getvalue(), name="in.parquet", out="out.parquet")
    found = pq.read_table(tmp_path / "out.parquet")
    assert found.select(["n", "name"]).equals(table)
    assert found.column_names == ["n", "name", *block.ADDED]
    assert found["credited_id"].to_pylist() == [LEIDEN, "", ""]
    assert found["score"].to_pylist()[1] is None


def test_country_and_state_are_read_as_people_write_them(run, monkeypatch):
    asked = []
    answer = match.many
    monkeypatch.setattr(match, "many", lambda linker, keys: asked.extend(keys) or answer(linker, keys))
    run(
        b"name,land,st\na b,UK,\na b,Germany,\na b,usa,California\na b,,ca\n",
        {"name": "name", "country": "land", "state": "st"},
    )
    assert [key[1:] for key in asked] == [("GB", ""), ("DE", ""), ("US", "state:CA"), ("", "state:CA")]


LAND = {"name": "name", "country": "land"}


@pytest.mark.parametrize(
    ("data", "columns", "line", "rule", "what"),
    [
        (b"", None, 1, "columns", "is empty"),
        (b"a,b\n1,2\n", None, 1, "columns", "no column name; there are a, b"),
        (b"name,name\n1,2\n", None, 1, "columns", "column twice: name"),
        (b"name,credited_id\n1,2\n", None, 1, "columns", "has a column credited_id already"),
        (b"name\nx\nK\xf8ge\n", None, 3, "encoding", "byte 0xF8 at letter 2"),
        (b"name\nx\ny\x00z\n", None, 3, "text", "NUL"),
        ("name\nx\n".encode("utf-16"), None, 1, "encoding", "is not utf-8"),
        (b'name,b\n"two\nlines",1\nx,2,3\n', None, 4, "columns", "3 cells where the header has 2"),
        (b'name,b\nx,1\n"never\nends,2\nx,3\n', None, 3, "quotes", "a quoted cell never ends"),
        (b'name\n"a" b\n', None, 2, "quotes", "cannot be split"),
        (b"name,land\nx,DE\nx,Atlantis\n", LAND, 3, "country code", "'Atlantis'"),
        (b"PK\x03\x04 a workbook", None, None, "text", "workbook"),
        (gzip.compress(b"name\n" + os.urandom(999))[:300], None, None, "", ""),
    ],
)
def test_damage_is_told_by_file_line_rule_and_mend(run, tmp_path, data, columns, line, rule, what):
    with pytest.raises(SourceError) as raised:
        run(data, columns)
    error = raised.value
    assert error.file == "in.csv"
    assert error.mend
    assert what in str(error)
    if rule:
        assert (error.line, error.rule) == (line, rule)
    assert [p.name for p in tmp_path.iterdir()] == ["in.csv"]


def test_a_row_without_end_takes_no_memory(run, monkeypatch):
    from pipelines.lists import delimited

    monkeypatch.setattr(delimited, "LONGEST", 1000)
    with pytest.raises(SourceError, match="a row of more than 1,000 letters"):
        run(b'name\nx\n"' + b"word\n" * 1000)


def test_a_failure_leaves_the_former_file(run, tmp_path):
    (tmp_path / "out.csv").write_text("former")
    with pytest.raises(SourceError):
        run(b"name\nx\n\xff\n")
    assert (tmp_path / "out.csv").read_text() == "former"


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_ctrl_c_leaves_nothing(run, tmp_path, monkeypatch, stop):
    def interrupted(*_):
        raise stop

    monkeypatch.setattr(match, "many", interrupted)
    with pytest.raises(stop):
        run(b"name\nx\n")
    assert [p.name for p in tmp_path.iterdir()] == ["in.csv"]


def test_processes_give_the_same_file_in_the_same_order(run):
    data = "n,name\n" + "".join(f"{n},{NAMES[n % 5]}{' ' + str(n) if n % 3 else ''}\n" for n in range(9_000))
    assert run(data.encode(), workers=2) == run(data.encode(), workers=1)
    assert run.done.rows == 9_000


def test_a_process_that_dies_ends_the_run_with_an_error(run, tmp_path, monkeypatch):
    parent = os.getpid()

    def deadly(linker, keys):
        if ("die", "", "") in keys:
            assert os.getpid() != parent
            os.kill(os.getpid(), signal.SIGKILL)
        return [match.Link() for _ in keys]

    monkeypatch.setattr(match, "many", deadly)
    with pytest.raises(SourceError, match="one of 2 processes") as raised:
        run(b"name\n" + b"x\n" * 10 + b"die\n", workers=2)
    assert "--workers 1" in raised.value.mend
    assert [p.name for p in tmp_path.iterdir()] == ["in.csv"]


def test_each_name_is_asked_once_within_the_window_and_few_answers_stay(monkeypatch):
    monkeypatch.setattr(stream, "REMEMBERED", 2)
    asked = []

    def ask(keys):
        asked.extend(k[0] for k in keys)
        return workers._done([("",) * 6 + (k[0],) for k in keys])

    one = stream.Stream(ask, lambda answer: answer[-1], ahead=3)
    blocks = [block.Block(None, [(n, "", "") for n in text]) for text in ("abca", "ab", "c", "d", "e", "a")]
    out = [answers for _, answers, _ in one.answered(blocks)]
    assert ["".join(a) for a in out] == ["abca", "ab", "c", "d", "e", "a"]
    assert asked == [*"abcde", "a"]  # `a` was forgotten meanwhile
    assert len(one._remembered) <= 2
    assert not one._asked


def test_progress_is_silent_unless_asked(run, capsys):
    run(b"name\nUniversity of Oxford\nx\n")
    assert capsys.readouterr().err == ""
    run(b"name\nUniversity of Oxford\nx\n", progress=True)
    said = capsys.readouterr().err
    assert said.startswith("2 rows · 100% · ")
    assert said.endswith(" rows/s · 50.0% linked\n")


def test_standard_input_and_output(linker, monkeypatch, capsysbinary):
    monkeypatch.setattr(resolve, "linker", lambda dump: linker)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(b"name\nLeiden University\n"))))
    resolve.file(Path("-"), Path("-"), {"name": "name"}, workers=1)
    assert LEIDEN.encode() in capsysbinary.readouterr().out
