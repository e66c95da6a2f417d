"""What is taken of a grant's XML: the fields of its bibliography, and the statements between GOVINT instructions.

The elements of both layouts are one vocabulary: `parties/applicants` (2005 to 2012, where inventors are applicants)
and `us-parties` (since 2013), `citation` and `us-citation`. The parser's handlers are taken off behind the
bibliography, so that a description of a hundred kilobytes costs next to nothing, and put back for a statement.
"""

import html
import re
from collections import Counter
from dataclasses import dataclass, field
from xml.parsers import expat

from pipelines.source import RawTable, SourceError

ROOT, BIBLIOGRAPHY = "us-patent-grant", "us-bibliographic-data-grant"
GRANT, ASSIGNEE, APPLICANT, INVENTOR, CPC, CITATION = "grant", "assignee", "applicant", "inventor", "cpc", "citation"
FORMER = "applicant_to_2012"
FEW = 100
"""In fewer rows than this, a field that none of them has may well be chance."""

LONGEST = 20_000
"""Letters of a statement after which its end is missing; the longest ones have some thousands."""

_PLACE = ("addressbook/address/city", "addressbook/address/state", "addressbook/address/country")
_NAME = ("addressbook/orgname", "addressbook/last-name")
_BARE: dict[str, tuple[str, ...]] = {f"addressbook/{name}": (name,) for name in ("orgname", "last-name", "role")}

RAW = {
    GRANT: RawTable(
        ("publication-reference/document-id/country", "publication-reference/document-id/doc-number",
         "publication-reference/document-id/kind", "publication-reference/document-id/date",
         "application-reference/document-id/doc-number", "application-reference/document-id/date",
         "application-reference/@appl-type", "invention-title", "number-of-claims"),
        core="patent",
        key=("publication-reference/document-id/doc-number",),
    ),
    ASSIGNEE: RawTable(
        ("addressbook/orgname",), "patent_party", ("addressbook/orgname",),
        ("addressbook/last-name", "addressbook/role", *_PLACE), formerly=_BARE,
    ),
    APPLICANT: RawTable(
        ("@app-type",), "patent_party", ("@app-type",), (*_NAME, *_PLACE), formerly=_BARE,
    ),
    FORMER: RawTable(
        ("@app-type",), "patent_party", ("@app-type",), (*_NAME, *_PLACE), formerly=_BARE,
    ),
    INVENTOR: RawTable(
        ("addressbook/last-name",), "patent_party", ("addressbook/last-name",), ("addressbook/orgname", *_PLACE),
    ),
    CPC: RawTable(
        ("section", "class", "subclass", "main-group", "subgroup"), "patent_class",
        ("section", "class", "subclass", "main-group", "subgroup"), ("classification-value",),
    ),
    CITATION: RawTable(
        ("patcit/document-id/country", "patcit/document-id/doc-number"), "patent_citation",
        ("patcit/document-id/doc-number",), ("patcit/document-id/kind", "category"),
    ),
}  # fmt: skip
"""Elements as published, by their path; an @ stands before an attribute. Names of persons are not kept."""

PLACES = {
    ASSIGNEE: ("assignees/assignee",),
    APPLICANT: ("us-parties/us-applicants/us-applicant",),
    FORMER: ("parties/applicants/applicant",),
    INVENTOR: tuple(
        f"{parties}/inventors/{inventor}"
        for parties in ("parties", "us-parties")
        for inventor in ("inventor", "deceased-inventor")
    ),
    CPC: tuple(f"classifications-cpc/{which}-cpc/classification-cpc" for which in ("main", "further")),
    CITATION: ("references-cited/citation", "us-references-cited/us-citation"),
}
"""Where the rows of a table lie in the bibliography."""

UNREAD = frozenset(
    """
    us-application-series-code us-term-of-grant us-issued-on-continued-prosecution-application rule-47-flag
    classification-ipc classifications-ipcr classification-ipcr classification-locarno classification-national
    classification-cpc-text classification-cpc-combination-text combination-set plurality
    examiners figures us-exemplary-claim field-of-search us-field-of-classification-search us-related-documents
    priority-claims pct-or-regional-filing-data pct-or-regional-publishing-data patent-family hague-agreement-data
    us-botanic botanic us-sir-flag us-deceased-inventor st50-republication us-publication-filing-type
    agents correspondence-address residence nationality us-rights designated-states designated-states-as-inventor
    name prefix first-name middle-name first-last-name second-last-name suffix iid department synonym
    registered-number email url phone fax text us-371c124-date us-371c12-date
    mailcode pobox room address-floor building street address-1 address-2 address-3 address-4 address-5 county postcode
    nplcit rel-passage rel-claims us-classifications-ipcr
    cpc-version-indicator classification-level symbol-position action-date generating-office classification-status
    classification-data-source scheme-origination-code
    """.split()
)
"""Elements of which nothing is read: persons, how to reach them, other classifications, the office's own business."""

_WITHIN = {"publication-reference/document-id/name", "application-reference/document-id/country",
           "application-reference/document-id/kind", "patcit/document-id/date"}  # fmt: skip


@dataclass
class Grant:
    """What was found in a document: its root, its own fields, its rows by table and its statements."""

    root: str = ""
    own: dict[str, str] = field(default_factory=dict)
    rows: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)


@dataclass
class Census:
    """What the documents of a part had: rows and fields by table, elements nobody knows, statements without an end."""

    rows: Counter[str] = field(default_factory=Counter)
    fields: Counter[tuple[str, str]] = field(default_factory=Counter)
    new: Counter[str] = field(default_factory=Counter)
    endless: int = 0

    def check(self, name: str) -> None:
        """Raise SourceError where a promised field is nowhere: in any grant, or in a hundred rows of another table."""
        missing = [
            f"{table}: {column}"
            for table, raw in RAW.items()
            for column in raw.columns
            if self.rows[table] >= (1 if table == GRANT else FEW) and (table, column) not in self.fields
        ]
        if missing:
            new = ", ".join(sorted(self.new))
            raise SourceError(
                f"element missing in all {self.rows[GRANT]:,} grants: {', '.join(missing)}"
                + (f"; not known: {new}" if new else ""),
                file=name,
                rule="elements as promised",
                mend="if the publisher renamed an element, add its name to pipelines/patents/grant_fields.py and raise "
                "the source's VERSION",
            )

    def warnings(self, name: str) -> list[str]:
        """Say what is new, and what had no end."""
        said = [f"{name}: new element {path} in {n:,} places" for path, n in sorted(self.new.items())]
        if self.endless:
            said.append(f"{name}: {self.endless:,} statements of government interest have no end: they are cut")
        return said


def _steps() -> tuple[dict[str, tuple[str, str]], dict[str, str], frozenset[str]]:
    """Return the paths of fields (to table and column), those of rows (to table), and those on the way to either."""
    fields = {column: (GRANT, column) for column in RAW[GRANT].columns}
    rows = {place: table for table, places in PLACES.items() for place in places}
    for place, table in rows.items():
        for column in (*RAW[table].columns, *RAW[table].optional):
            for spelling in (column, *RAW[table].formerly.get(column, ())):
                fields[f"{place}/{spelling}"] = table, column
    ways = {path.rpartition("/")[0] for path in (*fields, *rows)}
    while more := {path.rpartition("/")[0] for path in ways} - ways:
        ways |= more
    return fields, rows, frozenset(ways)


FIELDS, ROWS, WAYS = _steps()


class Collector:
    """Listens to a parser: takes the fields of a bibliography, then the statements of the description."""

    def __init__(self, parser: expat.XMLParserType, census: Census) -> None:
        self.grant = Grant()
        self._parser, self._census = parser, census
        self._path: list[str] = []
        self._row: dict[str, str] = self.grant.own
        self._skipped = 0
        self._inner = 0
        self._field: tuple[str, str] | None = None
        self._text: list[str] = []
        self._length = 0
        self._in_heading = 0
        self._in_statement = False
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.ProcessingInstructionHandler = self._instruction
        parser.SkippedEntityHandler = self._entity

    def release(self) -> None:
        """Let go of the parser. A statement that is still open is taken as far as it goes."""
        if self._in_statement:
            self._census.endless += 1
            self._end_statement()
        self._quiet()
        self._parser.ProcessingInstructionHandler = self._parser.SkippedEntityHandler = None
        del self._parser

    def _quiet(self) -> None:
        self._parser.StartElementHandler = self._parser.EndElementHandler = self._parser.CharacterDataHandler = None

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if self._skipped:
            self._skipped += 1
        elif self._field:
            self._inner += 1  # markup within a text: the text goes on
        elif not self._path:
            self._begin(tag)
        else:
            self._enter(tag, attributes)

    def _begin(self, tag: str) -> None:
        """Take the root, or go on to the bibliography; what comes of another document is of no use."""
        if not self.grant.root:
            self.grant.root = tag
            if tag != ROOT:
                self._quiet()
        elif tag == BIBLIOGRAPHY:
            self._census.rows[GRANT] += 1
            self._path.append("")
        else:
            self._skipped = 1

    def _enter(self, tag: str, attributes: dict[str, str]) -> None:
        above = self._path[-1]
        path = f"{above}/{tag}" if above else tag
        if path in FIELDS:
            self._field, self._text = FIELDS[path], []
            self._parser.CharacterDataHandler = self._text.append
        elif path in ROWS or path in WAYS:
            self._path.append(path)
            if path in ROWS:
                self._row = {}
                self.grant.rows.append((ROWS[path], self._row))
                self._census.rows[ROWS[path]] += 1
            for name, value in attributes.items():
                if found := FIELDS.get(f"{path}/@{name}"):
                    self._put(found, value)
        else:
            if tag not in UNREAD and "/".join(path.rsplit("/", 3)[-3:]) not in _WITHIN:
                self._census.new[path] += 1
            self._skipped = 1

    def _end(self, tag: str) -> None:
        if self._skipped:
            self._skipped -= 1
        elif self._inner:
            self._inner -= 1
        elif self._field:
            self._put(self._field, " ".join("".join(self._text).split()))
            self._field = None
            self._parser.CharacterDataHandler = None
        elif self._path:
            if self._path.pop() in ROWS:
                self._row = self.grant.own
            if not self._path:
                self._quiet()

    def _put(self, place: tuple[str, str], text: str) -> None:
        table, column = place
        if text:
            self._census.fields[place] += 1
            (self.grant.own if table == GRANT else self._row).setdefault(column, text)

    def _entity(self, name: str, is_parameter: bool) -> None:
        """Put in the letter that the publisher's definitions, which are not loaded, give a name to."""
        if self._field or (self._in_statement and not self._in_heading):
            self._text.append(html.unescape(f"&{name};"))

    def _instruction(self, target: str, data: str) -> None:
        if target not in ("GOVINT", "federal-research-statement") or self._path:
            return
        if re.search(r'\bend\s*=\s*"lead"', data) and not self._in_statement:
            self._in_statement, self._text, self._length, self._in_heading = True, [], 0, 0
            self._parser.StartElementHandler, self._parser.EndElementHandler = self._start_within, self._end_within
            self._parser.CharacterDataHandler = self._statement
        elif re.search(r'\bend\s*=\s*"tail"', data) and self._in_statement:
            self._end_statement()

    def _start_within(self, tag: str, attributes: dict[str, str]) -> None:
        self._in_heading += tag == "heading" or self._in_heading > 0

    def _end_within(self, tag: str) -> None:
        self._in_heading -= self._in_heading > 0
        if tag in ("p", "li"):
            self._text.append(" ")

    def _statement(self, text: str) -> None:
        if self._in_heading:
            return
        self._text.append(text)
        self._length += len(text)
        if self._length > LONGEST:
            self._census.endless += 1
            self._end_statement()

    def _end_statement(self) -> None:
        self._in_statement = False
        self._quiet()
        if text := " ".join("".join(self._text).split())[:LONGEST]:
            self.grant.statements.append(text)
