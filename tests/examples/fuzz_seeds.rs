//! Writes the sample contracts as seeds for the fuzz targets, into `fuzz/corpus/`.
//!
//! `cargo run -p hebe-testing --example fuzz_seeds`

use hebe_testing::altered::DECISIONS;
use std::{error::Error, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let corpus = |target: &str| root.join("fuzz/corpus").join(target);
    let (prepare, evmc, meter) = (corpus("prepare"), corpus("evmc"), corpus("meter_oracle"));
    let (engines, interpreter) = (corpus("engines"), corpus("interpreter"));
    for folder in [&prepare, &evmc, &meter, &engines, &interpreter] {
        fs::create_dir_all(folder)?;
    }
    let mut count = 0;
    for folder in ["contracts", "contracts/hostile"] {
        for entry in fs::read_dir(root.join(folder))? {
            let path = entry?.path();
            let Some(name) = path.file_stem() else { continue };
            if path.extension().is_none_or(|extension| extension != "wat") {
                continue;
            }
            let Ok(code) = wat::parse_file(&path) else { continue };
            fs::write(prepare.join(name), &code)?;
            fs::write(meter.join(name), &code)?;
            fs::write(engines.join(name), &code)?;
            // Bytes that say what is altered, all of them the same, and the code.
            let altered: Vec<u8> = [0x55; DECISIONS].into_iter().chain(code.clone()).collect();
            fs::write(interpreter.join(name), altered)?;
            if let Ok(size) = u16::try_from(code.len()) {
                // No options, a plain call with plenty of gas, the code, then a host's answers.
                let mut input = vec![0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0];
                input.resize(input.len() + 20 + 20 + 32 + 32 + 20 + 1, 0);
                input.extend(size.to_le_bytes());
                input.extend(&code);
                input.extend([1; 256]);
                fs::write(evmc.join(name), input)?;
            }
            count += 1;
        }
    }
    println!("{count} contracts are seeds of prepare, evmc, meter_oracle, engines and interpreter");
    Ok(())
}
