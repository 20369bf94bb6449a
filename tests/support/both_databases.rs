//! One behaviour, two tests: `on_both_databases!` runs a body on SQLite and on PostgreSQL,
//! as `<behaviour>::sqlite` and `<behaviour>::postgres`.

/// `use crate::on_both_databases;` brings it into a module. Each function receives a started [`TestApp`](super::server::TestApp) of its own.
#[macro_export]
macro_rules! on_both_databases {
    ($(fn $behaviour:ident($app:ident: &mut TestApp) $body:block)*) => {$(
        mod $behaviour {
            #[allow(unused_imports, reason = "a body may need nothing from around it")]
            use super::*;
            use $crate::support::{database::Kind, postgres::Postgres, server::TestApp};

            fn behaviour($app: &mut TestApp) $body

            #[test]
            fn sqlite() {
                behaviour(&mut TestApp::start(Kind::Sqlite));
            }

            #[test]
            fn postgres() {
                if Postgres::for_this_test().is_some() {
                    behaviour(&mut TestApp::start(Kind::Postgres));
                }
            }
        }
    )*};
}
