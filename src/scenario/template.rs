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

/// All of them, the simplest first.
pub const TEMPLATES: &[Template] = &[Template {
    name: "web-tier",
    text: include_str!("../../scenarios/web-tier.toml"),
}];

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
    fn every_file_in_the_folder_is_a_template() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter_map(|name| name.strip_suffix(".toml").map(str::to_owned))
            .collect();
        let mut names: Vec<&str> = TEMPLATES.iter().map(|template| template.name).collect();
        files.sort_unstable();
        names.sort_unstable();
        assert_eq!(files, names);
    }
}
