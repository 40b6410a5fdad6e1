//! An optimizer on its own: it keeps what its rule keeps for some weights, and gives what they are after a step.

use std::sync::{Mutex, MutexGuard, PoisonError};

use pyo3::prelude::*;
use pyo3::types::PyAny;
use regimen::graph::{Tensor, Var};
use regimen::nn::OptionValue;
use regimen::nn::constraints::Constraint;
use regimen::nn::optimizers::{self, Optimizer, Parameter, Variable, Weight};

use crate::{arrays, eager, fault, values};

/// A weight as the package tells of it: path, sizes, and its constraint as JSON.
type Told = (String, Vec<usize>, Option<String>);
/// A variable: name, sizes, and the path of its weight.
type Named = (String, Vec<usize>, Option<String>);

/// An optimizer with its state.
#[pyclass(frozen, module = "regimen._regimen")]
pub(crate) struct EagerOptimizer {
    optimizer: Box<dyn Optimizer>,
    weights: Vec<Weight>,
    constraints: Vec<Option<Constraint>>,
    variables: Vec<Variable>,
    values: Mutex<Vec<Tensor>>,
}

#[pymethods]
impl EagerOptimizer {
    /// From an optimizer's config, for these weights.
    #[new]
    fn new(object: &str, weights: Vec<Told>) -> PyResult<EagerOptimizer> {
        let object = values::object(object)?;
        let optimizer = optimizers::read(&object, "").map_err(fault::options)?;
        let mut constraints = vec![];
        for (_, _, constraint) in &weights {
            let read = |text: &String| {
                let known = Constraint::read(&values::json(text)?).map_err(fault::value)?;
                known.resolve().map_err(fault::value)?;
                Ok::<Constraint, PyErr>(known)
            };
            constraints.push(constraint.as_ref().map(read).transpose()?);
        }
        let weights: Vec<Weight> = weights
            .into_iter()
            .map(|(path, shape, _)| Weight {
                path,
                model: None,
                shape,
            })
            .collect();
        let variables = optimizers::variables(optimizer.as_ref(), &weights);
        let values = variables.iter().map(|v| v.first(|_| None)).collect();
        Ok(EagerOptimizer {
            optimizer,
            weights,
            constraints,
            variables,
            values: Mutex::new(values),
        })
    }

    /// What it keeps, in Keras's order.
    fn variables(&self) -> Vec<Named> {
        let all = self.variables.iter();
        all.map(|v| (v.name.clone(), v.shape.clone(), v.weight.clone()))
            .collect()
    }

    /// The value of a variable.
    fn value<'py>(&self, py: Python<'py>, index: usize) -> PyResult<Bound<'py, PyAny>> {
        let value = self.values().get(index).cloned();
        arrays::array(py, value.ok_or_else(|| unknown(index))?)
    }

    /// Sets a variable.
    fn assign(&self, index: usize, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let given = arrays::tensor(value, "value")?;
        let variable = self.variables.get(index).ok_or_else(|| unknown(index))?;
        if given.shape != variable.shape {
            return Err(fault::value(format!(
                "{}: found the shape {:?}, expected {:?}",
                variable.name, given.shape, variable.shape
            )));
        }
        let value = Tensor::from_f64(variable.dtype, given.shape.clone(), &given.to_f64());
        self.values()[index] = value;
        Ok(())
    }

    /// The weights after a step; a gradient that is None leaves its weight as it is.
    fn step<'py>(
        &self,
        py: Python<'py>,
        weights: Vec<Bound<'py, PyAny>>,
        grads: Vec<Option<Bound<'py, PyAny>>>,
    ) -> PyResult<Vec<Option<Bound<'py, PyAny>>>> {
        if weights.len() != self.weights.len() || grads.len() != weights.len() {
            return Err(fault::value(format!(
                "found {} weights and {} gradients, expected {} each",
                weights.len(),
                grads.len(),
                self.weights.len()
            )));
        }
        let count = self.variables.len();
        let mut inputs: Vec<Tensor> = self.values().clone();
        inputs.extend(arrays::tensors(&weights, "weights")?);
        let mut place = vec![];
        for grad in &grads {
            place.push(grad.as_ref().map(|_| inputs.len()));
            if let Some(grad) = grad {
                inputs.push(arrays::tensor(grad, "gradients")?);
            }
        }
        for (i, at) in place.iter().enumerate() {
            let (path, expected) = (&self.weights[i].path, &self.weights[i].shape);
            if let Some(found) = at.map(|at| &inputs[at].shape)
                && found != expected
            {
                return Err(fault::value(format!(
                    "gradient of {path}: found the shape {found:?}, expected {expected:?}"
                )));
            }
        }
        let mut moved = vec![];
        let outputs = eager::run(&inputs, |_, vars| {
            let (all, reached) = self.written(vars, &place);
            moved = reached;
            Ok(all)
        })?;
        let mut outputs = outputs.into_iter();
        *self.values() = outputs.by_ref().take(count).collect();
        moved
            .into_iter()
            .map(|moved| match moved {
                true => outputs.next().map(|t| arrays::array(py, t)).transpose(),
                false => Ok(None),
            })
            .collect()
    }
}

impl EagerOptimizer {
    fn values(&self) -> MutexGuard<'_, Vec<Tensor>> {
        self.values.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Next values of the variables, then of the weights that are reached; and which those are.
    fn written(&self, vars: &[Var], place: &[Option<usize>]) -> (Vec<Var>, Vec<bool>) {
        let count = self.variables.len();
        // An optimizer asks for its own variables alone.
        let at = |v: &Variable| self.variables.iter().position(|known| known.name == v.name);
        let kept = |v: &Variable| vars[at(v).unwrap_or_default()].clone();
        let each = self.weights.iter().enumerate();
        let parameters: Vec<Parameter> = each
            .map(|(i, weight)| Parameter {
                weight: weight.clone(),
                value: vars[count + i].clone(),
                grad: place[i].map(|at| vars[at].clone()),
                constraint: self.constraints[i].clone(),
            })
            .collect();
        let applied = optimizers::apply(self.optimizer.as_ref(), &parameters, &kept);
        let mut all = vars[..count].to_vec();
        for (before, next) in applied.state {
            if let Some(at) = vars[..count].iter().position(|v| *v == before) {
                all[at] = next;
            }
        }
        let moved = applied.weights.iter().map(Option::is_some).collect();
        all.extend(applied.weights.into_iter().flatten());
        (all, moved)
    }
}

fn unknown(index: usize) -> PyErr {
    fault::value(format!("there is no variable {index}"))
}
