//! Where slurmctld is, as far as this host's slurm.conf tells: for messages when slurmctld itself cannot be asked.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;

/// `SlurmctldPort` where slurm.conf has none (slurm.conf(5)).
const DEFAULT_PORT: &str = "6817";

/// `host:port` of each slurmctld, several with commas; a plain word where slurm.conf cannot be read.
pub(super) fn address() -> String {
    let file = env::var_os("SLURM_CONF").unwrap_or_else(|| OsString::from("/etc/slurm/slurm.conf"));
    fs::read_to_string(PathBuf::from(file))
        .ok()
        .and_then(|text| address_in(&text))
        .unwrap_or_else(|| "the configured host".to_owned())
}

fn address_in(text: &str) -> Option<String> {
    let mut hosts = Vec::new();
    let mut port = DEFAULT_PORT;
    for line in text.lines() {
        let line = line.split('#').next().unwrap_or("").trim();
        let Some((key, value)) = line.split_once('=') else { continue };
        let (key, value) = (key.trim(), value.trim());
        if key.eq_ignore_ascii_case("SlurmctldHost") || key.eq_ignore_ascii_case("ControlMachine") {
            // `name(address)`: the address is what is connected to.
            let host = match value.split_once('(') {
                Some((_, address)) => address.trim_end_matches(')'),
                None => value,
            };
            hosts.push(host);
        } else if key.eq_ignore_ascii_case("SlurmctldPort") {
            // A range: the first is the port that is tried first.
            port = value.split(['-', ',']).next().unwrap_or(value);
        }
    }
    (!hosts.is_empty())
        .then(|| hosts.iter().map(|host| format!("{host}:{port}")).collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::address_in;

    #[test]
    fn hosts_and_port_are_found_in_any_spelling() {
        let conf = "ClusterName=x\nslurmctldhost = a(10.0.0.1) # primary\nSlurmctldHost=b\nSlurmctldPort=7000-7003\n";
        assert_eq!(address_in(conf).as_deref(), Some("10.0.0.1:7000, b:7000"));
        assert_eq!(address_in("SlurmctldHost=c").as_deref(), Some("c:6817"));
        assert_eq!(address_in("# SlurmctldHost=c"), None);
    }
}
