//! A run on paper: run specs, events, findings, facts and the run folder
