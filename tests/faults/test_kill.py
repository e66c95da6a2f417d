"""SIGKILL at random instants, and at every step that touches the disk: the next run ends in the same bytes."""

import json
import multiprocessing
import os
import random
import shutil
import signal
import time
from pathlib import Path

import pytest

from tests import small_world
from warehouse import files, publish, store
from warehouse.store import Home

CONTEXT = multiprocessing.get_context("forkserver")
# The server imports what is heavy once; each child is forked from it in milliseconds.
CONTEXT.set_forkserver_preload(["tests.faults.victims"])

VINTAGE = "2026-01-01"
RECORDED = {"datapackage.json", "SHA256SUMS"}
"""Files of a release in which recorded times stand, besides the table `receipt`."""


def contents(root: Path) -> dict[str, str]:
    """Every file below a folder and its digest, those with recorded times apart."""
    return {
        path.relative_to(root).as_posix(): files.sha256(path)
        for path in sorted(root.rglob("*"))
        if path.is_file() and not path.is_symlink() and path.name not in RECORDED and path.parent.name != "receipt"
    }


def core(home: Home) -> dict[str, str]:
    """The committed tables, refused rows and manifests (without the time of the fetch)."""
    found = {k: v for k, v in contents(home.core).items() if not k.startswith(("_parts", "_staging"))}
    found |= {f"quarantine/{k}": v for k, v in contents(home.quarantine).items()}
    for key, manifest in home.manifests().items():
        manifest["receipt"].pop("fetched_at")
        manifest["receipt"].pop("version")  # of a mirror: the files' times
        found["/".join(key)] = json.dumps(manifest, sort_keys=True)
    return found


def run(target, *arguments) -> None:
    """Run a victim to its end."""
    child = CONTEXT.Process(target=target, args=arguments)
    child.start()
    child.join()
    assert child.exitcode == 0


class Instants:
    """Instants at which to kill, spread over the time that an undisturbed run takes; how many victims were hit."""

    def __init__(self, seconds: float, seed: int) -> None:
        self.seconds, self.hit, self._chance = seconds, 0, random.Random(seed)

    def kill(self, target, *arguments) -> None:
        """Run a victim and kill it wherever it is; one that was done before shows how long a run takes now."""
        child = CONTEXT.Process(target=target, args=arguments)
        begun = time.monotonic()
        child.start()
        child.join(self._chance.random() * self.seconds)
        if child.is_alive():
            os.kill(child.pid, signal.SIGKILL)
        else:
            self.seconds = min(self.seconds, time.monotonic() - begun)
        child.join()
        self.hit += child.exitcode == -signal.SIGKILL


# Twenty instants in two halves, which run side by side where tests do.
halves = pytest.mark.parametrize("half", range(2))


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """The small world with refused rows in it, and the home it ends in when nothing disturbs the run."""
    from tests.faults import victims

    root = tmp_path_factory.mktemp("kill")
    # Ten times every row, so that there is something to drop; one amount that is none, to quarantine.
    parties = [[*row] for row in small_world.parties() * 10]
    parties[3][20] = "xxxxxxx"
    small_world.ror(root / "mirror")
    small_world.cordis(root / "mirror", organization=small_world.text(small_world.ORGANIZATION, parties))
    home = Home(root / "undisturbed")
    run(victims.ingest, root / "warm", root / "mirror")  # the first child waits for the server's imports
    begun = time.monotonic()
    run(victims.ingest, home.root, root / "mirror")
    ingested = time.monotonic()
    run(victims.release, home.root, VINTAGE)
    return root, home, ingested - begun, time.monotonic() - ingested


@halves
@pytest.mark.slow
def test_killed_while_ingesting_the_next_run_ends_in_the_same_bytes(world, tmp_path, half):
    from tests.faults import victims

    root, undisturbed, seconds, _ = world
    expected, instants = core(undisturbed), Instants(seconds, seed=2 + half)
    assert expected
    for instant in range(10):
        home = Home(tmp_path / str(instant))
        instants.kill(victims.ingest, home.root, root / "mirror")
        run(victims.ingest, home.root, root / "mirror")
        assert core(home) == expected
        assert not list(home.staging.iterdir())
    assert instants.hit >= 5


@halves
@pytest.mark.slow
def test_killed_while_publishing_readers_see_a_whole_release_and_the_next_run_the_same_bytes(world, tmp_path, half):
    from tests.faults import victims

    _, undisturbed, _, seconds = world
    expected, instants = contents(undisturbed.releases / VINTAGE), Instants(seconds, seed=4 + half)
    assert len(expected) > 20
    for instant in range(10):
        home = Home(tmp_path / str(instant))
        shutil.copytree(undisturbed.core, home.core)
        instants.kill(victims.release, home.root, VINTAGE)
        if there := publish.current(home):
            assert contents(there) == expected
        run(victims.release, home.root, VINTAGE)
        assert contents(publish.current(home)) == expected
        assert sorted(p.name for p in home.releases.iterdir()) == [VINTAGE, "current"]
        assert not list(home.root.glob(".work-*"))
    assert instants.hit >= 5


@pytest.mark.slow
def test_two_processes_at_once_end_in_the_same_bytes(world, tmp_path):
    from tests.faults import victims

    root, undisturbed, _, _ = world
    home = Home(tmp_path / "home")
    for target, arguments in ((victims.ingest, (root / "mirror",)), (victims.release, (VINTAGE,))):
        both = [CONTEXT.Process(target=target, args=(home.root, *arguments)) for _ in range(2)]
        for child in both:
            child.start()
        for child in both:
            child.join()
        assert [child.exitcode for child in both] == [0, 0]
    assert core(home) == core(undisturbed)
    assert contents(publish.current(home)) == contents(undisturbed.releases / VINTAGE)
    assert publish.vintages(home) == [VINTAGE]


def test_killed_at_any_step_of_a_commit_the_part_is_the_former_or_the_new_one(tmp_path):
    from tests.faults import victims

    home = Home(tmp_path / "home")
    run(victims.commit, home.root, "former", None)
    former = core(home)
    for step in range(1, 200):
        child = CONTEXT.Process(target=victims.commit, args=(home.root, "new", step))
        child.start()
        child.join()
        store.recover(home)
        found = core(home)
        if child.exitcode == 0:
            break
        assert child.exitcode == -signal.SIGKILL
        new = "new" in json.dumps(found)
        assert found == former or new
        frozen = tmp_path / f"frozen-{step}"
        assert store.freeze(home, frozen)  # every file is the one its manifest names
        if new:
            run(victims.commit, home.root, "former", None)
            assert core(home) == former
    assert step > 7  # two tables, the manifest, the staging folder, and their renames


def test_killed_at_any_step_of_publishing_current_is_a_whole_release(tmp_path):
    from tests.faults import victims

    for step in range(1, 200):
        home = Home(tmp_path / str(step))
        run(victims.publish, home.root, "2026-01-01", None)
        child = CONTEXT.Process(target=victims.publish, args=(home.root, "2026-01-02", step))
        child.start()
        child.join()
        assert publish.current(home).name in ("2026-01-01", "2026-01-02")
        with home.publish_lock():
            publish.recover(home)
        current = publish.current(home).name
        # What was renamed to its vintage is public: current is the newest whole release, and nothing else is left.
        assert current == publish.vintages(home)[-1]
        left = {p.name for p in home.releases.iterdir()}
        assert left == {*publish.vintages(home), "current"}
        if child.exitcode == 0:
            assert current == "2026-01-02"
            break
    assert step > 5
