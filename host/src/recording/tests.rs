//! Writing, reading, recording and replaying.

use super::{
    samples::{ask, ask_all, calls, recording, small, written},
    *,
};
use crate::{Address, Bytes32, CallResult, Host, StatusCode};
use proptest::prelude::*;
use std::fs;

/// The file of the small recording, with `from` replaced.
fn altered(from: &str, to: &str) -> Result<Recording, String> {
    let text = String::from_utf8(written(&small())).unwrap();
    assert!(text.contains(from), "{text} has no {from}");
    Recording::parse(text.replacen(from, to, 1).as_bytes())
}

#[track_caller]
fn refused(from: &str, to: &str, expected: &[&str]) {
    let problem = altered(from, to).unwrap_err();
    for part in expected {
        assert!(problem.contains(part), "`{problem}` lacks `{part}`");
    }
    assert!(!problem.contains('\n'), "{problem}");
}

proptest! {
    #[test]
    fn what_is_written_is_read(recording in recording()) {
        let bytes = written(&recording);
        prop_assert_eq!(&bytes, &recording.to_bytes());
        prop_assert_eq!(Recording::parse(&bytes), Ok(recording));
    }

    #[test]
    fn whatever_bytes_there_are_there_is_an_answer(bytes in any::<Vec<u8>>()) {
        let _ = Recording::parse(&bytes);
    }

    /// A file that was cut anywhere is refused with a line, or is what came before.
    #[test]
    fn cut_files(recording in recording(), place in any::<prop::sample::Index>()) {
        let mut bytes = written(&recording);
        bytes.truncate(place.index(bytes.len()));
        match Recording::parse(&bytes) {
            Ok(rest) => {
                prop_assert!(recording.calls.starts_with(&rest.calls));
                prop_assert!(rest.ended.is_none() || rest == recording);
            }
            Err(problem) => {
                prop_assert!(problem.starts_with("line ") || bytes.len() < 17, "{}", problem);
            }
        }
    }

    /// A byte that was changed gives a recording that means what the file says, or one line that says where
    /// it is damaged.
    #[test]
    fn damaged_files(recording in recording(), place in any::<prop::sample::Index>(), byte: u8) {
        let mut bytes = written(&recording);
        let place = place.index(bytes.len());
        bytes[place] = byte;
        match Recording::parse(&bytes) {
            Ok(damaged) => {
                // At most one thing is another one, whatever stands where.
                prop_assert_eq!(Recording::parse(&damaged.to_bytes()), Ok(damaged.clone()));
                let pairs = recording.calls.iter().zip(&damaged.calls);
                let different = pairs.filter(|(old, new)| old != new).count()
                    + usize::from(recording.subject != damaged.subject)
                    + usize::from(recording.ended != damaged.ended);
                prop_assert!(different <= 1 && recording.calls.len() == damaged.calls.len());
            }
            Err(problem) => {
                prop_assert!(problem.starts_with("line ") || place < 17, "{}", problem);
                prop_assert!(problem.lines().count() == 1, "{}", problem);
            }
        }
    }

    /// A recorder of a replayer notes what the replayer answers.
    #[test]
    fn recording_a_replay_gives_the_recording(calls in calls()) {
        let mut replayer = Replayer::new(&calls, true);
        let mut log = Vec::new();
        ask_all(&mut Recorder::new(&mut replayer, &mut log), &calls).unwrap();
        prop_assert_eq!(&log, &calls);
        prop_assert_eq!(replayer.told(), Told { difference: None, is_past_the_end: false });
    }

    /// The first call that is not as it was recorded is found.
    #[test]
    fn the_first_difference_is_found(calls in calls(), place in any::<prop::sample::Index>()) {
        let counted: Vec<usize> = (0..calls.len())
            .filter(|index| !matches!(calls[*index].ask, Question::GetTxContext {}))
            .collect();
        prop_assume!(!counted.is_empty());
        let place = counted[place.index(counted.len())];
        let mut replayer = Replayer::new(&calls, true);
        ask_all(&mut replayer, &calls[..place]).unwrap();
        let other = Question::GetBlockHash { number: 123_456_789 };
        prop_assert!(ask(&mut replayer, Some(5), &other).is_err());
        // A VM behind C does not learn of it, and goes on; that is not the first difference any more.
        prop_assert!(ask(&mut replayer, None, &calls[place].ask).is_err());
        let recorded = calls[place].clone();
        let expected = Difference::Question { index: place, gas: Some(5), asked: other, recorded };
        prop_assert_eq!(replayer.told().difference, Some(expected));
    }
}

#[test]
fn a_recording_is_readable() {
    let text = String::from_utf8(written(&small())).unwrap();
    assert_eq!(
        text.lines().nth(2).unwrap(),
        "{\"call\":{\"gas\":900,\"ask\":{\"get_storage\":{\"address\":\"0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\
         aaaaaaaa\",\"key\":\"0x0101010101010101010101010101010101010101010101010101010101010101\"}},\
         \"answer\":{\"word\":\"0x0202020202020202020202020202020202020202020202020202020202020202\"}}}"
    );
    assert!(text.starts_with("{\"hebe_recording\":{\"version\":1,"), "{text}");
    assert_eq!(text.lines().count(), 5);
}

#[test]
fn the_field_that_is_wrong_is_named() {
    refused("\"version\":1", "\"version\":2", &["hebe_recording.version", "it is 2, and only 1"]);
    refused("\"version\":1", "\"version\":\"x\"", &["hebe_recording.version", "it is \"x\""]);
    refused("\"version\":1,", "", &["line 1", "hebe_recording", "missing field `version`"]);
    refused("Byzantium", "Atlantis", &["hebe_recording.subject.revision", "`Atlantis` is none of"]);
    refused("\"CALL\"", "\"SHOUT\"", &["subject.message.kind", "`SHOUT` is none of CALL,"]);
    refused("\"gas\":1000", "\"gas\":-9e30", &["subject.message.gas"]);
    refused("\"gas\":1000", "\"gas\":9223372036854775808", &["subject.message.gas"]);
    refused("\"depth\":0", "\"depth\":-1", &["subject.message.depth"]);
    refused("\"static\":false", "\"static\":0", &["subject.message.static"]);
    refused("0x0102", "0x010", &["subject.message.input", "`0x010` is not hex with 0x"]);
    refused("0x0102", "0102", &["subject.message.input", "`0102` is not hex with 0x"]);
    refused(
        "\"value\":\"7\"",
        "\"value\":\"-7\"",
        &["subject.message.value", "`-7` is not a whole"],
    );
    refused("\"value\":\"7\"", "\"value\":7", &["subject.message.value"]);
    let large = format!("\"value\":\"1{}\"", "0".repeat(78));
    refused("\"value\":\"7\"", &large, &["subject.message.value", "below 2^256"]);
    refused("0xbbbb", "0xbb", &["subject.message.sender", "is not 0x and 40 hex digits"]);
    refused("\"code\":\"0x0061736d\"", "\"code\":null", &["subject.code"]);
    refused("\"gas\":900", "\"gas\":-1", &["line 3", "call.gas"]);
    refused("\"get_storage\"", "\"get_rich\"", &["line 3", "call.ask", "get_rich"]);
    refused("\"key\":\"0x01", "\"key\":\"0x", &["line 3", "call.ask.get_storage.key", "64 hex"]);
    refused("{\"word\":", "{\"number\":", &["line 3", "call.answer.number"]);
    refused("\"word\":\"0x02", "\"size\":1,\"w\":\"0x02", &["line 3", "call.answer"]);
    refused(
        "\"block_number\":5",
        "\"block_number\":5.5",
        &["line 2", "answer.tx_context.block_number"],
    );
    refused("\"REVERT\"", "\"BORED\"", &["line 4", "answer.result.status", "`BORED`"]);
    refused(
        "\"SUCCESS\"",
        "\"success\"",
        &["line 5", "end.status", "`success` is none of SUCCESS"],
    );
    refused(
        "\"gas_refund\":0,\"output\":\"0x04\"",
        "\"output\":\"0x04\"",
        &["line 5", "gas_refund"],
    );
    refused("\"end\"", "\"finale\"", &["line 5", "finale"]);
    refused("{\"end\"", "nothing{\"end\"", &["line 5, column 1"]);
    refused("\n{\"end\"", "\n\n{\"end\"", &["line 5: EOF"]);
}

#[test]
fn an_answer_must_fit_its_question() {
    let word = format!("{{\"word\":\"0x{}\"}}", "02".repeat(32));
    refused(&word, "{\"size\":3}", &["line 3", "call.answer: get_storage is answered with `word`"]);
    assert!(altered(&word, "{\"fault\":\"is gone\"}").is_ok());
}

#[test]
fn what_is_no_recording_is_told() {
    for foreign in ["", "x", "[1]", "{}", "{\"hebe_state\": 1}", "{\"end\":{}}", "\u{feff}{}"] {
        let problem = Recording::parse(foreign.as_bytes()).unwrap_err();
        assert!(problem.starts_with("it is not a recording of Hebe"), "{foreign}: {problem}");
    }
}

#[test]
fn lines_have_their_places() {
    let text = String::from_utf8(written(&small())).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let file = |order: &[usize]| {
        let text: String = order.iter().map(|index| format!("{}\n", lines[*index])).collect();
        Recording::parse(text.as_bytes())
    };
    assert!(file(&[0, 1, 2]).is_ok_and(|recording| !recording.is_whole()));
    assert!(file(&[0, 4, 1]).unwrap_err().contains("line 3: nothing can follow the end"));
    assert!(file(&[0, 0]).unwrap_err().contains("line 2: a second recording begins here"));
    let cut = |after: &str| {
        Recording::parse(format!("{}\n{{\"cut\":{{}}}}\n{after}", lines[0]).as_bytes())
    };
    assert!(cut(lines[4]).is_ok_and(|recording| recording.is_cut && !recording.is_whole()));
    assert!(cut(lines[1]).unwrap_err().contains("line 3: only the end can follow a cut"));
}

#[test]
fn a_file_without_its_own_name_is_of_a_process_that_died() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r.json");
    fs::write(&path, "older").unwrap();
    let Recording { subject, calls, ended, .. } = small();
    let mut writer = RecordingWriter::create(&path, subject.clone()).unwrap();
    writer.note(calls[0].clone());
    assert_eq!(fs::read_to_string(&path).unwrap(), "older");
    let partial = Recording::load(&folder.path().join("r.json.partial")).unwrap();
    assert_eq!((partial.calls.as_slice(), partial.ended), (&calls[..1], None));
    writer.finish(ended.unwrap()).unwrap();
    assert!(Recording::load(&path).unwrap().is_whole());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);

    let taken = RecordingWriter::create_new(&path, subject.clone()).map(drop).unwrap_err();
    assert_eq!(taken.kind(), std::io::ErrorKind::AlreadyExists);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn files_that_are_not_there_are_named() {
    let problem = Recording::load("/no/such/recording".as_ref()).unwrap_err().to_string();
    assert!(problem.starts_with("can't read the recording /no/such/recording: "), "{problem}");
}

#[test]
fn too_many_calls_are_cut() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r.json");
    let Recording { subject, ended, .. } = small();
    let mut writer = RecordingWriter::create(&path, subject).unwrap();
    let long = HostCall {
        gas: None,
        ask: Question::EmitLog { address: Address::zero(), data: vec![0; 1000], topics: vec![] },
        answer: Answer::Fault(String::new()),
    };
    writer.keep_bytes(5_000);
    for _ in 0..4 {
        writer.note(long.clone());
    }
    writer.finish(ended.unwrap()).unwrap();
    let recording = Recording::load(&path).unwrap();
    assert_eq!(recording.calls.len(), 2, "of more than 2,000 bytes each, 5,000 hold two");
    assert!(recording.is_cut && recording.ended.is_some() && !recording.is_whole());
}

#[test]
fn the_context_can_be_asked_for_at_any_time() {
    let Recording { calls, .. } = small();
    for order in [&[1, 0, 2][..], &[0, 0, 1, 2, 0], &[1, 2], &[1, 2, 0]] {
        let mut replayer = Replayer::new(&calls, true);
        for index in order {
            assert_eq!(
                ask(&mut replayer, None, &calls[*index].ask).as_ref(),
                Ok(&calls[*index].answer)
            );
        }
        assert_eq!(replayer.told().difference, None, "{order:?}");
    }
}

/// Asks the small recording's calls with a change; gives the sentence.
fn told(
    is_whole: bool,
    run: impl FnOnce(&mut Replayer<'_>, &[HostCall]),
) -> (Option<String>, bool) {
    let Recording { calls, .. } = small();
    let mut replayer = Replayer::new(&calls, is_whole);
    run(&mut replayer, &calls);
    let told = replayer.told();
    (told.difference.map(|difference| difference.to_string()), told.is_past_the_end)
}

#[test]
fn differences_are_sentences() {
    let key = Bytes32::repeat_byte(7);
    let (difference, _) = told(true, |replayer, calls| {
        ask(replayer, Some(990), &calls[0].ask).unwrap();
        replayer.note_gas_left(899);
        assert!(replayer.get_storage(Address::repeat_byte(0xaa), key).is_err());
    });
    assert_eq!(
        difference.unwrap(),
        format!(
            "at host call 1, with 899 gas left, recorded 900: get_storage was asked with another key: 0x{}, \
             recorded 0x{}",
            "07".repeat(32),
            "01".repeat(32)
        )
    );

    let (difference, _) = told(true, |replayer, calls| {
        ask(replayer, Some(990), &calls[0].ask).unwrap();
        ask(replayer, Some(899), &calls[1].ask).unwrap();
        ask(replayer, Some(700), &calls[2].ask).unwrap();
    });
    let difference = difference.unwrap();
    assert!(
        difference.starts_with("at host call 1, with 899 gas left, recorded 900: the same was asked, get_storage(address 0xaa"),
        "{difference}"
    );

    let (difference, _) = told(true, |replayer, calls| {
        ask(replayer, Some(989), &calls[0].ask).unwrap();
        ask_all(replayer, &calls[1..]).unwrap();
    });
    assert!(difference.unwrap().starts_with("at host call 0, with 989 gas left, recorded 990: "));

    let (difference, _) = told(true, |replayer, calls| ask_all(replayer, &calls[..2]).unwrap());
    let difference = difference.unwrap();
    let expected =
        "at host call 2: the run had ended, where the recorded one asked call(kind CALL, ";
    assert!(difference.ends_with(") with 800 gas left"), "{difference}");
    assert!(difference.starts_with(expected), "{difference}");

    let extra = Question::GetBlockHash { number: 1 };
    let (difference, is_past_the_end) = told(true, |replayer, calls| {
        ask_all(replayer, calls).unwrap();
        assert!(ask(replayer, Some(700), &extra).is_err());
    });
    assert_eq!(
        difference.unwrap(),
        "at host call 3, with 700 gas left: get_block_hash(number 1) was asked, where the recorded run had ended"
    );
    assert!(!is_past_the_end);

    let (difference, is_past_the_end) = told(false, |replayer, calls| {
        ask_all(replayer, calls).unwrap();
        assert!(ask(replayer, Some(700), &extra).is_err());
    });
    assert_eq!((difference, is_past_the_end), (None, true));
}

#[test]
fn ends_are_compared() {
    let recording = small();
    let told = || Told { difference: None, is_past_the_end: false };
    let ended = recording.ended.clone().unwrap();
    let reason = Some("for reading only".to_owned());
    assert_eq!(recording.difference(told(), Ended { reason, ..ended.clone() }), None);
    let other = Ended { gas_left: 11, output: vec![5], ..ended.clone() };
    assert_eq!(
        recording.difference(told(), other).unwrap().to_string(),
        "at the end, after 3 host calls: gas_left: 11, recorded 10; output: 0x05, recorded 0x04"
    );
    // Where the recording is not whole, the end means nothing.
    let past = Told { difference: None, is_past_the_end: true };
    let other = Ended { status: StatusCode::InternalError, ..ended };
    assert_eq!(recording.difference(past, other), None);
}

#[test]
fn a_recorded_fault_is_given_again() {
    let ask_exists = Question::AccountExists { address: Address::zero() };
    let fault = Answer::Fault("is gone".to_owned());
    let calls = [HostCall { gas: None, ask: ask_exists.clone(), answer: fault }];
    let mut replayer = Replayer::new(&calls, true);
    assert_eq!(ask(&mut replayer, None, &ask_exists).unwrap_err().to_string(), "the host is gone");
    // What a VM asks after it makes no difference.
    assert!(ask(&mut replayer, None, &ask_exists).is_err());
    assert_eq!(replayer.told().difference, None);

    let mut replayer = Replayer::new(&calls, true);
    let mut log = Vec::new();
    assert!(ask_all(&mut Recorder::new(&mut replayer, &mut log), &calls).is_err());
    assert_eq!(log, calls);
}

#[test]
fn fields_without_meaning_make_no_difference() {
    let Recording { calls, subject, .. } = small();
    let Question::Call(sent) = &calls[2].ask else { panic!("it is a call") };
    let other = OwnedMessage {
        code_address: Address::repeat_byte(0x99),
        create2_salt: Bytes32::repeat_byte(0x99),
        ..sent.clone()
    };
    assert_eq!(&OwnedMessage::sent(&other.borrow()), sent);
    assert_eq!(subject.message.borrow(), OwnedMessage::from(&subject.message.borrow()).borrow());
}

#[test]
fn an_ended_is_what_a_vm_says() {
    let result = CallResult {
        status: StatusCode::Revert,
        gas_left: 1,
        gas_refund: 2,
        output: vec![3],
        create_address: Address::repeat_byte(4),
    };
    let ended = Ended::new(&result, None);
    assert!(ended.is_same(&Ended { reason: Some("known".into()), ..ended.clone() }));
    for other in [
        Ended { status: StatusCode::Failure, ..ended.clone() },
        Ended { gas_left: 0, ..ended.clone() },
        Ended { gas_refund: 0, ..ended.clone() },
        Ended { output: vec![], ..ended.clone() },
    ] {
        assert!(!ended.is_same(&other));
    }
}
