//! Names, comments and mail.

use super::both::check;
use super::case::{Case, Row, case, expand, row};

pub const ROWS: &[Row] = &[
    row("job-name", &["name", "two words", "a/b", "x=y", "ünïcode", "", "-n", "%j", "'quoted'", "a,b"])
        .short('J')
        .variable("SBATCH_JOB_NAME"),
    row("comment", &["text", "two words", "a=b, c:d", "'", "a # b", "日本", "", "\\", "end\\"]),
    row(
        "mail-type",
        &[
            "END",
            "begin,end",
            "ALL",
            "NONE",
            "FAIL,REQUEUE",
            "STAGE_OUT,TIME_LIMIT",
            "TIME_LIMIT_50,TIME_LIMIT_80,TIME_LIMIT_90",
            "INVALID_DEPEND",
            "ARRAY_TASKS",
            "END,NONE",
            "never",
            "END,never",
            "",
            ",",
        ],
    ),
    row("mail-user", &["someone", "a@b.c", "a,b", "", "-x"]).with("--mail-type=END"),
    row("mail-user", &["someone@somewhere"]),
];

fn together() -> Vec<Case> {
    vec![
        case("the name of a script", "my.script.sh").file("my.script.sh", "#!/bin/sh\ntrue\n"),
        case("a name with odd bytes", "-J").argument(b"n\xff\xfe".to_vec()).then("job.sh"),
        case("a name with a line end", "-J").argument("a\nb").then("job.sh"),
        case("a name with a tab", "-J").argument("a\tb").then("job.sh"),
        case("a long name", "-J").argument("n".repeat(900)).then("job.sh"),
        case("a name that is too long", "-J").argument("n".repeat(1100)).then("job.sh"),
        case("a comment with odd bytes", "--comment").argument(b"c\xe9\x80".to_vec()).then("job.sh"),
        case("a long comment", "--comment").argument("c".repeat(1000)).then("job.sh"),
        case("a comment that is too long", "--comment").argument("c".repeat(3000)).then("job.sh"),
        case("a comment of lines", "--comment").argument("a\nb\n\nc").then("job.sh"),
        case("a comment in a variable", "job.sh").variable("SBATCH_COMMENT", "text"),
        case("a name in a directive and a variable", "job.sh")
            .directives(&["-J directive"])
            .variable("SBATCH_JOB_NAME", "variable"),
        case("a name given thrice", "-J line job.sh")
            .directives(&["-J directive"])
            .variable("SBATCH_JOB_NAME", "variable"),
        case("a name of the job around it", "job.sh").variable("SLURM_JOB_NAME", "outer"),
        case("names of two directives", "job.sh").directives(&["-J one", "-J two"]),
        case("mail twice", "--mail-type=BEGIN --mail-type=END job.sh"),
        case("mail in a variable says nothing", "job.sh")
            .variable("SBATCH_MAIL_TYPE", "END")
            .variable("SBATCH_MAIL_USER", "x"),
        case("wrapped", "--wrap").argument("echo one"),
        case("wrapped with a name", "-J wrapped --wrap").argument("echo one"),
        case("from standard input", "").input("#!/bin/sh\necho input\n"),
        case("from standard input with a name", "-J input").input("#!/bin/sh\n#SBATCH -J directive\necho\n"),
    ]
}

#[test]
fn naming() {
    check("naming", &[expand(ROWS), together()].concat());
}
