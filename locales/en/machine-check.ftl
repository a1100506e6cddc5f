# Texts of machine-check; see main.ftl. The meaning of an error is machine
# output in the words of ESXi and is not translated.

## The severities: a word, and its meaning.

mce-word-ce = corrected
mce-severity-ce = the hardware corrected the error and lost nothing
mce-word-deferred = deferred
mce-severity-deferred = data is lost, but nothing has used it yet
mce-word-ucna = uncorrected, no action required (UCNA)
mce-severity-ucna = data is lost, but the processor has not used it
mce-word-srao = uncorrected, action optional (SRAO)
mce-severity-srao = data is lost, but the processor has not used it; ESXi may take the memory out of use
mce-word-srar = uncorrected, action required (SRAR)
mce-severity-srar = the processor was about to use lost data; ESXi can end the virtual machine that owns it, but must stop when the data is its own
mce-word-restartable = uncorrected, restartable
mce-severity-restartable = data is lost; the interrupted program can continue when ESXi takes the data out of use
mce-word-containable = uncorrected, containable
mce-severity-containable = data is lost; the interrupted program cannot continue, the rest may
mce-word-uncorrected = uncorrected
mce-severity-uncorrected = data is lost; the known digits do not show whether anything can continue
mce-word-fatal = fatal
mce-severity-fatal = the state of the processor is lost (PCC); the host has to stop
mce-word-invalid = no error
mce-severity-invalid = the bank holds no valid error (VAL is not set)
mce-word-unknown = unknown
mce-severity-unknown = the digits that show it are hidden

## The part to have checked.

mce-advice = have the hardware vendor check { $part }
mce-advice-corrected = if it repeats, have the hardware vendor check { $part }
mce-part-processor = the processor
mce-part-cache = the processor (its cache)
mce-part-memory = the memory modules
mce-part-memory-channel = the memory modules on channel { $channel } of this memory controller
mce-part-processor-or-memory = the processor and the memory modules (the code does not show which)
mce-part-interconnect = the processors, their sockets and the system board
mce-part-pcie = the PCI Express devices and slots
mce-part-pcie-device = the PCI Express device { $address } and its slot
mce-part-firmware = the BIOS
mce-part-unknown = the host (the code does not name a part)

## Lines and pages.

mce-bank = bank { $bank }
mce-bank-unknown = a bank without a readable number
mce-assumed = (read as Intel's, the processor is not known)
mce-more = { $count } more; --format json has all
mce-title = Machine check { $status }
mce-meaning-unknown = unknown: no table has this error code, or its digits are hidden
mce-vendor-intel = Intel
mce-vendor-amd = AMD
mce-vendor-assumed = not known; read as Intel's
mce-heading-note = Note
mce-vendor-note = The maker of this processor is not known, and AMD gives some of these bits another meaning. Give --vendor, or --fms with the numbers after FMS= on the screen.

label-machine-check = m. check
label-severity = severity
label-part = what to do
label-vendor = vendor
label-code = code
label-fields = fields
label-flags = flags
label-corrected = corrected
label-unit = unit
label-address = address
label-misc = MISC
label-mcg = MCG_STATUS

## Faults of the arguments.

mce-error-status = { $value } is not an MCi_STATUS, expected up to 16 hexadecimal digits such as 0xbf80000000000114, with # for each hidden one
mce-error-number = { $option } { $value } is not a number, expected up to 16 hexadecimal digits such as 0x86
mce-error-fms = --fms { $value } is not a family, model and stepping, expected hexadecimal numbers as after FMS= on the screen, such as 06/55/7
