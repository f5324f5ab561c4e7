//! A journal whose client dies, or whose room ends.

use srunx::event::{Event, Journal};
use std::sync::{Arc, Mutex};

/// What is kept, and when that ends: after so many events the client dies, or there is no room for more.
#[derive(Clone, Default)]
pub struct Kept {
    pub events: Arc<Mutex<Vec<Event>>>,
    pub dies_after: Option<usize>,
    pub full_after: Option<usize>,
}

impl Journal for Kept {
    fn append(&mut self, event: &Event) {
        let mut events = self.events.lock().unwrap();
        if self.full_after.is_some_and(|most| events.len() >= most) {
            return;
        }
        if self.dies_after.is_some_and(|most| events.len() >= most) {
            drop(events);
            panic!("the client dies");
        }
        events.push(event.clone());
    }

    fn commit(&mut self) -> Result<(), String> {
        let full = self.full_after.is_some_and(|most| self.events.lock().unwrap().len() >= most);
        if full { Err("No space left on device (os error 28)".to_owned()) } else { Ok(()) }
    }
}

impl Kept {
    pub fn events(&self) -> Vec<Event> {
        self.events.lock().unwrap().clone()
    }

    /// The same, and its client lives.
    pub fn lives(&self) -> Self {
        Self { dies_after: None, ..self.clone() }
    }
}
