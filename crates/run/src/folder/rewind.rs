//! Which events belong to a state that a run is resumed from.
//!
//! Events stand in the order in which they happened, so what belongs to a state is a beginning of
//! the list: up to the record of its checkpoint, and up to the end of the last epoch whose steps
//! it has, with what was said at that end (an epoch's end may be recorded after the checkpoint made
//! at it). The rest was done by a process whose state is lost, and will be done again.

use crate::Event;

/// Number of leading events that belong to the state after `step` optimizer steps, within or at
/// the end of `epoch` (0-based).
pub(super) fn belonging(events: &[&Event], epoch: usize, step: u64) -> usize {
    let recorded = events
        .iter()
        .rposition(|e| matches!(e, Event::Checkpoint { step: s, .. } if *s == step));
    let anchor = match recorded {
        Some(i) => i + 1,
        // Killed between writing the checkpoint and recording it.
        None => events
            .iter()
            .position(|event| beyond(event, epoch, step))
            .unwrap_or(events.len()),
    };
    let ended = events
        .iter()
        .rposition(|e| matches!(e, Event::EpochEnd { step: s, .. } if *s <= step));
    let told = |i: usize| {
        let after = events[i + 1..].iter();
        let said = after.take_while(|e| matches!(e, Event::Finding(_) | Event::Message { .. }));
        i + 1 + said.count()
    };
    anchor.max(ended.map_or(0, told))
}

fn beyond(event: &Event, epoch: usize, step: u64) -> bool {
    match event {
        Event::EpochBegin { epoch: e } => *e > epoch,
        Event::EpochEnd { step: s, .. } | Event::Checkpoint { step: s, .. } => *s > step,
        Event::NonFinite { step: s, .. } => *s >= step,
        Event::RunEnd { .. } => true,
        _ => false,
    }
}
