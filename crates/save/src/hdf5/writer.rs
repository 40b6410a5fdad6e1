//! Writes an HDF5 file in one pass: all sizes are known beforehand, so that elements are written as they come and no
//! second copy of them is held.
//!
//! Superblock version 2, object headers version 2 with links inside, datasets in one piece: what HDF5 has read since 1.8.
//! `hdf5-pure`, which reads for us, builds a file in memory before it writes it. Source: HDF5 File Format Specification
//! Version 3.0, parts II and IV.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::lookup3::lookup3;
use super::{Element, message};

const SIGNATURE: &[u8; 8] = b"\x89HDF\r\n\x1a\n";
const SUPERBLOCK: u64 = 48;
/// Most texts of a global heap: indices have 16 bits.
const HEAP: usize = 60_000;

/// An attribute of a group or dataset.
#[derive(Debug, Clone, PartialEq)]
pub enum Attribute {
    /// Text of any length.
    Text(String),
    /// Texts in an array; at most 64 KB in all, as HDF5 limits it.
    Texts(Vec<String>),
}

#[derive(Debug, Default)]
struct Node {
    attributes: Vec<(String, Attribute)>,
    children: BTreeMap<String, Node>,
    /// Elements and sizes of a dataset; `None` is a group.
    dataset: Option<(Element, Vec<usize>)>,
    /// Where its header and its elements stand.
    address: u64,
    elements: u64,
}

/// A file that is put together; see the module.
///
/// ```
/// use regimen_save::hdf5::{Element, H5Writer};
///
/// let mut file = H5Writer::new();
/// file.dataset("layers/dense/vars/0", Element::F32, &[2]);
/// let mut bytes = vec![];
/// file.write(&mut bytes, &mut |_, out| out.write_all(&[0; 8]))?;
/// assert!(bytes.starts_with(b"\x89HDF"));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct H5Writer {
    root: Node,
}

/// Writes the elements of the dataset at a path.
pub type Fill<'f> = dyn FnMut(&str, &mut dyn Write) -> io::Result<()> + 'f;

impl H5Writer {
    /// A file with nothing in it.
    pub fn new() -> H5Writer {
        H5Writer::default()
    }

    /// A group; those above it are made where they are missing.
    pub fn group(&mut self, path: &str) {
        self.node(path);
    }

    /// A dataset.
    pub fn dataset(&mut self, path: &str, element: Element, shape: &[usize]) {
        self.node(path).dataset = Some((element, shape.to_vec()));
    }

    /// An attribute of a group or dataset; a second one of the same name takes its place.
    pub fn attribute(&mut self, path: &str, name: &str, value: Attribute) {
        let attributes = &mut self.node(path).attributes;
        attributes.retain(|(known, _)| known != name);
        attributes.push((name.to_owned(), value));
    }

    fn node(&mut self, path: &str) -> &mut Node {
        let parts = path.split('/').filter(|part| !part.is_empty());
        parts.fold(&mut self.root, |node, part| {
            node.children.entry(part.to_owned()).or_default()
        })
    }

    /// Writes the file; `fill` is asked for the elements of each dataset, in the order of their paths.
    pub fn write(mut self, out: &mut dyn Write, fill: &mut Fill<'_>) -> io::Result<()> {
        let mut texts = vec![];
        collect(&self.root, &mut texts);
        let heaps: Vec<Vec<u8>> = texts
            .chunks(HEAP)
            .map(|part| message::heap(&part.iter().map(String::as_str).collect::<Vec<_>>()))
            .collect();
        let mut at = SUPERBLOCK;
        let mut places = vec![];
        for heap in &heaps {
            places.push(at);
            at += heap.len() as u64;
        }
        let mut text = Texts { places, next: 0 };
        place_headers(&mut self.root, &mut at);
        place_elements(&mut self.root, &mut at);
        out.write_all(&superblock(at, self.root.address))?;
        for heap in &heaps {
            out.write_all(heap)?;
        }
        write_headers(&self.root, &mut text, out)?;
        write_elements(&self.root, &mut String::new(), out, fill)
    }
}

/// Where the texts of attributes lie, in the order in which headers are written.
struct Texts {
    places: Vec<u64>,
    next: usize,
}

impl Texts {
    fn take(&mut self) -> (u64, u32) {
        let (heap, index) = (self.next / HEAP, self.next % HEAP + 1);
        self.next += 1;
        (self.places[heap], index as u32)
    }
}

fn collect(node: &Node, texts: &mut Vec<String>) {
    for (_, value) in &node.attributes {
        if let Attribute::Text(text) = value {
            texts.push(text.clone());
        }
    }
    node.children
        .values()
        .for_each(|child| collect(child, texts));
}

/// Gives every header its place: nodes before their children.
fn place_headers(node: &mut Node, at: &mut u64) {
    node.address = *at;
    // Addresses have one size, whatever they are.
    let mut unknown = Texts {
        places: vec![0; 1 + node.attributes.len() / HEAP],
        next: 0,
    };
    *at += header(node, &mut unknown).len() as u64;
    node.children
        .values_mut()
        .for_each(|child| place_headers(child, at));
}

/// Gives the elements of every dataset their place.
fn place_elements(node: &mut Node, at: &mut u64) {
    if let Some((element, shape)) = &node.dataset {
        node.elements = *at;
        *at += (shape.iter().product::<usize>() * element.size()) as u64;
    }
    node.children
        .values_mut()
        .for_each(|child| place_elements(child, at));
}

fn superblock(end: u64, root: u64) -> Vec<u8> {
    let mut bytes = SIGNATURE.to_vec();
    bytes.extend([2, 8, 8, 0]);
    for address in [0, message::UNDEFINED, end, root] {
        bytes.extend(address.to_le_bytes());
    }
    let sum = lookup3(&bytes);
    bytes.extend(sum.to_le_bytes());
    bytes
}

/// The object header of a node.
fn header(node: &Node, texts: &mut Texts) -> Vec<u8> {
    let mut messages: Vec<(u8, Vec<u8>)> = vec![];
    match &node.dataset {
        Some((element, shape)) => {
            let size = (shape.iter().product::<usize>() * element.size()) as u64;
            let address = if size == 0 {
                message::UNDEFINED
            } else {
                node.elements
            };
            messages.push((message::DATASPACE, message::dataspace(shape)));
            messages.push((message::DATATYPE, message::datatype(*element)));
            messages.push((message::FILL_VALUE, message::fill_value()));
            messages.push((message::LAYOUT, message::layout(address, size)));
        }
        None => {
            messages.push((message::LINK_INFO, message::link_info()));
            messages.push((message::GROUP_INFO, vec![0, 0]));
            for (name, child) in &node.children {
                messages.push((message::LINK, message::link(name, child.address)));
            }
        }
    }
    for (name, value) in &node.attributes {
        let attribute = match value {
            Attribute::Text(text) => {
                let (heap, index) = texts.take();
                message::text_attribute(name, text.len(), heap, index)
            }
            Attribute::Texts(all) => message::texts_attribute(name, all),
        };
        messages.push((message::ATTRIBUTE, attribute));
    }
    let size: usize = messages.iter().map(|(_, body)| 4 + body.len()).sum();
    // Flags: the size has four bytes.
    let mut bytes = b"OHDR\x02\x02".to_vec();
    bytes.extend((size as u32).to_le_bytes());
    for (kind, body) in messages {
        bytes.push(kind);
        bytes.extend((body.len() as u16).to_le_bytes());
        bytes.push(0);
        bytes.extend(body);
    }
    let sum = lookup3(&bytes);
    bytes.extend(sum.to_le_bytes());
    bytes
}

fn write_headers(node: &Node, texts: &mut Texts, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(&header(node, texts))?;
    let mut children = node.children.values();
    children.try_for_each(|child| write_headers(child, texts, out))
}

fn write_elements(
    node: &Node,
    path: &mut String,
    out: &mut dyn Write,
    fill: &mut Fill<'_>,
) -> io::Result<()> {
    if let Some((element, shape)) = &node.dataset {
        let size = shape.iter().product::<usize>() * element.size();
        let mut counted = Counted { out, written: 0 };
        fill(path, &mut counted)?;
        if counted.written != size as u64 {
            let text = format!("{path}: {} bytes written of {size}", counted.written);
            return Err(io::Error::other(text));
        }
    }
    for (name, child) in &node.children {
        let length = path.len();
        if !path.is_empty() {
            path.push('/');
        }
        path.push_str(name);
        write_elements(child, path, out, fill)?;
        path.truncate(length);
    }
    Ok(())
}

/// Counts what is written.
struct Counted<'o> {
    out: &'o mut dyn Write,
    written: u64,
}

impl Write for Counted<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.out.write(bytes)?;
        self.written += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
