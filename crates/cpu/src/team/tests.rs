//! Every task once, for any team, through naps, nesting, contention and panics.

use std::sync::atomic::AtomicUsize;

use super::*;

fn counts(team: &Team, tasks: usize) -> Vec<usize> {
    let seen: Vec<AtomicUsize> = (0..tasks).map(|_| AtomicUsize::new(0)).collect();
    team.run(tasks, &|i| {
        seen[i].fetch_add(1, Ordering::Relaxed);
    });
    seen.into_iter().map(AtomicUsize::into_inner).collect()
}

#[test]
fn every_task_runs_once() {
    for threads in [0, 1, 2, 3, 7] {
        let team = Team::new(threads);
        assert_eq!(team.threads(), threads.max(1));
        for round in 0..300 {
            let tasks = round % 11;
            assert_eq!(counts(&team, tasks), vec![1; tasks]);
        }
    }
}

#[test]
fn workers_wake_after_a_pause_and_end_when_dropped() {
    for _ in 0..20 {
        let team = Team::new(3);
        thread::sleep(std::time::Duration::from_millis(2));
        assert_eq!(counts(&team, 9), vec![1; 9]);
    }
}

#[test]
fn a_run_within_a_task_goes_on_in_its_thread() {
    let team = Team::new(3);
    let sum = AtomicUsize::new(0);
    team.run(4, &|_| {
        team.run(5, &|i| {
            sum.fetch_add(i, Ordering::Relaxed);
        });
    });
    assert_eq!(sum.into_inner(), 40);
}

#[test]
fn several_callers_share_one_team() {
    let team = Team::new(2);
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| (0..200).for_each(|_| assert_eq!(counts(&team, 6), vec![1; 6])));
        }
    });
}

#[test]
fn a_panic_reaches_the_caller_and_leaves_the_team_usable() {
    let team = Team::new(3);
    for bad in [0, 5, 99] {
        let result = catch_unwind(AssertUnwindSafe(|| {
            team.run(100, &|i| assert!(i != bad, "task {i}"));
        }));
        assert!(result.is_err());
        assert_eq!(counts(&team, 20), vec![1; 20]);
    }
}

#[test]
fn panics_reach_the_caller_whose_work_it_is() {
    let team = Team::new(2);
    thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..500 {
                let fails = || -> bool { panic!("an errand") };
                let sent = AssertUnwindSafe(|| team.beside(&fails, &mut || {}));
                assert!(catch_unwind(sent).is_err());
            }
        });
        scope.spawn(|| {
            for round in 0..2000 {
                assert_eq!(counts(&team, 64), vec![1; 64], "round {round}");
            }
        });
    });
}

#[test]
fn an_errand_is_done_once_beside_runs_naps_and_panics() {
    for threads in [1, 2, 4] {
        let team = Team::new(threads);
        let done = AtomicUsize::new(0);
        for round in 0..300 {
            if round % 100 == 99 {
                thread::sleep(std::time::Duration::from_millis(2));
            }
            // In parts, each once.
            let left = AtomicUsize::new(1 + round % 5);
            let errand = || {
                let last = left.fetch_sub(1, Ordering::Relaxed) == 1;
                done.fetch_add(usize::from(last), Ordering::Relaxed);
                !last
            };
            team.beside(&errand, &mut || {
                assert_eq!(counts(&team, round % 7), vec![1; round % 7]);
            });
            assert_eq!(done.load(Ordering::Relaxed), round + 1);
        }
        let fails = || -> bool { panic!("an errand") };
        let result = catch_unwind(AssertUnwindSafe(|| team.beside(&fails, &mut || {})));
        assert!(result.is_err());
        let errand = || false;
        let main = AssertUnwindSafe(|| team.beside(&errand, &mut || panic!("main")));
        assert!(catch_unwind(main).is_err());
        // An errand within an errand goes on in its thread.
        let within = || {
            team.beside(&|| false, &mut || {});
            false
        };
        team.beside(&within, &mut || {});
        assert_eq!(counts(&team, 5), vec![1; 5]);
    }
}
