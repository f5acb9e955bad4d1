"""Fictional jobs, and files that hold them, laid out as people and programs lay them out: what `containers.py` reads."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

DUTY, NEED, KNOW, WISH = "duty", "qualification", "ksa", "preferred"


@dataclass(frozen=True)
class Job:
    """A job: what a table states of it, and its statements."""

    title: str
    code: str
    department: str
    pay: str
    duties: tuple[str, ...]
    needs: tuple[str, ...]
    knows: tuple[str, ...]
    wishes: tuple[str, ...] = ()

    def labels(self) -> list[tuple[str, str]]:
        """Statements with their labels."""
        return [(text, label) for texts, label in ((self.duties, DUTY), (self.needs, NEED), (self.knows, KNOW), (self.wishes, WISH)) for text in texts]


JOBS = (
    Job("Meter Reader", "4120", "Water Utilities", "$19.40 - $24.10 hourly",
        ("Reads water meters on assigned routes and records the readings in a handheld device.", "Reports leaks, broken lids and unsafe pits to the dispatcher.", "Hangs notices on the doors of customers whose service will be shut off."),
        ("High school diploma or equivalent and one year of outdoor work experience.", "Six months of experience in dealing with the public."),
        ("Knowledge of safe lifting and of traffic rules.", "Ability to walk eight miles a day in all weather.")),
    Job("Library Assistant II", "2210", "Library", "$41,200 - $52,900",
        ("Checks materials in and out and collects fines at the circulation desk.", "Answers questions of patrons about the catalog and reserves books for them.", "Trains volunteers to shelve books in the right order."),
        ("Two years of college course work in any field.", "One year of experience in a library or bookstore."),
        ("Knowledge of the Dewey decimal system.", "Skill in using office software."), ("Speaks a second language.",)),
    Job("Fleet Mechanic", "6305", "Public Works", "$28.75 per hour",
        ("Diagnoses and repairs diesel engines, brakes and hydraulic systems of city trucks.", "Performs preventive maintenance on police vehicles by schedule.", "Orders parts and keeps records of repairs in the work order system."),
        ("Graduation from high school and three years of experience as a mechanic.", "Completion of a certificate program in automotive technology may replace one year of experience."),
        ("Knowledge of diagnostic equipment for heavy vehicles.", "Ability to lift parts of up to 75 pounds.")),
    Job("Senior Planner", "3412", "Community Development", "$71,300 - $92,800",
        ("Reviews applications for zoning changes and writes reports for the planning commission.", "Leads public meetings on neighborhood plans.", "Supervises the work of two associate planners and reviews their drafts."),
        ("Bachelor's degree in urban planning, geography or a related field.", "Four years of professional planning experience."),
        ("Knowledge of state land use law.", "Ability to explain technical matters to citizens."), ("Certification by a national institute of planners.",)),
    Job("Payroll Clerk", "1107", "Finance", "$20.10 - $25.60 hourly",
        ("Enters time sheets of four departments and balances them against the schedules.", "Calculates retroactive pay, leave accruals and garnishments.", "Answers questions of employees about deductions on their pay stubs."),
        ("High school diploma and two years of bookkeeping experience.",),
        ("Knowledge of payroll laws and of double entry bookkeeping.", "Skill in operating spreadsheets.")),
    Job("Park Ranger", "5518", "Parks and Recreation", "$23.00 per hour",
        ("Patrols trails and campgrounds on foot and by truck to enforce park rules.", "Gives guided walks for school classes about plants and animals.", "Removes fallen trees from trails with a chain saw."),
        ("Associate's degree in natural resources or two years of experience in a park.",),
        ("Knowledge of first aid and of local wildlife.", "Ability to work alone in remote areas.")),
)  # fmt: skip
EMPLOYER = "City of Alder Ferry"
KNOWN = ("Class Title", "Class Code", "Department", "Salary", "Essential Duties", "Minimum Qualifications", "Knowledge, Skills and Abilities")
UNKNOWN = ("Role name", "Title number", "Home department", "Rate of pay", "What you will do", "What you need to have", "What you should know")


def listed(texts: Sequence[str], mark: str = "- ") -> str:
    """Statements in one cell."""
    return "\n".join(mark + text for text in texts)


def row_of(job: Job, mark: str = "- ") -> list[Any]:
    """A job as a row below `KNOWN`."""
    return [job.title, job.code, job.department, job.pay, listed(job.duties, mark), listed(job.needs, mark), listed(job.knows, mark)]


def fields_of(job: Job, *names: str) -> dict[str, str]:
    """What is to be found of a job."""
    known = {"title": job.title, "class_code": job.code, "department": job.department, "salary_range": job.pay, "jurisdiction": EMPLOYER}
    return {name: known[name] for name in names or ("title", "class_code", "department", "salary_range")}


def workbook(sheets: Mapping[str, Sequence[Sequence[Any]]], merged: Mapping[str, Sequence[str]] | None = None, hidden: Sequence[str] = ()) -> bytes:
    """A workbook of rows."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        for span in (merged or {}).get(name, ()):
            sheet.merge_cells(span)
        if name in hidden:
            sheet.sheet_state = "hidden"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def word(job: Job) -> bytes:
    """A job as a Word document."""
    import docx

    document = docx.Document()
    document.add_heading(job.title, 0)
    document.add_paragraph(f"{EMPLOYER}")
    document.add_paragraph(f"Class Code: {job.code}")
    for heading, texts in (("Essential Duties", job.duties), ("Minimum Qualifications", job.needs), ("Knowledge, Skills and Abilities", job.knows)):
        document.add_heading(heading, 1)
        for text in texts:
            document.add_paragraph(text, style="List Bullet")
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def pdf(job: Job) -> bytes:
    """A job as a PDF."""
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    top = 780
    for line in text(job).split("\n"):
        canvas.drawString(72, top, line)
        top -= 16
    canvas.save()
    return buffer.getvalue()


def text(job: Job) -> str:
    """A job as plain text."""
    sections = (("ESSENTIAL DUTIES", job.duties), ("MINIMUM QUALIFICATIONS", job.needs), ("KNOWLEDGE, SKILLS AND ABILITIES", job.knows))
    body = "\n\n".join(f"{heading}\n{listed(texts)}" for heading, texts in sections)
    return f"{EMPLOYER.upper()}\n{job.title.upper()}\nClass Code: {job.code}\n\n{body}\n"


def page(job: Job, *, around: bool = False, charset: str = "") -> str:
    """A job as a web page, with what stands around the text of real ones or without."""
    sections = (("Essential Duties", job.duties), ("Minimum Qualifications", job.needs), ("Knowledge, Skills and Abilities", job.knows))
    body = "".join(f"<h2>{heading}</h2><ul>{''.join(f'<li>{one}</li>' for one in texts)}</ul>" for heading, texts in sections)
    nav = "<nav><a href='/'>Home</a> <a href='/jobs'>Jobs</a></nav><script>track()</script>" if around else ""
    meta = f"<meta charset='{charset}'>" if charset else ""
    return f"<html><head>{meta}<title>{job.title} - {EMPLOYER}</title></head><body>{nav}<h1>{job.title}</h1><p>{EMPLOYER}</p><p>Class Code: {job.code}</p>{body}</body></html>"
