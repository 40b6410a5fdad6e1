//! The page: its files in the binary, and the headers that keep it from loading anything else.

use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::response::Response;

/// Only our own scripts, styles and answers; no frames, no forms.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
     img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// A report brings its style and script with it; it may ask for nothing, and is kept from this origin.
const REPORT_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; \
     img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox allow-scripts";

const HTML: &str = "text/html; charset=utf-8";
const JSON: &str = "application/json";

/// A file of the page, by path: its kind and text.
pub(crate) fn file(path: &str) -> Option<(&'static str, &'static str)> {
    const SCRIPT: &str = "text/javascript; charset=utf-8";
    Some(match path {
        "/" => (HTML, include_str!("../page/index.html")),
        "/app.css" => ("text/css; charset=utf-8", include_str!("../page/app.css")),
        "/app.js" => (SCRIPT, include_str!("../page/app.js")),
        "/charts.js" => (SCRIPT, include_str!("../page/charts.js")),
        "/detail.js" => (SCRIPT, include_str!("../page/detail.js")),
        "/elements.js" => (SCRIPT, include_str!("../page/elements.js")),
        "/runs.js" => (SCRIPT, include_str!("../page/runs.js")),
        "/scales.js" => (SCRIPT, include_str!("../page/scales.js")),
        "/store.js" => (SCRIPT, include_str!("../page/store.js")),
        "/tables.js" => (SCRIPT, include_str!("../page/tables.js")),
        "/treatment.js" => (SCRIPT, include_str!("../page/treatment.js")),
        _ => return None,
    })
}

/// An answer of a kind.
pub(crate) fn answer(kind: &'static str, body: impl Into<axum::body::Body>) -> Response {
    let mut response = Response::new(body.into());
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

/// An answer in JSON.
pub(crate) fn json(body: Vec<u8>) -> Response {
    answer(JSON, body)
}

/// A plain text with a status.
pub(crate) fn text(status: u16, text: impl Into<axum::body::Body>) -> Response {
    let mut response = answer("text/plain; charset=utf-8", text);
    *response.status_mut() = axum::http::StatusCode::from_u16(status).unwrap_or_default();
    response
}

/// A report, with the policy of reports.
pub(crate) fn report(html: String) -> Response {
    let mut response = answer(HTML, html);
    let policy = HeaderValue::from_static(REPORT_POLICY);
    response
        .headers_mut()
        .insert(CONTENT_SECURITY_POLICY, policy);
    response
}

/// Adds what every answer carries.
pub(crate) fn harden(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers
        .entry(CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static(POLICY));
    let same_origin = HeaderValue::from_static("same-origin");
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        same_origin.clone(),
    );
    headers.insert(
        HeaderName::from_static("cross-origin-opener-policy"),
        same_origin,
    );
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
