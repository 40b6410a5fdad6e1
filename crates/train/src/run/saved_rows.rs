//! Rows for a model out of a file: a table, an array, or arrays by the names of the inputs.

use std::path::Path;

use regimen_data::{Array, CsvOptions, Table, Values, read_array, read_arrays, read_table};
use regimen_graph::{DType, Data, Tensor};
use regimen_nn::host::{HostInfo, HostValue, Texts};
use regimen_nn::model::InputInfo;

use super::new_rows::{at_data, in_words};
use super::{NewRows, RunError, Saved};
use crate::arrays::tensor;
use crate::{Arrays, TrainError};

impl Saved<'_> {
    /// Rows for the model: a table, its columns in the order of the features, those of several inputs one after the other, or
    /// found by the names of inputs that take one value a row; an array (`.npy`); or, for several inputs, arrays by their
    /// names (`.npz`). Inputs that take texts have the cells of their columns as they stand. Nothing else is done to them
    /// but what the model itself does.
    ///
    /// # Errors
    ///
    /// What is no such file, cells that are no numbers, and sizes that the model does not take.
    pub fn read(&self, file: &Path) -> Result<NewRows, RunError> {
        self.rows(file).map_err(in_words)
    }

    fn rows(&self, file: &Path) -> Result<NewRows, TrainError> {
        let kind = file.extension().unwrap_or_default().to_string_lossy();
        let values = match kind.to_lowercase().as_str() {
            "npz" => self.arrays_by_name(file)?,
            "npy" => self.one_array(file)?,
            _ => {
                let options = CsvOptions::default();
                let table = read_table(file, &options, self.max_memory).map_err(at_data)?;
                self.columns(&table, file)?
            }
        };
        let x = match &self.host {
            None => values.iter().filter_map(|v| v.numbers().cloned()).collect(),
            Some(host) => {
                let made = host.apply(&values)?;
                made.iter().filter_map(|v| v.numbers().cloned()).collect()
            }
        };
        let arrays = Arrays {
            x,
            ..Arrays::default()
        };
        let name = file.display().to_string();
        arrays.check(&name)?;
        Ok(NewRows {
            name,
            arrays,
            notes: vec![],
            files: vec![],
            numbers: vec![],
        })
    }

    fn arrays_by_name(&self, file: &Path) -> Result<Vec<HostValue>, TrainError> {
        let one = self.inputs.len() == 1;
        let names = self.inputs.iter().map(|(name, _)| name.as_str());
        let wanted: Vec<Vec<&str>> = names
            .map(|name| if one { vec![name, "x"] } else { vec![name] })
            .collect();
        let lists: Vec<&[&str]> = wanted.iter().map(Vec::as_slice).collect();
        let found = read_arrays(file, &lists, self.max_memory).map_err(at_data)?;
        let each = self.inputs.iter().zip(found);
        let each = each.map(|((name, info), found)| match found {
            Some((_, array)) => value(array, info, name, file),
            None => Err(TrainError::Arguments(format!(
                "{}: holds no array `{name}`, which is an input of the model",
                file.display()
            ))),
        });
        each.collect()
    }

    fn one_array(&self, file: &Path) -> Result<Vec<HostValue>, TrainError> {
        let [(name, info)] = self.inputs.as_slice() else {
            let names: Vec<&str> = self.inputs.iter().map(|(name, _)| name.as_str()).collect();
            return Err(TrainError::Arguments(format!(
                "{}: one array, the model has {} inputs ({}); give them in a .npz file by these names, or in a table",
                file.display(),
                names.len(),
                names.join(", ")
            )));
        };
        let array = read_array(file, self.max_memory).map_err(at_data)?;
        Ok(vec![value(array, info, name, file)?])
    }

    /// The inputs from a table's columns: by name, or in their order.
    fn columns(&self, table: &Table, file: &Path) -> Result<Vec<HostValue>, TrainError> {
        if let [(name, info)] = self.inputs.as_slice()
            && info.dtype.is_some()
        {
            let all: Vec<usize> = (0..table.columns().len()).collect();
            return Ok(vec![value(numbers(table, &all, file)?, info, name, file)?]);
        }
        let parts = self.parts(table, file)?;
        let each = self.inputs.iter().zip(parts);
        let each = each.map(|((name, info), columns)| match info.dtype {
            Some(_) => value(numbers(table, &columns, file)?, info, name, file),
            None => Ok(texts(table, &columns, info)),
        });
        each.collect()
    }

    /// The columns of each input.
    fn parts(&self, table: &Table, file: &Path) -> Result<Vec<Vec<usize>>, TrainError> {
        let known = table.columns();
        let named = |name: &str| known.iter().position(|column| column == name);
        let widths: Vec<Option<usize>> = self.inputs.iter().map(|(_, info)| width(info)).collect();
        let by_name = |((name, _), width): (&(String, HostInfo), &Option<usize>)| {
            named(name).filter(|_| *width == Some(1)).map(|at| vec![at])
        };
        let pairs = self.inputs.iter().zip(&widths);
        if let Some(found) = pairs.map(by_name).collect::<Option<Vec<Vec<usize>>>>() {
            return Ok(found);
        }
        let all: Option<usize> = widths.iter().copied().sum();
        if all != Some(known.len()) {
            let each = self.inputs.iter().zip(&widths).map(|((name, _), width)| {
                width.map_or(format!("`{name}`: any number"), |n| {
                    format!("`{name}`: {n}")
                })
            });
            return Err(TrainError::Arguments(format!(
                "{}: has {} columns ({}); the model takes, one input after the other, {}; name columns as the inputs, or give as many",
                file.display(),
                known.len(),
                known.join(", "),
                each.collect::<Vec<_>>().join(", ")
            )));
        }
        let mut next = 0;
        let part = |width: &Option<usize>| {
            let from = next;
            next += width.unwrap_or(0);
            (from..next).collect()
        };
        Ok(widths.iter().map(part).collect())
    }
}

/// Values in a row of an input.
fn width(info: &HostInfo) -> Option<usize> {
    info.shape.iter().copied().product()
}

/// Numbers as an input takes them.
fn value(array: Array, info: &HostInfo, name: &str, file: &Path) -> Result<HostValue, TrainError> {
    let Some(dtype) = info.dtype else {
        return Err(TrainError::Arguments(format!(
            "{}: holds numbers, the input `{name}` takes texts; give a table (.csv) with a column of them",
            file.display()
        )));
    };
    let info = InputInfo {
        shape: info.shape.clone(),
        dtype,
    };
    Ok(shaped(array, &info, name, file)?.into())
}

/// Cells as they stand.
fn texts(table: &Table, columns: &[usize], info: &HostInfo) -> HostValue {
    let rows = 0..table.rows();
    let cells = rows.flat_map(|row| columns.iter().map(move |&column| table.cell(row, column)));
    let shape = [table.rows()]
        .into_iter()
        .chain(info.shape.iter().flatten().copied());
    let shape = shape.collect();
    let data = cells.map(|cell| cell.to_string()).collect();
    Texts { shape, data }.into()
}

/// Columns whose cells are numbers, all of them.
fn numbers(table: &Table, columns: &[usize], file: &Path) -> Result<Array, TrainError> {
    let mut values = Vec::with_capacity(table.rows() * columns.len());
    for row in 0..table.rows() {
        for &column in columns {
            let cell = table.cell(row, column);
            let value: f32 = cell.trim().parse().map_err(|_| {
                TrainError::Arguments(format!(
                    "{}: line {}: column `{}` holds {cell:?}, expected a number: a model of a file takes its features alone, as numbers, in their order",
                    file.display(),
                    table.line(row, column),
                    table.columns()[column],
                ))
            })?;
            values.push(value);
        }
    }
    Ok(Array {
        shape: vec![table.rows(), columns.len()],
        data: Values::F32(values),
    })
}

/// An array as an input takes it: rows of flat numbers are folded where they have as many as a row of the input.
fn shaped(array: Array, info: &InputInfo, name: &str, file: &Path) -> Result<Tensor, TrainError> {
    let own: Vec<usize> = array.shape.iter().skip(1).copied().collect();
    let fits = own.len() == info.shape.len()
        && own
            .iter()
            .zip(&info.shape)
            .all(|(n, size)| size.is_none_or(|size| size == *n));
    let known: Option<Vec<usize>> = info.shape.iter().copied().collect();
    // Flat rows are folded, and axes of one value come and go; another order of axes is another array.
    let plain = |shape: &[usize]| {
        shape
            .iter()
            .copied()
            .filter(|n| *n != 1)
            .collect::<Vec<_>>()
    };
    let flat = own.len() == 1;
    let folded = known.filter(|shape| {
        let as_many = own.iter().product::<usize>() == shape.iter().product::<usize>();
        as_many && (flat || plain(&own) == plain(shape))
    });
    let shape = match (fits, folded) {
        (true, _) => own,
        (false, Some(folded)) => folded,
        (false, None) => {
            let expected = regimen_nn::model::show_optional(&info.shape);
            return Err(TrainError::Arguments(format!(
                "{}: rows have the shape {own:?}, the input `{name}` takes {expected}",
                file.display()
            )));
        }
    };
    let rows = array.shape.first().copied().unwrap_or(0);
    let whole = std::iter::once(rows).chain(shape).collect();
    let made = tensor(Array {
        shape: whole,
        data: array.data,
    });
    if matches!(info.dtype, DType::I32 | DType::I64) {
        check_ids(&made, file)?;
    }
    Ok(typed(made, info.dtype))
}

/// An input of whole numbers takes no others: a fraction or NaN would become another id without a word.
fn check_ids(made: &Tensor, file: &Path) -> Result<(), TrainError> {
    let values = made.to_f64();
    // Beyond 2^24 float32 has gaps: what was read may be another number.
    let most = match made.dtype() {
        DType::F32 => f64::from(1 << 24),
        _ => f64::from(i32::MAX),
    };
    let wrong = |v: &f64| v.fract() != 0.0 || v.abs() >= most;
    let Some(at) = values.iter().position(wrong) else {
        return Ok(());
    };
    let width = (values.len() / made.shape.first().copied().unwrap_or(1).max(1)).max(1);
    Err(TrainError::Arguments(format!(
        "{}: row {}, number {}: {}, expected a whole number below {most}: the input takes ids; larger ones are read from .npy files of int32",
        file.display(),
        at / width + 1,
        at % width + 1,
        values[at]
    )))
}

/// The numbers in the type that the input declares.
fn typed(made: Tensor, dtype: DType) -> Tensor {
    let data = match (dtype, made.dtype()) {
        (DType::I32, DType::F32 | DType::I64) => {
            Data::I32(made.to_f64().iter().map(|v| *v as i32).collect())
        }
        (DType::I64, DType::F32 | DType::I32) => {
            Data::I64(made.to_f64().iter().map(|v| *v as i64).collect())
        }
        (DType::F32, DType::I32 | DType::I64) => {
            Data::F32(made.to_f64().iter().map(|v| *v as f32).collect())
        }
        _ => return made,
    };
    Tensor {
        shape: made.shape,
        data,
    }
}
