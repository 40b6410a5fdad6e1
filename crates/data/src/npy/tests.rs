//! Hand-made files, then random arrays written and read back.

use proptest::prelude::*;

use super::*;

/// A version 1 file.
fn file(header: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(body);
    bytes
}

fn dict(descr: &str, order: &str, shape: &str) -> String {
    format!("{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}\n")
}

fn one<const N: usize>(descr: &str, element: [u8; N]) -> Result<Array, NpyFault> {
    parse_npy(&file(&dict(descr, "False", "(1,)"), &element))
}

#[test]
fn every_type_in_both_byte_orders() {
    let f = |x| Ok(Array::f32(vec![1], vec![x]));
    let i = |x| Ok(Array::i32(vec![1], vec![x]));
    assert_eq!(one("<f4", 1.5f32.to_le_bytes()), f(1.5));
    assert_eq!(one(">f4", 1.5f32.to_be_bytes()), f(1.5));
    assert_eq!(one("<f8", 0.1f64.to_le_bytes()), f(0.1));
    assert_eq!(one(">f8", 0.1f64.to_be_bytes()), f(0.1));
    assert_eq!(one("<f2", 0x3E00u16.to_le_bytes()), f(1.5));
    assert_eq!(one(">f2", 0xC000u16.to_be_bytes()), f(-2.0));
    assert_eq!(one("<f2", 1u16.to_le_bytes()), f(2f32.powi(-24)));
    assert_eq!(one("<f2", 0xFC00u16.to_le_bytes()), f(f32::NEG_INFINITY));
    assert_eq!(one("|i1", [0xFF]), i(-1));
    assert_eq!(one("|u1", [0xFF]), i(255));
    assert_eq!(one("|b1", [1]), f(1.0));
    assert_eq!(one("|b1", [0]), f(0.0));
    assert_eq!(one("<i2", (-7i16).to_le_bytes()), i(-7));
    assert_eq!(one(">i4", (-7i32).to_be_bytes()), i(-7));
    assert_eq!(one("<i8", (-7i64).to_le_bytes()), i(-7));
    assert_eq!(one(">u8", 7u64.to_be_bytes()), i(7));
}

#[test]
fn integers_beyond_32_bits_are_refused() {
    let fault = one("<i8", (1i64 << 40).to_le_bytes()).unwrap_err();
    assert!(
        fault
            .to_string()
            .starts_with("element [0] is 1099511627776")
    );
    assert!(one("<u4", u32::MAX.to_le_bytes()).is_err());
    assert!(one("<u8", u64::MAX.to_le_bytes()).is_err());
}

#[test]
fn floats_beyond_float32_are_refused_by_their_index() {
    let fault = one("<f8", (-1e300f64).to_le_bytes()).unwrap_err();
    assert_eq!(
        fault.to_string(),
        "element [0] is -1e300, beyond float32 (3.4e38 at most); rescale it"
    );
    for kept in [f64::INFINITY, f64::from(f32::MAX), 1e-300] {
        assert!(one("<f8", kept.to_le_bytes()).is_ok(), "{kept}");
    }
    let body: Vec<u8> = [0.0f64, 1.0, 2.0, 1e99, 4.0, 5.0]
        .map(f64::to_le_bytes)
        .concat();
    for (order, index) in [("False", "[1, 0]"), ("True", "[1, 1]")] {
        let fault = parse_npy(&file(&dict("<f8", order, "(2, 3)"), &body)).unwrap_err();
        assert!(fault.to_string().contains(index), "{fault}");
    }
}

#[test]
fn fortran_order_is_transposed() {
    let body: Vec<u8> = (0..6).collect(); // column by column: rows (0, 2, 4) and (1, 3, 5)
    let array = parse_npy(&file(&dict("|u1", "True", "(2, 3)"), &body)).unwrap();
    assert_eq!(array, Array::i32(vec![2, 3], vec![0, 2, 4, 1, 3, 5]));
}

#[test]
fn versions_2_and_3_have_long_headers() {
    for version in [2, 3] {
        let header = dict("|u1", "False", "(2L, 1)");
        let mut bytes = b"\x93NUMPY".to_vec();
        bytes.extend([version, 0]);
        bytes.extend((header.len() as u32).to_le_bytes());
        bytes.extend(header.as_bytes());
        bytes.extend([3, 4]);
        assert_eq!(parse_npy(&bytes), Ok(Array::i32(vec![2, 1], vec![3, 4])));
    }
}

#[test]
fn claims_beyond_the_file_are_refused_without_allocating() {
    for shape in [
        "(3,)",
        "(1000000000000, 1000)",
        "(18446744073709551615, 18446744073709551615)",
    ] {
        let fault = parse_npy(&file(&dict("<f8", "False", shape), &[0; 16])).unwrap_err();
        assert!(matches!(fault, NpyFault::Short { .. }), "{fault}");
    }
    let fault = parse_npy(&file(&dict("<f8", "False", "(1,)"), &[0; 16])).unwrap_err();
    assert!(matches!(fault, NpyFault::Long { extra: 8, .. }), "{fault}");
    let mut cut = b"\x93NUMPY\x02\x00".to_vec();
    cut.extend([0xFF; 4]);
    assert!(matches!(parse_npy(&cut), Err(NpyFault::Header(_))));
}

#[test]
fn other_files_and_types_are_named() {
    assert_eq!(parse_npy(b"a,b\n"), Err(NpyFault::NotNpy));
    assert_eq!(
        parse_npy(b"\x93NUMPY\x09\x00\x00\x00"),
        Err(NpyFault::Version { major: 9, minor: 0 })
    );
    for descr in ["|O", "<c8", "<U5", "<M8[ns]", "<f16", "é4", ""] {
        let fault = one(descr, [0; 8]).unwrap_err();
        assert!(matches!(fault, NpyFault::Type { .. }), "{descr}: {fault}");
    }
    let named = "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }";
    let fault = parse_npy(&file(named, &[0; 4])).unwrap_err();
    assert!(fault.to_string().contains("named fields"));
    for damaged in [
        "",
        "{",
        "{}",
        "{'descr': '<f4', 'shape': (1,)}",
        "{'shape': (-1,)}",
    ] {
        let fault = parse_npy(&file(damaged, &[])).unwrap_err();
        assert!(matches!(fault, NpyFault::Header(_)), "{damaged}: {fault}");
    }
}

#[test]
fn scalars_and_empty_arrays_are_read() {
    let scalar = parse_npy(&file(&dict("|u1", "False", "()"), &[5])).unwrap();
    assert_eq!(scalar, Array::i32(vec![], vec![5]));
    let empty = parse_npy(&file(&dict("<f4", "True", "(0, 99999999999)"), &[])).unwrap();
    assert_eq!(empty.rows(), 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_written_is_read(
        shape in prop::collection::vec(1usize..5, 1..4),
        seed in any::<u32>(),
        big: bool,
        fortran: bool,
    ) {
        let count: usize = shape.iter().product();
        let values: Vec<i32> = (0..count as u32).map(|i| (seed ^ i) as i32).collect();
        // Column-major is row-major of the axes reversed, transposed.
        let stored = if fortran { to_fortran(&values, &shape) } else { values.clone() };
        let bytes = |x: &i32| if big { x.to_be_bytes() } else { x.to_le_bytes() };
        let body: Vec<u8> = stored.iter().flat_map(bytes).collect();
        let sizes: Vec<String> = shape.iter().map(|d| format!("{d},")).collect();
        let order = if fortran { "True" } else { "False" };
        let descr = if big { ">i4" } else { "<i4" };
        let header = dict(descr, order, &format!("({})", sizes.join(" ")));
        let array = parse_npy(&file(&header, &body)).unwrap();
        prop_assert_eq!(array, Array::i32(shape, values));
    }

    #[test]
    fn any_bytes_end_in_an_array_or_a_fault(
        head in prop::sample::select(vec![&b""[..], b"\x93NUMPY\x01\x00\x20\x00", b"\x93NUMPY\x03\x00"]),
        tail in prop::collection::vec(any::<u8>(), 0..100),
    ) {
        let _ = parse_npy(&[head, &tail].concat());
    }

    #[test]
    fn any_header_ends_well(header in "[{}()':, <>|fiub0-9TrueFalsdchpont_]{0,60}") {
        let _ = parse_npy(&file(&header, &[0; 8]));
    }
}

/// Row-major to column-major, by its definition.
fn to_fortran(values: &[i32], shape: &[usize]) -> Vec<i32> {
    let mut out = vec![0; values.len()];
    for (i, &value) in values.iter().enumerate() {
        let mut rest = i;
        let mut index = vec![0; shape.len()];
        for axis in (0..shape.len()).rev() {
            index[axis] = rest % shape[axis];
            rest /= shape[axis];
        }
        let at = (0..shape.len())
            .rev()
            .fold(0, |at, axis| at * shape[axis] + index[axis]);
        out[at] = value;
    }
    out
}
