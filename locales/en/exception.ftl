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

## What each of them means.

exception-meaning-0 = An integer was divided by zero, or the quotient does not fit into its register.
exception-meaning-1 = A debug condition was met: a hardware breakpoint, a single step or a debug register.
exception-meaning-2 = The hardware, or another PCPU, sent an interrupt that software cannot put off.
exception-meaning-3 = An INT3 instruction was run: a breakpoint that a debugger set, or code that ends in a trap on purpose.
exception-meaning-4 = An INTO instruction was run while the overflow flag was set.
exception-meaning-5 = A BOUND instruction found an index outside its limits.
exception-meaning-6 = The processor was told to run an instruction that does not exist, or that is not allowed in its mode.
exception-meaning-7 = A floating-point or vector instruction was run while that unit was switched off.
exception-meaning-8 = A second exception came up while the processor was handing over the first one; often the stack was used up or gone.
exception-meaning-9 = Only the 387 coprocessor raised it; later processors never do.
exception-meaning-10 = The task state segment that holds the kernel's stacks is not valid.
exception-meaning-11 = A segment was loaded that is marked as not present.
exception-meaning-12 = The stack pointer left its segment, or is no canonical address.
exception-meaning-13 = Memory was used without the right to it, or through an address that no pointer may have; many other forbidden operations end here too.
exception-meaning-14 = The page of an address is not mapped, or the access to it is not allowed.
exception-meaning-16 = An x87 instruction met an error that is not masked.
exception-meaning-17 = An address is not aligned, and the check for that is switched on.
exception-meaning-18 = The processor found an error of the hardware: cache, bus, memory or I/O.
exception-meaning-19 = An SSE or AVX instruction met a numeric error that is not masked.
exception-meaning-20 = A guest with virtualization exceptions met a violation of its nested page tables.
exception-meaning-21 = A return or an indirect branch did not go where the shadow stack or the branch marks allow.
exception-meaning-28 = A hypervisor tells a protected guest that events wait for it.
exception-meaning-29 = An encrypted guest did something that it has to ask its hypervisor for.
exception-meaning-30 = A security event of the processor, such as a redirected INIT.
exception-meaning-reserved = No processor raises it; when it shows up, the descriptor table or the message is damaged.
exception-meaning-interrupt = Free for devices, timers and messages between PCPUs: not an error in itself.

## What the processor pushes with them.

exception-code-none = no
exception-code-zero = yes, always 0
exception-code-selector = yes: a selector, or 0 when no segment is involved
exception-code-page = yes: bits that describe the access
exception-code-control-protection = yes: which check failed
exception-code-vm-exit = yes: the reason why the guest was left
exception-code-security = yes: which security event

## Who may raise them.

exception-raised-instruction = an instruction of the kernel, a driver or a program
exception-raised-debugger = a debugger, or an instruction that is there to raise it
exception-raised-delivery = the processor, when handing over another exception fails
exception-raised-hardware = the hardware, whatever the program does
exception-raised-hypervisor = the hypervisor below, so only in a guest
exception-raised-interrupt = devices, timers and other PCPUs
exception-raised-nobody = nobody

exception-maker-all = all x86 processors
exception-maker-intel = Intel processors
exception-maker-amd = AMD processors

## How article 1004250 lists them.

exception-listing-named = by this name
exception-listing-missing = is missing in its list
exception-listing-reserved = lists 20 to 31 as reserved
exception-listing-user-defined = lists 32 to 255 as user-defined (clock, scheduler)

## How ESXi shows them.

exception-shown-usual = as mnemonic and number in the panic message: #GP Exception 13 in world … (#GP Exception(13) in 4.0, Exception type 13 in 3.5)
exception-shown-nmi = as LINT1/NMI (motherboard nonmaskable interrupt), NMI IPI: Panic requested by another PCPU, or a panic requested by NMI handlers; not by its number
exception-shown-opcode = as #UD Exception 6 in world …; with Int6_UD2Assert in the backtrace it is an assertion that was compiled into this instruction
exception-shown-double-fault = as #DF Exception 8 IP … SP …, mostly without a world
exception-shown-page-fault = as #PF Exception 14 in world … IP … addr …, the page table entries (PTEs) behind it
exception-shown-machine-check = as Machine Check Exception on PCPUnn in world …, or Hardware (Machine) Error; not as #MC Exception 18
exception-shown-never = not on a purple screen

## Bits of the error codes.

error-code-present = the page is there; the access to it is not allowed
error-code-not-present = the page is not there
error-code-write = the access was a write
error-code-read = the access was a read
error-code-user = in user mode
error-code-supervisor = in supervisor mode: the kernel or a driver
error-code-reserved-bit = a reserved bit is set in a page table entry, which speaks for damaged page tables
error-code-fetch = an instruction was to be fetched there
error-code-protection-key = a protection key forbids the access
error-code-shadow-stack = the access was one to a shadow stack
error-code-hlat = found by a linear address translation of the hypervisor
error-code-sgx = SGX refused the access
error-code-rmp = the reverse map table of the processor forbids the access
error-code-no-selector = no segment is involved
error-code-external = while an event from outside the program was delivered
error-code-not-external = raised by the program itself
error-code-idt = the index is one of the interrupt descriptor table
error-code-ldt = the selector is one of the local descriptor table
error-code-gdt = the selector is one of the global descriptor table
error-code-index = entry in that table
error-code-vector = number of the interrupt or exception that could not be delivered
error-code-always-zero = always 0, it says nothing
error-code-not-zero = should be 0: the value was changed or misread
error-code-near-ret = a near return went elsewhere than the shadow stack says
error-code-far-ret = a far return or IRET went elsewhere than the shadow stack says
error-code-endbranch = an indirect branch did not end at an ENDBRANCH instruction
error-code-rstorssp = RSTORSSP found no valid token
error-code-setssbsy = SETSSBSY found no valid token
error-code-enclave = inside an SGX enclave
error-code-exit = the exit code of the guest
error-code-init = an INIT was redirected
error-code-unknown = set, and without a known meaning

## The command.

exception-title = Exception { $number }: { $name }
label-mnemonic = mnemonic
label-meaning = meaning
label-error-code = error code
label-raised-by = raised by
label-on = on
label-in-article = article 1004250
label-on-screen = on the screen
exception-unknown = { $input } is no exception, expected a number from 0 to 255 (14, 0xe) or a mnemonic (#PF, PF)
exception-bad-code = { $input } is no error code, expected a number like 2 or 0x2
exception-code-not-captured = error code -1 on a screen means that it was not captured
exception-has-no-code = exception { $number } pushes no error code; those that do are 8, 10 to 14, 17, 21, 29 and 30

## Findings of `kb lint` about modules.csv.

lint-module-row = has a bad row: { $detail }
lint-module-row-remedy = give every module one row with an owner (vmkernel, inbox, partner or unknown), a title and a source
