//! `regimen list`: every name that a run file may use, and the options of one.

use clap::ArgMatches;
use regimen::nn::config::{OptionInfo, nearest};
use regimen::nn::object::{same_name, snake_case};
use regimen::nn::{
    activations, constraints, initializers, layers, losses, metrics, optimizers, regularizers,
    schedules,
};
use regimen::{doctor, train::callbacks};
use serde_json::{Map, Value, json};

use crate::failure::Failure;
use crate::{screen, train};

/// What can be listed.
pub(crate) const KINDS: [&str; 11] = [
    "layers",
    "losses",
    "metrics",
    "optimizers",
    "callbacks",
    "initializers",
    "regularizers",
    "constraints",
    "activations",
    "schedules",
    "findings",
];

/// A name with what belongs to it.
struct Entry {
    name: &'static str,
    aliases: &'static [&'static str],
    about: &'static str,
    options: Vec<OptionInfo>,
    /// What a layer takes and gives.
    shapes: Option<&'static str>,
}

impl Entry {
    /// Something without options.
    fn plain(name: &'static str, aliases: &'static [&'static str], about: &'static str) -> Entry {
        Entry {
            name,
            aliases,
            about,
            options: vec![],
            shapes: None,
        }
    }

    fn names(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.name).chain(self.aliases.iter().copied())
    }
}

/// Entries of registered classes, which all have the same fields.
macro_rules! classes {
    ($defs:expr) => {
        $defs
            .iter()
            .map(|def| Entry {
                name: def.class_name,
                aliases: def.aliases,
                about: def.about,
                options: (def.options)(),
                shapes: None,
            })
            .collect::<Vec<Entry>>()
    };
}

/// Metrics that stand for another by the shapes of targets and predictions; no class of their own.
const BY_SHAPES: [(&str, &[&str], &str); 2] = [
    (
        "accuracy",
        &["acc"],
        "binary, categorical or sparse categorical accuracy, chosen by shapes",
    ),
    (
        "crossentropy",
        &["ce"],
        "binary, categorical or sparse categorical crossentropy, chosen by shapes",
    ),
];

pub(crate) fn run(args: &ArgMatches) -> Result<(), Failure> {
    let kind: &String = train::required(args, "what")?;
    let entries = entries(kind);
    let json = args.get_flag("json");
    let text = match args.get_one::<String>("name") {
        Some(name) => {
            let entry = find(&entries, kind, name)?;
            if json {
                format!("{:#}\n", object(entry))
            } else {
                details(entry)
            }
        }
        None if json => format!("{}\n", json!(names(kind, &entries))),
        None => table(&entries),
    };
    screen::write(&text)?;
    Ok(())
}

/// Every name, aliases included.
fn names(kind: &str, entries: &[Entry]) -> Vec<String> {
    // Keras knows the classes of these kinds by their names in snake case too.
    let snake = ["initializers", "regularizers", "constraints"].contains(&kind);
    let mut all: Vec<String> = Vec::new();
    for entry in entries {
        let snake = snake.then(|| snake_case(entry.name));
        for name in entry.names().map(str::to_owned).chain(snake) {
            if !all.contains(&name) {
                all.push(name);
            }
        }
    }
    all
}

fn entries(kind: &str) -> Vec<Entry> {
    match kind {
        "layers" => {
            let shapes = |name| layers::LAYER_SHAPES.iter().find(|s| s.0 == name);
            let mut all = classes!(layers::LAYERS);
            for entry in &mut all {
                entry.shapes = shapes(entry.name).map(|s| s.1);
                let own = |o: &OptionInfo| entry.options.iter().any(|e| e.name == o.name);
                let mut shared = layers::shared_options(entry.name);
                shared.retain(|option| !own(option));
                entry.options.extend(shared);
            }
            all
        }
        "losses" => classes!(losses::LOSSES),
        "metrics" => {
            let mut all = classes!(metrics::METRICS);
            let plain = |&(name, aliases, about)| Entry::plain(name, aliases, about);
            all.extend(BY_SHAPES.iter().map(plain));
            // The running mean of any loss is a metric, too.
            let means = losses::LOSSES.iter();
            let means = means.filter(|def| metrics::find(def.class_name).is_none());
            all.extend(means.map(|def| Entry {
                options: (def.options)(),
                ..Entry::plain(def.class_name, def.aliases, def.about)
            }));
            all
        }
        "optimizers" => classes!(optimizers::OPTIMIZERS),
        "schedules" => classes!(schedules::SCHEDULES),
        "callbacks" => classes!(callbacks::CALLBACKS),
        "initializers" => classes!(initializers::INITIALIZERS),
        "regularizers" => classes!(regularizers::REGULARIZERS),
        "constraints" => classes!(constraints::CONSTRAINTS),
        "activations" => {
            let all = activations::ACTIVATIONS.iter();
            all.map(|d| Entry::plain(d.name, d.aliases, d.about))
                .collect()
        }
        // The parser admits no other kind.
        _ => {
            let all = doctor::FINDINGS.iter();
            all.map(|d| Entry::plain(d.id, &[], d.title)).collect()
        }
    }
}

fn find<'e>(entries: &'e [Entry], kind: &str, name: &str) -> Result<&'e Entry, Failure> {
    if let Some(found) = known(entries, name) {
        return Ok(found);
    }
    let near = || nearest(name, entries.iter().flat_map(Entry::names));
    let hint = match (elsewhere(kind, name), near()) {
        (Some(text), _) => text,
        (None, Some(near)) => format!("did you mean `{near}`?"),
        (None, None) => format!("`regimen list {kind}` prints all"),
    };
    Err(Failure::Error(format!(
        "`{name}` is not among the {kind}: {hint}"
    )))
}

/// The entry with this name: as it is written, else without regard to case and underscores.
fn known<'e>(entries: &'e [Entry], name: &str) -> Option<&'e Entry> {
    let exact = |e: &&Entry| e.names().any(|own| own == name);
    let alike = |e: &&Entry| e.names().any(|own| same_name(own, name));
    let found = entries.iter().find(exact);
    found.or_else(|| entries.iter().find(alike))
}

/// Where a name of another kind can be found.
fn elsewhere(kind: &str, name: &str) -> Option<String> {
    let mut others = KINDS.iter().filter(|other| **other != kind);
    let other = others.find(|other| known(&entries(other), name).is_some())?;
    Some(format!(
        "it is one of the {other}; see `regimen list {other} {name}`"
    ))
}

fn object(entry: &Entry) -> Value {
    let option = |option: &OptionInfo| {
        let mut map = Map::new();
        map.insert("name".to_owned(), option.name.into());
        map.insert("kind".to_owned(), option.kind.into());
        map.insert("required".to_owned(), option.default.is_none().into());
        if let Some(default) = &option.default {
            map.insert("default".to_owned(), default.clone());
        }
        Value::Object(map)
    };
    let mut object = json!({
        "name": entry.name,
        "aliases": entry.aliases,
        "about": entry.about,
        "options": entry.options.iter().map(option).collect::<Vec<_>>(),
    });
    if let Some(shapes) = entry.shapes {
        object["shapes"] = shapes.into();
    }
    object
}

fn details(entry: &Entry) -> String {
    let mut text = format!("{}: {}\n", entry.name, entry.about);
    if !entry.aliases.is_empty() {
        text += &format!("also: {}\n", entry.aliases.join(", "));
    }
    for line in entry.shapes.iter().flat_map(|shapes| shapes.lines()) {
        text += &format!("    {line}\n");
    }
    let widest = |of: fn(&OptionInfo) -> &str| entry.options.iter().map(|o| of(o).len()).max();
    let (width, kinds) = (widest(|o| o.name), widest(|o| o.kind));
    let (width, kinds) = (width.unwrap_or(0), kinds.unwrap_or(0));
    for option in &entry.options {
        let default = option
            .default
            .as_ref()
            .map_or("required".to_owned(), |value| {
                format!("default {}", short(value))
            });
        text += &format!(
            "  {:width$}  {:kinds$}  {default}\n",
            option.name, option.kind
        );
    }
    text + &values(entry)
}

/// Where the names are that some options take.
fn values(entry: &Entry) -> String {
    let taken = |kind: &&&str| {
        let one = kind.strip_suffix('s').unwrap_or(kind);
        entry.options.iter().any(|o| o.kind.contains(one))
    };
    let lists = KINDS.iter().filter(taken);
    let lists: Vec<String> = lists.map(|kind| format!("`regimen list {kind}`")).collect();
    match lists.is_empty() {
        true => String::new(),
        false => format!("Names to choose from: {}\n", lists.join(", ")),
    }
}

/// A default as people write it: a Keras object without arguments is its name.
fn short(value: &Value) -> String {
    let config = value.get("config").and_then(Value::as_object);
    match (value.get("class_name"), config) {
        (Some(name), Some(config)) if config.is_empty() => name.to_string(),
        _ => value.to_string(),
    }
}

fn table(entries: &[Entry]) -> String {
    let width = entries.iter().map(|e| e.name.len()).max().unwrap_or(0);
    let line = |e: &Entry| {
        let also = match e.aliases {
            [] => String::new(),
            aliases => format!(" (also {})", aliases.join(", ")),
        };
        format!("{:width$}  {}{also}\n", e.name, e.about)
    };
    entries.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_names_and_each_finds_itself() {
        for kind in KINDS {
            let all = entries(kind);
            assert!(!all.is_empty(), "{kind}");
            for entry in &all {
                assert_eq!(
                    find(&all, kind, entry.name).map(|found| found.name).ok(),
                    Some(entry.name)
                );
                assert!(!entry.about.is_empty(), "{}", entry.name);
                assert_eq!(entry.shapes.is_some(), kind == "layers", "{}", entry.name);
                assert!(!details(entry).is_empty());
            }
        }
    }

    #[test]
    fn metrics_by_shapes_are_known_to_the_reader() {
        for (name, aliases, _) in BY_SHAPES {
            for name in std::iter::once(&name).chain(aliases) {
                let read = metrics::read(&(*name).into(), "", &[2, 3], &[2, 3]);
                assert!(read.is_ok(), "{name}: {read:?}");
            }
        }
    }
}
