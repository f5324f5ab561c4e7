//! From YAML text to a checked workflow: jobs, what they ask for, and what each waits for.
//!
//! It reads the text it is given and the files of parameters that this names, knows no scheduler and submits nothing.
//!
//! - `source`, `yaml`, `schema`: a file's text → nodes with their places → jobs
//! - `table`: files of parameters
//! - `check`, `array`, `depends`, `retry`, `sbatch`, `graph`: the rules that every workflow keeps
//! - `problem`: what is wrong, shown with the lines it is about
//! - `builder`: workflows made by a program
//! - `template`, `quoting`: values of parameters in a job's texts
//! - `script`, `request`: what is handed to a scheduler for a job

mod array;
mod builder;
mod check;
mod depends;
mod error;
mod graph;
mod model;
mod problem;
mod quoting;
mod request;
mod retry;
mod sbatch;
mod schema;
mod script;
mod shell;
mod source;
mod table;
mod template;
#[cfg(test)]
mod tests;
mod yaml;

pub use crate::job::DependencyKind;
pub use builder::WorkflowBuilder;
pub use error::WorkflowError;
pub use model::{
    Apptainer, Array, Command, Container, Dependency, Environment, Job, ParameterFiles, Parameters,
    PythonEnv, Resources, Runtime, Setting, Workflow,
};
pub(crate) use problem::nearest;
pub use problem::{InvalidWorkflow, Problem};
pub use request::Submitter;
pub use retry::{Factor, Retry};

use problem::Problems;
use source::Source;
use std::io::Read;
use std::path::Path;

impl Workflow {
    /// Reads a workflow file.
    ///
    /// # Errors
    /// When the file cannot be read, or is no valid workflow; then everything that is wrong with it is told at once.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, WorkflowError> {
        Ok(Self::of(&Source::read(path.as_ref())?, ParameterFiles::new())?)
    }

    /// Reads a workflow from anything that can be read, standard input for one; `name` is what messages call it.
    ///
    /// # Errors
    /// As [`Workflow::from_file`].
    pub fn from_reader(name: impl AsRef<Path>, reader: impl Read) -> Result<Self, WorkflowError> {
        Ok(Self::of(&Source::take(name.as_ref(), reader)?, ParameterFiles::new())?)
    }

    /// The text of a workflow file, as it is.
    ///
    /// # Errors
    /// When it cannot be read, or is none that a workflow can have.
    pub fn text_of(path: impl AsRef<Path>) -> Result<String, WorkflowError> {
        Source::read_text(path.as_ref())
    }

    /// The text of a workflow from anything that can be read; `name` is what messages call it.
    ///
    /// # Errors
    /// As [`Workflow::text_of`].
    pub fn text_from(name: impl AsRef<Path>, reader: impl Read) -> Result<String, WorkflowError> {
        Source::take_text(name.as_ref(), reader)
    }

    /// Reads a workflow from YAML text; `file_name` is what messages call it. Files of parameters that it names are looked
    /// for from the current folder.
    ///
    /// # Errors
    /// When it is no valid workflow.
    pub fn parse(file_name: &str, text: &str) -> Result<Self, InvalidWorkflow> {
        Self::of(&Source::new(file_name, text), ParameterFiles::new())
    }

    /// The same, where files of parameters are at hand by the names that the text has for them: these are not read again.
    ///
    /// # Errors
    /// When it is no valid workflow.
    pub fn parse_with(file_name: &str, text: &str, files: ParameterFiles) -> Result<Self, InvalidWorkflow> {
        Self::of(&Source::new(file_name, text), files)
    }

    fn of(source: &Source, files: ParameterFiles) -> Result<Self, InvalidWorkflow> {
        let mut problems = Problems::with(files);
        let root = yaml::load(source, &mut problems);
        if root.is_none() && !problems.is_empty() {
            return problems.or(Some(source), None);
        }
        let workflow = schema::read(root.as_deref(), &mut problems)
            .map(|outline| check::resolve(outline.name, outline.drafts, &mut problems));
        problems.or(Some(source), workflow)
    }
}
