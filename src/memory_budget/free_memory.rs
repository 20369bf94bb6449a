//! The memory that is left to this process: of the machine, or of the container (cgroup version 2) it runs in.

use std::{
    fs,
    path::Path,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// It is looked up at most this often.
const INTERVAL: Duration = Duration::from_millis(250);
/// Lines of `memory.stat`.
const GIVEN_UP: [&str; 3] = ["inactive_file", "active_file", "slab_reclaimable"];
const CGROUPS: &str = "/sys/fs/cgroup";

/// Keeps a minimum free. 0 turns this off.
#[derive(Debug, Default)]
pub struct FreeMemory {
    min_bytes: u64,
    /// When it was looked up, and what is left of it since.
    last: Mutex<Option<(Instant, u64)>>,
}

impl FreeMemory {
    pub fn new(min_bytes: u64) -> Self {
        Self { min_bytes, last: Mutex::default() }
    }

    /// Takes so many bytes. False, and nothing is taken, if less than the minimum would be left; always true if the
    /// system does not report how much is free.
    pub fn take(&self, bytes: usize) -> bool {
        if self.min_bytes == 0 {
            return true;
        }
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let known = last.filter(|(at, _)| at.elapsed() < INTERVAL);
        let Some((at, free)) = known.or_else(|| Some((Instant::now(), free_bytes()?))) else { return true };
        let left = free.saturating_sub(bytes as u64);
        let is_enough = left >= self.min_bytes;
        *last = Some((at, if is_enough { left } else { free }));
        is_enough
    }
}

fn free_bytes() -> Option<u64> {
    let of_machine = fs::read_to_string("/proc/meminfo").ok().and_then(|text| available(&text));
    of_machine.into_iter().chain(free_in_cgroups()).min()
}

/// `MemAvailable` of `/proc/meminfo`.
fn available(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? * 1024)
}

/// The least that the limits of this process's control group (version 2) and of those around it leave.
fn free_in_cgroups() -> Option<u64> {
    let groups = fs::read_to_string("/proc/self/cgroup").ok()?;
    let own = groups.lines().find_map(|line| line.strip_prefix("0::/"))?;
    let read = |group: &Path, file: &str| fs::read_to_string(Path::new(CGROUPS).join(group).join(file)).ok();
    let free = |group: &Path| {
        left(&read(group, "memory.max")?, &read(group, "memory.current")?, &read(group, "memory.stat")?)
    };
    Path::new(own).ancestors().filter_map(free).min()
}

/// What the kernel gives up when memory is needed, such as cached files, counts as free.
fn left(max: &str, current: &str, stat: &str) -> Option<u64> {
    let max: u64 = max.trim().parse().ok()?; // `max` is no limit
    let current: u64 = current.trim().parse().ok()?;
    let given_up = stat
        .lines()
        .filter_map(|line| line.split_once(' '))
        .filter_map(|(name, bytes)| GIVEN_UP.contains(&name).then(|| bytes.parse::<u64>().ok()).flatten());
    Some(max.saturating_sub(current.saturating_sub(given_up.sum())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_machine_has_available() {
        let meminfo = "MemTotal:       24600000 kB\nMemFree:          100 kB\nMemAvailable:     2048 kB\n";
        assert_eq!(available(meminfo), Some(2_097_152));
        assert_eq!(available("MemTotal: 1 kB"), None);
    }

    #[test]
    fn a_limit_leaves_what_is_not_used_or_can_be_given_up() {
        let stat = "anon 600\nfile 300\nactive_file 100\ninactive_file 200\nslab 9\nslab_reclaimable 5\n";
        assert_eq!(left("1500\n", "1000\n", stat), Some(805));
        assert_eq!(left("500\n", "1000\n", stat), Some(0));
        assert_eq!(left("max\n", "1000\n", stat), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_machine_has_some_free() {
        assert!(free_bytes().is_some_and(|free| free > 0));
        assert!(!FreeMemory::new(u64::MAX).take(1));
        assert!(FreeMemory::new(1).take(1));
        assert!(FreeMemory::new(0).take(usize::MAX));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_was_taken_is_not_free_before_the_next_look() {
        let memory = FreeMemory::new(1);
        let most = usize::try_from(free_bytes().unwrap()).unwrap();
        assert!(memory.take(most / 2));
        assert!(!memory.take(most / 2 + most / 4));
        assert!(memory.take(most / 8));
    }
}
