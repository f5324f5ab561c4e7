//! Users and groups, numbers and names, as Slurm's commands tell them. The host is asked once for each.

use nix::unistd::{Gid, Group, Uid, User};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// The names of users and groups.
pub struct Users {
    /// Whether who is in no database is called `nobody` in place of the number.
    unknown_is_nobody: bool,
    users: RefCell<HashMap<u32, Rc<str>>>,
    groups: RefCell<HashMap<u32, Option<Rc<str>>>>,
}

impl Users {
    /// `unknown_is_nobody`: see [`crate::slurm::Habits`].
    pub fn new(unknown_is_nobody: bool) -> Self {
        Self { unknown_is_nobody, users: RefCell::default(), groups: RefCell::default() }
    }

    fn unknown(&self, id: u32) -> Rc<str> {
        if self.unknown_is_nobody { "nobody".into() } else { id.to_string().into() }
    }

    /// A user's name; user 0 is root whatever the host calls it.
    pub fn user(&self, uid: u32) -> Rc<str> {
        let name = || match uid {
            0 => "root".into(),
            uid => user_name(uid).map_or_else(|| self.unknown(uid), Into::into),
        };
        Rc::clone(self.users.borrow_mut().entry(uid).or_insert_with(name))
    }

    /// A group's name.
    pub fn group(&self, gid: u32) -> Rc<str> {
        self.known_group(gid).unwrap_or_else(|| self.unknown(gid))
    }

    /// A group's name, where the host knows it.
    pub fn known_group(&self, gid: u32) -> Option<Rc<str>> {
        let name = || Group::from_gid(Gid::from_raw(gid)).ok().flatten().map(|group| group.name.into());
        self.groups.borrow_mut().entry(gid).or_insert_with(name).clone()
    }
}

/// A user's name in the host's database.
pub fn user_name(uid: u32) -> Option<String> {
    User::from_uid(Uid::from_raw(uid)).ok().flatten().map(|user| user.name)
}

/// Who is meant by a name or a number. A number must be somebody's.
pub fn user_named(text: &str) -> Option<u32> {
    if let Ok(Some(user)) = User::from_name(text) {
        return Some(user.uid.as_raw());
    }
    let uid = number(text)?;
    user_name(uid).map(|_| uid)
}

/// Which group is meant by a name or a number.
pub fn group_named(text: &str) -> Option<u32> {
    match Group::from_name(text) {
        Ok(Some(group)) => Some(group.gid.as_raw()),
        _ => number(text),
    }
}

/// As strtol(3) reads it: blanks and a plus sign may stand in front.
fn number(text: &str) -> Option<u32> {
    text.trim_start().parse().ok()
}

/// A group's name in the host's database.
pub fn group_name(gid: u32) -> Option<String> {
    Group::from_gid(Gid::from_raw(gid)).ok().flatten().map(|group| group.name)
}

/// The group of who runs this.
pub fn own_group() -> u32 {
    Gid::current().as_raw()
}

/// Who runs this.
pub fn own_user() -> u32 {
    Uid::current().as_raw()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers() {
        let old = Users::new(true);
        let new = Users::new(false);
        assert_eq!(&*new.user(0), "root");
        assert_eq!(&*old.user(0xdead_beef), "nobody");
        assert_eq!(&*new.user(0xdead_beef), "3735928559");
        assert_eq!(&*new.user(0xdead_beef), "3735928559");
        assert_eq!(user_named("root"), Some(0));
        assert_eq!(user_named("0"), Some(0));
        assert_eq!(user_named("3735928559"), None);
        assert_eq!(user_named("no such user"), None);
        assert_eq!(group_named("3735928559"), Some(3_735_928_559));
        assert_eq!(&*new.group(group_named("0").unwrap()), "root");
    }
}
