//! The form in which a model takes and gives its tensors, and in which a call has them: one, lists, tables, each inside of each.

use serde_json::{Map, Value as Json};

use super::keras::sorted;

/// A structure with a place for every tensor. Tables are in the order of their keys, in which Keras has their values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// A tensor.
    Tensor,
    /// A list, or a tuple.
    List(Vec<Form>),
    /// A dict.
    Table(Vec<(String, Form)>),
}

impl Form {
    /// The form of a value where `is_tensor` says what is one; none for what is no list, no table and no tensor, and for what has
    /// no tensor in it.
    pub(crate) fn of(value: &Json, is_tensor: &dyn Fn(&Json) -> bool) -> Option<Form> {
        if is_tensor(value) {
            return Some(Form::Tensor);
        }
        let form = match value {
            Json::Array(items) => {
                let parts = items.iter().filter_map(|item| Form::of(item, is_tensor));
                Form::List(parts.collect())
            }
            Json::Object(map) => {
                let part =
                    |(key, item): (&String, &Json)| Some((key.clone(), Form::of(item, is_tensor)?));
                Form::Table(sorted(map).filter_map(part).collect())
            }
            _ => return None,
        };
        (form.count() > 0).then_some(form)
    }

    /// How many tensors it has.
    pub fn count(&self) -> usize {
        match self {
            Form::Tensor => 1,
            Form::List(parts) => parts.iter().map(Form::count).sum(),
            Form::Table(parts) => parts.iter().map(|(_, part)| part.count()).sum(),
        }
    }

    /// The keys of a table of tensors.
    pub fn keys(&self) -> Option<Vec<String>> {
        let Form::Table(parts) = self else {
            return None;
        };
        let plain = parts.iter().all(|(_, part)| *part == Form::Tensor);
        plain.then(|| parts.iter().map(|(key, _)| key.clone()).collect())
    }

    /// Values in this form, in order; null where there are too few.
    pub(crate) fn filled(&self, values: &mut dyn Iterator<Item = Json>) -> Json {
        match self {
            Form::Tensor => values.next().unwrap_or_default(),
            Form::List(parts) => parts.iter().map(|part| part.filled(values)).collect(),
            Form::Table(parts) => {
                let each = parts.iter();
                let each = each.map(|(key, part)| (key.clone(), part.filled(values)));
                Json::Object(each.collect::<Map<String, Json>>())
            }
        }
    }
}
