//! The address that messages are posted to, which is a secret.

use std::fmt;

/// A webhook's URL. Whoever knows it can post, so it is shown nowhere: not in errors, not by `{:?}`.
#[derive(Clone)]
pub struct Webhook(String);

/// Why a text is not a webhook's URL; does not say what the text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebhookError {
    /// Nothing but blanks.
    #[error("the Slack webhook is empty")]
    Empty,
    /// No URL, or of another scheme, or without a host.
    #[error("the Slack webhook is not an http:// or https:// URL")]
    NotHttp,
}

impl Webhook {
    /// Takes a URL; blanks around it are no part of it.
    ///
    /// # Errors
    /// When it is no http or https URL.
    pub fn new(url: &str) -> Result<Self, WebhookError> {
        let url = url.trim();
        if url.is_empty() {
            return Err(WebhookError::Empty);
        }
        let uri: ureq::http::Uri = url.parse().map_err(|_| WebhookError::NotHttp)?;
        let known = matches!(uri.scheme_str(), Some("http" | "https"));
        match uri.host() {
            Some(host) if known && !host.is_empty() => Ok(Self(url.to_owned())),
            _ => Err(WebhookError::NotHttp),
        }
    }

    /// The URL itself, for the one place that posts to it.
    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Webhook(secret)")
    }
}

impl std::str::FromStr for Webhook {
    type Err = WebhookError;

    fn from_str(url: &str) -> Result<Self, Self::Err> {
        Self::new(url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_http_is_taken_and_nothing_is_shown() {
        let good = Webhook::new(" https://hooks.slack.com/services/T0/B0/s3cret\n").unwrap();
        assert_eq!(good.reveal(), "https://hooks.slack.com/services/T0/B0/s3cret");
        assert!(!format!("{good:?} {good:#?}").contains("s3cret"));
        assert!(Webhook::new("http://127.0.0.1:80/x").is_ok());
        for bad in
            ["s3cret", "ftp://x/s3cret", "https:///s3cret", "//x/s3cret", "https://", "http://a b/s3cret"]
        {
            let error = Webhook::new(bad).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("s3cret"), "{bad}");
        }
        assert_eq!(Webhook::new(" ").unwrap_err(), WebhookError::Empty);
    }
}
