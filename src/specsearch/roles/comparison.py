"""Two roles, duty by duty, with a verdict and its reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from specsearch.errors import UsageError
from specsearch.records import Comparison, Decision, Kind, Passage, Role
from specsearch.retrieval.boilerplate import is_boilerplate
from specsearch.roles.alignment import align, nearest
from specsearch.roles.duties import Duties, duty_scores
from specsearch.roles.duty_model import THRESHOLD
from specsearch.roles.exclusions import exclusions_of
from specsearch.roles.graph import links_of
from specsearch.roles.levels import level_difference, signals
from specsearch.roles.outlines import outline, wholes_of
from specsearch.roles.profiles import Placed, Profiles
from specsearch.roles.reading import catalog, method_of, require_role, statement_vectors, statements
from specsearch.roles.requirements import requirements
from specsearch.roles.uncertainty import sides_of
from specsearch.roles.verdict import Evidence, too_few, verdict_of


@dataclass(frozen=True, slots=True)
class Prepared:
    """A role that is ready to be compared."""

    role: Role
    duties: Duties
    boilerplate: tuple[Passage, ...]
    unsure: tuple[Passage, ...]
    placed: Placed

    @property
    def unsure_duties(self) -> int:
        """How many duties are left out because they are unsure."""
        return sum(passage.kind is Kind.DUTY and not is_boilerplate(passage) for passage in self.unsure)

    @property
    def too_few(self) -> bool:
        """Whether its duties are too few to judge it by, or most of them unsure."""
        return too_few(len(self.duties), self.unsure_duties)


def prepare(profiles: Profiles, role: int | Role) -> Prepared:
    """Make a role ready to be compared.

    Args:
        profiles: Of the index.
        role: Row number of an indexed document, or a role that is not in the index, which is embedded.

    Raises:
        UsageError: It has no duties, or none that is sure, or is not about one job.
    """
    index = profiles.index
    if isinstance(role, Role):
        vectors = statement_vectors(index, role.passages)
        [wholes] = wholes_of(index.encoder, [role.document.source.title], [role.passages])
        placed = Placed(outline(role.passages, vectors, wholes), profiles.employer(role.document.source), linked=_linked(profiles, role))
    else:
        require_role(index, role)
        passages, vectors = next(statements(index, [role]))
        placed = profiles.placed(profiles.places[role])
        role = Role(index.document(role), tuple(passages))
    duties = profiles.duties(role.counted, vectors[[i for i, passage in enumerate(role.passages) if not passage.unsure]])
    common = [is_boilerplate(passage) for passage in duties.passages]
    counted = duties.some(i for i, is_common in enumerate(common) if not is_common)
    if not len(counted):
        raise UsageError(f"{role.document.path} has no duties to compare ({lacking(role)}). See how it is read with: specsearch parse {role.document.path}")
    boilerplate = tuple(passage for passage, is_common in zip(duties.passages, common, strict=True) if is_common)
    unsure = tuple(passage for passage in role.passages if passage.unsure and passage.kind in (Kind.DUTY, Kind.QUALIFICATION))
    return Prepared(role, counted, boilerplate, unsure, placed)


def _linked(profiles: Profiles, role: Role) -> frozenset[int]:
    """Row numbers of the roles that a role from a file names, and of those that name, or are named by, an indexed one of its title."""
    index, source = profiles.index, role.document.source
    found = {target for link in links_of(index, role) for target in link.targets}
    employer = index.employer_of(source)
    for number, entry in catalog(index).items():
        if employer and source.title and entry.employer == employer and (entry.source.title or "").casefold() == source.title.casefold():
            found |= profiles.linked(number)
    return frozenset(found)


def lacking(role: Role) -> str:
    """What a role without duties to compare has in place of them: "none", "only statements that every class has", "2 unsure ones"."""
    duties = [passage for passage in role.passages if passage.kind is Kind.DUTY]
    unsure = sum(passage.unsure for passage in duties)
    said = "only statements that every class has" if unsure < len(duties) else ""
    return " and ".join(filter(None, (said, f"{unsure} unsure {'one' if unsure == 1 else 'ones'}" if unsure else ""))) or "none"


def compare(profiles: Profiles, a: Prepared, b: Prepared, decisions: Sequence[Decision] = ()) -> Comparison:
    """Compare two roles.

    Swapping the roles mirrors the comparison; the order of duties and the cities' names change nothing.

    Args:
        profiles: Of the index.
        a: One role.
        b: The other.
        decisions: What reviewers decided about this pair before.
    """
    scores = duty_scores(a.duties, b.duties)
    aligned = align(a.duties.passages, b.duties.passages, scores, THRESHOLD)
    nearest_a, nearest_b = nearest(aligned, a.duties.passages, b.duties.passages, scores)
    required_a, required_b = requirements(a.role.counted), requirements(b.role.counted)
    level_a, level_b = signals(a.role, required_a), signals(b.role, required_b)
    difference, exclusions = level_difference(level_a, level_b), exclusions_of(a.role, b.role)
    similarity, percentile = profiles.pair(a.placed, b.placed)
    sides = sides_of(aligned)
    evidence = Evidence(sides, (a.unsure_duties, b.unsure_duties), exclusions, difference, profiles.alike(a.placed, b.placed))
    verdict, reasons = verdict_of(a.role.document, b.role.document, evidence)
    return Comparison(
        a=a.role, b=b.role,
        matches=aligned.matches, partial=aligned.partial,
        unmatched_a=aligned.unmatched_a, unmatched_b=aligned.unmatched_b,
        boilerplate_a=a.boilerplate, boilerplate_b=b.boilerplate,
        coverage_a=aligned.coverage_a, coverage_b=aligned.coverage_b,
        threshold=THRESHOLD,
        similarity=similarity, percentile=percentile,
        requirements_a=required_a, requirements_b=required_b,
        level_a=level_a, level_b=level_b, level_difference=difference,
        exclusions=exclusions,
        verdict=verdict, reasons=reasons,
        decisions=tuple(decisions),
        method=method_of(profiles.index, len(profiles)),
        unsure_a=a.unsure, unsure_b=b.unsure,
        nearest_a=nearest_a, nearest_b=nearest_b,
        interval_a=sides[0].interval, interval_b=sides[1].interval,
    )  # fmt: skip
