//! What is varied: values that are listed, or a range of numbers that can be looked into.

use std::str::FromStr;

/// One value of a scenario and what it takes on.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// Where it stands: `"service.web.servers"`.
    pub path: String,
    /// The values of the grid, as they are written into the scenario.
    pub values: Vec<String>,
    /// How the values are numbers, if they are.
    pub scale: Option<Scale>,
}

/// Numbers along an axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Scale {
    /// What stands behind each number: `"/s"`, `" ms"`, or nothing.
    pub suffix: String,
    /// Whether only whole numbers make sense.
    pub whole: bool,
    /// Whether steps are ratios rather than differences.
    pub log: bool,
}

/// How to write one.
const FORM: &str = "write it like `service.web.servers=4..16`, `workload.shoppers.arrivals.rate=100/s..1000/s:10`, \
    `…=1ms..1s:7:log`, or list values as in `…=1,2,5`";
/// Points of a range that says nothing else.
const USUAL: usize = 10;
/// More would take for ever.
const MOST: usize = 1_000;

impl Axis {
    /// Returns the number that stands before the suffix of a value of this axis; `None` where values are no numbers.
    pub fn number(&self, value: &str) -> Option<f64> {
        let scale = self.scale.as_ref()?;
        let (number, suffix) = split(value)?;
        (suffix.trim() == scale.suffix.trim()).then_some(number)
    }

    /// Returns the last part of the path, which is enough for a heading: `"servers"`.
    pub fn name(&self) -> &str {
        self.path.rsplit('.').next().unwrap_or(&self.path)
    }

    /// Reads what a scenario says of a path, as `"4..40"`; a range of whole numbers has all of them, unless it says how many.
    pub fn of(path: &str, values: &str) -> Result<Self, String> {
        let mut axis: Self = format!("{path}={values}").parse()?;
        let is_range = values.contains("..") && !values.contains(':');
        if let Some((scale, (low, high))) = axis.scale.as_ref().zip(axis.ends()).filter(|_| is_range) {
            if !scale.whole {
                return Err(format!(
                    "`{values}` does not say how many values: write it like `{values}:10`"
                ));
            }
            if MOST as f64 <= high - low {
                return Err(format!(
                    "`{values}` has more than {MOST} values; write it like `{values}:100`"
                ));
            }
            axis.values = (low as u64..=high as u64)
                .map(|value| value.to_string())
                .collect();
        }
        Ok(axis)
    }

    /// Returns these values of a path, as they are written into the scenario.
    pub fn listed(path: &str, values: Vec<String>) -> Result<Self, String> {
        let (values, scale) = list(values)?;
        Ok(Self {
            path: path.to_owned(),
            values,
            scale,
        })
    }

    /// Returns the first and the last number.
    pub fn ends(&self) -> Option<(f64, f64)> {
        let (first, last) = self.values.first().zip(self.values.last())?;
        self.number(first).zip(self.number(last))
    }

    /// Returns the value between two others of this axis to look at next, a nice number; `None` where there is none.
    pub fn between(&self, low: f64, high: f64) -> Option<f64> {
        let scale = self.scale.as_ref()?;
        let middle = if scale.log && 0.0 < low {
            (low * high).sqrt()
        } else {
            f64::midpoint(low, high)
        };
        let middle = if scale.whole {
            middle.floor()
        } else {
            nice(middle, high - low)
        };
        (low < middle && middle < high).then_some(middle)
    }

    /// Returns how a number is written into the scenario.
    pub fn write(&self, number: f64) -> String {
        let suffix = self.scale.as_ref().map_or("", |scale| scale.suffix.as_str());
        format!("{number}{suffix}")
    }
}

impl FromStr for Axis {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (path, values) = text
            .split_once('=')
            .ok_or_else(|| format!("there is no `=` in it; {FORM}"))?;
        let (path, values) = (path.trim(), values.trim());
        if path.is_empty() || values.is_empty() {
            return Err(format!("a path or a value is empty; {FORM}"));
        }
        let (values, scale) = match values.split_once("..") {
            Some((low, rest)) if split(low).is_some() => range(low, rest)?,
            _ => list(
                split_values(values)
                    .into_iter()
                    .map(|value| value.trim().to_owned())
                    .collect(),
            )?,
        };
        Ok(Self {
            path: path.to_owned(),
            values,
            scale,
        })
    }
}

/// Reads `100/s..1000/s:10:log`, the part after the dots in `rest`.
fn range(low: &str, rest: &str) -> Result<(Vec<String>, Option<Scale>), String> {
    let mut parts = rest.split(':');
    let high = parts.next().unwrap_or_default();
    let (mut count, mut log) = (None, false);
    for part in parts {
        match part.trim() {
            "log" => log = true,
            "linear" => log = false,
            number => {
                let parsed = number.parse::<usize>().ok();
                let parsed = parsed.filter(|count| (2..=MOST).contains(count));
                let wrong =
                    || format!("`{number}` is no number of points from 2 to {MOST}, nor `log`; {FORM}");
                count = Some(parsed.ok_or_else(wrong)?);
            }
        }
    }
    let ((from, first), (to, last)) = (quantity(low)?, quantity(high)?);
    // `100..1000/s` is as clear as `100/s..1000/s`.
    if !first.trim().is_empty() && first.trim() != last.trim() {
        return Err(format!(
            "`{}` and `{}` have different units; {FORM}",
            low.trim(),
            high.trim()
        ));
    }
    if to <= from {
        return Err(format!(
            "a range goes upwards, and `{}..{}` does not",
            low.trim(),
            high.trim()
        ));
    }
    if log && from <= 0.0 {
        return Err("a logarithmic range begins above 0".to_owned());
    }
    let whole = last.is_empty() && is_whole(low) && is_whole(high);
    let scale = Scale {
        suffix: last.to_owned(),
        whole,
        log,
    };
    let all = (to - from) as usize + 1;
    let count = count.unwrap_or(if whole && all <= 2 * USUAL { all } else { USUAL });
    let axis = Axis {
        path: String::new(),
        values: Vec::new(),
        scale: Some(scale.clone()),
    };
    let mut values: Vec<String> = Vec::with_capacity(count);
    for at in 0..count {
        let part = at as f64 / (count - 1) as f64;
        let exact = if log {
            from * (to / from).powf(part)
        } else {
            from + part * (to - from)
        };
        let value = match at {
            0 => from,
            _ if at + 1 == count => to,
            _ if whole => exact.round(),
            _ => nice(exact, if log { exact } else { (to - from) / count as f64 }),
        };
        let text = axis.write(value);
        // Whole numbers that lie close together are one and the same.
        if values.last() != Some(&text) {
            values.push(text);
        }
    }
    Ok((values, Some(scale)))
}

fn quantity(text: &str) -> Result<(f64, &str), String> {
    split(text).ok_or_else(|| format!("`{}` is no number; {FORM}", text.trim()))
}

/// Returns listed values, and how they are numbers.
fn list(values: Vec<String>) -> Result<(Vec<String>, Option<Scale>), String> {
    if values.iter().any(String::is_empty) {
        return Err(format!("a path or a value is empty; {FORM}"));
    }
    let twice = values
        .iter()
        .enumerate()
        .find(|(at, value)| values[..*at].contains(value));
    if let Some((at, twice)) = twice {
        return Err(format!("value {} repeats `{twice}`", at + 1));
    }
    let numbers: Option<Vec<(f64, &str)>> = values.iter().map(|value| split(value)).collect();
    let scale = numbers.and_then(|numbers| {
        let suffix = numbers[0].1;
        let alike = numbers.iter().all(|(_, other)| other.trim() == suffix.trim());
        let rises = numbers.windows(2).all(|pair| pair[0].0 < pair[1].0);
        (alike && rises).then(|| Scale {
            suffix: suffix.to_owned(),
            whole: suffix.is_empty() && values.iter().all(|value| is_whole(value)),
            log: false,
        })
    });
    Ok((values, scale))
}

/// Splits at the commas that stand outside of quotes, brackets and braces.
fn split_values(text: &str) -> Vec<&str> {
    let (mut depth, mut quoted, mut from) = (0_i32, false, 0);
    let mut values = Vec::new();
    for (at, character) in text.char_indices() {
        match character {
            '"' => quoted = !quoted,
            '[' | '{' if !quoted => depth += 1,
            ']' | '}' if !quoted => depth -= 1,
            ',' if !quoted && depth <= 0 => {
                values.push(&text[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    values.push(&text[from..]);
    values
}

/// Splits `"100 /s"` into the number and what follows it.
pub(super) fn split(text: &str) -> Option<(f64, &str)> {
    let text = text.trim();
    let is_part = |(at, character): &(usize, char)| {
        character.is_ascii_digit()
            || matches!(character, '.' | '_')
            || (matches!(character, '-' | '+') && *at == 0)
            // `1e6`, but not the `e` of a unit.
            || (matches!(character, 'e' | 'E') && text[at + 1..].starts_with(|c: char| c.is_ascii_digit()))
    };
    let end = text
        .char_indices()
        .find(|part| !is_part(part))
        .map_or(text.len(), |(at, _)| at);
    let number: f64 = text[..end].replace('_', "").parse().ok()?;
    number.is_finite().then_some((number, &text[end..]))
}

fn is_whole(text: &str) -> bool {
    !text.trim().is_empty() && text.trim().chars().all(|character| character.is_ascii_digit())
}

/// Returns the roundest number so close to another that it makes no difference where `span` is of interest.
fn nice(value: f64, span: f64) -> f64 {
    let step = 10f64.powf((span.abs() / 20.0).log10().floor());
    if !step.is_normal() || !(1e-12..1e12).contains(&step) {
        return value;
    }
    let rounded = (value / step).round() * step;
    // Through its decimal form, so that it is written as short as it is meant.
    let digits = (-step.log10()).max(0.0) as usize;
    let text = format!("{rounded:.digits$}");
    text.parse().unwrap_or(value)
}

#[cfg(test)]
mod tests;
