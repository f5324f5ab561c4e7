//! `environment.container`

use super::section::{Fields, Section};
use super::value;
use crate::workflow::check;
use crate::workflow::model::{Apptainer, Container, Runtime};
use crate::workflow::problem::{Problem, Problems, nearest};
use crate::workflow::yaml::{Entry, Node, Value};

const RUNTIMES: [(&str, Runtime); 3] =
    [("pyxis", Runtime::Pyxis), ("apptainer", Runtime::Apptainer), ("singularity", Runtime::Singularity)];

/// A map, or the image of a pyxis container alone.
pub(super) fn read(node: &Node, problems: &mut Problems) -> Option<Container> {
    if let Value::Scalar { text, .. } = &node.value {
        let image = text.trim();
        check_value("image", image, node, problems);
        return Some(Container {
            runtime: Runtime::Pyxis,
            image: image.to_owned(),
            mounts: Vec::new(),
            workdir: None,
            apptainer: Apptainer::default(),
        });
    }
    let fields = Fields::of(Section::Container, node, problems)?;
    let runtime = runtime(fields.get("runtime"), problems);
    let image = match fields.get("image") {
        Some(entry) => {
            let image = value::text(entry, problems).map(|image| image.trim().to_owned());
            if let Some(image) = &image {
                check_value("image", image, &entry.value, problems);
            }
            image
        }
        None if fields.misspells("image") => None,
        None => {
            problems.add(
                Problem::new("the container has no `image`")
                    .at(&fields.place_of("image"), "of this container"),
            );
            None
        }
    };
    let mounts = fields.get("mounts").and_then(|entry| {
        let mounts = match &entry.value.value {
            Value::Scalar { text, .. } => Some(vec![text.clone()]),
            _ => value::list(entry, problems),
        };
        for mount in mounts.iter().flatten() {
            check_value("mounts", mount, &entry.value, problems);
        }
        mounts
    });
    let apptainer = Apptainer {
        nv: value::boolean(fields.get("nv"), problems).unwrap_or_default(),
        rocm: value::boolean(fields.get("rocm"), problems).unwrap_or_default(),
        cleanenv: value::boolean(fields.get("cleanenv"), problems).unwrap_or_default(),
        fakeroot: value::boolean(fields.get("fakeroot"), problems).unwrap_or_default(),
        writable_tmpfs: value::boolean(fields.get("writable_tmpfs"), problems).unwrap_or_default(),
        overlay: value::word(fields.get("overlay"), problems),
        env: value::variables(fields.get("env"), check::identifier, problems),
    };
    if runtime == Some(Runtime::Pyxis)
        && let Some(key) = check::only_apptainers(&apptainer)
    {
        problems.add(
            Problem::new(format!("pyxis has no option `{key}`"))
                .at(&fields.place_of(key), "an option of apptainer and singularity")
                .hint("set `runtime: apptainer`, or leave it out".to_owned()),
        );
    }
    Some(Container {
        runtime: runtime?,
        image: image?,
        mounts: mounts.unwrap_or_default(),
        workdir: value::word(fields.get("workdir"), problems),
        apptainer,
    })
}

fn check_value(key: &str, text: &str, node: &Node, problems: &mut Problems) {
    if let Err(fault) = check::container_value(text) {
        problems.add(Problem::new(format!("the container's `{key}` cannot be used")).at(&node.span, fault));
    }
}

/// None after telling what is wrong with it.
fn runtime(entry: Option<&Entry>, problems: &mut Problems) -> Option<Runtime> {
    let Some(entry) = entry else { return Some(Runtime::Pyxis) };
    let text = match &entry.value.value {
        Value::Scalar { text, .. } => text.trim().to_ascii_lowercase(),
        _ => String::new(),
    };
    let known = RUNTIMES.iter().find(|(name, _)| *name == text).map(|(_, runtime)| *runtime);
    if known.is_none() {
        let near = nearest(&text, RUNTIMES.iter().map(|(name, _)| *name));
        problems.add(
            Problem::new(format!("{} is no container runtime", entry.value.what()))
                .at(&entry.value.span, "expected pyxis, apptainer or singularity")
                .hint(near.map(|near| format!("did you mean `{near}`?"))),
        );
    }
    known
}
