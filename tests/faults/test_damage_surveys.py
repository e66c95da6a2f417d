"""Survey tables that somebody damaged: each of the ten fails clearly or refuses its rows by file and line."""

import duckdb
import pytest

from pipelines import clean, read, steps
from pipelines.source import RawFile, SourceError
from pipelines.sources.hebci import LAYOUTS
from pipelines.survey import values
from tests import small_survey as survey
from tests.small_survey import text
from warehouse import files

every_table = pytest.mark.parametrize("table", survey.LABELS)


def header(table: str, old: str, new: str) -> str:
    return text(table, survey.rows(table), names=[new if n == old else n for n in survey.header(table)])


def with_line(table: str, line: int, new: str) -> str:
    there = text(table, survey.rows(table)).splitlines(keepends=True)
    return "".join([*there[: line - 1], new, *there[line - 1 :]])


VALUE = {table: columns[-1] for table, columns in survey.COLUMNS.items()}
# What is done to a table, and what its failure says.
FATAL = {
    "cut in the middle": (lambda t: whole(t)[: len(whole(t)) // 2 - 1], ["line", "the file is cut"]),
    "a page instead of a table": (lambda t: "<!DOCTYPE html><html><body>We have moved</body></html>",
                                  ["line 1", "is a web page"]),
    "a column renamed": (lambda t: header(t, VALUE[t], "Figure"), ["line 1", "column missing", "not known: Figure"]),
    "a column twice": (lambda t: header(t, "Region of HE provider", "country of HE Provider"),
                       ["line 1", "column twice"]),
    "utf-16": (lambda t: whole(t).encode("utf-16"), ["line 1", "no header"]),
    "a conflict marker above": (lambda t: "<<<<<<< HEAD\n" + whole(t), ["line 1", "conflict marker"]),
    "an empty table": (lambda t: text(t, [], preamble=5), ["no row below its header"]),
    "an empty file": (lambda t: "", ["line 1", "no header"]),
    "lines about the table only": (lambda t: "Title,HE-BCI\nLicence,CC BY 4.0\n", ["no header"]),
    "a quote that never ends": (lambda t: whole(t) + '99990001,"University of\n', ["line", "never ends"]),
}  # fmt: skip
# Line, and what its refusal says.
REFUSED = {
    "a row cut short": (lambda t: with_line(t, 3, "99990001,University of Avonlea\n"), 3, "2 cells where the header"),
    "a row of a conflict": (lambda t: with_line(t, 3, "=======\n"), 3, "1 cells where the header"),
    "wrong encoding": (lambda t: whole(t).encode().replace(b"Avonlea", b"Avonl\xe9a", 1), 2,
                       "bytes that are not UTF-8"),
    "a value of xx": (lambda t: changed(t, -1, "xx"), 2, "Value: xx is not a number"),
    "a label nobody knows": (lambda t: changed(t, 5, "Quorving"), 2, "label not in the vocabulary: Quorving"),
    "a year of another form": (lambda t: changed(t, 4, "2017-18"), 2, "Academic Year: 2017-18 is not"),
}  # fmt: skip


def whole(table: str) -> str:
    return text(table, survey.rows(table))


def changed(table: str, column: int, to: str) -> str:
    """The table with one cell of its first row changed, which stands on line 2."""
    content = survey.rows(table)
    content[0][column] = to
    return text(table, content)


@pytest.fixture(scope="module")
def connection():
    with duckdb.connect() as opened:
        clean.install(opened)
        yield opened


def read_one(connection, folder, table: str, content: str | bytes) -> list[dict]:
    """Read one table by itself."""
    path = folder / f"{table}.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    file = {table: RawFile(path.name, path)}
    found = values(connection, "hebci", {table: LAYOUTS[table]}, file, read.Reading())
    return [row for _, batch in found for row in batch.to_pylist()]


@every_table
def test_a_damaged_table_fails_clearly(connection, tmp_path, table):
    for damage, (made, said) in FATAL.items():
        with pytest.raises(SourceError) as failure:
            read_one(connection, tmp_path, table, made(table))
        for words in [f"{table}.csv", *said, "mend: " if damage != "a column twice" else ""]:
            assert words in str(failure.value), damage


@every_table
def test_a_damaged_row_is_refused_with_file_and_line(connection, tmp_path, table):
    sound = len(survey.rows(table))
    for damage, (made, line, said) in REFUSED.items():
        rows = read_one(connection, tmp_path, table, made(table))
        bad = [(r["_file"], r["_line"], r["_problem"]) for r in rows if r["_problem"]]
        assert [b[:2] for b in bad] == [(f"{table}.csv", line)], damage
        assert said in bad[0][2], damage
        assert len(rows) in (sound, sound + 1), damage


@pytest.fixture
def former(home, tmp_path):
    """A home with the whole survey in core, and what its files are."""
    (outcome,) = steps.ingest(home, "hebci", survey.write(tmp_path))
    assert not outcome.failed
    return {p: files.sha256(p) for p in home.core.rglob("*.parquet")}


def test_one_damaged_table_of_ten_fails_the_part_and_the_former_files_stay(home, tmp_path, former):
    for damage, table in zip(FATAL, survey.LABELS, strict=False):
        written = {table.replace("-", "_"): FATAL[damage][0](table)}
        (outcome,) = steps.ingest(home, "hebci", survey.write(tmp_path, **written))
        assert f"hebci · all · {table}.csv" in outcome.failed, damage
        assert {p: files.sha256(p) for p in home.core.rglob("*.parquet")} == former
        assert ("hebci", "all") in home.failures()
    (outcome,) = steps.ingest(home, "hebci", survey.write(tmp_path))
    assert not outcome.failed
    assert home.failures() == {}


def test_missing_tables_are_named(home, tmp_path, former):
    for table in ("table-4b", "table-5"):
        (tmp_path / "hebci" / f"{table}.csv").unlink()
    (outcome,) = steps.ingest(home, "hebci", tmp_path)
    assert "tables missing: table-4b.csv, table-5.csv" in outcome.failed
    assert {p: files.sha256(p) for p in home.core.rglob("*.parquet")} == former


def test_a_table_that_lacks_providers_is_cut_and_one_that_lacks_a_few_figures_warns(home, tmp_path, former):
    content = survey.rows("table-4e")
    lost = text("table-4e", [r for r in content if (r[0], r[4]) != (survey.BRACK[0], "2018/19")])
    (outcome,) = steps.ingest(home, "hebci", survey.write(tmp_path, table_4e=lost))
    assert (
        "hebci · all · table-4e.csv: holds 90 of the 120 figures that its years, labels and providers make; "
        "Brack, The University of lacks some in 2018/19 [rule whole table]"
    ) in outcome.failed
    assert {p: files.sha256(p) for p in home.core.rglob("*.parquet")} == former
    (outcome,) = steps.ingest(home, "hebci", survey.write(tmp_path, table_4e=text("table-4e", content[1:])))
    assert outcome.warnings == [
        "table-4e.csv: holds 119 of the 120 figures that its years, labels and providers make; "
        "University of Avonlea lacks some in 2017/18"
    ]


def test_rows_twice_are_dropped_where_equal_and_refused_where_not(home, tmp_path):
    content = survey.rows("table-5")
    again, other = [*content[7]], [*content[8][:-1], "3"]
    (outcome,) = steps.ingest(home, "hebci", survey.write(tmp_path, table_5=text("table-5", [*content, again, other])))
    book = outcome.manifest["balance"]["survey_value"]
    assert (book["read"], book["kept"], book["quarantined"]) == (602, 599, 2)
    assert (book["dropped"], book["rules"]) == ({"duplicate_row": 1}, {"key.unique": 2})


def test_a_tenth_of_a_table_unreadable_fails_the_part_with_the_first_line(home, tmp_path, former):
    content = [[*r[:-1], "xx"] if n % 10 == 0 else r for n, r in enumerate(survey.rows("table-2a"))]
    (outcome,) = steps.ingest(home, "hebci", survey.write(tmp_path, table_2a=text("table-2a", content)))
    assert "10 of 600 rows of survey_value refused, more than 1% (parsed 10)" in outcome.failed
    assert "table-2a.csv · line 2: " in outcome.failed
    assert "Value: xx is not a number or a mark" in outcome.failed
    assert {p: files.sha256(p) for p in home.core.rglob("*.parquet")} == former
