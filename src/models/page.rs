//! A page of a list. A page has 25 rows; pages are numbered from 1.

use std::num::NonZeroU32;

use diesel::QueryResult;

pub const ROWS_PER_PAGE: i64 = 25;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page(i64);

/// The rows of one page, and the number of rows on all pages.
#[derive(Debug, Clone)]
pub struct Listed<T> {
    pub rows: Vec<T>,
    pub total_count: i64,
}

impl<T> Listed<T> {
    pub fn map<U>(self, each: impl FnMut(T) -> U) -> Listed<U> {
        Listed { rows: self.rows.into_iter().map(each).collect(), total_count: self.total_count }
    }
}

impl Page {
    pub const FIRST: Self = Self(1);

    pub fn numbered(number: NonZeroU32) -> Self {
        Self(number.get().into())
    }

    pub fn limit(self) -> i64 {
        ROWS_PER_PAGE
    }

    pub fn offset(self) -> i64 {
        (self.0 - 1) * ROWS_PER_PAGE
    }

    /// The number of rows on all pages. `counted` is what the first row of this page says; a page after the last has none.
    pub fn total_count(
        self,
        counted: Option<Option<i64>>,
        count: impl FnOnce() -> QueryResult<i64>,
    ) -> QueryResult<i64> {
        match counted {
            Some(counted) => Ok(counted.unwrap_or_default()),
            None if self == Self::FIRST => Ok(0),
            None => count(),
        }
    }
}
