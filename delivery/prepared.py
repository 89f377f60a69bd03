"""
Queries that pages ask over and over: Django makes their SQL once, and only the values in it change.

Making it took a third of the time of a front, longer than the database took to answer. PostgreSQL in its turn plans each
once a connection: values go beside the SQL, which stays the same.
"""

import copy
import functools
import inspect
import itertools
import re

from django.db import connections
from django.db.models import Expression
from psycopg import RawCursor
from psycopg.types.datetime import TimestamptzLoader
from psycopg.types.numeric import Int8Dumper

NOBODY = -1  # no row has this id: it fills a list of ids that is shorter than its room
LARGEST = 2**63 - 1  # no column holds more: an id beyond it, typed into an address, is nobody's


class Place(Expression):
    """Where in the SQL a value will stand. name: its parameter; number: which one of a list's, None for a single value."""

    def __init__(self, name, number=None):
        super().__init__()
        self.name, self.number = name, number

    def as_sql(self, compiler, connection):
        return "%s", [self]

    def value(self, values):
        found = values[self.name]
        if self.number is not None:
            found = found[self.number] if self.number < len(found) else NOBODY
        return NOBODY if isinstance(found, int) and found > LARGEST else found


class Room:
    """Marks a parameter that takes a list of ids: `def stories(at, ids: Room(16))`."""

    def __init__(self, size):
        self.size = size


class Prepared:
    """
    Turns a function that makes a queryset of its arguments alone into one that returns the list of its rows.

    Arguments are compared with columns and never None; a list of ids needs a Room. Where a list is longer than that,
    Django makes the SQL as ever.
    """

    def __init__(self, make):
        functools.update_wrapper(self, make)
        self.make = make
        self.signature = inspect.signature(make)
        marked = {name: parameter.annotation for name, parameter in self.signature.parameters.items()}
        self.rooms = {name: mark.size for name, mark in marked.items() if isinstance(mark, Room)}
        self.made = {}  # {database vendor: (queryset, its compiler, what converts its columns, SQL, parameters and Places)}

    def __call__(self, *args, **kwargs):
        values = self.signature.bind(*args, **kwargs).arguments
        if not self._fits(values):
            return list(self.make(**values))
        queryset, compiler, converters, *_ = self._prepare()
        rows, asking = queryset.all(), copy.copy(compiler)
        asking.connection = planning_once(connections[rows.db])
        asking.as_sql = lambda *args, **kwargs: self._filled(values)
        asking.get_converters = lambda expressions: converters
        rows.query.get_compiler = lambda *args, **kwargs: asking
        return list(rows)

    def sql(self, *args, **kwargs):
        """Return the SQL and its parameters, to be part of other SQL."""
        values = self.signature.bind(*args, **kwargs).arguments
        return self._filled(values) if self._fits(values) else self.make(**values).query.sql_with_params()

    def _fits(self, values):
        return all(len(values[name]) <= size for name, size in self.rooms.items())

    def _prepare(self):
        vendor = connections["default"].vendor
        if vendor not in self.made:
            queryset = self.make(**{name: self._places(name) for name in self.signature.parameters})
            compiler = queryset.query.get_compiler(queryset.db)
            sql, params = compiler.as_sql()
            converters = compiler.get_converters([column for column, *_ in compiler.select])
            self.made[vendor] = queryset, compiler, converters, sql, params
        return self.made[vendor]

    def _places(self, name):
        size = self.rooms.get(name)
        return [Place(name, number) for number in range(size)] if size else Place(name)

    def _filled(self, values):
        queryset, _, _, sql, params = self._prepare()
        adapt = connections[queryset.db].ops.adapt_unknown_value
        return sql, [adapt(param.value(values)) if isinstance(param, Place) else param for param in params]


def planning_once(connection):
    """Return ``connection``, or one on it through which PostgreSQL plans what is asked only once: for SQL that stays the same."""
    return PlanningOnce(connection) if connection.vendor == "postgresql" else connection


class PlanningOnce:
    """A connection to PostgreSQL whose cursors prepare what they ask; psycopg remembers what, for each connection."""

    def __init__(self, connection):
        self._connection = connection

    def __getattr__(self, name):
        return getattr(self._connection, name)

    def cursor(self):
        wrapped = self._connection.cursor()
        wrapped.cursor = PlanningCursor(self._connection.connection)
        return wrapped


class PlanningCursor(RawCursor):
    """A cursor of psycopg that takes the `%s` of Django, and reads times without a detour: the connection's zone is UTC."""

    def __init__(self, connection):
        super().__init__(connection)
        # By itself psycopg sends the smallest kind of number that holds one: each mixture would be a plan of its own.
        self.adapters.register_dumper(int, Int8Dumper)
        self.adapters.register_loader("timestamptz", TimestamptzLoader)

    def execute(self, query, params=None):
        return super().execute(numbered(query), params)


@functools.lru_cache(256)
def numbered(sql):
    """Return ``sql`` with `$1`, `$2` and so on in place of each `%s`, as PostgreSQL itself has it."""
    numbers = itertools.count(1)
    return re.sub("%[s%]", lambda found: "%" if found[0] == "%%" else f"${next(numbers)}", sql).encode()


def fill(things, relation, rows, owner):
    """
    Give each of ``things`` those of ``rows`` that belong to it, as `prefetch_related` would, but from a Prepared list.

    relation: the name of the reverse key, "bylines"; owner: the column of a row that holds the thing's id.
    """
    for thing in things:
        own = getattr(type(thing), relation).rel.related_model._default_manager.none()
        own._result_cache = [row for row in rows if getattr(row, owner) == thing.pk]
        thing._prefetched_objects_cache = {**getattr(thing, "_prefetched_objects_cache", {}), relation: own}
