//! `--slack`: what is posted, and that a webhook can neither hold a run up nor fail it.

use crate::scratch::{Said, Scratch, said};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::thread;

const RUN: [&str; 5] = ["flow", "run", "w.yaml", "--local", "--slack"];

#[test]
fn without_a_webhook_nothing_begins() {
    let scratch = Scratch::with("jobs: [{name: a, command: touch marker}]\n");
    let unset = scratch.run(&RUN);
    assert_eq!((unset.code, unset.out.as_str()), (Some(2), ""));
    assert!(unset.err.contains("SLACK_WEBHOOK_URL, which is not set\nhint: export SLACK_WEBHOOK_URL="));
    assert_eq!(said(scratch.srunx(&RUN).env("SLACK_WEBHOOK_URL", " ")).err, unset.err);
    for bad in ["s3cret", "ftp://host/s3cret", "https:///s3cret"] {
        let Said { code, out, err } = said(scratch.srunx(&RUN).env("SLACK_WEBHOOK_URL", bad));
        assert_eq!((code, out.as_str()), (Some(2), ""), "{bad}");
        assert!(err.contains("SLACK_WEBHOOK_URL") && !err.contains("s3cret"), "{err}");
    }
    assert_eq!(scratch.names(), ["w.yaml"]);
}

#[test]
fn the_start_the_failure_and_the_end_are_posted() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/s3cret", server.local_addr().unwrap());
    // Until the end was posted.
    let posts = thread::spawn(move || {
        let mut posts = String::new();
        while !posts.contains("nightly failed") && !posts.contains("failed: 1") {
            let (mut stream, _) = server.accept().unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap());
            let mut length = 0;
            loop {
                let mut line = String::new();
                lines.read_line(&mut line).unwrap();
                let line = line.trim_end().to_ascii_lowercase();
                if let Some(value) = line.strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                if line.is_empty() {
                    break;
                }
            }
            let mut body = vec![0; length];
            lines.read_exact(&mut body).unwrap();
            posts.push_str(&String::from_utf8(body).unwrap());
            posts.push('\n');
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok").unwrap();
        }
        posts
    });
    let scratch = Scratch::with("name: nightly\njobs: [{name: train, command: echo out of luck; exit 3}]\n");
    let Said { code, out, err } = said(scratch.srunx(&RUN).env("SLACK_WEBHOOK_URL", url));
    assert_eq!((code, err.as_str()), (Some(1), ""), "{out}");
    let posts = posts.join().unwrap();
    for word in ["nightly", "train", "exit 3", "out of luck"] {
        assert!(posts.contains(word), "{word}: {posts}");
    }
}

#[test]
fn a_dead_webhook_is_one_warning() {
    // Nobody listens on a port that was just given back.
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("http://{address}/s3cret");
    for (workflow, expected) in [
        ("jobs: [{name: a, command: 'true'}, {name: b, command: 'true', depends_on: a}]\n", 0),
        ("jobs: [{name: a, command: 'false'}, {name: b, command: 'false'}]\n", 1),
    ] {
        let scratch = Scratch::with(workflow);
        let Said { code, err, .. } = said(scratch.srunx(&RUN).env("SLACK_WEBHOOK_URL", &url));
        assert_eq!(code, Some(expected));
        assert_eq!(err, "warning: Slack cannot be reached: connection refused\n");
    }
}
