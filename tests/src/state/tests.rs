use super::*;
use proptest::prelude::*;

const A: Address = Address::repeat_byte(0xaa);
const B: Address = Address::repeat_byte(0xbb);
const KEY: Bytes32 = Bytes32::repeat_byte(0x11);

fn word(number: u64) -> Bytes32 {
    Bytes32::from_low_u64_be(number)
}

/// The status of the last of these stores to a word that was `original`.
fn status(original: u64, stores: &[u64]) -> StorageStatus {
    let mut state = State::default();
    let storage = BTreeMap::from_iter((original != 0).then_some((KEY, word(original))));
    state.insert(A, Account { nonce: 1, storage: storage.into(), ..Account::default() });
    let statuses = stores.iter().map(|value| state.set_storage(A, KEY, word(*value)));
    statuses.last().unwrap()
}

#[test]
fn every_storage_status() {
    // X, Y, Z of the status' documentation are 1, 2, 3.
    assert_eq!(status(0, &[3]), StorageStatus::Added);
    assert_eq!(status(1, &[0]), StorageStatus::Deleted);
    assert_eq!(status(1, &[3]), StorageStatus::Modified);
    assert_eq!(status(1, &[0, 3]), StorageStatus::DeletedAdded);
    assert_eq!(status(1, &[2, 0]), StorageStatus::ModifiedDeleted);
    assert_eq!(status(1, &[0, 1]), StorageStatus::DeletedRestored);
    assert_eq!(status(0, &[2, 0]), StorageStatus::AddedDeleted);
    assert_eq!(status(1, &[2, 1]), StorageStatus::ModifiedRestored);
    for (original, stores) in [
        (0, &[0][..]),
        (1, &[1]),
        (0, &[2, 2]),
        (0, &[2, 3]),
        (1, &[2, 2]),
        (1, &[2, 3]),
        (1, &[0, 0]),
        (0, &[2, 0, 0]),
    ] {
        assert_eq!(status(original, stores), StorageStatus::Assigned, "{original} {stores:?}");
    }
}

#[test]
fn the_original_word_outlives_a_roll_back_and_ends_with_the_transaction() {
    let mut state = State::default();
    state.insert(A, Account { nonce: 1, storage: Words::unit(KEY, word(1)), ..Account::default() });
    let snapshot = state.snapshot();
    state.set_storage(A, KEY, word(2));
    state.roll_back(snapshot);
    assert_eq!(state.set_storage(A, KEY, word(2)), StorageStatus::Modified);
    assert_eq!(state.set_storage(A, KEY, word(1)), StorageStatus::ModifiedRestored);
    state.set_storage(A, KEY, word(2));
    state.end_transaction();
    assert_eq!(state.set_storage(A, KEY, word(1)), StorageStatus::Modified);
}

#[test]
fn money_moves_or_nothing_happens() {
    let mut state = State::default();
    state.insert(A, Account { balance: 5.into(), ..Account::default() });
    assert_eq!(state.transfer(A, B, 6.into()), Err(TransferError::InsufficientBalance));
    assert_eq!(state.transfer(A, A, 6.into()), Err(TransferError::InsufficientBalance));
    assert_eq!(state.snapshot(), Snapshot(0), "nothing was changed so far");
    assert_eq!(state.transfer(B, A, 0.into()), Ok(()));
    assert_eq!(state.transfer(A, A, 5.into()), Ok(()));
    assert_eq!(state.transfer(A, B, 2.into()), Ok(()));
    assert_eq!((state.balance(A), state.balance(B)), (3.into(), 2.into()));
    state.insert(B, Account { balance: U256::MAX, ..Account::default() });
    assert_eq!(state.transfer(A, B, 1.into()), Err(TransferError::Overflow));
    assert_eq!((state.balance(A), state.balance(B)), (3.into(), U256::MAX));
}

#[test]
fn selfdestruct_pays_at_once_and_deletes_at_the_end() {
    let mut state = State::default();
    state.insert(A, Account { balance: 5.into(), nonce: 1, ..Account::default() });
    assert_eq!(state.selfdestruct(A, B), Ok(true));
    assert_eq!((state.balance(A), state.balance(B)), (0.into(), 5.into()));
    assert_eq!(state.selfdestruct(A, B), Ok(false));
    assert!(state.exists(A));
    state.end_transaction();
    assert!(state.account(A).is_none());
    assert_eq!(state.selfdestruct(A, B), Ok(true), "another transaction, another first time");
}

#[test]
fn selfdestruct_to_oneself_burns() {
    let mut state = State::default();
    state.insert(A, Account { balance: 5.into(), nonce: 1, ..Account::default() });
    let snapshot = state.snapshot();
    assert_eq!(state.selfdestruct(A, A), Ok(true));
    assert_eq!(state.balance(A), 0.into());
    state.roll_back(snapshot);
    assert_eq!(state.balance(A), 5.into());
    assert_eq!(state.selfdestruct(A, A), Ok(true), "the first one was undone");
}

#[test]
fn emptied_accounts_are_deleted_at_the_end() {
    let mut state = State::default();
    state.insert(A, Account { balance: 5.into(), ..Account::default() });
    state.transfer(A, B, 5.into()).unwrap();
    assert!(!state.exists(A) && state.account(A).is_some());
    state.end_transaction();
    assert!(state.account(A).is_none());
}

#[test]
fn only_touched_empty_accounts_are_deleted() {
    let mut state = State::default();
    for address in [A, B] {
        state.insert(address, Account::default());
    }
    state.transfer(B, A, 0.into()).unwrap();
    state.end_transaction();
    assert!(state.account(A).is_none() && state.account(B).is_some());
}

#[test]
fn a_touch_is_rolled_back_apart_from_that_of_eip_716() {
    let mut state = State::default();
    for address in [A, STAYS_TOUCHED] {
        state.insert(address, Account::default());
    }
    let snapshot = state.snapshot();
    state.touch(A);
    state.touch(STAYS_TOUCHED);
    state.roll_back(snapshot);
    state.end_transaction();
    assert!(state.account(A).is_some() && state.account(STAYS_TOUCHED).is_none());
}

/// One step of a made-up transaction.
#[derive(Clone, Debug)]
enum Step {
    Balance(Address, u64),
    Transfer(Address, Address, u64),
    Nonce(Address, u64),
    Code(Address, u8),
    Store(Address, Bytes32, u64),
    Transient(Address, Bytes32, u64),
    Log(Address),
    Destruct(Address, Address),
    Access(Address, Bytes32),
    Touch(Address),
    Snapshot,
    /// Goes back to one of the open snapshots, counted from the latest one.
    RollBack(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let address = || prop_oneof![(0_u8..4).prop_map(Address::repeat_byte), Just(STAYS_TOUCHED)];
    let key = || (0..3_u64).prop_map(word);
    let step = prop_oneof![
        (address(), 0..3_u64).prop_map(|(a, v)| Step::Balance(a, v)),
        (address(), address(), 0..4_u64).prop_map(|(a, b, v)| Step::Transfer(a, b, v)),
        (address(), 0..3_u64).prop_map(|(a, v)| Step::Nonce(a, v)),
        (address(), 0..3_u8).prop_map(|(a, v)| Step::Code(a, v)),
        (address(), key(), 0..3_u64).prop_map(|(a, k, v)| Step::Store(a, k, v)),
        (address(), key(), 0..3_u64).prop_map(|(a, k, v)| Step::Transient(a, k, v)),
        address().prop_map(Step::Log),
        (address(), address()).prop_map(|(a, b)| Step::Destruct(a, b)),
        (address(), key()).prop_map(|(a, k)| Step::Access(a, k)),
        address().prop_map(Step::Touch),
        Just(Step::Snapshot),
        (0..3_usize).prop_map(Step::RollBack),
    ];
    prop::collection::vec(step, 0..60)
}

/// All that can be seen of a state, apart from the originals, which are not undone.
fn visible(state: &State) -> impl PartialEq + std::fmt::Debug + Clone + use<> {
    (
        state.accounts.clone(),
        state.logs.clone(),
        state.destructed.clone(),
        state.transient.clone(),
        state.warm_accounts.clone(),
        state.warm_storage.clone(),
    )
}

/// What a model that copies everything knows beside [`visible`]: which accounts were touched.
#[derive(Clone, Default)]
struct Touched {
    accounts: BTreeSet<Address>,
    /// The account of EIP-716; never rolled back.
    stays: bool,
}

impl Touched {
    /// Notes what a step is about to do to the state.
    fn note(&mut self, state: &State, step: &Step) {
        match *step {
            Step::Balance(a, _) => drop(self.accounts.insert(a)),
            Step::Nonce(a, _) | Step::Code(a, _) if state.account(a).is_none() => {
                self.accounts.insert(a);
            }
            Step::Store(a, key, value)
                if state.account(a).is_none() && state.storage(a, key) != word(value) =>
            {
                self.accounts.insert(a);
            }
            Step::Transfer(from, to, value) if state.balance(from) >= value.into() => {
                self.accounts.insert(to);
                if value > 0 && from != to {
                    self.accounts.insert(from);
                } else {
                    self.stays |= to == STAYS_TOUCHED;
                }
            }
            Step::Destruct(a, beneficiary) => {
                if !state.balance(a).is_zero() || a == beneficiary {
                    self.accounts.insert(a);
                }
                if state.balance(a).is_zero() || a == beneficiary {
                    self.stays |= beneficiary == STAYS_TOUCHED;
                }
                self.accounts.insert(beneficiary);
            }
            Step::Touch(a) => {
                self.accounts.insert(a);
                self.stays |= a == STAYS_TOUCHED;
            }
            _ => {}
        }
    }

    /// The accounts that are left when the transaction ends.
    fn survivors(&self, state: &State) -> BTreeMap<Address, Account> {
        let mut accounts = state.to_map();
        accounts.retain(|address, account| {
            let touched =
                self.accounts.contains(address) || (self.stays && *address == STAYS_TOUCHED);
            !(state.destructed.contains(address) || (touched && account.is_empty()))
        });
        accounts
    }
}

proptest! {
    /// The journal against the naive way: a copy of everything at each snapshot.
    #[test]
    fn roll_back_restores_what_a_copy_kept(steps in steps()) {
        let mut state = State::default();
        for address in [Address::repeat_byte(0), Address::repeat_byte(1), STAYS_TOUCHED] {
            state.insert(address, Account::default());
        }
        let mut copies = Vec::new();
        let mut touched = Touched::default();
        for step in steps {
            touched.note(&state, &step);
            match step {
                Step::Balance(a, v) => state.set_balance(a, v.into()),
                Step::Transfer(a, b, v) => drop(state.transfer(a, b, v.into())),
                Step::Nonce(a, v) => state.set_nonce(a, v),
                Step::Code(a, v) => state.set_code(a, vec![v; v.into()].into()),
                Step::Store(a, k, v) => drop(state.set_storage(a, k, word(v))),
                Step::Transient(a, k, v) => state.set_transient_storage(a, k, word(v)),
                Step::Log(address) => state.log(Log { address, topics: vec![], data: vec![] }),
                Step::Destruct(a, b) => drop(state.selfdestruct(a, b)),
                Step::Access(a, k) => {
                    state.access_account(a);
                    state.access_storage(a, k);
                }
                Step::Touch(address) => state.touch(address),
                Step::Snapshot => {
                    copies.push((state.snapshot(), visible(&state), touched.accounts.clone()));
                }
                Step::RollBack(back) if back < copies.len() => {
                    copies.truncate(copies.len() - back);
                    let (snapshot, copy, before) = copies.pop().expect("there is one");
                    state.roll_back(snapshot);
                    touched.accounts = before;
                    prop_assert_eq!(visible(&state), copy);
                }
                Step::RollBack(_) => {}
            }
        }
        let survivors = touched.survivors(&state);
        state.end_transaction();
        prop_assert_eq!(state.to_map(), survivors);
    }
}
