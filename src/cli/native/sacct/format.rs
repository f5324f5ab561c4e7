//! `--format`: which columns, how wide.

use super::fields::{Field, Kind};

/// What `--brief` shows.
pub const BRIEF: &[u8] = b"jobid,state,exitcode";
/// What is shown where nothing else was asked for.
pub const DEFAULT: &[u8] = b"jobid,jobname,partition,account,alloccpus,state,exitcode";
/// What `--long` shows.
pub const LONG: &[u8] = b"jobid,jobidraw,jobname,partition,maxvmsize,maxvmsizenode,maxvmsizetask,avevmsize,maxrss,\
maxrssnode,maxrsstask,averss,maxpages,maxpagesnode,maxpagestask,avepages,mincpu,mincpunode,mincputask,avecpu,ntasks,\
alloccpus,elapsed,state,exitcode,avecpufreq,reqcpufreqmin,reqcpufreqmax,reqcpufreqgov,reqmem,consumedenergy,maxdiskread,\
maxdiskreadnode,maxdiskreadtask,avediskread,maxdiskwrite,maxdiskwritenode,maxdiskwritetask,avediskwrite,reqtres,alloctres,\
tresusageinave,tresusageinmax,tresusageinmaxn,tresusageinmaxt,tresusageinmin,tresusageinminn,tresusageinmint,\
tresusageintot,tresusageoutmax,tresusageoutmaxn,tresusageoutmaxt,tresusageoutave,tresusageouttot";

/// One column of output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    pub name: &'static str,
    pub kind: Kind,
    /// Negative where the text begins at the left.
    pub width: i32,
}

/// Why a format cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// There is no such field.
    Invalid(Vec<u8>),
    /// There was one: the name of it and of what took its place.
    Removed(&'static str, &'static str),
}

/// Reads a list of fields with commas between. A field may be abbreviated, the first that begins so being meant, and may
/// have its width behind a percent sign; all columns of one field have the width that was given last. An empty name ends
/// the list.
pub fn read(text: &[u8], known: &[&'static Field]) -> Result<Vec<Column>, Refused> {
    let mut widths: Vec<i32> = known.iter().map(|field| field.width).collect();
    let mut shown: Vec<usize> = Vec::new();
    for part in text.split(|byte| *byte == b',') {
        let blanks = part.iter().take_while(|byte| matches!(byte, b' ' | b'\t'..=b'\r')).count();
        let part = &part[blanks..];
        if part.is_empty() {
            break;
        }
        let (name, width) = match part.iter().position(|byte| *byte == b'%') {
            Some(at) => (&part[..at], Some(leading_number(&part[at + 1..]))),
            None => (part, None),
        };
        let which = match find(name, known)? {
            Some(index) => index..index + 1,
            None => 0..known.len(),
        };
        for index in which {
            if let (Some(width), Some(slot)) = (width, widths.get_mut(index)) {
                *slot = width;
            }
            shown.push(index);
        }
    }
    let column = |index: usize| {
        let (field, width) = (known.get(index)?, widths.get(index)?);
        Some(Column { name: field.name, kind: field.kind, width: *width })
    };
    Ok(shown.into_iter().filter_map(column).collect())
}

/// The field that is meant; none for all of them, `ALL`, which may be abbreviated like any name, even to nothing.
fn find(name: &[u8], known: &[&'static Field]) -> Result<Option<usize>, Refused> {
    let begins = |whole: &str| {
        whole.as_bytes().get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
    };
    if begins("ALL") {
        return Ok(None);
    }
    if let Some(index) = known.iter().position(|field| begins(field.name)) {
        return Ok(Some(index));
    }
    for (old, new) in [("AllocGRES", "AllocTRES"), ("ReqGRES", "ReqTRES")] {
        if name.eq_ignore_ascii_case(old.as_bytes()) {
            return Err(Refused::Removed(old, new));
        }
    }
    Err(Refused::Invalid(name.to_vec()))
}

/// As atoi(3): 0 where there is no number.
fn leading_number(text: &[u8]) -> i32 {
    let text = String::from_utf8_lossy(text);
    crate::job::value::number::leading(&text).map_or(0, |number| number.value as i32)
}

#[cfg(test)]
mod tests {
    use super::super::fields;
    use super::*;
    use proptest::prelude::*;

    fn known() -> Vec<&'static Field> {
        fields::known(&super::super::newest())
    }

    fn shown(text: &str) -> String {
        match read(text.as_bytes(), &known()) {
            Ok(columns) => {
                columns.iter().map(|c| format!("{}:{}", c.name, c.width)).collect::<Vec<_>>().join(" ")
            }
            Err(Refused::Invalid(name)) => format!("invalid {}", String::from_utf8_lossy(&name)),
            Err(Refused::Removed(old, new)) => format!("{old} is {new}"),
        }
    }

    #[test]
    fn names_and_widths() {
        assert_eq!(shown("jobid,state"), "JobID:-12 State:10");
        assert_eq!(shown("JOBIDR%-30, st%5,State"), "JobIDRaw:-30 Start:5 State:10");
        assert_eq!(shown("state%20,state"), "State:20 State:20");
        assert_eq!(shown("state%x,user%"), "State:0 User:0");
        assert_eq!(shown("jobid,,state"), "JobID:-12");
        assert_eq!(shown(""), "");
        assert_eq!(shown("nonsense"), "invalid nonsense");
        assert_eq!(shown("state "), "invalid state ");
        assert_eq!(shown("allocgres"), "AllocGRES is AllocTRES");
    }

    #[test]
    fn all_of_them() {
        assert_eq!(read(b"a", &known()).unwrap().len(), known().len());
        assert!(read(b"all%7", &known()).unwrap().iter().all(|column| column.width == 7));
        for list in [BRIEF, DEFAULT, LONG] {
            assert!(read(list, &known()).is_ok());
        }
    }

    proptest! {
        #[test]
        fn any_format_is_read_or_refused(text in ".{0,40}") {
            let _ = read(text.as_bytes(), &known());
        }

        #[test]
        fn what_is_listed_can_be_asked_for(index in 0usize..110, width in -99i32..99) {
            let known = known();
            prop_assume!(index < known.len());
            let field = known[index];
            let columns = read(format!("{}%{width}", field.name).as_bytes(), &known).unwrap();
            prop_assert_eq!(columns[0].width, width);
        }
    }
}
