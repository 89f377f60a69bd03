"""Many new rows of one table, as fast as the database takes them: COPY on PostgreSQL, one statement for all on SQLite."""

from operator import attrgetter

from django.db import DEFAULT_DB_ALIAS, connections

# What Python holds of these is what the database is sent.
AS_THEY_ARE = {
    "BigAutoField",
    "BooleanField",
    "CharField",
    "ForeignKey",
    "IntegerField",
    "PositiveIntegerField",
    "PositiveSmallIntegerField",
    "SlugField",
    "TextField",
}


def insert(rows):
    """
    Write unsaved ``rows``, all of one model and all with a primary key or all without; call it in a transaction.

    The table then says what `bulk_create` would have left; the rows in memory learn no key. No signal is sent.
    """
    if not rows:
        return
    connection = connections[DEFAULT_DB_ALIAS]  # itself, because its proxy looks it up for every value
    meta = rows[0]._meta
    fields = [field for field in meta.concrete_fields if rows[0].pk is not None or not field.primary_key]
    columns = zip(*(column(field, rows, connection) for field in fields), strict=True)
    quote = connection.ops.quote_name
    names = ", ".join(quote(field.column) for field in fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {quote(meta.db_table)} ({names}) FROM STDIN") as copy:
                for row in columns:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * len(fields))
            statement = f"INSERT INTO {quote(meta.db_table)} ({names}) VALUES ({places})"
            cursor.executemany(statement, list(columns))


def column(field, rows, connection):
    """Return what the database is sent of ``field`` for each of ``rows``."""
    values = map(attrgetter(field.attname), rows)
    if field.get_internal_type() in AS_THEY_ARE:
        return values
    return [field.get_db_prep_save(value, connection) for value in values]
