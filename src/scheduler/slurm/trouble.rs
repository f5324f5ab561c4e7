//! What Slurm's errors mean to a run.

use crate::scheduler::{ErrorKind, SchedulerError};
use crate::slurm::{Error, code};

/// What an error means to a run.
pub(super) fn trouble(error: &Error) -> SchedulerError {
    let kind = match error {
        Error::Munge { .. } | Error::ControllerDown { .. } => ErrorKind::Unreachable,
        Error::Call { code, .. } => kind_of(*code),
        _ => ErrorKind::Rejected,
    };
    SchedulerError { kind, message: error.in_one_line(), hint: error.hint() }
}

fn kind_of(number: i32) -> ErrorKind {
    match number {
        // The ones that sbatch sleeps over and tries again.
        code::AGAIN | code::NODES_BUSY | code::PORTS_BUSY | code::QUEUE_FULL => ErrorKind::Busy,
        code::CONNECTION | code::CONTROLLER_CONNECTION | code::IN_STANDBY => ErrorKind::Unreachable,
        number if code::reply_is_lost(number) => ErrorKind::ReplyLost,
        _ => ErrorKind::Rejected,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_slurm_refuses_is_final() {
        assert_eq!(kind_of(code::INVALID_PARTITION), ErrorKind::Rejected);
        assert_eq!(kind_of(code::AGAIN), ErrorKind::Busy);
        assert_eq!(kind_of(code::CONTROLLER_CONNECTION), ErrorKind::Unreachable);
        assert_eq!(kind_of(code::CONTROLLER_RECEIVE), ErrorKind::ReplyLost);
        // SLURM_PROTOCOL_SOCKET_IMPL_TIMEOUT
        assert_eq!(kind_of(5004), ErrorKind::ReplyLost);
        // SLURM_COMMUNICATIONS_MISSING_SOCKET_ERROR
        assert_eq!(kind_of(1013), ErrorKind::ReplyLost);
        assert_eq!(kind_of(code::PROTOCOL_VERSION), ErrorKind::Rejected);
        assert_eq!(kind_of(libc::ECONNRESET), ErrorKind::ReplyLost);
        assert_eq!(kind_of(libc::ENOTCONN), ErrorKind::ReplyLost);
        assert_eq!(kind_of(libc::EINVAL), ErrorKind::Rejected);
    }
}
