"""Gateway to Research: awards, parties, outputs and every trap; expected values are worked out from the records."""

import datetime as dt
import json

import pyarrow.parquet as pq
import pytest

from pipelines import steps
from pipelines.gtr.fields import RESOURCES
from pipelines.gtr.paging import Pages
from pipelines.sources import gtr
from tests import small_gtr as small
from tests.small_gtr import BST, ORGANISATIONS, PERSON, fund, guid, link, organisation, outcome, project


@pytest.fixture
def mirror(tmp_path):
    return tmp_path / "mirror"


def table(home, name, part="projects"):
    return pq.read_table(home.core / name / f"gtr--{part}.parquet").to_pylist()


def ingest(home, mirror, projects=(), funds=None, organisations=ORGANISATIONS, size=100, indent=None, **outcomes):
    """Ingest what is given of the parts; return the outcomes by part."""
    lists = dict(outcomes)
    if projects:
        paid = [fund(n, 1000.0) for n in range(1, len(projects) + 1)] if funds is None else funds
        lists |= {"projects": projects, "projects_funds": paid, "projects_organisations": organisations}
    small.write(mirror, size, indent, **lists)
    return {o.part: o for o in steps.ingest(home, "gtr", mirror)}


def awards(home, mirror, projects, funds=None, **more):
    done = ingest(home, mirror, projects, funds, **more)["projects"]
    assert not done.failed, done.failed
    return {int(row["award_id"][-12:], 16): row for row in table(home, "award")}


def parties(home, mirror, *projects, **more):
    done = ingest(home, mirror, projects, **more)["projects"]
    assert not done.failed, done.failed
    return table(home, "award_party"), done


def outputs(home, mirror, **lists):
    (part,) = lists
    done = ingest(home, mirror, **lists)[part]
    assert not done.failed, done.failed
    return table(home, "award_output", part), done


def test_an_award_is_what_its_project_and_its_fund_say(home, mirror):
    there = awards(home, mirror, [project(1, title="Widgets &amp; Gadgets&#39; &lt;b&gt;", status="Active")])
    assert {k: v for k, v in there[1].items() if v is not None} == {
        "source": "gtr",
        "part": "projects",
        "award_id": f"gtr:{guid(1, 1)}",
        "period": "all",
        "funder": "EPSRC",
        "scheme": "Research Grant",
        "project_id": f"gtr:{guid(1, 1)}",
        "title": "Widgets & Gadgets' <b>",
        "status": "ongoing",
        # 1441062000000 is 23:00 on 31 August in UTC.
        "starts_on": dt.date(2015, 9, 1),
        "ends_on": dt.date(2019, 1, 1),
        "amount": 1000.0,
        "currency": "GBP",
        "updated_on": dt.date(2018, 5, 1),
        "record_url": "https://gtr.ukri.org/projects?ref=XX%2FS000001%2F1",
    }


def test_money_is_income_never_expenditure_and_nought_is_not_known(home, mirror):
    funds = [
        fund(1, 1000.5),
        fund(4, 2000, of=1),
        fund(5, 2990, of=1, category="EXPENDITURE_ACTUAL"),
        fund(2, 0),
        fund(3, 700, category="EXPENDITURE_ACTUAL"),
    ]
    there = awards(home, mirror, [project(1), project(2, grantCategory="Studentship"), project(3)], funds)
    assert {n: (a["amount"], a["currency"]) for n, a in there.items()} == {
        1: (3000.5, "GBP"),
        2: (None, None),
        3: (None, None),
    }
    # What only an expenditure tells is when the work was done.
    assert there[3]["starts_on"] == dt.date(2015, 9, 1)


def test_period_is_the_funds_then_its_links_then_the_projects(home, mirror):
    spring = 1_522_537_200_000  # 1 April 2018 in London, 31 March in UTC
    there = awards(
        home,
        mirror,
        [
            project(1),
            project(2),
            project(3, links=[link("FUND", "funds", guid(3, 33), spring, None)]),
            project(4, start=spring),
        ],
        [fund(1, 1, start=spring), fund(2, 1, start=None), fund(33, 1, of=99)],
    )
    assert [there[n]["starts_on"] for n in (1, 2, 3, 4)] == [
        dt.date(2018, 4, 1),
        dt.date(2015, 9, 1),
        dt.date(2018, 4, 1),
        dt.date(2018, 4, 1),
    ]


def test_a_chain_of_transfers_is_one_project(home, mirror):
    """5 → 2 → 7 told from one side each, and a transfer to a project that is not in the list."""
    there = awards(
        home,
        mirror,
        [
            project(1, links=[link("STUDENTSHIP_FROM", "projects", guid(1, 2))]),
            project(2),
            project(5, links=[link("TRANSFER", "projects", guid(1, 2))]),
            project(7, links=[link("TRANSFER_FROM", "projects", guid(1, 2)),
                              link("TRANSFER", "projects", guid(1, 99).lower())]),
        ],
        [fund(1, 1, of=98)],
    )  # fmt: skip
    assert {n: int(a["project_id"][-12:], 16) for n, a in there.items()} == {1: 1, 2: 2, 5: 2, 7: 2}


def test_every_role_is_a_party_with_the_name_and_place_of_its_organisation(home, mirror):
    roles = ["LEAD_ORG", "PP_ORG", "STUDENT_PP_ORG", "COLLAB_ORG", "COFUND_ORG", "FELLOW_ORG", "PARTICIPANT_ORG"]
    there, _ = parties(home, mirror, project(1, list(zip(roles, (1, 3, 4, 5, 3, 2, 4), strict=True))))
    assert [(p["party_no"], p["role"], p["name"], p["country"], p["city"]) for p in there] == [
        (1, "lead", "University of Almere", "GB", "Almere"),
        (2, "participant", "Brellow & Sons GmbH", "DE", None),
        (3, "collaborator", "Corwen Foods", None, None),
        (4, "project_partner", "Quorvane Systems Ltd", "GB", None),
        (5, "student_partner", "Brellow & Sons GmbH", "DE", None),
        (6, "fellow_host", "UNIVERSITY OF ALMERE", "GB", None),
        (7, "cofunder", "Quorvane Systems Ltd", "GB", None),
    ]
    assert there[0]["source_org_id"] == f"gtr:{guid(2, 1)}"
    # The grant is the lead's to hold; the others took part without this funder's money.
    assert [p["amount"] for p in there] == [1000.0, *[None] * 6]


def test_an_organisation_linked_twice_in_one_role_is_one_party(home, mirror):
    there, done = parties(home, mirror, project(1, [("LEAD_ORG", 1), ("PP_ORG", 3), ("PP_ORG", 3), ("COLLAB_ORG", 3)]))
    assert [(p["role"], p["source_org_id"][-1]) for p in there] == [
        ("lead", "1"), ("collaborator", "3"), ("project_partner", "3"),
    ]  # fmt: skip
    assert done.manifest["balance"]["award_party"]["dropped"] == {"organisation_repeated": 1}


def test_a_role_nobody_knows_is_a_warning(home, mirror):
    there, done = parties(home, mirror, project(1, [("LEAD_ORG", 1), ("SPONSOR_ORG", 3)]))
    assert [p["role"] for p in there] == ["lead"]
    assert any("roles that are not known: SPONSOR_ORG 1" in w for w in done.warnings)


def test_participants_of_innovate_uk_have_costs_and_grants(home, mirror):
    """Matched by id, then by name; one without a link is a party all the same; no money is told twice."""
    values = [
        {"organisationId": guid(2, 3).lower(), "organisationName": "Quorvane", "role": "LEAD_PARTICIPANT",
         "projectCost": 100_000, "grantOffer": 60_000.5},
        {"organisationName": "The University of Almere", "role": "PARTICIPANT", "projectCost": 50_000,
         "grantOffer": 50_000},
        {"organisationName": "Talverin &amp; Co", "role": "PARTICIPANT", "projectCost": 20_000, "grantOffer": 0},
    ]  # fmt: skip
    work = project(
        1,
        [("LEAD_ORG", 3), ("PARTICIPANT_ORG", 3), ("PARTICIPANT_ORG", 1)],
        leadFunder="Innovate UK",
        grantCategory="Collaborative R&D",
        participantValues={"participant": values},
    )
    there, done = parties(home, mirror, work, funds=[fund(1, 110_000.5)])
    assert [(p["role"], p["name"], p["cost"], p["amount"], p["currency"]) for p in there] == [
        ("lead", "Quorvane Systems Ltd", 100_000, 60_000.5, "GBP"),
        ("participant", "University of Almere", 50_000, 50_000, "GBP"),
        ("participant", "Quorvane Systems Ltd", None, None, None),
        ("participant", "Talverin & Co", 20_000, 0, "GBP"),
    ]
    (award,) = table(home, "award")
    assert (award["amount"], award["total_cost"], award["funder"], award["form"]) == (
        110_000.5, 170_000, "Innovate UK", "joint_research",
    )  # fmt: skip
    assert not [w for w in done.warnings if "participant" in w]


def test_participants_fields_of_other_names_are_a_warning(home, mirror):
    work = project(1, participantValues={"participant": [{"organisation": "Quorvane", "cost": 1}]})
    there, done = parties(home, mirror, work)
    assert [p["role"] for p in there] == ["lead"]
    assert done.manifest["balance"]["award_party"]["dropped"] == {"no_name": 1}
    assert "projects.json: new field of participant cost" in done.warnings
    assert "projects.json: new field of participant organisation" in done.warnings


def test_a_party_whose_organisation_is_not_in_the_list_is_refused(home, mirror):
    many = [project(n) for n in range(1, 151)]
    many[9] = project(10, [("LEAD_ORG", 77)])
    parties(home, mirror, *many)
    (refused,) = pq.read_table(home.quarantine / "award_party" / "gtr--projects.parquet").to_pylist()
    assert refused["reason"].startswith(f"link: {guid(2, 77)} is not in the list of organisations")
    assert refused["_line"] == 10


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"href": small.href("projects", guid(1, 555))}, "at the address of another record"),
        ({"id": "12"}, "id: 12 is not a GUID"),
        ({"start": "soon"}, "start: soon is not a time in milliseconds"),
    ],
)
def test_another_record_under_an_id_and_what_cannot_be_read_is_refused(home, mirror, change, says):
    many = [project(n) for n in range(1, 151)]
    many[4] |= change
    done = ingest(home, mirror, many)["projects"]
    assert not done.failed
    (refused,) = pq.read_table(home.quarantine / "award" / "gtr--projects.parquet").to_pylist()
    assert says in refused["reason"]
    assert len(table(home, "award")) == 149


def test_money_in_another_currency_is_refused(home, mirror):
    many, funds = [project(n) for n in range(1, 151)], [fund(n, 1000.0) for n in range(1, 151)]
    funds[2]["valuePounds"] = {"currencyCode": "EUR", "amount": 1000}
    done = ingest(home, mirror, many, funds)["projects"]
    assert not done.failed
    (refused,) = pq.read_table(home.quarantine / "award" / "gtr--projects.parquet").to_pylist()
    assert "EUR is not GBP" in refused["reason"]


def test_what_is_odd_about_states_and_funds_is_said(home, mirror):
    done = ingest(
        home,
        mirror,
        [project(1, status="Paused"), project(2)],
        [fund(1, 5, category="INCOME_PLANNED"), fund(9, 5, of=8)],
    )["projects"]
    assert [row["status"] for row in table(home, "award")] == [None, "closed"]
    assert {w for w in done.warnings if not w.startswith("projects.json: new") and "programme" not in w} == {
        "projects.json: states that are neither Active nor Closed: Paused 1",
        "projects.json: categories of funds that are neither income nor expenditure: INCOME_PLANNED 1",
        "projects.json: funds named by projects that are not in the list of funds: 1",
        "projects.json: funds of projects that are not in the list of projects: 1",
    }


@pytest.mark.parametrize(
    ("category", "form"),
    [
        ("Studentship", "talent"),
        ("Knowledge Transfer Partnership", "talent"),
        ("Collaborative R&D", "joint_research"),
        ("Collaborative R&amp;D", "joint_research"),
        ("Training Grant", "talent"),
        ("Research Grant", None),
        ("Something New", None),
    ],
)
def test_the_grant_category_is_the_programme_and_tells_the_form(home, mirror, category, form):
    there = awards(home, mirror, [project(1, grantCategory=category)])
    (row,) = table(home, "award_programme")
    plain = category.replace("&amp;", "&")
    assert (row["kind"], row["code"], row["label"], row["form"]) == ("element", plain, plain, form)
    assert (there[1]["scheme"], there[1]["form"]) == (plain, form)


def test_fields_are_the_councils_subjects_and_topics(home, mirror):
    subjects = [
        {"id": guid(8, 1), "text": "Materials sciences", "percentage": 60},
        {"id": guid(8, 2), "text": "Medical &amp; health interface", "percentage": 40.0},
    ]
    work = [
        project(1, researchSubjects={"researchSubject": subjects},
                researchTopics={"researchTopic": [{"id": guid(9, 1), "text": "Biomaterials"}]}),
        project(2, researchSubjects={"researchSubject": []},
                researchTopics={"researchTopic": [{"id": guid(9, 2), "text": "Unclassified"}]}),
    ]  # fmt: skip
    done = ingest(home, mirror, work)["projects"]
    assert not done.failed
    assert [(r["award_id"][-1], r["scheme"], r["label"], r["share"]) for r in table(home, "award_field")] == [
        ("1", "gtr_subject", "Materials sciences", 0.6),
        ("1", "gtr_subject", "Medical & health interface", 0.4),
        ("1", "gtr_topic", "Biomaterials", None),
    ]
    assert done.manifest["balance"]["award_field"]["dropped"] == {"no_field": 1}


def test_the_form_does_not_hang_on_a_date(home, mirror):
    there = awards(home, mirror, [project(1, grantCategory="Studentship")], [fund(9, 1, of=98)])
    assert (there[1]["starts_on"], there[1]["form"]) == (None, "talent")


IP = "intellectualproperties"


@pytest.mark.parametrize(
    ("said", "is_licensed"),
    [("Yes", True), ("No", False), ("Commercial In Confidence", None), ("", None), ("Perhaps", None)],
)
def test_a_licence_is_what_is_said_of_it(home, mirror, said, is_licensed):
    there, done = outputs(
        home,
        mirror,
        intellectualproperties=[
            outcome(1, [1], IP, title="Widget &amp; method", licensed=said, protection="Patent granted",
                    yearProtectedGranted=2016, patentId="GB0000000")
        ],
    )  # fmt: skip
    (row,) = there
    assert (row["is_licensed"], row["licence_status"]) == (is_licensed, said or None)
    assert (row["kind"], row["title"], row["protection"], row["year"]) == (
        "intellectual_property", "Widget & method", "Patent granted", 2016,
    )  # fmt: skip
    assert row["patent_number"] == "GB0000000"  # as written: what it means is for linking to say
    assert row["record_url"] == f"https://gtr.ukri.org/gtr/api/outcomes/{IP}/{guid(4, 1)}"
    assert [w for w in done.warnings if "not known" in w] == (
        ["intellectualproperties.json: words of licensing not known: Perhaps 1"] if said == "Perhaps" else []
    )


def test_an_outcome_stands_once_for_every_project_that_claims_it(home, mirror):
    there, done = outputs(
        home,
        mirror,
        intellectualproperties=[
            outcome(1, [2, 1, 2], IP, title="Shared", licensed="No"),
            outcome(2, [], IP, title="Nobody's", licensed="No", yearProtectedGranted=0),
        ],
    )
    assert [(row["award_id"], row["output_id"]) for row in there] == [
        (f"gtr:{guid(1, 1)}", f"gtr:{guid(4, 1)}"),
        (f"gtr:{guid(1, 2)}", f"gtr:{guid(4, 1)}"),
    ]
    book = done.manifest["balance"]["award_output"]
    assert (book["read"], book["kept"], dict(book["dropped"])) == (3, 2, {"no_project": 1})


def test_a_spin_out_is_an_output_and_a_venture_once(home, mirror):
    def company(number, claims, **more):
        return outcome(number, claims, "spinouts", companyName=f"Quorvane {number} Ltd", **more)

    there, done = outputs(
        home,
        mirror,
        spinouts=[
            company(1, [1, 2], registrationNumber="1234567", yearEstablished=2015, website="https://example.org/q"),
            company(2, [1], registrationNumber=" sc 123456 ", yearEstablished="2016"),
            company(3, [1], registrationNumber="DE HRB 998877", website="Unknown"),
            company(4, [1], registrationNumber="not yet", yearEstablished=0),
            company(5, [1]) | {"companyName": " "},
        ],
    )
    assert [
        (r["award_id"][-1], r["title"], r["organisation"], r["year"]) for r in there if r["output_id"].endswith("1")
    ] == [
        ("1", "Quorvane 1 Ltd", "Quorvane 1 Ltd", 2015),
        ("2", "Quorvane 1 Ltd", "Quorvane 1 Ltd", 2015),
    ]
    assert len(there) == 6
    ventures = table(home, "venture", "spinouts")
    assert [(v["name"], v["registration_number"], v["country"], v["formed_year"], v["website"]) for v in ventures] == [
        ("Quorvane 1 Ltd", "01234567", "GB", 2015, "https://example.org/q"),
        ("Quorvane 2 Ltd", "SC123456", "GB", 2016, None),
        ("Quorvane 3 Ltd", "DEHRB998877", None, None, None),
        ("Quorvane 4 Ltd", None, None, None, None),
    ]
    assert dict(done.manifest["balance"]["venture"]["dropped"]) == {"no_name": 1}


def test_a_collaboration_names_its_partner_sector_and_country(home, mirror):
    there, done = outputs(
        home,
        mirror,
        collaborations=[
            outcome(1, [1], "collaborations", parentOrganisation="Quorvane &amp; Sons", childOrganisation="R&amp;D",
                    sector="Private", country="Scotland", start=BST,
                    principalInvestigatorContribution=PERSON, partnerContribution=PERSON),
            outcome(2, [1], "collaborations", parentOrganisation="", childOrganisation="Corwen",
                    sector="Charity/Non Profit", country="Atlantis"),
            outcome(3, [1], "collaborations", parentOrganisation="Unknown", sector="Alchemy", country="Unknown"),
        ],
    )  # fmt: skip
    assert [(r["organisation"], r["sector"], r["country"], r["starts_on"], r["year"]) for r in there] == [
        ("Quorvane & Sons", "private", "GB", dt.date(2015, 9, 1), 2015),
        ("Corwen", "charity", None, None, None),
        (None, "unknown", None, None, None),
    ]
    assert "collaborations.json: sectors not known: Alchemy 1" in done.warnings
    assert any("Atlantis 1" in w for w in done.warnings)


def test_further_funding_has_its_money_and_who_gave_it(home, mirror):
    there, _ = outputs(
        home,
        mirror,
        furtherfundings=[
            outcome(1, [1], "furtherfundings", organisation="Brellow plc", sector="Private", country="United Kingdom",
                    amount={"currencyCode": "USD", "amount": 250_000.5}, start=BST),
            outcome(2, [1], "furtherfundings", organisation="Corwen Trust", sector="Hospitals",
                    amount={"currencyCode": "GBP", "amount": 0}),
        ],
    )  # fmt: skip
    assert [(r["organisation"], r["sector"], r["amount"], r["currency"]) for r in there] == [
        ("Brellow plc", "private", 250_000.5, "USD"),
        ("Corwen Trust", "hospital", None, None),
    ]


def test_no_person_is_kept(home, mirror):
    ingest(home, mirror, [project(1)], collaborations=[
        outcome(1, [1], "collaborations", parentOrganisation="Corwen", sector="Public", partnerContribution=PERSON)
    ])  # fmt: skip
    kept = list(home.core.rglob("*.parquet"))
    assert kept
    for path in kept:
        assert PERSON not in str(pq.read_table(path).to_pylist())
        assert guid(5, 1) not in str(pq.read_table(path).to_pylist())


def test_many_pages_and_one_indented_text_give_the_same_rows(home, mirror, tmp_path):
    there = [project(n, title=f"Title {n}") for n in range(1, 26)]
    awards(home, mirror, there, size=10)
    before = table(home, "award"), table(home, "award_party")
    assert len(before[0]) == 25
    awards(home, tmp_path / "other", there, indent=1)
    assert (table(home, "award"), table(home, "award_party")) == before


def test_a_file_without_all_the_pages_it_announces_fails(home, mirror):
    small.write(mirror, 10, furtherfundings=[
        outcome(n, [1], "furtherfundings", sector="Public", amount={"amount": 5, "currencyCode": "GBP"})
        for n in range(25)
    ])  # fmt: skip
    path = mirror / "gtr" / "furtherfundings.json"
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:2]))
    (done,) = steps.ingest(home, "gtr", mirror)
    assert "holds 20 records of furtherFunding, and its pages announce 25" in done.failed


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{}", "column missing: id, companyName, links"),
        ('{"totalSize": 1, "spinOut": [{"id": "1", "companyName": "A", "links"', "is not JSON as promised"),
        ("<!DOCTYPE html><html>", "is a web page"),
        ("[]", "column missing"),
    ],
)
def test_a_file_that_is_no_page_fails(home, mirror, text, says):
    (mirror / "gtr").mkdir(parents=True)
    (mirror / "gtr" / "spinouts.json").write_text(text)
    (done,) = steps.ingest(home, "gtr", mirror)
    assert says in done.failed


def test_a_stray_text_among_the_pages_fails(home, mirror):
    small.write(mirror, spinouts=[outcome(1, [1], "spinouts", companyName="Quorvane")])
    path = mirror / "gtr" / "spinouts.json"
    path.write_text(path.read_text() + '{"text": "Page requested exceeds maximum available: 1", "timestamp": 1}\n')
    (done,) = steps.ingest(home, "gtr", mirror)
    assert "1 JSON texts in it are no page of them" in done.failed


def test_a_field_that_is_gone_fails_and_a_new_one_is_a_warning(home, mirror):
    there = project(1, newField=1)
    done = ingest(home, mirror, [there])["projects"]
    assert "projects.json: new field of project newField" in done.warnings
    del there["leadFunder"]
    done = ingest(home, mirror, [there])["projects"]
    assert "column missing: leadFunder; not known: newField" in done.failed


def test_projects_without_their_funds_or_organisations_are_refused(home, mirror):
    small.write(mirror, projects=[project(1)])
    (done,) = steps.ingest(home, "gtr", mirror)
    assert "lists missing: projects-funds.json, projects-organisations.json" in done.failed


PAGES = Pages(RESOURCES["spinouts"], "https://example.org/gtr/api/outcomes/spinouts")


def test_a_page_is_asked_for_by_number_size_and_order_and_with_the_vendors_type():
    asked = PAGES.ask("", 200)
    assert asked.url == "https://example.org/gtr/api/outcomes/spinouts?p=3&s=100&sf=score&so=A"
    assert asked.headers == {"Accept": "application/vnd.rcuk.gtr.json-v7"}


def test_a_page_tells_its_ids_and_the_total():
    body = {"page": 1, "size": 100, "totalPages": 1, "totalSize": 2, "spinOut": [{"id": "A"}, {"id": "B"}]}
    page = PAGES.read(json.dumps(body).encode())
    assert (list(page.ids), page.total) == (["A", "B"], 2)
    for old in ({"spinOut": []}, {"totalSize": 3}, {"project": [], "totalSize": 3}):
        with pytest.raises(ValueError, match="not version 7"):
            PAGES.read(json.dumps(old).encode())


@pytest.mark.parametrize("indent", [None, 2])
def test_a_full_page_is_read_by_its_looks_as_it_would_be_taken_apart(indent):
    """Ids of topics are GUIDs too, and a transfer names another project of the page."""
    listing = Pages(RESOURCES["projects"], "https://example.org/gtr/api/projects")
    topics = {"researchTopic": [{"id": guid(9, 9), "text": "Widgets"}]}
    works = [project(n, researchTopics=topics) for n in range(1, 101)]
    works[3]["links"]["link"] += [link("TRANSFER", "projects", guid(1, 5)), link("TRANSFER", "projects", guid(1, 777))]
    body = small.pages("project", works, indent=indent).encode()
    assert listing._glance(body) == listing._parse(body) == listing.read(body)
    assert list(listing.read(body).ids) == [guid(1, n) for n in range(1, 101)]


def test_a_page_that_does_not_look_plain_is_taken_apart():
    listing = Pages(RESOURCES["projects"], "https://example.org/gtr/api/projects")
    works = [project(n) for n in range(1, 101)]
    works[7]["href"] = small.href("projects", guid(1, 777))
    for odd in (works, [project(1)]):
        body = small.pages("project", odd).encode()
        assert listing._glance(body) is None
        assert len(listing.read(body).ids) == len(odd)
    with pytest.raises(ValueError):
        listing.read(small.pages("project", [project(n) for n in range(1, 101)]).encode()[:-20])


@pytest.mark.parametrize(
    ("status", "text", "is_empty"),
    [
        (404, "Page requested exceeds maximum available: 0", True),
        (404, "Page requested exceeds maximum available: 12", False),
        (404, "Page requested exceeds maximum available: 10", False),
        (404, "Not found", False),
        (400, "Page requested exceeds maximum available: 0", False),
    ],
)
def test_404_is_an_empty_list_only_where_no_page_is_available(status, text, is_empty):
    assert PAGES.is_empty(status, json.dumps({"text": text, "timestamp": 1_700_000_000_000}).encode()) is is_empty


@pytest.mark.real
def test_the_publishers_own_project_and_fund(home, mirror, real):
    samples = real / "gtr" / "samples"
    work, paid = (json.loads((samples / f"one{what}.json").read_text()) for what in ("project", "fund"))
    lead = "ED6A6B32-663C-4A62-A33B-2C6A68E2E102"
    host = organisation(1, "University of Almere") | {"id": lead, "href": small.href("organisations", lead)}
    done = ingest(home, mirror, [work], [paid], [host])["projects"]
    assert not done.failed
    (award,) = table(home, "award")
    # The fund at hand is another project's; the project's own link to its fund tells when it ran.
    assert (award["starts_on"], award["ends_on"], award["amount"]) == (dt.date(2006, 3, 1), dt.date(2006, 12, 31), None)
    assert (award["funder"], award["scheme"], award["status"]) == ("BBSRC", "Research Grant", "closed")
    assert award["project_id"] == award["award_id"] == "gtr:15368057-4FF4-4C04-BB6C-19A72F257ECD"
    assert award["record_url"] == "https://gtr.ukri.org/projects?ref=BB%2FD006295%2F1"
    assert [(p["role"], p["source_org_id"]) for p in table(home, "award_party")] == [("lead", f"gtr:{lead}")]
    assert not [w for w in done.warnings if "new field" in w]


@pytest.mark.real
def test_the_publishers_own_fund_begins_in_september_in_london(home, mirror, real):
    paid = json.loads((real / "gtr" / "samples" / "onefund.json").read_text())
    work = project(1) | {"id": "E135D5F6-A017-460B-AB08-7B841DE8A834"}
    work["href"] = small.href("projects", work["id"])
    done = ingest(home, mirror, [work], [paid])["projects"]
    assert not done.failed
    (award,) = table(home, "award")
    assert (award["starts_on"], award["ends_on"]) == (dt.date(2015, 9, 1), dt.date(2017, 8, 31))
    assert (award["amount"], award["currency"]) == (198_408, "GBP")


def test_the_sources_own_parts_are_the_lists_it_reads():
    assert set(gtr.PARTS) == {"projects", *gtr.SOURCE.primaries}
