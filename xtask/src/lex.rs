//! Just enough of Rust's lexical grammar to tell code from comments, texts and test modules.

/// One source line, split.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Line {
    /// The code, with texts and characters blanked out.
    pub code: String,
    /// The comments.
    pub comment: String,
    /// Whether it lies inside an item under `#[cfg(test)]`.
    pub test: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Code,
    LineComment,
    BlockComment(u32),
    Text,
    RawText(usize),
}

/// Splits a source file into lines of code and comment.
pub fn lines(source: &str) -> Vec<Line> {
    let mut lines = vec![Line::default()];
    let mut state = State::Code;
    let chars: Vec<char> = source.chars().collect();
    let mut at = 0;
    while at < chars.len() {
        if chars[at] == '\n' {
            if state == State::LineComment {
                state = State::Code;
            }
            lines.push(Line::default());
            at += 1;
            continue;
        }
        let last = lines.len() - 1;
        at += step(
            &chars[at..],
            &mut state,
            &mut lines[last],
            at > 0 && is_word(chars[at - 1]),
        );
    }
    mark_tests(&mut lines);
    lines
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Reads one token's worth; gives the number of characters read (never past a line's end).
fn step(rest: &[char], state: &mut State, line: &mut Line, after_word: bool) -> usize {
    let two = (rest[0], rest.get(1).copied().unwrap_or('\n'));
    match *state {
        State::LineComment => line.comment.push(rest[0]),
        State::BlockComment(depth) => {
            let depth = match two {
                ('*', '/') if depth == 1 => {
                    *state = State::Code;
                    return 2;
                }
                ('*', '/') => depth - 1,
                ('/', '*') => depth + 1,
                (c, _) => {
                    line.comment.push(c);
                    return 1;
                }
            };
            *state = State::BlockComment(depth);
            return 2;
        }
        State::Text => match two {
            ('\\', '\n') => {}
            ('\\', _) => return 2,
            ('"', _) => {
                *state = State::Code;
                line.code.push('"');
            }
            _ => {}
        },
        State::RawText(hashes) => {
            let close = rest[1..].iter().take_while(|c| **c == '#').count();
            if rest[0] == '"' && close >= hashes {
                *state = State::Code;
                line.code.push('"');
                return 1 + hashes;
            }
        }
        State::Code => return code(rest, two, state, line, after_word),
    }
    1
}

fn code(
    rest: &[char],
    two: (char, char),
    state: &mut State,
    line: &mut Line,
    after_word: bool,
) -> usize {
    match two {
        ('/', '/') => {
            *state = State::LineComment;
            return 2;
        }
        ('/', '*') => {
            *state = State::BlockComment(1);
            return 2;
        }
        ('"', _) => *state = State::Text,
        ('r', '"' | '#') if !after_word => {
            let hashes = rest[1..].iter().take_while(|c| **c == '#').count();
            if rest.get(1 + hashes) == Some(&'"') {
                *state = State::RawText(hashes);
                line.code.push('"');
                return 2 + hashes;
            }
        }
        ('\'', _) => {
            if let Some(length) = character(rest) {
                line.code.push('\'');
                return length;
            }
        }
        _ => {}
    }
    line.code.push(rest[0]);
    1
}

/// Length of a character such as `'a'` or `'\n'`; `None` for a lifetime.
fn character(rest: &[char]) -> Option<usize> {
    if rest.get(1) == Some(&'\\') {
        let close = rest.iter().skip(3).position(|c| *c == '\'' || *c == '\n')?;
        return Some(close + 4);
    }
    (rest.get(2) == Some(&'\'')).then_some(3)
}

/// Marks the lines of every item that follows `#[cfg(test)]`, by its braces.
fn mark_tests(lines: &mut [Line]) {
    let mut depth = 0_i64;
    let mut until: Option<i64> = None;
    let mut pending = false;
    for line in lines {
        pending |= until.is_none() && line.code.contains("#[cfg(test)]");
        line.test = pending || until.is_some();
        for c in line.code.chars() {
            match c {
                '{' => {
                    if pending {
                        (pending, until) = (false, Some(depth));
                    }
                    depth += 1;
                }
                '}' => {
                    depth -= 1;
                    if until == Some(depth) {
                        until = None;
                    }
                }
                ';' if pending => pending = false,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_characters_and_comments_are_not_code() {
        let source =
            "let a = \"x.unwrap() // no\"; // why\nlet b = 'u'; let c: &'a str = r#\"\"{\"#;";
        let lines = lines(source);
        assert_eq!(lines[0].code, "let a = \"\"; ");
        assert_eq!(lines[0].comment, " why");
        assert_eq!(lines[1].code, "let b = '; let c: &'a str = \"\";");
    }

    #[test]
    fn nested_block_comments_and_escapes() {
        let lines = lines("/* a /* b\n */ c */ x = '\\''; y = \"\\\"{\"; z");
        assert_eq!(lines[1].code, " x = '; y = \"\"; z");
    }

    #[test]
    fn test_items_end_where_their_braces_end() {
        let source = "fn a() {}\n#[cfg(test)]\nmod tests {\n fn b() {}\n}\nfn c() {}\n#[cfg(test)]\nmod t;\nfn d() {}";
        let marks: Vec<bool> = lines(source).iter().map(|line| line.test).collect();
        assert_eq!(
            marks,
            [false, true, true, true, true, false, true, true, false]
        );
    }
}
