//! Picture files to pixels, within bounds: a file says how large its picture is before any of it is decoded.

use std::io::Cursor;

use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::metadata::Orientation;
use image::{
    ColorType, DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, RgbImage,
};

/// The formats that are read; their names stand in messages.
pub const FORMATS: [(ImageFormat, &str); 6] = [
    (ImageFormat::Png, "PNG"),
    (ImageFormat::Jpeg, "JPEG"),
    (ImageFormat::Gif, "GIF"),
    (ImageFormat::Bmp, "BMP"),
    (ImageFormat::Tiff, "TIFF"),
    (ImageFormat::WebP, "WebP"),
];

/// Bytes that each pixel may take while it is decoded. 16-bit colour with transparency has eight.
const MAX_BYTES_A_PIXEL: u64 = 8;

/// What a decoder may take beside the pixels: tables, rows, and the coefficients of a progressive JPEG.
const DECODER_BYTES: u64 = 64 << 20;

/// The pixels of a picture file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// Upright, as a viewer shows them.
    pub pixels: RgbImage,
    /// What was left out.
    pub partly: Vec<Partly>,
}

/// What of a picture file is not in its pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Partly {
    /// An animation, or several pages.
    #[error("it holds several pictures; the first is read")]
    First,
    /// The file ends early.
    #[error("it is cut off; what is there is read")]
    Cut,
}

/// Why a picture file gives no pixels.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotLoaded {
    /// Not one of [`FORMATS`].
    #[error("a picture of a kind that is not read; make a PNG of it")]
    UnknownFormat,
    /// More pixels than are read.
    #[error(
        "a picture of {width} × {height} pixels, more than the {most} that are read; make it smaller, or use --limit picture-pixels=NUMBER"
    )]
    TooManyPixels {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
        /// The bound.
        most: u64,
    },
    /// The decoder does not know this variety.
    #[error("a {format} of a variety that is not read ({reason}); make a PNG of it")]
    Variety {
        /// Its format.
        format: &'static str,
        /// The decoder's words.
        reason: String,
    },
    /// Nothing can be decoded.
    #[error("a damaged {format} ({reason})")]
    Damaged {
        /// Its format.
        format: &'static str,
        /// The decoder's words.
        reason: String,
    },
}

/// The format of a file by its first bytes, if it is one that is read.
#[must_use]
pub fn format_of(head: &[u8]) -> Option<(ImageFormat, &'static str)> {
    let format = image::guess_format(head).ok()?;
    FORMATS.into_iter().find(|(known, _)| *known == format)
}

/// What a browser calls the format of a picture file.
#[must_use]
pub fn media_type(file: &[u8]) -> &'static str {
    format_of(file).map_or("application/octet-stream", |(format, _)| format.to_mime_type())
}

/// Decodes a picture of at most `most` pixels.
///
/// # Errors
/// Why it gives no pixels.
pub fn load(file: &[u8], most: u64) -> Result<Loaded, NotLoaded> {
    let (format, name) = format_of(file).ok_or(NotLoaded::UnknownFormat)?;
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    let mut limits = image::Limits::default();
    limits.max_alloc = Some(most.saturating_mul(MAX_BYTES_A_PIXEL).saturating_add(DECODER_BYTES));
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| failure(name, &error))?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > most {
        return Err(NotLoaded::TooManyPixels { width, height, most });
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let colour = decoder.color_type();
    let length = usize::try_from(decoder.total_bytes()).unwrap_or(usize::MAX);
    let mut samples = vec![0; length];
    let decoded = decoder.read_image(&mut samples);
    // The rows before the place where a file is cut are in the buffer.
    if let Err(error) = &decoded
        && (samples.iter().all(|sample| *sample == 0) || !is_cut(error))
    {
        return Err(failure(name, error));
    }
    let partly = [
        (decoded.is_err() || ends_early(file, format)).then_some(Partly::Cut),
        holds_several(file, format).then_some(Partly::First),
    ];
    let pixels = RgbImage::from_raw(width, height, three_bytes_each(samples, colour));
    let pixels = pixels
        .ok_or_else(|| NotLoaded::Damaged { format: name, reason: "too few samples".to_owned() })?;
    let pixels = upright(pixels, orientation);
    Ok(Loaded { pixels, partly: partly.into_iter().flatten().collect() })
}

fn failure(format: &'static str, error: &ImageError) -> NotLoaded {
    // Some decoders answer in several lines.
    let reason = error.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
    match error {
        ImageError::Unsupported(_) => NotLoaded::Variety { format, reason },
        _ => NotLoaded::Damaged { format, reason },
    }
}

fn is_cut(error: &ImageError) -> bool {
    matches!(error, ImageError::IoError(_) | ImageError::Decoding(_))
}

/// The decoder of JPEG makes up what a cut file lacks; the mark at the end of the picture is missing then.
fn ends_early(file: &[u8], format: ImageFormat) -> bool {
    format == ImageFormat::Jpeg && memchr::memmem::rfind(file, b"\xff\xd9").is_none()
}

fn holds_several(file: &[u8], format: ImageFormat) -> bool {
    let bytes = Cursor::new(file);
    match format {
        ImageFormat::Png => PngDecoder::new(bytes).is_ok_and(|png| png.is_apng().unwrap_or(false)),
        ImageFormat::WebP => WebPDecoder::new(bytes).is_ok_and(|webp| webp.has_animation()),
        ImageFormat::Gif => has_second_frame(bytes).unwrap_or(false),
        ImageFormat::Tiff => {
            tiff::decoder::Decoder::new(bytes).is_ok_and(|tiff| tiff.more_images())
        }
        _ => false,
    }
}

fn has_second_frame(bytes: Cursor<&[u8]>) -> Result<bool, gif::DecodingError> {
    let mut options = gif::DecodeOptions::new();
    options.skip_frame_decoding(true);
    let mut decoder = options.read_info(bytes)?;
    Ok(decoder.next_frame_info()?.is_some() && decoder.next_frame_info()?.is_some())
}

/// Red, green and blue, a byte each, in place: a second buffer of 24 megapixels would not fit the bound of
/// memory. Transparent pixels are shown on white, as viewers do.
fn three_bytes_each(mut samples: Vec<u8>, colour: ColorType) -> Vec<u8> {
    let channels = usize::from(colour.channel_count());
    let wide = usize::from(colour.bytes_per_pixel()) / channels.max(1);
    if wide == 2 {
        // The upper byte of each sample; their order is the machine's.
        let upper = usize::from(cfg!(target_endian = "little"));
        for at in 0..samples.len() / 2 {
            samples[at] = samples[2 * at + upper];
        }
        samples.truncate(samples.len() / 2);
    }
    match channels {
        1 | 2 => samples
            .chunks_exact(channels)
            .flat_map(|pixel| [on_white(pixel[0], pixel.get(1)); 3])
            .collect(),
        4 => {
            let pixels = samples.len() / 4;
            for at in 0..pixels {
                let alpha = samples[4 * at + 3];
                for channel in 0..3 {
                    samples[3 * at + channel] = on_white(samples[4 * at + channel], Some(&alpha));
                }
            }
            samples.truncate(3 * pixels);
            samples.shrink_to_fit();
            samples
        }
        _ => samples,
    }
}

fn on_white(value: u8, alpha: Option<&u8>) -> u8 {
    let alpha = u16::from(*alpha.unwrap_or(&255));
    ((u16::from(value) * alpha + 255 * (255 - alpha)) / 255) as u8
}

/// A telephone notes how it was held.
fn upright(pixels: RgbImage, orientation: Orientation) -> RgbImage {
    if orientation == Orientation::NoTransforms {
        return pixels;
    }
    let mut picture = DynamicImage::ImageRgb8(pixels);
    picture.apply_orientation(orientation);
    picture.into_rgb8()
}

#[cfg(test)]
mod tests {
    use image::codecs::gif::GifEncoder;
    use image::{DynamicImage, Frame, Rgb};

    use super::*;

    const MAX: u64 = 10_000;

    /// Purple, with one white pixel.
    fn picture() -> DynamicImage {
        let mut pixels = RgbImage::from_pixel(40, 30, Rgb([160, 0, 160]));
        pixels.put_pixel(3, 4, Rgb([255, 255, 255]));
        pixels.into()
    }

    fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Vec::new();
        picture.write_to(&mut Cursor::new(&mut bytes), format).expect("encoded");
        bytes
    }

    fn is_near(pixel: &Rgb<u8>, expected: [u8; 3]) -> bool {
        pixel.0.iter().zip(expected).all(|(found, wanted)| found.abs_diff(wanted) < 40)
    }

    #[track_caller]
    fn check(file: &[u8], paper: [u8; 3], expected: &[Partly]) {
        let loaded = load(file, MAX).expect("a picture");
        assert_eq!(loaded.pixels.dimensions(), (40, 30));
        let found = loaded.pixels.get_pixel(30, 2);
        assert!(is_near(found, paper), "{found:?}");
        assert_eq!(loaded.partly, expected);
    }

    #[track_caller]
    fn check_refused(file: &[u8], expected: &str) {
        let message = load(file, MAX).map(|_| ()).expect_err("no picture").to_string();
        assert!(message.contains(expected) && !message.contains('\n'), "{message}");
    }

    #[test]
    fn every_format_is_read() {
        const PURPLE: [u8; 3] = [160, 0, 160];
        for (format, _) in FORMATS {
            let bytes = encoded(&picture(), format);
            assert_eq!(format_of(&bytes).map(|(found, _)| found), Some(format));
            check(&bytes, PURPLE, &[]);
        }
        for deep in
            [picture().to_rgb16().into(), picture().to_rgba16().into(), picture().to_rgba8().into()]
        {
            check(&encoded(&deep, ImageFormat::Png), PURPLE, &[]);
        }
        let grey = picture().grayscale();
        let shade = grey.to_luma8().get_pixel(30, 2).0[0];
        check(&encoded(&grey, ImageFormat::Png), [shade; 3], &[]);
        check(&encoded(&grey.to_luma_alpha8().into(), ImageFormat::Png), [shade; 3], &[]);
        check(&encoded(&grey.to_luma16().into(), ImageFormat::Png), [shade; 3], &[]);
        check(&cmyk(), PURPLE, &[]);
    }

    /// A TIFF of cyan, magenta, yellow and black.
    fn cmyk() -> Vec<u8> {
        let mut bytes = Vec::new();
        let ink: Vec<u8> = [95, 255, 95, 0].repeat(40 * 30);
        let mut encoder = tiff::encoder::TiffEncoder::new(Cursor::new(&mut bytes)).expect("memory");
        encoder.write_image::<tiff::encoder::colortype::CMYK8>(40, 30, &ink).expect("memory");
        bytes
    }

    #[test]
    fn transparent_pixels_are_white() {
        let mut clear = picture().to_rgba8();
        clear.pixels_mut().for_each(|pixel| pixel.0[3] = 0);
        check(&encoded(&clear.into(), ImageFormat::Png), [255; 3], &[]);
    }

    #[test]
    fn only_the_first_picture_of_an_animation_is_read() {
        let mut bytes = Vec::new();
        let frames = (0..2).map(|_| Frame::new(picture().to_rgba8()));
        GifEncoder::new(&mut bytes).encode_frames(frames).expect("memory");
        check(&bytes, [160, 0, 160], &[Partly::First]);
    }

    #[test]
    fn a_file_that_is_cut_is_read_as_far_as_it_goes() {
        let whole = encoded(&picture(), ImageFormat::Bmp);
        check(&whole[..whole.len() - 600], [0; 3], &[Partly::Cut]);
        let whole = encoded(&picture(), ImageFormat::Jpeg);
        check(&whole[..whole.len() - 2], [160, 0, 160], &[Partly::Cut]);
        for (format, _) in FORMATS {
            let whole = encoded(&picture(), format);
            for length in 0..whole.len() {
                let _ = load(&whole[..length], MAX);
            }
        }
    }

    #[test]
    fn what_gives_no_pixels_is_named() {
        check_refused(b"GIF89a", "a damaged GIF");
        check_refused(b"\x89PNG\r\n\x1a\nno chunks", "a damaged PNG");
        check_refused(b"text", "not read");
        check_refused(
            &encoded(&picture().resize_exact(200, 100, image::imageops::Nearest), ImageFormat::Png),
            "200 × 100 pixels, more than the 10000",
        );
        // A bomb says how large it is before anything is unpacked.
        let mut bomb = encoded(&picture(), ImageFormat::Bmp);
        bomb[18..26].copy_from_slice(&[0xff, 0xff, 0xff, 0, 0xff, 0xff, 0xff, 0]);
        assert!(load(&bomb, MAX).is_err());
    }
}
