"""Commands run in the test's own process, as a shell would run them."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipelines import cli


@dataclass
class Answer:
    """What a command left: its exit code, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


def release(root: Path) -> Path:
    """Run the mirror below a folder into a home below it; return the folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IUR_HOME", str(root / "home"))
        patch.setattr("sys.argv", ["iur", "run", "--mirror", str(root / "mirror"), "--vintage", "2026-01-01"])
        with pytest.raises(SystemExit) as left:
            cli.main()
    assert left.value.code == 0
    return root


def runner(home: Path, monkeypatch, capsys):
    """Return a function that runs a command in a home."""
    monkeypatch.setenv("IUR_HOME", str(home))

    def run(*arguments: str) -> Answer:
        monkeypatch.setattr("sys.argv", ["iur", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            cli.main()
        said = capsys.readouterr()
        return Answer(left.value.code or 0, said.out, said.err)

    return run
