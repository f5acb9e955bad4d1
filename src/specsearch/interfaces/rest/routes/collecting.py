"""Lists of passages, roles and comparisons with notes, and searches that are kept to be asked again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from specsearch.interfaces import shapes
from specsearch.interfaces.messages import OVER_REST, plainly
from specsearch.interfaces.rest.answers import answered, session_of, workbench_of
from specsearch.interfaces.rest.asked_collected import (
    DeletionAsked,
    EntriesAsked,
    ListAsked,
    ListChangeAsked,
    SavedAsked,
    SavedChangeAsked,
    SearchesAsked,
)
from specsearch.interfaces.rest.files import LIST_FILES, ListSuffix
from specsearch.interfaces.rest.problems import described
from specsearch.interfaces.rest.schemas import collected as schemas
from specsearch.interfaces.service import list_files, lists, searches
from specsearch.interfaces.service.collecting import LONGEST_LIST_NAME
from specsearch.interfaces.web.downloads import download
from specsearch.records import Act

ROUTER = APIRouter(tags=["collecting"], responses=described())
Name = Annotated[str, Path(max_length=LONGEST_LIST_NAME, description="Its name; capitals do not matter.", examples=["budget work"])]


@ROUTER.get("/lists", name="lists", response_model=list[schemas.ListedList])
def all_lists(request: Request) -> Response:
    """The lists that analysts keep in the index, with how many entries each has."""
    return answered(shapes.lists(lists.lists(lists.ListsRequest(), session_of(request))))


@ROUTER.post("/lists", name="begin_list", status_code=201, response_model=schemas.ChangedList, responses=described(409, 413))
def begin(request: Request, asked: ListAsked) -> Response:
    """Begin an empty list."""
    wanted = lists.ChangeListRequest(asked.name, Act.SAVE, asked.reviewer, (), asked.note)
    return answered(shapes.change_list(lists.change_list(wanted, session_of(request))), 201)


@ROUTER.get("/list-files/{suffix}/{name:path}", name="list_file", response_class=Response, responses=LIST_FILES)
def file_of(request: Request, suffix: ListSuffix, name: Name) -> Response:
    """A list with its notes as a file."""
    answer = lists.show_list(lists.ShowListRequest(name), session_of(request))
    return download(list_files.list_file(answer, suffix), answer.kept.name, f".{suffix}")


@ROUTER.get("/lists/{name:path}", name="list", response_model=schemas.WholeList)
def one_list(request: Request, name: Name) -> Response:
    """A list with its entries, each as it was kept and where it is now."""
    return answered(shapes.show_list(lists.show_list(lists.ShowListRequest(name), session_of(request))))


@ROUTER.post("/lists/{name:path}", name="add_to_list", status_code=201, response_model=schemas.AddedEntries, responses=described(409, 413))
def add(request: Request, name: Name, asked: EntriesAsked) -> Response:
    """Put passages, roles or a comparison into a list, which is begun if there is none of that name."""
    wanted = lists.AddToListRequest(name, asked.entries, asked.reviewer, asked.note, asked.compared)
    return answered(shapes.add_to_list(lists.add_to_list(wanted, session_of(request))), 201)


@ROUTER.patch("/lists/{name:path}", name="change_list", response_model=schemas.ChangedList, responses=described(409, 413))
def change(request: Request, name: Name, asked: ListChangeAsked) -> Response:
    """Take entries out of a list, note something of them or of the whole, or call it something else."""
    wanted = lists.ChangeListRequest(name, Act(asked.act), asked.reviewer, asked.entries, asked.value)
    return answered(shapes.change_list(lists.change_list(wanted, session_of(request))))


@ROUTER.delete("/lists/{name:path}", name="delete_list", response_model=schemas.ChangedList, responses=described(409))
def delete(request: Request, name: Name, asked: Annotated[DeletionAsked, Query()]) -> Response:
    """Delete a list with its notes; passages and roles stay in the index."""
    return answered(shapes.change_list(lists.change_list(lists.ChangeListRequest(name, Act.DELETE, asked.reviewer), session_of(request))))


@ROUTER.get("/searches", name="searches", response_model=list[schemas.ListedSearch])
def all_searches(request: Request, asked: Annotated[SearchesAsked, Query()]) -> Response:
    """The searches that are kept, perhaps with how much of what each finds is new."""
    rows = shapes.searches(searches.searches(searches.SearchesRequest(asked.counted), session_of(request)))
    return answered([row | {"wrong": plainly(row["wrong"], workbench_of(request).address, OVER_REST)} for row in rows])


@ROUTER.post("/searches", name="save_search", status_code=201, response_model=schemas.Again, responses=described(409, 413))
def save(request: Request, asked: SavedAsked) -> Response:
    """Keep a search; what it finds now counts as seen. One of that name gets the new question."""
    wanted = searches.SaveSearchRequest(asked.name, asked.search.request(), asked.reviewer, asked.note)
    return answered(shapes.ask_again(searches.save_search(wanted, session_of(request))), 201)


@ROUTER.get("/searches/{name:path}", name="ask_again", response_model=schemas.Again)
def again(request: Request, name: Name) -> Response:
    """Ask a saved search again: what it finds, what of that is new, and what is not found any more. What is new stays new until it is marked as seen."""
    return answered(shapes.ask_again(searches.ask_again(searches.AgainRequest(name), session_of(request))))


@ROUTER.patch("/searches/{name:path}", name="change_search", response_model=schemas.ChangedSearch, responses=described(409, 413))
def change_saved(request: Request, name: Name, asked: SavedChangeAsked) -> Response:
    """Mark what a saved search finds as seen, note something of it, or call it something else."""
    shown = None if asked.shown is None else frozenset(asked.shown)
    wanted = searches.ChangeSearchRequest(name, Act(asked.act), asked.reviewer, asked.value, shown)
    return answered(shapes.change_search(searches.change_search(wanted, session_of(request))))


@ROUTER.delete("/searches/{name:path}", name="delete_search", response_model=schemas.ChangedSearch, responses=described(409))
def delete_saved(request: Request, name: Name, asked: Annotated[DeletionAsked, Query()]) -> Response:
    """Delete a saved search."""
    return answered(shapes.change_search(searches.change_search(searches.ChangeSearchRequest(name, Act.DELETE, asked.reviewer), session_of(request))))
