//! What is written is read back.

use std::io::Write;

use regimen_graph::Data;

use super::*;

fn written(file: H5Writer, bytes_of: impl Fn(&str) -> Vec<u8>) -> Vec<u8> {
    let mut out = vec![];
    let mut fill = |path: &str, to: &mut dyn Write| to.write_all(&bytes_of(path));
    file.write(&mut out, &mut fill).expect("writes");
    out
}

fn floats(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|v| v.to_le_bytes()).collect()
}

#[test]
fn there_and_back() {
    let mut file = H5Writer::new();
    file.dataset("layers/dense/vars/0", Element::F32, &[2, 3]);
    file.dataset("layers/dense/vars/1", Element::BF16, &[2]);
    file.dataset("count", Element::Int(8), &[]);
    file.dataset("none", Element::F32, &[0, 4]);
    file.dataset("flags", Element::Bool, &[2]);
    file.group("vars");
    let long = "é".repeat(70_000);
    file.attribute("", "model_config", Attribute::Text(long.clone()));
    let names = ["a".to_owned(), "longer".to_owned()].to_vec();
    file.attribute("vars", "names", Attribute::Texts(names.clone()));
    file.attribute("vars", "none", Attribute::Texts(vec![]));
    let bytes = written(file, |path| match path {
        "layers/dense/vars/0" => floats(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]),
        "layers/dense/vars/1" => vec![0x80, 0x3f, 0, 0xc0],
        "count" => 7i64.to_le_bytes().to_vec(),
        "flags" => vec![0, 1],
        _ => vec![],
    });
    let read = H5File::from_bytes(bytes, H5Limits::default()).expect("opens");
    let kernel = read.read("layers/dense/vars/0", &[2, 3]).expect("reads");
    assert_eq!(kernel.data, Data::F32(vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]));
    let bias = read.read("layers/dense/vars/1", &[2]).expect("reads");
    assert_eq!(bias.data, Data::F32(vec![1.0, -2.0]));
    assert_eq!(
        read.read("count", &[]).expect("reads").data,
        Data::I64(vec![7])
    );
    assert_eq!(
        read.read("none", &[0, 4]).expect("reads").data,
        Data::F32(vec![])
    );
    assert_eq!(
        read.read("flags", &[2]).expect("reads").data,
        Data::Bool(vec![0, 1])
    );
    assert_eq!(read.text("", "model_config"), Ok(Some(long)));
    assert_eq!(read.texts_in_parts("vars", "names"), Ok(Some(names)));
    assert!(read.has_group("vars") && !read.has_group("count"));
    let wrong = read
        .read("layers/dense/vars/0", &[3, 2])
        .expect_err("another shape");
    assert_eq!(
        wrong.to_string(),
        "`layers/dense/vars/0`: has the shape [2, 3], expected [3, 2]"
    );
}

#[test]
fn a_thousand_layers() {
    let mut file = H5Writer::new();
    for i in 0..1000 {
        file.dataset(&format!("layers/dense_{i}/vars/0"), Element::F32, &[1]);
        let name = Attribute::Text(format!("dense_{i}"));
        file.attribute(&format!("layers/dense_{i}/vars"), "name", name);
    }
    let bytes = written(file, |_| floats(&[0.5]));
    let read = H5File::from_bytes(bytes, H5Limits::default()).expect("opens");
    assert_eq!(read.datasets().len(), 1000);
    assert_eq!(
        read.text("layers/dense_999/vars", "name"),
        Ok(Some("dense_999".to_owned()))
    );
}

#[test]
fn elements_that_are_too_few_are_an_error() {
    let mut file = H5Writer::new();
    file.dataset("x", Element::F32, &[2]);
    let mut fill = |_: &str, to: &mut dyn Write| to.write_all(&[0; 4]);
    let fault = file.write(&mut vec![], &mut fill).expect_err("too few");
    assert_eq!(fault.to_string(), "x: 4 bytes written of 8");
}
