//! `ping`: each slurmctld and whether it answers.

use super::data;
use super::session::Session;
use crate::cli::native::data::Data;
use crate::cli::native::squeue::data::Telling;
use crate::cli::native::users::own_user;
use crate::slurm::{Client, Error};
use std::time::{Duration, Instant};

/// What scontrol exits with where data were asked for in a way that is not to be had (-3).
const NO_SUCH_DATA: u8 = 253;

/// One slurmctld.
struct Controller<'a> {
    host: &'a str,
    /// `primary`, `backup`
    mode: String,
    answer: Result<(), Error>,
    latency: Duration,
}

impl Controller<'_> {
    fn state(&self) -> &'static str {
        if self.answer.is_ok() { "UP" } else { "DOWN" }
    }
}

/// Asks each. One that answers is enough.
pub fn ping(client: &Client, session: &mut Session) {
    let hosts = &client.configuration().controllers;
    let controllers = hosts.iter().enumerate().filter_map(|(at, host)| {
        let number = i32::try_from(at).ok()?;
        let begin = Instant::now();
        let answer = client.ping(number);
        let mode = match at {
            0 => "primary".into(),
            1 if hosts.len() == 2 => "backup".into(),
            at => format!("backup{at}"),
        };
        Some(Controller { host, mode, answer, latency: begin.elapsed() })
    });
    let controllers: Vec<Controller<'_>> = controllers.collect();
    if let Some(asked) = session.data.clone() {
        let told = data::tell(client, session, &asked, |answer, with| {
            let controllers = controllers.iter().map(|controller| as_data(controller, client, with));
            answer.put("pings", Data::List(controllers.collect()));
        });
        (session.failed, session.failure) = (!told, NO_SUCH_DATA);
        return;
    }
    for controller in &controllers {
        let (mode, host, state) = (&controller.mode, controller.host, controller.state());
        session.print(format_args!("Slurmctld({mode}) at {host} is {state}"));
    }
    session.failed = controllers.iter().all(|controller| controller.answer.is_err());
    if controllers.iter().any(|controller| controller.answer.is_err()) && own_user() == 0 {
        session.print("*****************************************");
        session.print("** RESTORE SLURMCTLD DAEMON TO SERVICE **");
        session.print("*****************************************");
    }
}

fn as_data(controller: &Controller<'_>, client: &Client, with: &Telling<'_>) -> Data {
    /// The version of the data that ends with telling the state by words.
    const WORDS: u8 = 44;
    let mut data = Data::map();
    data.put("hostname", controller.host.into());
    if with.version <= WORDS {
        data.put("pinged", controller.state().into());
    }
    data.put("responding", Data::Bool(controller.answer.is_ok()));
    data.put("latency", Data::Int(controller.latency.as_micros().try_into().unwrap_or(i64::MAX)));
    if with.version <= WORDS {
        data.put("mode", controller.mode.as_str().into());
    }
    data.put("primary", Data::Bool(controller.mode == "primary"));
    if with.version > WORDS {
        let status = match &controller.answer {
            Ok(()) => client.message(0),
            Err(error) => error.text(),
        };
        data.put("status", Data::text(status));
    }
    data
}
