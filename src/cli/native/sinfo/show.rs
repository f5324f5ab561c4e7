//! Lines → text: what a field says, how it is put into its column.

use super::fields::Field;
use super::format::Column;
use super::groups::{Line, Node, Span};
use crate::cli::native::time_text::TimeFormat;
use crate::cli::native::users::user_name;
use crate::slurm::{Client, SinfoHabits, Text, partition};
use std::borrow::Cow;
use std::ffi::CStr;
use std::io::{self, Write};

const INFINITE: u32 = u32::MAX;
const NO_VAL: u32 = u32::MAX - 1;
const NO_VAL16: u16 = u16::MAX - 1;
const NO_VAL64: u64 = u64::MAX - 1;
/// `SHARED_FORCE`
const SHARED_FORCE: u16 = 0x8000;
/// The room for a time of day in the C of sinfo, with and without a long `SLURM_TIME_FORMAT`.
const TIME_SIZES: (usize, usize) = (256, 32);

/// What is printed with.
pub struct Printer<'a> {
    pub client: &'a Client,
    pub habits: &'a SinfoHabits,
    pub times: &'a TimeFormat,
    /// `--noconvert`
    pub plain_numbers: bool,
    /// The cluster's name where it was asked for by name.
    pub cluster: Option<&'a [u8]>,
    /// The width of node lists, where it is not the format's.
    pub node_width: Option<usize>,
    /// The width of partition names, where it is not the format's.
    pub partition_width: Option<usize>,
}

/// Names of nodes and partitions take at least so much room.
const LEAST_WIDTH: usize = 9;

/// How wide the lines' node lists are.
pub fn node_width(lines: &[Line<'_>]) -> usize {
    lines.iter().map(|line| line.names.ranged().count_bytes()).fold(LEAST_WIDTH, usize::max)
}

/// How wide the lines' partition names are, the star of the default one with them.
pub fn partition_width(lines: &[Line<'_>]) -> usize {
    let width = |line: &Line<'_>| {
        line.partition.name.map_or(0, |name| name.count_bytes() + usize::from(is_default(line)))
    };
    lines.iter().map(width).fold(LEAST_WIDTH, usize::max)
}

fn is_default(line: &Line<'_>) -> bool {
    line.partition.flags & partition::FLAG_DEFAULT != 0
}

impl Printer<'_> {
    /// A line, or the line of titles.
    pub fn print(&self, out: &mut dyn Write, columns: &[Column], line: Option<&Line<'_>>) -> io::Result<()> {
        for column in columns {
            if let Some(field) = column.field {
                let width = self.width(field, column.width);
                match line {
                    Some(line) => {
                        put(out, self.value(field, line, width).as_deref(), width, column.right, true)?
                    }
                    None => {
                        let whole = matches!(field, Field::NodeAddr | Field::NodeHost | Field::NodeList);
                        put(out, Some(field.title().as_bytes()), width, column.right, !whole)?;
                    }
                }
            }
            out.write_all(&column.suffix)?;
        }
        out.write_all(b"\n")
    }

    fn width(&self, field: Field, width: usize) -> usize {
        match field {
            Field::NodeList | Field::NodeHost => self.node_width.unwrap_or(width),
            Field::Partition | Field::PartitionName => self.partition_width.unwrap_or(width),
            _ => width,
        }
    }

    /// None for a null pointer, which is printed in the C library's way.
    fn value<'l>(&self, field: Field, line: &'l Line<'_>, width: usize) -> Option<Cow<'l, [u8]>> {
        let (part, sizes) = (line.partition, &line.sizes);
        let node = |text: fn(&'l Node<'_>) -> Text<'l>| {
            line.first.and_then(text).map(|text| Cow::Borrowed(text.to_bytes()))
        };
        let word = |word: &'static str| Some(Cow::Borrowed(word.as_bytes()));
        let text = |text: String| Some(Cow::Owned(text.into_bytes()));
        let state = |word: &dyn Fn(u32) -> Cow<'static, [u8]>| match line.first {
            Some(first) => Cow::Owned(word(first.state).to_ascii_lowercase()),
            None => Cow::Borrowed(&b"n/a"[..]),
        };
        let or = |text: Text<'l>, other: &'static str| {
            Some(text.map_or(Cow::Borrowed(other.as_bytes()), |text| Cow::Borrowed(text.to_bytes())))
        };
        let small = |number: u16| self.units(number.into());
        match field {
            Field::AllocMem => text(line.alloc_memory.to_string()),
            Field::AllocNodes => or(part.allow_alloc_nodes, "all"),
            Field::Available => word(availability(part.state_up)),
            Field::Cluster => {
                Some(self.cluster.map_or(Cow::Borrowed(&b"N/A"[..]), |name| Cow::Owned(name.to_vec())))
            }
            Field::Comment => node(|node| node.info.comment),
            Field::Cores => text(span(sizes.cores, small)),
            Field::Cpus => text(span(sizes.cpus, |number| self.units(number))),
            Field::CpusLoad => text(range(sizes.cpu_load, cpu_load)),
            Field::CpusState => {
                let cpus = &line.cpus;
                text(format!("{}/{}/{}/{}", cpus.alloc, cpus.idle, cpus.other, cpus.total))
            }
            Field::DefaultTime if part.default_time == NO_VAL => word("n/a"),
            Field::DefaultTime => text(minutes(part.default_time)),
            Field::Disk => text(span(sizes.disk, |number| self.cut(number.to_string()))),
            Field::Extra => node(|node| node.info.extra),
            Field::Features => node(|node| node.info.features),
            Field::FeaturesAct => node(|node| node.info.features_act),
            Field::FreeMem => text(range(sizes.free_memory, memory)),
            Field::Gres => node(|node| node.info.gres),
            Field::GresUsed => node(|node| node.info.gres_used),
            Field::Groups => or(part.allow_groups, "all"),
            Field::MaxCpusPerNode if part.max_cpus_per_node == INFINITE => word("UNLIMITED"),
            Field::MaxCpusPerNode => text(line.first.map_or(0, |_| part.max_cpus_per_node).to_string()),
            Field::Memory => text(span(sizes.memory, memory)),
            Field::NodeAddr => Some(Cow::Owned(line.addresses.ranged().into_bytes())),
            Field::NodeAi => text(format!("{}/{}", line.nodes.alloc, line.nodes.idle)),
            Field::NodeAiot => {
                let nodes = &line.nodes;
                text(format!("{}/{}/{}/{}", nodes.alloc, nodes.idle, nodes.other, nodes.total))
            }
            Field::NodeHost => Some(Cow::Owned(line.host_names.ranged().into_bytes())),
            Field::NodeList => Some(Cow::Owned(line.names.ranged().into_bytes())),
            Field::Nodes => text(line.nodes.total.to_string()),
            Field::OverSubscribe => text(self.oversubscribe(part.max_share)),
            Field::Partition => Some(partition_name(line, width)),
            Field::PartitionName => part.name.map(|name| Cow::Borrowed(name.to_bytes())),
            Field::Port => text(small(line.first.map_or(0, |node| node.info.port))),
            Field::PreemptMode => {
                let mode = match part.preempt_mode {
                    NO_VAL16 => self.client.configuration().preempt_mode,
                    mode => mode,
                };
                Some(Cow::Borrowed(self.client.preempt_mode_word(mode).to_bytes()))
            }
            Field::PriorityJobFactor => text(small(part.priority_job_factor)),
            Field::PriorityTier => text(small(part.priority_tier)),
            Field::Reason => match line.first.and_then(|node| node.info.reason).map(CStr::to_bytes) {
                Some(reason) if !reason.starts_with(b"(null)") => Some(Cow::Borrowed(reason)),
                _ => word("none"),
            },
            Field::Reservation => or(line.first.and_then(|node| node.info.resv_name), ""),
            Field::Root if part.flags & partition::FLAG_ROOT_ONLY != 0 => word("yes"),
            Field::Root => word("no"),
            Field::Size => text(self.job_size(part.min_nodes, part.max_nodes)),
            Field::Sockets => text(span(sizes.sockets, small)),
            Field::SocketCoreThread => {
                let parts = [sizes.sockets, sizes.cores, sizes.threads].map(|sizes| span(sizes, small));
                text(parts.join(":"))
            }
            Field::StateCompact => {
                Some(state(&|state| Cow::Borrowed(self.client.node_state_abbreviation(state).to_bytes())))
            }
            Field::StateComplete => {
                Some(state(&|state| Cow::Owned(self.client.node_state_complete(state).into_bytes())))
            }
            Field::StateLong => {
                Some(state(&|state| Cow::Borrowed(self.client.node_state_word(state).to_bytes())))
            }
            Field::Threads => text(span(sizes.threads, small)),
            Field::Time => text(minutes(part.max_time)),
            Field::TimeStamp => match line.first.map_or(0, |node| node.info.reason_time) {
                0 => word("Unknown"),
                time => text(self.time(time)),
            },
            Field::User => text(user(line, |name, uid| name.unwrap_or_else(|| format!("Unk({uid})")))),
            Field::UserLong => {
                text(user(line, |name, uid| format!("{}({uid})", name.as_deref().unwrap_or("Unk"))))
            }
            Field::Version => or(line.first.and_then(|node| node.info.version), "N/A"),
            Field::Weight => text(span(sizes.weight, |number| self.cut(number.to_string()))),
        }
    }

    /// A time of day.
    pub fn time(&self, seconds: i64) -> String {
        self.times.text(seconds, if self.habits.future { TIME_SIZES.0 } else { TIME_SIZES.1 })
    }

    fn oversubscribe(&self, max_share: u16) -> String {
        match (max_share & !SHARED_FORCE, max_share & SHARED_FORCE != 0) {
            (0, _) if self.habits.exclusive => "EXCLUSIVE".into(),
            (0, _) | (1, false) => "NO".into(),
            (count, true) => format!("FORCE:{count}"),
            (count, false) => format!("YES:{count}"),
        }
    }

    fn job_size(&self, min: u32, max: u32) -> String {
        let min = if min < 1 && max > 0 { 1 } else { min };
        match max {
            _ if max == min => self.units(max),
            INFINITE => format!("{}-infinite", self.units(min)),
            _ => format!("{}-{}", self.units(min), self.units(max)),
        }
    }

    /// A number with K, M, G for a thousand and twenty-four, where that is exact or half of one.
    fn units(&self, number: u32) -> String {
        self.cut(units(number, self.plain_numbers))
    }

    /// There is no room for more digits.
    fn cut(&self, mut number: String) -> String {
        number.truncate(self.habits.digits);
        number
    }
}

/// What sinfo counts passes through a float on its way.
fn units(number: u32, plain: bool) -> String {
    const UNITS: [&str; 6] = ["", "K", "M", "G", "T", "P"];
    let mut value = f64::from(number as f32);
    let mut unit = 0;
    while !plain && value >= 1024.0 && (value as u64).is_multiple_of(512) {
        value /= 1024.0;
        unit += 1;
    }
    let unit = UNITS.get(unit).unwrap_or(&"?");
    match value.fract() == 0.0 {
        true => format!("{}{unit}", value as u64),
        false => format!("{value:.2}{unit}"),
    }
}

fn availability(state: u16) -> &'static str {
    match state {
        partition::UP => "up",
        partition::DOWN => "down",
        partition::DRAIN => "drain",
        partition::INACTIVE => "inactive",
        _ => "unknown",
    }
}

/// `4`, or `4+` where there are larger ones.
fn span<T: Copy + PartialEq>(span: Span<T>, text: impl Fn(T) -> String) -> String {
    if span.max == span.min { text(span.max) } else { format!("{}+", text(span.min)) }
}

/// `4`, or `4-8`.
fn range<T: Copy + PartialEq>(span: Span<T>, text: impl Fn(T) -> String) -> String {
    if span.max == span.min { text(span.max) } else { format!("{}-{}", text(span.min), text(span.max)) }
}

/// Hundredths, in seven letters at most.
fn cpu_load(load: u32) -> String {
    if load == NO_VAL {
        return "N/A".into();
    }
    let mut text = format!("{:.2}", f64::from(load) / 100.0);
    text.truncate(7);
    text
}

fn memory(memory: u64) -> String {
    if memory == NO_VAL64 {
        return "N/A".into();
    }
    let mut text = memory.to_string();
    text.truncate(15);
    text
}

/// A time limit.
fn minutes(minutes: u32) -> String {
    if minutes == INFINITE {
        return "infinite".into();
    }
    let (days, hours, minutes) = (minutes / (24 * 60), minutes / 60 % 24, minutes % 60);
    match (days, hours) {
        (0, 0) => format!("{minutes}:00"),
        (0, _) => format!("{hours}:{minutes:02}:00"),
        _ => format!("{days}-{hours:02}:{minutes:02}:00"),
    }
}

/// Who set the reason.
fn user(line: &Line<'_>, text: impl Fn(Option<String>, u32) -> String) -> String {
    match line.first.map_or(0, |node| node.info.reason_uid) {
        NO_VAL => "Unknown".into(),
        uid => text(user_name(uid), uid),
    }
}

/// The default partition has a star, if need be in place of its last letter.
fn partition_name<'l>(line: &'l Line<'_>, width: usize) -> Cow<'l, [u8]> {
    let name = line.partition.name.map(CStr::to_bytes).unwrap_or_default();
    if !is_default(line) {
        return Cow::Borrowed(name);
    }
    let mut name = name.to_vec();
    if width > 0 {
        name.truncate(width - 1);
    }
    name.push(b'*');
    Cow::Owned(name)
}

/// Puts a text into a column, as printf(3) would: a null pointer is `(null)`, or nothing where it would be cut.
pub fn put(out: &mut dyn Write, text: Option<&[u8]>, width: usize, right: bool, cut: bool) -> io::Result<()> {
    const NULL: &[u8] = b"(null)";
    let text = match text {
        Some(text) => text,
        None if right || width == 0 || width >= NULL.len() => NULL,
        None => b"",
    };
    let text = match width {
        0 => text,
        _ if !right || cut => text.get(..width).unwrap_or(text),
        _ => text,
    };
    let blanks = width.saturating_sub(text.len());
    if right {
        blank(out, blanks)?;
    }
    out.write_all(text)?;
    if !right {
        blank(out, blanks)?;
    }
    Ok(())
}

fn blank(out: &mut dyn Write, mut count: usize) -> io::Result<()> {
    const BLANKS: [u8; 64] = [b' '; 64];
    while count > 0 {
        let some = count.min(BLANKS.len());
        out.write_all(&BLANKS[..some])?;
        count -= some;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: Option<&str>, width: usize, right: bool, cut: bool) -> String {
        let mut out = Vec::new();
        put(&mut out, text.map(str::as_bytes), width, right, cut).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn columns() {
        assert_eq!(shown(Some("idle"), 6, false, true), "idle  ");
        assert_eq!(shown(Some("idle"), 6, true, true), "  idle");
        assert_eq!(shown(Some("allocated"), 5, false, true), "alloc");
        assert_eq!(shown(Some("allocated"), 5, true, true), "alloc");
        assert_eq!(shown(Some("NODELIST"), 5, true, false), "NODELIST");
        assert_eq!(shown(Some("NODELIST"), 5, false, false), "NODEL");
        assert_eq!(shown(Some("idle"), 0, true, true), "idle");
    }

    #[test]
    fn null_pointers_are_the_c_librarys() {
        assert_eq!(shown(None, 8, false, true), "(null)  ");
        assert_eq!(shown(None, 5, false, true), "     ");
        assert_eq!(shown(None, 5, true, true), "(null");
        assert_eq!(shown(None, 0, false, true), "(null)");
    }

    #[test]
    fn numbers_with_units() {
        let cases = [
            (0, "0"),
            (4, "4"),
            (1023, "1023"),
            (1024, "1K"),
            (1536, "1.50K"),
            (2047, "2047"),
            (1 << 20, "1M"),
        ];
        for (number, text) in cases {
            assert_eq!(units(number, false), text);
        }
        assert_eq!(units(1024, true), "1024");
        // The nearest float.
        assert_eq!(units(16_777_217, true), "16777216");
    }

    #[test]
    fn limits_of_time() {
        assert_eq!(minutes(30), "30:00");
        assert_eq!(minutes(61), "1:01:00");
        assert_eq!(minutes(24 * 60 + 1), "1-00:01:00");
        assert_eq!(minutes(u32::MAX), "infinite");
    }
}
