//! One command: which one a word means, and how many words may follow it.

use super::actions::{self, Action};
use super::session::{Session, Voice};
use super::words::{begins, is, leading_number};
use super::{options, ping, show, usage};
use crate::slurm::Client;
use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;

/// What scontrol has and srunx has not, as it is not about jobs: the keyword and how much of it is needed.
const OTHERS: &[(&str, usize)] = &[
    ("abort", 5),
    ("cancel_reboot", 3),
    ("cluster", 2),
    ("create", 2),
    ("gethost", 7),
    ("getaddrs", 8),
    ("hash_file", 15),
    ("hash", 9),
    ("pidinfo", 3),
    ("power", 2),
    ("reboot_nodes", 3),
    ("reconfigure", 3),
    ("token", 3),
    ("setdebugflags", 9),
    ("fsdampeningfactor", 3),
    ("fairsharedampeningfactor", 3),
    ("setdebug", 2),
    ("schedloglevel", 3),
    ("takeover", 8),
    ("shutdown", 8),
    ("delete", 1),
    ("listpids", 1),
    ("listjobs", 1),
    ("liststeps", 1),
    ("getent", 6),
    ("callerid", 3),
    ("completing", 2),
];

/// Runs one command; `words` is not empty.
pub fn run(client: &Client, session: &mut Session, words: &[OsString]) {
    session.words = words.to_vec();
    let words: Vec<&[u8]> = words.iter().map(|word| word.as_bytes()).collect();
    let [tag, arguments @ ..] = words.as_slice() else { return };
    let command = Command { client, session, tag, arguments };
    command.run();
}

struct Command<'a> {
    client: &'a Client,
    session: &'a mut Session,
    tag: &'a [u8],
    arguments: &'a [&'a [u8]],
}

impl<'a> Command<'a> {
    fn run(mut self) {
        let tag = self.tag;
        let is = |key: &str, least: usize| is(tag, key, least);
        let (client, arguments) = (self.client, self.arguments);
        if is("all", 2) {
            self.session.show.all = true;
        } else if is("details", 1) {
            if self.is_alone_or_stops() {
                self.session.printing.detail = true;
            }
        } else if is("errnumstr", 2) || is("errnostr", 2) {
            self.error_text();
        } else if is("exit", 2) || is("quit", 4) {
            self.warn_of_more("keyword:", "");
            self.session.over = true;
        } else if is("help", 2) {
            self.warn_of_more("keyword:", "");
            self.session.write(usage::USAGE);
        } else if is("hide", 2) {
            (self.session.show.all, self.session.printing.detail) = (false, false);
        } else if is("oneliner", 1) {
            self.warn_of_more("keyword:", "");
            self.session.printing.one_line = true;
        } else if is("ping", 3) {
            if self.is_alone_or_stops() {
                ping::ping(client, self.session);
            }
        } else if begins(tag, "\\q") || is("quiet", 4) {
            self.warn_of_more("keyword:", "");
            self.session.voice = Voice::Quiet;
        } else if let Some((name, _)) = OTHERS.iter().find(|(key, least)| is(key, *least)) {
            self.not_about_jobs(name);
        } else if is("requeue", 3) || begins(tag, "requeuehold") {
            if self.has_at_least_one() {
                actions::requeue(client, self.session, !is("requeue", 3), arguments);
            }
        } else if begins(tag, "hold") || begins(tag, "uhold") || is("release", 3) {
            if self.has_at_least_one() {
                let action = match tag {
                    tag if begins(tag, "holdu") || begins(tag, "uhold") => Action::UserHold,
                    tag if begins(tag, "hold") => Action::Hold,
                    _ => Action::Release,
                };
                for jobs in arguments {
                    actions::hold(client, self.session, action, jobs);
                }
            }
        } else if is("suspend", 2) || is("resume", 3) {
            if self.has_at_least_one() {
                for jobs in arguments {
                    actions::suspend(client, self.session, is("suspend", 2), jobs);
                }
            }
        } else if is("top", 3) {
            if let Some(jobs) = self.one_argument() {
                actions::top(client, self.session, jobs);
            }
        } else if is("wait_job", 2) {
            if let Some(job) = self.one_argument() {
                actions::wait_job(client, self.session, job);
            }
        } else if is("show", 3) {
            show::show(client, self.session, tag, arguments);
        } else if is("write", 5) {
            self.write();
        } else if is("update", 1) {
            if arguments.is_empty() {
                self.too_few_for();
            } else {
                super::update::update(client, self.session, arguments);
            }
        } else if is("verbose", 4) {
            self.warn_of_more("", " keyword");
            self.session.voice = Voice::Verbose;
        } else if is("version", 4) {
            self.warn_of_more("", " keyword");
            options::version(client, self.session);
        } else if is("notify", 1) {
            match arguments {
                [job, message @ ..] if !message.is_empty() => {
                    actions::notify(client, self.session, job, message);
                }
                _ => self.said_of_keyword("too few arguments for keyword:"),
            }
        } else {
            self.said_of_keyword("invalid keyword: ");
        }
    }

    fn shown(&self) -> String {
        String::from_utf8_lossy(self.tag).into_owned()
    }

    /// A complaint that is made whatever the voice.
    fn said_of_keyword(&mut self, what: &str) {
        let tag = self.shown();
        self.session.refuse(format_args!("{what}{tag}"));
    }

    fn too_few_for(&mut self) {
        let tag = self.shown();
        self.session.refuse(format_args!("too few arguments for {tag} keyword"));
    }

    /// Says so where arguments follow a keyword that has none, and goes on.
    fn warn_of_more(&mut self, before: &str, behind: &str) {
        if !self.arguments.is_empty() {
            let tag = self.shown();
            self.session.refuse(format_args!("too many arguments for {before}{tag}{behind}"));
        }
    }

    fn is_alone_or_stops(&mut self) -> bool {
        self.warn_of_more("keyword:", "");
        self.arguments.is_empty()
    }

    fn has_at_least_one(&mut self) -> bool {
        if self.arguments.is_empty() {
            let tag = self.shown();
            self.session.object(format_args!("too few arguments for keyword:{tag}"));
        }
        !self.arguments.is_empty()
    }

    fn one_argument(&mut self) -> Option<&'a [u8]> {
        if let [argument] = self.arguments {
            return Some(argument);
        }
        let tag = self.shown();
        let what = if self.arguments.is_empty() { "few" } else { "many" };
        self.session.object(format_args!("too {what} arguments for keyword:{tag}"));
        None
    }

    fn not_about_jobs(&mut self, name: &str) {
        self.session.error(format_args!("srunx scontrol is for jobs: use scontrol for `{name}`"));
    }

    /// `errnumstr 2017`
    fn error_text(&mut self) {
        let [number] = self.arguments else {
            return self.said_of_keyword("one arguments required for keyword:");
        };
        match leading_number(&String::from_utf8_lossy(number)) {
            (number, "") => {
                let text = self.client.message(number as i32);
                self.session.print(text);
            }
            _ => self.said_of_keyword("numeric arguments required for keyword:"),
        }
    }

    fn write(&mut self) {
        match self.arguments {
            [] => self.said_of_keyword("too few arguments for keyword:"),
            [what, rest @ ..] if is(what, "batch_script", 5) => match rest {
                [] => {}
                [job] => actions::write_script(self.client, self.session, job, None),
                [job, file] => actions::write_script(self.client, self.session, job, Some(file)),
                _ => self.said_of_keyword("too many arguments for keyword:"),
            },
            [what, ..] if is(what, "config", 6) => self.not_about_jobs("write config"),
            [what, ..] => {
                let what = String::from_utf8_lossy(what).into_owned();
                self.session.refuse(format_args!("invalid write argument:{what}"));
            }
        }
    }
}
