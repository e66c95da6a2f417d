r"""Numbers of NSF and NIH awards in what patents say of the government's interest.

People write them as they like: `DMR-0800014`, `NSF Grant No. CHE 08-00014`, `800014` with its zero lost;
`5R01CA123456-03`, `R01 CA 123456`, `RO1-CA-23456` with a letter for a digit. A number without letters is NSF's
only where the patent names NSF, and one without an activity (`CA123456`) is an award's only where the patent names
NIH and a single award has it. A number counts as soon as an award has it, and never otherwise: seven digits are also
what other agencies, applications and invoices have.
"""

import csv

import duckdb

from expectations.contract import literal
from pipelines.link.seeds import SHIPPED

_NOISE = (
    r"\b(?:GRANTS?|AWARDS?|CONTRACTS?|AGREEMENTS?|COOPERATIVE|SUBCONTRACTS?|NUMBERS?|NOS?|NUM|AND|UNDER|IDS?)\b\.?|#"
)
"""Words between an agency and its number."""

_BREAK = r"[\s(),;:\[\]/]+|\.(?:\s|$)"
"""What stands between numbers; doubled, so that each has blanks of its own on both sides."""

_NIH_MARKS = "(?:NIH|PHS|NIGMS|NCI|USPHS)"
_ACTIVITY = "[A-Z][A-Z0-9][0-9]|[PU]2[CR]|ZI[A-Z]"
_BEFORE, _YEARS = rf"(?: |^)(?:{_NIH_MARKS}[- ]*)?", "(?:-[0-9A-Z]+)*(?: |$)"
_NIH = rf"{_BEFORE}(?:[1-9][- ]*)?({_ACTIVITY})[- ]*([A-Z]{{2}})[- ]*([0-9]{{4,6}}){_YEARS}"
_NIH_ALONE = rf"{_BEFORE}([A-Z]{{2}})[- ]*([0-9]{{5,6}}){_YEARS}"


def _codes() -> str:
    with (SHIPPED / "nsf_divisions.csv").open(encoding="utf-8", newline="") as file:
        return "|".join(["NSF", *(row["code"] for row in csv.DictReader(file))])


def install(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the macros that find numbers in a text.

    `words_of(text)` returns its words without those that stand between an agency and a number. `nsf_number(word)` is
    the seven digits in a word, null for none, `is_nsf_word(word)` says that it is NSF's name or a division's code, and
    `has_nsf_prefix(word)` that the number in it follows one. `nih_found(text)` and `nih_alone_found(text)` return what
    matched; `nih_core(match)` and `nih_serial(match)` (institute and serial number) read a match.
    """
    codes = _codes()
    nsf = literal(rf"^((?:(?:{codes})-?)*)([0-9]{{2}}-?[0-9]{{5}}|[0-9]{{6}})$")
    plain = f"regexp_replace(regexp_replace(upper(text_), {literal(_NOISE)}, ' ', 'g'), {literal(_BREAK)}, '  ', 'g')"
    # RO1 for R01: no activity has a letter O before its last digit but OT2's, which begins with it.
    spelt = rf"regexp_replace({plain}, '\b([1-9]?[RPUKMNFTDS])O([0-9])', '\10\2', 'g')"
    macros = {
        "words_of(text_)": f"string_split_regex(trim({plain}), ' +')",
        "nsf_number(word_)": f"lpad(nullif(replace(regexp_extract(word_, {nsf}, 2), '-', ''), ''), 7, '0')",
        "has_nsf_prefix(word_)": f"regexp_extract(word_, {nsf}, 1) <> ''",
        "is_nsf_word(word_)": f"regexp_full_match(word_, {literal(f'(?:(?:{codes})-?)+')})",
        "nih_found(text_)": f"regexp_extract_all({spelt}, {literal(_NIH)})",
        "nih_core(match_)": f"""regexp_extract(match_, {literal(_NIH)}, 1) || regexp_extract(match_, {literal(_NIH)}, 2)
            || lpad(regexp_extract(match_, {literal(_NIH)}, 3), 6, '0')""",
        # The institute and number of a full number are no second one.
        "nih_alone_found(text_)": f"""regexp_extract_all(
            regexp_replace({spelt}, {literal(_NIH)}, '  ', 'g'), {literal(_NIH_ALONE)})""",
        "nih_serial(match_)": f"""regexp_extract(match_, {literal(_NIH_ALONE)}, 1)
            || lpad(regexp_extract(match_, {literal(_NIH_ALONE)}, 2), 6, '0')""",
    }
    for head, body in macros.items():
        connection.execute(f"CREATE OR REPLACE TEMP MACRO {head} AS {body}")
