"""Headings, sections and lead-ins."""

from __future__ import annotations

from parsed import parse
from specsearch.parsing.document import parse_source
from specsearch.readers.markdown import read_markdown
from specsearch.records import Label


def test_heading_path() -> None:
    """A passage knows the headings and lead-ins that govern it, outermost first; a new lead-in ends the one before."""
    parsed = parse(
        "Zoning Technician\n\nKNOWLEDGE, SKILLS AND ABILITIES\nKnowledge of:\n- zoning ordinances and maps;\n- office software.\n"
        "Ability to:\n- read site plans;\n\nDUTIES\nCounter work:\nAnswers questions of the public.\n"
    )
    assert [(passage.heading_path, passage.text) for passage in parsed.passages] == [
        (("KNOWLEDGE, SKILLS AND ABILITIES", "Knowledge of"), "- zoning ordinances and maps;"),
        (("KNOWLEDGE, SKILLS AND ABILITIES", "Knowledge of"), "- office software."),
        (("KNOWLEDGE, SKILLS AND ABILITIES", "Ability to"), "- read site plans;"),
        (("DUTIES", "Counter work"), "Answers questions of the public."),
    ]


def test_statements_of_a_lead_in() -> None:
    """Each item of a semicolon list after a lead-in is a passage; the one that holds the lead-in has it in its text only."""
    parsed = parse("Clerk\n\nABILITIES\nAbility to: file the papers of all departments; type forty words a minute; lift small boxes.\n")
    assert [(passage.heading_path, passage.text) for passage in parsed.passages] == [
        (("ABILITIES",), "Ability to: file the papers of all departments;"),
        (("ABILITIES", "Ability to"), "type forty words a minute;"),
        (("ABILITIES", "Ability to"), "lift small boxes."),
    ]


def test_sections() -> None:
    """Neighbouring statements of one label under one heading are one section, which starts at the heading."""
    text = "Clerk\n\nDUTIES\nFiles papers.\nSorts the mail.\n\nREQUIREMENTS\nA diploma.\nA valid driver's license.\n"
    parsed = parse(text)
    assert [(section.label, section.heading, text[section.start : section.end]) for section in parsed.sections] == [
        (Label.DUTY, "DUTIES", "DUTIES\nFiles papers.\nSorts the mail."),
        (Label.QUALIFICATION, "REQUIREMENTS", "REQUIREMENTS\nA diploma."),
        (Label.LICENSE, "REQUIREMENTS", "A valid driver's license."),
    ]


def test_sections_of_glued_headings() -> None:
    """A section that starts with a glued heading starts there, and has that heading."""
    # BUG: the heading goes to the section after its own, which then starts inside the one before.
    text = "City Planner\nReports to: Chief Planner\nFLSA Status: Exempt\nPurpose: Handles zoning cases.\n"
    parsed = parse_source(read_markdown(text.replace("\n", "\n\n").encode()), "x.md")
    body = parsed.document.text
    assert [(section.label.value, section.heading, body[section.start : section.end]) for section in parsed.sections] == [
        ("supervision", "Reports to", "Reports to: Chief Planner"),
        ("compensation", "FLSA Status", "FLSA Status: Exempt"),
        ("summary", "Purpose", "Purpose: Handles zoning cases."),
    ]
