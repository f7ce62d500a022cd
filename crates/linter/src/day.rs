//! Dates that may be known to the year or month only.

use jiff::civil::Date;

use crate::view::{Node, Text};

/// The days that a date may mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Days {
    pub(crate) first: Date,
    pub(crate) last: Date,
}

impl Days {
    /// The days of a year, a month or a day in the form of ISO 8601; `None` for days that no
    /// calendar has.
    pub(crate) fn of_text(text: &str) -> Option<Self> {
        if let Some(day) = day_of(text.as_bytes()) {
            return Some(Self {
                first: day,
                last: day,
            });
        }
        let mut parts = [None; 3];
        let mut count = 0;
        for part in text.split('-') {
            *parts.get_mut(count)? = part.parse().ok();
            count += 1;
        }
        Self::of_parts(&parts[..count])
    }

    /// The days of a CSL date: of a range, from its beginning to its end.
    pub(crate) fn of_csl(date: Node<'_>) -> Option<Self> {
        let of = |parts: Node<'_>| {
            let parts: Vec<_> = parts
                .value
                .elements()
                .map(|part| part.source().parse().ok())
                .collect();
            Self::of_parts(&parts)
        };
        let ends: Option<Vec<_>> = date.items("date-parts").map(of).collect();
        let ends = ends?;
        Some(Self {
            first: ends.first()?.first,
            last: ends.last()?.last,
        })
    }

    fn of_parts(parts: &[Option<i16>]) -> Option<Self> {
        let small = |part: i16| i8::try_from(part).ok();
        match *parts {
            [Some(year)] => Some(Self {
                first: Date::new(year, 1, 1).ok()?,
                last: Date::new(year, 12, 31).ok()?,
            }),
            [Some(year), Some(month)] => {
                let first = Date::new(year, small(month)?, 1).ok()?;
                Some(Self {
                    first,
                    last: first.last_of_month(),
                })
            }
            [Some(year), Some(month), Some(day)] => {
                let day = Date::new(year, small(month)?, small(day)?).ok()?;
                Some(Self {
                    first: day,
                    last: day,
                })
            }
            _ => None,
        }
    }

    /// Whether it is later for certain, whichever days are meant.
    pub(crate) fn is_after(self, other: Self) -> bool {
        self.first > other.last
    }
}

/// The day in the usual form, of which nearly all dates are.
fn day_of(text: &[u8]) -> Option<Date> {
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text else {
        return None;
    };
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0_i16, |number, digit| {
            let digit = digit.is_ascii_digit().then(|| i16::from(digit - b'0'));
            Some(number * 10 + digit?)
        })
    };
    let (month, day) = (number(&[m1, m2])?, number(&[d1, d2])?);
    Date::new(number(&[y1, y2, y3, y4])?, month as i8, day as i8).ok()
}

/// The day that a text names.
pub(crate) fn day(text: Text<'_>) -> Option<Date> {
    text.parse().ok()
}

/// How many days `later` is after `earlier`.
pub(crate) fn days_between(earlier: Date, later: Date) -> i64 {
    later.duration_since(earlier).as_hours() / 24
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_as_wide_as_it_is_known() {
        let days = |text| Days::of_text(text);
        let shown = |text| days(text).map(|days| format!("{} {}", days.first, days.last));
        assert_eq!(shown("2024").as_deref(), Some("2024-01-01 2024-12-31"));
        assert_eq!(shown("2024-02").as_deref(), Some("2024-02-01 2024-02-29"));
        assert_eq!(
            shown("2024-02-29").as_deref(),
            Some("2024-02-29 2024-02-29")
        );
        assert_eq!(days("2023-02-29"), None);
        assert_eq!(days("soon"), None);
        let is_after = |late, early| days(late).zip(days(early)).map(|(a, b)| a.is_after(b));
        assert_eq!(is_after("2024-02", "2024"), Some(false));
        assert_eq!(is_after("2025", "2024-02"), Some(true));
    }

    #[test]
    fn days_are_counted_over_months() {
        let day = |text: &str| text.parse().expect("it is a day");
        assert_eq!(days_between(day("2024-02-28"), day("2024-03-01")), 2);
        assert_eq!(days_between(day("2024-03-01"), day("2024-02-28")), -2);
    }
}
