//! The list of sealed columns, by which a rotation finds everything, is complete.

use roster::models::sealed_columns::TABLES;

use crate::{
    database::{
        catalogue::{self, lines},
        connect,
    },
    on_both_databases,
    support::{
        database::{Database, Kind},
        people::Person,
    },
};

/// Table and column of everything that a rotation seals anew.
fn listed() -> Vec<(String, String)> {
    let columns = TABLES.iter().flat_map(|table| {
        let table = table.columns;
        table.replaced.iter().map(move |column| (table.table.to_owned(), (*column).to_owned()))
    });
    let mut listed: Vec<_> = columns.collect();
    listed.sort();
    listed
}

#[test]
fn lists_every_column_that_the_database_demands_to_be_sealed() {
    for kind in Kind::available() {
        let catalogue = catalogue::read(&mut connect(&Database::new(kind)));
        let mut demanded: Vec<(String, String)> = catalogue
            .iter()
            .flat_map(|(table, shape)| shape.checks.iter().map(move |check| (table.clone(), check)))
            .filter_map(|(table, check)| Some((table, check.split_once(" LIKE 'enc:v1:%'")?.0.to_owned())))
            // Each proof stays with its own key.
            .filter(|(table, _)| table != "sealing_keys")
            .collect();
        demanded.sort();
        assert_eq!(listed(), demanded, "{kind}");
    }
}

on_both_databases! {
    fn rows_come_in_the_order_of_their_keys(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        let ids: Vec<i64> = (0..12).map(|number| olga.connect("twitter_accounts", &format!("9{number}"))).collect();
        assert!(ids.contains(&9) && ids.contains(&10), "ids with more and fewer digits: {ids:?}");
        let accounts = TABLES.iter().find(|table| table.columns.table == "social_accounts").expect("the accounts");
        let rows = accounts.next_rows(&mut connect(&app.database), "00000000", None).expect("rows");
        let listed: Vec<i64> = rows.iter().map(|row| row.key[1].parse().expect("an id")).collect();
        assert_eq!(listed, ids);
    }
}

/// Sealed values wherever they are, as `table.column`, whether or not the database demands it.
pub fn with_sealed_values(database: &Database, key_id: &str) -> Vec<String> {
    let mut conn = connect(database);
    let mut found = Vec::new();
    for (table, shape) in catalogue::read(&mut conn) {
        for column in shape.columns.iter().filter(|column| column.kind == "text") {
            let column = &column.name;
            let sql = format!(
                "SELECT '{table}.{column}' AS line FROM {table} WHERE CAST({column} AS text) LIKE '%{key_id}:%' LIMIT 1"
            );
            found.extend(lines(&mut conn, &sql).into_iter().flatten());
        }
    }
    found
}
