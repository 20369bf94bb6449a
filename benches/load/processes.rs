//! CPU time and memory of a process with all its descendants, from /proc.

use std::{collections::BTreeMap, fs, time::Duration};

/// The unit of /proc, on every architecture that Linux has kept.
pub const TICKS_PER_SECOND: f64 = 100.0;

/// One process in /proc/PID/stat.
struct Stat {
    parent: u32,
    /// User and system time.
    own_ticks: u64,
    /// The same of children that have ended.
    ended_ticks: u64,
}

/// User and system time so far of a process, its descendants, and those of them that have ended.
pub fn cpu(root: u32) -> Duration {
    duration(tree(root).values().map(|stat| stat.own_ticks + stat.ended_ticks).sum())
}

/// User and system time so far of this process without its descendants.
pub fn own_cpu() -> Duration {
    duration(stat(std::process::id()).expect("this process").own_ticks)
}

/// The proportional set size of a process and its descendants in MB: pages that several share count once.
pub fn memory(root: u32) -> f64 {
    let kib: u32 = tree(root).keys().filter_map(|id| proportional_size(*id)).sum();
    f64::from(kib) / 1024.0
}

fn tree(root: u32) -> BTreeMap<u32, Stat> {
    let folders = fs::read_dir("/proc").expect("/proc").flatten();
    let ids = folders.filter_map(|folder| folder.file_name().to_str()?.parse().ok());
    let mut others: BTreeMap<u32, Stat> = ids.filter_map(|id| Some((id, stat(id)?))).collect();
    let mut tree = BTreeMap::new();
    let mut found: Vec<u32> = vec![root];
    while let Some(id) = found.pop() {
        tree.extend(others.remove(&id).map(|stat| (id, stat)));
        found.extend(others.iter().filter(|(_, stat)| stat.parent == id).map(|(id, _)| *id));
    }
    tree
}

/// `None` if the process has ended.
fn stat(id: u32) -> Option<Stat> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit_once(") ")?.1.split(' ').collect();
    let ticks = |field: usize| fields[field].parse::<u64>().expect("ticks");
    Some(Stat {
        parent: fields[1].parse().expect("a process id"),
        own_ticks: ticks(11) + ticks(12),
        ended_ticks: ticks(13) + ticks(14),
    })
}

fn proportional_size(id: u32) -> Option<u32> {
    let rollup = fs::read_to_string(format!("/proc/{id}/smaps_rollup")).ok()?;
    let size = rollup.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    size.trim().strip_suffix(" kB")?.parse().ok()
}

fn duration(ticks: u64) -> Duration {
    #[expect(clippy::cast_precision_loss, reason = "days, not millions of years")]
    let ticks = ticks as f64;
    Duration::from_secs_f64(ticks / TICKS_PER_SECOND)
}
