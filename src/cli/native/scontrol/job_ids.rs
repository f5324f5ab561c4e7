//! Jobs as scontrol is told of them: `12,14_3 15_[1-4,7]`, one or several in a word.

use crate::cli::native::sluid;
use crate::job::{Hostlist, JobId};
use crate::slurm::Client;
use std::ffi::CString;

/// What follows of a word that names jobs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JobIds {
    /// One job, or those of an array's tasks that are named together.
    pub ids: Vec<CString>,
    /// What ended the list: a part with brackets that are none.
    pub bad: Option<String>,
}

impl JobIds {
    /// The same, and where the first of several arrays which are one was named, the others as well. `only_open`: those that
    /// can still change.
    pub fn with_parts(mut self, client: &Client, only_open: bool) -> Self {
        let text = |id: &CString| id.to_string_lossy().into_owned();
        let job = |id: &CString| text(id).split('_').next()?.parse().ok().map(JobId);
        // What cannot be looked up is for slurmctld to judge.
        let parts = client.parts(self.ids.iter().filter_map(job)).unwrap_or_default();
        if parts.is_empty() {
            return self;
        }
        let of = |id: CString| {
            let parts = job(&id).and_then(|job| parts.get(&job)?.names(&text(&id), only_open));
            let names = parts.into_iter().flatten().filter_map(|name| CString::new(name).ok());
            let names: Vec<CString> = names.collect();
            if names.is_empty() { vec![id] } else { names }
        };
        self.ids = self.ids.into_iter().flat_map(of).collect();
        self
    }
}

/// The length of a SLUID.
const SLUID: usize = 14;

/// The jobs of a word; none where it cannot be such a list.
pub fn job_ids(word: &[u8], sluids: bool) -> Option<JobIds> {
    let parts = parts(word, sluids)?;
    let mut found = JobIds::default();
    for part in parts {
        // What passed the check is ASCII.
        let part = String::from_utf8_lossy(&part);
        if !take(&part, &mut found.ids) {
            found.bad = Some(part.into_owned());
            break;
        }
    }
    Some(found)
}

/// The word's parts at commas and blanks outside brackets; none where something in it cannot be of a job's id.
fn parts(word: &[u8], sluids: bool) -> Option<Vec<Vec<u8>>> {
    let (mut plus, mut under) = (false, false);
    let mut brackets = 0_i64;
    let mut parts = vec![Vec::new()];
    let mut at = 0;
    while let Some(byte) = word.get(at) {
        match byte {
            b's' if sluids => {
                let name = word.get(at..at + SLUID)?;
                sluid::number(name)?;
                parts.last_mut()?.extend_from_slice(name);
                at += SLUID;
                continue;
            }
            b'+' if !plus => plus = true,
            b'_' if !under => under = true,
            b'[' => brackets += 1,
            b']' => brackets -= 1,
            b'-' if brackets != 0 || under => {}
            b',' | b' ' => {
                if brackets == 0 {
                    (plus, under) = (false, false);
                    parts.push(Vec::new());
                    at += 1;
                    continue;
                }
            }
            b'0'..=b'9' => {}
            _ => return None,
        }
        parts.last_mut()?.push(*byte);
        at += 1;
    }
    (brackets == 0).then(|| parts.into_iter().filter(|part| !part.is_empty()).collect())
}

/// Adds the jobs of one part.
fn take(part: &str, ids: &mut Vec<CString>) -> bool {
    let (jobs, tasks) = match part.split_once('_') {
        Some((jobs, tasks)) => {
            let tasks = match tasks.strip_prefix('[') {
                Some(inner) => inner.split(']').next().unwrap_or(inner),
                None => tasks,
            };
            (jobs, Some(tasks))
        }
        None => (part, None),
    };
    let mut add = |job: &str| {
        let id = match tasks {
            Some(tasks) => format!("{job}_{tasks}"),
            None => job.to_owned(),
        };
        ids.extend(CString::new(id));
    };
    if !jobs.contains('[') {
        add(jobs);
        return true;
    }
    match jobs.parse::<Hostlist>() {
        Ok(list) if !list.is_empty() => {
            list.iter().for_each(|job| add(&job));
            true
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::job_ids;
    use proptest::prelude::*;

    fn ids(word: &str) -> Option<String> {
        let found = job_ids(word.as_bytes(), true)?;
        let mut text =
            found.ids.iter().map(|id| id.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ");
        if let Some(bad) = found.bad {
            text.push_str(&format!(" bad {bad}"));
        }
        Some(text)
    }

    #[test]
    fn words_that_name_jobs() {
        let named = |word: &str| ids(word).unwrap();
        assert_eq!(named("12"), "12");
        assert_eq!(named("12,13 14"), "12 13 14");
        assert_eq!(named("12_3,12_[4-6,9],12_7-8"), "12_3 12_4-6,9 12_7-8");
        assert_eq!(named("12+1"), "12+1");
        assert_eq!(named("[12-14]"), "12 13 14");
        assert_eq!(named("1[2-4]_5"), "12_5 13_5 14_5");
        assert_eq!(named("s0000000000001,7"), "s0000000000001 7");
        assert_eq!(named(""), "");
        assert_eq!(named(",,1,"), "1");
        assert_eq!(named("1,[],2"), "1 bad []");
    }

    #[test]
    fn words_that_do_not() {
        for word in ["x", "name=job", "12-13", "1_2_3", "1+2+3", "1_[2", "1]", "s1", "1.0", "1_%2"] {
            assert_eq!(ids(word), None, "{word}");
        }
        assert!(job_ids(b"s0000000000001", false).is_none());
    }

    proptest! {
        #[test]
        fn no_word_is_a_panic(word in "[0-9_+\\[\\], s-]{0,24}", any in any::<Vec<u8>>()) {
            let _ = job_ids(word.as_bytes(), true);
            let _ = job_ids(&any, true);
        }

        #[test]
        fn plain_ids_stay_what_they_are(jobs in proptest::collection::vec(1_u32.., 1..20)) {
            let word = jobs.iter().map(u32::to_string).collect::<Vec<_>>();
            prop_assert_eq!(ids(&word.join(",")), Some(word.join(" ")));
        }
    }
}
