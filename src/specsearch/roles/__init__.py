"""Roles as wholes: similar ones, duty-by-duty comparison, counterparts across cities."""

from specsearch.roles.cities import survey_duty, survey_role
from specsearch.roles.comparison import compare, prepare
from specsearch.roles.find import find_role
from specsearch.roles.profiles import Profiles, open_profiles
from specsearch.roles.similarity import similar

__all__ = ["Profiles", "compare", "find_role", "open_profiles", "prepare", "similar", "survey_duty", "survey_role"]
