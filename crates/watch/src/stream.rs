//! The stream of changes: a greeting with the number of the last message, then every message.
//!
//! A page that reads too slowly loses messages; it sees that by their numbers and fetches everything again.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::broadcast::{Receiver, Sender};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::page;

/// Pages that may listen at once.
const MOST_LISTENERS: usize = 64;
/// Messages that wait for a slow page.
const WAITING: usize = 64;

/// Where messages come from.
#[derive(Debug, Clone)]
pub(crate) struct Messages {
    sender: Sender<Arc<str>>,
    room: Arc<Semaphore>,
}

impl Default for Messages {
    fn default() -> Self {
        Self {
            sender: Sender::new(WAITING),
            room: Arc::new(Semaphore::new(MOST_LISTENERS)),
        }
    }
}

impl Messages {
    /// Sends a message to all who listen.
    pub fn send(&self, message: String) {
        // Nobody may be listening.
        let _ = self.sender.send(message.into());
    }

    /// Listens from now on; `hello` is asked after that, so that no message falls between.
    pub fn stream(&self, hello: impl FnOnce() -> String) -> Response {
        let Ok(permit) = Arc::clone(&self.room).try_acquire_owned() else {
            return page::text(503, "Too many pages are open: close some.\n");
        };
        let receiver = self.sender.subscribe();
        let first = Some(Event::default().event("hello").data(hello()));
        let events = stream::unfold((first, receiver, permit), next);
        let alive = KeepAlive::new().interval(Duration::from_secs(15));
        Sse::new(events).keep_alive(alive).into_response()
    }
}

type Listener = (Option<Event>, Receiver<Arc<str>>, OwnedSemaphorePermit);

async fn next(
    (first, mut receiver, permit): Listener,
) -> Option<(Result<Event, Infallible>, Listener)> {
    let event = match first {
        Some(hello) => hello,
        None => match receiver.recv().await {
            Ok(message) => Event::default().data(message),
            Err(RecvError::Lagged(_)) => Event::default().event("lost").data("{}"),
            Err(RecvError::Closed) => return None,
        },
    };
    Some((Ok(event), (None, receiver, permit)))
}
