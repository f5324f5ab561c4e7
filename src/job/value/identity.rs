//! In whose name an administrator submits: `--uid`, `--gid`.

use super::number;
use crate::job::Dialect;

/// What the host knows of its users, or of its groups.
pub trait Names {
    /// The id that goes by that name.
    fn id_of(&self, name: &str) -> Option<u32>;
    /// Whether there is one with that id.
    fn has(&self, id: u32) -> bool;
}

/// Whom an option is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// A user: `--uid`.
    User,
    /// A group: `--gid`.
    Group,
}

/// `SLURM_AUTH_NOBODY` of Slurm's.
const NOBODY: u32 = 99;

/// The id that a value of `--uid` or `--gid` means: a name, or a number that the host knows. Who asks is not looked at;
/// native takes both options from root alone (`--uid only permitted by root user`).
///
/// # Errors
/// `Invalid --uid specification`, `Rejecting --uid as nobody specification`.
pub fn identity(text: &str, whose: Whose, names: &dyn Names, dialect: &Dialect) -> Result<u32, String> {
    let option = match whose {
        Whose::User => "--uid",
        Whose::Group => "--gid",
    };
    let number = || {
        let number = number::leading(text).filter(|number| number.rest.is_empty())?;
        u32::try_from(number.value).ok().filter(|id| names.has(*id))
    };
    let no_name = whose == Whose::User && dialect.nobody_refused && text == "nobody";
    let id = if no_name { None } else { names.id_of(text).or_else(number) };
    match id {
        None => Err(format!("Invalid {option} specification")),
        Some(NOBODY) if dialect.nobody_refused => Err(format!("Rejecting {option} as nobody specification")),
        Some(id) => Ok(id),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    struct Host;

    impl Names for Host {
        fn id_of(&self, name: &str) -> Option<u32> {
            match name {
                "root" => Some(0),
                "nobody" => Some(65534),
                _ => None,
            }
        }

        fn has(&self, id: u32) -> bool {
            matches!(id, 0 | 99 | 65534)
        }
    }

    #[test]
    fn users_and_groups() {
        let newest = Dialect::default();
        let user = |text| identity(text, Whose::User, &Host, &newest);
        assert_eq!((user("root"), user("0"), user("65534")), (Ok(0), Ok(0), Ok(65534)));
        for bad in ["", "nobody", "someone", "-1", "7", "0x0", "4294967296"] {
            assert_eq!(user(bad), Err("Invalid --uid specification".to_owned()), "{bad}");
        }
        assert_eq!(user("99"), Err("Rejecting --uid as nobody specification".to_owned()));
        assert_eq!(identity("nobody", Whose::Group, &Host, &newest), Ok(65534));
        let before = Dialect { nobody_refused: false, ..newest };
        assert_eq!(identity("99", Whose::Group, &Host, &before), Ok(99));
        assert_eq!(identity("nobody", Whose::User, &Host, &before), Ok(65534));
    }

    proptest! {
        #[test]
        fn nothing_panics(text in ".{0,20}") {
            let _ = identity(&text, Whose::User, &Host, &Dialect::default());
        }
    }
}
