//! `scontrol show job -d`, read.

use std::collections::{BTreeMap, HashMap, HashSet};

/// One record: keys, and their values with what belongs to them until the next key.
pub struct Record(pub BTreeMap<String, String>);

impl Record {
    fn number(&self, key: &str) -> Option<u32> {
        self.0.get(key)?.parse().ok()
    }

    pub fn id(&self) -> u32 {
        self.number("JobId").unwrap_or_default()
    }

    /// The id that the submission was told: the array's, or the first component's.
    pub fn leader(&self) -> u32 {
        ["ArrayJobId", "HetJobId"].iter().find_map(|key| self.number(key)).unwrap_or_else(|| self.id())
    }
}

/// The records of these jobs, by job.
pub fn read(text: &str, wanted: &HashSet<u32>) -> HashMap<u32, Vec<Record>> {
    let mut found: HashMap<u32, Vec<Record>> = HashMap::new();
    let mut lines = text.lines().peekable();
    while let Some(first) = lines.next() {
        // A cluster may know many more jobs: their other lines are not looked at.
        if !first.starts_with("JobId=") || !wanted.contains(&Record(pairs(first)).leader()) {
            continue;
        }
        let mut block = format!("{first}\n");
        while let Some(line) = lines.next_if(|line| !line.starts_with("JobId=")) {
            block.push_str(line);
            block.push('\n');
        }
        let record = Record(pairs(&block));
        found.entry(record.leader()).or_default().push(record);
    }
    for records in found.values_mut() {
        records.sort_by_key(Record::id);
    }
    found
}

/// A key begins a word and is letters, digits and a few signs up to `=`. One that comes again is numbered.
fn pairs(block: &str) -> BTreeMap<String, String> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for word in block.split_inclusive(char::is_whitespace) {
        let key = word.split_once('=').map(|(key, _)| key).filter(|key| {
            key.starts_with(|first: char| first.is_ascii_uppercase())
                && key.chars().all(|c| c.is_ascii_alphanumeric() || "_/:".contains(c))
        });
        match (key, pairs.last_mut()) {
            (Some(key), _) => pairs.push((key.to_owned(), word[key.len() + 1..].to_owned())),
            (None, Some((_, value))) => value.push_str(word),
            (None, None) => {}
        }
    }
    let mut found = BTreeMap::new();
    for (key, value) in pairs {
        let mut name = key.clone();
        let mut count = 1;
        while found.contains_key(&name) {
            count += 1;
            name = format!("{key} {count}");
        }
        found.insert(name, value.trim_end().to_owned());
    }
    found
}
