//! The query language of lists: `build:20842708 frame:~lpfc_ issue:none seen:>2026-11-01`.
//!
//! A term is a field, a colon, an operator and a value; `-` before it asks for the opposite, a value
//! with blanks stands in quotes, and a word without a field is looked for in the message. All terms
//! must hold.

use rusqlite::types::Value;

use crate::error::{Error, Result};

/// The fields of a query, each with what it is about.
pub const QUERY_FIELDS: &[(&str, &str)] = &[
    ("id", "number in the ledger"),
    ("build", "build of the host"),
    ("line", "update line, such as 8.0.2"),
    ("kind", "panic kind"),
    ("message", "panic message"),
    ("frame", "function of the story"),
    ("module", "module of the story"),
    ("fingerprint", "hash of the story frames"),
    ("cluster", "number of its cluster, such as C-12"),
    ("issue", "issue of the last answer or of the decision; none"),
    ("verdict", "verdict of the last answer: match, possible, none"),
    ("host", "host"),
    ("seen", "day of the crash, such as 2026-11-01, or 7d for the last seven days"),
    ("recorded", "day of recording"),
    ("case", "number of a case or ticket"),
    ("source", "file that it was read from"),
    ("decided", "kind of a decision that was made about it; none"),
];

/// A query, ready to be asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    conditions: Vec<String>,
    values: Vec<Value>,
}

/// How a value is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Equal,
    Contains,
    Above,
    AtLeast,
    Below,
    AtMost,
}

const OPERATORS: &[(&str, Operator)] = &[
    (">=", Operator::AtLeast),
    ("<=", Operator::AtMost),
    ("~", Operator::Contains),
    ("=", Operator::Equal),
    (">", Operator::Above),
    ("<", Operator::Below),
];

/// The decisions about a crash that are not undone, as `d`.
const HOLDING: &str = "FROM decision AS d WHERE d.crash = crash.id AND d.kind <> 'undo' \
    AND NOT EXISTS (SELECT 1 FROM decision AS u WHERE u.kind = 'undo' AND u.value = d.name)";

impl Operator {
    fn sql(self) -> &'static str {
        match self {
            Self::Equal | Self::Contains => "=",
            Self::Above => ">",
            Self::AtLeast => ">=",
            Self::Below => "<",
            Self::AtMost => "<=",
        }
    }
}

impl Query {
    /// Reads the terms of a query. `today` is the day that `7d` counts from, `host` gives the form in
    /// which the ledger keeps the name of a host.
    ///
    /// # Errors
    /// [`Error::Query`] for an unknown field, an operator that it does not have, or a value that is
    /// none.
    pub fn parse(text: &str, today: time::Date, host: &dyn Fn(&str) -> String) -> Result<Self> {
        let mut query = Self::default();
        for term in terms(text)? {
            query.add(&term, today, host)?;
        }
        Ok(query)
    }

    /// True when a term of the query is about the host.
    pub fn names_host(text: &str) -> bool {
        let terms = terms(text).unwrap_or_default();
        terms.iter().any(|term| term.trim_start_matches('-').starts_with("host:"))
    }

    /// The condition in SQL, and its values.
    pub(super) fn sql(&self) -> (String, &[Value]) {
        let condition = self.conditions.join(" AND ");
        (if condition.is_empty() { "1".to_owned() } else { condition }, &self.values)
    }

    fn add(&mut self, term: &str, today: time::Date, host: &dyn Fn(&str) -> String) -> Result<()> {
        let (is_negated, term) = match term.strip_prefix('-') {
            Some(term) => (true, term),
            None => (false, term),
        };
        let (field, value) = match term.split_once(':') {
            Some((field, value)) if QUERY_FIELDS.iter().any(|(known, _)| *known == field) => {
                (field, value)
            }
            Some((field, _)) if field.chars().all(|c| c.is_ascii_alphabetic()) => {
                return Err(unknown_field(field));
            }
            _ => ("message", term),
        };
        let (operator, value) = OPERATORS
            .iter()
            .find_map(|(sign, operator)| Some((*operator, value.strip_prefix(sign)?)))
            .unwrap_or((if term == value { Operator::Contains } else { Operator::Equal }, value));
        if value.is_empty() {
            return Err(Error::Query(format!("{term}: a value is missing")));
        }
        let condition = self.condition(field, operator, value, today, host)?;
        // Where a column is empty nothing holds, and so the opposite does. Without `-` a condition stays
        // plain: behind a function no index answers it.
        self.conditions.push(if is_negated {
            format!("NOT ifnull(({condition}), 0)")
        } else {
            condition
        });
        Ok(())
    }

    /// The condition of one term.
    fn condition(
        &mut self,
        field: &str,
        operator: Operator,
        value: &str,
        today: time::Date,
        host: &dyn Fn(&str) -> String,
    ) -> Result<String> {
        let text = value.to_owned();
        Ok(match field {
            "id" | "build" => {
                let number: i64 = value
                    .parse()
                    .map_err(|_| Error::Query(format!("{field}:{value} is not a number")))?;
                self.compared(&format!("crash.{field}"), operator, Value::Integer(number))
            }
            "seen" => self.compared("crash.seen", operator, Value::Text(day(value, today)?)),
            "recorded" => {
                let day = day(value, today)?;
                self.compared("substr(crash.recorded, 1, 10)", operator, Value::Text(day))
            }
            "cluster" => self.cluster_condition(value)?,
            "frame" => {
                let names = self.text_condition("name.text", operator, text);
                format!(
                    "crash.fingerprint IN (SELECT function.fingerprint FROM function \
                     JOIN name ON name.id = function.name WHERE {names})"
                )
            }
            "module" if operator == Operator::Equal => {
                let place = self.place(Value::Text(format!(" {value} ")));
                format!("instr(circumstance.modules, {place}) > 0")
            }
            "module" => self.text_condition("circumstance.modules", operator, text),
            "issue" => self.issue_condition(operator, text),
            "verdict" => self.text_condition("answer.verdict", operator, text),
            "decided" => self.decided_condition(operator, text),
            "host" => {
                // The list shows pseudonyms, and people know names: both are found.
                let kept = self.text_condition("name", operator, host(value));
                let shown = self.text_condition("name", operator, text);
                // By its number, so that an index answers it.
                format!("crash.host IN (SELECT id FROM host WHERE {kept} OR {shown})")
            }
            "kind" => self.text_condition("circumstance.kind", operator, text),
            "fingerprint" => self.text_condition("fingerprint.value", operator, text),
            "case" => self.text_condition("crash.case_number", operator, text),
            _ => self.text_condition(&format!("crash.{field}"), operator, text),
        })
    }

    /// An old number finds the cluster that it went up in.
    fn cluster_condition(&mut self, value: &str) -> Result<String> {
        let number = value.trim_start_matches("C-").parse();
        let number =
            number.map_err(|_| Error::Query(format!("{value} is no cluster such as C-12")))?;
        let place = self.place(Value::Integer(number));
        Ok(format!(
            "fingerprint.cluster = (SELECT coalesce(c.alias_of, c.id) \
             FROM cluster AS c WHERE c.id = {place})"
        ))
    }

    /// What the team decided counts before what the program answered.
    fn issue_condition(&mut self, operator: Operator, value: String) -> String {
        let decided = format!(
            "(SELECT CASE d.kind WHEN 'issue' THEN d.value ELSE 'none' END {HOLDING} \
             AND d.kind IN ('issue', 'none', 'new') ORDER BY d.id DESC LIMIT 1)"
        );
        let answered = "CASE answer.verdict WHEN 'none' THEN 'none' ELSE answer.issue END";
        let issue = format!("coalesce({decided}, {answered}, 'none')");
        self.text_condition(&issue, operator, value)
    }

    fn decided_condition(&mut self, operator: Operator, value: String) -> String {
        if value == "any" || (value == "none" && operator == Operator::Equal) {
            let not = if value == "none" { "NOT " } else { "" };
            return format!("{not}EXISTS (SELECT 1 {HOLDING})");
        }
        let kind = self.text_condition("d.kind", operator, value);
        format!("EXISTS (SELECT 1 {HOLDING} AND {kind})")
    }

    fn text_condition(&mut self, column: &str, operator: Operator, value: String) -> String {
        if operator != Operator::Contains {
            return self.compared(column, operator, Value::Text(value));
        }
        let place = self.place(Value::Text(value));
        format!("instr(lower({column}), lower({place})) > 0")
    }

    fn compared(&mut self, column: &str, operator: Operator, value: Value) -> String {
        let place = self.place(value);
        format!("{column} {} {place}", operator.sql())
    }

    /// Keeps a value, and returns its place in the SQL: no text of a query becomes a part of it.
    fn place(&mut self, value: Value) -> String {
        self.values.push(value);
        format!("?{}", self.values.len())
    }
}

fn unknown_field(field: &str) -> Error {
    let known: Vec<&str> = QUERY_FIELDS.iter().map(|(name, _)| *name).collect();
    Error::Query(format!("there is no field {field}, expected one of {}", known.join(", ")))
}

/// The terms of a query: a quote begins a value with blanks.
fn terms(text: &str) -> Result<Vec<String>> {
    let mut terms = Vec::new();
    let mut term = String::new();
    let mut is_quoted = false;
    for character in text.chars() {
        match character {
            '"' => is_quoted = !is_quoted,
            blank if blank.is_whitespace() && !is_quoted => {
                terms.push(std::mem::take(&mut term));
            }
            other => term.push(other),
        }
    }
    if is_quoted {
        return Err(Error::Query(format!("{text}: a quote is not closed")));
    }
    terms.push(term);
    terms.retain(|term| !term.is_empty());
    Ok(terms)
}

/// `2026-11-01`, or `7d` for the day that is seven days ago.
fn day(value: &str, today: time::Date) -> Result<String> {
    let ago = value.strip_suffix('d').and_then(|days| days.parse::<i64>().ok());
    if let Some(days) = ago {
        let day = today.checked_sub(time::Duration::days(days));
        return day
            .map(|day| day.to_string())
            .ok_or_else(|| Error::Query(format!("{value} is too long ago")));
    }
    let day = crate::kb::date_of(value);
    day.map(|day| day.to_string()).ok_or_else(|| {
        Error::Query(format!("{value} is not a day, expected one such as 2026-11-01 or 7d"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Query> {
        let today = crate::kb::date_of("2026-11-26").expect("a day");
        Query::parse(text, today, &|host| format!("host-of-{host}"))
    }

    #[track_caller]
    fn check(text: &str, values: &[&str]) {
        let query = parsed(text).expect("a query");
        let found: Vec<String> = query
            .values
            .iter()
            .map(|value| match value {
                Value::Text(text) => text.clone(),
                Value::Integer(number) => number.to_string(),
                other => format!("{other:?}"),
            })
            .collect();
        assert_eq!(found, values, "{text}");
    }

    #[track_caller]
    fn check_error(text: &str, expected: &str) {
        let error = parsed(text).expect_err(text).to_string();
        assert!(error.contains(expected), "{error}");
    }

    #[test]
    fn values_never_become_a_part_of_the_sql() {
        check("build:20842708 frame:~lpfc_", &["20842708", "lpfc_"]);
        check("seen:>7d", &["2026-11-19"]);
        check("\"no heartbeat\"", &["no heartbeat"]);
        check("host:esx01", &["host-of-esx01", "esx01"]);
        check("message:~\"x') OR 1=1 --\"", &["x') OR 1=1 --"]);
        let sql = parsed("issue:evil'; -kind:evil frame:~evil").expect("a query").sql().0;
        assert!(!sql.contains("evil"), "{sql}");
    }

    #[test]
    fn a_term_about_the_host_is_told_from_others() {
        for (text, expected) in [
            ("host:esx01", true),
            ("build:7 -host:~esx", true),
            ("\"host: esx\" build:7", true),
            ("message:~host:x", false),
            ("host", false),
        ] {
            assert_eq!(Query::names_host(text), expected, "{text}");
        }
    }

    #[test]
    fn faults_of_a_query_are_told() {
        check_error("buidl:1", "there is no field buidl");
        check_error("build:x", "build:x is not a number");
        check_error("seen:yesterday", "yesterday is not a day");
        check_error("message:~\"x", "a quote is not closed");
        check_error("kind:", "a value is missing");
    }
}
