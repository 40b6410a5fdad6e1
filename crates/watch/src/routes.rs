//! What is answered to which request. An id is looked up among the runs that are known; it is never made a path.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use axum::Router;
use axum::extract::{Query, Request, State};
use axum::http::header::{
    AUTHORIZATION, CONTENT_LENGTH, COOKIE, HOST, HeaderName, HeaderValue, LOCATION, ORIGIN,
    SET_COOKIE, TRANSFER_ENCODING,
};
use axum::http::{HeaderMap, Uri};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;
use tokio::sync::Semaphore;

use crate::board::Board;
use crate::guard::{Asked, Guard, Verdict};
use crate::page;
use crate::serve::Report;
use crate::stream::Messages;

/// Bytes of the longest path and query.
const LONGEST: usize = 4096;

/// What answers are made of.
#[derive(Clone)]
pub(crate) struct Served {
    pub board: Arc<Mutex<Board>>,
    pub messages: Messages,
    pub guard: Arc<Guard>,
    pub report: Option<Report>,
    /// One report is made at a time.
    pub reporting: Arc<Semaphore>,
}

impl Served {
    /// The board; a thread that died over it leaves it as it was.
    pub fn board(&self) -> MutexGuard<'_, Board> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// All routes, behind the guard.
pub(crate) fn routes(served: Served) -> Router {
    Router::new()
        .route("/", get(file))
        .route("/{file}", get(file))
        .route("/api/runs", get(runs))
        .route("/api/run", get(run))
        .route("/api/curves", get(curves))
        .route("/api/events", get(events))
        .route("/report", get(report))
        .fallback(async || nothing())
        .layer(middleware::from_fn_with_state(served.clone(), admit))
        .with_state(served)
}

async fn admit(State(served): State<Served>, request: Request, next: Next) -> Response {
    page::harden(
        match refuse(&served.guard, request.headers(), request.uri()) {
            Some(refusal) => refusal,
            None => next.run(request).await,
        },
    )
}

/// The answer to a request that goes no further.
fn refuse(guard: &Guard, headers: &HeaderMap, uri: &Uri) -> Option<Response> {
    let has_body = headers.contains_key(TRANSFER_ENCODING)
        || headers
            .get(CONTENT_LENGTH)
            .is_some_and(|length| length != "0");
    if has_body {
        return Some(page::text(413, "Requests have no body here.\n"));
    }
    if uri
        .path_and_query()
        .is_some_and(|all| all.as_str().len() > LONGEST)
    {
        return Some(page::text(414, "The address is too long.\n"));
    }
    let once = |name: HeaderName| {
        let mut all = headers.get_all(name).iter();
        let first = all.next()?.to_str().unwrap_or("?");
        Some(if all.next().is_some() { "?" } else { first })
    };
    let query = uri.query().unwrap_or_default();
    let verdict = guard.check(&Asked {
        host: once(HOST),
        origin: once(ORIGIN),
        fetch_site: once(HeaderName::from_static("sec-fetch-site")),
        cookie: once(COOKIE),
        authorization: once(AUTHORIZATION),
        path: uri.path(),
        token: query
            .split('&')
            .find_map(|part| part.strip_prefix("token=")),
    });
    match verdict {
        Verdict::Allow => None,
        Verdict::Refuse(status, why) => Some(page::text(status, why)),
        Verdict::Enter(cookie) => {
            let mut response = page::text(303, "");
            let cookie = HeaderValue::from_str(&cookie).ok()?;
            response.headers_mut().insert(SET_COOKIE, cookie);
            response
                .headers_mut()
                .insert(LOCATION, HeaderValue::from_static("/"));
            Some(response)
        }
    }
}

#[derive(Deserialize)]
struct Which {
    id: Option<String>,
}

fn unknown() -> Response {
    page::text(404, "No such run.\n")
}

fn nothing() -> Response {
    page::text(404, "Nothing is here.\n")
}

async fn file(uri: Uri) -> Response {
    page::file(uri.path()).map_or_else(nothing, |(kind, text)| page::answer(kind, text))
}

async fn runs(State(served): State<Served>) -> Response {
    let has_report = served.report.is_some();
    page::json(served.board().runs(has_report, SystemTime::now()))
}

async fn run(State(served): State<Served>, Query(which): Query<Which>) -> Response {
    let id = which.id.unwrap_or_default();
    let found = served.board().run(&id, SystemTime::now());
    found.map_or_else(unknown, page::json)
}

async fn curves(State(served): State<Served>, Query(which): Query<Which>) -> Response {
    let found = served.board().curves(which.id.as_deref());
    found.map_or_else(unknown, page::json)
}

async fn events(State(served): State<Served>) -> Response {
    served.messages.stream(|| served.board().hello())
}

async fn report(State(served): State<Served>, Query(which): Query<Which>) -> Response {
    let path = served.board().path(&which.id.unwrap_or_default());
    let (Some(make), Some(path)) = (served.report.clone(), path) else {
        return unknown();
    };
    let Ok(_one) = served.reporting.acquire().await else {
        return unknown();
    };
    match tokio::task::spawn_blocking(move || make(&path)).await {
        Ok(Ok(html)) => page::report(html),
        Ok(Err(reason)) => page::text(500, format!("No report: {reason}\n")),
        Err(_) => page::text(500, "No report: making it failed.\n"),
    }
}
