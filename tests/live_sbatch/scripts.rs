//! The script: where it comes from, what is refused, what is kept.

use super::both::check;
use super::case::{Case, case};

fn bytes() -> Vec<Case> {
    let of = |name: &str, bytes: &[u8]| case(name, "job.sh").script(bytes);
    vec![
        of("an empty script", b""),
        of("a script of white space", b" \n\t\n  \n"),
        of("a script of line ends", b"\n\n"),
        of("no interpreter", b"echo\n"),
        of("no interpreter but a directive", b"#SBATCH -n2\necho\n"),
        of("a blank line before the interpreter", b"\n#!/bin/sh\necho\n"),
        of("a blank before the interpreter", b" #!/bin/sh\necho\n"),
        of("a mark of UTF-8 before the interpreter", b"\xef\xbb\xbf#!/bin/sh\necho\n"),
        of("only the two signs", b"#!"),
        of("only the interpreter", b"#!/bin/sh"),
        of("only the first sign", b"#"),
        of("one byte", b"x"),
        of("an interpreter with arguments", b"#! /usr/bin/env -S sh -e\ntrue\n"),
        of("an interpreter that is not there", b"#!/nowhere/sh\ntrue\n"),
        of("line ends of DOS", b"#!/bin/sh\r\ntrue\r\n"),
        of("one line end of DOS", b"#!/bin/sh\ntrue\r\nfalse\n"),
        of("a line end of DOS at the end", b"#!/bin/sh\ntrue\r\n"),
        of("a return within a line", b"#!/bin/sh\necho a\rb\n"),
        of("a NUL", b"#!/bin/sh\necho \0\n"),
        of("a NUL at the end", b"#!/bin/sh\necho\n\0"),
        of("a NUL at the beginning", b"\0#!/bin/sh\n"),
        of("no line end at the end", b"#!/bin/sh\necho one"),
        of("many line ends at the end", b"#!/bin/sh\necho one\n\n\n\n"),
        of("odd bytes", b"#!/bin/sh\necho \xff\xfe \xc3\xbc # \xe9\n"),
        of("control characters", b"#!/bin/sh\necho \x01\x1b[1m\x7f\n"),
        of("a long line", &[b"#!/bin/sh\necho ".as_slice(), &b"x".repeat(200_000), b"\n"].concat()),
        of("many lines", &[b"#!/bin/sh\n".as_slice(), &b"true\n".repeat(50_000)].concat()),
        of("3.9 MiB", &[b"#!/bin/sh\n".as_slice(), &b"#23456789012345\n".repeat(255_000)].concat()),
        of(
            "more than slurmctld takes",
            &[b"#!/bin/sh\n".as_slice(), &b"#23456789012345\n".repeat(270_000)].concat(),
        ),
    ]
}

fn sources() -> Vec<Case> {
    vec![
        case("a script that is not there", "nowhere.sh"),
        case("a script in a folder that is not there", "/nowhere/job.sh"),
        case("a folder for a script", "sub").file("sub/x", ""),
        case("a script that cannot be run", "job.sh").shell("chmod 600 job.sh"),
        case("a script on the PATH", "onpath.sh")
            .file("bin/onpath.sh", "#!/bin/sh\necho path\n")
            .shell("chmod +x bin/onpath.sh; PATH=$PWD/bin:$PATH"),
        case("a script here before the PATH", "onpath.sh")
            .file("onpath.sh", "#!/bin/sh\necho here\n")
            .file("bin/onpath.sh", "#!/bin/sh\necho path\n")
            .shell("chmod +x bin/onpath.sh; PATH=$PWD/bin:$PATH"),
        case("a script through a link", "link.sh").shell("ln -sf job.sh link.sh"),
        case("a script from a pipe", "/dev/stdin").shell("exec <<'END'\n#!/bin/sh\necho piped\nEND"),
        case("a script with arguments", "job.sh one").argument("two words").argument("").argument("ü'\"\\"),
        case("arguments with dashes", "job.sh -n 5 --wrap=x -- -h"),
        case("arguments with odd bytes", "job.sh").argument(b"\xff\xfe".to_vec()).argument("a\nb"),
        case("many arguments", "job.sh").then(&"x ".repeat(2000)),
        case("two dashes before the script", "-n2 -- job.sh -n3"),
        case("two dashes before an option", "-- -n2 job.sh"),
        case("a dash for the script", "-"),
        case("a wrapped command", "--wrap").argument("echo \"$HOME\" 'two words'; exit 3"),
        case("a wrapped command of lines", "--wrap").argument("echo 1\necho 2\n"),
        case("a wrapped command with odd bytes", "--wrap").argument(b"echo \xff".to_vec()),
        case("an empty wrapped command", "--wrap="),
        case("a wrapped command of blanks", "--wrap").argument("  "),
        case("a wrapped command with a return", "--wrap").argument("echo\r\ntrue"),
        case("a wrapped command with directives", "--wrap").argument("#SBATCH -n5\ntrue"),
        case("a wrapped command and a script", "--wrap=true job.sh"),
        case("a wrapped command and arguments", "--wrap=true one two"),
        case("wrapped twice", "--wrap=false --wrap=true"),
        case("a wrapped command with an interpreter", "--wrap").argument("#!/bin/bash\ntrue"),
        case("standard input", "").input("#!/bin/sh\n#SBATCH -n2\necho in\n"),
        case("standard input with options", "-n3 -J in").input("#!/bin/bash\necho in\n"),
        case("an empty standard input", ""),
        case("standard input without an interpreter", "").input("echo in\n"),
        case("standard input with a NUL", "").input("#!/bin/sh\n\0\n"),
        case("standard input of DOS", "").input("#!/bin/sh\r\n"),
        case("standard input that is large", "")
            .input(["#!/bin/sh\n".to_owned(), "true\n".repeat(60_000)].concat()),
        case("a script and standard input", "job.sh").input("not read\n"),
    ]
}

#[test]
fn scripts() {
    check("scripts", &[bytes(), sources()].concat());
}
