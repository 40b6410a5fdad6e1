//! What a run is doing, as far as its folder tells.

use std::time::Duration;

use serde::Serialize;

/// Silence after which nobody is at work any more, where locks tell nothing.
const PATIENCE: Duration = Duration::from_secs(30);
/// Epochs of silence, at the run's pace, that are waited for.
const EPOCHS: f64 = 4.0;

/// The state of a run or treatment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    /// It has said nothing yet.
    Waiting,
    /// At work.
    Running,
    /// Its end is written down.
    Finished,
    /// A callback ended it.
    Stopped,
    /// Ctrl-C ended it.
    Interrupted,
    /// The process ended without a word.
    Killed,
    /// No word for long, and no lock that would show a process.
    Silent,
}

/// What a state follows from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Signs<'s> {
    /// The reason of the end that is written down.
    pub ended: Option<&'s str>,
    /// Whether anything was said.
    pub begun: bool,
    /// Whether a process is known to hold the folder.
    pub held: bool,
    /// Whether one was known to, since the last end.
    pub was_held: bool,
    /// Since the last word.
    pub silence: Duration,
    /// Seconds an epoch takes.
    pub pace: f64,
}

impl Signs<'_> {
    /// The state.
    pub fn state(&self) -> State {
        match self.ended {
            Some("stopped") => return State::Stopped,
            Some("interrupted") => return State::Interrupted,
            Some(_) => return State::Finished,
            None => {}
        }
        let pace = Duration::try_from_secs_f64(self.pace * EPOCHS).unwrap_or_default();
        match () {
            _ if self.held && self.begun => State::Running,
            _ if self.held => State::Waiting,
            _ if self.was_held => State::Killed,
            _ if self.silence > PATIENCE.max(pace) => State::Silent,
            _ if self.begun => State::Running,
            _ => State::Waiting,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_follow_from_signs() {
        let quiet = Signs {
            ended: None,
            begun: true,
            held: false,
            was_held: false,
            silence: Duration::ZERO,
            pace: 0.0,
        };
        let hour = Duration::from_secs(3600);
        assert_eq!(quiet.state(), State::Running);
        assert_eq!(
            Signs {
                begun: false,
                ..quiet
            }
            .state(),
            State::Waiting
        );
        assert_eq!(
            Signs {
                silence: hour,
                ..quiet
            }
            .state(),
            State::Silent
        );
        assert_eq!(
            Signs {
                silence: hour,
                pace: 1000.0,
                ..quiet
            }
            .state(),
            State::Running
        );
        assert_eq!(
            Signs {
                silence: hour,
                pace: f64::NAN,
                ..quiet
            }
            .state(),
            State::Silent
        );
        assert_eq!(
            Signs {
                silence: hour,
                held: true,
                ..quiet
            }
            .state(),
            State::Running
        );
        assert_eq!(
            Signs {
                was_held: true,
                ..quiet
            }
            .state(),
            State::Killed
        );
        for (reason, state) in [
            ("finished", State::Finished),
            ("stopped", State::Stopped),
            ("interrupted", State::Interrupted),
        ] {
            let ended = Some(reason);
            assert_eq!(
                Signs {
                    ended,
                    was_held: true,
                    ..quiet
                }
                .state(),
                state
            );
        }
    }
}
