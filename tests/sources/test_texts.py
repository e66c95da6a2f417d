"""JSON texts in a row are read some at a time, whole and in their order, however they are laid out."""

import json

import duckdb
import pytest

from pipelines import read_texts
from pipelines.source import SourceError

PAGES = [{"nth": n, "rows": [{"text": 'ä "{[ \\ \n' * n}]} for n in range(40)]


@pytest.fixture
def read(tmp_path, monkeypatch):
    """Return a function that gives what DuckDB reads of a file's texts, batch by batch."""
    monkeypatch.setattr(read_texts, "AT_ONCE", 64)  # smaller than most pages

    def batches(text: str) -> list[list]:
        path = tmp_path / "pages.json"
        path.write_text(text, encoding="utf-8")
        return [
            [json.loads(row) for (row,) in duckdb.sql(f"SELECT json FROM read_json_objects({there})").fetchall()]
            for there in read_texts.batches(path, path.name, tmp_path, "bring it again")
        ]

    return batches


@pytest.mark.parametrize("between", ["\n", "", " \r\n\n "])
@pytest.mark.parametrize("indent", [None, 2])
def test_every_text_is_read_once_and_in_its_order(read, tmp_path, between, indent):
    found = read("\ufeff" + between.join(json.dumps(page, indent=indent, ensure_ascii=False) for page in PAGES))
    assert [page for batch in found for page in batch] == PAGES
    assert len(found) > 10
    assert [path.name for path in tmp_path.iterdir()] == ["pages.json"]


def test_an_empty_file_has_no_texts(read):
    assert read(" \n") == []


@pytest.mark.parametrize("damage", ['{"nth": 1', '{"nth": 1}\n{"nth', "{}\n<html>", '{"a": nope}'])
def test_what_is_no_json_fails_with_the_file_and_the_mend(read, damage):
    with pytest.raises(SourceError, match="is not JSON as promised") as failed:
        read(damage)
    assert (failed.value.file, failed.value.rule, failed.value.mend) == ("pages.json", "JSON", "bring it again")


def test_bytes_that_are_no_text_fail(tmp_path):
    (tmp_path / "pages.json").write_bytes(b'{"a": "\xff"}')
    with pytest.raises(SourceError, match="is not JSON as promised"):
        list(read_texts.batches(tmp_path / "pages.json", "pages.json", tmp_path, ""))
