//! What is written reads back; what is damaged is told so.

use super::*;

fn sample() -> Checkpoint {
    let mut tensors = BTreeMap::new();
    let values = vec![1.5, f32::NAN, f32::NEG_INFINITY, -0.0, 3.0, 4.0];
    tensors.insert(
        "dense/kernel".to_string(),
        Tensor {
            shape: vec![2, 3],
            data: Data::F32(values),
        },
    );
    tensors.insert("random/step".to_string(), Tensor::scalar_i64(-7));
    tensors.insert(
        "empty".to_string(),
        Tensor {
            shape: vec![0, 4],
            data: Data::I32(vec![]),
        },
    );
    tensors.insert(
        "flags".to_string(),
        Tensor {
            shape: vec![2],
            data: Data::Bool(vec![0, 1]),
        },
    );
    tensors.insert(
        "half".to_string(),
        Tensor {
            shape: vec![1],
            data: Data::BF16(vec![0x3f80]),
        },
    );
    Checkpoint {
        meta: json!({"epoch": 3, "learning_rate": 0.001}),
        tensors,
    }
}

#[test]
fn reads_what_it_wrote() {
    let checkpoint = sample();
    let bytes = checkpoint.to_bytes();
    let again = Checkpoint::from_bytes(&bytes).expect("own bytes");
    assert_eq!(again.to_bytes(), bytes);
    assert_eq!(again.meta, checkpoint.meta);
    assert_eq!(
        again.tensors["random/step"],
        checkpoint.tensors["random/step"]
    );
}

#[test]
fn every_cut_and_every_flipped_byte_is_refused() {
    let bytes = sample().to_bytes();
    for end in 0..bytes.len() {
        assert!(
            Checkpoint::from_bytes(&bytes[..end]).is_err(),
            "cut at {end}"
        );
    }
    for i in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[i] ^= 0x10;
        assert!(
            Checkpoint::from_bytes(&damaged).is_err(),
            "flipped byte {i}"
        );
    }
}

fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
    let end = bytes.len() - 4;
    let sum = crc32fast::hash(&bytes[..end]);
    bytes[end..].copy_from_slice(&sum.to_le_bytes());
    bytes
}

#[test]
fn absurd_sizes_allocate_nothing() {
    let header = br#"{"meta":null,"tensors":[{"name":"x","dtype":"float32","shape":[4611686018427387904,8]}]}"#;
    let mut bytes = MAGIC.to_vec();
    bytes.extend_from_slice(&1u32.to_le_bytes());
    bytes.extend_from_slice(&(header.len() as u64).to_le_bytes());
    bytes.extend_from_slice(header);
    bytes.extend_from_slice(&[0; 4]);
    assert!(matches!(
        Checkpoint::from_bytes(&sealed(bytes.clone())),
        Err(CheckpointError::BadHeader(_))
    ));
    bytes[12..20].copy_from_slice(&u64::MAX.to_le_bytes());
    assert!(matches!(
        Checkpoint::from_bytes(&sealed(bytes)),
        Err(CheckpointError::WrongSize { .. })
    ));
}

#[test]
fn damage_is_told_as_damage() {
    let told = |bytes: &[u8]| {
        Checkpoint::from_bytes(bytes)
            .expect_err("damaged")
            .to_string()
    };
    let bytes = sample().to_bytes();
    assert!(told(b"").contains("is empty"));
    assert!(told(&bytes[..5]).contains("damaged: it has 5 bytes, cut short"));
    let size = bytes.len();
    let (cut, grown) = (&bytes[..size - 9], [&bytes[..], b"more"].concat());
    let says = format!("has {} bytes, its header says {size}", size - 9);
    assert!(told(cut).contains(&says), "{}", told(cut));
    assert!(told(&grown).contains(&format!("has {} bytes, its header", size + 4)));
    // Version, header size, header, data: none is believed once the checksum is wrong.
    for i in [8, 11, 12, 19, PREFIX, size - 5, size - 1] {
        let mut flipped = bytes.clone();
        flipped[i] ^= 0x40;
        assert!(
            told(&flipped).contains("damaged"),
            "byte {i}: {}",
            told(&flipped)
        );
    }
}

#[test]
fn other_files_and_later_versions_say_so() {
    assert_eq!(
        Checkpoint::from_bytes(b"PK\x03\x04"),
        Err(CheckpointError::NotACheckpoint)
    );
    let mut bytes = sample().to_bytes();
    bytes[8] = 9;
    assert_eq!(
        Checkpoint::from_bytes(&sealed(bytes)),
        Err(CheckpointError::TooNew(9))
    );
}
