//! Reading options from where they may stand, the later one winning: directives, then `SBATCH_*` variables, then the
//! command line (sbatch(1), "the command line options will override any environment variables").

use super::declared::{Context, Declared};
use super::directives::Directives;
use super::given::{Code, Notices, Refused, Source};
use super::options::Options;
use super::table::OPTIONS;
use crate::getopt::{Opt, Order, Scanner, Value};
use crate::job::Dialect;
use crate::job::value::number;
use std::ffi::{OsStr, OsString};

/// Reads options as the release in use has them.
pub struct Reader<'a> {
    context: Context<'a>,
    /// As getopt wants them; an option's id is its place in [`OPTIONS`].
    known: Vec<Opt<usize>>,
}

/// What a command line has told so far, and what no release of sbatch tells from the options alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommandLine {
    /// The script and its arguments.
    pub operands: Vec<OsString>,
    /// How many arguments stand before them.
    pub options: usize,
}

impl<'a> Reader<'a> {
    /// For one release.
    #[must_use]
    pub fn new(context: Context<'a>) -> Self {
        let mut known = Vec::new();
        for (id, option) in OPTIONS.iter().enumerate() {
            if context.dialect.has_option(option.long) && !option.long.starts_with('\0') {
                let value = value_in(option, context.dialect);
                known.push(Opt::new(id, option.long, option.short, value));
                known.extend(option.also.iter().map(|long| Opt::new(id, long, None, value)));
            }
        }
        Self { context, known }
    }

    /// What values are read against.
    #[must_use]
    pub fn context(&self) -> &Context<'a> {
        &self.context
    }

    /// Reads what counts before the script is looked at: a few variables, and the options of the whole command line, the
    /// `:` between components being passed over.
    ///
    /// # Errors
    /// The first option that is no good; `--help` and its like.
    pub fn early(
        &self,
        arguments: &[OsString],
        environment: &dyn Fn(&str) -> Option<OsString>,
    ) -> Result<(Options, CommandLine), Refused> {
        let mut options = Options::default();
        if let Some(value) = environment("SBATCH_IGNORE_PBS") {
            self.variable(&mut options, "ignore-pbs", &value)?;
        }
        if let Some(value) = environment("SBATCH_DEBUG").filter(|_| self.context.dialect.debug_is_early) {
            self.debug(&mut options, &value)?;
        }
        let arguments: Vec<OsString> =
            arguments.iter().filter(|argument| *argument != ":").cloned().collect();
        let count = arguments.len();
        let mut scanner = Scanner::new(&self.known, Order::Strict, arguments);
        let mut by_letter = false;
        for given in scanner.by_ref() {
            let given = given.map_err(unknown)?;
            let option = &OPTIONS[given.id];
            // A verbosity by letters takes the place of the variable's.
            if option.long == "verbose" && !by_letter {
                by_letter = true;
                options.verbose = 0;
            }
            // Those that are not early count again, and then by hand. What all components share is kept from here, so
            // that the last component's is the first one's, too.
            let source = if option.early { Source::CommandLine } else { Source::Variable };
            give_declared(&mut options, option, given.value.as_deref(), source, &self.context)?;
        }
        let operands = scanner.operands();
        Ok((options, CommandLine { options: count - operands.len(), operands }))
    }

    /// Forgets what the next component of a heterogeneous job does not share with the one before.
    pub fn next_component(&self, options: &mut Options) {
        let fresh = Options::default();
        for option in OPTIONS.iter().filter(|option| option.of_component) {
            (option.take)(options, &fresh);
            options.sources.remove(option.long);
        }
    }

    /// Gives the options of a component's directives.
    ///
    /// # Errors
    /// The first that is no good, with its line.
    pub fn directives(
        &self,
        options: &mut Options,
        directives: &Directives,
        notices: &mut Notices,
        file: &str,
    ) -> Result<(), Refused> {
        if directives.old_style {
            notices.error(
                "Change from #SLURM to #SBATCH in your script and verify the options are valid in sbatch",
            );
        }
        if directives.packjob {
            match self.context.dialect.warns {
                true => notices
                    .warning("The \"packjob\" component separator is deprecated. Please use \"hetjob\" instead."),
                false => notices.info(
                    "Warning: the \"packjob\" component separator is being deprecated. Please, use \"hetjob\" instead.",
                ),
            }
        }
        let words: Vec<OsString> = directives.words.iter().map(|word| word.text.clone()).collect();
        let count = words.len();
        let mut scanner = Scanner::new(&self.known, Order::Strict, words);
        while let Some(given) = scanner.next() {
            // The word that was read last.
            let read = count - scanner.left();
            let line = directives.words.get(read.saturating_sub(1)).map(|word| word.line);
            let at = |mut refused: Refused| {
                if let (Some(line), Code::Option | Code::One | Code::Error) = (line, refused.code) {
                    refused.lines.push(format!("error: {file}: line {line}: in this #SBATCH directive"));
                }
                refused
            };
            let given = given.map_err(|refused| at(unknown(refused)))?;
            let option = &OPTIONS[given.id];
            if !option.early {
                give_declared(options, option, given.value.as_deref(), Source::Script, &self.context)
                    .map_err(at)?;
            }
        }
        match scanner.operands().first() {
            Some(word) => Err(Refused {
                lines: vec![format!("error: Invalid directive found in batch script: {}", word.display())],
                code: Code::Option,
            }),
            None => Ok(()),
        }
    }

    /// Gives one option by its long name, as a directive in another system's spelling asks for it.
    ///
    /// # Errors
    /// When its value is no good.
    pub fn one(&self, options: &mut Options, long: &str, value: Option<&OsStr>) -> Result<(), Refused> {
        give(options, long, value, &self.context)
    }

    /// Gives the options of the environment's variables.
    ///
    /// # Errors
    /// The first that is no good.
    pub fn variables(
        &self,
        options: &mut Options,
        environment: &dyn Fn(&str) -> Option<OsString>,
    ) -> Result<(), Refused> {
        if let Some(value) = environment("SBATCH_DEBUG").filter(|_| !self.context.dialect.debug_is_early) {
            self.debug(options, &value)?;
        }
        // A release without --power still looks at its variable, and gives up without a word.
        if !self.context.dialect.has_option("power") && environment("SBATCH_POWER").is_some() {
            return Err(Refused { lines: Vec::new(), code: Code::Option });
        }
        // In the order of their names, which is the one that sbatch looks at them in.
        let mut known: Vec<(&'static str, &Declared)> = OPTIONS
            .iter()
            .filter(|option| self.context.dialect.has_option(option.long) && option.long != "ignore-pbs")
            .flat_map(|option| option.variables.iter().map(move |variable| (*variable, option)))
            .filter(|(variable, _)| self.context.dialect.has_variable(variable))
            .collect();
        // Several of one option stay in the order of the table.
        let stem = |name: &'static str| name.strip_prefix("SBATCH_").or(name.strip_prefix("SLURM_"));
        known.sort_by_key(|(_, option)| option.variables.first().and_then(|name| stem(name)));
        for (variable, option) in known {
            if let Some(value) = environment(variable) {
                self.variable(options, option.long, &value)?;
            }
        }
        Ok(())
    }

    /// Gives the options of the command line up to the first word that is none, and says how many words those are.
    ///
    /// # Errors
    /// The first that is no good.
    pub fn command_line(&self, options: &mut Options, arguments: &[OsString]) -> Result<usize, Refused> {
        let mut scanner = Scanner::new(&self.known, Order::Strict, arguments.iter().cloned());
        for given in scanner.by_ref() {
            let given = given.map_err(unknown)?;
            let option = &OPTIONS[given.id];
            if !option.early {
                give_declared(options, option, given.value.as_deref(), Source::CommandLine, &self.context)?;
            }
        }
        Ok(arguments.len() - scanner.operands().len())
    }

    /// A variable's value; that of a flag is `yes`, empty or a number that is not 0, and takes the flag back otherwise.
    fn variable(&self, options: &mut Options, long: &str, value: &OsStr) -> Result<(), Refused> {
        let Some(option) = OPTIONS.iter().find(|option| option.long == long) else { return Ok(()) };
        let value = match value_in(option, self.context.dialect) {
            Value::Required => Some(value),
            Value::Optional => Some(value).filter(|value| !value.is_empty()),
            Value::None if is_set(value) => None,
            Value::None => {
                (option.take)(options, &Options::default());
                options.sources.remove(option.long);
                return Ok(());
            }
        };
        give_declared(options, option, value, Source::Variable, &self.context)
    }

    fn debug(&self, options: &mut Options, value: &OsStr) -> Result<(), Refused> {
        let text = value.to_string_lossy();
        options.verbose = match is_set(value) {
            true => {
                let level =
                    number::integer(&text, "--verbose", number::Range::NotNegative, self.context.dialect);
                level.map_err(Refused::number)?.unsigned_abs()
            }
            false => 0,
        };
        if options.verbose > 0 {
            options.sources.insert("verbose", Source::Variable);
        }
        Ok(())
    }
}

/// Gives one option by its long name, as a directive or YAML asks for it.
///
/// # Errors
/// When its value is no good, or sbatch of the release in use has no such option.
pub fn give(
    options: &mut Options,
    long: &str,
    value: Option<&OsStr>,
    context: &Context<'_>,
) -> Result<(), Refused> {
    let named = |option: &&Declared| option.long == long || option.also.contains(&long);
    match OPTIONS.iter().find(named).filter(|option| context.dialect.has_option(option.long)) {
        Some(option) => give_declared(options, option, value, Source::Script, context),
        None => Err(Refused::option(format!("unrecognized option '--{long}'"))),
    }
}

fn give_declared(
    options: &mut Options,
    option: &Declared,
    value: Option<&OsStr>,
    source: Source,
    context: &Context<'_>,
) -> Result<(), Refused> {
    // As an argument, too, an empty value of an option that may go without is none.
    let optional = value_in(option, context.dialect) == Value::Optional;
    let value = value.filter(|value| !(optional && value.is_empty()));
    (option.give)(options, value, context)?;
    options.sources.insert(option.long, source);
    options.texts.extend(value.map(|value| (option.long, value.to_owned())));
    Ok(())
}

/// Whether an option takes a value in the release in use.
fn value_in(option: &Declared, dialect: &Dialect) -> Value {
    match option.long {
        "get-user-env" if !dialect.get_user_env_takes_a_value => Value::None,
        "requeue" if !dialect.requeue_can_be_expedited => Value::None,
        _ => option.value,
    }
}

/// Whether a variable's value sets a flag.
fn is_set(value: &OsStr) -> bool {
    let text = value.to_string_lossy();
    let number = number::leading(&text).filter(|number| number.rest.is_empty());
    value.is_empty() || text.eq_ignore_ascii_case("yes") || number.is_some_and(|number| number.value != 0)
}

/// getopt's own words, and where to look.
fn unknown(refused: crate::getopt::Refused) -> Refused {
    Refused {
        lines: vec![refused.to_string(), "\0Try \"sbatch --help\" for more information".to_owned()],
        code: Code::Option,
    }
}
