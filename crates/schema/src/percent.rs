//! The percent-encoding of URIs (RFC 3986, section 2.1).

use std::fmt::Write as _;

/// The text that is encoded; `None` where a sign that stands for a byte is cut short or no number, or
/// the bytes are no text.
pub(crate) fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => digit(rest.next()?)? << 4 | digit(rest.next()?)?,
            _ => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

fn digit(byte: u8) -> Option<u8> {
    // A digit of base 16 is smaller than a byte.
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}

/// A URI reference whose signs that none may have are encoded; percent signs stay as they are.
pub(crate) fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for sign in text.chars() {
        if sign.is_ascii_graphic() && !"\"<>\\^`{|}".contains(sign) {
            encoded.push(sign);
            continue;
        }
        for byte in sign.encode_utf8(&mut [0; 4]).bytes() {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_reference_may_have_is_encoded() {
        assert_eq!(
            encoded("#/$defs/Map<a b, \u{e4}>%20"),
            "#/$defs/Map%3Ca%20b,%20%C3%A4%3E%20"
        );
    }

    #[test]
    fn two_digits_stand_for_a_byte() {
        assert_eq!(decoded("a%20b%C3%a4").as_deref(), Some("a b\u{e4}"));
        for broken in ["%", "%1", "%+1", "%g0", "%ff"] {
            assert_eq!(decoded(broken), None, "{broken}");
        }
    }
}
