//! Who runs this, as file name patterns want to know it.

use std::fs;

/// This user's name: as /etc/passwd has it, or else `USER` (a directory service's users are not in the file), or else
/// the number.
pub(crate) fn own_name() -> String {
    let uid = rustix::process::getuid().as_raw();
    let passwd = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let name_of = |line: &str| {
        let mut fields = line.split(':');
        let name = fields.next()?.to_owned();
        (fields.nth(1)?.parse() == Ok(uid)).then_some(name)
    };
    let listed = passwd.lines().find_map(name_of);
    listed.or_else(|| std::env::var("USER").ok()).unwrap_or_else(|| uid.to_string())
}
