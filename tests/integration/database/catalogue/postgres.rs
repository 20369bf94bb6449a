//! Reads the schema from PostgreSQL's system catalogue.

use roster::db::Conn;

use super::{Catalogue, Column, Key, Reference, lines, list, plain};

const COLUMNS: &str = "
    SELECT concat_ws('|', relname, attname, format_type(atttypid, NULL), attnotnull) AS line
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped
    ORDER BY relname, attnum";

const KEYS: &str = "
    SELECT concat_ws('|', relname, indisunique,
        array_to_string(ARRAY(
            SELECT attname FROM unnest(indkey::int2[]) WITH ORDINALITY AS part (number, place)
            JOIN pg_attribute ON attrelid = indrelid AND attnum = number ORDER BY place), ','),
        coalesce(pg_get_expr(indpred, indrelid), ''),
        CASE WHEN EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u'))
            THEN '' ELSE indexrelid::regclass::text END) AS line
    FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
    WHERE relnamespace = 'public'::regnamespace";

const REFERENCES: &str = "
    SELECT concat_ws('|', conrelid::regclass, confrelid::regclass,
        array_to_string(ARRAY(
            SELECT attname FROM unnest(conkey) WITH ORDINALITY AS part (number, place)
            JOIN pg_attribute ON attrelid = conrelid AND attnum = number ORDER BY place), ','),
        array_to_string(ARRAY(
            SELECT attname FROM unnest(confkey) WITH ORDINALITY AS part (number, place)
            JOIN pg_attribute ON attrelid = confrelid AND attnum = number ORDER BY place), ','),
        CASE confdeltype WHEN 'a' THEN 'NO ACTION' WHEN 'c' THEN 'CASCADE' ELSE confdeltype::text END,
        condeferrable AND condeferred) AS line
    FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace";

const CHECKS: &str = "
    SELECT concat_ws('|', conrelid::regclass, pg_get_expr(conbin, conrelid)) AS line
    FROM pg_constraint WHERE contype = 'c' AND connamespace = 'public'::regnamespace";

pub fn read(conn: &mut Conn) -> Catalogue {
    let mut catalogue = Catalogue::new();
    for line in lines(conn, COLUMNS) {
        let kind = line[2]
            .replace(" without time zone", "")
            .replace("uuid", "text")
            .replace("double precision", "real");
        let column = Column { name: line[1].clone(), kind, nullable: line[3] == "f" };
        catalogue.entry(line[0].clone()).or_default().columns.push(column);
    }
    for line in lines(conn, KEYS) {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let key = Key {
            is_unique: line[1] == "t",
            columns: list(&line[2]),
            predicate: some(&line[3]).as_deref().map(plain),
            name: some(&line[4]),
        };
        catalogue.entry(line[0].clone()).or_default().keys.insert(key);
    }
    for line in lines(conn, REFERENCES) {
        let reference = Reference {
            table: line[1].clone(),
            columns: list(&line[2]),
            to: list(&line[3]),
            on_delete: line[4].clone(),
            is_deferred: line[5] == "t",
        };
        catalogue.entry(line[0].clone()).or_default().references.insert(reference);
    }
    for line in lines(conn, CHECKS) {
        catalogue.entry(line[0].clone()).or_default().checks.insert(plain(&line[1]));
    }
    catalogue.remove("__diesel_schema_migrations");
    catalogue
}
