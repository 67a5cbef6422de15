//! Several files as one ZIP archive; the same bytes for the same files.

use flate2::{Compression, Crc, write::DeflateEncoder};
use std::io::Write as _;

/// The day on which all files were made, as the format counts: the first that it knows, 1980-01-01.
const DAY: u16 = 0x21;

/// Names are UTF-8.
const FLAGS: u16 = 0x800;

/// An archive of these files, each with its name; none larger than 4 GiB.
pub(super) fn archive(files: &[(&str, &str)]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    for (name, text) in files {
        let mut sum = Crc::new();
        sum.update(text.as_bytes());
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        let packed =
            encoder.write_all(text.as_bytes()).and_then(|()| encoder.finish()).expect("a vector takes any bytes");
        let start = size(out.len());
        // What the header of the file and its entry in the directory have in common.
        let mut common = Vec::new();
        for number in [20, FLAGS, 8, 0, DAY] {
            common.extend(number.to_le_bytes());
        }
        for number in [sum.sum(), size(packed.len()), size(text.len())] {
            common.extend(number.to_le_bytes());
        }
        common.extend(short(name.len()).to_le_bytes());
        common.extend([0, 0]);
        out.extend(b"PK\x03\x04");
        out.extend(&common);
        out.extend(name.as_bytes());
        out.extend(packed);
        directory.extend(b"PK\x01\x02");
        directory.extend([20, 0]);
        directory.extend(common);
        // No comment, first disk, nothing known of the inside, no rights.
        directory.extend([0; 10]);
        directory.extend(start.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (start, length) = (size(out.len()), size(directory.len()));
    out.extend(directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(short(files.len()).to_le_bytes());
    out.extend(short(files.len()).to_le_bytes());
    out.extend(length.to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0, 0]);
    out
}

fn size(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

fn short(number: usize) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}
