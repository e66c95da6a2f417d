"""Documents of grants written by hand, in the layouts of 2007 and of 2022."""

import zipfile

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE us-patent-grant SYSTEM "us-patent-grant-v42.dtd" [ ]>\n'

PERSON = """<addressbook><last-name>Doe</last-name><first-name>Jane</first-name>
<address><street>1 Main Street</street><city>Madison</city><state>WI</state><country>US</country></address>
</addressbook>"""

OF_2007 = (
    HEAD
    + f"""<us-patent-grant lang="EN" country="US">
<us-bibliographic-data-grant>
<publication-reference><document-id><country>US</country><doc-number>07158706</doc-number><kind>B2</kind>
<date>20070102</date></document-id></publication-reference>
<application-reference appl-type="utility"><document-id><country>US</country><doc-number>10360119</doc-number>
<date>20030207</date></document-id></application-reference>
<us-application-series-code>10</us-application-series-code>
<classifications-ipcr><classification-ipcr><section>G</section></classification-ipcr></classifications-ipcr>
<invention-title id="d0e53">Fibre of <i>E. coli</i>
 &#x26; H<sub>2</sub>O</invention-title>
<references-cited>
<citation><patcit num="00001"><document-id><country>US</country><doc-number>4000001</doc-number><kind>A</kind>
<name>Someone</name><date>19761200</date></document-id></patcit><category>cited by examiner</category></citation>
<citation><patcit num="00002"><document-id><country>US</country><doc-number>2003/0123456</doc-number><kind>A1</kind>
<date>20030700</date></document-id></patcit><category>cited by other</category></citation>
<citation><patcit num="00003"><document-id><country>DE</country><doc-number>4000002</doc-number>
<date>19990000</date></document-id></patcit><category>cited by other</category></citation>
<citation><nplcit num="00004"><othercit>A paper, <i>in</i> a journal.</othercit></nplcit></citation>
<citation><patcit num="00005"><document-id><country>US</country><doc-number>D424790</doc-number><kind>S</kind>
<date>20000500</date></document-id></patcit><category>cited by other</category></citation>
</references-cited>
<number-of-claims>7</number-of-claims>
<parties><applicants>
<applicant sequence="001" app-type="applicant-inventor" designation="us-only">{PERSON}
<nationality><country>omitted</country></nationality><residence><country>US</country></residence></applicant>
<applicant sequence="002" app-type="applicant" designation="us-only"><addressbook><orgname>Estate Trust</orgname>
<address><city>Jena</city><country>DE</country></address></addressbook></applicant>
</applicants><agents><agent sequence="01" rep-type="attorney"><addressbook><orgname>Law Firm</orgname></addressbook>
</agent></agents></parties>
<assignees>
<assignee><addressbook><orgname>Wisconsin Alumni Research Foundation</orgname><role>02</role>
<address><city>Madison</city><state>WI</state><country>US</country></address></addressbook></assignee>
<assignee><addressbook><last-name>Roe</last-name><first-name>Richard</first-name><role>05</role>
<address><city>Zurich</city><country>unknown</country></address></addressbook></assignee>
<assignee><orgname>Acme &#x26; Sons</orgname><role>12</role></assignee>
<assignee><addressbook><role>03</role></addressbook></assignee>
</assignees>
<examiners><primary-examiner><last-name>Strict</last-name></primary-examiner></examiners>
</us-bibliographic-data-grant>
<description id="description"><?GOVINT description="Government Interest" end="lead"?>
<heading id="h-0001" level="1">STATEMENT</heading>
<p id="p-0001">This work was supported by grant DMR&#x2013;0520415 of the National
 Science Foundation and R01 CA123456 of the <b>NIH</b>.</p><p>The government has rights.</p>
<?GOVINT description="Government Interest" end="tail"?>
<p>Nothing of this is a statement: DMR-9999999.</p></description>
</us-patent-grant>
"""
)

OF_2022 = (
    HEAD
    + f"""<us-patent-grant lang="EN" country="US">
<us-bibliographic-data-grant>
<publication-reference><document-id><country>US</country><doc-number>RE049000</doc-number><kind>E1</kind>
<date>20220308</date></document-id></publication-reference>
<application-reference appl-type="reissue"><document-id><country>US</country><doc-number>16/123,456</doc-number>
<date>20200101</date></document-id></application-reference>
<classifications-cpc>
<main-cpc><classification-cpc><cpc-version-indicator><date>20130101</date></cpc-version-indicator><section>G</section>
<class>06</class><subclass>N</subclass><main-group>3</main-group><subgroup>08</subgroup>
<classification-value>I</classification-value></classification-cpc></main-cpc>
<further-cpc><classification-cpc><section>A</section><class>61</class><subclass>K</subclass><main-group>31</main-group>
<subgroup>4985</subgroup><classification-value>A</classification-value></classification-cpc>
<combination-set><group-number>1</group-number></combination-set></further-cpc>
</classifications-cpc>
<invention-title id="d2e43">A thing</invention-title>
<us-references-cited><us-citation><patcit num="00001"><document-id>
<country>US</country><doc-number>10000001</doc-number>
<kind>B2</kind><date>20180600</date></document-id></patcit><category>cited by applicant</category></us-citation>
</us-references-cited>
<number-of-claims>20</number-of-claims>
<us-parties><us-applicants>
<us-applicant sequence="001" app-type="applicant" designation="us-only" applicant-authority-category="assignee">
<addressbook><orgname>University of Somewhere</orgname><address><city>Somewhere</city><country>GB</country></address>
</addressbook><residence><country>GB</country></residence></us-applicant>
<us-applicant sequence="002" app-type="applicant-inventor" designation="us-only">{PERSON}</us-applicant></us-applicants>
<inventors><inventor sequence="001" designation="us-only">{PERSON}</inventor></inventors></us-parties>
<assignees><assignee><addressbook><orgname>University of Somewhere</orgname><role>03</role>
<address><city>Somewhere</city><country>GB</country></address></addressbook></assignee></assignees>
</us-bibliographic-data-grant>
<description id="description"><p>Text.</p></description>
</us-patent-grant>
"""
)

LISTING = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE sequence-cwu SYSTEM "listing.dtd" [ ]>\n<sequence-cwu>\n'
    "<publication-reference><document-id><country>US</country><doc-number>07158706</doc-number></document-id>\n"
    "</publication-reference></sequence-cwu>\n"
)


def numbered(number, of=OF_2007):
    """Return a document of another patent."""
    return of.replace("07158706", str(number).rjust(8, "0"), 1)


def packed(path, *documents, name="ipg070102.xml"):
    """Write documents, one after the other, into a weekly zip; return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    body = b"".join(d if isinstance(d, bytes) else d.encode() for d in documents)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, body)
    return path
