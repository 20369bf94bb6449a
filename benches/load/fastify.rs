//! Starts the service in `fastify/` with Node 24: the system's, or the one that npm installs beside the service.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use super::process::Server;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/load/fastify");
const VERSION: &str = "v24.";

/// The server, and the time from its second start to its first answer; or why there is none.
pub fn start(database_url: &str) -> Result<(Server, Duration), String> {
    if !Path::new(FOLDER).join("node_modules/fastify").exists() {
        install()?;
    }
    let mut command = Command::new(node()?);
    command.arg("main.js").current_dir(FOLDER).stderr(Stdio::null()).env_clear().envs([
        ("DATABASE_URL", database_url),
        ("JWT_KEY", "a key of more than thirty-two bytes for the load test"),
        ("NODE_ENV", "production"),
    ]);
    let mut server = Server::start(command);
    server.kill();
    let first_answer = server.start_again();
    Ok((server, first_answer))
}

fn install() -> Result<(), String> {
    println!("npm ci in {FOLDER}");
    let npm = Command::new("npm")
        .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
        .current_dir(FOLDER)
        .status();
    match npm {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`npm ci` in {FOLDER} failed: {status}")),
        Err(error) => Err(format!("npm does not start: {error}; it comes with Node 24")),
    }
}

fn node() -> Result<PathBuf, String> {
    let installed = ["x64", "arm64"]
        .map(|architecture| format!("{FOLDER}/node_modules/node-linux-{architecture}/bin/node"));
    let mut candidates = ["node".to_owned()].into_iter().chain(installed);
    let found = candidates.find(|node| version(node).is_some_and(|version| version.starts_with(VERSION)));
    found.map(PathBuf::from).ok_or_else(|| {
        format!("Node 24 is missing: neither `node` nor node_modules/node-linux-* in {FOLDER} is {VERSION}x")
    })
}

fn version(node: &str) -> Option<String> {
    let output = Command::new(node).arg("--version").output().ok()?;
    String::from_utf8(output.stdout).ok()
}
