//! Command lines that cancel nothing.

/// Words that are no jobs, options that are none, and filters that nothing matches.
pub const NOTHING: &str = "
999999
-v 999999
-vv 999999
-vvv 999999
-Q 999999
999999 999998
999999,999998
999999_1
999999_[1-3]
-v 999999_[1-3,7]
999999_*
999999+1
999999.0
-v 999999.0
-Q 999999.0
999999.batch
999999_1.0
999999_1-9:2
999999_[1-9:2]
x
0
-1
-- -1
1x
999999,
,
999999,x
999999_
999999_x
999999_[
999999_[1
999999_[x]
999999_[1]x
999999+
999999+x
999999.
999999.x
999999.-1
4294967299
99999999999999999999
s123
job=999999
-b 999999
-f 999999
-H 999999
-i 999999
-s USR1 999999
-s 10 999999
-v -s USR1 999999
-s KILL 999999
-b -s STOP -v 999999
-f -s USR1 -vv 999999
--ctld 999999
--ctld -v 999999
--ctld -s USR1 999999
--ctld -v -s USR1 999999 999998
--ctld 999999.0
--ctld x
--ctld -n nosuch
--ctld -v -n nosuch
--ctld -u nosuch
--ctld -t PD -v -p nosuch
-n nosuch
-v -n nosuch
-vv -n nosuch -p debug
-u root -n nosuch -v
-u nosuch
-u 0 -n nosuch
-u 99999
-u -1
-p nosuch -v
-A nosuch -v
-A NOSUCH -v
-q nosuch -v
-R nosuch -v
-w c9 -v
-w c[1 -v
-w /nonexistent -v
-w /nonexistent -v 999999
-t R -n nosuch -v
-t PENDING -n nosuch -v
-t S -n nosuch -v
-t CG -n nosuch -v
-t x
-t CD -n nosuch
-t all -n nosuch
--wckey nosuch -v
--wckey=*nosuch -v
--me -n nosuch -v
--sibling nosuch 999999
-A a -n b -p c -q d -R e -t R -u root -w c1 --wckey=f -vvv
-i -n nosuch
-M srunx 999999
-c 999999
--cron -v 999999
--admin-comment=x 999999
-s nosuch 999999
-s 0 999999
-s 99 999999
-s -1 999999
-s SIGUSR1 -n nosuch -v
-s usr1 -n nosuch -v
-Z
--foo
--na
--name
-s
-t
--version
-V
--help
--usage
-v
-Q
-f
--me=x
-n
--si=x 999999
";

/// Variables, and values for them.
pub const VARIABLES: &[(&str, &[&str])] = &[
    ("SCANCEL_ACCOUNT", &["nosuch", ""]),
    ("SCANCEL_BATCH", &["true", "F", "x", ""]),
    ("SCANCEL_CRON", &["1"]),
    ("SCANCEL_CTLD", &["", "1"]),
    ("SCANCEL_FULL", &["true", "x"]),
    ("SCANCEL_HURRY", &["1"]),
    ("SCANCEL_INTERACTIVE", &["t", "x"]),
    ("SCANCEL_NAME", &["nosuch", ""]),
    ("SCANCEL_PARTITION", &["nosuch"]),
    ("SCANCEL_QOS", &["NOSUCH"]),
    ("SCANCEL_STATE", &["R", "x", ""]),
    ("SCANCEL_USER", &["nosuch", "root"]),
    ("SCANCEL_VERBOSE", &["true", "x"]),
    ("SCANCEL_WCKEY", &["nosuch"]),
];
