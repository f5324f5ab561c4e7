//! README.md and docs/ say what is so, where that is cheap to tell.

use srunx::cli;
use srunx::workflow::Workflow;
use std::fs;
use std::path::{Path, PathBuf};

/// A fenced block: its file, the line of its fence, its language, its text.
struct Block {
    place: String,
    language: String,
    text: String,
}

fn documents() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let docs = fs::read_dir(root.join("docs")).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = docs.filter(|path| path.extension().is_some_and(|ext| ext == "md")).collect();
    files.extend(["README.md", "CHANGELOG.md", "slurm-sys/UPGRADE.md"].map(|name| root.join(name)));
    files
}

fn blocks() -> Vec<Block> {
    let mut blocks = Vec::new();
    for file in documents() {
        let text = fs::read_to_string(&file).unwrap();
        let mut open: Option<Block> = None;
        for (number, line) in text.lines().enumerate() {
            match (line.strip_prefix("```"), &mut open) {
                (Some(language), None) => {
                    let place = format!("{}:{}", file.display(), number + 1);
                    open = Some(Block { place, language: language.trim().to_owned(), text: String::new() });
                }
                (Some(_), Some(_)) => blocks.extend(open.take()),
                (None, Some(block)) => {
                    block.text.push_str(line);
                    block.text.push('\n');
                }
                (None, None) => {}
            }
        }
        assert!(open.is_none(), "{}: a block is not closed", file.display());
    }
    blocks
}

#[test]
fn every_workflow_is_valid() {
    let blocks: Vec<_> = blocks().into_iter().filter(|block| block.language == "yaml").collect();
    assert!(blocks.len() >= 3);
    for block in blocks {
        if let Err(error) = Workflow::parse(&block.place, &block.text) {
            panic!("{}\n{error}", block.place);
        }
    }
}

#[test]
fn every_command_line_is_known() {
    let mut seen = 0;
    for block in blocks().into_iter().filter(|block| block.language == "console") {
        for line in block.text.lines().filter_map(|line| line.strip_prefix("$ ")) {
            // What comes before it sets variables; what comes behind it is another command, or a remark.
            let Some(at) = line.find("srunx ").filter(|at| *at == 0 || line.contains('=')) else { continue };
            let words = line[at..].split([' ', '\'']).filter(|word| !word.is_empty());
            let words: Vec<_> = words.take_while(|word| !["#", "|", ">", "&&", ";"].contains(word)).collect();
            if let Err(error) = cli::command().try_get_matches_from(&words) {
                // Slurm's commands are there only where Slurm is built in.
                if !cfg!(feature = "slurm") && error.kind() == clap::error::ErrorKind::InvalidSubcommand {
                    continue;
                }
                let shown = [clap::error::ErrorKind::DisplayHelp, clap::error::ErrorKind::DisplayVersion];
                assert!(shown.contains(&error.kind()), "{}: {line}\n{error}", block.place);
            }
            seen += 1;
        }
    }
    assert!(seen >= 3, "only {seen} command lines were found");
}

#[test]
fn every_option_named_in_the_text_exists() {
    let mut known: Vec<String> = vec!["--help".into(), "--version".into()];
    let mut commands = vec![cli::command()];
    while let Some(command) = commands.pop() {
        known.extend(command.get_arguments().filter_map(|arg| Some(format!("--{}", arg.get_long()?))));
        commands.extend(command.get_subcommands().cloned());
    }
    // Options of others, which stand with their names or behind a key of a workflow's.
    let of_others = ["cargo", "sbatch", "srun ", "srun`", "apptainer", "` | `--"];
    let mut seen = 0;
    for file in documents() {
        let text = fs::read_to_string(&file).unwrap();
        for line in text.lines().filter(|line| !of_others.iter().any(|word| line.contains(word))) {
            for (at, _) in line.match_indices("`--") {
                let is_option = |c: &char| c.is_ascii_alphanumeric() || *c == '-';
                let option: String = line[at + 1..].chars().take_while(is_option).collect();
                assert!(known.contains(&option), "{}: {option} in {line}", file.display());
                seen += 1;
            }
        }
    }
    assert!(seen > 10, "only {seen} options were found");
}

#[test]
fn every_option_is_documented() {
    let all: String = documents().iter().map(|file| fs::read_to_string(file).unwrap()).collect();
    let mut commands = vec![cli::command()];
    while let Some(command) = commands.pop() {
        for option in command.get_arguments().filter_map(|arg| arg.get_long()) {
            assert!(all.contains(&format!("`--{option}")), "--{option} is nowhere in the documents");
        }
        commands.extend(command.get_subcommands().cloned());
    }
}

#[test]
fn the_exit_codes_are_those_of_the_help() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let (_, section) = readme.split_once("\n## Exit codes").unwrap();
    let rows = section.lines().skip_while(|line| !line.starts_with("|---")).skip(1);
    let rows = rows.take_while(|line| line.starts_with('|'));
    let told: Vec<Vec<&str>> =
        rows.map(|row| row.trim_matches('|').splitn(2, '|').map(str::trim).collect()).collect();

    let mut command = cli::command();
    let run = command.find_subcommand_mut("flow").and_then(|flow| flow.find_subcommand_mut("run")).unwrap();
    let help = run.render_long_help().to_string();
    let (_, codes) = help.split_once("Exit codes:\n").unwrap();
    let codes: Vec<Vec<&str>> =
        codes.lines().map(|line| line.trim().splitn(2, ' ').map(str::trim).collect()).collect();
    assert_eq!(told, codes);
}

#[test]
fn every_link_to_a_file_leads_somewhere() {
    for file in documents() {
        let text = fs::read_to_string(&file).unwrap();
        for (_, rest) in text.match_indices("](").map(|(at, _)| text.split_at(at + 2)) {
            let target = rest.split([')', '#']).next().unwrap();
            if !target.is_empty() && !target.contains("://") {
                assert!(file.parent().unwrap().join(target).exists(), "{}: {target}", file.display());
            }
        }
    }
}
