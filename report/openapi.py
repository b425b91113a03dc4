"""``/api/v1/openapi.json``: every route in the words of OpenAPI 3.1, made from the scenario itself.

Names, units, bounds, defaults and help of the inputs are those of the form; what a table holds and
takes is its own record. A route without a record here fails a test.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, get_args, get_origin

from calculators import METHOD
from calculators.own import UNITS
from calculators.scenario import Scenario, allowed, bounds, choices, extra, fields, is_numeric
from pricing.own import KINDS
from report import comparison, csv_explored, links, packed, shapes
from report.asked_report import PAPER_NAME, PAPERS, SECTIONS_NAME
from report.codec import MAX_QUERY_CHARS
from report.csv_question import Parameter
from report.csv_tables import TABLES, Table
from report.pins import PINS
from report.sections import SECTIONS
from report.server.limits import MAX_TARGET_BYTES
from report.shapes import Shape
from report.sweep import MOST as MOST_VALUES
from report.upgrades import SCHEMA
from report.workbook.download import XLSX

Json = dict[str, Any]
VERSION = "3.1.0"
_JSON, _CSV, _PDF = "application/json", "text/csv", "application/pdf"
_FILES = (_PDF, XLSX)
_EMPTY = (
    "Written empty (null in JSON) it is not set: what the model, the price book or our assumptions "
    "say holds."
)


@dataclass(frozen=True)
class Described:
    """A route in words: what it answers, what it takes besides the scenario, and in which shape."""

    path: str
    summary: str
    shape: Shape = "text"
    takes: Sequence[Parameter] = ()
    required: Sequence[str] = ()
    media: str = _JSON
    of_scenario: bool = True
    also: Mapping[int, str] = field(default_factory=dict)  # status -> when


_AXIS = Parameter("axis", "The input to vary: a numeric one, a word, a list or an own figure.")
_VALUES = Parameter("values", f"1 to {MOST_VALUES:,} values, separated by commas.")
_MODE = csv_explored.MODE
_MUCH = (
    Parameter(
        comparison.CANDIDATES,
        "best: the best candidate of each place, in places; all (left out): every one, in options.",
        (comparison.ALL, comparison.BEST),
    ),
    Parameter(
        comparison.BREAK_EVEN,
        "yes: the crossings of every two places along the volume too; left out: no.",
        (comparison.NO, comparison.YES),
    ),
)
_ROUTES: Sequence[Described] = (
    Described(
        "/healthz",
        "Whether the server answers, and with which edition and method.",
        shapes.HEALTH,
        of_scenario=False,
        also={503: "The price tables cannot be read, or pages are not answered."},
    ),
    Described(
        "/readyz",
        "Whether answers come at once: the tables are read and the estimators have learnt.",
        shapes.HEALTH,
        of_scenario=False,
        also={503: "Not yet; some seconds after start."},
    ),
    Described(links.COMPARE_API, "The comparison of one scenario.", shapes.COMPARE, _MUCH),
    Described(
        links.SWEEP_API,
        "The best candidate of each place at each value of one input.",
        shapes.SWEEP,
        (_AXIS, _VALUES),
        ("axis", "values"),
    ),
    Described(
        links.BREAK_EVEN_API,
        "Every crossing of two places or candidates along one input.",
        shapes.BREAK_EVEN,
        csv_explored.PAIR,
    ),
    Described(
        links.STRIPS_API,
        "Who wins over the bounds of every input.",
        shapes.STRIPS,
        csv_explored.OF_STRIPS,
    ),
    Described(
        links.ADVICE_API,
        "What to do and why, what would turn it, what to measure first.",
        {"advice": shapes.ADVICE},
    ),
    Described(
        links.CONSTRAINTS_API,
        "What each constraint costs a month, and what came nearest to passing it.",
        shapes.CONSTRAINTS,
    ),
    Described(
        links.TRADEOFFS_API,
        "What each place means for the app, concern by concern, each in a unit.",
        shapes.TRADEOFFS,
    ),
    Described(
        links.DEVICES_API,
        "The users' devices: who can, how fast cold and warm, at what energy, how updated.",
        shapes.USERS_DEVICES,
    ),
    Described(
        links.RETRAINING_API,
        "Cost by place of training, from never trained again to continuously.",
        shapes.RETRAINING,
    ),
    Described(
        links.PAYBACK_API,
        "What two options have cost by each month, and when one overtakes the other.",
        shapes.PAYBACK,
        csv_explored.SIDES,
    ),
    Described(
        links.MAP_API,
        "The cheapest place over two inputs.",
        shapes.MAP,
        csv_explored.OF_MAP,
        ("x", "y"),
    ),
    Described(
        links.HISTORY_API, "The answer at the prices of earlier days.", shapes.HISTORY, (_MODE,)
    ),
    Described(
        links.UNCERTAINTY_API,
        "How sure the answer is, what is worth knowing, what moves the difference.",
        shapes.UNCERTAINTY,
    ),
    Described(
        links.SIDE_BY_SIDE_API,
        "Up to four scenarios beside each other: what differs, what each answers, of what.",
        shapes.SIDE_BY_SIDE,
    ),
    Described(
        links.SELF_CHECK_API,
        "Published results of others, ours beside them.",
        shapes.SELF_CHECK,
        of_scenario=False,
    ),
    Described(links.OPENAPI, "This description.", shapes.OPENAPI, of_scenario=False),
    Described(
        links.REPORT,
        "The comparison as a PDF report.",
        takes=(
            Parameter(
                SECTIONS_NAME,
                f"What it has besides the answer, separated by commas: {', '.join(SECTIONS)}.",
            ),
            Parameter(PAPER_NAME, "The size of the paper.", PAPERS),
        ),
        media=_PDF,
    ),
    Described(links.WORKBOOK, "The comparison as a workbook with live formulas.", media=XLSX),
)


def described() -> Iterable[Described]:
    """Every route, tables among them."""
    yield from _ROUTES
    for table in TABLES.values():
        yield Described(table.path, table.says, takes=table.takes, media=_CSV)


# --- the document ----------------------------------------------------------------------------
@cache
def document() -> Json:
    """The description, the same for every visitor of this version."""
    return {
        "openapi": VERSION,
        "info": {
            "title": "Crossover",
            "version": f"schema {SCHEMA}, method {METHOD}",
            "summary": "Where should an app's machine learning run, and what does it cost?",
            "description": (
                "Every route takes the query a page's address holds. Money is in US dollars. null "
                "means not known or not set, never 0. Compare options by the same field of one "
                "answer; an option whose status is not feasible is not ranked."
            ),
        },
        "servers": [{"url": links.public_url("/") or "/"}],
        "paths": {route.path: {"get": _operation(route)} for route in described()},
        "components": {
            "parameters": {
                **_inputs(),
                **_pins(),
                "own_figures": _own_figures(),
                "differences": _differences(),
                packed.FIELD: _packed(),
            },
            "schemas": {
                "Scenario": _scenario(),
                "Refused": shapes.schema(shapes.REFUSED),
                "Error": shapes.schema(shapes.ERROR),
                "Busy": shapes.schema(shapes.BUSY),
            },
            "responses": _errors(),
        },
    }


@cache
def as_json() -> bytes:
    """The description as it is sent."""
    return json.dumps(document(), ensure_ascii=False, allow_nan=False).encode()


def _operation(route: Described) -> Json:
    parameters = [_own(item, item.name in route.required) for item in route.takes]
    if route.of_scenario:
        parameters += [{"$ref": f"#/components/parameters/{name}"} for name in _names()]
    return {
        "operationId": _id(route.path),
        "summary": route.summary,
        "parameters": parameters,
        "responses": {
            "200": _answered(route),
            **{str(status): {"description": words} for status, words in route.also.items()},
            **({"422": _error("Refused")} if parameters else {}),
            "405": _error("MethodNotAllowed"),
            "414": _error("TooLong"),
            "500": _error("Fault"),
            **({"503": _error("Busy")} if 503 not in route.also else {}),
        },
    }


def _answered(route: Described) -> Json:
    made: Json = {"description": route.summary, "content": _content(route)}
    if route.media == _CSV:
        words = "What there is to say of the link, such as another method; left out where nothing."
        made["headers"] = {"X-Warning": {"description": words, "schema": {"type": "string"}}}
    return made


def _id(path: str) -> str:
    """``api_v1_items_csv``."""
    return path.strip("/").replace("/", "_").replace(".", "_").replace("-", "_")


def _names() -> list[str]:
    return [*fields(), *PINS, "own_figures", "differences", packed.FIELD]


def _content(route: Described) -> Json:
    if route.media in _FILES:
        return {route.media: {"schema": {"type": "string", "contentMediaType": route.media}}}
    if route.media == _CSV:
        table = next(table for table in TABLES.values() if table.path == route.path)
        return {_CSV: {"schema": _table(table)}}
    if route.path == links.COMPARE_API:
        asked = (shapes.COMPARE, shapes.COMPARE_BEST)
        return {_JSON: {"schema": {"anyOf": [_compared(shape) for shape in asked]}}}
    schema = shapes.schema(route.shape)
    return {_JSON: {"schema": _warned(schema) if route.of_scenario else schema}}


def _compared(shape: Shape) -> Json:
    """One of the two answers of the comparison; which one, ``candidates`` says."""
    schema = shapes.schema(shape)
    schema["properties"]["scenario"] = {"$ref": "#/components/schemas/Scenario"}
    return _warned(schema)


def _warned(schema: Json) -> Json:
    said = "Only where there is something to say of the link, such as another method."
    listed = {"type": "array", "items": {"type": "string"}, "description": said}
    schema["properties"]["warnings"] = listed
    return schema


def _table(table: Table) -> Json:
    """Columns in their order; OpenAPI has no words of its own for them."""
    return {
        "type": "string",
        "description": f"{table.says} UTF-8, comma, first line names; an empty cell is not known.",
        "x-columns": [
            {"name": column.name, "unit": column.unit, "description": column.meaning}
            for column in table.columns
        ],
    }


def _error(name: str) -> Json:
    return {"$ref": f"#/components/responses/{name}"}


def _errors() -> Json:
    def said(words: str, schema: str) -> Json:
        content = {_JSON: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
        return {"description": words, "content": content}

    refused = (
        "Inputs were refused: each with its field, value and what is allowed. Or the answer takes "
        "more of a processor than it may: what to ask less of, in the same words."
    )
    seconds = {"description": "Seconds until room is likely.", "schema": {"type": "integer"}}
    busy = said("Too much waits or has waited too long.", "Busy")
    return {
        "Refused": said(refused, "Refused"),
        "MethodNotAllowed": said("Only GET and HEAD are answered.", "Error"),
        "TooLong": said(f"Path and query are over {MAX_TARGET_BYTES:,} bytes.", "Error"),
        "Busy": {**busy, "headers": {"Retry-After": seconds}},
        "Fault": said("A fault of ours.", "Error"),
    }


# --- parameters ------------------------------------------------------------------------------
def _own(item: Parameter, required: bool) -> Json:
    """A parameter of a route's own."""
    schema: Json = {"type": "string"}
    if item.allowed:
        schema["enum"] = list(item.allowed)
    return {
        "name": item.name,
        "in": "query",
        "required": required,
        "description": item.says,
        "schema": schema,
    }


def _inputs() -> Json:
    return {name: _input(name) for name in fields()}


def _input(name: str) -> Json:
    """An input as it is written in a query."""
    found = fields()[name]
    default = getattr(Scenario(), name)
    empty = type(None) in get_args(found.annotation)
    listed = get_origin(found.annotation) is tuple
    made: Json = {
        "name": name,
        "in": "query",
        "required": False,
        "description": _help(name, empty),
        "schema": _as_written(name, default),
        "x-group": extra(name, "group"),
        "x-unit": extra(name, "unit"),
    }
    if empty or listed:
        made["allowEmptyValue"] = True
    return made | ({"style": "form", "explode": False} if listed else {})


def _help(name: str, empty: bool) -> str:
    found = fields()[name]
    unit = extra(name, "unit")
    left_out = "Left out: what the preset says, else the default."
    parts = [f"{found.title}{f' ({unit})' if unit else ''}.", found.description or "", left_out]
    return " ".join([*parts, _EMPTY] if empty else parts)


def _as_written(name: str, default: object) -> Json:
    """The schema of an input's text: yes and no for switches, commas between several."""
    if isinstance(default, bool):
        return {"type": "string", "enum": ["yes", "no"], "default": "yes" if default else "no"}
    schema = _value(name)
    if default is not None:
        schema["default"] = list(default) if isinstance(default, tuple) else default
    return schema


def _value(name: str) -> Json:
    """What an input may be: bounds of a number, the words of a list."""
    annotation, words = fields()[name].annotation, list(choices(name))
    if get_origin(annotation) is tuple:
        held: Json = {"type": "string"}
        return {"type": "array", "items": held | ({"enum": words} if words else {})}
    if is_numeric(name):
        return _number(name)
    text: Json = {"type": "string"}
    if words:
        text["enum"] = words
    if name == "title":
        text |= {"maxLength": 200, "description": allowed(name)}
    return text


def _number(name: str) -> Json:
    low, high, open_low = bounds(name)
    whole = int in {fields()[name].annotation, *get_args(fields()[name].annotation)}
    made: Json = {"type": "integer" if whole else "number"}
    if low is not None:
        made["exclusiveMinimum" if open_low else "minimum"] = low
    if high is not None:
        made["maximum"] = high
    return made


_PIN_WORDS: Mapping[str, tuple[str, Json]] = {
    "v": (
        "Version of the link's own language; left out: the newest.",
        {"type": "integer", "minimum": 1, "maximum": SCHEMA},
    ),
    "edition": ("Edition of the price tables; left out: the newest.", {"format": "date"}),
    "price_date": ("Day whose prices apply; left out: the edition's.", {"format": "date"}),
    "method": ("Version of the formulas the link was made with.", {"maxLength": 20}),
    "was": ("The headline the link showed: <option id>:<total in USD>.", {"maxLength": 300}),
}


def _pins() -> Json:
    return {
        name: {
            "name": name,
            "in": "query",
            "required": False,
            "description": words,
            "schema": {"type": "string", **schema},
        }
        for name, (words, schema) in _PIN_WORDS.items()
    }


def _own_figures() -> Json:
    """Figures of the user's own: any number of parameters by the names of prices and vendors."""
    kinds = {
        f"^{kind}\\.": {"type": "number", "description": f"{kind}.<...>, {UNITS[kind]}"}
        for kind in KINDS
    }
    return {
        "name": "own_figures",
        "in": "query",
        "required": False,
        "style": "form",
        "explode": True,
        "description": (
            "What you pay in place of the list: price.<key>, discount.<vendor>, fixed.<place>, "
            "assume.<name>, each a parameter of its own. A whole query holds at most "
            f"{MAX_QUERY_CHARS:,} characters."
        ),
        "schema": {"type": "object", "patternProperties": kinds, "additionalProperties": False},
    }


def _differences() -> Json:
    """Scenarios beside the first: any of their inputs by letter."""
    words = (
        "Scenarios beside this one (A), as what differs: b.<input>=<value>, c. and d. alike, "
        "figures of one's own too. Side-by-side routes need one; all others answer A alone."
    )
    return {
        "name": "differences",
        "in": "query",
        "required": False,
        "style": "form",
        "explode": True,
        "description": words,
        "schema": {
            "type": "object",
            "patternProperties": {"^[bcd]\\.": {"type": "string"}},
            "additionalProperties": False,
        },
    }


def _packed() -> Json:
    """All of them in one."""
    words = (
        "A whole query packed into one parameter, as Share gives links that are longer than "
        f"{packed.LONG:,} characters: a sum, figures and base64, see docs/links.md. What stands "
        "beside it must not say otherwise."
    )
    return {
        "name": packed.FIELD,
        "in": "query",
        "required": False,
        "description": words,
        "schema": {"type": "string", "pattern": f"^[{packed.FORMS}][A-Za-z0-9_-]{{6,}}$"},
    }


# --- the scenario in answers -----------------------------------------------------------------
def _scenario() -> Json:
    """Every input as JSON holds it."""
    return {
        "type": "object",
        "description": "Every input, those left out too.",
        "properties": {name: _held(name) for name in fields()},
        "required": list(fields()),
    }


def _held(name: str) -> Json:
    found, default = fields()[name], getattr(Scenario(), name)
    made: Json = {"type": "boolean"} if isinstance(default, bool) else _value(name)
    if type(None) in get_args(found.annotation):
        made = {"oneOf": [made, {"type": "null"}]}
    said = {"title": found.title, "description": _help(name, empty=False)}
    return {**made, **said, "x-unit": extra(name, "unit")}
