# Texts for searching, listing, showing and exporting the knowledge base.

## The card of an issue.

label-title = title
label-strength = strength
label-lines = lines
label-exception = exception
label-message = message
label-source = source
label-frames = frames
label-some = some of
label-telling = telling
label-shared = shared
label-plumbing = plumbing
label-forbid = not with
label-log = log line
label-component = component
label-function = function
label-module = module
label-notes = notes
label-owner = owner
label-advice = advice

card-status = { $status }, { $created }, { $author }
card-fix-own = { $lines }: { $release }
card-fix-later = { $lines }: no fix of its own; the nearest is { $release }
strength-frames = its frames alone prove it
strength-texts = a text that no other issue prints proves it
strength-possible = never more than possible
guidance-title = Advice for { $kinds }
guidance-title-every = Advice for every crash

heading-cause = Cause
heading-fix = Fix
heading-workaround = Workaround
heading-notes = Notes
heading-signature = Signature { $name }
heading-signatures = Signatures
heading-crash-texts = Crash texts
heading-near-misses = Crashes that look like it but have another cause
heading-related = Issues that look alike

## The list and the search.

list-nothing = no issue matches
list-build-unknown = build { $build } is not in the release list; --line names an update line instead
search-all = { $count } with all words
search-some = { $count } with all words, { $more } with some of them
search-some-only = nothing has all words; { $count } with some of them
search-shown = the first { $count } are shown; --most shows more
search-nothing = nothing found for { $question }
search-unknown = no text has the word { $word }
search-near = no text has the word { $word }; did you mean { $near }?
search-part = some of the words
column-id = id
column-title = title
column-why = why
column-status = status
column-strength = strength
column-crashes = crashes
column-build = build

## The site.

site-title = Known causes of purple diagnostic screens
site-about = { $issues } known issues of VMware ESX and ESXi that end in a purple diagnostic screen (PSOD): the signs, the cause, and the build with the fix.
site-skip = To the content
site-navigation = Pages
site-search = Search: functions, messages, modules, article numbers, words
site-search-found = { $all } with all words, { $some } with some of them
site-search-none = Nothing found
site-search-some = · some of the words
site-no-script = The search needs JavaScript. Every page is linked below.
site-issues = Known issues
site-lines = Update lines
site-modules = Modules
site-guidance = General advice
site-guidance-note = General advice belongs to a kind of panic message. It is never a match.
site-releases = Releases
site-date = date
site-fixes = has the fix for
site-fixed-in = fixed in { $release }
site-fixed-later = no fix in this line; the nearest is { $release }
site-no-fixed-build = no fixed build is named
site-no-issue = No known issue.
site-module = Module { $module }
site-line = Update line { $line }
site-footer = Written by psod-match { $tool } from the knowledge base { $digest }. Not affiliated with Broadcom or VMware.
owner-vmkernel = the kernel itself
owner-inbox = VMware
owner-partner = a hardware or software partner
owner-unknown = not known

export-written = { $files } files written to { $place }
