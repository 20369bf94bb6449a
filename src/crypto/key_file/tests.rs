use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    sync::Barrier,
    thread,
};

use tempfile::TempDir;

use super::{KeyFileError, KeyRing, create, is_private, line_of, load, lock, put_first, stamp};

fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("roster.key");
    (folder, path)
}

fn write(path: &PathBuf, text: &str, mode: u32) {
    fs::write(path, text).unwrap();
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

#[test]
fn loads_the_created_file_which_only_its_owner_may_read() {
    let (folder, path) = folder();
    let ring = KeyRing::generate();
    create(&path, &ring).unwrap();
    assert_eq!(load(&path).unwrap().current_id(), ring.current_id());
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file stays");
}

#[test]
fn never_overwrites() {
    let (folder, path) = folder();
    write(&path, "kept", 0o600);
    assert!(matches!(create(&path, &KeyRing::generate()), Err(KeyFileError::Exists(_))));
    assert_eq!(fs::read_to_string(&path).unwrap(), "kept");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn of_many_concurrent_creations_one_succeeds() {
    let (_folder, path) = folder();
    let (rings, barrier): (Vec<_>, _) = ((0..16).map(|_| KeyRing::generate()).collect(), Barrier::new(16));
    let created: Vec<bool> = thread::scope(|scope| {
        let creators: Vec<_> = rings
            .iter()
            .map(|ring| {
                scope.spawn(|| {
                    barrier.wait();
                    match create(&path, ring) {
                        Ok(()) => true,
                        Err(KeyFileError::Exists(_)) => false,
                        Err(error) => panic!("{error}"),
                    }
                })
            })
            .collect();
        creators.into_iter().map(|creator| creator.join().unwrap()).collect()
    });
    let winners: Vec<_> = rings.iter().zip(created).filter(|(_, created)| *created).collect();
    assert_eq!(winners.len(), 1);
    assert_eq!(load(&path).unwrap().current_id(), winners[0].0.current_id());
}

#[test]
fn refuses_files_others_can_read() {
    let (_folder, path) = folder();
    let text = KeyRing::generate().text();
    for mode in [0o640, 0o604, 0o660, 0o644, 0o666, 0o601] {
        write(&path, secrecy::ExposeSecret::expose_secret(&text), mode);
        let error = load(&path).unwrap_err();
        assert!(matches!(error, KeyFileError::Exposed(_)), "{mode:o} {error}");
        assert!(error.to_string().ends_with(&format!("run `chmod 600 {}`", path.display())));
    }
    write(&path, secrecy::ExposeSecret::expose_secret(&text), 0o400);
    load(&path).unwrap();
}

#[test]
fn a_file_of_root_is_given_to_us_to_read() {
    const US: u32 = 1000;
    for (mode, owner, us, expected) in [
        (0o600, US, US, true),
        (0o440, US, US, false),
        (0o640, US, US, false),
        (0o440, 0, US, true),
        (0o444, 0, US, true),
        (0o640, 0, US, true),
        (0o644, 0, US, true),
        (0o660, 0, US, false),
        (0o646, 0, US, false),
        (0o641, 0, US, false),
        (0o444, 1001, US, false),
        (0o600, 0, 0, true),
        (0o440, 0, 0, true),
        (0o444, 0, 0, true),
        (0o640, 0, 0, false),
        (0o644, 0, 0, false),
        (0o444, US, 0, false),
    ] {
        assert_eq!(is_private(mode | 0o100_000, owner, us), expected, "{mode:o} of {owner} for {us}");
    }
}

#[test]
fn errors_contain_the_path_and_not_the_content() {
    let (folder, path) = folder();
    assert!(matches!(load(&path), Err(KeyFileError::Missing(_))));
    write(&path, "hunter2hunter2", 0o600);
    let invalid = load(&path).unwrap_err();
    assert!(matches!(invalid, KeyFileError::Invalid(..)));
    let nowhere = create(&folder.path().join("no/such/folder"), &KeyRing::generate()).unwrap_err();
    assert!(matches!(nowhere, KeyFileError::Unwritable(..)));
    for error in [invalid, nowhere] {
        assert!(error.to_string().contains(&folder.path().display().to_string()), "{error}");
        assert!(!format!("{error} {error:?}").contains("hunter2"));
    }
}

#[test]
fn refuses_a_folder_and_invalid_utf8() {
    let (folder, path) = folder();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o700)).unwrap();
    assert!(matches!(load(folder.path()), Err(KeyFileError::Unreadable(..))));
    fs::write(&path, [0xff, 0xfe]).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    assert!(matches!(load(&path), Err(KeyFileError::Unreadable(..))));
}

#[test]
fn a_new_key_is_put_before_the_lines_that_are_there() {
    let (folder, path) = folder();
    let (old, new) = (KeyRing::generate(), KeyRing::generate());
    let before = format!("# mine\n{}# end", secrecy::ExposeSecret::expose_secret(&old.text()));
    write(&path, &before, 0o400);
    let (first, link) = (stamp(&path), folder.path().join("link"));
    std::os::unix::fs::symlink(&path, &link).unwrap();
    put_first(&link, &new).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(text, format!("{}{before}", secrecy::ExposeSecret::expose_secret(&new.text())));
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o400);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "no temporary file stays");
    assert!(link.is_symlink() && stamp(&path) != first);
    assert_eq!(line_of(&path, new.current_id()).unwrap(), Some(1));
    assert_eq!(line_of(&path, old.current_id()).unwrap(), Some(3));
    assert_eq!(line_of(&path, "00000000").unwrap(), None);
}

#[test]
fn a_file_that_cannot_be_used_is_not_changed() {
    let (_folder, path) = folder();
    assert!(matches!(put_first(&path, &KeyRing::generate()), Err(KeyFileError::Missing(_))));
    write(&path, "no key", 0o600);
    assert!(matches!(put_first(&path, &KeyRing::generate()), Err(KeyFileError::Invalid(..))));
    assert_eq!(fs::read_to_string(&path).unwrap(), "no key");
}

#[test]
fn one_command_at_a_time_holds_the_lock() {
    let (_folder, path) = folder();
    let held = lock(&path).unwrap();
    assert!(matches!(lock(&path), Err(KeyFileError::Locked(_))));
    drop(held);
    lock(&path).unwrap();
}
