# Recorded crashes: `psod-match record` and `psod-match ledger`.

ledger-new = crash { $id } recorded: { $place }: { $answer }
ledger-known = crash { $id } is recorded already: { $place }: { $answer }
ledger-listed = { $shown } of { $all } recorded crashes
ledger-listed-more = { $shown } of { $all } recorded crashes; { $more } more: --most { $all }, or --most all
ledger-no-crash = there is no crash { $id } in the ledger
ledger-no-cluster = there is no cluster C-{ $id } in the ledger
ledger-no-answer = not asked
ledger-decided = crash { $id }: decision { $decision } is kept; `psod-match ledger undo { $decision }` undoes it
ledger-one-backtrace = crashes { $crash } and { $other } have the same backtrace: they stay in one cluster; the decision is kept
ledger-no-backtrace = crash { $crash } or { $other } has no story frames: such crashes are in a cluster by their messages, which this decision does not change; it is kept
ledger-undone = crash { $id }: decision { $decision } is undone
ledger-removed = crash { $id } is taken out
ledger-exported = { $path }: crashes: { $count }
ledger-imported = new crashes: { $new }; new decisions: { $decisions }; recorded already: { $known }
ledger-backup = { $path }: the ledger as it is now
ledger-restored = { $path }: the backup
ledger-restored-kept = { $path }: the backup; the ledger that was there is { $kept }
ledger-changed = crash { $id }: { $before } before, { $after } now
ledger-rematched = answers that are others than before: { $count }
ledger-whole = { $path }: whole
ledger-title = Crash { $id }
ledger-cluster = Cluster { $name }
heading-moves = What came and left
ledger-redacted = replaced by pseudonyms before the crash was stored
ledger-not-redacted = as the screen prints them

ledger-verdict-match = match
ledger-verdict-possible = possible
ledger-verdict-none = not known

ledger-decision-issue = is { $value }
ledger-decision-none = no known issue
ledger-decision-new = a new issue
ledger-decision-same-as = the same as { $value }
ledger-decision-not-same-as = not the same as { $value }
ledger-decision-undo = undoes { $value }

ledger-column-id = crash
ledger-column-seen = seen
ledger-column-host = host
ledger-column-build = build
ledger-column-kind = kind
ledger-column-answer = answer
ledger-column-decision = decided

label-recorded = recorded
label-day = seen
label-host = host
label-case = case
label-file = file
label-names = names

heading-answers = Answers
heading-decisions = Decisions

similar-none = no recorded crash is like it, or it says too little to be compared
similar-heading = { $similarity } alike: crashes { $crashes }, cluster { $cluster }
