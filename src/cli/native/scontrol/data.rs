//! `--json` and `--yaml`: what `show job`, `show step` and `ping` tell, as data. Of other commands they change nothing.

use super::PROGRAM;
use super::session::Session;
use crate::cli::native::data::{Data, Form, Layout, Parser, parser_meta};
use crate::cli::native::squeue::data::{self, Telling};
use crate::slurm::Client;
use std::ffi::OsString;
use std::io::Write;

/// How data were asked for.
#[derive(Clone, Debug)]
pub struct Asked {
    pub form: Form,
    pub layout: Layout,
    /// The word behind `--json=`.
    pub parser: Option<OsString>,
}

/// Tells data, if they were asked for. False where they cannot be told as was asked.
pub fn tell(
    client: &Client,
    session: &mut Session,
    asked: &Asked,
    tell: impl FnOnce(&mut Data, &Telling<'_>),
) -> bool {
    let _ = session.out.flush();
    let habits = client.squeue_habits();
    let own = habits.data_version;
    let Some(version) = data::version(own) else {
        let name = asked.form.media_type();
        PROGRAM.error(format_args!("{name}: the data of {own} are not known to this scontrol"));
        return false;
    };
    let parser = match Parser::asked(PROGRAM, asked.parser.as_deref(), own, asked.form) {
        Ok(parser) => parser,
        Err(well) => return well,
    };
    let mut answer = Data::map();
    let with = Telling::new(&parser, version, &session.printing.users, client);
    tell(&mut answer, &with);
    let command = match session.words.as_slice() {
        [words @ .., _] if habits.command_is_cut => words,
        _ => session.command_line.as_slice(),
    };
    answer.put("meta", parser_meta(client, &parser, command));
    answer.put("errors", Data::List(Vec::new()));
    answer.put("warnings", with.warnings());
    let mut text = answer.write(asked.form, asked.layout);
    text.push(b'\n');
    // Who does not read on does not need the rest.
    let _ = session.out.write_all(&text);
    true
}
