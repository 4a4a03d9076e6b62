/* SPDX-License-Identifier: MIT */
#ifndef TW_STORE_SQLITE_LOG_H
#define TW_STORE_SQLITE_LOG_H

#include "sqlite_connection.h"

/**
 * The write-ahead log of a connection, to be flushed by its user. SQLite would flush it while it
 * holds the lock for writing: so the next transaction is made while the last is on its way to the
 * disk. Each thread opens its own, since the system tells an error of the disk once to each who
 * opened the file. It outlives its connection: what a checkpoint took from the log was flushed by
 * SQLite.
 */
typedef struct tw_sqlite_log tw_sqlite_log;

/** Opens that of a connection in a transaction. NULL: errno says why. */
tw_sqlite_log *tw_sqlite_log_open(tw_sqlite_connection *connection);

/** One more user of it, and one less: the last closes it. NULL is allowed in the latter. */
tw_sqlite_log *tw_sqlite_log_share(tw_sqlite_log *log);
void tw_sqlite_log_close(tw_sqlite_log *log);

/** Returns when all that was committed before the call is on the disk; else false, and errno. */
bool tw_sqlite_log_flush(tw_sqlite_log *log);

/** Makes the name of a new file last, also if the power goes. False, and errno. */
bool tw_sqlite_flush_folder_of(const char *file);

#endif
