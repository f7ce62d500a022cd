//! JSON numbers as written, and what a double would make of them.

use std::fmt;

use crate::NumberLoss;

/// A number, held as its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number<'t>(&'t str);

/// 2^53: up to here a double holds every integer.
const SAFE_INTEGER: u64 = 1 << 53;

impl<'t> Number<'t> {
    /// Wraps the text of a number that follows the grammar of JSON.
    pub(crate) fn new(text: &'t str) -> Self {
        Self(text)
    }

    /// The number that a text is by the grammar of JSON, if it is one.
    pub fn read(text: &'t str) -> Option<Self> {
        Self::is_written_in(text).then(|| Self::new(text))
    }

    /// Whether `text` is a number by the grammar of JSON.
    fn is_written_in(text: &str) -> bool {
        fn digits(bytes: &[u8]) -> Option<&[u8]> {
            let count = bytes
                .iter()
                .take_while(|byte| byte.is_ascii_digit())
                .count();
            (count > 0).then(|| &bytes[count..])
        }
        fn number(bytes: &[u8]) -> Option<&[u8]> {
            let bytes = bytes.strip_prefix(b"-").unwrap_or(bytes);
            let mut rest = match bytes {
                [b'0', rest @ ..] => rest,
                _ => digits(bytes)?,
            };
            if let [b'.', fraction @ ..] = rest {
                rest = digits(fraction)?;
            }
            if let [b'e' | b'E', exponent @ ..] = rest {
                rest = match exponent {
                    [b'+' | b'-', exponent @ ..] => digits(exponent)?,
                    _ => digits(exponent)?,
                };
            }
            Some(rest)
        }
        number(text.as_bytes()).is_some_and(<[u8]>::is_empty)
    }

    /// The number as written.
    pub fn as_str(self) -> &'t str {
        self.0
    }

    /// Whether it is written without fraction and exponent.
    pub fn is_written_as_integer(self) -> bool {
        !self
            .0
            .bytes()
            .any(|byte| matches!(byte, b'.' | b'e' | b'E'))
    }

    /// Whether it is an integer, however it is written and whatever a double would make of it.
    pub fn is_integer(self) -> bool {
        self.is_written_as_integer() || self.decimal().is_integer()
    }

    /// The value if it is an integer in range; `1.0` and `1e2` are integers too.
    pub fn as_u64(self) -> Option<u64> {
        u64::try_from(self.as_i128()?).ok()
    }

    /// The value if it is an integer in range; `-1.0` is an integer too.
    pub fn as_i64(self) -> Option<i64> {
        i64::try_from(self.as_i128()?).ok()
    }

    /// The value if it is an integer of at most 20 digits: all that fit into 64 bits are among
    /// them.
    fn as_i128(self) -> Option<i128> {
        if self.is_written_as_integer() {
            return self.0.parse().ok();
        }
        self.decimal().as_i128()
    }

    /// The nearest double; `None` where that is infinite.
    pub fn as_f64(self) -> Option<f64> {
        self.0.parse::<f64>().ok().filter(|value| value.is_finite())
    }

    /// The exact value, however it is written.
    pub fn decimal(self) -> Decimal {
        Decimal::of(self.0)
    }

    /// What is lost when the number becomes a double, if anything is.
    pub fn loss(self) -> Option<NumberLoss> {
        let text = self.0;
        // A double keeps any 15 digits. With at most this many, no exponent takes part in them.
        if text.len() <= 15 && !text.bytes().any(|byte| matches!(byte, b'e' | b'E')) {
            let is_zero = || text.bytes().all(|byte| matches!(byte, b'-' | b'0' | b'.'));
            return (text.starts_with('-') && is_zero()).then_some(NumberLoss::NegativeZero);
        }
        let value: f64 = text.parse().ok()?;
        let written = Decimal::of(text);
        if value.is_infinite() {
            return Some(NumberLoss::Overflow);
        }
        if written.significant.is_empty() {
            return text.starts_with('-').then_some(NumberLoss::NegativeZero);
        }
        if value == 0.0 {
            return Some(NumberLoss::Underflow);
        }
        if self.is_written_as_integer() {
            let magnitude = text.trim_start_matches('-').parse::<u64>();
            return (!matches!(magnitude, Ok(magnitude) if magnitude <= SAFE_INTEGER))
                .then_some(NumberLoss::BeyondSafeInteger);
        }
        // `{:e}` prints the shortest digits that read back as the same double; where several are as
        // short, other programs print another one. What is longer may still be the exact value of the
        // double, which has at most 767 significant digits.
        let shortest = Decimal::of(&format!("{value:e}"));
        let is_kept = written.significant.len() <= shortest.significant.len()
            || Decimal::of(&format!("{value:.766e}")) == written;
        (!is_kept).then_some(NumberLoss::Rounded)
    }
}

impl fmt::Display for Number<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// A decimal number as its sign, its significant digits and the power of ten of the first one:
/// equal for every way of writing the same value. Zero has no digits and no sign.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Decimal {
    is_negative: bool,
    significant: String,
    magnitude: i64,
}

impl Decimal {
    fn is_integer(&self) -> bool {
        let digits = self.significant.len() as u64;
        u64::try_from(self.magnitude).is_ok_and(|magnitude| digits <= magnitude)
    }

    /// The value if it is an integer of at most 20 digits.
    fn as_i128(&self) -> Option<i128> {
        let magnitude = usize::try_from(self.magnitude).ok()?;
        if magnitude < self.significant.len() || magnitude > 20 {
            return None;
        }
        let digits = format!("{:0<magnitude$}", self.significant);
        let value: i128 = format!("0{digits}").parse().ok()?;
        Some(if self.is_negative { -value } else { value })
    }

    fn of(text: &str) -> Self {
        let is_negative = text.starts_with('-');
        let text = text.trim_start_matches('-');
        let (mantissa, exponent) = match text.find(['e', 'E']) {
            Some(at) => (&text[..at], exponent_of(&text[at + 1..])),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = format!("{whole}{fraction}");
        let leading_zeros = digits.len() - digits.trim_start_matches('0').len();
        let significant = digits.trim_matches('0').to_owned();
        let magnitude = if significant.is_empty() {
            0
        } else {
            // Lengths in memory are far from the limits of `i64`.
            #[allow(clippy::cast_possible_wrap)]
            exponent.saturating_add(whole.len() as i64 - leading_zeros as i64)
        };
        Self {
            is_negative: is_negative && !significant.is_empty(),
            significant,
            magnitude,
        }
    }
}

/// One text for each value: its digits behind the point, and the power of ten.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.significant.is_empty() {
            return f.write_str("0");
        }
        let sign = if self.is_negative { "-" } else { "" };
        write!(f, "{sign}0.{}e{}", self.significant, self.magnitude)
    }
}

/// An exponent too long for `i64` is as good as the largest one: the value over- or underflows.
fn exponent_of(text: &str) -> i64 {
    text.trim_start_matches('+')
        .parse()
        .unwrap_or(if text.starts_with('-') {
            i64::MIN / 2
        } else {
            i64::MAX / 2
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loss(text: &str) -> Option<NumberLoss> {
        Number::new(text).loss()
    }

    #[test]
    fn numbers_that_a_double_holds_are_kept() {
        for text in [
            "0",
            "-1",
            "0.0",
            "1.50",
            "0.1",
            "1e2",
            "1E+2",
            "100000000000000000000.0e-19",
            "9007199254740992",
            "-9007199254740992",
            "1.7976931348623157e308",
            "5e-324",
            "1e22",
            "0e999999999999999999999",
            "123456789012345",
            "-0.0000000000001",
            "0.1000000000000000055511151231257827021181583404541015625",
            "815555568.0351562",
            "815555568.0351563",
        ] {
            assert_eq!(loss(text), None, "{text}");
        }
    }

    #[test]
    fn losses_are_named() {
        for (text, expected) in [
            ("-0", NumberLoss::NegativeZero),
            ("-0.0", NumberLoss::NegativeZero),
            ("-0e5", NumberLoss::NegativeZero),
            ("9007199254740993", NumberLoss::BeyondSafeInteger),
            ("-18446744073709551616", NumberLoss::BeyondSafeInteger),
            ("0.10000000000000000555", NumberLoss::Rounded),
            ("3.14159265358979323846", NumberLoss::Rounded),
            ("1e400", NumberLoss::Overflow),
            ("-1e99999999999999999999", NumberLoss::Overflow),
            ("1e-400", NumberLoss::Underflow),
        ] {
            assert_eq!(loss(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn a_value_has_one_text_however_it_is_written() {
        for (text, expected) in [
            ("42.80", "0.428e2"),
            ("428e-1", "0.428e2"),
            ("-20", "-0.2e2"),
            ("-0.0", "0"),
            ("0.050", "0.5e-1"),
        ] {
            assert_eq!(Number::new(text).decimal().to_string(), expected, "{text}");
        }
    }

    #[test]
    fn the_grammar_of_numbers() {
        for text in ["0", "-0", "10", "1.5", "0.0e0", "-12.50E+07", "1e-9"] {
            assert!(Number::is_written_in(text), "{text}");
        }
        for text in [
            "", "-", "+1", "01", "-01", "1.", ".5", "1.e1", "1e", "1e+", "1e1.5", "1 ", "0x1",
            "1-2",
        ] {
            assert!(!Number::is_written_in(text), "{text}");
        }
    }

    #[test]
    fn integers_are_read_however_they_are_written() {
        assert_eq!(Number::new("1.0").as_u64(), Some(1));
        assert_eq!(Number::new("1e2").as_i64(), Some(100));
        assert_eq!(Number::new("-1.0").as_u64(), None);
        assert_eq!(Number::new("18446744073709551615").as_u64(), Some(u64::MAX));
        assert_eq!(Number::new("18446744073709551616").as_u64(), None);
        assert_eq!(Number::new("1.5").as_i64(), None);
        assert_eq!(Number::new("-0").as_u64(), Some(0));
        assert_eq!(Number::new("-0.0").as_i64(), Some(0));
        assert_eq!(
            Number::new("9007199254740993.0").as_u64(),
            Some((1 << 53) + 1),
            "not by way of a double"
        );
        assert_eq!(
            Number::new("-9.223372036854775808e18").as_i64(),
            Some(i64::MIN)
        );
        assert_eq!(Number::new("1e999999999999999999999").as_i64(), None);
        assert_eq!(Number::new("1e-999999999999999999999").as_i64(), None);
    }
}
