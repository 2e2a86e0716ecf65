"""Stock clients, unmodified, against a running `ampd dev --demo`: stock_clients.py CHECK FLIGHT_PORT JSON_LINES_PORT."""
import sys
import urllib.request
import warnings

CHECK, FLIGHT_PORT, JSON_LINES_PORT = sys.argv[1:]
FLIGHT = "grpc://localhost:" + FLIGHT_PORT
JSON_LINES = "http://localhost:" + JSON_LINES_PORT
LOGS = 719
TRANSACTIONS = 348


def connect():
    import adbc_driver_flightsql.dbapi as dbapi

    warnings.filterwarnings("ignore", "Cannot disable autocommit")
    return dbapi.connect(FLIGHT)


def pyarrow_ticket():
    from pyarrow import flight

    client = flight.connect(FLIGHT)
    table = client.do_get(flight.Ticket(b"SELECT * FROM 'demo/mainnet'.transactions LIMIT 10")).read_all()
    assert table.num_rows == 10, table.num_rows


def pyarrow_command():
    import pyarrow as pa
    from pyarrow import flight

    client = flight.connect(FLIGHT)
    for table in ("blocks", "transactions", "logs"):
        command = f"SELECT * FROM 'demo/mainnet'.{table}".encode()
        info = client.get_flight_info(flight.FlightDescriptor.for_command(command))
        rows = client.do_get(info.endpoints[0].ticket).read_all()
        assert rows.schema == info.schema, (rows.schema, info.schema)
    assert rows.num_rows == LOGS
    assert rows.schema.field("address").type == pa.binary(20)
    assert rows.schema.field("timestamp").type == pa.timestamp("ns", "+00:00")


def pyarrow_abort():
    from pyarrow import flight

    client = flight.connect(FLIGHT)
    many = b"SELECT a.* FROM 'demo/mainnet'.logs a CROSS JOIN 'demo/mainnet'.logs b"
    for _ in range(5):
        reader = client.do_get(flight.Ticket(many))
        assert reader.read_chunk().data.num_rows > 0
        reader.cancel()
    count = client.do_get(flight.Ticket(b"SELECT count(*) AS n FROM 'demo/mainnet'.logs")).read_all()
    assert count["n"].to_pylist() == [LOGS]


def adbc_cursor():
    with connect() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT tx_index, tx_hash FROM 'demo/mainnet'.transactions ORDER BY tx_index LIMIT 3")
        rows = cursor.fetchall()
        assert [row[0] for row in rows] == [0, 1, 2], rows
        assert all(len(row[1]) == 32 for row in rows), rows


def adbc_metadata():
    with connect() as connection:
        objects = connection.adbc_get_objects(depth="columns").read_all().to_pylist()
        schemas = {
            schema["db_schema_name"]: {table["table_name"] for table in schema["db_schema_tables"]}
            for catalog in objects
            for schema in catalog["catalog_db_schemas"]
        }
        assert schemas["demo/mainnet"] == {"blocks", "transactions", "logs"}, schemas
        assert connection.adbc_get_info()["vendor_name"] == "Amp"
        assert connection.adbc_get_table_types() == ["TABLE"]
        schema = connection.adbc_get_table_schema("logs", db_schema_filter="demo/mainnet")
        assert "log_index" in schema.names, schema


def adbc_error():
    import adbc_driver_flightsql.dbapi as dbapi

    with connect() as connection, connection.cursor() as cursor:
        try:
            cursor.execute("SELECT nope FROM 'demo/mainnet'.logs")
        except dbapi.Error as error:
            assert "No field named nope" in str(error), error
        else:
            raise AssertionError("no error")
        cursor.execute("SELECT 1 AS one")
        assert cursor.fetchone() == (1,)


def pandas_frame():
    import pandas

    with connect() as connection:
        frame = pandas.read_sql(
            "SELECT block_num, timestamp, gas_used FROM 'demo/base'.blocks ORDER BY block_num", connection
        )
    assert frame["block_num"].tolist() == [1962303, 1962304, 1962305], frame
    assert str(frame["timestamp"].dtype) == "datetime64[ns, UTC]", frame.dtypes


def polars_frame():
    import polars

    with connect() as connection:
        frame = polars.read_database("SELECT * FROM 'demo/mainnet'.logs ORDER BY log_index", connection)
    assert frame["log_index"].to_list() == list(range(LOGS)), frame


def duckdb_json_lines():
    import tempfile

    import duckdb

    for table, rows in (("logs", LOGS), ("transactions", TRANSACTIONS)):
        request = urllib.request.Request(JSON_LINES, f"SELECT * FROM 'demo/mainnet'.{table}".encode(), method="POST")
        with tempfile.NamedTemporaryFile(suffix=".jsonl") as file:
            file.write(urllib.request.urlopen(request).read())
            file.flush()
            found = duckdb.sql(
                f"SELECT count(*), max(block_num) FROM read_json('{file.name}', format = 'newline_delimited')"
            ).fetchall()
        assert found == [(rows, 15000000)], found


globals()[CHECK]()
