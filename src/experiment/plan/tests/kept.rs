//! Replications that are kept: none may be taken for that of another candidate, case, load or input.

use super::*;

#[test]
fn keeping_what_is_finished_changes_nothing_and_saves_all_of_it() {
    let template = crate::scenario::TEMPLATES
        .iter()
        .find(|template| template.name == "three-zone-plan");
    let zones = template
        .expect("it is shipped")
        .text
        .replace("\"2 min\"", "\"5 s\"");
    let uncertain = POOL
        .replace("\"750 /s\"", "{ between = [\"600 /s\", \"750 /s\"] }")
        .replace("60 s", "3 s")
        .replace("1..40", "8..12")
        + "survive = [\"load:1.1\"]\n";
    for text in [zones, uncertain] {
        let folder = tempfile::tempdir().unwrap();
        let kept = Kept::open(folder.path()).unwrap();
        let alone = format!("{:?}", planned(&text));
        assert!(alone == format!("{:?}", planned_with(2, &text, Some(&kept))));
        assert_eq!(kept.recalled(), 0, "nothing was there before");
        let kept = Kept::open(folder.path()).unwrap();
        assert!(alone == format!("{:?}", planned_with(2, &text, Some(&kept))));
        assert!(20 < kept.recalled(), "{}", kept.recalled());
    }
}
