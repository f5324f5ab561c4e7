//! One post over HTTP, and its trouble in words that do not hold the URL.

use super::webhook::Webhook;
use serde_json::Value;
use std::io::ErrorKind;
use std::thread;
use std::time::Duration;
use ureq::Agent;
use ureq::http::{Response, StatusCode};

/// How long things may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// To make a connection.
    pub(super) connect: Duration,
    /// One post as a whole.
    pub(super) total: Duration,
    /// What Slack may ask to wait before another try.
    pub(super) pause: Duration,
    /// What the end of a run may wait for what is queued.
    pub(super) farewell: Duration,
    /// Whether the environment's proxy is used.
    pub(super) proxy: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(3),
            total: Duration::from_secs(5),
            pause: Duration::from_secs(30),
            farewell: Duration::from_secs(2),
            proxy: true,
        }
    }
}

/// So often a post is tried that Slack asks to try later.
const TRIES: u32 = 3;

/// What Slack answers to a post that it does not take. No other body is repeated: it might hold the URL.
const ANSWERS: [&str; 14] = [
    "invalid_payload",
    "invalid_blocks",
    "invalid_token",
    "user_not_found",
    "channel_not_found",
    "channel_is_archived",
    "action_prohibited",
    "posting_to_general_channel_denied",
    "too_many_attachments",
    "no_active_hooks",
    "no_service",
    "no_service_id",
    "no_team",
    "team_disabled",
];

/// Posts to one webhook.
pub(super) struct Poster {
    agent: Agent,
    webhook: Webhook,
    limits: Limits,
}

impl Poster {
    pub(super) fn new(webhook: Webhook, limits: Limits) -> Self {
        let config = Agent::config_builder()
            .timeout_connect(Some(limits.connect))
            .timeout_global(Some(limits.total))
            // A redirect would hand the message, and the secret in a Referer, to somebody else.
            .max_redirects(0)
            .http_status_as_error(false)
            // Between two messages of a run hours may pass; a connection kept would be a dead one.
            .max_idle_connections(0)
            .user_agent(concat!("srunx/", env!("CARGO_PKG_VERSION")));
        let config = if limits.proxy { config } else { config.proxy(None) };
        Self { agent: config.build().into(), webhook, limits }
    }

    /// Posts `body`, again if Slack asks for a pause that is not too long.
    ///
    /// # Errors
    /// With what went wrong in words, without the URL.
    pub(super) fn post(&self, body: &Value) -> Result<(), String> {
        let mut tries = 1;
        loop {
            let mut answer =
                self.agent.post(self.webhook.reveal()).send_json(body).map_err(|error| self.words(&error))?;
            let status = answer.status();
            if status.is_success() {
                return Ok(());
            }
            if status == StatusCode::TOO_MANY_REQUESTS && tries < TRIES {
                tries += 1;
                let pause = retry_after(&answer);
                if pause > self.limits.pause {
                    return Err(format!("Slack asks to wait {} s before the next message", pause.as_secs()));
                }
                thread::sleep(pause);
                continue;
            }
            let said = answer.body_mut().with_config().limit(1024).read_to_string().unwrap_or_default();
            let said = ANSWERS.iter().find(|known| **known == said.trim());
            let said = said.map_or(String::new(), |words| format!(" ({words})"));
            return Err(match status.is_redirection() {
                true => {
                    format!("Slack answered with a redirect, which is not followed: HTTP {}", status.as_u16())
                }
                false => format!("Slack did not take the message: HTTP {}{said}", status.as_u16()),
            });
        }
    }

    /// What happened, in our own words: those of the HTTP library may hold the URL.
    fn words(&self, error: &ureq::Error) -> String {
        use ureq::Error as E;
        let words = match error {
            E::Timeout(ureq::Timeout::Connect | ureq::Timeout::Resolve) => {
                format!("no connection within {} s", self.limits.connect.as_secs())
            }
            E::Timeout(_) => format!("no answer within {} s", self.limits.total.as_secs()),
            E::HostNotFound => "its host is not known".to_owned(),
            E::ConnectionFailed => "no connection".to_owned(),
            E::Io(error) if error.kind() == ErrorKind::UnexpectedEof => {
                "the connection was closed".to_owned()
            }
            E::Io(error) => error.kind().to_string(),
            E::Tls(_) | E::TlsRequired | E::Rustls(_) | E::Pem(_) => "no secure connection (TLS)".to_owned(),
            E::InvalidProxyUrl | E::ConnectProxyFailed(_) => "the proxy does not let it through".to_owned(),
            E::Protocol(_) | E::Http(_) | E::LargeResponseHeader(..) => {
                "what answers does not speak HTTP".to_owned()
            }
            _ => "the post failed".to_owned(),
        };
        format!("Slack cannot be reached: {words}")
    }
}

/// The pause that an answer asks for, a second if it does not say.
fn retry_after<B>(answer: &Response<B>) -> Duration {
    let header = answer.headers().get("retry-after").and_then(|value| value.to_str().ok());
    Duration::from_secs(header.and_then(|seconds| seconds.trim().parse().ok()).unwrap_or(1))
}
