use std::fs;

use crate::support::process;

#[test]
fn every_shell_completes_every_command() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran =
            process::run(process::command(folder.path(), None).args(["completions", shell])).expect_success();
        for command in
            ["doctor", "demo", "backup", "reset-password", "invites", "api-key", "migrate", "serve"]
        {
            assert!(ran.out.contains(command), "{shell} does not know {command}");
        }
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is made");
}

#[test]
fn a_wrong_setting_is_no_obstacle() {
    let folder = tempfile::tempdir().unwrap();
    process::run(
        process::command(folder.path(), None).env("ROSTER_SIGN_UP", "maybe").args(["completions", "bash"]),
    )
    .expect_success();
}

#[test]
fn every_command_shows_an_example() {
    let folder = tempfile::tempdir().unwrap();
    let commands = process::run(process::command(folder.path(), None).arg("--help")).expect_success();
    let (_, listed) = commands.out.split_once("Commands:\n").unwrap();
    let (listed, _) = listed.split_once("\n\n").unwrap();
    let names = listed.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let mut seen = 0;
    for name in names.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help") {
        let ran = process::run(process::command(folder.path(), None).args([name, "--help"])).expect_success();
        assert!(ran.out.contains(&format!("Example: roster {name}")), "{name}: {}", ran.out);
        seen += 1;
    }
    assert!(seen >= 8, "{listed}");
}
