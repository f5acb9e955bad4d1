"""Titles of jobs: found in many layouts, by all that tells for them, and never where there is no one job."""

from __future__ import annotations

import pytest

from specsearch.parsing.metadata.read import read_metadata
from specsearch.parsing.metadata.title import weigh_titles
from specsearch.parsing.vocabulary import load_vocabulary
from specsearch.readers.html import read_html
from specsearch.readers.text import split_paragraphs
from specsearch.records import Candidate, Place, SourceText

BODY = "\n\nDUTIES\nKeeps the papers of the council.\n\nREQUIREMENTS\nA high school diploma.\n"
LAYOUTS = {
    "a record of fields": (
        "=== JOB DETAILS ===\n\nTitle: Canal Systems Planner\nSalary: $61,000\nLocation: Elm Fork\nJob Type: Permanent Full Time\nDepartment: Clerk - Recorder\n",
        "Canal Systems Planner",
    ),
    "entities": ("Title: Water &amp; Sewer Inspector\nSalary: $20\n", "Water & Sewer Inspector"),
    "a field that names nobody": ("Job Title: Harvest Season Temp\nDepartment: Fields\n", "Harvest Season Temp"),
    "several fields of one line": ("Class Title: Lock Keeper II    Department: Canals    Job Code: 4471\n", "Lock Keeper II"),
    "a row": ("| Position Title | Deputy Harbor Pilot | Grade | 12 |\n", "Deputy Harbor Pilot"),
    "a title below its label": ("Position Title\nBridge Tender\nDepartment\nPublic Works\n", "Bridge Tender"),
    "two fields": ("Job Title: Ferry Deckhand\nNotes\nJob Title: Records Clerk\n", "Ferry Deckhand"),
    "working and class title": ("Title: Orchard Coordinator (Program Analyst II)\nThe Orchard Coordinator plans harvests.\n", "Orchard Coordinator (Program Analyst II)"),
    "an employer behind": ("Job Title: Elections Attorney for the County of Tarn\n", "Elections Attorney"),
    "terms of employment behind": ("Fleet Mechanic - Part-Time, Seasonal\nTown of Birch Hollow\n", "Fleet Mechanic"),
    "salary behind": ("Job Title: IT Coordinator Salary Range: $60,000 - $70,000\n", "IT Coordinator"),
    "one word": ("City of Elm Fork\nARCHIVIST\nClass Code: 2201\n", "ARCHIVIST"),
    "one word that is rare": ("WHARFINGER\nClass Code: 1190\n", "WHARFINGER"),
    "a noun that is in no list": ("CITY OF ELM FORK\n2D25\nHERBALIST\n", "HERBALIST"),
    "an unknown word beside a code": ("7710\nROPEWALK TENDRIL\nClass Code: 7710\n", "ROPEWALK TENDRIL"),
    "a number of a service": ("311 DIRECTOR\nClass Code: 0311\n", "311 DIRECTOR"),
    "a number behind": ("DIRECTOR, 311\nClass Code: 0311\n", "DIRECTOR, 311"),
    "a code in brackets": ("Civil Engineer (3301)\nTarn County\n", "Civil Engineer"),
    "a posting's number before": ("#138659 Senior Project Manager\nFiling Deadline: Friday\n", "Senior Project Manager"),
    "levels": ("PLANNER I/II/III\nClass Code: 88\n", "PLANNER I/II/III"),
    "two lines": ("CITY OF ELM FORK\nCHIEF OF UNDERGROUND DISTRIBUTION AND\nCONSTRUCTION INSPECTOR\nClass Code: 3815\n", "CHIEF OF UNDERGROUND DISTRIBUTION AND CONSTRUCTION INSPECTOR"),
    "an announcement": ("Job Announcement: Meter Reader\nTarn County invites applications.\n", "Meter Reader"),
    "a plain first line": ("Communications Liaison |\nThe Clerk of Courts administers all records of the county.\n|\nThe Communications Liaison writes letters.\n", "Communications Liaison"),
    "sought": ("Tarn County is currently seeking an Orchards & Vineyards Manager to join the team.\n", "Orchards & Vineyards Manager"),
    "sought among others": (
        "The Tarn County Clerk is recruiting to fill two vacant positions as Permit Technician. Under direction of the Permit Supervisor, the Permit Technician issues permits.\n",
        "Permit Technician",
    ),
    "sought to serve": ("The commission is looking for a seasoned manager to serve as Chief Operating Officer.\n", "Chief Operating Officer"),
    "sought, several": ("The Recorder's Division is recruiting for Land Records Specialists. Land Records Specialists index deeds.\n", "Land Records Specialist"),
    "broken lines": ("Introduction\nThe\nState of Ostrava\nis seeking people eager to give their best as the\nAssistant Canals Director (\nAssistant Director). Join our team.\n", "Assistant Canals Director"),
    "the incumbent": ("The incumbent of this position serves as the Senior Tidal Engineer of the port.\n", "Senior Tidal Engineer"),
    "as the": ("As the Director of Communications, the incumbent leads all talks with the press.\n", "Director of Communications"),
    "who does the work": ("Elm Fork grows.\nThe Grants Specialist will assist the Grants Director. The Grants Specialist reports to the Chief of Finance.\n", "Grants Specialist"),
    "a position in the text": ("This recruitment fills one career service Dispatch Specialist II position.\n", "Dispatch Specialist II"),
    "bracketed letters": ("We seek applicants for a Senior Quality Assurance (QA) Engineer position. The Senior QA Engineer tests.\n", "Senior Quality Assurance (QA) Engineer"),
    "a position in a field": ("Town of Birch Hollow\nPosition: Deputy Town Clerk\nDepartment: Clerk\n", "Deputy Town Clerk"),
    "a field without a colon": ("Job Title\tCanal Inspector\nDepartment\tCanals\n", "Canal Inspector"),
    "a class beside the name of the job": (
        "Classification: Program Manager 2\nTarn County is currently seeking an Orchards Manager to join the team. The Orchards Manager plans harvests.\n",
        "Orchards Manager",
    ),
    "navigation before": (
        "Skip to Main Content\nGovernment\nCity Council\nMayor\nCity Manager\nCity Clerk\nDepartments\nPublic Works\nRIVER SURVEYOR\nClass Code: 7711\nA River Surveyor surveys rivers.\n",
        "RIVER SURVEYOR",
    ),
    "an employer before": ("Tarn County - Ferry Scheduler\nFull-time\n", "Ferry Scheduler"),
    "an employer beside": ("Ferry Scheduler | Tarn County\n", "Ferry Scheduler"),
    "an opening": ("Job Opening: Ferry Scheduler (2 positions)\nTarn County\n", "Ferry Scheduler"),
    "a description": ("Ferry Scheduler Job Description\nTarn County\n", "Ferry Scheduler"),
    "a requisition behind": ("Ferry Scheduler - Req #4412\nTarn County\n", "Ferry Scheduler"),
    "one word in small letters": ("Tarn County\n\nWelder\n", "Welder"),
    "one word below a banner": ("SPECIFICATION\n\nPARAPROFESSIONAL\n", "PARAPROFESSIONAL"),
    "below what names nobody": ("Elm Fork Today\nNon-competitive\n\n211 AGENT\n", "211 AGENT"),
    "below a banner": ("CIVIL SERVICE ANNOUNCEMENT NO. 88-2\nCANAL MAINTENANCE FOREPERSON (K-0612)\n", "CANAL MAINTENANCE FOREPERSON"),
    "with a word of headings": ("Tarn School District No. 12\nTITLE:       PARAEDUCATOR - STUDY SKILLS\n", "PARAEDUCATOR - STUDY SKILLS"),
    "leaders": ("JOB VACANCY ANNOUNCEMENT\nJob Title ......... Canal Support Worker\nSupervisor ........ Canal Director\n", "Canal Support Worker"),
    "a position below a court": ("IN THE CIRCUIT COURT OF TARN COUNTY, OHIO\n9th Judicial Circuit\nPosition:  Orchard Court Coordinator\n", "Orchard Court Coordinator"),
    "an invitation": ("# Join us: Pottery Instructor, County Museum\n\nThe museum of Elm Fork, Ohio has a kiln.\n", "Pottery Instructor, County Museum"),
    "a line that goes on": ("Tarn County\nEMERGENCY SIREN TRAINING\nAND QUALITY REVIEW COORDINATOR\n", "EMERGENCY SIREN TRAINING AND QUALITY REVIEW COORDINATOR"),
    "three lines": ("DIRECTOR OF CANALS,\nHARBORS, AND\nFERRIES\nClass Code: 4471\n", "DIRECTOR OF CANALS, HARBORS, AND FERRIES"),
    "a sign below": ("DIRECTOR OF CANALS\n& FERRIES\nClass Code: 4471\n", "DIRECTOR OF CANALS & FERRIES"),
    "a bare name below": ("TARN COUNTY\nSENIOR CANAL TREATMENT PLANT\nOPERATOR II\nClass Code: 4471\n", "SENIOR CANAL TREATMENT PLANT OPERATOR II"),
    "small letters go on": ("Director of Parks\nand Recreation\nTarn County\n", "Director of Parks and Recreation"),
    "a label and two lines": ("Job Title: DIRECTOR\nOF FINANCE\nGrade: 12\n", "DIRECTOR OF FINANCE"),
    "a label and a line that is not complete": ("Job Title: Director of Parks and\nRecreation\nGrade: 12\n", "Director of Parks and Recreation"),
    "a label and a line of another kind": ("Job Title: DIRECTOR\nFINANCE\nGrade: 12\n", "DIRECTOR"),
    "a unit above": ("PUBLIC WORKS DEPARTMENT\nGARDENER\nClass Code: 4471\n", "GARDENER"),
    "a licence that is mentioned": (
        "ANIMAL CARE TECHNICIAN SUPERVISOR\nClass Code: 4313\nDUTIES\nAn Animal Care Technician Supervisor supervises Animal Care Technicians.\nLICENSES\nA Water Treatment Operator license is a plus.\n",
        "ANIMAL CARE TECHNICIAN SUPERVISOR",
    ),
}
CLASSES = {
    "class first": ("Class Title: Program Analyst II\nWorking Title: Orchard Coordinator\n", "Program Analyst II"),
    "class second": ("Working Title: Orchard Coordinator\nClass Title: Program Analyst II\nThe Orchard Coordinator plans harvests.\n", "Program Analyst II"),
    "business": ("Business Title: Ferry Lead\nCivil Service Title: PILOT (FERRIES)\nWe are seeking a Ferry Lead.\n", "PILOT (FERRIES)"),
    "posting": ("Posting Title | Canal Helper\nClassification Title | Laborer I\n", "Laborer I"),
    "functional, below": ("Functional Title\nCanal Helper\nClass Title\nLaborer I\nDepartment\nCanals\n", "Laborer I"),
    "abbreviated": ("Working Title: Orchard Coordinator\nOfficial Title: FIELD STATION MGR (KE044)\n", "FIELD STATION MGR"),
    "alone": ("Working Title: Orchard Coordinator\nDepartment: Fields\n", "Orchard Coordinator"),
}
NOT_ONE = {
    "a list of jobs": "Current Openings\nFleet Mechanic\nCity Clerk\nWater Operator\nPark Ranger\nClick a job to apply.\n",
    "a table of jobs": "| Title | Agency | Closing |\n|---|---|---|\n| City Manager | Elm Fork | May 3 |\n| Police Chief | Birch Hollow | May 9 |\n| Finance Director | Tarn | June 1 |\n",
    "a list with pay": "Canal Planner\nFull-Time\n$20 - $30 Hourly\nPark Ranger\nFull-Time\n$22 - $31 Hourly\nTax Auditor\nFull-Time\n$25 - $33 Hourly\n",
    "a short list": "- Lock Keeper\n- Park Ranger\n- Tax Auditor\n",
    "fields of several jobs": "Job Title: Fleet Mechanic\nApply\nJob Title: City Clerk\nApply\nJob Title: Water Operator\nApply\nJob Title: Park Ranger\nApply\n",
    "a careers page": "Careers\nOur benefits are great.\nHuman Resources\nContact the Human Resources Director with questions.\nThe County Manager and the Sheriff welcome you.\n",
    "who is reported to": "Summary\nReports to the Director of Parks. Works under the direction of the Parks Superintendent with the City Engineer.\n",
    "who is supervised": "Summary\nSupervises Park Rangers and Gardeners; assists the Parks Manager.\n",
    "experience": "Requirements\nThree years of experience as a Budget Analyst, or certification as a Registered Nurse.\n",
    "navigation": "Skip to Main Content\nGovernment\nCity Council\nMayor\nCity Manager\nCity Attorney\nDepartments\nPublic Works\n",
    "a manual": "Training Manual\nChapter 1\nThe Trainer explains forms to the Trainee.\n",
    "a template": "Class Title: ____________\nClass Code: ______\n",
    "an office": "Office of the County Clerk\nThe County Clerk's Office keeps records.\n",
    "the employer": "The Supervisor of Roads is seeking help. Apply at the office.\n",
}


def weighed(text: str, path: str = "x.txt") -> list[Candidate]:
    return weigh_titles(split_paragraphs(text), path, load_vocabulary())


def title_of(source: SourceText, path: str = "x.txt") -> str | None:
    return read_metadata(source, path, {}, load_vocabulary())[0].title


@pytest.mark.parametrize(("text", "title"), LAYOUTS.values(), ids=LAYOUTS)
def test_layouts(text: str, title: str) -> None:
    """The title is found however the document is laid out, and is surer than any other by far."""
    found = weighed(text + BODY)
    assert (found[0].value, found[0].confidence >= 0.5) == (title, True), found


@pytest.mark.parametrize(("text", "title"), CLASSES.values(), ids=CLASSES)
def test_class_titles(text: str, title: str) -> None:
    """Where the title of the class and that of one position are both stated, the title is that of the class."""
    assert title_of(split_paragraphs(text + BODY)) == title, weighed(text + BODY)


@pytest.mark.parametrize("text", NOT_ONE.values(), ids=NOT_ONE)
def test_not_one_job(text: str) -> None:
    """Where there is no one job nothing is said, whoever is named."""
    assert title_of(split_paragraphs(text)) is None, weighed(text)


@pytest.mark.parametrize(
    ("page", "title"),
    [
        ("<title>Meter Clerk | Elm Fork Jobs</title><h2>Duties</h2><p>Reads meters.</p>", "Meter Clerk"),
        ("<title>Careers</title><h1>Harbor Pilot</h1><p>Tarn County</p><h2>Duties</h2><p>Steers.</p>", "Harbor Pilot"),
        ("<title>Careers at Elm Fork</title><h2>Duties</h2><p>Reads meters.</p>", None),
    ],
)
def test_pages(page: str, title: str | None) -> None:
    """Titles and headings of web pages count, names of sites do not."""
    assert title_of(read_html(page.encode()), "x.html") == title


@pytest.mark.parametrize(
    "employer",
    [
        "TARN COUNTY",
        "Tarn Valley Water District",
        "Elm Fork Unified School District",
        "Commonwealth of Virginia",
        "London Borough of Larkmoor",
        "Elm Fork County, Virginia",
        "Lafayette Parish Government",
        "Haw Branch Community College",
        "IN THE CIRCUIT COURT OF TARN COUNTY, MISSOURI",
        "TARN SCHOOL DISTRICT NO. 417",
    ],
)
def test_an_employer_above_is_no_title(employer: str) -> None:
    """A line that an employer fills is not taken for the title, whatever kind of employer it is."""
    found = weighed(f"{employer}\nMeter Reader II{BODY}")
    assert (found[0].value, found[0].confidence >= 0.5) == ("Meter Reader II", True), found
    assert employer not in {one.value for one in found}


@pytest.mark.parametrize("title", ["Tarn County Administrator", "Elm Fork Library Director", "School District Superintendent", "Tarn County Ropewalker", "Clerk of the Tarn County Court"])
def test_a_title_with_an_employer_in_it(title: str) -> None:
    """A line that goes on with who works there is a title."""
    assert title in {one.value for one in weighed(f"{title}\nClass Code: 4471{BODY}")}


def test_all_that_tells_is_said() -> None:
    """A title that is told in several ways is surer, and each way is named."""
    alone, agreed = (weighed(text + BODY, path)[0] for text, path in (("Lock Keeper\n", "x.txt"), ("Lock Keeper\nThe Lock Keeper opens locks.\n", "lock-keeper.txt")))
    assert agreed.confidence > alone.confidence
    assert {"line at the top", "does the work", "file name"} <= set(agreed.ways)


def test_at_most_five_and_the_likelier_first() -> None:
    """Of many names in a text few are told, in order."""
    names = ("Budget Analyst", "Park Ranger", "City Clerk", "Fleet Mechanic", "Water Operator", "Road Planner", "Tax Auditor")
    found = weighed("Canal Planner\n" + "".join(f"The {name} works. " for name in names))
    assert len(found) == 5
    assert [c.confidence for c in found] == sorted((c.confidence for c in found), reverse=True)
    assert all(0 <= c.confidence <= 1 and c.ways for c in found)


def test_the_origin_covers_the_raw_text() -> None:
    """A value that was decoded or joined points at what is printed."""
    text = "Title: Water &amp; Sewer Inspector\nSalary: $20\n"
    best = weighed(text)[0]
    assert best.origin.place is Place.TEXT
    assert text[best.origin.start : best.origin.end] == "Water &amp; Sewer Inspector"


def test_the_origin_of_a_title_of_two_lines() -> None:
    """It goes from the first word to the last, over the break."""
    text = "Job Title: DIRECTOR\n  OF FINANCE  \nGrade: 12\n"
    best = weighed(text + BODY)[0]
    assert (text[best.origin.start : best.origin.end], best.value) == ("DIRECTOR\n  OF FINANCE", "DIRECTOR OF FINANCE")


def test_a_file_name_that_says_otherwise_does_not_outweigh_the_text() -> None:
    """The document itself is believed before its name."""
    assert weighed("TIDE ENGINEER\nClass Code: 5885\n\nDUTIES\nA Tide Engineer reads gauges.\n", "PARK RANGER 4313.txt")[0].value == "TIDE ENGINEER"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("3301 CIVIL ENGINEER\nTarn County\n", "3301"),
        ("CIVIL ENGINEER\nClass Code 7-2-3\n", "7-2-3"),
        ("311 DIRECTOR\nTarn County\n", None),
        ("2031 SUMMER GARDENER\nTarn County\n", None),
        ("1200 MAIN STREET\nTarn County\n", None),
        ("Senior Engineer - 138659\nTarn County\n", None),
        ("Title: Engineer\nJob Number: 31-0771\nPosition Number: 65001\nRecruitment #31-4\n", None),
    ],
)
def test_codes_beside_titles(text: str, code: str | None) -> None:
    """A code before a title is that of its class; numbers of services, years, houses and postings are none."""
    assert read_metadata(split_paragraphs(text + BODY), "x.txt", {}, load_vocabulary())[0].class_code == code
