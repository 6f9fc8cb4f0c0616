use super::*;

/// What a client can ask is in docs/node.md, and what is there can be asked.
#[test]
fn the_document_has_every_method() {
    let document = include_str!("../../../docs/node.md");
    let (_, methods) = document.split_once("## Methods").expect("it is there");
    let told: std::collections::BTreeSet<&str> = methods
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|word| word.contains('_') && !word.contains([' ', '/']))
        .collect();
    let served: std::collections::BTreeSet<&str> =
        rpc::names().chain(["eth_subscribe", "hebe_subscribe"]).collect();
    assert_eq!(told, served);
}
