"""Every source keeps the promises of a source, whichever sources there are."""

import inspect
import re

import pytest

from expectations.tables import table
from pipelines import pages, source
from pipelines.fingerprint import of_source

every_source = pytest.mark.parametrize("name", source.names())


@every_source
def test_a_source_declares_what_every_source_declares(name):
    module = source.load(name)
    facts = module.SOURCE
    assert facts.name == name
    assert isinstance(module.VERSION, int)
    assert all(callable(getattr(module, verb)) for verb in ("parts", "fetch", "normalise"))
    assert "Trap" in inspect.getdoc(module)
    assert facts.licence_url.startswith("https://")
    assert re.fullmatch(facts.mirror, facts.mirror_example)


@every_source
def test_a_scheduler_reads_its_facts_without_running_it(name):
    module = source.load(name)
    assert source.outline(name) == (module.SOURCE, inspect.getdoc(module))


@every_source
def test_its_tables_are_core_tables_parents_first(name):
    facts = source.load(name).SOURCE
    for position, table_name in enumerate(facts.tables):
        contract = table(table_name)
        assert contract.layer == "core"
        assert not contract.parent or contract.parent in facts.tables[:position]


@every_source
def test_what_it_observes_is_a_column_of_its_tables(name):
    facts = source.load(name).SOURCE
    for fact in facts.observes.values():
        table_name, column_name, _ = source.told_by(fact)
        assert table_name in facts.tables
        assert table(table_name).column(column_name)


@every_source
def test_its_raw_tables_feed_its_core_tables_and_have_keys(name):
    module = source.load(name)
    for raw in module.RAW.values():
        assert raw.core in module.SOURCE.tables
        assert set(raw.key) <= {*raw.columns, *raw.optional}
        assert not set(raw.columns) & set(raw.optional)


@every_source
def test_its_page_names_licence_and_raw_columns(name):
    page = pages.page(name)
    module = source.load(name)
    assert module.SOURCE.licence in page
    assert all(column in page for raw in module.RAW.values() for column in raw.columns)


def test_the_fingerprint_follows_version_and_contracts(monkeypatch):
    module = source.load("cordis")
    before = of_source(module)
    assert of_source(module) == before
    monkeypatch.setattr(module, "VERSION", module.VERSION + 1)
    assert of_source(module) != before


def test_an_unknown_source_names_those_there_are():
    with pytest.raises(source.SourceError, match="cordis"):
        source.load("cordi")
