"""The server: the tools with their schemas, errors that say what to do, and the part of an application that serves it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.context import Context
from mcp.server.mcpserver.exceptions import ResourceNotFoundError, ToolError
from mcp.server.mcpserver.tools import Tool
from mcp.server.transport_security import TransportSecuritySettings
from mcp_types import CallToolResult, InputRequiredResult, ToolAnnotations
from pydantic import ValidationError
from starlette.routing import BaseRoute, Route

from specsearch.errors import SpecsearchError
from specsearch.interfaces.mcp.plain import plain
from specsearch.interfaces.mcp.tools import Tools
from specsearch.interfaces.mcp.words import INSTRUCTIONS, TOOLS
from specsearch.interfaces.service.session import Session
from specsearch.version import __version__

PATH = "/mcp"
"""Where an application serves it."""
_LARGEST_REQUEST = 256 * 1024
"""Bytes of a request by HTTP at most; the longest that a tool takes is far below."""
_NO_ARGUMENT = "the tool takes no such argument"
_BROKEN = "Something went wrong inside specsearch. What it was stands in the log of the server."


class _Server(MCPServer[Any]):
    """A server whose errors are messages that say what to do.

    Attributes:
        address: Where the index is.
    """

    address = ""

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """Call a tool.

        Raises:
            ToolError: With the message alone of what was refused; of anything else nothing is told.
        """
        try:
            return await super().call_tool(name, arguments, context)
        except ToolError as error:
            cause = error.__cause__
            if isinstance(cause, SpecsearchError):
                raise ToolError(plain(str(cause), self.address)) from cause
            if isinstance(cause, ValidationError) and type(error) is ToolError:
                raise ToolError(_refused(cause)) from cause
            if type(error) is not ToolError:  # it is logged with what it was
                error.args = (_BROKEN,)
            raise


def make_mcp(session_of: Callable[[], Session], address: str = "") -> MCPServer[Any]:
    """The server of an index.

    Args:
        session_of: Gives the session; called at each request, from several threads. What it raises is answered.
        address: Where the index is, which no message tells.
    """
    tools = Tools(session_of, address)
    made = [_tool(getattr(tools, name), name) for name in TOOLS]
    server = _Server("specsearch", title="specsearch", instructions=INSTRUCTIONS, version=__version__, tools=made, log_level="ERROR", subscriptions=False)
    server.address = address

    @server.resource("specsearch://document/{+document}", title="A job document", description="The text of a document of the index, by its id; a long one's beginning.", mime_type="text/plain")
    def document(document: str) -> str:
        try:
            return tools.text_of(document)
        except SpecsearchError as error:
            raise ResourceNotFoundError(plain(str(error), address)) from error

    return server


def routes_of(server: MCPServer[Any]) -> list[BaseRoute]:
    """The route of an application that serves it at `PATH`, each request for itself, answered as JSON; nothing is held open.

    Which hosts and origins may ask is for the application to say. It must run `server.session_manager.run()` for as long as it lives.
    """
    elsewhere = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    made = server.streamable_http_app(
        streamable_http_path=PATH, json_response=True, stateless_http=True, max_request_body_size=_LARGEST_REQUEST, transport_security=elsewhere
    )
    return [Route(PATH, made, methods=["POST"])]


def _tool(function: Callable[..., Any], name: str) -> Tool:
    """A tool that refuses what it does not know: an argument that is passed over would change the answer silently."""
    title, description = TOOLS[name]
    reads = ToolAnnotations(title=title, read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
    tool = Tool.from_function(function, name, title, description, annotations=reads)
    arguments = tool.fn_metadata.arg_model
    arguments.model_config["extra"] = "forbid"
    arguments.model_rebuild(force=True)
    tool.parameters = _untitled(arguments.model_json_schema(by_alias=True))
    tool.fn_metadata.output_schema = _untitled(tool.fn_metadata.output_schema)
    return tool


def _untitled(schema: Any) -> Any:  # noqa: ANN401  # any part of a schema
    """A schema without the titles that are made of its names: they take a model's room and say nothing."""
    if isinstance(schema, dict):
        return {name: _untitled(part) for name, part in schema.items() if name != "title" or not isinstance(part, str)}
    return [_untitled(part) for part in schema] if isinstance(schema, list) else schema


def _refused(error: ValidationError) -> str:
    """What is wrong with the arguments of a call, an argument each."""
    found = error.errors(include_url=False, include_input=False)
    wrong = [f"{'.'.join(map(str, one['loc']))}: {_NO_ARGUMENT if one['type'] == 'extra_forbidden' else one['msg']}" for one in found]
    return plain(f"These arguments cannot be used. {'. '.join(dict.fromkeys(wrong))}.")
