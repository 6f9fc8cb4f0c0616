//! docs/testing.md says what is so.

use hebe_testing::harness::{On, TestFile};
use std::{fs, path::Path};

#[test]
fn every_file_in_the_document_passes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let text = fs::read_to_string(root.join("docs/testing.md")).expect("the document is there");
    let blocks: Vec<&str> =
        text.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert!(blocks.len() >= 3, "the document has examples");
    for block in blocks {
        let path = root.join("contracts/document.test.toml");
        let file = TestFile::from_text(&path, block.to_owned());
        let file = file.unwrap_or_else(|mistakes| panic!("{}\n{block}", mistakes.join("\n")));
        for result in file.run(&On::every(), "").expect("the engines are there") {
            assert!(result.passed(), "{block}\n{result:?}");
        }
    }
}
