## The names of functions: `psod-match symbols`.

symbols-indexed = Tables: { $count }, in { $path }
symbols-table = { $module } { $version }: { $functions } functions, out of { $source }
symbols-table-written = { $module } { $version }: { $functions } functions, out of { $source } ({ $written })
symbols-written-new = new
symbols-written-same = known
symbols-written-merged = completed
symbols-written-replaced = replaced
symbols-column-module = module
symbols-column-version = version
symbols-column-functions = functions
symbols-column-source = out of
symbols-column-section = section
symbols-column-address = address
symbols-column-size = size
symbols-column-name = name

symbols-inferred = release inferred: build { $build }, { $agree } of { $of } functions lie where they do in it
symbols-outcome-found = { $module }: table out of { $source }
symbols-outcome-missing = { $module }: no table
symbols-outcome-other-version = { $module }: no table of this version; there are { $versions }
symbols-outcome-no-version = { $module }: the crash prints no version; there are tables of { $versions }, and --driver gives the version
symbols-outcome-malformed = { $module }: the table is of no use: { $problem }
symbols-count-checked = { $count } names hold
symbols-count-failed = { $count } cannot be as printed
symbols-count-repaired = { $count } repaired
symbols-count-named = { $count } named
symbols-count-owned = { $count } without a module are of this one
symbols-count-learned = { $count } named by { $crashes } other crashes of the build
symbols-contradiction = its frames do not agree about its place, so none is named
symbols-trust-noise = no call
symbols-trust-symbols = from the table
symbols-trust-learned = from other crashes
symbols-trust-repaired = repaired
symbols-learned = Build { $build }: { $functions } functions, out of { $crashes } crashes ({ $taught } new; contradictions: { $contradicted })
symbols-taught-nothing = No crash teaches anything: each needs a printed build, a code start, and named frames of the VMkernel
