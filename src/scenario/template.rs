//! The scenarios that come with the program: the files of the folder `scenarios/` themselves, so they cannot drift.

/// A scenario to start from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Template {
    /// Its name: that of the file, without its ending.
    pub name: &'static str,
    /// The file.
    pub text: &'static str,
}

impl Template {
    /// Returns what it is about: the comment in its first line.
    pub fn summary(&self) -> &'static str {
        self.text
            .lines()
            .next()
            .unwrap_or_default()
            .trim_start_matches('#')
            .trim()
    }
}

/// Includes the files of these names.
macro_rules! templates {
    ($($name:literal),* $(,)?) => {
        &[$(Template { name: $name, text: include_str!(concat!("../../scenarios/", $name, ".toml")) }),*]
    };
}

/// All of them, the simplest first; without those that read a file of data, which nobody would have.
pub const TEMPLATES: &[Template] = templates![
    "web-tier",
    "mm1-five-loads",
    "heterogeneous",
    "bursty-day",
    "support-desk",
    "failover-drill",
    "three-zone-year",
    "three-zone-plan",
    "year-of-requests",
    "order-store",
    "consistency-modes",
    "losing-a-node",
    "cut-off-zone",
    "metadata-lookups",
    "durable-store",
    "copysets",
    "retry-storm",
    "service-graph",
    "zone-local",
    "hedged-tail",
    "hung-against-crashed",
    "gray-failure",
    "vrrp-pair",
    "balancer-random",
    "balancer-round-robin",
    "balancer-weighted-round-robin",
    "balancer-least-connections",
    "balancer-power-of-d",
    "balancer-join-idle-queue",
    "balancer-least-response-time",
    "balancer-least-work",
    "balancer-first-fit",
    "balancer-source-hash",
    "balancer-key-hash",
    "balancer-sticky",
    "balancer-load-report",
    "article-case",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::from_str;

    #[test]
    fn every_template_is_a_scenario_and_says_what_it_is_about() {
        for template in TEMPLATES {
            if let Err(error) = from_str(template.name, template.text, &[]) {
                panic!("{}:\n{error}", template.name);
            }
            assert!(10 < template.summary().len(), "{}", template.name);
        }
    }

    #[test]
    fn every_file_in_the_folder_that_needs_no_other_is_a_template() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
        let needs_data = |name: &str| {
            let text = std::fs::read_to_string(folder.join(name).with_extension("toml")).unwrap();
            text.contains("file = \"data/")
        };
        let mut files: Vec<String> = std::fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter_map(|name| name.strip_suffix(".toml").map(str::to_owned))
            .filter(|name| !needs_data(name))
            .collect();
        let mut names: Vec<&str> = TEMPLATES.iter().map(|template| template.name).collect();
        files.sort_unstable();
        names.sort_unstable();
        assert_eq!(files, names);
    }
}
