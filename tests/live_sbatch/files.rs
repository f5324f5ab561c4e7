//! Where its input comes from and its output goes, and where it runs.

use super::both::check;
use super::case::{Case, Row, case, expand, row};

pub const ROWS: &[Row] = &[
    row(
        "output",
        &[
            "out",
            "/tmp/out",
            "sub/out",
            "out-%j",
            "%x-%j.out",
            "%A_%a.txt",
            "%5j",
            "%%j",
            "%u",
            "%N-%n-%t-%s",
            "%J",
            "%b",
            "%q",
            "a\\%j",
            "\\\\%j",
            "out\\j",
            "none",
            "/dev/null",
            "two words",
            "it's",
            "~/out",
            "$HOME/out",
            "-",
            "./out",
            "../out",
            "",
        ],
    )
    .short('o')
    .variable("SBATCH_OUTPUT"),
    row("error", &["err", "err-%j", "none", "two words", ""]).short('e').variable("SBATCH_ERROR"),
    row("input", &["job.sh", "in-%j", "none", "/dev/null", "nowhere", ""])
        .short('i')
        .variable("SBATCH_INPUT"),
    row("chdir", &["sub", "/tmp", ".", "..", "nowhere", "~", "$HOME", "two words", ""]).short('D'),
];

fn together() -> Vec<Case> {
    vec![
        case("the same file for both", "-o all -e all job.sh"),
        case("only errors apart", "-e err job.sh"),
        case("a folder and files", "-D /tmp -o out -e sub/err -i in job.sh"),
        case("a folder that is relative, and files", "-D sub -o out job.sh").file("sub/x", ""),
        case("a folder twice", "-D /usr -D /tmp job.sh"),
        case("a folder in a directive", "job.sh").directives(&["--chdir=/tmp", "--output=out"]),
        case("the former name of chdir", "--workdir=/tmp job.sh"),
        case("SBATCH_CHDIR says nothing", "job.sh").variable("SBATCH_CHDIR", "/tmp"),
        case("a link to the folder", "job.sh").shell("ln -sfn . link; cd link"),
        case("a folder with odd bytes", "job.sh")
            .shell("d=$(printf 'a b\\377\\303\\274'); mkdir -p \"$d\"; cp job.sh \"$d\"; cd \"$d\""),
        case("PWD leads elsewhere", "job.sh").variable("PWD", "/usr"),
        case("a script in a folder", "sub/job.sh").file("sub/job.sh", "#!/bin/sh\ntrue\n"),
        case("a script by its whole name", "-D /tmp").then("./job.sh"),
        case("a script below the folder that is changed to", "-D sub job.sh")
            .file("sub/job.sh", "#!/bin/sh\necho other\n"),
        case("files in the script's folder", "-o sub/%x.out sub/job.sh")
            .file("sub/job.sh", "#!/bin/sh\ntrue\n"),
        case("output with a blank at the end", "-o").argument("out ").then("job.sh"),
        case("output with odd bytes", "-o").argument(b"\xffout\xc3\xbc".to_vec()).then("job.sh"),
        case("output with a line end", "-o").argument("out\nput").then("job.sh"),
        case("a long name", "-o").argument("o".repeat(300)).then("job.sh"),
        case("a name beyond all limits", "-o").argument("o".repeat(5000)).then("job.sh"),
        case("wide numbers", "-o").argument("%15j-%12A-%3a").then("job.sh"),
        case("quotes in a directive", "job.sh").directives(&["--output=\"two words.out\"", "--error='a #b'"]),
    ]
}

#[test]
fn files() {
    check("files", &[expand(ROWS), together()].concat());
}
