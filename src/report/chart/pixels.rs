//! A picture as bytes: averaged down from the larger one that is painted, and encoded as PNG.

/// An opaque picture, filled row by row.
pub(super) struct Pixels {
    width: usize,
    height: usize,
    rgb: Vec<u8>,
}

impl Pixels {
    pub(super) fn with_capacity(width: usize, height: usize) -> Self {
        Self {
            width,
            height,
            rgb: Vec::with_capacity(width * height * 3),
        }
    }

    /// Appends the mean of each block of `by` times `by` painted pixels. The mean of the encoded colours, not of the
    /// light, is how other programs smooth their edges: thin dark letters keep their weight on white.
    pub(super) fn push_averaged(&mut self, painted: &[u8], by: usize) {
        let stride = self.width * by * 3;
        let count = (by * by) as u16;
        // Down first, which goes fast because neighbours are added to neighbours, and then across.
        let mut columns = vec![0u16; stride];
        for rows in painted.chunks_exact(stride * by) {
            columns.fill(0);
            for row in rows.chunks_exact(stride) {
                for (sum, &part) in columns.iter_mut().zip(row) {
                    *sum += u16::from(part);
                }
            }
            for block in columns.chunks_exact(3 * by) {
                let mut sums = [count / 2; 3];
                for pixel in block.chunks_exact(3) {
                    sums.iter_mut().zip(pixel).for_each(|(sum, part)| *sum += part);
                }
                self.rgb.extend(sums.map(|sum| (sum / count) as u8));
            }
        }
    }

    #[cfg(test)]
    pub(super) fn rgb(&self) -> &[u8] {
        &self.rgb
    }

    /// Encodes the picture; the bytes depend on nothing but the pixels.
    pub(super) fn encode(&self) -> Result<Vec<u8>, png::EncodingError> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, self.width as u32, self.height as u32);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        // The highest level takes three times as long and saves two per cent at best.
        encoder.set_compression(png::Compression::Balanced);
        // Plain areas and thin lines compress best without a filter, and faster. The level resets it, so it comes last.
        encoder.set_filter(png::Filter::NoFilter);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&self.rgb)?;
        writer.finish()?;
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_becomes_one_pixel_with_its_mean_colour() {
        let mut pixels = Pixels::with_capacity(2, 1);
        let row = |left: [u8; 3], right: [u8; 3]| [left, left, right, right].concat();
        let painted = [row([0, 10, 255], [1, 2, 3]), row([255, 20, 255], [1, 2, 4])].concat();
        pixels.push_averaged(&painted, 2);
        assert_eq!(pixels.rgb(), [128, 15, 255, 1, 2, 4]);
    }
}
