"""Giant delimited files are read in DuckDB as the exact reader reads them: rows, lines, problems, failures."""

import random
import re

import duckdb
import pytest

from pipelines import read, read_large
from pipelines.source import RawTable, SourceError

RAW = RawTable(("a", "b", "c"), core="x", key=("a",), optional=("d",))
HEADER = '"a"\t"b"\t"c"\n'


@pytest.fixture
def large(tmp_path, monkeypatch):
    """Read a text by DuckDB; return its rows by line, what was noticed, and whether the exact reader was asked."""
    asked = []
    exactly = read_large._exactly
    monkeypatch.setattr(read_large, "_exactly", lambda *given: (asked.append(1), exactly(*given)))

    def large(text):
        path = tmp_path / "large.tsv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape"))
        asked.clear()
        reading = read.Reading()
        connection = duckdb.connect()
        read_large.table(connection, path, RAW, "large.tsv", reading, "found")
        return connection.execute("SELECT * FROM found ORDER BY _line").fetchall(), reading, bool(asked)

    return large


def exact(path):
    """Read a file by the exact reader, empty cells as null."""
    reading = read.Reading()
    rows = [
        tuple(v or None if k in "abcd" else v for k, v in row.items())
        for batch in read.delimited(path, RAW, "large.tsv", reading, "\t")
        for row in batch.to_pylist()
    ]
    return rows, reading


def test_quoted_cells_hold_line_ends_tabs_and_quotes_and_rows_their_lines(large):
    rows, reading, asked = large(HEADER + '"1"\t2\t"two\nlines"\n"x\ty"\t""\t"say ""so"""\n\t3\t"é"\n')
    assert rows == [
        ("1", "2", "two\nlines", None, "large.tsv", 2, None),
        ("x\ty", None, 'say "so"', None, "large.tsv", 4, None),
        (None, "3", "é", None, "large.tsv", 5, None),
    ]
    assert not asked
    assert reading.rows == {"x": 3}


def test_damaged_rows_come_out_as_rows_with_their_lines(large):
    rows, reading, asked = large(
        HEADER + '"1"\t2\t"3"\n"short"\t2\n"two\nlines"\t2\t"3"\n"1"\t2\t"3"\t"long"\n"stray"quote"\t2\t"3"\n'
        '"b\udcffd"\t2\t"3"\n"last"\t2\t"3"\n'
    )
    assert [(row[0], row[5], row[6]) for row in rows] == [
        ("1", 2, None),
        (None, 3, "2 cells where the header has 3: short;2"),
        ("two\nlines", 4, None),
        (None, 6, "4 cells where the header has 3: 1;2;3;long"),
        (None, 7, "row cannot be split into cells: '\t' expected after '\"'"),
        ("b?d", 8, "bytes that are not UTF-8"),
        ("last", 9, None),
    ]
    assert not asked
    assert reading.rows == {"x": 7}


def test_a_quote_that_swallows_rows_and_empty_lines_are_left_to_the_exact_reader(large, tmp_path):
    good = '"1"\t2\t"3"\n'
    for text in (HEADER + good + "\n" + good, HEADER + good + '"open\t2\t"3"\n' + good * 3):
        rows, reading, _ = large(text)
        assert (rows, reading) == exact(tmp_path / "large.tsv")


def test_new_columns_are_noted_and_passed_over_with_their_line_ends(large):
    rows, reading, asked = large('"new"\t"c"\t"b"\t"a"\n"n\n"\t3\t2\t1\n"n"\t6\t5\t4\n')
    assert rows == [("1", "2", "3", None, "large.tsv", 2, None), ("4", "5", "6", None, "large.tsv", 4, None)]
    assert reading.warnings == ["large.tsv: new column new"]
    assert not asked


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('"a"\t"b"\n"1"\t2\n', "column missing: c"),
        ("<!DOCTYPE html>\n<html>", "is a web page"),
        ("<<<<<<< mine\n" + HEADER, "conflict marker"),
        (HEADER + '"1"\t2\t"3"\n"1"\t2', "line 3: the last row breaks off"),
        (HEADER + '"1"\t2\t"3"\n"1"\t2\t"3', "line 3: a quoted cell never ends"),
        ("", "column missing"),
    ],
)
def test_a_file_that_is_none_fails_as_by_the_exact_reader(large, text, said):
    with pytest.raises(SourceError) as failed:
        large(text)
    assert said in str(failed.value)


def test_both_readers_agree_on_files_by_chance(large, tmp_path):
    kinds = {
        "short": lambda cells: cells[:1], "long": lambda cells: [*cells, '"x"'],
        "open": lambda cells: ['"open', *cells[1:]], "stray": lambda cells: [*cells[:2], '"stray"x"'],
        "bare": lambda cells: ['ba"re', *cells[1:]], "bytes": lambda cells: ['"b\udcffd"', *cells[1:]],
        "lines": lambda cells: ['"l1\nl2\n\n"', *cells[1:]],
        "return": lambda cells: [*cells[:2], '"a\r\nb\rc"'], "doubled": lambda cells: ['"do""u"', *cells[1:]],
    }  # fmt: skip
    by_duckdb = 0
    for seed in range(16):
        chance = random.Random(seed)
        end = chance.choice(["\n", "\n", "\r\n"])
        lines = [HEADER.rstrip() + end]
        for n in range(chance.randrange(1, 400)):
            cells = [chance.choice([f'"v{n}"', f"{n}", '""', "", '"é"']) for _ in range(3)]
            if chance.random() < 0.04:
                cells = kinds[chance.choice([*kinds])](cells)
            lines.append("\t".join(cells) + end)
        try:
            rows, reading, asked = large("".join(lines))
        except SourceError as error:  # a quote that nothing closes
            with pytest.raises(SourceError, match=re.escape(str(error))):
                exact(tmp_path / "large.tsv")
            continue
        told, noticed = exact(tmp_path / "large.tsv")
        assert (sorted(rows, key=str), reading) == (sorted(told, key=str), noticed), seed
        by_duckdb += not asked
    assert by_duckdb >= 10
