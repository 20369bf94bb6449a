//! `on_both_databases!` makes two tests of one body: `<behaviour>::sqlite` and `<behaviour>::postgres`.

/// Import it with `use crate::on_both_databases;`. Each function gets its own started
/// [`TestApp`](super::server::TestApp).
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
