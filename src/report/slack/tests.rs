//! Against a tiny HTTP server on this machine, in all the moods that one may meet.

use super::*;
use crate::report::samples::{Story, failures};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;
use std::time::{Duration, Instant};

const LIMITS: Limits = Limits {
    connect: Duration::from_millis(500),
    total: Duration::from_secs(1),
    pause: Duration::from_secs(2),
    farewell: Duration::from_secs(2),
    proxy: false,
};
const SECRET: &str = "T0S3CRET";

/// A server that treats its connections one after the other with `treat`, which is given each request's body.
fn serve(mut treat: impl FnMut(usize, TcpStream, String) + Send + 'static) -> Webhook {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for (n, stream) in listener.incoming().enumerate() {
            let mut stream = stream.unwrap();
            let body = request(&mut stream);
            treat(n, stream, body);
        }
    });
    Webhook::new(&format!("http://{address}/services/{SECRET}")).unwrap()
}

fn request(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return body.to_owned();
            }
        }
        match stream.read(&mut chunk) {
            Ok(0) | Err(_) => return text,
            Ok(count) => bytes.extend(&chunk[..count]),
        }
    }
}

fn answer(mut stream: TcpStream, status: &str, headers: &str, body: &str) {
    let length = body.len();
    let _ = write!(
        stream,
        "HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
    );
}

/// Runs `events` through Slack; the troubles told, how long the events took, and how long the end.
fn run(webhook: Webhook, events: &[Event], pace: Duration) -> (Vec<String>, Duration, Duration) {
    let (tell, troubles) = mpsc::channel();
    let mut slack = Slack::with(webhook, LIMITS, move |words| tell.send(words).unwrap());
    let start = Instant::now();
    for event in events {
        slack.on_event(event);
        thread::sleep(pace);
    }
    let told = start.elapsed().saturating_sub(pace * u32::try_from(events.len()).unwrap());
    let start = Instant::now();
    slack.finish();
    let finished = start.elapsed();
    let troubles: Vec<String> = troubles.try_iter().collect();
    assert!(!format!("{troubles:?} {slack:?}").contains(SECRET));
    (troubles, told, finished)
}

#[test]
fn start_failures_and_end_arrive() {
    let (tell, bodies) = mpsc::channel();
    let webhook = serve(move |_, stream, body| {
        answer(stream, "200 OK", "", "ok");
        tell.send(body).unwrap();
    });
    let (troubles, told, finished) = run(webhook, &failures(), Duration::ZERO);
    assert_eq!(troubles, Vec::<String>::new());
    assert!(told < Duration::from_secs(1) && finished < LIMITS.farewell, "{told:?} {finished:?}");
    let said: String = bodies.try_iter().collect();
    let places: Vec<_> =
        ["started with 5 jobs", "`d` REJECTED", "`b` FAILED", "`c` OUT_OF_MEMORY", "Workflow failed"]
            .iter()
            .map(|words| said.find(words).unwrap_or_else(|| panic!("{words}: {said}")))
            .collect();
    assert!(places.is_sorted(), "{places:?}");
    assert!(said.contains("1 completed, 3 failed, 1 skipped"), "{said}");
    assert!(!said.contains("`a` COMPLETED"));
}

#[test]
fn every_refusal_is_told_once_and_delays_nothing() {
    let refusals = [
        ("500 Internal Server Error", "", "/services/T0S3CRET", "HTTP 500"),
        ("403 Forbidden", "", "invalid_token", "HTTP 403 (invalid_token)"),
        ("302 Found", "location: http://127.0.0.1:1/T0S3CRET\r\n", "", "redirect"),
        ("307 Temporary Redirect", "location: http://127.0.0.1:1/T0S3CRET\r\n", "", "redirect"),
        ("429 Too Many Requests", "retry-after: 3600\r\n", "", "wait 3600 s"),
    ];
    for (status, headers, body, words) in refusals {
        let webhook = serve(move |_, stream, _| answer(stream, status, headers, body));
        let (troubles, _, finished) = run(webhook, &failures(), Duration::from_millis(10));
        assert_eq!(troubles.len(), 1, "{status}: {troubles:?}");
        assert!(troubles[0].contains(words), "{status}: {troubles:?}");
        assert!(finished < Duration::from_millis(1500), "{status}: {finished:?}");
    }
}

#[test]
fn no_server_at_all() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let webhook = Webhook::new(&format!("http://{free}/{SECRET}")).unwrap();
    let (troubles, told, finished) = run(webhook, &failures(), Duration::ZERO);
    assert_eq!(troubles, ["Slack cannot be reached: connection refused"]);
    assert!(told < Duration::from_secs(1) && finished < Duration::from_millis(1500), "{told:?} {finished:?}");
}

#[test]
fn a_server_that_closes_the_connection() {
    let webhook = serve(|_, stream, _| drop(stream));
    let (troubles, _, finished) = run(webhook, &failures(), Duration::ZERO);
    assert_eq!(troubles.len(), 1, "{troubles:?}");
    assert!(finished < Duration::from_millis(1500), "{finished:?}");
    let webhook = serve(|_, mut stream, _| drop(stream.write_all(b"no HTTP at all\r\n\r\n")));
    assert_eq!(run(webhook, &failures(), Duration::ZERO).0.len(), 1);
}

#[test]
fn a_server_that_never_answers_holds_nothing_up() {
    let (keep, kept) = mpsc::channel();
    let webhook = serve(move |_, stream, _| keep.send(stream).unwrap());
    let (troubles, told, finished) = run(webhook, &failures(), Duration::ZERO);
    assert!(told < Duration::from_secs(1), "{told:?}");
    // The post gives up before the farewell does.
    assert!(finished < Duration::from_millis(1900), "{finished:?}");
    assert_eq!(troubles, ["Slack cannot be reached: no answer within 1 s"]);
    drop(kept);
}

#[test]
fn a_slow_server_is_waited_for_a_moment_only() {
    let webhook = serve(|_, stream, _| {
        thread::sleep(Duration::from_millis(800));
        answer(stream, "200 OK", "", "ok");
    });
    // Four posts of 0.8 s each: 2 s are not enough for all.
    let mut story = Story::of(&["a"]);
    let mut events = story.events();
    for n in 0..40 {
        story.submitted("a", n).ended("a", n, crate::job::Outcome::Failed, 1, 0);
    }
    story.over(crate::event::RunOutcome::Failed);
    events.extend(story.events().into_iter().skip(1));
    let (troubles, told, finished) = run(webhook, &events, Duration::ZERO);
    assert!(told < Duration::from_secs(1), "{told:?}");
    assert!(finished >= Duration::from_millis(1900) && finished < Duration::from_secs(4), "{finished:?}");
    assert_eq!(troubles, ["Slack is slow: the last messages may not have reached it"]);
}

#[test]
fn a_pause_that_slack_asks_for_is_kept() {
    let (tell, bodies) = mpsc::channel();
    let webhook = serve(move |n, stream, body| match n {
        0 => answer(stream, "429 Too Many Requests", "Retry-After: 1\r\n", ""),
        _ => {
            answer(stream, "200 OK", "", "ok");
            tell.send(body).unwrap();
        }
    });
    let start = Instant::now();
    let (troubles, ..) = run(webhook, &Story::of(&["a"]).events(), Duration::ZERO);
    assert_eq!(troubles, Vec::<String>::new());
    assert!(start.elapsed() >= Duration::from_secs(1));
    assert_eq!(bodies.try_iter().count(), 1);
}
