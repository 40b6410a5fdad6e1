//! Any bytes as an image of 8 by 8 pixels.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let images = regimen_run::spec::ImagesSpec {
        path: String::new(),
        size: [8, 8],
        channels: 3,
        interpolation: Default::default(),
        classes: Vec::new(),
    };
    let _ = regimen_data::parse_image(bytes, &images);
});
