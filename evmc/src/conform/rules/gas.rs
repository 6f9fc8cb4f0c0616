//! Gas: never more than was given, and as much as the Yellow Paper says.

use super::super::{
    Check, Code, Rule, Subject,
    evm::{Evm, op},
    scene::{Scene, Verdict},
};
use hebe_host::StatusCode;

pub(super) const RULES: &[Rule] = &[
    Rule::must(
        "gas-left",
        "evmc.h, evmc_message::gas and evmc_result::gas_left",
        "The gas left is between 0 and the gas given.",
        Check::Each(bounds),
    ),
    Rule::must(
        "no-gas",
        "evmc.h, evmc_message::gas",
        "With no gas, STOP succeeds, and what costs something runs out of gas.",
        Check::Evm(none),
    ),
    Rule::must(
        "all-gas",
        "evmc.h, evmc_message::gas: int64_t",
        "The most gas that a message can have is 9,223,372,036,854,775,807, and it is counted exactly.",
        Check::Evm(most),
    ),
    Rule::must(
        "exact-gas",
        "Yellow Paper, appendix G",
        "Instructions cost what they cost: with one gas less, it is OUT_OF_GAS.",
        Check::Evm(exact),
    ),
];

fn bounds(subject: &Subject, code: Code) -> Verdict {
    let vm = subject.vm()?;
    for gas in [0, 1, 2, 100, 10_000, 1_000_000_000, i64::MAX] {
        for program in [code.gives(b"output"), code.reverts(b"output"), code.echo(), code.stores()]
        {
            let mut scene = Scene::new(code, program);
            scene.message.gas = gas;
            let result = scene.run(&vm)?;
            scene.equal(
                "whether gas_left is in bounds",
                true,
                (0..=gas).contains(&result.gas_left),
            )?;
        }
    }
    Ok(())
}

fn none(subject: &Subject) -> Verdict {
    let vm = subject.vm()?;
    let mut stop = Scene::evm([op::STOP]);
    stop.message.gas = 0;
    stop.succeeds(&vm)?;
    for gas in [0, 1, 2] {
        let mut push = Scene::evm(Evm::new().number(1).code());
        push.message.gas = gas;
        push.ends(&vm, StatusCode::OutOfGas)?;
    }
    Ok(())
}

fn most(subject: &Subject) -> Verdict {
    let mut scene = Scene::evm(Evm::new().number(1).code());
    scene.message.gas = i64::MAX;
    let result = scene.succeeds(&subject.vm()?)?;
    scene.equal("gas left", i64::MAX - 3, result.gas_left)
}

fn exact(subject: &Subject) -> Verdict {
    let vm = subject.vm()?;
    let sum = Evm::new().number(1).number(2).op(op::ADD).op(op::POP).code();
    // Two words of memory cost 3 each.
    let memory = Evm::new().number(1).number(32).op(op::MSTORE).code();
    for (code, costs) in [(sum, 3 + 3 + 3 + 2), (memory, 3 + 3 + 3 + 2 * 3)] {
        let mut scene = Scene::evm(code);
        scene.message.gas = costs;
        let result = scene.succeeds(&vm)?;
        scene.equal("gas left", 0, result.gas_left)?;
        scene.message.gas = costs - 1;
        scene.ends(&vm, StatusCode::OutOfGas)?;
    }
    Ok(())
}
