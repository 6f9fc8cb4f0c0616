//! What happens when the client calls.

use crate::{command, probe::Probe, report::Report};
use hebe_evmc::{
    BadOption, EvmcHost, Inner,
    abi::{Abi, EVMC_CAPABILITY_EVM1, EVMC_CAPABILITY_EWASM},
};
use hebe_host::{CallResult, Message, Revision, StatusCode};
use std::{ffi::CStr, fs::OpenOptions, io::Write, path::PathBuf};

/// The VM. Its option `report` names a file that reports are appended to; without it they go to standard error.
#[derive(Clone, Debug, Default)]
pub struct HostCheck {
    report: Option<PathBuf>,
}

impl Inner for HostCheck {
    const NAME: &'static CStr = c"hebe-hostcheck";

    fn set(&mut self, name: &str, value: &str) -> Result<(), BadOption> {
        match name {
            "report" if !value.is_empty() => self.report = Some(value.into()),
            "report" => return Err(BadOption::Value),
            _ => return Err(BadOption::Name),
        }
        Ok(())
    }

    /// It takes whatever code there is, so that clients that ask send it all of theirs.
    fn capabilities(&self) -> u32 {
        EVMC_CAPABILITY_EVM1 | EVMC_CAPABILITY_EWASM
    }

    fn run<A: Abi>(
        &self,
        revision: Revision,
        message: &Message<'_>,
        code: &[u8],
        host: &mut EvmcHost<'_, A>,
    ) -> CallResult {
        if let Some(result) = command::obey(message, code, A::VERSION, host) {
            return result;
        }
        // Called by another contract, or to deploy one: it plays a contract that does nothing.
        if message.depth > 0 || message.is_create() {
            let output = if message.is_create() { command::CONTRACT.to_vec() } else { Vec::new() };
            return command::ended(StatusCode::Success, message.gas, output);
        }
        let report = Report::of(&mut Probe::new(host, A::VERSION, revision, *message, code));
        self.tell(&report);
        let status = if report.is_good() { StatusCode::Success } else { StatusCode::Revert };
        command::ended(status, message.gas, report.text().into_bytes())
    }
}

impl HostCheck {
    /// Nobody can be told where even this fails, and it must not end the client.
    fn tell(&self, report: &Report) {
        let text = report.text();
        let _ = match &self.report {
            None => std::io::stderr().write_all(text.as_bytes()),
            Some(path) => OpenOptions::new()
                .append(true)
                .create(true)
                .open(path)
                .and_then(|mut file| file.write_all(text.as_bytes())),
        };
    }
}
