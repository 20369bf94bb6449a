//! How much of a request's body is still to come on its connection, so that a large one is read in large pieces.

use std::{cell::Cell, rc::Rc};

use actix_web::{
    dev::{Extensions, ServiceRequest},
    http::header::CONTENT_LENGTH,
};

/// At most so many bytes. Shared by a connection and its requests.
#[derive(Debug, Clone, Default)]
pub struct BodyLeft(Rc<Cell<usize>>);

impl BodyLeft {
    #[cfg(test)]
    pub fn of_length(length: usize) -> Self {
        Self(Rc::new(length.into()))
    }

    /// Makes it known to the requests of a connection.
    pub fn share_in(&self, connection: &mut Extensions) {
        connection.insert(self.clone());
    }

    /// Notes the length of a request's body, of which some may have been read with the head.
    pub fn note(request: &ServiceRequest) {
        let length = request.headers().get(CONTENT_LENGTH);
        let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
        // Tests of single services have no connection.
        if let (Some(left), Some(length)) = (request.request().conn_data::<Self>(), length) {
            left.0.set(length);
        }
    }

    pub fn get(&self) -> usize {
        self.0.get()
    }

    pub fn subtract(&self, read: usize) {
        self.0.set(self.0.get().saturating_sub(read));
    }
}
