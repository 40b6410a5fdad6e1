//! The arrays of one layer of a legacy file, as the weights that the layer has today.

use std::collections::BTreeMap;

use regimen_graph::Tensor;
use regimen_nn::WeightInfo;

use super::gates::{self, Part};
use super::kernels::{self, Kernel};
use super::order::OwnWeights;
use crate::hdf5::{H5Error, H5File};
use crate::keras::floats;

/// The arrays of a layer.
#[derive(Debug)]
pub(super) struct Arrays<'a> {
    pub(super) file: &'a H5File,
    /// Paths of the datasets, in their order.
    pub(super) datasets: &'a [String],
    /// Name of the layer in the file.
    pub(super) layer: &'a str,
    /// Whether Keras 0 or 1 wrote them.
    pub(super) of_keras_1: bool,
    /// Whether Theano's convolution turned the kernels.
    pub(super) turned: bool,
}

impl Arrays<'_> {
    /// The weights of a layer, by path.
    pub(super) fn read(&self, own: &OwnWeights<'_>) -> Result<BTreeMap<String, Tensor>, H5Error> {
        let mut first = None;
        for order in self.orders(own) {
            match self.in_order(own, &order) {
                Ok(read) => return Ok(read),
                Err(fault) => first = first.or(Some(fault)),
            }
        }
        Err(first.unwrap_or_else(|| self.refused("has no weights".to_owned())))
    }

    /// The same as far as it fits, and what does not: each array by itself where there are as many as weights, as Keras does.
    pub(super) fn read_what_fits(
        &self,
        own: &OwnWeights<'_>,
    ) -> Result<(BTreeMap<String, Tensor>, Vec<String>), H5Error> {
        let fault = match self.read(own) {
            Ok(read) => return Ok((read, vec![])),
            Err(fault) => fault,
        };
        let orders = self.orders(own);
        let order = orders.iter().find(|o| o.len() == self.datasets.len());
        let Some(order) = order else {
            return Err(fault);
        };
        let (mut read, mut skipped) = (BTreeMap::new(), vec![]);
        for (place, weight) in order.iter().enumerate() {
            match self.weight(own, weight, &Part::Whole(place)) {
                Ok(value) => _ = read.insert(weight.path.clone(), value),
                Err(fault) => skipped.push(format!("{}: {fault}", weight.path)),
            }
        }
        Ok((read, skipped))
    }

    /// The order whose names are those of the file comes first.
    fn orders<'w>(&self, own: &'w OwnWeights<'_>) -> Vec<Vec<&'w WeightInfo>> {
        let mut orders = own.orders().to_vec();
        if orders[0]
            .iter()
            .map(|w| &w.path)
            .eq(orders[1].iter().map(|w| &w.path))
        {
            orders.truncate(1);
        }
        orders.sort_by_key(|order| !self.has_names_of(order));
        orders
    }

    fn has_names_of(&self, order: &[&WeightInfo]) -> bool {
        let last = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
        order.len() == self.datasets.len()
            && order.iter().zip(self.datasets).all(|(weight, dataset)| {
                let name = last(dataset);
                name.split(':').next() == Some(last(&weight.path).as_str())
            })
    }

    fn in_order(
        &self,
        own: &OwnWeights<'_>,
        order: &[&WeightInfo],
    ) -> Result<BTreeMap<String, Tensor>, H5Error> {
        let shapes: Vec<&[usize]> = self
            .datasets
            .iter()
            .map(|path| self.file.datasets()[path].shape.as_slice())
            .collect();
        let parts = gates::parts(order, &shapes).ok_or_else(|| {
            let names: Vec<&str> = order.iter().map(|w| w.path.as_str()).collect();
            self.refused(format!(
                "has {} arrays, the layer has {} weights ({})",
                shapes.len(),
                order.len(),
                names.join(", ")
            ))
        })?;
        let mut read = BTreeMap::new();
        for (weight, part) in order.iter().zip(parts) {
            read.insert(weight.path.clone(), self.weight(own, weight, &part)?);
        }
        Ok(read)
    }

    /// One weight of the layer.
    fn weight(
        &self,
        own: &OwnWeights<'_>,
        weight: &WeightInfo,
        part: &Part,
    ) -> Result<Tensor, H5Error> {
        let name = weight.path.rsplit('/').next().unwrap_or_default();
        let owner = own.owner(&weight.layer);
        let kernel = Kernel {
            class: owner.map_or("", |o| o.class),
            name,
            channels_first: owner.is_some_and(|o| o.channels_first),
            of_keras_1: self.of_keras_1,
            turned: self.turned,
        };
        let fit = |dataset: usize, shape: &[usize]| -> Result<Tensor, H5Error> {
            let found = self.array(dataset, shape, &weight.path)?;
            kernels::fit(found, &kernel, shape).map_err(|found| self.mismatch(&found, weight))
        };
        match part {
            Part::Whole(dataset) => fit(*dataset, &weight.shape),
            Part::Gates(datasets) => {
                let shape = gates::of_one(&weight.shape, datasets.len());
                let each: Result<Vec<Tensor>, H5Error> =
                    datasets.iter().map(|d| fit(*d, &shape)).collect();
                Ok(gates::joined(&each?, &weight.shape))
            }
            Part::Cudnn(dataset, gates) => {
                let found = self.file.datasets()[&self.datasets[*dataset]].shape.clone();
                let read = floats(self.file.read(&self.datasets[*dataset], &found)?);
                let shape = weight.shape.as_slice();
                gates::from_cudnn(&read, name, *gates, shape)
                    .ok_or_else(|| self.mismatch(&read.shape, weight))
            }
        }
    }

    /// An array as floats; as many numbers as the weight has, so that nothing larger is ever read.
    fn array(&self, dataset: usize, shape: &[usize], weight: &str) -> Result<Tensor, H5Error> {
        let path = &self.datasets[dataset];
        let found = &self.file.datasets()[path].shape;
        let count = |shape: &[usize]| shape.iter().product::<usize>();
        if count(found) != count(shape) {
            return Err(H5Error::Refused {
                path: path.clone(),
                fault: format!("has the shape {found:?}, expected {shape:?} for {weight}"),
            });
        }
        Ok(floats(self.file.read(path, &found.clone())?))
    }

    fn mismatch(&self, found: &[usize], weight: &WeightInfo) -> H5Error {
        let (shape, path) = (&weight.shape, &weight.path);
        self.refused(format!(
            "has an array of the shape {found:?}, expected {shape:?} for {path}"
        ))
    }

    fn refused(&self, fault: String) -> H5Error {
        H5Error::Refused {
            path: self.layer.to_owned(),
            fault,
        }
    }
}
