//! This host's users and groups, for the options that name one.

use crate::job::value::identity::Names;
use nix::unistd::{Group, User};

/// The users.
pub struct HostUsers;

impl Names for HostUsers {
    fn id_of(&self, name: &str) -> Option<u32> {
        User::from_name(name).ok().flatten().map(|user| user.uid.as_raw())
    }

    fn has(&self, id: u32) -> bool {
        User::from_uid(id.into()).is_ok_and(|user| user.is_some())
    }
}

/// The groups.
pub struct HostGroups;

impl Names for HostGroups {
    fn id_of(&self, name: &str) -> Option<u32> {
        Group::from_name(name).ok().flatten().map(|group| group.gid.as_raw())
    }

    fn has(&self, id: u32) -> bool {
        Group::from_gid(id.into()).is_ok_and(|group| group.is_some())
    }
}
