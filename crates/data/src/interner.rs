//! Distinct texts, numbered in order of first appearance: what a map would do, several times faster.
//!
//! Open addressing with linear probing, at most half full. The hash folds eight bytes at a time by multiplication and is the
//! same in every run; numbers do not depend on it.

/// Texts by number and numbers by text.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Interner {
    text: String,
    /// Where each text ends in `text`.
    ends: Vec<usize>,
    /// Upper half of the hash, and the number plus one; 0 is a free place.
    places: Vec<(u32, u32)>,
}

fn hash(text: &str) -> u64 {
    const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut hash = (text.len() as u64).wrapping_mul(FACTOR);
    let mut mix = |word: u64| {
        hash = (hash ^ word).wrapping_mul(FACTOR);
        hash ^= hash >> 32;
    };
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    words.iter().for_each(|&word| mix(u64::from_le_bytes(word)));
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    mix(u64::from_le_bytes(last));
    hash.wrapping_mul(FACTOR)
}

impl Interner {
    /// The texts, which are distinct, numbered in their order.
    pub fn of<'a>(texts: impl Iterator<Item = &'a str>) -> Interner {
        let mut interner = Interner::default();
        for text in texts {
            interner.number(text);
        }
        interner
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The text of a number, which must be below `len()`.
    pub fn text(&self, number: usize) -> &str {
        let start = if number == 0 {
            0
        } else {
            self.ends[number - 1]
        };
        &self.text[start..self.ends[number]]
    }

    /// All texts in order.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|number| self.text(number))
    }

    /// The number of a text that is known.
    pub fn find(&self, text: &str) -> Option<u32> {
        match self.places.is_empty() {
            true => None,
            false => self.probe(text, hash(text)).ok(),
        }
    }

    /// The number of a text, a new one if it is not known.
    pub fn number(&mut self, text: &str) -> u32 {
        if (self.len() + 1) * 2 > self.places.len() {
            self.grow();
        }
        let hash = hash(text);
        match self.probe(text, hash) {
            Ok(number) => number,
            Err(place) => {
                let number = self.len() as u32;
                self.text.push_str(text);
                self.ends.push(self.text.len());
                self.places[place] = ((hash >> 32) as u32, number + 1);
                number
            }
        }
    }

    /// The number of a text, or the free place for it.
    fn probe(&self, text: &str, hash: u64) -> Result<u32, usize> {
        let mask = self.places.len() - 1;
        let mut place = hash as usize & mask;
        loop {
            match self.places[place] {
                (_, 0) => return Err(place),
                (upper, number)
                    if upper == (hash >> 32) as u32 && self.text(number as usize - 1) == text =>
                {
                    return Ok(number - 1);
                }
                _ => place = (place + 1) & mask,
            }
        }
    }

    fn grow(&mut self) {
        let size = (self.places.len() * 2).max(16);
        let mut places = vec![(0, 0); size];
        for number in 0..self.len() {
            let hash = hash(self.text(number));
            let mut place = hash as usize & (size - 1);
            while places[place].1 != 0 {
                place = (place + 1) & (size - 1);
            }
            places[place] = ((hash >> 32) as u32, number as u32 + 1);
        }
        self.places = places;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_follow_first_appearance() {
        let mut interner = Interner::default();
        assert_eq!(interner.find("a"), None);
        let numbers: Vec<u32> = ["b", "", "a", "b", "", "a long text of many words"]
            .into_iter()
            .map(|text| interner.number(text))
            .collect();
        assert_eq!(numbers, [0, 1, 2, 0, 1, 3]);
        assert_eq!(interner.texts().take(3).collect::<Vec<_>>(), ["b", "", "a"]);
        assert_eq!(interner.find("c"), None);
    }

    #[test]
    fn many_texts_are_told_apart() {
        let texts: Vec<String> = (0..20_000).map(|i| format!("{}", i * 7)).collect();
        let interner = Interner::of(texts.iter().map(String::as_str));
        assert_eq!(interner.len(), texts.len());
        for (i, text) in texts.iter().enumerate() {
            assert_eq!(
                (interner.find(text), interner.text(i)),
                (Some(i as u32), text.as_str())
            );
        }
    }
}
