//! What revm calls the revisions. It has none for Constantinople.

use hebe_host::Revision;
use revm::primitives::hardfork::SpecId;

/// Every revision that revm has.
pub(crate) const SPECS: [(Revision, SpecId); 14] = [
    (Revision::Frontier, SpecId::FRONTIER),
    (Revision::Homestead, SpecId::HOMESTEAD),
    (Revision::TangerineWhistle, SpecId::TANGERINE),
    (Revision::SpuriousDragon, SpecId::SPURIOUS_DRAGON),
    (Revision::Byzantium, SpecId::BYZANTIUM),
    (Revision::Petersburg, SpecId::PETERSBURG),
    (Revision::Istanbul, SpecId::ISTANBUL),
    (Revision::Berlin, SpecId::BERLIN),
    (Revision::London, SpecId::LONDON),
    (Revision::Paris, SpecId::MERGE),
    (Revision::Shanghai, SpecId::SHANGHAI),
    (Revision::Cancun, SpecId::CANCUN),
    (Revision::Prague, SpecId::PRAGUE),
    (Revision::Osaka, SpecId::OSAKA),
];
