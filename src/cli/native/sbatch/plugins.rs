//! Plugins of the site's that run inside sbatch itself, and so not here: who relies on them is told.

use super::PROGRAM;
use crate::slurm::Client;
use std::fs;
use std::path::{Path, PathBuf};

/// Says once which plugins sbatch would have run.
pub fn tell(client: &Client) {
    let configuration = client.configuration();
    let filters = configuration.cli_filters.split(',').map(str::trim).filter(|name| is_filter(name));
    let mut named: Vec<String> = filters.map(|name| format!("cli_filter {name}")).collect();
    let spank = spank_plugins(Path::new(&configuration.plugstack), 0);
    named.extend(spank.into_iter().map(|name| format!("SPANK {name}")));
    if !named.is_empty() {
        PROGRAM.say(format_args!(
            "note: plugins that only Slurm's own sbatch runs were left out: {}; submit with sbatch where they matter",
            named.join(", ")
        ));
    }
}

fn is_filter(name: &str) -> bool {
    !matches!(name, "" | "none" | "cli_filter/none" | "(null)")
}

/// How deep one file may include another.
const DEEPEST: usize = 8;

/// The plugins that a plugstack.conf and what it includes name (spank(8)): `required` or `optional`, the file, its
/// arguments.
fn spank_plugins(file: &Path, depth: usize) -> Vec<String> {
    let text = fs::read_to_string(file).unwrap_or_default();
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default());
    let mut named = Vec::new();
    for line in lines {
        let mut words = line.split_whitespace();
        match (words.next(), words.next()) {
            (Some("required" | "optional"), Some(plugin)) => named.push(plugin.to_owned()),
            (Some("include"), Some(pattern)) if depth < DEEPEST => {
                let files = included(pattern);
                named.extend(files.iter().flat_map(|file| spank_plugins(file, depth + 1)));
            }
            _ => {}
        }
    }
    named
}

/// The files that an `include` line means: one, or all in a folder that match one `*`.
fn included(pattern: &str) -> Vec<PathBuf> {
    let path = Path::new(pattern);
    let (Some(folder), Some(name)) = (path.parent(), path.file_name().and_then(|name| name.to_str())) else {
        return Vec::new();
    };
    let Some((before, after)) = name.split_once('*') else { return vec![path.to_owned()] };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let matches = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        name.len() >= before.len() + after.len() && name.starts_with(before) && name.ends_with(after)
    };
    let mut files: Vec<PathBuf> = entries.filter(matches).collect();
    files.sort();
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plugins_of_a_plugstack() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| folder.path().join(name);
        fs::create_dir(file("plug.d")).unwrap();
        fs::write(file("plug.d/b.conf"), "optional b.so").unwrap();
        fs::write(file("plug.d/a.conf"), "required a.so").unwrap();
        fs::write(file("plug.d/readme"), "required c.so").unwrap();
        let include = format!("include {}/*.conf", file("plug.d").display());
        let text = format!(
            "# none\n\nrequired /usr/lib/x11.so a=1\n optional renice.so # why\n{include}\nnonsense x\n"
        );
        fs::write(file("plugstack.conf"), text).unwrap();
        let named = spank_plugins(&file("plugstack.conf"), 0);
        assert_eq!(named, ["/usr/lib/x11.so", "renice.so", "a.so", "b.so"]);
        // One that includes itself is read for so long and no longer.
        fs::write(file("self.conf"), format!("include {}", file("self.conf").display())).unwrap();
        assert!(spank_plugins(&file("self.conf"), 0).is_empty());
        assert!(spank_plugins(&file("missing.conf"), 0).is_empty());
        assert!(!is_filter("cli_filter/none") && is_filter("cli_filter/lua"));
    }
}
