//! How a step's tasks were laid out over nodes, sockets and cores, in sacct's words.

use crate::job::value::distribution::{ARBITRARY, BASE, NO_PACK, PACK, PLANE};

/// The word for a `task_dist`, whose digits are of nodes, sockets and cores from the right: 1 for cyclic, 2 for block, 3 for
/// full cyclic.
pub fn text(states: u32) -> String {
    /// Block over sockets with full cyclic over cores is called as if it were cyclic over sockets.
    const MISNAMED: u32 = 0x321;
    let base = match states & BASE {
        MISNAMED => 0x311,
        base => base,
    };
    let part = |digit: u32| match digit {
        1 => Some("Cyclic"),
        2 => Some("Block"),
        3 => Some("FCyclic"),
        _ => None,
    };
    let [nodes, sockets, cores] = [base & 0xf, base >> 4 & 0xf, base >> 8];
    let word = match (nodes, sockets, cores) {
        (1, 0, 0) => Some("Cyclic".to_owned()),
        (2, 0, 0) => Some("Block".to_owned()),
        _ if base == ARBITRARY => Some("arbitrary task distribution".to_owned()),
        _ if base == PLANE => Some("Plane".to_owned()),
        (1 | 2, sockets, cores) => {
            let nodes = if nodes == 1 { "C" } else { "B" };
            let cores = if cores == 0 { Some("") } else { part(cores) };
            part(sockets).zip(cores).map(|(sockets, cores)| format!("{nodes}{sockets}{cores}"))
        }
        _ => None,
    };
    let mut text = word.unwrap_or_else(|| "Unknown".into());
    for (flag, word) in [(PACK, ",Pack"), (NO_PACK, ",NoPack")] {
        if states & flag != 0 {
            text.push_str(word);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn words() {
        for (states, word) in [
            (0x001, "Cyclic"),
            (0x002, "Block"),
            (0x003, "arbitrary task distribution"),
            (0x004, "Plane"),
            (0x022, "BBlock"),
            (0x031, "CFCyclic"),
            (0x312, "BCyclicFCyclic"),
            (0x321, "CCyclicFCyclic"),
            (0x322, "BBlockFCyclic"),
            (0x2000, "Unknown"),
            (0x40_2000, "Unknown,NoPack"),
            (0x80_0011, "CCyclic,Pack"),
        ] {
            assert_eq!(text(states), word, "{states:x}");
        }
    }
}
