//! Messages to Slack: a server of this test's stands in for it.

use super::live_support::{Done, Flow, Process};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

const SECRET: &str = "/services/T000/B000/s3cr3t";

const JOBS: &str = "
  - name: good
    command: \"true\"
  - name: bad
    command: echo the last words; exit 3
    depends_on: [good]
  - name: skipped
    command: \"true\"
    depends_on: [bad]
";

/// Takes posts, and answers them if told to.
struct Server {
    url: String,
    bodies: Arc<Mutex<Vec<Value>>>,
}

impl Server {
    fn new(answers: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}{SECRET}", listener.local_addr().unwrap());
        let bodies = Arc::new(Mutex::new(Vec::new()));
        let into = Arc::clone(&bodies);
        thread::spawn(move || {
            // Those that get no answer are kept, or they would be closed.
            let mut kept = Vec::new();
            for stream in listener.incoming().flatten() {
                if answers { into.lock().unwrap().extend(take(&stream)) } else { kept.push(stream) }
            }
        });
        Self { url, bodies }
    }

    fn text(&self) -> String {
        self.bodies.lock().unwrap().iter().map(|body| format!("{body}\n")).collect()
    }
}

fn take(stream: &TcpStream) -> Option<Value> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    assert!(line.starts_with(&format!("POST {SECRET} ")), "{line}");
    let mut length = 0;
    loop {
        line.clear();
        reader.read_line(&mut line).ok()?;
        if line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let mut stream = stream;
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok").ok()?;
    serde_json::from_slice(&body).ok()
}

fn run(name: &str, url: &str) -> Done {
    let flow = Flow::new(name, JOBS);
    let mut command = flow.command(&["--slack"]);
    command.env("SLACK_WEBHOOK_URL", url);
    for proxy in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
        command.env_remove(proxy);
    }
    let done = Process::start(command).wait().expect(1);
    for text in [&done.stdout, &done.stderr] {
        assert!(!text.contains("s3cr3t") && !text.contains("127.0.0.1"), "{done}");
    }
    done.says(&["Workflow failed: 1 completed, 1 failed, 1 skipped"]);
    done
}

#[track_caller]
fn one_warning(done: &Done) {
    let warnings: Vec<_> = done.stderr.lines().collect();
    assert_eq!(warnings.len(), 1, "{done}");
    assert!(warnings[0].starts_with("warning: Slack "), "{done}");
}

#[test]
fn start_failure_and_end_arrive() {
    let server = Server::new(true);
    let done = run("slack", &server.url);
    assert_eq!(done.stderr, "");
    let text = server.text();
    for words in [
        "*slack*: workflow started with 3 jobs",
        &format!("job `bad` FAILED (ID: {}): exit 3", done.id("bad")),
        "the last words",
        "Workflow failed: 1 completed, 1 failed, 1 skipped",
        "SKIPPED",
    ] {
        assert!(text.contains(words), "{words} is not in {text}");
    }
    let place = |words: &str| text.find(words).unwrap();
    assert!(place("workflow started") < place("job `bad` FAILED"));
    assert!(place("job `bad` FAILED") < place("Workflow failed:"));
    assert_eq!(
        text.matches("job `bad` FAILED").count(),
        2,
        "once in the block, once in the notification: {text}"
    );
}

#[test]
fn a_closed_port_costs_one_warning() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let done = run("slack-closed", &format!("http://127.0.0.1:{port}{SECRET}"));
    one_warning(&done);
}

#[test]
fn one_that_never_answers_costs_one_warning() {
    let server = Server::new(false);
    let started = Instant::now();
    let done = run("slack-silent", &server.url);
    one_warning(&done);
    // Not a measurement: three posts that were each waited for would take longer.
    assert!(started.elapsed() < Duration::from_secs(60));
}

#[test]
fn without_a_url_nothing_is_run() {
    let flow = Flow::new("slack-none", JOBS);
    let done = flow.run(&["--slack"]).expect(2);
    done.says(&["error: ", "SLACK_WEBHOOK_URL"]);
    done.says(&["hint: "]);
    assert_eq!(done.stdout, "");
}
