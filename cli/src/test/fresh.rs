//! Builds the contract that a test file is about, where its source is newer.

use crate::{Mistake, build};
use hebe_contracts::Project;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// What was found in the folders that were looked at: what went wrong there, if something did.
#[derive(Default)]
pub(super) struct Builds(BTreeMap<PathBuf, Option<String>>);

impl Builds {
    /// Sees to it that the binary which this test file names, of the project beside it, is as new as its source. With
    /// `no_build` it only says so.
    ///
    /// # Errors
    ///
    /// Why the contract could not be built.
    pub(super) fn refresh(
        &mut self,
        file: &Path,
        debug: bool,
        no_build: bool,
    ) -> Result<(), String> {
        let folder = match file.parent() {
            Some(folder) if folder != Path::new("") => folder.to_owned(),
            _ => PathBuf::from("."),
        };
        if let Some(problem) = self.0.get(&folder) {
            return problem.clone().map_or(Ok(()), Err);
        }
        let text = fs::read_to_string(file).unwrap_or_default();
        if !["target/", "build/"].iter().any(|place| text.contains(place)) {
            return Ok(());
        }
        let Ok(project) = Project::find(&folder) else { return Ok(()) };
        let Ok(output) = project.output() else { return Ok(()) };
        let name = output.file_name().map(|name| name.to_string_lossy().into_owned());
        if !name.is_some_and(|name| text.contains(&name)) {
            return Ok(());
        }
        let outcome = self.build(&project, &output, debug, no_build);
        self.0.insert(folder, outcome.clone().err());
        outcome
    }

    fn build(
        &self,
        project: &Project,
        output: &Path,
        debug: bool,
        no_build: bool,
    ) -> Result<(), String> {
        if !debug && !build::is_stale(project) {
            return Ok(());
        }
        if no_build {
            if output.exists() {
                let shown = output.display();
                eprintln!(
                    "hebe: {shown} is older than its source, and is tested as it is (--no-build)"
                );
            }
            return Ok(());
        }
        match build::make(project, debug) {
            Err(Mistake(problem)) | Ok(Err(problem)) => Err(problem),
            Ok(Ok(_)) => Ok(()),
        }
    }
}
