# The day of a curator: `psod-match kb adopt, promote, demote, retire, assign-ids, …`.

flow-dry-run = nothing is written (--dry-run)
flow-refused = { $id }: refused ({ $code }): { $text }
flow-status = { $id } is { $status } now; read the difference and commit it
flow-no-review = { $id }: there is no review to take back ({ $status })
flow-retired-already = { $id }: is retired already: { $reason }
refused-no-issue = there is no issue { $id } in the directory of --kb
refused-not-draft = { $id } is { $detail }, and only a draft becomes test; --reviewer NAME makes a tested issue reviewed
refused-not-test = { $id } is { $detail }, and only what is tested becomes reviewed; its author runs `psod-match kb promote { $id }` first
refused-already-reviewed = { $id } is reviewed already: { $detail }
refused-stale-review = { $id } has changed since it was reviewed ({ $detail }): read `psod-match kb review { $id }` again; `psod-match kb demote { $id }` takes an old review back
refused-own-review = { $id } was written by { $detail }: another person has to review it
refused-no-crash-text = { $id } has no crash text; `psod-match kb adopt CRASH --as { $id }` adds one
refused-no-near-miss = { $id } has no near miss; `psod-match kb adopt CRASH --near { $id }` adds a crash that looks like it and is another one
refused-lint-findings = { $id } has findings of lint: { $detail }
refused-trial-not-clean = { $id } would be the answer to crashes that are not its own: { $detail }; `psod-match kb try` shows them side by side

## Ids.

ids-given = { $draft } → { $id }
ids-taken = { $draft }: { $id } is another issue already; make one of the two, or cite another article first
ids-none = there is no issue that is called DRAFT-… and is test or reviewed

## Crashes that are taken over.

not-adopted-not-decided = crash { $crash }: nobody has decided which issue it is { $detail }; `psod-match ledger decide` does, and --as or --near for a file
not-adopted-decided-otherwise = crash { $crash }: was decided otherwise ({ $detail })
not-adopted-unknown-issue = crash { $crash }: there is no issue { $detail }
not-adopted-same-text = crash { $crash }: { $detail } has the same text
not-adopted-not-read-back = crash { $crash }: what would be written for { $detail } is not read as the same crash; save its text by hand

## What is to do.

todo-unmatched = { $about }: { $title }; no known issue, crashes: { $crashes }, hosts: { $hosts }, last { $last }
todo-reopened = { $about }: { $issue } is back on build { $build }, which has the fix of { $fix } (crash { $crash })
todo-regressed = crash { $about }: { $issue } on build { $build }, which has the fix of { $fix }
todo-never-hit = { $about }: no recorded crash is a match of it: { $title }
todo-old-review = { $about }: was reviewed on { $day }: { $title }
todo-lead = article { $about }: unmatched crashes name it: { $crashes }; { $title }
todo-nothing = there is nothing to do
todo-more = { $kind }: { $count } more; --most 0 shows all
todo-no-ledger = { $path }: no ledger, so nothing is said about recorded crashes
todo-kind-unmatched = clusters without a known issue
todo-kind-reopened = clusters that are open again
todo-kind-regressed = crashes on builds with the fix
todo-kind-never-hit = issues that were never hit
todo-kind-old-review = old reviews
todo-kind-lead = articles that crashes name

## Issues that are near.

near-heading = { $issue }: { $title } ({ $percent } %)
near-nothing = no known issue is near { $of }
label-both-cite = both cite
label-same-fix = same fix

## Numbers.

stats-what = what
stats-all = all
stats-own = own
stats-issues = issues
stats-without-kind = without a panic kind
stats-articles = articles
stats-without-article = issues without an article
stats-crash-texts = crash texts
stats-one-crash-text = issues with one crash text or none
stats-near-misses = near misses
stats-unknown = unknown crashes
stats-reviewed = reviewed
stats-changed-since = changed after the review
stats-old-reviews = reviews older than 18 months
stats-oldest = oldest review
stats-median = review in the middle
stats-never-hit = never hit by the ledger

## What happened to the issues.

changelog-added = New issues
changelog-renamed = Issues with another id
changelog-pattern = Other patterns
changelog-status = Other status
changelog-fix = Other fixes
changelog-text = Other texts
changelog-retired = Retired issues
changelog-removed = Issues whose files are gone
changelog-detail = { $issue } ({ $detail })
changelog-nothing = no issue has changed

## The sheet of a review.

label-author = author
label-reviewed = reviewed
label-base = beside
label-sheet = sheet
label-weakest-own = weakest own
label-strongest-other = surest other
label-rival = rival
review-may = Another person may promote it
review-may-not = It cannot be promoted yet
review-finding = lint: { $finding }
review-trial = What it does to crashes
review-counts = { $crashes } crashes: in { $in }, out { $out }, stolen { $stolen }, lost { $lost }; wrong by their own text: { $wrong }
review-more = { $count } more are counted and not listed
review-fixtures = Crash texts and near misses
review-crash-text = { $path }: { $verdict } { $first }; its own confidence { $confidence }; { $source }
review-near-miss = { $path } (near miss): { $verdict } { $first }; its own confidence { $confidence }; { $source }
review-not-as-expected = { $path } is not answered as it should be: { $verdict }
review-diff = Difference
