//! A column of dates to numbers: years, months, hours, and the days since the first.
//!
//! Days are counted in the proleptic Gregorian calendar from 1970-01-01 (H. Hinnant,
//! "chrono-Compatible Low-Level Date Algorithms", 2013). A cyclic part p of period n becomes
//! sin(2 pi p / n) and cos(2 pi p / n).

mod format;
mod search;

use regimen_run::spec::DatePart;
use serde::{Deserialize, Serialize};

use crate::array::Array;
use crate::scaling::Scaling;

pub(crate) use self::format::{check_format, find_format, parse_date};
pub(crate) use self::search::DateSearch;

/// A date and a time of day, without a time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DateTime {
    pub year: i32,
    pub month: u32,
    pub day: u32,
    pub hour: u32,
    pub minute: u32,
    pub second: u32,
}

impl DateTime {
    /// Days since 1970-01-01.
    fn day_number(&self) -> i64 {
        let year = i64::from(self.year) - i64::from(self.month <= 2);
        let era = year.div_euclid(400);
        let of_era = year.rem_euclid(400);
        let month = i64::from((self.month + 9) % 12); // from March on
        let of_year = (153 * month + 2) / 5 + i64::from(self.day) - 1;
        era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
    }

    /// Days since 1970-01-01, with the time of day as a fraction.
    pub fn days(&self) -> f64 {
        let seconds = (self.hour * 60 + self.minute) * 60 + self.second;
        self.day_number() as f64 + f64::from(seconds) / 86_400.0
    }

    fn part(&self, part: DatePart, origin: f64) -> f64 {
        match part {
            DatePart::Year => f64::from(self.year),
            DatePart::Month => f64::from(self.month),
            DatePart::Day => f64::from(self.day),
            DatePart::Weekday => (self.day_number() + 3).rem_euclid(7) as f64,
            DatePart::DayOfYear => {
                let first = DateTime {
                    month: 1,
                    day: 1,
                    ..*self
                };
                (self.day_number() - first.day_number() + 1) as f64
            }
            DatePart::Hour => f64::from(self.hour),
            DatePart::Minute => f64::from(self.minute),
            DatePart::ElapsedDays => self.days() - origin,
        }
    }
}

/// The period of a part that comes round again.
fn period(part: DatePart) -> Option<f64> {
    match part {
        DatePart::Year | DatePart::ElapsedDays => None,
        DatePart::Month => Some(12.0),
        DatePart::Day => Some(31.0),
        DatePart::Weekday => Some(7.0),
        DatePart::DayOfYear => Some(365.25),
        DatePart::Hour => Some(24.0),
        DatePart::Minute => Some(60.0),
    }
}

fn name(part: DatePart) -> &'static str {
    match part {
        DatePart::Year => "year",
        DatePart::Month => "month",
        DatePart::Day => "day",
        DatePart::Weekday => "weekday",
        DatePart::DayOfYear => "day_of_year",
        DatePart::Hour => "hour",
        DatePart::Minute => "minute",
        DatePart::ElapsedDays => "elapsed_days",
    }
}

/// Everything that turns dates into numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DateEncoding {
    /// As of `strftime`.
    pub format: String,
    /// What is taken from a date.
    pub parts: Vec<DatePart>,
    /// Parts that come round again as sine and cosine.
    pub cyclic: bool,
    /// The earliest date of the training part, in days since 1970-01-01.
    pub origin: f64,
    /// Scaling, if any.
    pub scaling: Option<Scaling>,
}

impl DateEncoding {
    fn period(&self, part: DatePart) -> Option<f64> {
        period(part).filter(|_| self.cyclic)
    }

    /// Numbers per row.
    pub fn width(&self) -> usize {
        self.parts
            .iter()
            .map(|&p| 1 + usize::from(self.period(p).is_some()))
            .sum()
    }

    /// Names of the numbers of a row.
    pub fn feature_names(&self, column: &str) -> Vec<String> {
        let of = |&part: &DatePart| {
            let name = name(part);
            match self.period(part) {
                Some(_) => vec![
                    format!("{column}.{name}.sin"),
                    format!("{column}.{name}.cos"),
                ],
                None => vec![format!("{column}.{name}")],
            }
        };
        self.parts.iter().flat_map(of).collect()
    }

    /// The numbers of each date, not scaled.
    pub(crate) fn encode<'a>(&self, dates: impl ExactSizeIterator<Item = &'a DateTime>) -> Array {
        let rows = dates.len();
        let mut data = Vec::with_capacity(rows * self.width());
        for date in dates {
            for &part in &self.parts {
                let value = date.part(part, self.origin);
                match self.period(part) {
                    Some(period) => {
                        let angle = std::f64::consts::TAU * value / period;
                        data.extend([angle.sin() as f32, angle.cos() as f32]);
                    }
                    None => data.push(value as f32),
                }
            }
        }
        Array::f32(vec![rows, self.width()], data)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> DateTime {
        parse_date("%Y-%m-%d %H:%M", text).unwrap()
    }

    #[test]
    fn days_and_weekdays() {
        assert_eq!(date("1970-01-01 00:00").days(), 0.0);
        assert_eq!(date("2000-03-01 12:00").days(), 11_017.5);
        assert_eq!(date("1969-12-31 00:00").days(), -1.0);
        // A Saturday, the first day of the bike-sharing data; and a leap year's last day.
        assert_eq!(date("2011-01-01 00:00").part(DatePart::Weekday, 0.0), 5.0);
        assert_eq!(
            date("2012-12-31 00:00").part(DatePart::DayOfYear, 0.0),
            366.0
        );
    }

    #[test]
    fn parts_in_order_with_cycles() {
        let mut encoding = DateEncoding {
            format: String::new(),
            parts: vec![DatePart::Year, DatePart::Hour, DatePart::ElapsedDays],
            cyclic: false,
            origin: date("2011-01-01 00:00").days(),
            scaling: None,
        };
        let x = encoding.encode([date("2011-01-03 06:00")].iter());
        assert_eq!(x, Array::f32(vec![1, 3], vec![2011.0, 6.0, 2.25]));
        encoding.cyclic = true;
        let x = encoding.encode([date("2011-01-03 06:00")].iter());
        let x = x.as_f32().unwrap();
        assert_eq!((x.len(), encoding.width(), x[1]), (4, 4, 1.0));
        let names = ["d.year", "d.hour.sin", "d.hour.cos", "d.elapsed_days"];
        assert_eq!(encoding.feature_names("d"), names);
    }
}
