//! What the fuzz targets ask of the readers, on good files damaged in every byte and cut at every length: rows or an
//! error, never a panic.

use std::io::{Cursor, Write};

use image::{DynamicImage, ImageFormat, RgbImage};
use regimen_data::{Array, CsvOptions, parse_idx, parse_image, parse_npy, parse_table, write_npy};
use regimen_run::spec::{ImagesSpec, Interpolation};

const CSV: &[u8] = b"a,b,text\n1,2,\"x, y\"\n3,4,z\n";

/// Calls `read` on every damaged form of a file.
fn damage(good: &[u8], read: impl Fn(&[u8])) {
    for at in 0..good.len() {
        for flip in [0x01, 0x80, 0xFF] {
            let mut bad = good.to_vec();
            bad[at] ^= flip;
            read(&bad);
        }
        read(&good[..at]);
    }
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

fn zip() -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for name in ["t.csv", "__MACOSX/._t.csv"] {
        zip.start_file(name, zip::write::SimpleFileOptions::default())
            .unwrap();
        zip.write_all(CSV).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn tar() -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_ustar();
    header.set_size(CSV.len() as u64);
    header.set_cksum();
    tar.append_data(&mut header, "t.csv", CSV).unwrap();
    tar.into_inner().unwrap()
}

#[test]
fn tables() {
    let tar = tar();
    for good in [CSV.to_vec(), gz(CSV), zip(), gz(&tar), tar] {
        let read = |bytes: &[u8]| {
            let (bytes, options) = (bytes.to_vec(), CsvOptions::default());
            parse_table(bytes, "t", &options, Some(64 << 20))
                .map(|table| table.rows())
                .ok()
        };
        assert_eq!(read(&good), Some(2));
        damage(&good, |bytes| {
            read(bytes);
        });
    }
}

#[test]
fn arrays() {
    let npy = write_npy(&Array::f32(vec![2, 3], vec![1.0; 6]));
    assert!(parse_npy(&npy).is_ok());
    damage(&npy, |bytes| drop(parse_npy(bytes)));
    let idx = [&[0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3][..], &[7; 6]].concat();
    assert!(parse_idx(&idx).is_ok());
    damage(&idx, |bytes| drop(parse_idx(bytes)));
}

#[test]
fn images() {
    let spec = ImagesSpec {
        path: String::new(),
        size: [4, 4],
        channels: 1,
        interpolation: Interpolation::Bilinear,
        classes: Vec::new(),
    };
    let picture = RgbImage::from_fn(9, 7, |x, y| image::Rgb([x as u8 * 20, y as u8 * 30, 99]));
    for format in [ImageFormat::Png, ImageFormat::Jpeg] {
        let mut file = Cursor::new(Vec::new());
        DynamicImage::from(picture.clone())
            .write_to(&mut file, format)
            .unwrap();
        let good = file.into_inner();
        assert_eq!(parse_image(&good, &spec).unwrap().shape, [1, 4, 4, 1]);
        damage(&good, |bytes| drop(parse_image(bytes, &spec)));
    }
}
