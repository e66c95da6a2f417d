"""An export: as if what may not be redistributed did not exist. A canary in a closed source proves it."""

import json
import shutil
import struct
from pathlib import Path

import duckdb
import fsspec
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

import warehouse
from pipelines import export, steps
from pipelines import release as releasing
from pipelines.cli import cli
from tests import small_world as world
from warehouse.store import Home

# A SYNTHETIC export of AUTM's survey: an institution nobody else knows, one that ROR has, and figures that stand out.
AUTM = """"YEAR","X.ID.","INSTITUTION","Tot.Res.Exp","Inv.Dis.Rec","Gross.Lic.Inc"
2018,9876501,"CANARY Polytechnic of Avonlea",987654321,7654321,98765432.5
2018,9876502,"KU Leuven",876543219,6543219,87654321.5
2018,9876503,NA,765432198,5432198,1e+08
2018,NA,"Totals",4321987,4321987,4321987
2019,9876501,"CANARY Polytechnic of Avonlea",987654321,7654321,98765432.5
"""
CANARIES = (
    "canary", "autm", "statt", "987650", "987654321", "876543219", "765432198", "7654321", "6543219", "5432198",
    "98765432.5", "4321987", "4,321,987", "987,654,321",
)  # fmt: skip
NUMBERS = (987654321.0, 876543219.0, 765432198.0, 7654321.0, 6543219.0, 5432198.0, 98765432.5, 87654321.5)
BYTES = [c.encode() for c in CANARIES] + [struct.pack("<d", n) for n in NUMBERS]


def home_of(root: Path, sources: tuple[str, ...]) -> Home:
    home = Home(root / "home")
    for outcome in steps.ingest_all(home, sources, root / "mirror"):
        assert not outcome.failed, outcome.failed
    assert releasing.make(home, "2026-01-01").is_new
    return home


@pytest.fixture(scope="module")
def closed(tmp_path_factory) -> Home:
    """A home that holds AUTM's survey beside what is open."""
    root = tmp_path_factory.mktemp("closed")
    world.write(root / "mirror")
    (root / "mirror" / "autm").mkdir()
    (root / "mirror" / "autm" / "canary-statt.csv").write_text(AUTM)
    return home_of(root, ("ror", "cordis", "autm"))


@pytest.fixture(scope="module")
def innocent(tmp_path_factory) -> Home:
    """A home that never had it."""
    root = tmp_path_factory.mktemp("innocent")
    world.write(root / "mirror")
    return home_of(root, ("ror", "cordis"))


@pytest.fixture(scope="module")
def exported(closed, tmp_path_factory) -> Path:
    target = tmp_path_factory.mktemp("exported") / "public"
    done = export.write(closed, warehouse.open(home=closed), str(target))
    assert done.without == ["autm"]
    assert done.files == len([p for p in target.rglob("*") if p.is_file()])
    return target


def betrayed(path: Path) -> list[str]:
    """Return the canaries that a file holds, in its bytes or, of Parquet, in any of its values."""
    said = path.read_bytes().lower() + path.name.lower().encode()
    found = [repr(b) for b in BYTES if b in said]
    if path.suffix == ".parquet":
        rows = duckdb.sql(f"SELECT lower(CAST(t AS VARCHAR)) FROM read_parquet('{path}') AS t").fetchall()
        found += [c for c in CANARIES for (row,) in rows if c in row]
        found += [c for c in CANARIES if c in str(pq.read_schema(path)).lower()]
    return found


def test_the_release_holds_the_canary_and_says_that_it_may_not_be_passed_on(closed):
    """Else the proof below would prove nothing."""
    release = warehouse.open(home=closed)
    seen = {p.relative_to(release.path).as_posix() for p in release.path.rglob("*") if p.is_file() and betrayed(p)}
    for name in ("survey_value/autm--canary-statt.parquet", "name_link/autm.parquet", "LICENSES.md",
                 "receipt/receipt.parquet", "quality/balance.json", "quality/warnings.json", "quality/frozen.json",
                 "coverage/coverage.parquet", "datapackage.json", "CITATION.cff", "dictionary/survey_value.md",
                 "dictionary/indicator.md", "linked_party/autm--canary-statt.parquet"):  # fmt: skip
        assert name in seen, name
    assert release.restricted == ["autm"]
    assert "may not be passed on" in (release.path / "LICENSES.md").read_text()
    assert "Restricted in this release" in (release.path / "dictionary" / "survey_value.md").read_text()
    assert "Restricted" not in (release.path / "dictionary" / "award.md").read_text()


def test_an_anonymous_respondent_is_kept_and_links_to_nobody(closed):
    with warehouse.open(home=closed).connect() as connection:
        found = connection.execute(
            "SELECT name, status, credited_id FROM name_link WHERE source = 'autm' ORDER BY name"
        ).fetchall()
    assert found[0] == ("CANARY Polytechnic of Avonlea", "unlinked", None)
    assert found[1][::2] == ("KU Leuven", world.LEUVEN)
    assert found[2] == ("autm:9876503", "unlinked", None)


def test_no_file_of_the_export_holds_the_canary(exported):
    files = [p for p in exported.rglob("*") if p.is_file()]
    assert len(files) > 40
    assert {p.relative_to(exported).as_posix(): b for p in files if (b := betrayed(p))} == {}


def test_the_export_is_the_release_of_a_home_that_never_had_it(exported, innocent):
    release = warehouse.open(home=innocent).path
    names = sorted(p.relative_to(release).as_posix() for p in release.rglob("*") if p.is_file())
    assert sorted(p.relative_to(exported).as_posix() for p in exported.rglob("*") if p.is_file()) == names
    for name in names:
        if name.endswith(".parquet"):
            mine, other = (pq.read_table(folder / name) for folder in (exported, release))
            if name.startswith("receipt/"):
                mine, other = (t.drop_columns(["fetched_at", "version"]) for t in (mine, other))
            assert mine.equals(other), name
        elif name == "datapackage.json":
            mine, other = (json.loads((folder / name).read_text()) | {"created": ""} for folder in (exported, release))
            assert mine == other
        elif name != "SHA256SUMS":
            assert (exported / name).read_bytes() == (release / name).read_bytes(), name


def test_the_sums_of_an_export_hold_and_are_named_last(exported):
    lines = dict(reversed(line.split("  ")) for line in (exported / "SHA256SUMS").read_text().splitlines())
    there = {p.relative_to(exported).as_posix() for p in exported.rglob("*") if p.is_file()} - {"SHA256SUMS"}
    assert set(lines) == there
    for name, sha256 in lines.items():
        assert warehouse.store.files.sha256(exported / name) == sha256


def test_an_export_shares_no_file_with_core(exported):
    assert {p.stat().st_nlink for p in exported.rglob("*") if p.is_file()} == {1}


def test_nothing_of_the_work_stays_in_the_home(closed, exported):
    assert not (closed.root / "exports").exists()
    assert not list(exported.parent.glob(".*"))


def test_a_release_without_closed_sources_is_exported_as_it_is_to_any_url(innocent):
    done = export.write(innocent, warehouse.open(home=innocent), "memory://shelf/2026-01-01")
    assert done.without == []
    system = fsspec.filesystem("memory")
    held = {p.removeprefix("/shelf/2026-01-01/"): system.cat_file(p) for p in system.find("/shelf/2026-01-01")}
    release = warehouse.open(home=innocent).path
    assert held == {p.relative_to(release).as_posix(): p.read_bytes() for p in release.rglob("*") if p.is_file()}


def test_what_lies_at_the_target_is_left_alone(innocent, tmp_path):
    release = warehouse.open(home=innocent)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("mine")
    for target in (tmp_path / "mine", tmp_path / "mine" / "thesis.txt"):
        with pytest.raises(export.ExportError, match="something is there already"):
            export.write(innocent, release, str(target))
    assert [p.name for p in tmp_path.rglob("*")] == ["mine", "thesis.txt"]
    with pytest.raises(export.ExportError, match="Protocol not known"):
        export.write(innocent, release, "nowhere://bucket/x")


def test_an_interrupted_export_leaves_nothing(innocent, tmp_path, monkeypatch):
    copied = []

    def breaks(source, target):
        copied.append(target)
        if len(copied) == 5:
            raise OSError("disk full")
        target.write_bytes(source.read_bytes())

    monkeypatch.setattr(export.shutil, "copyfile", breaks)
    with pytest.raises(export.ExportError, match="cannot be written: disk full"):
        export.write(innocent, warehouse.open(home=innocent), str(tmp_path / "public"))
    assert list(tmp_path.iterdir()) == []


def test_simulated_releases_are_not_exported(closed, tmp_path):
    shutil.copytree(closed.root, tmp_path / "home", symlinks=True)
    home = Home(tmp_path / "home")
    (home.root / "simulated").touch()
    with pytest.raises(export.ExportError, match="simulated"):
        export.write(home, warehouse.open(home=home), str(tmp_path / "public"))


def test_a_release_that_core_has_left_behind_is_not_computed_again(closed, tmp_path):
    shutil.copytree(closed.root, tmp_path / "home", symlinks=True)
    home = Home(tmp_path / "home")
    (tmp_path / "mirror" / "autm").mkdir(parents=True)
    (tmp_path / "mirror" / "autm" / "canary-statt.csv").write_text(AUTM.replace("2019", "2020"))
    (outcome,) = steps.ingest(home, "autm", tmp_path / "mirror")
    assert outcome.built
    with pytest.raises(export.ExportError, match="iur release, then iur export"):
        export.write(home, warehouse.open(home=home), str(tmp_path / "public"))
    assert not (tmp_path / "public").exists()


def test_the_command_says_what_it_wrote_and_without_what(closed, tmp_path, monkeypatch):
    monkeypatch.setenv("IUR_HOME", str(closed.root))
    done = CliRunner().invoke(cli, ["export", str(tmp_path / "public"), "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["without"] == ["autm"]
    again = CliRunner().invoke(cli, ["export", str(tmp_path / "public")])
    assert again.exit_code == 1
    assert "something is there already" in again.output
