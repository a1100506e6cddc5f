# Texts of `psod-match explain` and `psod-match request`; see main.ftl.

## Headings, one for each part of the screen.

section-release = Product and build
section-message = Error message
section-registers = CPU registers
section-worlds = Physical CPUs and their worlds
section-stack = Stack trace
section-uptime = Uptime
section-machine-check = Machine check
section-core-dump = Core dump
section-log = Lines of the log
explain-title = The purple diagnostic screen, part by part
explain-about-screen = Colours mark the parts; each one is explained below. The order is that of the vendor's article 343033 (1004250).

## Product and build.

explain-release-known = This is { $name }, build { $build }, released on { $date }.
explain-release-undated = This is { $name }, build { $build }.
explain-release-unlisted = Build { $build } is not in the list of releases: it may be a hot patch, or older or newer than the list.
explain-release-no-build = The build cannot be read, so nothing can be said about fixes.
explain-release-none = The text does not print the product. `vmware -vl` on the host prints it.
explain-release-age = At the time of the crash ({ $day }) this build was { $days } days old.
explain-release-kernel = The VMkernel is the kernel of the host: it schedules its resources and does its input and output; drivers sit between it and the devices.
explain-release-of-bundle = The release is that of the support bundle: the one the host runs now.

## Error message.

explain-message-none = The text does not print the error message. It is the line below the product.
explain-kind = Its kind is { $kind }.
explain-likely = Likely side: { $side }.
explain-world-in-message = It names world { $world }, which was running at the time.
explain-culprits = It names { $pcpus }: look at the code that ran there, not at the PCPU that printed the screen.

explain-console = The Linux kernel of the service console failed at { $place }, in process { $process }; tainted: { $tainted } (P: a module that is not open source).

## Registers.

explain-registers-none = The text prints no registers.
explain-registers-captured = Values of the processor at the time of the crash: { $count }. They differ from crash to crash and are only of use with a core dump.
explain-registers-not-captured = { $names } hold all ones (err -1): that means "not captured", not a value.
explain-registers-null = The address is { $address }, close to zero: the code used a pointer that pointed to nothing (a null pointer).
explain-registers-address = The address that could not be reached is { $address }.
explain-registers-err = err={ $value }: { $bits }.
explain-registers-stale = cr2 and err are set by page faults; with this kind they are left over from before and have no meaning.
explain-registers-ptes = PTEs are the entries of the page table that lead to the address, from the top level down; an entry that is 0x0 or lacks its lowest bit ends that path.

## PCPUs and worlds.

explain-reporter = { $pcpu } printed the screen; { $world } ran on it.
explain-reporter-no-world = { $pcpu } printed the screen.
explain-reporter-none = The text does not show which PCPU printed the screen.
explain-culprit = The message blames { $pcpu }.
explain-culprit-world = The message blames { $pcpu }; { $world } ran on it.
explain-worlds-listed = { $count } PCPUs are listed with their worlds. ESX cuts the names of worlds; the part after vmm0: or mks: is the name of a VM.
explain-states = { $count } letters, one for each PCPU from PCPU 0 on: { $counts }. The articles do not explain the letters.

## Stack trace.

explain-stack-none = The text prints no stack trace, which is the key to the diagnosis. Extract the log from the core dump.
explain-stack-read = It is read from the top: each line was called by the one below it.
explain-stack-machinery = { $names }: the panic itself, interrupts and the start of the world. They are in nearly every stack trace and do not help.
explain-stack-story = The work of the VMkernel at the time: { $names }.
explain-stack-no-story = Only machinery is printed.
explain-stack-noise = Lines that are not calls, because their address belongs to no function: { $count }.
explain-stack-decides = The stack trace under "{ $origin }" decides: it is that of the PCPU that the message blames.
explain-stack-others = Further stack traces: { $origins }.
explain-owner-vmkernel = { $module }: the VMkernel itself.
explain-owner-inbox = { $module }: shipped with ESXi ({ $title }).
explain-owner-partner = { $module }: from a partner ({ $title }). Ask its vendor.
explain-owner-unknown = { $module }: its owner is not known here.

## Uptime.

explain-uptime = The host ran for { $duration } since its start.
explain-uptime-none = The text does not print the uptime, or its digits are masked.
explain-tsc = The cycle counter is at { $tsc }: { $gigahertz } GHz over that time.
explain-code-start = The text of the VMkernel starts at { $address }; addresses of frames count from there.

## Machine check.

explain-machine-check = Banks that the hardware reported: { $count }. Ask the hardware vendor.

## Core dump.

explain-dump-written = The core dump was written.
explain-dump-started = The core dump was started; the text does not show its end. Wait for "Disk dump successful" before you restart the host.
explain-dump-failed = The core dump could not be written. Configure a dump partition, a dump file or the network dump collector, or the next crash will leave nothing behind either.
explain-dump-none = The text does not mention the core dump.
explain-dump-fetch-esx = Fetch it: `esxcfg-dumppart -l` lists the partition, `vmkdump -d DEVICE` copies the dump, `vmkdump -l vmkernel-zdump-FILE` extracts the log.
explain-dump-fetch-esxi = Fetch it: after the restart it is in /var/core; `vmkdump_extract -l vmkernel-zdump.1` extracts vmkernel-log.1.

## Next steps.

next-proven-fix = { $fix }
next-proven-has-fix = This build already has the fix of { $issue }. Another cause or a regression is likely: compare the stack trace with the article, and file a support request.
next-proven-workaround = Until then: { $workaround }
next-proven-workaround-only = No fix of { $issue } is known. Work around it: { $workaround }
next-proven-no-fix = No fix of { $issue } is known, and no workaround: look whether its article has one by now, and name the article in a support request.
next-proven-not-affected = { $issue } is not known to affect this build. Another cause is likely: compare the stack trace with its source before you do what it says.
next-version-driver = See which version is installed: `esxcli software vib list | grep -i { $name }` (loaded: `vmkload_mod -s { $name }`). The fix is in { $version }.
next-version-firmware = See which firmware is installed: `esxcli network nic get -n vmnicN` for a network adapter, `/usr/lib/vmware/vmkmgmt_keyval/vmkmgmt_keyval -a` for a storage adapter, the page of the BMC (iLO, iDRAC, XCC) for itself and the BIOS. The fix is in { $name } { $version }.
next-version-plugin = See which version is installed: `esxcli software vib list` lists it (acceptance level, vendor, date). The fix is in { $name } { $version }.
next-deliberate = Nothing needs a repair: somebody asked for this panic. Find out who and why: a person or a script at the console, a test of the core dump, or an NMI from the management processor.
next-secure-boot = Set date and time of the firmware right and start again. If that does not help, start once with secure boot off, and let `/usr/lib/vmware/secureboot/bin/secureBoot.py -c` name the packages without a valid signature; remove or replace these, and switch secure boot on again.
next-security-violation = Look for what changed before the start: TPM, BIOS, boot order, secure boot, system board. Undo it, or start with the recovery key: press Shift+O and add `encryptionRecoveryKey=KEY` (kept from `esxcli system settings encryption recovery list`).
next-hardware-mismatch = Compare model, stepping and microcode of all processors, and what BIOS switches off for some cores. On processors with two kinds of cores the boot option `cpuUniformityHardCheckPanic=FALSE` (Shift+O at the start) goes past the check; the vendor supports no such host.
next-driver = On the host run `esxcli software vib list | grep -i { $package }`: the version of this driver decides which article applies; give it with `--driver { $module }=VERSION`.

## Support request.

request-title = Support request: purple diagnostic screen
request-summary = Summary
request-summary-release = Product: { $release }
request-summary-message = Panic message: { $message }
request-summary-uptime = Uptime at the crash: { $uptime }
request-summary-dump = Core dump: { $dump }
request-screen = Screen, as read
request-found = Findings
request-found-one-of = One of { $issues }; the crash does not show which.
request-found-none = No known issue was found for this crash.
request-found-match = { $issue } ({ $certainty }): { $title }. { $evidence }. This build: { $reason }.
request-found-possible = { $issue } ({ $certainty }): { $title }. { $evidence }. Not proven: { $unproven }. This build: { $reason }.
request-ruled-out = Ruled out
request-ruled-out-none = Nothing came close enough to be ruled out.
request-ruled-out-issue = { $issue }: { $title }. { $evidence }.
request-odd = How the text was read
request-odd-clean = There was nothing odd in the text.
request-attach = Please find attached
request-attach-picture = a picture of the screen
request-attach-bundle = a vm-support bundle (`vm-support` on the host; VMware 2038891)
request-attach-dump = the core dump from /var/core, or the log extracted from it
request-attach-hardware = the log of the management processor (iLO, iDRAC, XCC) around the time of the crash
request-questions = To be filled in
request-question-when = When did it happen, and did it happen before? On how many hosts?
request-question-change = What had changed before: updates, drivers, firmware, hardware, load?
request-question-impact = What is the impact?
request-redacted = What was taken out
request-redacted-found = Replaced by pseudonyms, different strings each: { $counts }.
request-redacted-others = Looked for as well, and not found: { $classes }.
request-redacted-look = Read it once more before you send it: names that are everyday words or words of logs, names in the lines of the screen itself, numbers without a label, and everything you attach are not recognised for sure.
request-redacted-site = The same string has the same pseudonym in every text of this site. Whoever has the secret in the data directory (site-secret.key) can check guesses: keep it to yourself.
request-redacted-run = The same string has the same pseudonym in this run alone: the secret of the pseudonyms could not be kept in the data directory.

## Classes of what `request` takes out.

redacted-vm = names of VMs
redacted-host = hosts
redacted-domain = domains
redacted-ip = IP addresses
redacted-mac = MAC addresses
redacted-wwn = world-wide names
redacted-disk = disks and storage targets
redacted-uuid = UUIDs
redacted-mail = mail addresses
redacted-user = accounts
redacted-secret = passwords and keys
redacted-licence = licence keys
redacted-serial = serial numbers and tags
redacted-datastore = datastores
redacted-path = paths
redacted-name = names of clusters, networks and the like
redacted-word = words that no public list has
