"""A release: whole, the same for the same input, readable by everybody, and not made twice."""

import datetime as dt
import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest

import warehouse
from expectations.tables import tables
from pipelines import release as releasing
from pipelines import source, steps
from tests import small_world as world
from warehouse import publish
from warehouse.reuse import Reuse
from warehouse.store import Home

# What is derived, and what the sources of the small world bring.
THERE = sorted(
    name
    for name, contract in tables().items()
    if contract.layer == "derived" or any(name in source.load(s).SOURCE.tables for s in ("cordis", "ror"))
)

RECORDED = {"datapackage.json", "CITATION.cff", "SHA256SUMS"}


def ingested(home: Home, mirror: Path) -> None:
    for outcome in steps.ingest_all(home, ("cordis", "ror"), mirror):
        assert not outcome.failed


def contents(root: Path) -> dict[str, str]:
    return {
        p.relative_to(root).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(root.rglob("*"))
        if p.is_file() and p.name not in RECORDED and p.parent.name != "receipt"
    }


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A home with a release of the small world."""
    root = tmp_path_factory.mktemp("release")
    world.write(root / "mirror")
    home = Home(root / "home")
    ingested(home, root / "mirror")
    assert releasing.make(home, "2026-01-01").is_new
    return home


@pytest.fixture(scope="module")
def release(made):
    return warehouse.open(home=made)


def test_every_contract_has_its_folder_and_page(release):
    assert release.tables() == THERE
    assert sorted(p.stem for p in (release.path / "dictionary").glob("*.md")) == THERE


@pytest.mark.parametrize("name", THERE)
def test_every_reader_reads_every_table_alike(release, name):
    folder = release.path / name
    rows = {
        "pandas": len(pd.read_parquet(folder)),
        "pyarrow": pq.read_table(folder).num_rows,
        "polars": len(pl.read_parquet(folder / "*.parquet")),
        "duckdb": duckdb.sql(f"SELECT count(*) FROM read_parquet('{folder}/*.parquet')").fetchall()[0][0],
        "footers": sum(pq.read_metadata(p).num_rows for p in folder.glob("*.parquet")),
    }
    assert len(set(rows.values())) == 1, rows


@pytest.mark.parametrize("name", THERE)
def test_every_column_has_its_type_and_its_meaning_in_the_file(release, name):
    path = next((release.path / name).glob("*.parquet"))
    schema = pq.read_schema(path)
    assert schema.names == [c.name for c in tables()[name].columns]
    assert all(field.metadata[b"meaning"] for field in schema)


def test_the_package_names_every_file_and_the_sums_hold(release):
    package = json.loads((release.path / "datapackage.json").read_text())
    listed = {path for r in package["resources"] for path in r["path"]}
    there = {p.relative_to(release.path).as_posix() for p in release.path.rglob("*.parquet")}
    assert listed == there
    assert package["simulated"] is False
    done = subprocess.run(
        ["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=release.path, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_nothing_in_a_release_can_be_written(release):
    assert {oct(p.stat().st_mode & 0o777) for p in release.path.rglob("*") if p.is_file()} == {"0o444"}


def test_the_views_run_in_the_folder_of_the_release(release, monkeypatch):
    monkeypatch.chdir(release.path)
    with duckdb.connect() as connection:
        connection.execute((release.path / "views.sql").read_text())
        assert connection.execute("SELECT count(*) FROM award").fetchall() == [(6,)]


def test_nothing_new_makes_no_release(made):
    again = releasing.make(made)
    assert not again.is_new
    assert again.path.name == "2026-01-01"
    assert publish.vintages(made) == ["2026-01-01"]


def test_an_emptied_home_ends_in_the_same_bytes(made, release, tmp_path):
    shutil.copytree(made.root.parent / "mirror", tmp_path / "mirror")
    home = Home(tmp_path / "elsewhere")
    ingested(home, tmp_path / "mirror")
    other = releasing.make(home, "2026-01-01")
    assert contents(other.path) == contents(release.path)


def test_known_links_give_the_same_bytes_and_need_no_index(made, release, tmp_path, monkeypatch):
    home = Home(tmp_path / "home")
    shutil.copytree(made.root, home.root, symlinks=True)
    assert (home.cache / "links.parquet").exists()
    monkeypatch.setattr("pipelines.link.match.match", lambda *_: pytest.fail("every name was asked before"))
    again = releasing.make(home, "2026-01-02", force=True)
    assert contents(again.path) == contents(release.path)


def test_a_new_name_is_linked_beside_the_known_ones(made, tmp_path):
    home = Home(tmp_path / "home")
    shutil.copytree(made.root, home.root, symlinks=True)
    rows = [
        *world.PARTIES,
        ("105", "999900000", "KU LEUVEN", "", "HES", "", "LEUVEN", "BE", "participant", 2, "", "", ""),
    ]
    world.write(tmp_path / "mirror")
    world.cordis(tmp_path / "mirror", organization=world.text(world.ORGANIZATION, world.parties(rows)))
    ingested(home, tmp_path / "mirror")
    grown = warehouse.open(releasing.make(home, "2026-01-02").path.name, home=home).read("name_link")
    shutil.rmtree(home.cache)
    anew = warehouse.open(releasing.make(home, "2026-01-03", force=True).path.name, home=home).read("name_link")
    assert "KU LEUVEN" in set(grown["name"])
    pd.testing.assert_frame_equal(grown, anew)


def test_a_second_release_of_a_day_is_numbered_and_the_first_stays(made, tmp_path):
    home = Home(tmp_path / "home")
    shutil.copytree(made.root, home.root, symlinks=True)
    first = releasing.make(home, force=True)
    second = releasing.make(home, force=True)
    days = [dt.date.fromisoformat(made.path.name[:10]) for made in (first, second)]
    assert first.path.name == days[0].isoformat()
    # Midnight may fall between the two; then the second is the first of its day.
    assert second.path.name == (f"{days[1]}.02" if days[0] == days[1] else f"{days[1]}")
    assert publish.current(home) == second.path
    assert first.path.is_dir()


def test_a_release_is_never_edited(made):
    with pytest.raises(releasing.ReleaseError, match="never edited"):
        releasing.make(made, "2026-01-01", force=True)


def test_a_failed_part_is_released_from_its_former_files_and_called_stale(made, tmp_path):
    home = Home(tmp_path / "home")
    shutil.copytree(made.root, home.root, symlinks=True)
    world.cordis(tmp_path / "mirror", project="<html>")
    (outcome,) = steps.ingest(home, "cordis", tmp_path / "mirror")
    assert outcome.failed
    released = warehouse.open(releasing.make(home).path.name, home=home)
    receipts = released.read("receipt").set_index("source")
    assert receipts.loc["cordis", "is_stale"]
    assert "is a web page" in receipts.loc["cordis", "stale_reason"]
    assert not receipts.loc["ror", "is_stale"]
    assert len(released.read("award")) == 6


def test_a_core_file_somebody_wrote_to_is_not_released(made, tmp_path):
    home = Home(tmp_path / "home")
    shutil.copytree(made.root, home.root, symlinks=True)
    path = home.core / "award" / "cordis--h2020.parquet"
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content[:-1] + b"x")
    with pytest.raises(Exception, match=r"core/award/cordis--h2020\.parquet changed"):
        releasing.make(home, force=True)
    assert publish.current(home).name == "2026-01-01"


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        ("UPDATE indicator SET year = 1800 WHERE indicator = 'joint.grants'", "indicator: rows breaking year.range is"),
        ("INSERT INTO indicator SELECT * FROM indicator LIMIT 1", "indicator: rows with the key of another is 1"),
        ("UPDATE evidence SET institution_id = 'https://ror.org/000000000'", "rows whose institution_id is in no"),
    ],
)
def test_a_release_that_breaks_a_contract_is_refused_and_the_last_stands(made, tmp_path, monkeypatch, spoil, says):
    from pipelines.indicators import compute

    home = Home(tmp_path / "home")
    shutil.copytree(made.root, home.root, symlinks=True)
    shutil.rmtree(home.cache)  # else evidence would be a view over what was judged before
    before, sound = publish.current(home), compute.compute

    def spoilt(connection, *arguments, **named):
        facts = sound(connection, *arguments, **named)
        connection.execute(spoil)
        return facts

    monkeypatch.setattr(compute, "compute", spoilt)
    with pytest.raises(releasing.ReleaseError, match=says):
        releasing.make(home, force=True)
    assert publish.current(home) == before
    assert not list(home.releases.glob(".building-*"))


@pytest.fixture
def short_of_memory(monkeypatch):
    """Let DuckDB run out of memory in the middle of a release, under so many bounds; return the bounds tried."""
    from pipelines.partners import table as partners
    from warehouse import scratch

    tried, connect, write = [], scratch.connect, partners.write

    def noted(folder, memory):
        tried.append(memory)
        return connect(folder, memory)

    def limit(times):
        def short(*arguments):
            if len(tried) <= times:
                raise duckdb.OutOfMemoryException("Out of Memory Error: failed to pin block")
            write(*arguments)

        monkeypatch.setattr(scratch, "connect", noted)
        monkeypatch.setattr(partners, "write", short)
        return tried

    return limit


def test_where_memory_does_not_suffice_the_release_is_made_with_more(made, release, tmp_path, short_of_memory, caplog):
    home = Home(tmp_path / "home")
    shutil.copytree(made.root, home.root, symlinks=True)
    shutil.rmtree(home.cache)
    tried = short_of_memory(2)
    again = releasing.make(home, vintage="2026-01-02", force=True)
    assert tried == ["600MB", "1200MB", "2400MB"]
    assert "600MB of memory do not suffice" in caplog.text
    data = {name: text for name, text in contents(again.path).items() if name.endswith(".parquet")}
    assert data == {name: text for name, text in contents(release.path).items() if name.endswith(".parquet")}


def test_a_second_try_knows_nothing_of_the_first(made, tmp_path, monkeypatch):
    seen = []

    def once(home, built, vintage, made_from, reuse, memory):
        seen.append((list(built.iterdir()), dict(reuse.keys)))
        (built / "half.parquet").touch()
        reuse.keys["evidence"] = {"cordis--h2020": "of the first try"}
        if len(seen) == 1:
            raise duckdb.OutOfMemoryException("Out of Memory Error: failed to pin block")

    monkeypatch.setattr(releasing, "_build", once)
    (tmp_path / "built").mkdir()
    given = Reuse()
    told = releasing.build(made, tmp_path / "built", "2026-01-02", "digest", given)
    assert seen == [([], {}), ([], {})]
    assert told.keys == {"evidence": {"cordis--h2020": "of the first try"}}
    assert not given.keys


def test_where_no_memory_suffices_the_release_is_refused_and_the_last_stands(made, tmp_path, short_of_memory):
    home = Home(tmp_path / "home")
    shutil.copytree(made.root, home.root, symlinks=True)
    before = publish.current(home)
    short_of_memory(3)
    with pytest.raises(releasing.ReleaseError, match=r"2400MB .* IUR_MEMORY"):
        releasing.make(home, force=True)
    assert publish.current(home) == before
    assert not list(home.releases.glob(".building-*"))


def test_the_books_of_the_receipt_balance(release):
    receipts = release.read("receipt")
    assert (receipts["read"] == receipts["kept"] + receipts["quarantined"] + receipts["dropped"]).all()
    # Projects with the scheme of each, parties, organisations and their names.
    assert receipts["read"].sum() == 6 + 6 + 14 + 5 + 14


def test_a_reader_of_an_older_release_is_not_moved(made):
    assert warehouse.open("2026-01-01", home=made).vintage == "2026-01-01"
    with pytest.raises(warehouse.NoReleaseError, match="there are: 2026-01-01"):
        warehouse.open("1999-01-01", home=made)


def test_no_release_says_what_to_do(home):
    with pytest.raises(warehouse.NoReleaseError, match="iur run"):
        warehouse.open(home=home)


def test_a_night_with_nothing_new_imports_nothing_heavy(made):
    code = f"""
import sys, pathlib
from pipelines import steps, release
from warehouse.store import Home
home, mirror = Home(pathlib.Path({str(made.root)!r})), pathlib.Path({str(made.root.parent / "mirror")!r})
outcomes = steps.ingest_all(home, ("cordis", "ror"), mirror)
assert not any(o.fetched or o.built or o.failed for o in outcomes), outcomes
assert not release.make(home).is_new
heavy = {{"great_expectations", "pandas", "scipy", "airflow"}} & set(sys.modules)
assert not heavy, heavy
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).resolve().parents[2])
