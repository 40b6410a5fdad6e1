//! `regimen explain`: the long text of a finding or a remedy.

use clap::ArgMatches;
use regimen::doctor::{self, FINDINGS};
use regimen::run::nearest;
use regimen::treat;

use crate::failure::Failure;
use crate::{screen, train};

pub(crate) fn run(args: &ArgMatches) -> Result<(), Failure> {
    let name: &String = train::required(args, "finding")?;
    let id = name.trim().replace('-', "_").to_lowercase();
    if let Some(remedy) = treat::remedies::find(&id) {
        let text = format!(
            "{} ({}, a remedy)\n\n{}\n",
            remedy.title, remedy.id, remedy.explain
        );
        screen::write(&text)?;
        return Ok(());
    }
    let Some(def) = doctor::find(&name.trim().replace('-', "_").to_lowercase()) else {
        let findings = FINDINGS.iter().map(|def| def.id);
        let ids: Vec<&str> = findings
            .chain(treat::REMEDIES.iter().map(|def| def.id))
            .collect();
        let hint = match nearest(name, ids.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known: {}", ids.join(", ")),
        };
        return Err(Failure::Error(format!(
            "there is no finding or remedy `{name}`: {hint}"
        )));
    };
    let mut text = format!("{} ({})\n\n{}\n", def.title, def.id, def.explain.trim());
    if !def.remedies.is_empty() {
        text += &format!(
            "\nRemedies, most promising first: {}\n",
            def.remedies.join(", ")
        );
    }
    let (alarms, told) = doctor::alarm_rate(def.id);
    text += &format!(
        "\nWhere all is well: told of {told} of {} sound runs and programs, an alarm in {alarms} ({}).\n",
        doctor::SOUND,
        doctor::MEASURED
    );
    screen::write(&text)?;
    Ok(())
}
