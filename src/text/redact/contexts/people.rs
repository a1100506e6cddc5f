//! Keys before accounts, and before numbers of things.

use super::super::class::Class;
use super::super::values::*;
use super::{Context, Joint, Value};

/// Accounts.
pub(super) const ACCOUNTS: &[Context] = &[
    (
        Class::User,
        r"\b(?:user[ _-]?(?:name|id)?|usr|uid|login(?: name)?|log[io]n[ _-]?(?:user|name)|account(?: ?name)?|owner|principal|samaccountname|suser|ruser|acct|auid|chap[ _-](?:name|user)|logged in as|run ?as)",
        Joint::Sign,
        Value::Word,
        is_account,
    ),
    (
        Class::User,
        r"\b(?:for|by|invalid|as|of)(?: invalid)? user(?: name)?",
        Joint::Any,
        Value::Word,
        is_account,
    ),
    (
        Class::User,
        r"\b(?:accepted|failed|postponed) [\w/-]+ for(?: invalid user)?",
        Joint::Any,
        Value::Account,
        is_account,
    ),
    (
        Class::User,
        r"\b(?:user|account|login|administrator)",
        Joint::Quote,
        Value::Phrase,
        is_account,
    ),
    (Class::User, r"\b(?:user|account)\s", Joint::None, Value::Word, is_account_of_sentence),
    (Class::User, r"\bsudo:\s+", Joint::None, Value::Word, is_account),
    (
        Class::User,
        r"\bsessions? (?:was |is |has been )?(?:opened|closed|started|created|terminated|established|of|for)(?: for| by| of)?(?: user)?",
        Joint::Any,
        Value::Account,
        is_session_account,
    ),
    (
        Class::User,
        r"\b(?:authenticating|invalid|from|unknown|illegal|local|remote|domain|ad|new|requesting) user(?: name)?",
        Joint::Any,
        Value::Account,
        is_account,
    ),
    (
        Class::User,
        r"\b(?:user|login|logon)(?: of| name)?(?: user)?",
        Joint::Quote,
        Value::Phrase,
        is_account,
    ),
    (
        Class::User,
        r"\bincorrect user name or password for\s",
        Joint::None,
        Value::Account,
        is_account,
    ),
    (Class::User, r"\bsu(?:\[\d+\])?: ", Joint::None, Value::Word, is_noun_account),
    (
        Class::User,
        r"\bsu(?:\[\d+\])?: [^\n]{0,40}\b(?:root-|to )",
        Joint::None,
        Value::Word,
        is_noun_account,
    ),
    (
        Class::User,
        r"(?:^|\s)(?:-u|-l|--user(?:name)?|--authname)[ =]",
        Joint::None,
        Value::Word,
        is_account,
    ),
    (
        Class::User,
        r"\b(?:account|permission) \w+ (?:-i|--id)[ =]",
        Joint::None,
        Value::Word,
        is_account,
    ),
    (
        Class::User,
        r"\b(?:account ?name|new user: name|rep?lace|logname|ruser|owner ?name)",
        Joint::Sign,
        Value::Account,
        is_account,
    ),
    (
        Class::User,
        r"\b(?:replace|edit|list|begin edit|end edit) \(",
        Joint::None,
        Value::Word,
        is_account,
    ),
    (Class::User, r"\blogin from\s", Joint::None, Value::Word, is_noun_account),
    (
        Class::User,
        r"\b(?:logged (?:in|on|out) (?:as|by)|requested by|initiated by|started by|executed by|performed by|authored by|contact(?:ed)? person)",
        Joint::Any,
        Value::Word,
        is_account_of_sentence,
    ),
    (Class::User, r"\b(?:shell|ssh|dcui)\[\d+\]: \[", Joint::None, Value::Word, is_account),
    (Class::User, r"\b[ug]id=\d+\(", Joint::None, Value::Word, is_account),
    (Class::User, r"\bsu: [^\n]{0,40}\(to \w+\) ", Joint::None, Value::Word, is_account),
    (Class::User, r"\bsu: [^\n]{0,40}\bby ", Joint::None, Value::Word, is_account),
];

/// Numbers of things.
pub(super) const NUMBERS: &[Context] = &[
    (
        Class::Serial,
        r"(?:\b|_)serial(?:[ _-]?(?:number|num|no|nr|id)\b\.?|\s?#)?(?: is| was)?",
        Joint::Any,
        Value::Word,
        is_number_of_thing,
    ),
    (
        Class::Serial,
        r"\b(?:s/n|sn|ser\.? ?no\.?|seriennummer|inventarn(?:ummer|r\.?)|inventar-nr\.?|gerätenummer|(?:n°|numéro) d.inventaire|numéro de série)",
        Joint::Any,
        Value::Word,
        is_number_of_thing,
    ),
    (
        Class::Serial,
        r"\b(?:ser ?#|sn#|fru|serial(?:num)?|vmserialnum|part sn|s/n|sn|serial (?:number|no\.?)|product serial no\.?)",
        Joint::Any,
        Value::Number,
        is_number_of_thing,
    ),
    (
        Class::Serial,
        r"\b(?:service|svc|asset|property|inventory)[ _-]?(?:tag|no\.?|num|number|id|code)\.?(?: is| was)?",
        Joint::Any,
        Value::Number,
        is_number_of_thing,
    ),
    (
        Class::Serial,
        r"\b(?:asset|property|inventory)[ _-]?(?:tag|no\.?|num|number|id|code)?\.?",
        Joint::Any,
        Value::Proper,
        is_tag,
    ),
    (Class::Serial, r"資産(?:番号|タグ)?", Joint::Any, Value::Word, is_text),
    (Class::Serial, r"シリアル\s?(?:番号|ナンバー)", Joint::Any, Value::Word, is_number_of_thing),
    (
        Class::Serial,
        r"\b(?:service|svc|asset|chassis|property|inventory)[ _-]?(?:tag|no|num|number|id|code)\.?(?: is| was)?",
        Joint::Any,
        Value::Word,
        is_number_of_thing,
    ),
    (
        Class::Serial,
        r"\b(?:express service code|enclosure id|system id|machine id|unit id|board id|hardware id|chassis|enclosure)",
        Joint::Sign,
        Value::Word,
        is_number_of_thing,
    ),
];
