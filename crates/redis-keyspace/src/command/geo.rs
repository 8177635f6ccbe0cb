//! Places, which are scores of a sorted set.

use resp::Reply;
use resp::number::put_fixed;

use crate::command::sorted_set::{AddOptions, Elements, add_members};
use crate::context::{Answer, Args, Context, at_most};
use crate::geohash::{Place, Shape};
use crate::messages::*;
use crate::number::parse_double;
use crate::value::{SortedSet, sort_members};

pub(super) fn geoadd(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let mut options = AddOptions::default();
    let mut index = 2;
    while index < args.len() {
        if args.is(index, "nx") {
            options.nx = true;
        } else if args.is(index, "xx") {
            options.xx = true;
        } else if args.is(index, "ch") {
            options.ch = true;
        } else {
            break;
        }
        index += 1;
    }
    let (triples, rest) = args.from(index).as_chunks::<3>();
    if !rest.is_empty() || (options.nx && options.xx) {
        return Err(SYNTAX.into());
    }
    let elements = triples
        .iter()
        .map(|[longitude, latitude, member]| {
            Ok((parse_place(longitude, latitude)?.to_score(), *member))
        })
        .collect::<Result<Elements<'_>, Failure>>()?;
    if elements.is_empty() {
        return Err(SYNTAX.into());
    }
    add_members(cx, args.at(1), elements, &options)
}

fn parse_place(longitude: &[u8], latitude: &[u8]) -> Result<Place, Failure> {
    let longitude = parse_double(longitude).ok_or(NOT_A_FLOAT)?;
    let latitude = parse_double(latitude).ok_or(NOT_A_FLOAT)?;
    let place = Place { longitude, latitude };
    if place.is_valid() {
        return Ok(place);
    }
    let mut text = b"ERR invalid longitude,latitude pair ".to_vec();
    put_fixed(longitude, 6, &mut text);
    text.push(b',');
    put_fixed(latitude, 6, &mut text);
    Err(text.into())
}

/// Metres in a unit.
fn parse_unit(text: &[u8]) -> Result<f64, Failure> {
    [("m", 1.0), ("km", 1000.0), ("ft", 0.3048), ("mi", 1609.34)]
        .into_iter()
        .find(|(name, _)| text.eq_ignore_ascii_case(name.as_bytes()))
        .map(|(_, metres)| metres)
        .ok_or_else(|| GEO_UNIT.into())
}

fn place_of(set: &SortedSet, member: &[u8]) -> Option<Place> {
    set.score(member).map(Place::from_score)
}

fn distance_reply(distance: f64) -> Reply {
    let mut text = Vec::new();
    put_fixed(distance, 4, &mut text);
    Reply::bulk(text)
}

pub(super) fn geodist(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let metres = match args.len() {
        4 => 1.0,
        5 => parse_unit(args.at(4))?,
        _ => return Err(SYNTAX.into()),
    };
    let Some(set) = cx.sorted_set(args.at(1))? else { return Ok(Reply::Nil) };
    Ok(match (place_of(set, args.at(2)), place_of(set, args.at(3))) {
        (Some(from), Some(to)) => distance_reply(from.distance(to) / metres),
        _ => Reply::Nil,
    })
}

pub(super) fn geopos(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let is_resp3 = cx.is_resp3();
    let set = cx.sorted_set(args.at(1))?;
    let show = |member: &&[u8]| {
        let place = set.and_then(|set| place_of(set, member));
        place.map_or(Reply::NilArray, |place| place_reply(place, is_resp3))
    };
    Ok(args.from(2).iter().map(show).collect())
}

fn place_reply(place: Place, is_resp3: bool) -> Reply {
    let coordinate = |number: f64| {
        let mut text = Vec::new();
        resp::number::put_decimal(number, &mut text);
        if !is_resp3 {
            return Reply::Bulk(text);
        }
        // Scripts get the number that is written, which may be less exact; it is written just the same.
        Reply::Decimal(parse_double(&text).unwrap_or(number))
    };
    vec![coordinate(place.longitude), coordinate(place.latitude)].into()
}

pub(super) fn geohash(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let set = cx.sorted_set(args.at(1))?;
    let show = |member: &&[u8]| {
        let place = set.and_then(|set| place_of(set, member));
        Reply::opt_bulk(place.map(Place::to_letters))
    };
    Ok(args.from(2).iter().map(show).collect())
}

/// Which command searches.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Radius { by_member: bool, may_store: bool },
    Search { stores: bool },
}

pub(super) fn georadius(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    search(cx, args, Kind::Radius { by_member: false, may_store: true })
}

pub(super) fn georadius_ro(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    search(cx, args, Kind::Radius { by_member: false, may_store: false })
}

pub(super) fn georadiusbymember(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    search(cx, args, Kind::Radius { by_member: true, may_store: true })
}

pub(super) fn georadiusbymember_ro(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    search(cx, args, Kind::Radius { by_member: true, may_store: false })
}

pub(super) fn geosearch(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    search(cx, args, Kind::Search { stores: false })
}

pub(super) fn geosearchstore(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    search(cx, args, Kind::Search { stores: true })
}

/// Around what to search.
#[derive(Clone, Copy)]
enum Centre {
    At(Place),
    /// A member of a set that does not exist.
    Nowhere,
}

/// What to search for, and how to show it.
struct Options<'a> {
    centre: Option<Centre>,
    shape: Option<Shape>,
    /// Metres in the unit of the answer.
    metres: f64,
    count: Option<usize>,
    any: bool,
    descending: Option<bool>,
    with_coord: bool,
    with_dist: bool,
    with_hash: bool,
    store: Option<&'a [u8]>,
    store_dist: bool,
}

fn search(cx: &mut Context<'_>, args: Args<'_>, kind: Kind) -> Answer {
    let stores = kind == Kind::Search { stores: true };
    let source = args.at(if stores { 2 } else { 1 });
    let set = cx.sorted_set(source)?;
    let options = Options::parse(args, kind, set)?;
    let Some(set) = set else {
        return Ok(match options.store {
            Some(target) => Reply::Integer(cx.store(target, SortedSet::new(cx.hasher()), 0)),
            None => Reply::empty_array(),
        });
    };
    let found = options.find(set);
    if let Some(target) = options.store {
        let mut members: Vec<(Vec<u8>, f64)> = found
            .into_iter()
            .map(|found| {
                let distance = found.distance / options.metres;
                (found.member, if options.store_dist { distance } else { found.score })
            })
            .collect();
        sort_members(&mut members);
        let stored = SortedSet::from_sorted(cx.hasher(), &members, &cx.thresholds());
        return Ok(Reply::Integer(cx.store(target, stored, members.len())));
    }
    let is_resp3 = cx.is_resp3();
    Ok(found.into_iter().map(|found| options.show(found, is_resp3)).collect())
}

struct Found {
    member: Vec<u8>,
    score: f64,
    place: Place,
    /// Metres.
    distance: f64,
}

impl<'a> Options<'a> {
    fn parse(args: Args<'a>, kind: Kind, set: Option<&SortedSet>) -> Result<Self, Failure> {
        let mut options = Self {
            centre: None,
            shape: None,
            metres: 1.0,
            count: None,
            any: false,
            descending: None,
            with_coord: false,
            with_dist: false,
            with_hash: false,
            store: None,
            store_dist: false,
        };
        let mut index = match kind {
            Kind::Radius { by_member: false, .. } => {
                options.centre = Some(Centre::At(parse_place(args.at(2), args.at(3))?));
                options.circle(args.at(4), args.at(5))?;
                6
            }
            Kind::Radius { by_member: true, .. } => {
                options.centre = Some(centre_of(set, args.at(2))?);
                options.circle(args.at(3), args.at(4))?;
                5
            }
            Kind::Search { stores: false } => 2,
            Kind::Search { stores: true } => {
                options.store = Some(args.at(1));
                3
            }
        };
        let is_search = matches!(kind, Kind::Search { .. });
        let may_name_target = matches!(kind, Kind::Radius { may_store: true, .. });
        while index < args.len() {
            let more = args.len() - index - 1;
            let mut taken = 0;
            if args.is(index, "withdist") {
                options.with_dist = true;
            } else if args.is(index, "withhash") {
                options.with_hash = true;
            } else if args.is(index, "withcoord") {
                options.with_coord = true;
            } else if args.is(index, "any") {
                options.any = true;
            } else if args.is(index, "asc") {
                options.descending = Some(false);
            } else if args.is(index, "desc") {
                options.descending = Some(true);
            } else if args.is(index, "count") && more >= 1 {
                let count = args.integer(index + 1)?;
                if count <= 0 {
                    return Err(CLAIM_COUNT.into());
                }
                options.count = Some(at_most(count));
                taken = 1;
            } else if may_name_target
                && more >= 1
                && (args.is(index, "store") || args.is(index, "storedist"))
            {
                options.store = Some(args.at(index + 1));
                options.store_dist = args.is(index, "storedist");
                taken = 1;
            } else if is_search
                && options.centre.is_none()
                && more >= 1
                && args.is(index, "frommember")
            {
                options.centre = Some(centre_of(set, args.at(index + 1))?);
                taken = 1;
            } else if is_search
                && options.centre.is_none()
                && more >= 2
                && args.is(index, "fromlonlat")
            {
                let place = parse_place(args.at(index + 1), args.at(index + 2))?;
                options.centre = Some(Centre::At(place));
                taken = 2;
            } else if is_search
                && options.shape.is_none()
                && more >= 2
                && args.is(index, "byradius")
            {
                options.circle(args.at(index + 1), args.at(index + 2))?;
                taken = 2;
            } else if is_search && options.shape.is_none() && more >= 3 && args.is(index, "bybox") {
                options.rectangle(args.at(index + 1), args.at(index + 2), args.at(index + 3))?;
                taken = 3;
            } else if kind == (Kind::Search { stores: true }) && args.is(index, "storedist") {
                options.store_dist = true;
            } else {
                return Err(SYNTAX.into());
            }
            index += 1 + taken;
        }
        options.check(args, is_search)?;
        Ok(options)
    }

    fn check(&self, args: Args<'_>, is_search: bool) -> Result<(), Failure> {
        if self.store.is_some() && (self.with_coord || self.with_dist || self.with_hash) {
            let what = if is_search { "GEOSEARCHSTORE" } else { "STORE option in GEORADIUS" };
            let rest = "is not compatible with WITHDIST, WITHHASH and WITHCOORD options";
            return Err(format!("ERR {what} {rest}").into());
        }
        let missing = if self.centre.is_none() {
            "exactly one of FROMMEMBER or FROMLONLAT"
        } else if self.shape.is_none() {
            "exactly one of BYRADIUS and BYBOX"
        } else if self.any && self.count.is_none() {
            return Err(GEO_ANY.into());
        } else {
            return Ok(());
        };
        let mut text = format!("ERR {missing} can be specified for ").into_bytes();
        text.extend(args.at(0).iter().take_while(|&&byte| byte != 0));
        Err(text.into())
    }

    fn circle(&mut self, radius: &[u8], unit: &[u8]) -> Result<(), Failure> {
        let radius = parse_double(radius).ok_or(GEO_RADIUS)?;
        if radius < 0.0 {
            return Err(GEO_RADIUS_NEGATIVE.into());
        }
        self.metres = parse_unit(unit)?;
        self.shape = Some(Shape::Circle { radius: radius * self.metres });
        Ok(())
    }

    fn rectangle(&mut self, width: &[u8], height: &[u8], unit: &[u8]) -> Result<(), Failure> {
        let width = parse_double(width).ok_or(GEO_WIDTH)?;
        let height = parse_double(height).ok_or(GEO_HEIGHT)?;
        if width < 0.0 || height < 0.0 {
            return Err(GEO_BOX_NEGATIVE.into());
        }
        self.metres = parse_unit(unit)?;
        let (width, height) = (width * self.metres, height * self.metres);
        self.shape = Some(Shape::Rectangle { width, height });
        Ok(())
    }

    fn find(&self, set: &SortedSet) -> Vec<Found> {
        let (Some(Centre::At(centre)), Some(shape)) = (self.centre, self.shape) else {
            return Vec::new();
        };
        let found_max = if self.any { self.count.unwrap_or(usize::MAX) } else { usize::MAX };
        let mut found = Vec::new();
        for (first, behind) in shape.score_ranges(centre) {
            if found.len() >= found_max {
                break;
            }
            let start = set.count_while(|score, _| score < first);
            let end = set.count_while(|score, _| score < behind);
            for (member, score) in set.ascending(start, end) {
                let place = Place::from_score(score);
                if let Some(distance) = shape.distance_within(centre, place) {
                    found.push(Found { member: member.to_vec(), score, place, distance });
                    if found.len() >= found_max {
                        break;
                    }
                }
            }
        }
        // The nearest ones are asked for, unless any will do.
        let is_sorted = self.descending.is_some() || (self.count.is_some() && !self.any);
        if is_sorted {
            ordered::sort_by(&mut found, |a, b| {
                let order = a.distance.total_cmp(&b.distance);
                if self.descending == Some(true) { order.reverse() } else { order }
            });
        }
        found.truncate(self.count.unwrap_or(usize::MAX));
        found
    }

    fn show(&self, found: Found, is_resp3: bool) -> Reply {
        let member = Reply::Bulk(found.member);
        if !(self.with_dist || self.with_hash || self.with_coord) {
            return member;
        }
        let mut parts = vec![member];
        if self.with_dist {
            parts.push(distance_reply(found.distance / self.metres));
        }
        if self.with_hash {
            parts.push(Reply::Integer(found.score as i64));
        }
        if self.with_coord {
            parts.push(place_reply(found.place, is_resp3));
        }
        parts.into()
    }
}

/// The place of a member.
fn centre_of(set: Option<&SortedSet>, member: &[u8]) -> Result<Centre, Failure> {
    match set {
        None => Ok(Centre::Nowhere),
        Some(set) => place_of(set, member).map(Centre::At).ok_or_else(|| GEO_MEMBER.into()),
    }
}
