//! A Merkle Patricia trie whose root is found anew from what has changed.
//!
//! A [`Trie`] shares its nodes with its copies: to keep one of an earlier block costs what has changed since. Each node
//! keeps its encoding once it is known. Keys are words, hashed by who calls, so all paths have 64 nibbles and a value is
//! only in leaves (Yellow Paper, appendix D).

use alloy_primitives::{B256, Bytes, keccak256};
use alloy_trie::{
    EMPTY_ROOT_HASH, Nibbles, TrieMask,
    nodes::{BranchNodeRef, ExtensionNodeRef, LeafNodeRef, RlpNode},
};
use std::{
    mem,
    sync::{Arc, OnceLock},
};

/// Values by key.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trie {
    root: Option<Arc<Node>>,
}

#[derive(Debug)]
struct Node {
    kind: Kind,
    /// What a parent holds of the node, once somebody has asked.
    held: OnceLock<RlpNode>,
}

#[derive(Clone, Debug)]
enum Kind {
    /// The rest of the path, and the value.
    Leaf(Nibbles, Arc<[u8]>),
    /// A piece of path that all below have in common; a branch is below.
    Extension(Nibbles, Arc<Node>),
    /// At least two children, by the next nibble.
    Branch(Box<[Option<Arc<Node>>; 16]>),
}

impl Trie {
    /// The root's hash.
    pub(crate) fn root(&self) -> B256 {
        self.root.as_ref().map_or(EMPTY_ROOT_HASH, |root| keccak256(root.encoded()))
    }

    /// Puts a value there, in place of one that may be there.
    pub(crate) fn insert(&mut self, key: B256, value: Vec<u8>) {
        let path = Nibbles::unpack(key);
        let value = Arc::from(value);
        self.root = Some(match self.root.take() {
            None => Node::leaf(path, value),
            Some(root) => insert(&root, &path, value),
        });
    }

    /// Takes a value away.
    pub(crate) fn remove(&mut self, key: B256) {
        if let Some(root) = self.root.take() {
            self.root = remove(&root, &Nibbles::unpack(key)).unwrap_or(Some(root));
        }
    }

    /// The nodes on the way to a key, the root first, as far as there is a way: they prove what is there, or that nothing
    /// is (EIP-1186).
    pub(crate) fn proof(&self, key: B256) -> Vec<Bytes> {
        let mut proof = Vec::new();
        let mut rest = Nibbles::unpack(key);
        let mut next = self.root.as_ref();
        while let Some(node) = next {
            let encoded = node.encoded();
            // What is shorter than a hash is a part of its parent.
            if proof.is_empty() || encoded.len() >= 32 {
                proof.push(encoded.into());
            }
            next = match &node.kind {
                Kind::Leaf(..) => None,
                Kind::Extension(path, child) => rest.starts_with(path).then(|| {
                    rest = rest.slice(path.len()..);
                    child
                }),
                Kind::Branch(children) => {
                    let child = children[usize::from(rest.get_unchecked(0))].as_ref();
                    rest = rest.slice(1..);
                    child
                }
            };
        }
        proof
    }
}

impl Node {
    fn new(kind: Kind) -> Arc<Self> {
        Arc::new(Self { kind, held: OnceLock::new() })
    }

    fn leaf(path: Nibbles, value: Arc<[u8]>) -> Arc<Self> {
        Self::new(Kind::Leaf(path, value))
    }

    /// `child` behind a piece of path, which may be none.
    fn behind(path: Nibbles, child: Arc<Self>) -> Arc<Self> {
        if path.is_empty() {
            return child;
        }
        match &child.kind {
            Kind::Leaf(rest, value) => Self::leaf(path.join(rest), Arc::clone(value)),
            Kind::Extension(rest, below) => {
                Self::new(Kind::Extension(path.join(rest), Arc::clone(below)))
            }
            Kind::Branch(_) => Self::new(Kind::Extension(path, child)),
        }
    }

    /// The node in RLP.
    fn encoded(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.encode(&mut out);
        out
    }

    /// What a parent holds of the node: its hash, or the node itself where it is shorter.
    fn held(&self) -> &RlpNode {
        self.held.get_or_init(|| self.encode(&mut Vec::new()))
    }

    fn encode(&self, out: &mut Vec<u8>) -> RlpNode {
        match &self.kind {
            Kind::Leaf(path, value) => LeafNodeRef::new(path, value).rlp(out),
            Kind::Extension(path, child) => ExtensionNodeRef::new(path, child.held()).rlp(out),
            Kind::Branch(children) => {
                let mut mask = TrieMask::default();
                let mut stack = Vec::with_capacity(16);
                for (nibble, child) in (0..).zip(children.iter()) {
                    if let Some(child) = child {
                        mask.set_bit(nibble);
                        stack.push(child.held().clone());
                    }
                }
                BranchNodeRef::new(&stack, mask).rlp(out)
            }
        }
    }
}

/// A node like this one, with the value at `path`.
fn insert(node: &Node, path: &Nibbles, value: Arc<[u8]>) -> Arc<Node> {
    match &node.kind {
        Kind::Leaf(own, _) if own == path => Node::leaf(*path, value),
        Kind::Leaf(own, old) => {
            let common = own.common_prefix_length(path);
            let mut children = no_children();
            let rest =
                |of: &Nibbles| (usize::from(of.get_unchecked(common)), of.slice(common + 1..));
            let (at, tail) = rest(own);
            children[at] = Some(Node::leaf(tail, Arc::clone(old)));
            let (at, tail) = rest(path);
            children[at] = Some(Node::leaf(tail, value));
            Node::behind(path.slice(..common), Node::new(Kind::Branch(children)))
        }
        Kind::Extension(own, child) => {
            let common = own.common_prefix_length(path);
            if common == own.len() {
                let child = insert(child, &path.slice(common..), value);
                return Node::new(Kind::Extension(*own, child));
            }
            let mut children = no_children();
            children[usize::from(own.get_unchecked(common))] =
                Some(Node::behind(own.slice(common + 1..), Arc::clone(child)));
            children[usize::from(path.get_unchecked(common))] =
                Some(Node::leaf(path.slice(common + 1..), value));
            Node::behind(path.slice(..common), Node::new(Kind::Branch(children)))
        }
        Kind::Branch(children) => {
            let mut children = children.clone();
            let child = &mut children[usize::from(path.get_unchecked(0))];
            let rest = path.slice(1..);
            *child = Some(match child.take() {
                None => Node::leaf(rest, value),
                Some(child) => insert(&child, &rest, value),
            });
            Node::new(Kind::Branch(children))
        }
    }
}

/// What is left of a node without the value at `path`: nothing, or another node. `None` where there is no such value.
fn remove(node: &Node, path: &Nibbles) -> Option<Option<Arc<Node>>> {
    match &node.kind {
        Kind::Leaf(own, _) => (own == path).then_some(None),
        Kind::Extension(own, child) => {
            let rest = path.starts_with(own).then(|| path.slice(own.len()..))?;
            let left = remove(child, &rest)?;
            Some(left.map(|child| Node::behind(*own, child)))
        }
        Kind::Branch(children) => {
            let at = usize::from(path.get_unchecked(0));
            let left = remove(children[at].as_ref()?, &path.slice(1..))?;
            let mut children = children.clone();
            children[at] = left;
            let mut there = (0_u8..).zip(children.iter_mut()).filter(|(_, child)| child.is_some());
            match (there.next(), there.next()) {
                // A branch has at least two children: the last one takes its place.
                (Some((nibble, child)), None) => {
                    let path = Nibbles::from_nibbles([nibble]);
                    Some(mem::take(child).map(|child| Node::behind(path, child)))
                }
                _ => Some(Some(Node::new(Kind::Branch(children)))),
            }
        }
    }
}

fn no_children() -> Box<[Option<Arc<Node>>; 16]> {
    Box::default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_trie::{HashBuilder, proof::verify_proof};
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    /// The root of the same values by another's hand.
    fn expected(values: &BTreeMap<B256, Vec<u8>>) -> B256 {
        let mut builder = HashBuilder::default();
        for (key, value) in values {
            builder.add_leaf(Nibbles::unpack(key), value);
        }
        builder.root()
    }

    /// Keys that have long pieces of path in common.
    fn key() -> impl Strategy<Value = B256> {
        (0_u8..4, 0_usize..32, 0_u8..3).prop_map(|(first, place, byte)| {
            let mut key = B256::repeat_byte(first);
            key.0[place] = byte;
            key
        })
    }

    proptest! {
        #[test]
        fn every_root_is_that_of_the_same_values(
            changes in prop::collection::vec((key(), prop::option::of(prop::collection::vec(1_u8.., 1..40))), 1..60)
        ) {
            let (mut trie, mut values) = (Trie::default(), BTreeMap::new());
            let empty = trie.clone();
            for (key, value) in changes {
                match value {
                    Some(value) => {
                        trie.insert(key, value.clone());
                        values.insert(key, value);
                    }
                    None => {
                        trie.remove(key);
                        values.remove(&key);
                    }
                }
                prop_assert_eq!(trie.root(), expected(&values));
                let path = Nibbles::unpack(key);
                let proof = trie.proof(key);
                prop_assert!(verify_proof(trie.root(), path, values.get(&key).cloned(), &proof).is_ok());
            }
            prop_assert_eq!(empty.root(), EMPTY_ROOT_HASH, "a copy stays as it was");
        }
    }
}
