//! Registers for virtual values: each is taken at its first step and given back after its last.

use super::{Arg, Instr};

/// Numbers the virtual registers of `code` (any `Arg::Register` is virtual) anew; those of `pinned` steps stay
/// taken throughout. Returns how many there are.
pub(super) fn assign(pinned: &mut [Instr], code: &mut [Instr]) -> usize {
    let mut last = [usize::MAX; 256];
    for (at, instr) in code.iter().enumerate() {
        for arg in instr.args.iter().chain([&instr.dst]) {
            if let Arg::Register(v) = arg {
                last[usize::from(*v)] = at;
            }
        }
    }
    let mut place = [u8::MAX; 256];
    let mut count = 0usize;
    for instr in pinned.iter_mut() {
        if let Arg::Register(v) = instr.dst {
            (place[usize::from(v)], instr.dst) = (count as u8, Arg::Register(count as u8));
            last[usize::from(v)] = usize::MAX;
            count += 1;
        }
    }
    let mut free: Vec<u8> = vec![];
    for (at, instr) in code.iter_mut().enumerate() {
        let mut ended = vec![];
        for arg in &mut instr.args {
            if let Arg::Register(v) = *arg {
                *arg = Arg::Register(place[usize::from(v)]);
                if last[usize::from(v)] == at && !ended.contains(&place[usize::from(v)]) {
                    ended.push(place[usize::from(v)]);
                }
            }
        }
        // Steps work lane by lane, so a result may take the place of an input that ends here.
        free.extend(&ended);
        if let Arg::Register(v) = instr.dst {
            let register = free.pop().unwrap_or_else(|| {
                count += 1;
                (count - 1) as u8
            });
            place[usize::from(v)] = register;
            instr.dst = Arg::Register(register);
            if last[usize::from(v)] == at {
                free.push(register);
            }
        }
    }
    count.max(1)
}
