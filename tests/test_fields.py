"""The table of metadata fields: what it says agrees with the record, with itself and with what programs are given."""

from __future__ import annotations

from dataclasses import fields

from specsearch.fields import COLUMNS, FIELDS, Trait, names_with
from specsearch.ingest import table
from specsearch.interfaces.cli import page, restricted
from specsearch.interfaces.service.asking import Where
from specsearch.readers.rows import canonical_name
from specsearch.records import SourceClassification
from specsearch.retrieval import Filters
from specsearch.storage.keys import EMPLOYER, FILTERED, YEAR
from specsearch.storage.local.lexical import FILTER_FIELDS


def test_every_attribute_has_its_row() -> None:
    """Every attribute of a source classification but the origins has one row in the table, and every row its attribute."""
    attributes = [field.name for field in fields(SourceClassification) if field.name != "origins"]
    assert sorted(attributes) == sorted(field.name for field in FIELDS)


def test_a_column_states_one_field() -> None:
    """No name of a column stands for two fields, and each is in the form that headings are brought to."""
    columns = [column for names in COLUMNS.values() for column in names]
    assert len(set(columns)) == len(columns)
    assert [canonical_name(column) for column in columns] == columns


def test_captions_tell_fields_apart() -> None:
    """What stands before a value in a report or above it in a table is no other field's."""
    for names in ([field.caption for field in FIELDS], [field.short for field in FIELDS]):
        assert all(names)
        assert len(set(names)) == len(names)


def test_names_that_programs_are_given_are_stable() -> None:
    """The fields of hits, of exported tables and of filters are those that users' programs know, in their order."""
    assert names_with(Trait.IN_HITS) == ("title", "jurisdiction", "state", "class_code", "series", "level", "effective_date", "url")
    assert names_with(Trait.IN_TABLES) == ("title", "jurisdiction", "state", "class_code", "effective_date", "url")
    assert names_with(Trait.FILTERED) == ("title", "jurisdiction", "state", "level", "effective_date")
    assert names_with(Trait.CORRECTED) == ("title", "jurisdiction", "state", "class_code", "department", "country")


def test_what_searches_are_restricted_by_is_the_same_everywhere() -> None:
    """A field that is filtered is a member of the filters and of requests, an option, and in the word index; none is one without."""
    expected = {"city" if name == EMPLOYER else name for name in FILTERED}
    assert {field.name for field in fields(Filters)} - {"kinds", "labels"} == expected
    assert {field.name for field in fields(Where)} == expected
    assert set(restricted._OPTIONS) == expected
    assert set(FILTER_FIELDS) - {"label"} == {*names_with(Trait.FILTERED), "document_kind", YEAR} - {"effective_date"}


def test_what_reviewers_correct_can_be_stated_in_a_table() -> None:
    """Corrections are written as a table beside the documents: each field has a column there that is read."""
    assert set(table._COLUMNS) == set(names_with(Trait.CORRECTED))
    assert all(column in COLUMNS[name] for name, column in table._COLUMNS.items())


def test_a_page_of_a_document_shows_every_field() -> None:
    """What `parse --format html` shows beside the text is every field, in an order of its own."""
    assert sorted(page.FACTS) == sorted(field.name for field in FIELDS)
