"""What results depend on: another version of a library that answers names or adds up makes another digest."""

from importlib.metadata import version

import pytest

from pipelines import fingerprint

INSTALLED = [said.split()[0] for said in fingerprint._versions(*fingerprint._TREES)]


def test_the_library_of_the_trees_is_installed_under_one_of_its_names():
    assert len(INSTALLED) >= 1


@pytest.mark.parametrize("library", ["rapidfuzz", *INSTALLED])
def test_another_version_of_what_links_makes_other_links_and_other_releases(library, tmp_path, monkeypatch):
    def digests():
        return fingerprint.of_links({}, "seeds"), fingerprint.of_deriving(tmp_path)

    links, deriving = digests()
    assert digests() == (links, deriving)
    monkeypatch.setattr(fingerprint, "version", lambda name: "0.0" if name == library else version(name))
    others = digests()
    assert others[0] != links
    assert others[1] != deriving


def test_a_library_that_only_adds_up_moves_no_link(tmp_path, monkeypatch):
    links, deriving = fingerprint.of_links({}, "seeds"), fingerprint.of_deriving(tmp_path)
    monkeypatch.setattr(fingerprint, "version", lambda name: "0.0" if name == "duckdb" else version(name))
    assert fingerprint.of_links({}, "seeds") == links
    assert fingerprint.of_deriving(tmp_path) != deriving
