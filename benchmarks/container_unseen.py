"""Tables in shapes that were written down after the rules, and read once before any of them was changed: `containers.py --unseen`."""

from __future__ import annotations

from itertools import chain
from typing import Any

from container_files import Case, Wanted
from container_jobs import EMPLOYER, JOBS, Job, fields_of, listed, workbook

ALL = ("duty", "qualification", "ksa")


def unseen() -> list[Case]:
    """The files, with what is in them."""
    first = JOBS[2]
    found: list[tuple[dict[str, list[list[Any]]], dict[str, list[str]], tuple[Wanted, ...], str]] = [
        ({"List": [[None, EMPLOYER], [None, "Human Resources"], [], [], ["#", "Position", "Job Code", "Division", "Duties and Responsibilities", "Education and Experience"],
                   *([n, job.title, job.code, job.department, listed(job.duties, "• "), listed(job.needs, "• ")] for n, job in enumerate(JOBS, 1))]}, {}, _want("duty", "qualification", names=("title", "class_code", "department")), ""),
        ({"class_specs": [["Class Spec Code", "Class Spec Title", "Description", "Examples of Duties", "Typical Qualifications", "Supplemental Information", "Salary Low", "Salary High", "FLSA"],
                          *([job.code, job.title, f"Under supervision works as {job.title}.", "<ul>" + "".join(f"<li>{one}</li>" for one in job.duties) + "</ul>", "<p>" + "</p><p>".join(job.needs) + "</p>", "", 41000, 52000, "Non-Exempt"] for job in JOBS)]}, {},
         _want("duty", "qualification", names=("title", "class_code")), ""),
        ({"PD": [["Position Number", "Working Title", "Job Code", "Dept Name", "Summary", "Function 1", "Function 1 %", "Function 2", "Function 2 %", "Function 3", "Minimum Education and Experience"],
                 *([f"P{n}", job.title, job.code, job.department, f"This position works as {job.title} of the city.", job.duties[0], 50, job.duties[1], 30, job.duties[2], " ".join(job.needs)] for n, job in enumerate(JOBS))]}, {},
         _want("duty", "qualification", names=("title", "class_code", "department")), ""),
        ({"Posts": [["Post title", "Grade", "Directorate", "Reporting to", "Key responsibilities", "Person specification (Essential)"], *([job.title, 7, job.department, "Head of Service", listed(job.duties, ""), listed(job.needs, "")] for job in JOBS)]}, {},
         _want("duty", "qualification", names=("title", "department")), ""),
        ({"Form": [["POSITION DESCRIPTION QUESTIONNAIRE"], [], ["Section 1: Identification"], ["Job Title", None, first.title], ["Job Code", None, first.code], ["Department", None, first.department], ["Section 2: Essential Functions"],
                   *([n, None, one] for n, one in enumerate(first.duties, 1)), ["Section 3: Minimum Qualifications"], *([n, None, one] for n, one in enumerate(first.needs, 1))]},
         {"Form": ["A1:F1", "A3:F3", "A7:F7", *(f"A{n}:B{n}" for n in (4, 5, 6)), *(f"C{n}:F{n}" for n in (4, 5, 6, 8, 9, 10, 12, 13)), "A11:F11"]}, _want("duty", "qualification", names=("title", "class_code", "department"), jobs=(first,)), ""),
        ({"Analysis": [[f"Job Title: {first.title}"], [f"Department: {first.department}"], [], ["No.", "Task statement", "Importance (1-5)", "How often"], *([n, one, 4, "Weekly"] for n, one in enumerate(first.duties, 1)), [], ["No.", "Knowledge, skill or ability", "Importance (1-5)", "Needed at entry"],
                       *([n, one, 3, "Yes"] for n, one in enumerate(first.knows, 1))]}, {}, _want("duty", "ksa", names=("title", "department"), jobs=(first,)), ""),
        ({"Ladder": [["Level", "Job", "What the job does", "Requirements"], *([n, job.title, " ".join(job.duties), " ".join(job.needs)] for n, job in enumerate(JOBS, 1))]}, {}, _want("duty", "qualification", names=("title",)), ""),
        ({"Spaced": [[], [None, "Class", "Code", "Essential Functions", "Requirements"], *chain.from_iterable([[], [None, job.title, job.code, listed(job.duties), listed(job.needs)]] for job in JOBS)]}, {}, _want("duty", "qualification", names=("title", "class_code")), ""),
        ({"Blocks": list(chain.from_iterable([["Job Title:", job.title], ["Job Code:", job.code], ["Essential Duties:"], *([None, one] for one in job.duties), ["Minimum Qualifications:"], *([None, one] for one in job.needs), []] for job in JOBS))}, {},
         _want("duty", "qualification", names=("title", "class_code")), ""),
        ({"Caps": [["CLASS\nTITLE", "JOB\nCODE", "DEPT", "EXAMPLES OF\nDUTIES", "MIN\nQUALS"], *([job.title.upper(), job.code, job.department, listed(job.duties), listed(job.needs)] for job in JOBS)]}, {}, _want("duty", "qualification", names=("title", "class_code", "department")), ""),
        ({"Tasks": [["Occupation", "Team", "Tasks"], *([job.title, job.department, "; ".join(one.rstrip(".") for one in job.duties)] for job in JOBS)]}, {}, _want("duty", names=("title",)), ""),
        ({"Adverts": [["Vacancy", "Ref", "Closing", "Salary from", "Salary to", "Advert text"], *([job.title, f"V-{n:03}", "30 June", 41000, 52000, f"Duties:\n{listed(job.duties)}\n\nRequirements:\n{listed(job.needs)}"] for n, job in enumerate(JOBS))]}, {},
         _want("duty", "qualification", names=("title",)), ""),
        ({"Marks": [["Task", *(job.title for job in JOBS)], *([one, *("X" if one in job.duties else None for job in JOBS)] for one in chain.from_iterable(job.duties for job in JOBS))]}, {}, (({}, []),), ""),
        ({"Stacked": list(chain.from_iterable([[name], ["Title", "Code", "Duties", "Qualifications"], *([job.title, job.code, listed(job.duties), listed(job.needs)] for job in part), []] for name, part in (("CLERICAL CLASSES", JOBS[:3]), ("TECHNICAL CLASSES", JOBS[3:]))))}, {},
         _want("duty", "qualification", names=("title", "class_code")), "no text"),
        ({"Links": [["Job Title", "Link"], *([job.title, f"https://jobs.example.gov/{job.code}"] for job in JOBS)]}, {}, (), "no text"),
        ({"Cards": [["Fleet Mechanic (6305)"], ["Public Works"], [], ["WHAT YOU DO", "WHAT YOU BRING"], *([duty, need] for duty, need in zip(first.duties, [*first.needs, None], strict=True))]}, {}, _want("duty", "qualification", names=(), jobs=(first,)), ""),
    ]  # fmt: skip
    return [Case(f"u{number:02}.xlsx", workbook(sheets, merged), wanted, why) for number, (sheets, merged, wanted, why) in enumerate(found)]


def _want(*only: str, names: tuple[str, ...], jobs: tuple[Job, ...] = JOBS) -> tuple[Wanted, ...]:
    return tuple((fields_of(job, *names) if names else {}, [one for one in job.labels() if one[1] in only]) for job in jobs)
