"""The signs of a role's level: a new one is a module here, a line in the table, and a kind of its own in the records."""

from specsearch.roles.signs import assisting, degree, direction, knowledge, staff, supervision, title, years
from specsearch.roles.signs.sign import Sign

SIGNS: tuple[tuple[Sign, ...], ...] = (
    (title.SIGN,),
    (supervision.SIGN,),
    (staff.SIGN,),
    (direction.SIGN,),
    (degree.SIGN, years.SIGN),
    (knowledge.SIGN,),
    (assisting.SIGN,),
)
"""All of them in the order in which they are shown; those in one line in the order of the document."""

__all__ = ["SIGNS", "Sign"]
