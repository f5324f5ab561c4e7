//! `--reservation`: the reservations, a line each.

use super::show::{Printer, put};
use crate::cli::native::time_text::seconds_text;
use crate::slurm::{ReservationInfo, ReservationTable};
use std::io::{self, Write};

/// The columns behind the name, all at the right.
const WIDTHS: [usize; 4] = [8, 19, 19, 11];
const LEAST_NAME: usize = 9;

/// `now`: seconds since 1970.
pub fn print(
    out: &mut dyn Write,
    printer: &Printer<'_>,
    table: &dyn ReservationTable,
    header: bool,
    now: i64,
) -> io::Result<()> {
    if table.is_empty() {
        return out.write_all(b"No reservations in the system\n");
    }
    let records: Vec<ReservationInfo<'_>> = (0..table.len()).map(|index| table.get(index)).collect();
    let mut name_width = LEAST_NAME;
    if header {
        let widths = records.iter().map(|record| record.name.map_or(0, |name| name.count_bytes()));
        name_width = widths.fold(name_width, usize::max);
        let titles = [b"STATE".as_slice(), b"START_TIME", b"END_TIME", b"DURATION"];
        row(out, Some(b"RESV_NAME"), name_width, titles, Some(b"NODELIST"))?;
    }
    for record in &records {
        let active = record.start_time <= now && record.end_time >= now;
        let [start, end] = [record.start_time, record.end_time].map(|time| printer.time(time));
        // 32 bits are kept of it.
        let duration = seconds_text(i64::from((record.end_time - record.start_time) as u32));
        let state: &[u8] = if active { b"ACTIVE" } else { b"INACTIVE" };
        let texts = [state, start.as_bytes(), end.as_bytes(), duration.as_bytes()];
        let name = record.name.map(|name| name.to_bytes());
        row(out, name, name_width, texts, record.node_list.map(|nodes| nodes.to_bytes()))?;
    }
    Ok(())
}

fn row(
    out: &mut dyn Write,
    name: Option<&[u8]>,
    name_width: usize,
    texts: [&[u8]; 4],
    nodes: Option<&[u8]>,
) -> io::Result<()> {
    let name = name.unwrap_or(b"(null)");
    put(out, Some(name), name_width.max(name.len()), false, false)?;
    for (text, width) in texts.into_iter().zip(WIDTHS) {
        out.write_all(b"  ")?;
        put(out, Some(text), width, true, false)?;
    }
    out.write_all(b"  ")?;
    out.write_all(nodes.unwrap_or(b"(null)"))?;
    out.write_all(b"\n")
}
