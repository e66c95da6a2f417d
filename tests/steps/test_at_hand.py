"""A mirror serves the sources it has files of, and no others."""

import logging

from pipelines import steps


def test_a_folder_without_files_of_its_own_is_passed_over_and_said(tmp_path, caplog):
    (tmp_path / "cordis").mkdir()
    (tmp_path / "cordis" / "cordis-fp7projects-csv.zip").write_bytes(b"")
    (tmp_path / "hebci" / "samples").mkdir(parents=True)
    (tmp_path / "hebci" / "samples" / "table-1.csv").write_bytes(b"")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "ror").write_text("a file where a folder is due")
    with caplog.at_level(logging.WARNING, "iur"):
        assert steps.at_hand(tmp_path) == ["cordis"]
    assert caplog.messages == ["hebci: the mirror has no file directly in its folder: passed over"]
