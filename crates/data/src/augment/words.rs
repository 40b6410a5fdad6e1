//! Texts changed at random: words dropped, neighbours exchanged. A row holds word ids; 0 pads, on
//! one side, and the id that begins a text stands before its words.

use regimen_run::spec::{DropMode, Side};

use crate::random::Draws;
use crate::text::{PAD, TextEncoding};

/// What must be known of a text input.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Words {
    /// The id that begins each text, if there is one.
    start: Option<i32>,
    unknown: i32,
    padding: Side,
}

impl Words {
    pub fn of(encoding: &TextEncoding) -> Words {
        Words {
            start: encoding.begin(),
            unknown: encoding.unknown(),
            padding: encoding.padding,
        }
    }

    fn is_word(&self, id: i32) -> bool {
        id != PAD && Some(id) != self.start
    }

    /// Places of the words of a row.
    fn places(&self, ids: &[i32]) -> Vec<usize> {
        let places = 0..ids.len();
        places.filter(|&i| self.is_word(ids[i])).collect()
    }

    /// Takes each word away with a chance of `rate`.
    pub fn drop(&self, ids: &mut [i32], rate: f64, mode: DropMode, draws: &mut Draws) {
        let drawn: Vec<(usize, f64)> = self
            .places(ids)
            .into_iter()
            .map(|place| (place, draws.unit()))
            .collect();
        let dropped = drawn.iter().filter(|(_, draw)| *draw < rate);
        match mode {
            DropMode::Unknown => dropped.for_each(|&(place, _)| ids[place] = self.unknown),
            DropMode::Remove => {
                // A text without words would be one without any step for a layer that masks.
                let last = drawn.iter().max_by(|a, b| a.1.total_cmp(&b.1));
                let stays = last.map(|(place, _)| *place);
                for &(place, _) in dropped.filter(|(place, _)| Some(*place) != stays) {
                    ids[place] = PAD;
                }
                self.close_up(ids);
            }
        }
    }

    /// Brings all padding to its side; the others keep their order.
    fn close_up(&self, ids: &mut [i32]) {
        let kept: Vec<i32> = ids.iter().copied().filter(|&id| id != PAD).collect();
        let from = match self.padding {
            Side::Pre => ids.len() - kept.len(),
            Side::Post => 0,
        };
        ids.fill(PAD);
        ids[from..from + kept.len()].copy_from_slice(&kept);
    }

    /// Exchanges each pair of neighbours with a chance of `rate`, from the left; a word that moved stays.
    pub fn swap_by_rate(&self, ids: &mut [i32], rate: f64, draws: &mut Draws) {
        let places = self.places(ids);
        let mut i = 0;
        while i + 1 < places.len() {
            let swaps = draws.unit() < rate;
            if swaps {
                ids.swap(places[i], places[i + 1]);
            }
            i += 1 + usize::from(swaps);
        }
    }

    /// Exchanges `count` pairs of neighbours, one after the other, each drawn from all.
    pub fn swap_by_count(&self, ids: &mut [i32], count: usize, draws: &mut Draws) {
        let places = self.places(ids);
        if places.len() < 2 {
            return;
        }
        for _ in 0..count {
            let i = draws.below(places.len() - 1);
            ids.swap(places[i], places[i + 1]);
        }
    }
}
