//! From YAML text to a checked workflow: jobs, what they ask for, and what each waits for.
//!
//! Pure: it reads the text it is given, knows no scheduler and submits nothing.

mod model;

pub use model::{
    Apptainer, Command, Container, Dependency, DependencyKind, Environment, Job, PythonEnv, Resources,
    Runtime, Workflow,
};
