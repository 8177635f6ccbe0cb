//! Benchmark results: ratios, the figures that sum them up, and how they are shown.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

/// No program may run below this share of an engine's speed without being flagged.
const RATIO_MIN: f64 = 0.8;

/// Times of one engine on one program, in milliseconds, one per round.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Times {
    pub(crate) engine: String,
    pub(crate) ms: Vec<f64>,
}

impl Times {
    /// The best round: what else runs on the machine can only make a round slower.
    fn best(&self) -> f64 {
        self.ms.iter().copied().fold(f64::INFINITY, f64::min)
    }

    fn median(&self) -> f64 {
        let mut sorted = self.ms.clone();
        sorted.sort_by(f64::total_cmp);
        match sorted.len() {
            0 => f64::NAN,
            len if len % 2 == 1 => sorted[len / 2],
            len => f64::midpoint(sorted[len / 2 - 1], sorted[len / 2]),
        }
    }
}

/// One program: what every engine took, and what went wrong, if anything did.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Row {
    pub(crate) program: String,
    pub(crate) times: Vec<Times>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) problem: Option<String>,
}

/// A whole comparison. `ours` names the engine that the others are divided by.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Report {
    /// What ran where, in the order in which it should be read.
    pub(crate) setting: Vec<String>,
    pub(crate) ours: String,
    pub(crate) others: Vec<String>,
    pub(crate) rows: Vec<Row>,
}

/// What a comparison with one other engine comes to.
#[derive(Debug, Clone)]
pub(crate) struct Summary {
    pub(crate) engine: String,
    pub(crate) geometric_mean: f64,
    pub(crate) worst: Option<(String, f64)>,
    pub(crate) slow: Vec<(String, f64)>,
}

impl Report {
    /// The other engine's best time over ours: above 1, ours is faster.
    fn ratio(&self, row: &Row, other: &str) -> Option<f64> {
        let best =
            |name: &str| row.times.iter().find(|times| times.engine == name).map(Times::best);
        let ratio = best(other)? / best(&self.ours)?;
        ratio.is_finite().then_some(ratio)
    }

    /// One summary for each other engine, over the rows without problems.
    pub(crate) fn summaries(&self) -> Vec<Summary> {
        self.others.iter().map(|engine| self.summary(engine)).collect()
    }

    fn summary(&self, engine: &str) -> Summary {
        let mut ratios: Vec<(String, f64)> = self
            .rows
            .iter()
            .filter(|row| row.problem.is_none())
            .filter_map(|row| Some((row.program.clone(), self.ratio(row, engine)?)))
            .collect();
        ratios.sort_by(|a, b| a.1.total_cmp(&b.1));
        let logarithms: f64 = ratios.iter().map(|(_, ratio)| ratio.ln()).sum();
        Summary {
            engine: engine.to_owned(),
            geometric_mean: (logarithms / ratios.len() as f64).exp(),
            worst: ratios.first().cloned(),
            slow: ratios.into_iter().take_while(|(_, ratio)| *ratio < RATIO_MIN).collect(),
        }
    }

    /// Heading and cells, all as text: best times, our median, ratios, remarks.
    fn cells(&self) -> Vec<Vec<String>> {
        let mut heading = vec!["program".to_owned()];
        heading.extend(self.others.iter().map(|engine| format!("{engine} ms")));
        heading.push(format!("{} ms", self.ours));
        heading.push("median".to_owned());
        heading.extend(self.others.iter().map(|engine| format!("{engine}/ours")));
        heading.push(String::new());
        let mut cells = vec![heading];
        for row in &self.rows {
            let best = |name: &str| row.times.iter().find(|times| times.engine == name);
            let ms = |value: Option<f64>| value.map_or("-".to_owned(), |ms| format!("{ms:.1}"));
            let mut line = vec![row.program.clone()];
            line.extend(self.others.iter().map(|engine| ms(best(engine).map(Times::best))));
            line.push(ms(best(&self.ours).map(Times::best)));
            line.push(ms(best(&self.ours).map(Times::median)));
            let mut slow = false;
            for (position, engine) in self.others.iter().enumerate() {
                let ratio = self.ratio(row, engine);
                // Only the first engine is one that we promise to keep up with.
                slow |= position == 0 && ratio.is_some_and(|ratio| ratio < RATIO_MIN);
                line.push(ratio.map_or("-".to_owned(), |ratio| format!("{ratio:.2}")));
            }
            line.push(match &row.problem {
                Some(problem) => problem.clone(),
                None if slow => "slow".to_owned(),
                None => String::new(),
            });
            cells.push(line);
        }
        cells
    }

    /// For the terminal.
    pub(crate) fn text(&self) -> String {
        let cells = self.cells();
        let columns = cells.first().map_or(0, Vec::len);
        let width =
            |column: usize| cells.iter().map(|line| line[column].len()).max().unwrap_or_default();
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let mut out = String::new();
        for line in &cells {
            let mut text = format!("{:<1$}", line[0], widths[0]);
            for column in 1..columns {
                let last = column == columns - 1;
                let width = if last { 0 } else { widths[column] };
                let _ = write!(text, "  {:>width$}", line[column]);
            }
            let _ = writeln!(out, "{}", text.trim_end());
        }
        out.push('\n');
        out.push_str(&self.summary_text());
        out
    }

    fn summary_text(&self) -> String {
        let mut out = String::new();
        for summary in self.summaries() {
            let Summary { engine, geometric_mean, worst, slow } = summary;
            let _ = write!(out, "{engine}/{}: geometric mean {geometric_mean:.2}", self.ours);
            if let Some((program, ratio)) = worst {
                let _ =
                    write!(out, ", worst {program} {ratio:.2}, below {RATIO_MIN}: {}", slow.len());
            }
            out.push('\n');
        }
        out
    }

    /// For documents.
    pub(crate) fn markdown(&self) -> String {
        let mut out = String::new();
        for line in &self.setting {
            let _ = writeln!(out, "* {line}");
        }
        out.push('\n');
        for (number, line) in self.cells().iter().enumerate() {
            let _ = writeln!(out, "| {} |", line.join(" | "));
            if number == 0 {
                let rules: Vec<_> = (0..line.len())
                    .map(|column| if column == 0 { "---" } else { "---:" })
                    .collect();
                let _ = writeln!(out, "| {} |", rules.join(" | "));
            }
        }
        out.push('\n');
        out.push_str(&self.summary_text());
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(program: &str, theirs: &[f64], ours: &[f64]) -> Row {
        let times = |engine: &str, ms: &[f64]| Times { engine: engine.to_owned(), ms: ms.to_vec() };
        Row {
            program: program.to_owned(),
            times: vec![times("theirs", theirs), times("ours", ours)],
            problem: None,
        }
    }

    #[test]
    fn sums_up_by_best_times() {
        let mut broken = row("broken", &[1.0], &[100.0]);
        broken.problem = Some("outputs differ".to_owned());
        let report = Report {
            setting: Vec::new(),
            ours: "ours".to_owned(),
            others: vec!["theirs".to_owned()],
            rows: vec![row("fast", &[9.0, 8.0], &[2.0, 3.0]), row("slow", &[1.0], &[4.0]), broken],
        };
        let summary = &report.summaries()[0];
        assert!((summary.geometric_mean - 1.0).abs() < 1e-9);
        assert_eq!(summary.worst, Some(("slow".to_owned(), 0.25)));
        assert_eq!(summary.slow, [("slow".to_owned(), 0.25)]);
        assert!(report.text().contains("outputs differ"));
        assert_eq!(Times { engine: String::new(), ms: vec![3.0, 1.0, 2.0] }.median(), 2.0);
    }
}
