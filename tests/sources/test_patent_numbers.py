"""The normal form of patent and application numbers, in both of its languages."""

import doctest

import duckdb
import pytest

from pipelines.patents import numbers as patent_numbers

SPELT = [
    "07158706", "7,158,706", "US 7,158,706 B2", "US.7158706.B2", "D0656296", "D656,296", "RE46493", "000000RE35000",
    "PP36776", "H0001234", "10000001", "20050123456", "US20050123456A1", "", None, "pending", "09/123,456", "9123456",
    "US 12/345,678", "D/123456", "PCT/US2010/012345", "0", "00000000", "12-345678", "16 123456", "T999001", "US",
]  # fmt: skip


def test_the_spellings_of_the_sheets():
    failed, tried = doctest.testmod(patent_numbers)
    assert tried >= 9
    assert not failed


@pytest.mark.parametrize("spelt", SPELT)
def test_the_macros_say_the_same(spelt):
    with duckdb.connect() as connection:
        patent_numbers.install(connection)
        said = connection.execute("SELECT us_patent($n), us_application($n)", {"n": spelt}).fetchone()
    assert said == (patent_numbers.us_patent(spelt), patent_numbers.us_application(spelt))
