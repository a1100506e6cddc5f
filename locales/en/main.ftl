# Every text that a person reads. A key is never renamed for its wording.
# Values in { } come from a crash or the knowledge base and are escaped by the
# renderer, not here.

## Why an issue matches: one phrase each.

evidence-frames = { $found } of { $wanted } frames, in order
evidence-exemplar = { $found } of { $wanted } frames of a recorded crash, in order
evidence-some-frames = { $found } of { $wanted } frames, in any order
evidence-message-decisive = the panic message proves it
evidence-message = the panic message fits
evidence-message-other = another panic message
evidence-source-decisive = { $text } proves it
evidence-source = { $text }
evidence-source-near = { $text }: another line of the same file
evidence-source-other = another source file: { $text }
evidence-log-decisive = a log line proves it
evidence-log = a log line fits
evidence-machine-check-decisive = the machine check proves it: { $text }
evidence-machine-check = the machine check fits: { $text }
evidence-kind = panic kind { $text }
evidence-kind-other = another panic kind: { $text }
evidence-exception = exception { $text }
evidence-exception-other = another exception: { $text }
evidence-world = world { $text }
evidence-world-other = another world: { $text }
evidence-module = module { $text }
evidence-component = { $text } is an affected version
evidence-component-other = { $text } is not an affected version
evidence-model = server model { $text }
evidence-model-other = another server model: { $text }
evidence-device = PCI device { $text }
evidence-device-other = another PCI device: { $text }
evidence-other-top = other functions above the first frame that corresponds
evidence-other-modules = the functions are in other modules
evidence-other-story = none of its functions is in the backtrace of the crash
evidence-rival = { $text } fits too

## How sure a match is, and why an issue is not proven.

certainty-proven = proven
certainty-likely = likely
certainty-weak = weak
certainty-unlikely = not likely
certainty-percent = { $certainty }, { $percent } %
unproven-no-panic = the text holds no panic, and a log prints backtraces for other reasons too
unproven-other-kind = the panic is of another kind
unproven-other-modules = the functions are in other modules
unproven-unsaid-modules = the functions are in a driver, and the issue does not say in which module its own are
unproven-other-top = the crash fails in another function than the recorded one
unproven-other-explains = another known issue explains these functions, and those above them
unproven-no-telling-frame = crashes of other causes pass through the functions that correspond
unproven-little-explained = most of the crash's own frames are not explained
unproven-too-little = too little corresponds
unproven-rival = another known issue explains the crash as well
unproven-outweighed = what speaks for it does not outweigh what speaks against it

## Whether a build has the fix: the reason.

applies-no-release = the crash prints no release; --build gives it
applies-unlisted = build { $build } is not in the release list, and no version is given
applies-no-build = no build is given to compare; --build gives it
applies-outside = build { $build } is outside the affected builds
applies-side = the build is beside the main order of its line, so its number does not decide
applies-fixed = the fix came with { $fix } (build { $build })
applies-before-fix = the build is older than { $fix } (build { $build })
applies-fixed-inferred = { $line } was first released after the fix came with { $fix } (inferred)
applies-component = depends on { $component }: fixed from { $version }
applies-covered = the issue is known for { $line }, and no build with its fix
applies-no-lines = no affected versions are known
applies-other-lines = the issue is not known for { $line }
applies-inside = build { $build } is among the affected builds
applies-fix-side = the fix came with a build beside the main order of the line; it is not known whether later builds have it
applies-driver-fixed = the driver { $component } { $printed } has the fix, which came with { $version }
applies-driver-older = the driver { $component } { $printed } is older than { $version }, which has the fix
applies-driver-other = affected is { $component } { $version }; the host has { $printed }
applies-fix-elsewhere = the issue is known for { $line }, and a fixed build for other lines only

## Whether a build has the fix: notes beside the reason.

note-has-fix = the host already has the fix, so this is likely another cause, or the fault has come back (a regression)
release-side = built beside the main order of its line, for hosts on an older update: its number does not show its fixes
release-hot-patch = a hot patch for single customers, beside the main order of its line: its number does not show its fixes
release-withdrawn = withdrawn by the vendor: update to a later build of the line
place-between = build { $build } is not in the list; it is between { $below } and { $above }. A hot patch or a security-only build may lack fixes of its neighbours
place-after = build { $build } is not in the list; it is later than { $below }, the last one listed in its line
place-before = build { $build } is not in the list; it is earlier than { $above }, the first one listed in its line
place-no-line = build { $build } is not in the list, and neither is any build of its line
place-any-one-line = build { $build } is not in the list, and no version is given; by its number it is between { $below } and { $above }. Only line { $lines } has builds on both sides, so that line is assumed
place-any-between = build { $build } is not in the list, and no version is given; by its number it is between { $below } and { $above }, but update lines interleave ({ $lines }), so nothing is decided
place-any-after = build { $build } is not in the list, and no version is given; by its number it is later than { $below }, but update lines interleave, so nothing is decided
place-any-before = build { $build } is not in the list, and no version is given; by its number it is earlier than every listed build

## Releases in words.

branch-side = beside the order of its line
branch-hot-patch = hot patch
branch-withdrawn = withdrawn
label-note = note
label-fixed-in = fixed in
fixed-inferred = inferred
fixed-in-first = { $own }, the first release with the fix in any line
fixed-in-both = { $own } in this line; the first in any line is { $first }
fixed-in-other = no release of this line is known; the first in any line is { $first }
fixed-in-none = no release is known to have the fix

## The report.

standard-input = standard input
title-crash = { $path }, line { $line }
build-number = build { $build }
world = world { $world }
decides = the backtrace "{ $origin }"
dump-started = started; the text does not show its end
dump-written = written
dump-failed = not written

label-release = release
label-panic = panic
label-kind = kind
label-meaning = meaning
label-reporter = reported by
label-culprit = culprit
label-top-frame = top frame
label-decides = decided by
label-uptime = uptime
label-core-dump = core dump
label-modules = modules
label-symbols = symbols
label-defects = defects
label-limit = limit
label-why = why
label-unproven = not proven
label-build = this build
label-cause = cause
label-fix = fix
label-action = do first
label-caveat = beware
label-workaround = workaround
label-article = article
label-copy = copy of
label-page = other site
label-look-for = look for
label-review = review
label-signature = signature
label-evidence = evidence

heading-one-of = ONE OF THESE: { $issues }
heading-one-of-percent = ONE OF THESE ({ $percent } %): { $issues }
one-of-apart = The crash fits each of them, and does not show which. Look on the screen or in the vmkernel log for the following:
one-of-alike = The crash fits each of them, and their signatures ask for the same; compare their articles.
verdict-none = NOT KNOWN: no known issue fits this crash
heading-match = MATCH ({ $certainty }) { $issue }: { $title }
heading-match-fixed = MATCH ({ $certainty }), but this build has the fix: { $issue }: { $title }
heading-match-not-affected = MATCH ({ $certainty }), but this build is not affected: { $issue }: { $title }
heading-possible = POSSIBLE ({ $certainty }) { $issue }: { $title }
heading-unlikely = NOT LIKELY ({ $percent } %) { $issue }: { $title }
also-possible = or { $issue } ({ $certainty }): { $title }
one-of-them = { $issue } ({ $applies }): { $title }
review-draft = draft: being written
review-test = tested, and not yet reviewed by a second person
review-reviewed = reviewed by a second person
review-retired = retired
causes-shares = { $known } causes of { $kind } are known; shares: { $shares }.
causes-none = { $known } causes of { $kind } are known, and nothing in this crash points to one of them.
more-matches = { $count } more with less confidence; --why shows them
heading-guidance = General advice
heading-guidance-kind = General advice for { $kind }
heading-next = What to do next
heading-leads = Leads: articles that name the same, of which no more is known (no match)
lead = { $number } names { $named }: { $title }
lead-lines = { "" }; for { $lines }
lead-fixed = { "" }; fixed with { $fixed }
heading-then = Then
more-guidance = General advice for { $kind }: psod-match -v shows it.
rest = psod-match -v shows also: { $parts }.
rest-between = { ", " }
rest-cause = the cause
rest-shares = shares of the causes
rest-advice = general advice
rest-leads = leads
rest-other-issues = further issues
rest-other-machine-checks = further machine checks
rest-whole-caveat = more to beware of
rest-top-frame = the top frame
rest-last-steps = further steps
rest-reasons = why
rest-articles = the articles
rest-screen = the screen
draft-fits = The draft { $issues } fits: --drafts asks drafts too.

## The overview of several crashes.

overview-totals = { $crashes } crashes: { $matches } match, { $possible } possible, { $unknown } not known
overview-more = -v shows each answer; so does psod-match with one file.
overview-crash = crash
overview-kind = kind
overview-verdict = verdict
overview-issue = issue
overview-build = affected
overview-affected = yes
overview-fixed = fixed
overview-not-affected = no
overview-unknown = ?
overview-action = action
overview-match = MATCH
overview-possible = possible
overview-none = not known
overview-compare = compare
overview-other-cause = look for another cause
overview-no-fix = no fix known
overview-see-fix = see the fix
no-crash-in = { $without } of { $all } files hold no purple screen; -v names them
interrupted = interrupted: { $read } of { $all } inputs were read to their end; what was found in them and so far in the next is printed
no-crash-at-all = none of { $all } files holds a purple screen; -v names them
no-file = { $path }: the directory holds no file

applies-word-affected = affected
applies-word-fixed = has the fix
applies-word-not-affected = not affected
applies-word-unknown = not certain

fix-component = { $name } { $version }
fix-first = First with the fix: { $fixes }.

limit-region-lines = the crash has more lines than are read; the rest was left out
limit-region-bytes = the crash has more bytes than are read; the rest was left out
limit-line-bytes = a line was longer than is read at once; it was read as several
limit-tolerant-bytes = the text is large, so crashes were searched by literal anchors only; a crash is missed when all its anchors are damaged
limit-frames = a backtrace has more frames than are kept; its middle was left out
limit-name-bytes = a name was longer than is kept; it was clipped
limit-message-bytes = the panic message was longer than is kept; it was clipped
limit-machine-checks = there are more machine-check lines than are kept; the rest was left out
limit-defects = there are more defects than are listed
limit-crashes = the input holds more crashes than are read; reading stopped after this one
limit-frames-compared = the backtrace has more frames than are compared

nothing-found = { $path }: no purple screen found in { $lines } lines, expected a panic message, a backtrace or a header such as VMware ESXi 7.0.3 [Releasebuild-20842708 x86_64]
nothing-found-in-texts = { $path }: no purple screen found in { $texts } texts with { $lines } lines
only-literal-anchors = ; it is large, so only literal anchors were searched: --limit tolerant-bytes=100G looks at every line

## The crash as it was read, as `psod-match parse` prints it.

firmware = BIOS { $version }
label-model = server
label-fingerprint = fingerprint
label-registers = registers
label-processor = processor
label-worlds = worlds
label-states = states
label-nmi = NMI
label-devices = devices
label-code-start = code start
label-tsc = TSC
heading-backtrace = Backtrace of the reporting PCPU
heading-backtrace-of = Backtrace: { $origin }
heading-backtrace-decides = Backtrace: { $origin } (decides)
heading-machine-checks = Machine checks
heading-log-lines = Log lines
heading-defects = Oddities in the text
defect-line = line { $line }:

defect-masked-digits = digits are masked
defect-obfuscated-name = the name was hidden as a mail address and is lost
defect-blank-in-name = spaces inside a name were removed
defect-odd-name = the name holds characters that no function has; it is left out
defect-repeated-line = a line is printed twice
defect-glued-lines = lines that had run together were separated
defect-wrapped-line = a broken line was joined
defect-overwritten-line = a carriage return had put the end of the line over its start
defect-quoted-line = marks before the line were removed
defect-markup = escapes of HTML or Markdown were removed
defect-terminal-codes = codes of a terminal were removed
defect-confused-characters = characters that look alike were corrected
defect-interleaved-lines = frames of another PCPU are in between
defect-panic-in-panic = a second panic message before the first crash ends
defect-release-of-bundle = the release is that of the bundle; the crash prints none
defect-release-given = the release is the one that was given with --build; the crash prints none
defect-release-contradiction = the release list knows the build as one of another version
defect-offset-beyond-function = the offset is behind the end of the function: the nearest name, not that of a call
defect-name-not-in-module = the module has no function of this name
defect-module-in-two-places = the frames of the module do not agree about its place, so its nameless frames get no names
defect-release-inferred = the release is inferred from the places of functions; the crash prints none
defect-invalid-text = bytes that are not UTF-8 were read as Latin-1
defect-no-panic-message = there is no panic message
defect-no-backtrace = there is no backtrace
defect-no-release = there is no header line

## Next steps when nothing is proven.

next-one-of = Find out which of { $issues } it is: look on the screen and in the vmkernel log for { $texts }.
next-one-of-alike = Find out which of { $issues } it is: compare their articles.
next-search = Search knowledge.broadcom.com for { $searches }.
next-hardware = Read the hardware's own log (iLO, iDRAC, XCC, IPMI SEL) around the time of the crash, and have the server vendor diagnose the host.
next-collect = Keep a picture and the core dump; after the start run `vm-support` (VMware 2038891) and, in /var/core, `vmkdump_extract -l vmkernel-zdump.1`.
next-collect-screen = Keep a picture of the whole screen: the host writes no core dump so early in its start.
next-request = File a support request; `psod-match request FILE` writes it.

## The commands about the knowledge base.

label-status = status
label-affected = affected
label-crash = crash
build-in-memory = memory: no cache directory can be written
build-fresh = compiled { $issues } issues into { $place } (kb { $digest })
build-present = { $issues } issues are already compiled in { $place } (kb { $digest })
own-init = wrote the layout of a knowledge base into { $path }; its README.md says how to go on
own-new = wrote { $issue } and { $crash }; next: psod-match --kb { $kb } kb lint
own-tells-nothing = nothing in this crash tells it from others: add a message, a log line or a function that does
eval-explanation = Each cell: crashes whose first answer reaches the confidence, of all crashes under that setting. own and left out must be right and should be high; taken out, near and unknown must be 0 from the threshold (*) on.

## Why an issue fits, and why not.
label-place = place
label-excluded = excluded by
label-absent = not printed
why-place = number { $place } in the results of the search
why-excluded = none: a condition excludes it
why-not-found = none: it has too little in common with the crash to be found
why-of-crash = frame of the crash
why-of-signature = frame of signature { $signature }
why-more-rows = and { $count } rows more
condition-message = panic message: { $text }
condition-source = source file: { $text }
condition-log = log line: { $text }
condition-machine-check = machine check: { $text }
condition-panic-kind = panic kind: { $text }
condition-exception = exception: { $text }
condition-world = world: { $text }
condition-module = module: { $text }
condition-component = version: { $text }
condition-model = server model: { $text }
condition-device = PCI device: { $text }
condition-frames = function in the backtrace: { $text }
condition-forbidden = function: { $text }
eval-forms = Counts with 95 % bounds of the share (Wilson, over issues: the crashes of one issue stand and fall together). docs/damage.md describes the forms.
eval-calibrate = { $observations } answers over { $clusters } groups (related issues, or a crash without one), each crash once with its issue and once without it, together half of the weight. docs/matching.md says how the fit is made.
eval-calibrate-reliability = Reliability, each issue answered with what was fitted to the others:
eval-calibrate-loss = Mean error of the confidences, less is better; the fitted ones are held out:
eval-forms-enough = Crashes with three or more story frames, their issue is known:
eval-forms-few = Crashes with fewer story frames, their issue is known:
eval-forms-left-out = Crashes with three or more story frames, only other crashes of the issue are known:
eval-forms-silent = Called a match although nothing may match:
eval-forms-cases = No sure and right match, and every match of a wrong issue (own: confidence of the right issue; frames: story frames read, of those that the text holds):
eval-change = { $added } made-up issues added, { $cases } cases compared
    match before or after, not both: { $verdicts }
    right issue first: { $before } before, { $after } after
    match of a wrong issue: { $wrong_before } before, { $wrong_after } after
eval-set = { $traces } distinct backtraces out of { $lines } lines, { $labels } labels. { $queries } backtraces have another one of their label; these are the queries, in { $families } independent groups of labels. { $singles } are alone under their label. { $ambiguous } stand under several labels. Seed { $seed }.
eval-ranking = Where does the right label stand? Each query against all other backtraces. In brackets: 95 % intervals, whole groups of labels drawn anew. Parameters are chosen on the other half of the labels, and the mean is taken over { $deals } deals into halves.
eval-separation = Does the best score tell whether the label is known? Area under the ROC curve; 0.5 is chance. taken out: each query with its label, and without it. singles: the queries, and the backtraces that are alone under their label.
eval-differences = Ours minus each method, on the same draws. An interval without 0 is a difference.
eval-chosen = The parameters that were chosen most often, and for how many halves of the labels.
