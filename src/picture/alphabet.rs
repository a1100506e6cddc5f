//! The glyphs that cells are compared with.

use super::shapes::Shapes;

/// Costs are worked out for this many glyphs at a time.
const LANES: usize = 8;

/// How strong the ink of a cell may be beside that of its surroundings.
const STRENGTHS: (f32, f32) = (0.5, 1.5);

/// Glyphs of one size, the blank first; a pixel is lit from 0 to 1.
#[derive(Debug, Clone)]
pub(super) struct Alphabet {
    pub(super) characters: Vec<char>,
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) pixels: Vec<Vec<f32>>,
}

impl Alphabet {
    /// The printable ASCII characters of a font: screens print no others.
    pub(super) fn new(shapes: &Shapes) -> Alphabet {
        let size = shapes.width * shapes.height;
        let mut alphabet = Alphabet {
            characters: vec![' '],
            width: shapes.width,
            height: shapes.height,
            pixels: vec![vec![0.0; size]],
        };
        for (&character, pixels) in shapes.glyphs.range('!'..='~') {
            if pixels.len() == size {
                alphabet.characters.push(character);
                alphabet.pixels.push(pixels.iter().map(|lit| f32::from(u8::from(*lit))).collect());
            }
        }
        alphabet
    }

    /// The same glyphs with a blank column at the right: text modes draw eight pixels in nine.
    pub(super) fn with_gap(&self) -> Alphabet {
        let pixels = self.pixels.iter().map(|pixels| {
            let rows = pixels.chunks_exact(self.width);
            rows.flat_map(|row| row.iter().copied().chain([0.0])).collect()
        });
        Alphabet {
            characters: self.characters.clone(),
            width: self.width + 1,
            height: self.height,
            pixels: pixels.collect(),
        }
    }

    /// Only the glyphs of these characters.
    pub(super) fn only(&self, wanted: &str) -> Alphabet {
        Alphabet {
            characters: self.places_of(wanted).map(|index| self.characters[index]).collect(),
            pixels: self.places_of(wanted).map(|index| self.pixels[index].clone()).collect(),
            ..*self
        }
    }

    /// Where the blank and the wanted characters are among the glyphs.
    fn places_of(&self, wanted: &str) -> impl Iterator<Item = usize> {
        (0..self.characters.len())
            .filter(move |&index| index == 0 || wanted.contains(self.characters[index]))
    }
}

/// How far, in pixels of a font, the place of a pixel may be off: which of two rows it shows is open there.
/// (`_` is one row; where the other one was taken for sure, a blank fitted better.)
const UNSURE: f32 = 0.08;

/// How a pixel of a picture mixes the pixels of a font.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kernel {
    /// The mean over the pixel, in a picture made smaller.
    Area,
    /// Between the two next pixels.
    Linear,
    /// As a photograph, with this width in pixels of the font.
    Gauss(f32),
    /// The next pixel alone.
    Nearest,
    /// Between four pixels, with overshoot.
    Cubic,
    /// Linear over all pixels that fall into one.
    WideLinear,
    /// Cubic over all pixels that fall into one.
    WideCubic,
}

impl Kernel {
    /// What the size of a picture allows, `scale` picture pixels for one of the font.
    pub(super) fn candidates(scale: f32) -> Vec<Kernel> {
        let mut kernels = vec![Kernel::Area, Kernel::Linear, Kernel::Cubic];
        if scale < 0.95 {
            kernels.extend([Kernel::WideLinear, Kernel::WideCubic]);
        }
        // A picture made smaller so lacks rows and columns of the font: `e` looks like `c` where the bar
        // is left out, and `vmkernel` was read as `vmkcrncl` by the other kernels.
        if !(0.95..=1.05).contains(&scale) {
            kernels.push(Kernel::Nearest);
        }
        kernels.extend([0.3, 0.42, 0.55, 0.7, 0.9, 1.15].map(Kernel::Gauss));
        kernels
    }

    /// The weight of a font pixel whose centre is `distance` font pixels away.
    fn weight(self, distance: f32, scale: f32) -> f32 {
        let d = distance.abs();
        match self {
            Kernel::Area => {
                ((distance + 0.5).min(0.5 / scale) - (distance - 0.5).max(-0.5 / scale)).max(0.0)
            }
            Kernel::Linear => (1.0 - d).max(0.0),
            Kernel::WideLinear => (1.0 - d * scale).max(0.0),
            Kernel::Gauss(width) => (-d * d / (2.0 * width * width)).exp(),
            Kernel::Nearest => ((0.5 + UNSURE - d) / (2.0 * UNSURE)).clamp(0.0, 1.0),
            Kernel::Cubic => cubic(d, -0.6),
            Kernel::WideCubic => cubic(d * scale, -0.5),
        }
    }
}

/// Keys' cubic with the slope `a` at 1.
fn cubic(d: f32, a: f32) -> f32 {
    if d < 1.0 {
        (a + 2.0) * d * d * d - (a + 3.0) * d * d + 1.0
    } else if d < 2.0 {
        a * (d * d * d - 5.0 * d * d + 8.0 * d - 4.0)
    } else {
        0.0
    }
}

/// For each place in a cell (in font pixels) the weights of the font's pixels in one direction.
pub(super) fn weights_at(
    places: &[f32],
    count: usize,
    kernel: Kernel,
    scale: f32,
) -> Vec<Vec<f32>> {
    let weights = places.iter().map(|place| {
        let reach = -6..count as isize + 6;
        let all = reach.map(|pixel| kernel.weight(place - (pixel as f32 + 0.5), scale));
        let sum: f32 = all.clone().sum();
        all.skip(6)
            .take(count)
            .map(|weight| if sum.abs() > 1e-6 { weight / sum } else { 0.0 })
            .collect()
    });
    weights.collect()
}

/// How the pixels of a cell mix those of a font: the weights for each row and for each column of the cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Mixing {
    pub(super) rows: Vec<Vec<f32>>,
    pub(super) columns: Vec<Vec<f32>>,
}

impl Mixing {
    /// That of 8 × 16 places of a cell, each sampled `fine` × `fine` times, blurred by `blur` font pixels.
    pub(super) fn sampled(alphabet: &Alphabet, blur: f32, fine: usize) -> Mixing {
        let kernel = Kernel::Gauss(blur);
        let (down, across) =
            (middles(16 * fine, alphabet.height), middles(8 * fine, alphabet.width));
        Mixing {
            rows: weights_at(&down, alphabet.height, kernel, 1.0),
            columns: weights_at(&across, alphabet.width, kernel, 1.0),
        }
    }

    /// The pixels of a cell that shows a glyph, row after row.
    pub(super) fn shown(&self, glyph: &[f32]) -> Vec<f32> {
        let mut shown = Vec::with_capacity(self.rows.len() * self.columns.len());
        let mut mixed = vec![0.0; self.columns.first().map_or(1, Vec::len)];
        for row in &self.rows {
            mix_rows(glyph, row, &mut mixed);
            shown.extend(self.columns.iter().map(|column| -> f32 {
                mixed.iter().zip(column).map(|(pixel, weight)| pixel * weight).sum()
            }));
        }
        shown
    }
}

/// An alphabet as a picture shows it, at given places of a cell.
#[derive(Debug, Clone)]
pub(super) struct Bank {
    /// Number of glyphs, without the padding.
    pub(super) glyphs: usize,
    /// Glyphs with padding.
    lanes: usize,
    /// For each place in the cell the value of every glyph.
    values: Vec<f32>,
    /// The sum of squares of each glyph.
    pub(super) norms: Vec<f32>,
}

impl Bank {
    pub(super) fn new(alphabet: &Alphabet, mixing: &Mixing) -> Bank {
        let glyphs = alphabet.pixels.len();
        let lanes = glyphs.next_multiple_of(LANES);
        let mut values = vec![0.0; mixing.rows.len() * mixing.columns.len() * lanes];
        for (glyph, pixels) in alphabet.pixels.iter().enumerate().skip(1) {
            for (place, value) in mixing.shown(pixels).into_iter().enumerate() {
                values[place * lanes + glyph] = value;
            }
        }
        let mut norms = vec![0.0; lanes];
        for place in values.chunks_exact(lanes) {
            for (norm, value) in norms.iter_mut().zip(place) {
                *norm += value * value;
            }
        }
        Bank { glyphs, lanes, values, norms }
    }

    /// Glyphs of an alphabet at 8 × 16 places of a cell, blurred by `blur` font pixels, one sample
    /// a place or `fine` × `fine`.
    pub(super) fn sampled(alphabet: &Alphabet, blur: f32, fine: usize) -> Bank {
        let mixing = Mixing::sampled(alphabet, blur, fine);
        Bank::new(alphabet, &mixing)
    }

    /// The product of a cell with each glyph.
    pub(super) fn products(&self, cell: &[f32], products: &mut Vec<f32>) {
        products.clear();
        products.resize(self.lanes, 0.0);
        for (value, place) in cell.iter().zip(self.values.chunks_exact(self.lanes)) {
            for (product, glyph) in products.iter_mut().zip(place) {
                *product += value * glyph;
            }
        }
    }

    /// The squared distance of a cell to each glyph, all at the strength `ink`.
    pub(super) fn costs(&self, cell: &[f32], ink: f32, costs: &mut Vec<f32>) {
        self.products(cell, costs);
        let energy: f32 = cell.iter().map(|value| value * value).sum();
        for (cost, norm) in costs.iter_mut().zip(&self.norms) {
            *cost = energy - 2.0 * ink * *cost + ink * ink * norm;
        }
        costs.truncate(self.glyphs);
    }

    /// How much of the energy of a cell its best glyph explains, and at which strength.
    pub(super) fn best_fit(&self, cell: &[f32], products: &mut Vec<f32>) -> (f32, f32) {
        self.products(cell, products);
        let fits = products.iter().zip(&self.norms).skip(1).filter(|(_, norm)| **norm > 1e-3);
        let fits = fits.map(|(product, norm)| (product * product / norm, product / norm));
        fits.fold((0.0, 1.0), |best, next| if next.0 > best.0 { next } else { best })
    }

    /// The squared distance of a cell to the glyph that fits it best, each at the strength that suits it.
    pub(super) fn least_cost(&self, cell: &[f32], products: &mut Vec<f32>) -> f32 {
        self.products(cell, products);
        let energy: f32 = cell.iter().map(|value| value * value).sum();
        let costs = products.iter().zip(&self.norms).take(self.glyphs).map(|(product, norm)| {
            let strength = (product / norm.max(1e-3)).clamp(STRENGTHS.0, STRENGTHS.1);
            energy - 2.0 * strength * product + strength * strength * norm
        });
        costs.fold(energy, f32::min)
    }

    /// As `costs`, over those places of the cell alone that are seen.
    pub(super) fn masked_costs(&self, cell: &[f32], seen: &[bool], ink: f32, costs: &mut Vec<f32>) {
        costs.clear();
        costs.resize(self.glyphs, 0.0);
        let places = cell.iter().zip(seen).zip(self.values.chunks_exact(self.lanes));
        for ((value, _), place) in places.filter(|((_, seen), _)| **seen) {
            for (cost, glyph) in costs.iter_mut().zip(place) {
                *cost += (value - ink * glyph).powi(2);
            }
        }
    }
}

/// The middles of `count` equal parts of a cell that has `size` pixels.
fn middles(count: usize, size: usize) -> Vec<f32> {
    (0..count).map(|index| (index as f32 + 0.5) * size as f32 / count as f32).collect()
}

fn mix_rows(pixels: &[f32], weights: &[f32], mixed: &mut [f32]) {
    mixed.fill(0.0);
    for (row, weight) in pixels.chunks_exact(mixed.len()).zip(weights) {
        if *weight != 0.0 {
            for (sum, pixel) in mixed.iter_mut().zip(row) {
                *sum += weight * pixel;
            }
        }
    }
}
