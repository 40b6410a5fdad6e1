//! Reading dates by a format of `strftime`, and finding the format of a column.
//!
//! Known: %Y %y %m %b %B %d %H %I %p %M %S %%. Numbers may lack leading zeros where a separator
//! follows. After %S a fraction (".123") and a "Z" are passed over. %y 69 to 99 is 1969 to 1999.

use super::DateTime;

const DAYS: [&str; 14] = [
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y%m%d",
    "%d.%m.%Y",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d-%m-%Y",
    "%d.%m.%y",
    "%d/%m/%y",
    "%m/%d/%y",
    "%d %b %Y",
    "%d-%b-%Y",
    "%b %d, %Y",
];
const TIMES: [&str; 7] = [
    "",
    " %H:%M:%S",
    "T%H:%M:%S",
    " %H:%M",
    "T%H:%M",
    " %I:%M:%S %p",
    " %I:%M %p",
];
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Reads a date; `None` when it does not follow the format or does not exist.
pub(crate) fn parse_date(format: &str, text: &str) -> Option<DateTime> {
    let mut date = DateTime {
        year: 1970,
        month: 1,
        day: 1,
        hour: 0,
        minute: 0,
        second: 0,
    };
    let mut afternoon = None;
    let mut rest = text.trim();
    let mut format = format.chars();
    while let Some(c) = format.next() {
        if c != '%' {
            rest = rest.strip_prefix(c)?;
            continue;
        }
        match format.next()? {
            'Y' => date.year = number(&mut rest, 4)? as i32,
            'y' => {
                let year = number(&mut rest, 2)? as i32;
                date.year = year + if year < 69 { 2000 } else { 1900 };
            }
            'm' => date.month = number(&mut rest, 2)?,
            'd' => date.day = number(&mut rest, 2)?,
            'H' | 'I' => date.hour = number(&mut rest, 2)?,
            'M' => date.minute = number(&mut rest, 2)?,
            'S' => {
                date.second = number(&mut rest, 2)?;
                rest = after_seconds(rest);
            }
            'b' | 'B' => date.month = month(&mut rest)?,
            'p' => {
                let half = rest.get(..2)?.to_ascii_lowercase();
                afternoon = Some(match half.as_str() {
                    "am" => false,
                    "pm" => true,
                    _ => return None,
                });
                rest = &rest[2..];
            }
            '%' => rest = rest.strip_prefix('%')?,
            _ => return None,
        }
    }
    if let Some(afternoon) = afternoon {
        if !(1..=12).contains(&date.hour) {
            return None;
        }
        date.hour = date.hour % 12 + if afternoon { 12 } else { 0 };
    }
    (rest.is_empty() && exists(&date)).then_some(date)
}

fn number(rest: &mut &str, most: usize) -> Option<u32> {
    let digits = rest
        .bytes()
        .take(most)
        .take_while(u8::is_ascii_digit)
        .count();
    if digits == 0 || (most == 4 && digits < 4) {
        return None;
    }
    let value = rest[..digits].parse().ok();
    *rest = &rest[digits..];
    value
}

fn month(rest: &mut &str) -> Option<u32> {
    let letters = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
    let word = rest[..letters].to_ascii_lowercase();
    let found = MONTHS
        .iter()
        .position(|name| *name == word || name[..3] == word)?;
    *rest = &rest[letters..];
    Some(found as u32 + 1)
}

fn after_seconds(rest: &str) -> &str {
    let rest = match rest.strip_prefix('.') {
        Some(fraction) => fraction.trim_start_matches(|c: char| c.is_ascii_digit()),
        None => rest,
    };
    rest.strip_suffix('Z')
        .filter(|left| left.is_empty())
        .unwrap_or(rest)
}

fn exists(date: &DateTime) -> bool {
    let leap = date.year % 4 == 0 && (date.year % 100 != 0 || date.year % 400 == 0);
    let days = match date.month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    (1..=days).contains(&date.day) && date.hour < 24 && date.minute < 60 && date.second <= 60
}

/// What is wrong with a format, if anything.
pub(crate) fn check_format(format: &str) -> Option<String> {
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            continue;
        }
        match chars.next() {
            Some(known) if "YymbBdHIpMS%".contains(known) => {}
            Some(other) => {
                return Some(format!(
                    "`%{other}` is not known; known: %Y %y %m %b %B %d %H %I %p %M %S %%"
                ));
            }
            None => return Some("it ends in a lone `%`".to_owned()),
        }
    }
    (!format.contains('%')).then(|| "it names no part of a date, such as %Y".to_owned())
}

/// The common formats that every cell follows; several when the order of day and month is open.
pub(crate) fn find_format<'a>(cells: impl Iterator<Item = &'a str> + Clone) -> Vec<String> {
    if cells.clone().next().is_none() {
        return Vec::new();
    }
    let formats = DAYS
        .iter()
        .flat_map(|day| TIMES.iter().map(move |time| format!("{day}{time}")));
    formats
        .filter(|format| cells.clone().all(|cell| parse_date(format, cell).is_some()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(cells: &[&str]) -> Vec<String> {
        find_format(cells.iter().copied())
    }

    #[test]
    fn finds_common_formats() {
        assert_eq!(found(&["2011-01-31", "2011-2-1"]), ["%Y-%m-%d"]);
        assert_eq!(found(&["2011-01-31T10:20:30.5Z"]), ["%Y-%m-%dT%H:%M:%S"]);
        assert_eq!(found(&["31.12.2011"]), ["%d.%m.%Y"]);
        assert_eq!(found(&["12/31/2011 1:05 PM"]), ["%m/%d/%Y %I:%M %p"]);
        assert_eq!(found(&["1/2/2011"]), ["%d/%m/%Y", "%m/%d/%Y"]);
        assert_eq!(found(&["Jan 5, 2011"]), ["%b %d, %Y"]);
        assert!(found(&["2011-02-29"]).is_empty() && found(&[]).is_empty());
    }

    #[test]
    fn reads_only_what_the_format_says() {
        let hour = |text| parse_date("%I %p", text).map(|d| d.hour);
        assert_eq!(hour("12 am"), Some(0));
        assert_eq!(hour("1 PM"), Some(13));
        assert_eq!(hour("13 PM"), None);
        for bad in [
            "",
            "2011",
            "2011-13-01",
            "2011-01-01x",
            "é011-01-01",
            "2011-01-é",
        ] {
            assert_eq!(parse_date("%Y-%m-%d", bad), None, "{bad}");
        }
        assert_eq!(parse_date("%d.%m.%y", "1.2.70").map(|d| d.year), Some(1970));
        assert!(check_format("%Y-%q").unwrap().contains("%q"));
        assert!(check_format("date").is_some() && check_format("%").is_some());
        assert_eq!(check_format("%Y-%m-%dT%H:%M:%S"), None);
    }
}
