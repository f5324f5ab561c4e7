//! Limits, beginnings and deadlines.

use super::both::check;
use super::case::{Case, Row, case, expand, row};

pub const ROWS: &[Row] = &[
    row(
        "time",
        &[
            "10",
            "1",
            "0",
            "90:30",
            "2:03:04",
            "1-2",
            "1-2:3",
            "1-2:3:4",
            "0:1",
            "0:61",
            "INFINITE",
            "unlimited",
            "UNLIMITED",
            "-1",
            "1-",
            "1:2:3:4",
            "soon",
            "",
            " 5",
            "5 ",
            "4294967295",
            "100000-0",
        ],
    )
    .short('t')
    .variable("SBATCH_TIMELIMIT"),
    row("time-min", &["5", "1:00:00", "0", "x"]).with("-t 2:00:00"),
    row(
        "begin",
        &[
            "now",
            "now+1hour",
            "now+90",
            "now+5minutes",
            "now+2days",
            "now+1week",
            "now+3",
            "now-1hour",
            "now + 1hour",
            "midnight",
            "noon",
            "elevenses",
            "fika",
            "teatime",
            "today",
            "tomorrow",
            "16:00",
            "4PM",
            "4:30pm",
            "12:61",
            "25:00",
            "2031-02-03",
            "2031-02-03T04:05",
            "2031-02-03T04:05:06",
            "02/03/31",
            "020331",
            "02/03",
            "2031-13-01",
            "2031-02-30T00:00",
            "010203-16:00",
            "now+1fortnight",
            "now+",
            "2010-01-20T12:34:00",
            "2030-02-03T25:00",
            "whenever",
            "",
        ],
    )
    .short('b'),
    row("deadline", &["now+1day", "2031-02-03T04:05", "tomorrow", "now+10", "2011-01-01", "late", ""])
        .with("-t 5"),
    row("deadline", &["now+3hours"]),
];

fn together() -> Vec<Case> {
    vec![
        case("a least time above the limit", "-t 5 --time-min=10 job.sh"),
        case("a least time without a limit", "--time-min=10 job.sh"),
        case("a deadline before the beginning", "--begin=now+2hours --deadline=now+1hour -t 5 job.sh"),
        case("a deadline that the limit does not fit", "--deadline=now+10minutes -t 60 job.sh"),
        case("a deadline that the least time fits", "--deadline=now+30minutes -t 60 --time-min=10 job.sh"),
        case(
            "a deadline that the least time does not fit",
            "--deadline=now+10minutes -t 60 --time-min=30 job.sh",
        ),
        case("a beginning and a deadline", "--begin=now+1hour --deadline=now+1day -t 5 job.sh"),
        case("a beginning in two words", "--begin").argument("2031-02-03 04:05").then("job.sh"),
        case("a beginning with a date behind the time", "--begin").argument("16:00 12/31/31").then("job.sh"),
        case("a beginning with a name of a day", "--begin").argument("4pm tomorrow").then("job.sh"),
        case("a beginning in capitals", "--begin=NOW+1HOUR job.sh"),
        case("SBATCH_BEGIN says nothing", "job.sh").variable("SBATCH_BEGIN", "now+1hour"),
        case("a directive against the variable", "job.sh")
            .directives(&["-t 7"])
            .variable("SBATCH_TIMELIMIT", "9"),
        case("a time with its unit", "-t").argument("5min").then("job.sh"),
        case("in another zone", "--begin=2031-07-03T04:05:06 job.sh").variable("TZ", "America/New_York"),
        case("in another zone, a limit of days", "--begin=2031-01-03T04:05:06 -t 3-0 job.sh")
            .variable("TZ", "Asia/Kathmandu"),
    ]
}

#[test]
fn times() {
    check("times", &[expand(ROWS), together()].concat());
}
