use super::*;
use crate::kb::{KbSource, KnowledgeBase};

/// The shipped knowledge base without an issue, and the crashes of its texts.
fn without(id: &str) -> (TrialSide, Vec<DraftCrash>) {
    let mut kb = KnowledgeBase::read(&[KbSource::Shipped]).expect("the shipped files");
    kb.issues.remove(id);
    let texts: Vec<(String, String)> =
        kb.exemplars_of(id).map(|one| (one.path.clone(), one.text.clone())).collect();
    kb.exemplars.retain(|_, exemplar| match &exemplar.expectation {
        crate::kb::Expectation::Issue(other) | crate::kb::Expectation::Not(other) => other != id,
        crate::kb::Expectation::Nothing => true,
    });
    let side = TrialSide::from_knowledge_base(kb).expect("a knowledge base");
    let crashes = texts.iter().map(|(path, text)| crash(path, text, &side)).collect();
    (side, crashes)
}

fn crash(name: &str, text: &str, side: &TrialSide) -> DraftCrash {
    let found = crashes_in_text(text).into_iter().next().expect("a crash");
    DraftCrash { name: name.to_owned(), subject: prepare(found, &side.matcher) }
}

fn drafted(crashes: &[DraftCrash], others: &[DraftCrash], side: &TrialSide) -> Drafted {
    let secret = SiteSecret::known([7; 32]);
    let request = DraftRequest {
        crashes,
        others,
        id: None,
        author: "us",
        created: "2026-11-26",
        source: "hosts of ours",
        secret: &secret,
    };
    draft(&request, side).expect("a draft")
}

#[track_caller]
fn issue(drafted: Drafted) -> DraftedIssue {
    match drafted {
        Drafted::Issue(issue) => *issue,
        Drafted::Refused(refusal) => panic!("{refusal:?}"),
    }
}

#[track_caller]
fn reason(drafted: Drafted) -> RefusalReason {
    match drafted {
        Drafted::Issue(issue) => panic!("{issue:?}"),
        Drafted::Refused(refusal) => refusal.reason,
    }
}

#[test]
fn a_draft_separates_its_crashes_with_few_frames() {
    let (side, crashes) = without("KB318512");
    let found = issue(drafted(&crashes, &[], &side));
    assert!(found.id.starts_with("DRAFT-pframe"), "{}", found.id);
    assert_eq!(found.signature.frames.len(), 2, "{:?}", found.signature);
    assert!(found.weakest.confidence >= side.matcher.calibration().match_threshold);
    let paths: Vec<&str> = found.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths[0], format!("issues/{}.md", found.id));
    assert_eq!(paths[1], format!("crashes/{}-1.txt", found.id));
}

#[test]
fn a_machine_check_without_frames_makes_a_draft() {
    let side =
        TrialSide::from_knowledge_base(KnowledgeBase::read(&[KbSource::Shipped]).expect("files"))
            .expect("a knowledge base");
    let [one, other] = [1, 2].map(machine_check_text);
    let crashes = [crash("a", &one, &side), crash("b", &other, &side)];
    assert!(!crashes[0].subject.keys.checks.is_empty(), "{:?}", crashes[0].subject.keys);
    let found = issue(drafted(&crashes, &[], &side));
    let check = found.signature.machine_check.expect("a pattern");
    assert_eq!(check.value.map(|value| value.0 & 0xffff), Some(0x1136));
}

fn machine_check_text(counter: u32) -> String {
    format!(
        "VMware ESXi 7.0.3 [Releasebuild-20842708 x86_64]\n\
         Machine Check Exception on PCPU1 in world 1:idle1\n\
         System has encountered a Hardware Error - Please contact the hardware vendor\n\
         MCA: 190: UC Excp G5 B1 Sbe{counter:06x}00c31136 A0 M0 P0/40 Memory hierarchy\n"
    )
}

#[test]
fn what_cannot_be_separated_is_no_draft() {
    let (side, crashes) = without("KB318512");
    let kb = KnowledgeBase::read(&[KbSource::Shipped]).expect("files");
    let whole = TrialSide::from_knowledge_base(kb).expect("a knowledge base");
    assert!(matches!(reason(drafted(&crashes, &[], &whole)), RefusalReason::Known { .. }));
    // The same crash on another host, which is said to be another one.
    let mut twin = crashes[0].clone();
    twin.name = "twin".to_owned();
    twin.subject.keys.worlds = vec!["elsewhere".to_owned()];
    let refused = drafted(&crashes, &[twin], &side);
    assert!(matches!(reason(refused), RefusalReason::LooksAlike(one) if one.crash == "twin"));
    let text = "VMware ESXi 7.0.3 [Releasebuild-20842708 x86_64]\n\
        #PF Exception 14 in world 2098051:vmnic4 IP 0x42001ab7c298 addr 0x8\n";
    let plain = [crash("plain", text, &side)];
    let refused = reason(drafted(&plain, &[], &side));
    assert!(matches!(refused, RefusalReason::NothingInCommon | RefusalReason::NotRecognised(_)));
}

#[test]
fn what_proves_nothing_is_refused_with_what_would() {
    let (side, crashes) = without("KB417157");
    let Drafted::Refused(refused) = drafted(&crashes, &[], &side) else { panic!("a draft") };
    assert!(
        matches!(&refused.reason, RefusalReason::NotRecognised(one) if one.unproven.is_some()),
        "{refused:?}"
    );
    let mut logs = refused.separators.iter().filter_map(|separator| match separator {
        Separator::Log(log) => Some(log),
        _ => None,
    });
    assert!(logs.any(|log| log.contains("vmxnet3Fastslab")), "{refused:?}");
    assert_eq!(refused.separators.last(), Some(&Separator::WholeCrash));
}

#[test]
fn a_recorded_rival_becomes_the_near_miss() {
    let (side, crashes) = without("KB318512");
    let top = crashes[0].subject.keys.frames[0].function.clone();
    let text = format!(
        "VMware ESXi 7.0.3 [Releasebuild-20842708 x86_64]\n\
         #PF Exception 14 in world 2098051:vmm0:payroll IP 0x42001ab7c298 addr 0x8\n\
         0x45394569bb90:[0x42001ab7c298]Acme_Poll@(acme)#<None>+0x1 stack: 0x0\n\
         0x45394569bb91:[0x42001ab7c298]Acme_Loop@(acme)#<None>+0x1 stack: 0x0\n\
         0x45394569bb92:[0x42001ab7c298]{top}@vmkernel#nover+0x1 stack: 0x0\n"
    );
    let other = crash("17", &text, &side);
    let found = issue(drafted(&crashes, &[other], &side));
    let near = found.files.iter().find(|file| file.path.starts_with("near/"));
    if found.strongest.as_ref().is_some_and(|one| one.crash == "17") {
        let near = near.expect("a near miss");
        assert!(near.text.starts_with(&format!("EXPECT: not {}\n", found.id)), "{}", near.text);
        assert!(near.text.contains("Acme_Poll") && !near.text.contains("payroll"), "{}", near.text);
    } else {
        panic!("{:?}", found.strongest);
    }
}
