//! The percent-encoding of URIs (RFC 3986, section 2.1).

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_digits_stand_for_a_byte() {
        assert_eq!(decoded("a%20b%C3%a4").as_deref(), Some("a b\u{e4}"));
        for broken in ["%", "%1", "%+1", "%g0", "%ff"] {
            assert_eq!(decoded(broken), None, "{broken}");
        }
    }
}
