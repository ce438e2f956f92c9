//! An id for each request: in the log, in the answer, and in what a person is told about a fault.

use crate::state::House;
use app::desk::RequestId;
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderName, HeaderValue};
use std::fmt::Write as _;

/// The header that carries it back. One that a client sends is ignored.
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Gives the request its id: 16 random hexadecimal digits.
pub async fn layer(State(house): State<House>, mut request: Request, next: Next) -> Response {
    let id = hex(&house.random.bytes::<8>());
    let value = HeaderValue::from_str(&id);
    request.extensions_mut().insert(RequestId(id.into()));
    let mut response = next.run(request).await;
    if let Ok(value) = value {
        response.headers_mut().insert(HEADER, value);
    }
    response
}

/// Lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing into a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
