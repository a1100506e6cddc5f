# Texts of exceptions, error types and module owners; see main.ftl.

## Names of the exceptions, as the processor manuals have them today.

exception-name-0 = Divide Error
exception-name-1 = Debug Exception
exception-name-2 = Non-Maskable Interrupt
exception-name-3 = Breakpoint
exception-name-4 = Overflow
exception-name-5 = BOUND Range Exceeded
exception-name-6 = Invalid Opcode
exception-name-7 = Device Not Available
exception-name-8 = Double Fault
exception-name-9 = Coprocessor Segment Overrun (reserved)
exception-name-10 = Invalid TSS
exception-name-11 = Segment Not Present
exception-name-12 = Stack-Segment Fault
exception-name-13 = General Protection
exception-name-14 = Page Fault
exception-name-16 = x87 Floating-Point Error
exception-name-17 = Alignment Check
exception-name-18 = Machine Check
exception-name-19 = SIMD Floating-Point Exception
exception-name-20 = Virtualization Exception
exception-name-21 = Control Protection Exception
exception-name-28 = Hypervisor Injection Exception
exception-name-29 = VMM Communication Exception
exception-name-30 = Security Exception
exception-name-reserved = reserved
exception-name-interrupt = interrupt

## The meaning of each.

exception-meaning-0 = An integer was divided by zero, or the quotient does not fit into its register.
exception-meaning-1 = A debug condition was met: a hardware breakpoint, a single step or a debug register.
exception-meaning-2 = The hardware, or another PCPU, sent an interrupt that software cannot put off.
exception-meaning-3 = An INT3 instruction was run: a breakpoint that a debugger set, or code that ends in a trap on purpose.
exception-meaning-4 = An INTO instruction was run while the overflow flag was set.
exception-meaning-5 = A BOUND instruction found an index outside its limits.
exception-meaning-6 = The processor was told to run an instruction that does not exist, or that is not allowed in its mode.
exception-meaning-7 = A floating-point or vector instruction was run while that unit was switched off.
exception-meaning-8 = A second exception came up while the processor was delivering the first one; often the stack was used up or gone.
exception-meaning-9 = Only the 387 coprocessor raised it; later processors never do.
exception-meaning-10 = The task state segment that holds the kernel's stacks is not valid.
exception-meaning-11 = A segment was loaded that is marked as not present.
exception-meaning-12 = The stack pointer left its segment, or is not a canonical address.
exception-meaning-13 = Memory was used without permission, or through an address that no pointer may hold; many other forbidden operations end here too.
exception-meaning-14 = The page of an address is not mapped, or the access to it is not allowed.
exception-meaning-16 = An x87 instruction met an error that is not masked.
exception-meaning-17 = An address is not aligned, and the check for that is switched on.
exception-meaning-18 = The processor found an error of the hardware: cache, bus, memory or I/O.
exception-meaning-19 = An SSE or AVX instruction met a numeric error that is not masked.
exception-meaning-20 = A guest with virtualization exceptions met a violation of its nested page tables.
exception-meaning-21 = A return or an indirect branch did not go where the shadow stack or the branch marks allow.
exception-meaning-28 = A hypervisor informs a protected guest that events are waiting for it.
exception-meaning-29 = An encrypted guest did something that needs its hypervisor.
exception-meaning-30 = A security event of the processor, such as a redirected INIT.
exception-meaning-reserved = No processor raises it; when it shows up, the descriptor table or the message is damaged.
exception-meaning-interrupt = Free for devices, timers and messages between PCPUs: not an error in itself.

## The error code that the processor pushes.

exception-code-none = no
exception-code-zero = yes, always 0
exception-code-selector = yes: a selector, or 0 when no segment is involved
exception-code-page = yes: bits that describe the access
exception-code-control-protection = yes: which check failed
exception-code-vm-exit = yes: the reason why the guest was left
exception-code-security = yes: which security event

## The sources that may raise them.

exception-raised-instruction = an instruction of the kernel, a driver or a program
exception-raised-debugger = a debugger, or an instruction whose purpose is to raise it
exception-raised-delivery = the processor, when the delivery of another exception fails
exception-raised-hardware = the hardware, whatever the program does
exception-raised-hypervisor = the hypervisor, so only in a guest
exception-raised-interrupt = devices, timers and other PCPUs
exception-raised-nobody = none: the number is reserved

exception-maker-all = all x86 processors
exception-maker-intel = Intel processors
exception-maker-amd = AMD processors

## How article 1004250 lists them.

exception-listing-named = by this name
exception-listing-missing = missing in its list
exception-listing-reserved = lists 20 to 31 as reserved
exception-listing-user-defined = lists 32 to 255 as user-defined (clock, scheduler)

## How ESXi shows them.

exception-shown-usual = as mnemonic and number in the panic message: #GP Exception 13 in world … (#GP Exception(13) in 4.0, Exception type 13 in 3.5)
exception-shown-nmi = as LINT1/NMI (motherboard nonmaskable interrupt), NMI IPI: Panic requested by another PCPU, or a panic requested by NMI handlers; not by its number
exception-shown-opcode = as #UD Exception 6 in world …; with Int6_UD2Assert in the backtrace it is an assertion that was compiled into this instruction
exception-shown-double-fault = as #DF Exception 8 IP … SP …, mostly without a world
exception-shown-page-fault = as #PF Exception 14 in world … IP … addr …, followed by the page table entries (PTEs)
exception-shown-machine-check = as Machine Check Exception on PCPUnn in world …, or Hardware (Machine) Error; not as #MC Exception 18
exception-shown-never = not on a purple screen

## Bits of the error codes.

error-code-present = the page is there; the access to it is not allowed
error-code-not-present = the page is not there
error-code-write = the access was a write
error-code-read = the access was a read
error-code-user = in user mode
error-code-supervisor = in supervisor mode: the kernel or a driver
error-code-reserved-bit = a reserved bit is set in a page table entry, which suggests damaged page tables
error-code-fetch = an instruction was being fetched there
error-code-protection-key = a protection key forbids the access
error-code-shadow-stack = the access was to a shadow stack
error-code-hlat = found by a linear address translation of the hypervisor
error-code-sgx = SGX refused the access
error-code-rmp = the reverse map table of the processor forbids the access
error-code-no-selector = no segment is involved
error-code-external = while an event from outside the program was delivered
error-code-not-external = raised by the program itself
error-code-idt = the index is in the interrupt descriptor table
error-code-ldt = the selector is in the local descriptor table
error-code-gdt = the selector is in the global descriptor table
error-code-index = entry in that table
error-code-vector = number of the interrupt or exception that could not be delivered
error-code-always-zero = always 0, without a meaning
error-code-not-zero = should be 0: the value was changed or misread
error-code-near-ret = a near return went to another address than the shadow stack holds
error-code-far-ret = a far return or IRET went to another address than the shadow stack holds
error-code-endbranch = an indirect branch did not end at an ENDBRANCH instruction
error-code-rstorssp = RSTORSSP found no valid token
error-code-setssbsy = SETSSBSY found no valid token
error-code-enclave = inside an SGX enclave
error-code-exit = the exit code of the guest
error-code-init = an INIT was redirected
error-code-unknown = set, but has no known meaning

## The command.

exception-title = Exception { $number }: { $name }
label-mnemonic = mnemonic
label-error-code = error code
label-raised-by = raised by
label-on = on
label-in-article = KB 1004250
label-on-screen = on screen
exception-unknown = { $input } is not an exception, expected a number from 0 to 255 (14, 0xe) or a mnemonic (#PF, PF)
exception-bad-code = { $input } is not an error code, expected a number like 2 or 0x2
exception-code-not-captured = error code -1 on a screen means that it was not captured
exception-has-no-code = exception { $number } pushes no error code; those that do are 8, 10 to 14, 17, 21, 29 and 30

## Error types: the meaning of a message.

error-type-side-hardware = hardware
error-type-side-firmware = firmware or its settings
error-type-side-driver = a driver
error-type-side-vmkernel = the VMkernel or one of its modules
error-type-side-guest-triggered = triggered by a VM
error-type-side-deliberate = on purpose
error-type-side-unknown = not clear from the message

error-type-arm-exception = An exception of ESXi on ARM; ec is its class and far the address that was used.
error-type-assert = A condition that the code relies on did not hold (ASSERT). This is usually a software fault.
error-type-assert-firewall = A check in the state table of the NSX distributed firewall failed.
error-type-assert-heap = The memory allocator was asked for something impossible: memory had been freed twice or overwritten.
error-type-assert-module = A module outside the core of the VMkernel found a condition not met; the path in the message names the module.
error-type-assert-not-reached = The code reached a place that it should never reach (NOT REACHED). Some modules, such as vSAN, stop the host in this way on purpose, to protect their data.
error-type-boot-device-lost = The boot device of the host was unreachable for too long, and the host stopped on purpose.
error-type-cos-oops = Not the VMkernel but the Linux kernel of the service console failed; a Linux trace is printed below the VMkernel's part.
error-type-cos-panic = The Linux kernel of the service console panicked, and the VMkernel shows it as a purple screen.
error-type-deliberate = This panic was requested on purpose; nothing has to be repaired.
error-type-hardware-mismatch = The processors do not have the same features, so the VMkernel cannot start.
error-type-invalid-opcode = The processor was told to run an instruction that does not exist. Usually the code was damaged, or a jump went to a wrong address.
error-type-invalid-opcode-assert = A condition that the code relies on did not hold: the assertion was compiled into an invalid instruction. It is an ASSERT, not damaged code.
error-type-iommu-fault = The IOMMU refused a memory access of a device. The device, its driver or the guest that uses it accessed memory that is not its own.
error-type-iommu-unit = The IOMMU itself did not finish a request in time. Server, firmware and ESXi version do not work together while VT-d is on.
error-type-lost-heartbeat = The service console sent no heartbeat for 30 minutes, usually because its memory or processor time was used up.
error-type-machine-check-cache = The processor found an error in its L3 cache that its check bits cannot correct.
error-type-machine-check-described = The processor reported an error of the hardware; the text after the message names the component.
error-type-machine-check-memory = After this memory error the page could have been taken out of use, but the VMkernel itself was using it.
error-type-machine-check-on-pcpu = The named PCPU reported an error of the hardware; its banks are in the log lines around the message.
error-type-machine-check-unable = The processor reported an error of the hardware after which it cannot continue.
error-type-nmi-handler = A handler of the server vendor examined a non-maskable interrupt, found the hardware at fault, and asked for the panic.
error-type-nmi-ipi = Another PCPU asked this one to panic, because this one no longer answered.
error-type-nmi-lint1 = The motherboard raised a non-maskable interrupt: PCI error, memory, processor, heat or voltage. It may also have been sent on purpose.
error-type-no-heartbeat = The named PCPU gave no sign of life for several seconds: it ran with interrupts off, was held by the firmware, or failed.
error-type-not-implemented = The code met a case that it does not handle (NOT_IMPLEMENTED).
error-type-other = The message is missing, or is not one of the known ones. A driver or module may have written it in its own words.
error-type-page-fault-null = The kernel or a driver used a small offset from a null pointer: the pointer was not set yet, or no longer set.
error-type-page-fault-null-code = The kernel or a driver called a function through a null pointer.
error-type-page-fault-vm = The kernel used an address that is not mapped while it worked for a VM; the activity of that VM may trigger the fault.
error-type-page-fault-vm-network = The kernel used an address that is not mapped while it handled network packets of a VM.
error-type-pci-error = A PCI device or bridge reported an error that no driver could handle.
error-type-pcie = The firmware reported a fatal PCI Express error, and the kernel stopped because of it; the log line of ApeiHEST names the device.
error-type-secure-boot = UEFI secure boot refused a package of the host.
error-type-secure-boot-time = UEFI secure boot refused a package because the clock is wrong, so that its certificate seems not to be valid.
error-type-security-violation = The configuration is encrypted and sealed with the state of TPM and secure boot, and that state has changed.
error-type-spin-count = A world waited for a lock too often, so the kernel assumes a deadlock.
error-type-spin-count-lock = A world waited too often for the lock in parentheses, so the kernel assumes a deadlock.
error-type-spin-count-pcpu = A world waited too often for a lock that the named PCPU holds, so the kernel assumes a deadlock.
error-type-tlb-ack = The named PCPU did not answer the request to clear its page table cache (TLB); the firmware may be holding it.
error-type-tlb-ack-counted = The listed PCPUs did not answer the request to clear their page table caches (TLB). Many at once suggest the firmware, a single one the code that it ran.
error-type-verify = A check that remains in release builds failed (VERIFY).
error-type-vmklinux-bug = A check inside vmklinux, the layer for Linux drivers, failed; a driver used that layer wrongly.

## Error types: the first step.

error-type-step-arm = Search for the function at the top of the backtrace and for the module in parentheses after it.
error-type-step-assert = Search for the file name in the message without its line number, together with the functions after the panic frames. Lines move from build to build, files do not.
error-type-step-boot-device = Restore the path to the boot device: cabling, adapter, storage network, array. Then start the host.
error-type-step-clock = Correct date and time in the firmware setup, then those of the host (esxcli system time get, esxcli hardware clock get). If it still does not start, start it once with secure boot off.
error-type-step-console = Look at the function after EIP and at the process below it; they name the driver or agent of the console that failed. Update or remove it.
error-type-step-console-memory = Find the process that took the memory in /var/log/vmksummary, and give the service console more memory.
error-type-step-culprit = Look for the saved backtrace of the PCPU that the message names; if the screen lacks it, extract the log from the dump (vmkdump_extract -l vmkernel-zdump.1). Read the log for missed heartbeats before the panic.
error-type-step-deliberate = Find out who requested it and why: crashMe in vsish, or an NMI from the management processor. Keep the core dump if the host had hung before.
error-type-step-double-fault = The backtrace on the screen may mislead. Extract the log from the dump (vmkdump_extract -l vmkernel-zdump.1) and read the lines before the panic.
error-type-step-driver = Find version and origin of the driver in the backtrace (esxcli software vib list), and install a newer or a native one.
error-type-step-fault = Search for the first functions after the panic frames, and find the version of their module (esxcli software vib list). If there are several screens, compare them: the same frames suggest software, different frames each time suggest memory.
error-type-step-firmware = Look for a BIOS update, check that the server is listed for this ESXi version, and find out which parts or settings were changed last.
error-type-step-frames = Search for the first functions after the panic frames, and look for a newer version of the module that they belong to (esxcli software vib list).
error-type-step-hardware = Read the hardware log of the server (iLO, iDRAC, XCC; esxcli hardware ipmi sel list) around the time of the crash, run the vendor's diagnostics and call the vendor.
error-type-step-iommu = Find the device by its PCI address (esxcli hardware pci list), update its driver and firmware, and see which VM owns it. Then have the hardware vendor diagnose it.
error-type-step-lock = Search for the name of the lock and the functions that wait for it. The holder of the lock matters: look at the backtraces of the other PCPUs in the extracted log.
error-type-step-machine-check = Decode the status of each bank to name the component, compare it with the hardware log of the server, and call the hardware vendor.
error-type-step-memory = Find the memory module by the address or channel of the machine check and by the hardware log of the server, and have it replaced.
error-type-step-other = Search for the fixed words of the message and for the first functions after the panic frames. If that finds nothing, collect a vm-support bundle and file a support request.
error-type-step-pcie = Find the device by the address in nearby log lines (esxcli hardware pci list) and by the hardware log of the server; update its firmware and driver, or have it replaced.
error-type-step-secure-boot = Compare the packages that the message names with those of the image. After a change of the TPM look at the setting Physical Presence of the BIOS.
error-type-step-security = Set the firmware settings for TPM and secure boot back to their earlier values, or start the host with its recovery key.
error-type-step-silent = Look in the extracted log for what the silent PCPU was doing (vmkdump_extract -l vmkernel-zdump.1). Update the BIOS and check its power settings.
error-type-step-vm = Note the VM that the world names and the activity of its guest; search for the first functions after the panic frames. A change of the virtual device or its settings may help until the host is updated.
