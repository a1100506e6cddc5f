//! Keys before passwords, tokens and licences.

use super::super::class::Class;
use super::super::values::*;
use super::{Context, Joint, Value};

/// Contexts of secrets: they go first, since a password may look like anything.
pub(super) const SECRETS: &[Context] = &[
    (
        Class::Secret,
        r"[\w.-]*(?:password|passwd|passphrase|passwort|kennwort)",
        Joint::Sign,
        Value::Token,
        is_secret,
    ),
    (Class::Secret, r"[\w.-]*pwd", Joint::Sign, Value::Token, is_short_secret),
    (
        Class::Secret,
        r"\baccount (?:add|set)\b[^\n]*?\s(?:-c|--password-confirmation)[ =]",
        Joint::None,
        Value::Token,
        is_short_secret,
    ),
    (
        Class::Secret,
        r"\bpass(?:word|phrase|code) (?:for|of) \S+ (?:is|was|=)\s",
        Joint::None,
        Value::Token,
        is_short_secret,
    ),
    (
        Class::Secret,
        r"\b(?:auth|access|bearer|api|refresh|security|login) token",
        Joint::Any,
        Value::Token,
        is_key,
    ),
    (Class::Secret, r"(?-i:(?:^|\s)-p)", Joint::Any, Value::Token, is_short_secret),
    (
        Class::Secret,
        r"\b(?:password|passwd|passphrase|pwd)(?: is| was)?",
        Joint::Any,
        Value::Token,
        is_secret_word,
    ),
    (Class::Secret, r"\b\w*(?:pass|pw)\b", Joint::Sign, Value::Token, is_secret),
    (
        Class::Secret,
        r"--?(?:password|passwd|pass|secret|token|api-key)\b",
        Joint::Any,
        Value::Token,
        is_secret,
    ),
    (
        Class::Secret,
        r"[\w.-]*(?:secret|token|api[_ -]?key|access[_ -]?key(?:[_ -]?id)?|auth[_ -]?key|private[_ -]?key|encryption[_ -]?key|shared[_ -]?key|session[_ -]?(?:id|key|ticket|token|secret)|csrf[\w-]*|ticket|cookie|credentials?|nonce)(?:[_ -]?(?:key|value|string|text|data))?",
        Joint::Sign,
        Value::Token,
        is_secret,
    ),
    (
        Class::Secret,
        r"\b(?:vmware-api-session-id|vmware_soap_session|vmware_cgi_ticket|jsessionid|x-auth-token|wssotoken)",
        Joint::Sign,
        Value::Token,
        is_secret,
    ),
    (
        Class::Secret,
        r"\b(?:basic|bearer|digest|negotiate|sign|authorization: \w+|psk:?|pre-?shared key:?)\s",
        Joint::None,
        Value::Token,
        is_long_token,
    ),
    (
        Class::Secret,
        r"\b(?:snmp[ -])?communit(?:y|ies)(?: string| name)?",
        Joint::Any,
        Value::Word,
        is_word,
    ),
    (Class::Secret, r"\b(?:ro|rw|trap)community6?", Joint::Any, Value::Word, is_word),
    (
        Class::Secret,
        r"(?:secret|token|ticket|credentials?|session|cookie|password|passphrase)(?:[_ -]?(?:key|value|id))?",
        Joint::Quote,
        Value::Token,
        is_secret,
    ),
    (
        Class::Secret,
        r"\b(?:session|private|encryption|host|shared|secret|access|api|ssh|otp|seed)(?: key| seed)",
        Joint::Any,
        Value::Token,
        is_key,
    ),
    (
        Class::Secret,
        r"\b(?:auth|authentication|privacy|admin|root|[a-z]+)[_-]?pass(?:word)?",
        Joint::Sign,
        Value::Token,
        is_secret,
    ),
    (
        Class::Secret,
        r"\b(?:ro|rw|trap)?communit(?:y|ies)(?: string| name)?",
        Joint::Any,
        Value::Token,
        is_password,
    ),
    (Class::Secret, r"<communit(?:y|ies)>", Joint::None, Value::Token, is_text),
    (
        Class::Secret,
        r"\bchap[ _-](?:secret|password|key)(?: is| was)?",
        Joint::Any,
        Value::Token,
        is_secret,
    ),
    (
        Class::Licence,
        r"\b(?:licen[sc]e|product|activation|vsphere)[ _-]?(?:key|code|serial)",
        Joint::Any,
        Value::Word,
        is_number_of_thing,
    ),
];
