"""The pages in docs/sources are those of the modules."""

from pathlib import Path

from pipelines import pages

DOCS = Path(__file__).resolve().parents[2] / "docs" / "sources"


def test_every_source_has_its_page_as_its_module_says(tmp_path):
    expected = pages.write(tmp_path)
    found = {path.name: path.read_text(encoding="utf-8") for path in DOCS.glob("*.md")}
    assert found == expected, "make docs"
