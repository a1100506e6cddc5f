## `psod-match kb affects`.

affects-error = { $value } is not a release; expected a build number, an update name such as 7.0 U3c, or a version with its build such as 8.0.2-23400000
affects-affected = Affected: { $count }
affects-covers-line = Covers this line, without naming builds: { $count }
affects-unknown = Not certain: { $count }
affects-more = Their articles name other releases, or none; -v lists them.
affects-rest = The other known issues
affects-item = { $issue } { $title }: { $reason }
affects-item-fixed = { $issue } { $title }: { $reason }. Fix: { $fixed }
affects-updates = Updates of line { $line }
affects-update = { $release } clears { $clears }; it leaves { $leaves }.
affects-brings = It brings { $brings }.
affects-none-clears = No later build of the line clears any of the affecting issues.
affects-no-later = The list has no later build of this line.
affects-undecided = The { $count } that no build decides may stay in any case.
label-line = update line
label-date = released
label-mark = mark
label-has-fix = has the fix
label-not-affected = not affected
label-clears = clears most
label-newest = newest
