//! The tests on several threads, with their answers in order.

use super::answer::Answer;
use crate::Mistake;
use hebe_testing::{
    Machine,
    statetest::{NamedTest, Settings, read},
};
use std::{
    collections::BTreeMap,
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
};

/// What is to be done.
#[derive(Clone, Copy)]
pub(super) struct Work<'a> {
    pub(super) files: &'a [PathBuf],
    pub(super) filter: Option<&'a str>,
    pub(super) machine: &'a (dyn Machine + Send + Sync),
    pub(super) settings: Settings,
}

impl Work<'_> {
    /// Does it, and gives the answers of each file to `show`, in the order of the files.
    ///
    /// # Errors
    ///
    /// What `show` says; then the rest is left undone.
    pub(super) fn run(
        self,
        threads: NonZeroUsize,
        mut show: impl FnMut(Vec<Answer>) -> Result<(), Mistake>,
    ) -> Result<(), Mistake> {
        let next = AtomicUsize::new(0);
        let (send, receive) = mpsc::channel();
        thread::scope(|scope| {
            for _ in 0..threads.get().min(self.files.len()) {
                let (send, next) = (send.clone(), &next);
                scope.spawn(move || {
                    loop {
                        let index = next.fetch_add(1, Ordering::Relaxed);
                        let Some(file) = self.files.get(index) else { return };
                        // Nobody receives when the rest is to be left undone.
                        if send.send((index, self.file(file))).is_err() {
                            return;
                        }
                    }
                });
            }
            drop(send);
            let mut waiting = BTreeMap::new();
            let mut shown = 0;
            for (index, answers) in receive {
                waiting.insert(index, answers);
                while let Some(answers) = waiting.remove(&shown) {
                    show(answers)?;
                    shown += 1;
                }
            }
            Ok(())
        })
    }

    /// All cases of a file.
    fn file(self, file: &Path) -> Vec<Answer> {
        let tests = match read(file) {
            Ok(tests) => tests,
            Err(problem) => return vec![Answer::of_file(file, problem)],
        };
        let mut answers = Vec::new();
        for NamedTest { name, test } in tests {
            if self.filter.is_some_and(|filter| !name.contains(filter)) {
                continue;
            }
            match test {
                Ok(test) => answers.extend(test.cases.iter().map(|case| {
                    let verdict = test.run(case, self.machine, self.settings);
                    Answer::of_case(file, &name, case, verdict)
                })),
                Err(problem) => answers.push(Answer::of_test(file, &name, problem)),
            }
        }
        answers
    }
}
