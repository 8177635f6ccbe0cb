//! Places on the earth as 52-bit numbers, and distances between them.
//!
//! A geohash halves the ranges of longitude and latitude in turn; the bits of both lie interleaved, those of
//! the latitude at the even places. Cut off after `step` bits of each, it names a box.
//!
//! # Source
//! Observed on redis-server 7.0.15 with `GEOADD`, `GEOHASH` and `GEOSEARCH`.

use libm::{asin, cos, sin};

/// Bits of each coordinate in a score.
pub(crate) const STEP_MAX: u32 = 26;
/// What the earth's radius is taken for, in metres.
const EARTH_RADIUS: f64 = 6_372_797.560_856;
/// Half of the earth's width in the Mercator projection, in metres.
const MERCATOR_MAX: f64 = 20_037_726.37;
const LATITUDE_MAX: f64 = 85.051_128_78;
const LONGITUDE_MAX: f64 = 180.0;

/// A place in degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Place {
    pub(crate) longitude: f64,
    pub(crate) latitude: f64,
}

impl Place {
    /// Whether scores can say where this is.
    pub(crate) fn is_valid(self) -> bool {
        self.longitude.abs() <= LONGITUDE_MAX && self.latitude.abs() <= LATITUDE_MAX
    }

    /// The middle of the box that a score names.
    pub(crate) fn from_score(score: f64) -> Self {
        let area = Cell { bits: to_bits(score), step: STEP_MAX }.area();
        let middle = |low, high, max: f64| f64::midpoint(low, high).min(max).max(-max);
        Self {
            longitude: middle(area.west, area.east, LONGITUDE_MAX),
            latitude: middle(area.south, area.north, LATITUDE_MAX),
        }
    }

    pub(crate) fn to_score(self) -> f64 {
        Cell::at(self, STEP_MAX, LATITUDE_MAX).bits as f64
    }

    /// The eleven letters that other programs know a place by. They take the poles in.
    pub(crate) fn to_letters(self) -> [u8; 11] {
        const ALPHABET: &[u8; 32] = b"0123456789bcdefghjkmnpqrstuvwxyz";
        let bits = Cell::at(self, STEP_MAX, 90.0).bits;
        std::array::from_fn(|at| {
            // 52 bits are ten letters of five; the eleventh is always the first of the alphabet.
            let shift = 52_u32.checked_sub((at as u32 + 1) * 5);
            ALPHABET[shift.map_or(0, |shift| bits >> shift & 31) as usize]
        })
    }

    /// Metres between two places (haversine).
    pub(crate) fn distance(self, other: Self) -> f64 {
        let (latitude, other_latitude) = (self.latitude.to_radians(), other.latitude.to_radians());
        let v = sin((other.longitude.to_radians() - self.longitude.to_radians()) / 2.0);
        if v == 0.0 {
            return self.latitude_distance(other);
        }
        let u = sin((other_latitude - latitude) / 2.0);
        let a = u * u + cos(latitude) * cos(other_latitude) * v * v;
        2.0 * EARTH_RADIUS * asin(a.sqrt())
    }

    fn latitude_distance(self, other: Self) -> f64 {
        EARTH_RADIUS * (other.latitude.to_radians() - self.latitude.to_radians()).abs()
    }
}

/// A box: `step` bits of each coordinate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cell {
    bits: u64,
    step: u32,
}

/// The sides of a box, in degrees.
struct Area {
    west: f64,
    south: f64,
    east: f64,
    north: f64,
}

const EVEN: u64 = 0x5555_5555_5555_5555;
const ODD: u64 = EVEN << 1;

impl Cell {
    fn at(place: Place, step: u32, latitude_max: f64) -> Self {
        let part = |value: f64, max: f64| {
            let share = (value + max) / (max + max);
            u64::from((share * (1_u64 << step) as f64) as u32)
        };
        let latitude = spread(part(place.latitude, latitude_max));
        let longitude = spread(part(place.longitude, LONGITUDE_MAX));
        Self { bits: latitude | longitude << 1, step }
    }

    fn area(self) -> Area {
        let size = (1_u64 << self.step) as f64;
        let side = |part: u64, max: f64| -max + part as f64 / size * (max + max);
        let (latitude, longitude) = (gather(self.bits), gather(self.bits >> 1));
        Area {
            west: side(longitude, LONGITUDE_MAX),
            south: side(latitude, LATITUDE_MAX),
            east: side(longitude + 1, LONGITUDE_MAX),
            north: side(latitude + 1, LATITUDE_MAX),
        }
    }

    /// The scores in the box: the first, and the first behind it.
    fn scores(self) -> (f64, f64) {
        let shift = 52 - self.step * 2;
        ((self.bits << shift) as f64, ((self.bits + 1) << shift) as f64)
    }

    /// The box so many to the east and to the north, around the earth.
    fn moved(self, east: i8, north: i8) -> Self {
        let used = u64::MAX >> (64 - self.step * 2);
        let shift = |own: u64, other: u64, by: i8| match by {
            // Ones at the places of the other coordinate let the carry pass.
            1.. => ((self.bits & own) + (other & used) + 1) & own & used,
            0 => self.bits & own,
            _ => (self.bits & own | other & used).wrapping_sub((other & used) + 1) & own & used,
        };
        Self { bits: shift(ODD, EVEN, east) | shift(EVEN, ODD, north), step: self.step }
    }
}

/// A score as x86 converts it to an unsigned integer: scores need not come from places.
fn to_bits(score: f64) -> u64 {
    const HIGHEST: u64 = 1 << 63;
    let to_signed = |number: f64| {
        let fits = (-(HIGHEST as f64)..HIGHEST as f64).contains(&number);
        if fits { number as i64 as u64 } else { HIGHEST }
    };
    if score < HIGHEST as f64 {
        to_signed(score)
    } else {
        to_signed(score - HIGHEST as f64) ^ HIGHEST
    }
}

/// Puts a zero between every two of the lower 32 bits.
fn spread(mut bits: u64) -> u64 {
    for (shift, mask) in [
        (16, 0x0000_FFFF_0000_FFFF),
        (8, 0x00FF_00FF_00FF_00FF),
        (4, 0x0F0F_0F0F_0F0F_0F0F),
        (2, 0x3333_3333_3333_3333),
        (1, EVEN),
    ] {
        bits = (bits | bits << shift) & mask;
    }
    bits
}

/// The bits at even places, side by side.
fn gather(mut bits: u64) -> u64 {
    bits &= EVEN;
    for (shift, mask) in [
        (1, 0x3333_3333_3333_3333),
        (2, 0x0F0F_0F0F_0F0F_0F0F),
        (4, 0x00FF_00FF_00FF_00FF),
        (8, 0x0000_FFFF_0000_FFFF),
        (16, 0x0000_0000_FFFF_FFFF),
    ] {
        bits = (bits | bits >> shift) & mask;
    }
    bits
}

/// Where to look around a place; sizes in metres.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shape {
    Circle { radius: f64 },
    Rectangle { width: f64, height: f64 },
}

impl Shape {
    /// The distance of a place from the centre, when it lies within.
    pub(crate) fn distance_within(self, centre: Place, place: Place) -> Option<f64> {
        match self {
            Shape::Circle { radius } => {
                Some(centre.distance(place)).filter(|distance| *distance <= radius)
            }
            Shape::Rectangle { width, height } => {
                let beside = Place { latitude: place.latitude, ..centre };
                let is_within = centre.latitude_distance(place) <= height / 2.0
                    && place.distance(beside) <= width / 2.0;
                is_within.then(|| centre.distance(place))
            }
        }
    }

    /// Ranges of scores that hold all places within, in the order in which Redis looks at them.
    pub(crate) fn score_ranges(self, centre: Place) -> Vec<(f64, f64)> {
        let (half_width, half_height, radius) = match self {
            Shape::Circle { radius } => (radius, radius, radius),
            Shape::Rectangle { width, height } => {
                let (w, h) = (width / 2.0, height / 2.0);
                (w, h, (w * w + h * h).sqrt())
            }
        };
        let bounds = bounds(centre, half_width, half_height);
        let mut step = step_for(radius, centre.latitude);
        let mut middle = Cell::at(centre, step, LATITUDE_MAX);
        let is_small = middle.moved(0, 1).area().north < bounds.north
            || middle.moved(0, -1).area().south > bounds.south
            || middle.moved(1, 0).area().east < bounds.east
            || middle.moved(-1, 0).area().west > bounds.west;
        if step > 1 && is_small {
            step -= 1;
            middle = Cell::at(centre, step, LATITUDE_MAX);
        }
        let area = middle.area();
        let reaches = |east: i8, north: i8| {
            step < 2
                || !((north < 0 && area.south < bounds.south)
                    || (north > 0 && area.north > bounds.north)
                    || (east < 0 && area.west < bounds.west)
                    || (east > 0 && area.east > bounds.east))
        };
        let around = [(0, 0), (0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, 1), (1, -1), (-1, -1)];
        let mut cells: Vec<(usize, Cell)> = Vec::new();
        for (at, (east, north)) in around.into_iter().enumerate() {
            let cell = middle.moved(east, north);
            // Of a huge area, neighbours are the same; only one that follows itself is left out.
            let is_again = cells.last().is_some_and(|&(last, other)| last > 0 && other == cell);
            if reaches(east, north) && !is_again {
                cells.push((at, cell));
            }
        }
        cells.into_iter().map(|(_, cell)| cell.scores()).collect()
    }
}

fn bounds(centre: Place, half_width: f64, half_height: f64) -> Area {
    let up = (half_height / EARTH_RADIUS).to_degrees();
    let aside =
        |latitude: f64| (half_width / EARTH_RADIUS / cos(latitude.to_radians())).to_degrees();
    // The side that is nearer to a pole spans more degrees.
    let aside = if centre.latitude < 0.0 {
        aside(centre.latitude - up)
    } else {
        aside(centre.latitude + up)
    };
    Area {
        west: centre.longitude - aside,
        south: centre.latitude - up,
        east: centre.longitude + aside,
        north: centre.latitude + up,
    }
}

/// Bits of each coordinate at which nine boxes are about as large as the circle.
fn step_for(radius: f64, latitude: f64) -> u32 {
    if radius == 0.0 {
        return STEP_MAX;
    }
    let mut step = 1_i32;
    let mut range = radius;
    while range < MERCATOR_MAX {
        range *= 2.0;
        step += 1;
    }
    step -= 2 + i32::from(latitude.abs() > 66.0) + i32::from(latitude.abs() > 80.0);
    step.clamp(1, STEP_MAX as i32) as u32
}
