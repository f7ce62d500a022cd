"""Writes the tables of a dataset as CSV with DuckDB: `duckdb-export.py ROOT OUT THREADS [again]`.

The tables are those of `treatise export --format csv`: one for each collection, and one for each
array below it with the keys of the table around it and the position of the element. Nothing is
checked, and the columns are those that DuckDB detects. Each collection is read once into a
temporary table, or `again` for each of its tables, which takes less memory.
"""

import sys
from pathlib import Path

import duckdb

ROOT, OUT, THREADS = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
READS_AGAIN = sys.argv[4:] == ["again"]
OUT.mkdir(parents=True)
database = duckdb.connect()
database.execute(f"SET threads = {THREADS}")
written = 0


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def literal(text):
    return "'" + str(text).replace("'", "''") + "'"


def places(expression, kind, name):
    """The scalars and the lists in a value: expression, type and dotted name."""
    if kind.id == "struct":
        for member, inner in kind.children:
            inner_name = f"{name}.{member}" if name else member
            yield from places(f"{expression}.{quoted(member)}", inner, inner_name)
    else:
        yield expression, kind, name


def write(table, source, keys, columns):
    """Writes a table and those below it; `columns` are expressions over `source`."""
    global written
    chosen, lists = list(keys), []
    for expression, kind, name in columns:
        for inner, inner_kind, inner_name in places(expression, kind, name):
            if inner_kind.id == "list":
                lists.append((inner, inner_kind, inner_name))
            else:
                chosen.append(f"{inner} AS {quoted(inner_name or 'value')}")
    # The records are sorted by their ids; what is below them comes in their order.
    order = "ORDER BY id" if not keys else ""
    database.execute(
        f"COPY (SELECT {', '.join(chosen)} FROM {source} {order}) "
        f"TO {literal(OUT / f'{table}.csv')} (HEADER)"
    )
    written += 1
    for expression, kind, name in lists:
        below = f"{table}.{name}"
        own = [quoted(key.strip('"')) for key in keys] or ["id"]
        position = quoted(f"{below}.position")
        inner = (
            f"(SELECT {', '.join(own)}, generate_subscripts({expression}, 1) AS {position}, "
            f"unnest({expression}) AS element FROM {source})"
        )
        write(below, inner, [*own, position], [("element", kind.children[0][1], "")])


for path in sorted((ROOT / "data").glob("*.ndjson")):
    read = (
        f"read_json({literal(path)}, format = 'newline_delimited', "
        "maximum_object_size = 16777216, sample_size = -1)"
    )
    if READS_AGAIN:
        source = read
    else:
        database.execute(f"CREATE OR REPLACE TEMP TABLE records AS SELECT * FROM {read}")
        source = "records"
    relation = database.sql(f"SELECT * FROM {source} LIMIT 0")
    columns = [
        (quoted(name), kind, name) for name, kind in zip(relation.columns, relation.types)
    ]
    write(path.stem, source, [], columns)
print(f"{written} tables")
