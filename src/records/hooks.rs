//! Where an object meets a model that has rules of its own: writes go through the model's verbs, so that no door
//! bypasses one.

pub mod accounts;
pub mod keys;
pub mod members;
