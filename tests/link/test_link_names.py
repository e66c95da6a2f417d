"""Normal forms: what is written differently and means the same has the same key."""

import pytest

from pipelines.link import company, names


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("TECHNISCHE UNIVERSITAET MUENCHEN", "Technische Universität München"),
        ("TECHNISCHE UNIVERSITAT MUNCHEN", "Technische Universität München"),
        ("KOBENHAVNS UNIVERSITET", "Københavns Universitet"),
        ("GOETEBORGS UNIVERSITET", "Göteborgs universitet"),
        ("AARHUS UNIVERSITET", "Århus Universitet"),
        ("Hochschule Gießen", "HOCHSCHULE GIESSEN"),
        ("KING'S COLLEGE LONDON", "King’s College London"),
        ("Texas A&M University", "Texas A&amp;M University"),
        ("Ｔｏｋｙｏ University", "Tokyo University"),
        ("The University of Tokyo", "University of Tokyo"),
        ("UNIVERSITY OF YORK.", "University of York"),
        ("Xi'an Jiaotong University", "Xian Jiaotong University"),
    ],
)
def test_plain_key_is_the_same(left, right):
    assert names.forms(left).plain == names.forms(right).plain


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("SINTEF AS", "SINTEF"),
        ("VIB VZW", "VIB"),
        ("FUNDACIO INSTITUT DE CIENCIES FOTONIQUES", "Institut de Ciències Fotòniques"),
        ("Foo Sociedad Limitada", "Foo S.L."),
        ("FRAUNHOFER GESELLSCHAFT ZUR FOERDERUNG DER ANGEWANDTEN FORSCHUNG E.V.",
         "Fraunhofer-Gesellschaft zur Förderung der angewandten Forschung"),
        ("LONDON SOUTH BANK UNIVERSITY LBG", "London South Bank University"),
    ],
)  # fmt: skip
def test_core_key_is_free_of_legal_forms(left, right):
    assert names.forms(left).core == names.forms(right).core


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("UNIVERSITY OF LANCASTER", "Lancaster University"),
        ("Univ. of Wollongong", "University of Wollongong"),
        ("UNIVERSITAET GRAZ", "University of Graz"),
        ("PAUL SCHERRER INSTITUT", "Paul Scherrer Institute"),
        ("UNIVERSITE RENNES II", "Université Rennes 2"),
    ],
)
def test_bag_key_is_free_of_order_and_language(left, right):
    assert names.forms(left).bag == names.forms(right).bag


def test_different_institutions_stay_apart():
    """KU Leuven and UCLouvain, and the two universities of Munich, translate to nearly the same words."""
    assert names.forms("Katholieke Universiteit Leuven").bag != names.forms("Université catholique de Louvain").bag
    assert names.forms("Technische Universität München").bag != names.forms("Universität München").bag
    assert names.forms("Université de Bordeaux 1").bag != names.forms("Université de Bordeaux 2").bag


def test_native_scripts_stay_and_are_transliterated_beside():
    assert names.forms("東京大学").plain == "東京大学"
    assert names.forms(names.latin("Πανεπιστήμιο Πατρών")).plain == names.forms("PANEPISTIMIO PATRON").plain
    assert (
        names.forms(names.latin("Ίδρυμα Τεχνολογίας και Έρευνας")).core
        == names.forms("IDRYMA TECHNOLOGIAS KAI EREVNAS").core
    )
    assert names.latin("Московский") == "moskovskii"
    assert names.latin("University") == ""


def test_a_name_is_never_stripped_to_nothing():
    assert names.forms("Stichting").core == "stichting"
    assert names.forms("...").plain == ""


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("Foo Limited", "ltd"),
        ("FOO GMBH", "gmbh"),
        ("Foo S.p.A.", "spa"),
        ("Foo e.V.", ""),
        ("University of Foo", ""),
    ],
)
def test_company_form(name, form):
    assert names.legal_form(name) == form


def test_local_ids_survive_spellings_of_the_form_only():
    assert company.local_id("Foo Limited", "GB") == company.local_id("FOO LTD.", "GB")
    assert company.local_id("Foo Limited", "GB") != company.local_id("Foo Limited", "IE")
    assert company.local_id("Foo Limited", "GB") != company.local_id("Foo Group Limited", "GB")
    assert company.local_id("Foo GmbH", "DE").startswith("local:de:")
    assert len(company.local_id("Foo", "").split(":")[2]) == 16


@pytest.mark.parametrize(
    ("name", "kind", "sector"),
    [
        ("Anything", "PRC", "company"),
        ("Anything", "PRC;PRC", "company"),
        ("Foo GmbH", "HES", "university"),  # the source's type comes before the legal form
        ("Foo GmbH", "REC", "research_institute"),
        ("Gemeente Foo", "PUB", "government"),
        ("Foo Inc.", "OTH", "other"),
        ("Foo", "Domestic For-Profits", "company"),  # NIH's kinds
        ("Foo Inc.", "Independent Hospitals", "healthcare"),
        ("Foo Inc.", "SCHOOLS OF MEDICINE", "company"),
        ("Foo Inc.", "", "company"),
        ("Hospital Foo Ltd", "", "unknown"),
        ("Institute of Foo GmbH", "", "unknown"),
        ("Foo Agency Ltd", "", "unknown"),
        ("Foo", "", "unknown"),
        ("Foo asbl", "", "unknown"),
    ],
)
def test_sector_of_a_name(name, kind, sector):
    assert company.local_sector(name, kind)[0] == sector


@pytest.mark.parametrize(
    ("types", "sector"),
    [
        ({"education", "healthcare"}, "university"),
        ({"healthcare", "facility"}, "healthcare"),
        ({"facility", "company"}, "research_institute"),
        ({"company", "government"}, "company"),
        ({"government", "funder"}, "government"),
        ({"nonprofit"}, "other"),
        ({"funder"}, "unknown"),
    ],
)
def test_ror_types_by_precedence(types, sector):
    assert company.ror_sector(frozenset(types)) == sector
