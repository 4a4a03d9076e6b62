/* SPDX-License-Identifier: MIT */
/* The vocabularies, as they are: the executable needs no file beside it. */
        .section .rodata

#define VOCABULARY(name, file)                                                                     \
        .global cli_##name;                                                                        \
        .global cli_##name##_end;                                                                  \
        .balign 8;                                                                                 \
cli_##name:                                                                                        \
        .incbin file;                                                                              \
cli_##name##_end:

VOCABULARY(o200k_base, TW_O200K_BASE_FILE)
VOCABULARY(cl100k_base, TW_CL100K_BASE_FILE)

        .section .note.GNU-stack, "", %progbits /* the stack need not be executable */
