//! One request for each cell: a row with one hostile value in it, or with none, to prove that the row itself is valid.

use std::{
    io::{self, Write as _},
    thread,
};

use serde_json::Value;

use super::{
    form,
    rows::{By, ROWS, Row},
    values,
    workspace::Workspace,
};
use crate::{
    support::{people::Person, process::HasAddress as _},
    wire::{self, Answer, Request, Wire},
};

pub struct Cell {
    pub name: String,
    pub is_too_large: bool,
    /// Of the request with no hostile value.
    pub expected: Option<u16>,
    row: Row,
    wrong: Wrong,
}

enum Wrong {
    Nothing,
    Text { pointer: String, json: Vec<u8> },
    Query(String),
    Path(&'static str),
    KeysTwice,
    Headers(usize),
    ContentType(&'static str),
    EndlessChunks,
}

/// A word that no row contains and JSON does not escape.
const MARK: &str = "@@hostile@@";

pub fn cells(every: usize) -> Vec<Cell> {
    let mut cells = Vec::new();
    for (place, row) in ROWS.iter().enumerate() {
        cells.push(Cell { expected: Some(row.status), ..cell(place, row, "as it is meant", Wrong::Nothing) });
        in_texts(place, row, every, &mut cells);
        in_query(place, row, &mut cells);
        around(place, row, &mut cells);
    }
    cells
}

fn cell(place: usize, row: &Row, name: &str, wrong: Wrong) -> Cell {
    let name = format!("{place} {} {name}", row.route);
    Cell { name, is_too_large: false, expected: None, row: *row, wrong }
}

fn in_texts(place: usize, row: &Row, every: usize, cells: &mut Vec<Cell>) {
    for leaf in form::leaves(&(row.body)(&Workspace::empty())) {
        // Each field starts at another value, so that together even a few values per field cover all.
        let skip = cells.len() % every;
        for hostile in values::in_json().into_iter().skip(skip).step_by(every) {
            let name = format!("{} {}", leaf.name(), hostile.name);
            let wrong = Wrong::Text { pointer: leaf.pointer.clone(), json: hostile.json };
            cells.push(Cell { is_too_large: hostile.is_too_large, ..cell(place, row, &name, wrong) });
        }
    }
}

fn in_query(place: usize, row: &Row, cells: &mut Vec<Cell>) {
    for (name, good) in row.query {
        for (wrong, text) in values::IN_QUERY {
            let pair = format!("{name}{}", text.replace("TEXT", good));
            cells.push(cell(place, row, &format!("{name} {wrong}"), Wrong::Query(pair)));
        }
    }
}

fn around(place: usize, row: &Row, cells: &mut Vec<Cell>) {
    if row.takes_id() {
        cells.extend(values::IN_PATH.map(|id| cell(place, row, &format!("id {id}"), Wrong::Path(id))));
    }
    cells.push(cell(place, row, "97 headers", Wrong::Headers(97)));
    if (row.body)(&Workspace::empty()).is_null() {
        return;
    }
    cells.push(cell(place, row, "keys twice", Wrong::KeysTwice));
    for kind in ["text/plain", "application/xml", "application/json; charset=utf-16", "nonsense", ""] {
        cells.push(cell(place, row, &format!("content type {kind:?}"), Wrong::ContentType(kind)));
    }
    let endless = cell(place, row, "chunks without end", Wrong::EndlessChunks);
    cells.push(Cell { is_too_large: true, ..endless });
}

impl Cell {
    pub fn play(&self, workspace: &mut Workspace, wire: &mut Wire) -> io::Result<Answer> {
        workspace.number += 1;
        let caller = match self.row.by {
            By::Nobody => Person::nobody(&workspace.owner),
            By::Owner => workspace.owner.clone(),
            By::Newcomer => Person::owner(&workspace.owner, &format!("newcomer{}", workspace.number)),
        };
        let request = Request::new(self.row.verb(), &self.url(workspace)).token(caller.client.token());
        let body = (self.row.body)(workspace);
        match &self.wrong {
            Wrong::EndlessChunks => endless(&caller.base_url(), &request),
            Wrong::ContentType(kind) => wire.send(&request.body(kind, body.to_string())),
            Wrong::Headers(count) => {
                let crowded = |request: Request, number: usize| request.header(&format!("X-{number}"), "x");
                wire.send(&(0..*count).fold(with_body(request, &body), crowded))
            }
            Wrong::KeysTwice => {
                let text = body.to_string();
                let inside = &text[1..text.len() - 1];
                wire.send(&request.body("application/json", format!("{{{inside},{inside}}}")))
            }
            Wrong::Text { pointer, json } => {
                wire.send(&request.body("application/json", replaced(body, pointer, json)))
            }
            Wrong::Nothing | Wrong::Query(_) | Wrong::Path(_) => wire.send(&with_body(request, &body)),
        }
    }

    fn url(&self, workspace: &Workspace) -> String {
        let pairs: Vec<String> =
            self.row.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let path = self.row.path(workspace);
        match &self.wrong {
            Wrong::Path(id) => self.row.route.split(' ').next_back().unwrap_or_default().replace("{id}", id),
            Wrong::Query(pair) => format!("{path}?{pair}"),
            _ if pairs.is_empty() => path,
            _ => format!("{path}?{}", pairs.join("&")),
        }
    }
}

fn with_body(request: Request, body: &Value) -> Request {
    if body.is_null() { request } else { request.json(body) }
}

/// The body with one text replaced by raw bytes; the bytes may be quoted.
fn replaced(mut body: Value, pointer: &str, json: &[u8]) -> Vec<u8> {
    let place = body.pointer_mut(pointer).expect("a text");
    let good = place.as_str().expect("a text").to_owned();
    *place = MARK.into();
    let text = body.to_string();
    let (before, after) = text.split_once(&format!("\"{MARK}\"")).expect("the mark");
    [before.as_bytes(), &quoting(json, good.as_bytes()), after.as_bytes()].concat()
}

fn quoting(json: &[u8], good: &[u8]) -> Vec<u8> {
    const TEXT: &[u8] = b"TEXT";
    match json.windows(TEXT.len()).position(|window| window == TEXT) {
        Some(place) => [&json[..place], good, &quoting(&json[place + TEXT.len()..], good)].concat(),
        None => json.to_vec(),
    }
}

/// Sends chunks as fast as the server takes them, and reads meanwhile.
fn endless(base_url: &str, request: &Request) -> io::Result<Answer> {
    let mut stream = wire::connect(base_url)?;
    let head =
        request.clone().header("Content-Type", "application/json").header("Transfer-Encoding", "chunked");
    stream.write_all(head.head().as_bytes())?;
    let mut sending = stream.try_clone()?;
    let chunk = format!("1000\r\n{}\r\n", "[".repeat(0x1000));
    let sender = thread::spawn(move || while sending.write_all(chunk.as_bytes()).is_ok() {});
    let answer = wire::read(&mut stream, false).map(|(answer, _)| answer);
    let _ = stream.shutdown(std::net::Shutdown::Both);
    let _ = sender.join();
    answer
}
