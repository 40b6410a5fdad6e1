//! Pictures (png, jpeg) to rows of pixels: (height, width, channels) f32 from 0 to 255.
//!
//!   grey      (299 R + 587 G + 114 B) / 1000, ITU-R BT.601, as Pillow's mode L; alpha is left out
//!   bilinear  source = (target + 0.5) * from / to - 0.5, clamped to the picture, as Keras's default
//!   nearest   source = floor((target + 0.5) * from / to)

use std::io::Cursor;

use image::{DynamicImage, ImageReader, Limits};
use regimen_run::spec::Interpolation;

/// The most bytes that decoding one picture may take.
const LARGEST: u64 = 512 << 20;

/// The size and the kind that all pictures get.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Form {
    pub height: usize,
    pub width: usize,
    /// 1 or 3.
    pub channels: usize,
    pub interpolation: Interpolation,
}

impl Form {
    /// Elements of a picture.
    pub fn len(self) -> usize {
        self.height
            .saturating_mul(self.width)
            .saturating_mul(self.channels)
    }

    /// Decodes a picture and appends its pixels to `out`, or says why it cannot.
    pub fn decode(self, bytes: &[u8], out: &mut Vec<f32>) -> Result<(), String> {
        let mut reader = ImageReader::new(Cursor::new(bytes))
            .with_guessed_format()
            .map_err(|e| one_line(&e))?;
        let mut limits = Limits::default();
        limits.max_alloc = Some(LARGEST);
        reader.limits(limits);
        let picture = reader.decode().map_err(|e| match e {
            image::ImageError::Limits(_) => {
                "its header claims more than 512 MiB of pixels".to_owned()
            }
            e => one_line(&e),
        })?;
        let plain = self.plain(&picture);
        let (height, width) = (picture.height() as usize, picture.width() as usize);
        if height == 0 || width == 0 {
            return Err("it has no pixels".to_owned());
        }
        match self.interpolation {
            Interpolation::Nearest => self.nearest(&plain, height, width, out),
            Interpolation::Bilinear => self.bilinear(&plain, height, width, out),
        }
        Ok(())
    }

    /// Pixels in the number of channels asked for.
    fn plain(self, picture: &DynamicImage) -> Vec<f32> {
        let rgb = picture.to_rgb8().into_raw();
        if self.channels == 3 {
            return rgb.into_iter().map(f32::from).collect();
        }
        let grey = |p: &[u8; 3]| {
            let [r, g, b] = p.map(u32::from);
            ((299 * r + 587 * g + 114 * b + 500) / 1000) as f32
        };
        rgb.as_chunks::<3>().0.iter().map(grey).collect()
    }

    fn nearest(self, from: &[f32], height: usize, width: usize, out: &mut Vec<f32>) {
        let source = |to: usize, from: usize, all: usize| {
            let at = (to as f64 + 0.5) * from as f64 / all as f64;
            (at as usize).min(from - 1)
        };
        for y in 0..self.height {
            let row = source(y, height, self.height) * width;
            for x in 0..self.width {
                let at = (row + source(x, width, self.width)) * self.channels;
                out.extend_from_slice(&from[at..at + self.channels]);
            }
        }
    }

    fn bilinear(self, from: &[f32], height: usize, width: usize, out: &mut Vec<f32>) {
        /// The two sources of a target and the share of the second.
        fn source(to: usize, from: usize, all: usize) -> (usize, usize, f32) {
            let at = ((to as f64 + 0.5) * from as f64 / all as f64 - 0.5).max(0.0);
            let low = (at as usize).min(from - 1);
            (low, (low + 1).min(from - 1), (at - low as f64) as f32)
        }
        let columns: Vec<_> = (0..self.width)
            .map(|x| source(x, width, self.width))
            .collect();
        for y in 0..self.height {
            let (top, bottom, down) = source(y, height, self.height);
            for &(left, right, across) in &columns {
                for c in 0..self.channels {
                    let pixel = |y: usize, x: usize| from[(y * width + x) * self.channels + c];
                    let mix = |a: f32, b: f32, share: f32| a + (b - a) * share;
                    let upper = mix(pixel(top, left), pixel(top, right), across);
                    let lower = mix(pixel(bottom, left), pixel(bottom, right), across);
                    out.push(mix(upper, lower, down));
                }
            }
        }
    }
}

/// A decoder's message without its line ends.
fn one_line(error: &dyn std::error::Error) -> String {
    let text = error.to_string();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
pub(crate) mod tests {
    use image::ImageFormat;

    use super::*;

    /// A file of a picture.
    pub(crate) fn file(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.into().write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    pub(crate) fn grey(width: u32, height: u32, pixels: &[u8]) -> image::GrayImage {
        image::GrayImage::from_raw(width, height, pixels.to_vec()).unwrap()
    }

    fn form(size: usize, channels: usize, interpolation: Interpolation) -> Form {
        Form {
            height: size,
            width: size,
            channels,
            interpolation,
        }
    }

    fn pixels(form: Form, bytes: &[u8]) -> Vec<f32> {
        let mut out = Vec::new();
        form.decode(bytes, &mut out).unwrap();
        assert_eq!(out.len(), form.len());
        out
    }

    #[test]
    fn sizes_follow_the_formulas() {
        let bytes = file(grey(2, 2, &[0, 100, 200, 40]), ImageFormat::Png);
        let same = pixels(form(2, 1, Interpolation::Bilinear), &bytes);
        assert_eq!(same, [0.0, 100.0, 200.0, 40.0]);
        let one = pixels(form(1, 1, Interpolation::Bilinear), &bytes);
        assert_eq!(one, [85.0]);
        let near = pixels(form(1, 1, Interpolation::Nearest), &bytes);
        assert_eq!(near, [40.0]);
        let wide = pixels(form(4, 1, Interpolation::Bilinear), &bytes);
        assert_eq!(wide[..4], [0.0, 25.0, 75.0, 100.0]);
    }

    #[test]
    fn grey_and_colour_become_one_kind() {
        let colour = image::RgbaImage::from_raw(1, 1, vec![255, 0, 0, 9]).unwrap();
        let bytes = file(colour, ImageFormat::Png);
        let three = form(1, 3, Interpolation::Nearest);
        assert_eq!(pixels(three, &bytes), [255.0, 0.0, 0.0]);
        let one = form(1, 1, Interpolation::Nearest);
        assert_eq!(pixels(one, &bytes), [76.0]);
        let bytes = file(grey(1, 1, &[7]), ImageFormat::Jpeg);
        assert_eq!(pixels(three, &bytes), [7.0, 7.0, 7.0]);
    }

    /// The check sum of a chunk of a png.
    fn crc(bytes: &[u8]) -> u32 {
        let step = |c: u32| (c >> 1) ^ (0xEDB8_8320 & (c & 1).wrapping_neg());
        let byte = |c: u32, &b: &u8| (0..8).fold(c ^ u32::from(b), |c, _| step(c));
        !bytes.iter().fold(!0, byte)
    }

    #[test]
    fn a_size_that_no_memory_holds_is_refused_at_once() {
        let mut png = file(grey(2, 2, &[0; 4]), ImageFormat::Png);
        png[16..24].copy_from_slice(&[0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60]); // 60,000 by 60,000
        let sum = crc(&png[12..29]);
        png[29..33].copy_from_slice(&sum.to_be_bytes());
        let mut jpeg = file(grey(8, 8, &[0; 64]), ImageFormat::Jpeg);
        let start = jpeg.windows(2).position(|w| w == [0xFF, 0xC0]).unwrap();
        jpeg[start + 5..start + 9].copy_from_slice(&[0xEA, 0x60, 0xEA, 0x60]);
        for bytes in [png, jpeg] {
            let form = form(2, 3, Interpolation::Nearest);
            let words = form.decode(&bytes, &mut vec![]).unwrap_err();
            assert!(words.contains("more than 512 MiB"), "{words}");
        }
    }

    #[test]
    fn sixteen_bits_and_transparency_become_plain_pixels() {
        let deep = image::ImageBuffer::<image::Luma<u16>, _>::from_raw(1, 1, vec![0x8080]).unwrap();
        let three = form(1, 3, Interpolation::Nearest);
        assert_eq!(pixels(three, &file(deep, ImageFormat::Png)), [128.0; 3]);
        let veiled = image::GrayAlphaImage::from_raw(1, 1, vec![9, 0]).unwrap();
        assert_eq!(pixels(three, &file(veiled, ImageFormat::Png)), [9.0; 3]);
    }

    #[test]
    fn what_does_not_decode_says_so() {
        let decode = |bytes: &[u8]| form(2, 1, Interpolation::Nearest).decode(bytes, &mut vec![]);
        assert!(decode(b"no picture").is_err());
        let whole = file(grey(9, 9, &[5; 81]), ImageFormat::Png);
        assert!(decode(&whole[..whole.len() / 2]).is_err());
    }
}
