//! How tasks are laid out over nodes, sockets and cores: `--distribution`.

use super::number;
use crate::job::Dialect;
use std::fmt;

/// The value of `--distribution`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Distribution {
    /// `enum task_dist_states` of slurm.h: for nodes in the low four bits, sockets in the next, cores in those after;
    /// [`UNKNOWN`] where nothing was said; with [`PACK`] and [`NO_PACK`].
    pub states: u32,
    /// With [`PLANE`]: so many tasks stay together.
    pub plane: Option<u32>,
}

/// `SLURM_DIST_UNKNOWN`: whatever slurmctld thinks best.
pub const UNKNOWN: u32 = 0x2000;
/// `SLURM_DIST_ARBITRARY`: as the host file says.
pub const ARBITRARY: u32 = 3;
/// `SLURM_DIST_PLANE`
pub const PLANE: u32 = 4;
/// `SLURM_DIST_STATE_BASE`: what is left without [`PACK`] and [`NO_PACK`].
pub const BASE: u32 = 0xffff;
/// `SLURM_DIST_PACK_NODES`: fill one node before the next.
pub const PACK: u32 = 0x80_0000;
/// `SLURM_DIST_NO_PACK_NODES`: do not, even where the partition says so.
pub const NO_PACK: u32 = 0x40_0000;

/// The words for one place, their numbers in order from 1.
const WORDS: [&str; 3] = ["cyclic", "block", "fcyclic"];

impl Distribution {
    /// Reads a value of `--distribution`. `plane_size` is SLURM_DIST_PLANESIZE, which counts for `plane` without a size.
    ///
    /// # Errors
    /// `Invalid --distribution specification`, after a line that says more for `plane`.
    pub fn parse(text: &str, plane_size: Option<&str>, dialect: &Dialect) -> Result<Self, String> {
        let invalid = "Invalid --distribution specification";
        if text.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("plane")) {
            let given = text.split_once('=').map(|(_, size)| size);
            let size = given.or(plane_size.filter(|size| !size.is_empty())).and_then(size_of_plane);
            return match size {
                Some(size) => Ok(Self { states: PLANE, plane: Some(size) }),
                None if dialect.plane_needs_size => {
                    Err(format!("Invalid plane size or size not specified\n{invalid}"))
                }
                None => Ok(Self { states: UNKNOWN, plane: None }),
            };
        }
        let (base, flag) = match text.split_once(',') {
            Some((base, flag)) => (base, Some(flag).filter(|flag| !flag.is_empty())),
            None => (text, None),
        };
        // Colons with nothing between them do not count.
        let states = layout(base).or_else(|| Some(UNKNOWN | packing(base.trim_matches(':'))?));
        let states = match flag {
            Some(flag) => states.and_then(|states| Some(states | packing(flag)?)),
            None => states,
        };
        states.map(|states| Self { states, plane: None }).ok_or_else(|| invalid.to_owned())
    }

    /// Without [`PACK`] and [`NO_PACK`].
    #[must_use]
    pub fn base(self) -> u32 {
        self.states & BASE
    }
}

fn size_of_plane(text: &str) -> Option<u32> {
    let number = number::leading(text).filter(|number| number.rest.is_empty())?;
    // No larger than an int can be.
    i32::try_from(number.value).ok().and_then(|size| u32::try_from(size).ok()).filter(|size| *size > 0)
}

fn packing(text: &str) -> Option<u32> {
    match () {
        () if text.eq_ignore_ascii_case("pack") => Some(PACK),
        () if text.eq_ignore_ascii_case("nopack") => Some(NO_PACK),
        () => None,
    }
}

/// `node[:socket[:core]]`, where `*` is the default: block for nodes, cyclic for sockets, as for sockets for cores.
fn layout(text: &str) -> Option<u32> {
    let mut places = text.split(':').filter(|place| !place.is_empty());
    let word = |place: &str| WORDS.iter().position(|word| place.eq_ignore_ascii_case(word));
    let number = |place: usize| u32::try_from(place).ok().map(|place| place + 1);
    let node = places.next()?;
    let first = if node == "*" { 1 } else { word(node).filter(|node| *node < 2).unwrap_or(usize::MAX) };
    if first == usize::MAX {
        let by_file = ["arbitrary", "hostfile"].iter().any(|word| node.eq_ignore_ascii_case(word));
        return (by_file && places.next().is_none()).then_some(ARBITRARY);
    }
    let mut states = number(first)?;
    let Some(socket) = places.next() else { return Some(states) };
    let second = if socket == "*" { 0 } else { word(socket)? };
    states |= number(second)? << 4;
    let Some(core) = places.next() else { return Some(states) };
    let third = if core == "*" { second } else { word(core)? };
    states |= number(third)? << 8;
    places.next().is_none().then_some(states)
}

/// As `--distribution` takes it and `sbatch -v` lists it; nothing where nothing was said.
impl fmt::Display for Distribution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = |shift: u32| {
            let place = usize::try_from(self.states >> shift & 0xf).ok()?;
            WORDS.get(place.checked_sub(1)?).copied()
        };
        let mut said = match self.base() {
            UNKNOWN => Vec::new(),
            ARBITRARY => vec!["arbitrary".to_owned()],
            PLANE => vec![self.plane.map_or_else(|| "plane".to_owned(), |size| format!("plane={size}"))],
            _ => vec![[0, 4, 8].into_iter().map_while(word).collect::<Vec<_>>().join(":")],
        };
        let flags = [(PACK, "pack"), (NO_PACK, "nopack")].into_iter();
        said.extend(flags.filter(|(flag, _)| self.states & flag != 0).map(|(_, word)| word.to_owned()));
        f.write_str(&said.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<Distribution, String> {
        Distribution::parse(text, None, &Dialect::default())
    }

    #[test]
    fn layouts() {
        let states = |text| read(text).map(|distribution| distribution.states);
        assert_eq!(states("block"), Ok(2));
        assert_eq!(states("Cyclic"), Ok(1));
        assert_eq!(states("hostfile"), Ok(3));
        assert_eq!(states("block:cyclic"), Ok(0x12));
        assert_eq!(states("cyclic:fcyclic:block"), Ok(0x231));
        assert_eq!(states("*"), Ok(2));
        assert_eq!(states("*:*:*"), Ok(0x112));
        assert_eq!(states("*:block:*"), Ok(0x222));
        assert_eq!(states("block::cyclic"), Ok(0x12));
        assert_eq!(states("block,pack"), Ok(0x80_0002));
        assert_eq!(states("block,NoPack"), Ok(0x40_0002));
        assert_eq!(states("pack"), Ok(0x80_2000));
        assert_eq!(states("pack,nopack"), Ok(0xc0_2000));
        assert_eq!(states("block,"), Ok(2));
        assert_eq!(states("::pack:"), Ok(0x80_2000));
        for bad in [
            "",
            ",",
            ":",
            "fcyclic",
            "block:pack",
            "block,,pack",
            "block,pack,nopack",
            "arbitrary:block",
            "block:block:block:block",
            "block:arbitrary",
            "blocky",
            ",pack",
        ] {
            assert_eq!(read(bad), Err("Invalid --distribution specification".to_owned()), "{bad}");
        }
    }

    #[test]
    fn planes() {
        let plane = |size| Ok(Distribution { states: PLANE, plane: Some(size) });
        assert_eq!(read("plane=4"), plane(4));
        assert_eq!(read("Planet=4"), plane(4));
        assert_eq!(Distribution::parse("plane", Some("3"), &Dialect::default()), plane(3));
        assert_eq!(Distribution::parse("plane=4", Some("3"), &Dialect::default()), plane(4));
        for bad in ["plane", "plane=", "plane=0", "plane=-1", "plane=4,pack", "plane=2147483648"] {
            let said = "Invalid plane size or size not specified\nInvalid --distribution specification";
            assert_eq!(read(bad), Err(said.to_owned()), "{bad}");
        }
        let before = Dialect { plane_needs_size: false, ..Dialect::default() };
        assert_eq!(Distribution::parse("plane", None, &before).map(|d| d.states), Ok(UNKNOWN));
    }

    proptest! {
        #[test]
        fn nothing_panics(text in ".{0,40}") {
            let _ = read(&text);
        }

        #[test]
        fn what_is_read_reads_back(text in "(block|cyclic|\\*)(:(block|cyclic|fcyclic|\\*)){0,2}(,(no)?pack)?|(no)?pack(,pack)?|plane=[1-9]{1,5}|hostfile") {
            let distribution = read(&text);
            prop_assert!(distribution.is_ok());
            let said = distribution.as_ref().map(ToString::to_string).unwrap_or_default();
            prop_assert_eq!(read(&said), distribution);
        }
    }
}
